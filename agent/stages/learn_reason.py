"""Learn why a draft was picked: a rule for the project, and the draft as an example to approve."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.drafting import cleaned, one_line
from agent.permissions import Action
from agent.reading import Given, is_cancel
from agent.replies import Quote, Say
from agent.rows import new_row, offer
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Origin, Preference, RubricRule, stable_id
from storage.errors import NotFound

LONGEST_RULE = 200
"""Characters."""
_SKIPS = frozenset({"skip", "none", "no", "nothing", "-"})


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
    if pair.author_id != turn.person_id:
        return {"replies": answered(Say(text=say("contrast.not_yours"), private=True))}
    reason = _reason(context, "" if turn.word else turn.text)
    if reason:
        await context.store.preferences.add_rule(_rule(turn, pair, reason))
    picked = pair.second if pair.picked == "second" else pair.first
    given = Given(instruction=pair.instruction, input=pair.input, output=picked)
    row = new_row(turn, pair.project_id, given, Origin.DRAFTED)
    offered = await offer(context, turn, row)
    linked = row.id if offered.get("row_id") == row.id else None
    consent = await context.store.people.consent(pair.author_id, pair.project_id)
    await context.store.preferences.decide(
        pair.id, pair.picked or "first", reason, linked, consent.id if consent else None
    )
    rule = Quote(name=say("contrast.rule"), text=reason)
    learned = [Say(text=say("contrast.learned"), quoted=(rule,))] if reason else []
    position: Position = {**offered, "preference_id": None, "replies": [*answered(*learned), *offered["replies"]]}
    if linked is None:  # it is there already, or cannot be used as it is: nothing waits for another reason
        position["stage"] = "examples"
    return position


def _reason(context: Context, text: str) -> str:
    if is_cancel(text) or text.casefold().strip(" .!") in _SKIPS:
        return ""
    return one_line(cleaned(context, text) or "", LONGEST_RULE)


def _rule(turn: Turn, pair: Preference, reason: str) -> RubricRule:
    return RubricRule(
        id=stable_id("rule", turn.id),
        project_id=pair.project_id,
        text=reason,
        author_id=turn.person_id,
        event_id=turn.id,
        created_at=turn.at,
        preference_id=pair.id,
    )
