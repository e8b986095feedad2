"""Show the saved models."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asking import models_here
from agent.context import ROWS_NEEDED, Context
from agent.numbers import figure
from agent.permissions import Action
from agent.promotion import in_use
from agent.replies import Say, ShowTable
from agent.state import Position, State, answered, turn_of
from agent.words import say


async def list_models(state: State, runtime: Runtime[Context]) -> Position:
    """The models of every project in which the person has a role; where others read along, of the one that is worked on."""
    context, turn = runtime.context, turn_of(state)
    project_id = state.get("project_id")
    if turn.shared and (refused := await refusal(context, project_id, turn.person_id, Action.VIEW)):
        return {"replies": answered(refused)}
    models = await models_here(context, turn, project_id)
    if not models:
        return {"replies": answered(Say(text=say("models.none", needed=ROWS_NEEDED)))}
    used = {one.id for name in {model.project_id for model in models} if (one := await in_use(context, name))}
    rows = tuple(
        (
            say("models.in_use" if model.id in used else "models.name", name=model.name, version=model.version),
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
