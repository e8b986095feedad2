"""Learn why a draft was picked: a rule for the project, and the draft as an example to approve."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.reading import Given
from agent.replies import Say
from agent.rows import new_row, offer
from agent.rules import keep_rule, worded
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import Origin
from storage.errors import NotFound


async def learn_reason(state: State, runtime: Runtime[Context]) -> Position:
    """One line why, or ``skip``. Then the picked draft is offered as any example is: Approve or Edit.

    The pair may be used once its author's consent is in force: that of an earlier approval, or of this row's.
    """
    context, turn = runtime.context, turn_of(state)
    try:
        pair = await context.store.preferences.get(state.get("preference_id") or "")
    except NotFound:
        return {"stage": "examples", "preference_id": None, "replies": answered(Say(text=say("contrast.gone")))}
    refused = await refusal(context, pair.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    if not turn.is_by(pair.author_id):
        return {"replies": answered(Say(text=say("contrast.not_yours"), private=True))}
    reason = worded(context, "" if turn.word else turn.text)
    learned = await keep_rule(context, turn, pair.project_id, reason, preference_id=pair.id)
    picked = pair.second if pair.picked == "second" else pair.first
    given = Given(instruction=pair.instruction, input=pair.input, output=picked)
    row = new_row(turn, pair.project_id, given, Origin.DRAFTED)
    offered = await offer(context, turn, row)
    linked = row.id if offered.get("row_id") == row.id else None
    consent = await context.store.people.consent(pair.author_id, pair.project_id)
    await context.store.preferences.decide(
        pair.id, pair.picked or "first", reason, linked, consent.id if consent else None
    )
    position: Position = {
        **offered,
        "preference_id": None,
        "replies": [*answered(*filter(None, [learned])), *offered["replies"]],
    }
    if linked is None:  # it is there already, or cannot be used as it is: nothing waits for another reason
        position["stage"] = "examples"
    return position
