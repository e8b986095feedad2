"""Show the saved models."""

from langgraph.runtime import Runtime

from agent.context import ROWS_NEEDED, Context
from agent.numbers import figure
from agent.replies import Say, ShowTable
from agent.state import Position, State, answered, turn_of
from agent.training import saved_models
from agent.words import say


async def list_models(state: State, runtime: Runtime[Context]) -> Position:
    """The models of every project in which the person has a role."""
    context, turn = runtime.context, turn_of(state)
    projects = await context.store.projects.of_person(turn.person_id)
    models = [model for project in projects for model in await saved_models(context, project.id)]
    if not models:
        return {"replies": answered(Say(text=say("models.none", needed=ROWS_NEEDED)))}
    rows = tuple(
        (
            f"{model.name} v{model.version}",
            f"{model.created_at:%Y-%m-%d %H:%M} UTC",
            figure(model.metrics.get("base_loss")),
            figure(model.metrics.get("tuned_loss")),
        )
        for model in models
    )
    keys = ("models.header_name", "models.header_made", "models.header_before", "models.header_after")
    text = say("models.ask", version=f"{models[-1].name}-v{models[-1].version}")
    table = ShowTable(title=say("models.title"), text=text, header=tuple(say(key) for key in keys), rows=rows)
    return {"replies": answered(table)}
