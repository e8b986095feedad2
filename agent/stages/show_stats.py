"""Show whether it helped: the figures of the projects that a person owns, for them alone."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.reports.stats_notes import stats_lines
from agent.state import Position, State, answered, turn_of
from agent.stats import stats_of
from agent.words import say


async def show_stats(state: State, runtime: Runtime[Context]) -> Position:
    """Whoever owns nothing is told nothing of others; an operator sees all with ``threadtune stats``."""
    context, turn = runtime.context, turn_of(state)
    projects = await context.store.projects.of_person(turn.person_id)
    owned = [one.id for one in projects if turn.is_by(one.owner_id)]
    if not owned:
        return {"replies": answered(Say(text=say("stats.none"), private=True))}
    stats = await stats_of(context.store, owned, turn.person_ids, turn.at)
    text = "\n".join([f"**{say('stats.title')}**", *stats_lines(stats)])
    return {"replies": answered(Say(text=text, private=True))}
