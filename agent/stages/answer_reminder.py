"""What follows from a reminder's buttons: do it, put it off, not now, stop. A reminder is answered once."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.questions import what_waits
from agent.reminding.candidates import TAKEN_UP
from agent.reminding.choosing import DECLINED
from agent.reminding.putting_off import end, put_off
from agent.reminding.told import moment
from agent.reminding.turning import awaits_example, turned_to
from agent.reminding.wording import WRITTEN, command_of, request_of
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.reminder_card import CARD, DO, LATER, SNOOZE, SNOOZES, STOP
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Reminder, ReminderKind
from storage.errors import NotFound


async def answer_reminder(state: State, runtime: Runtime[Context]) -> Position:
    """Only whom it was for may press. What is done by a command is turned into that command."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    try:
        reminder = await context.store.reminders.get(str(turn.card["subject"]["reminder_id"]))
    except NotFound:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    if not turn.is_by(reminder.person_id):
        return {"replies": answered(Say(text=say("remind.not_yours"), private=True))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    if turn.action == DO:
        return await _do(context, turn, state, reminder)
    return {"replies": answered(*await _put_aside(context, turn, reminder))}


async def _put_aside(context: Context, turn: Turn, reminder: Reminder) -> list[AnyReply]:
    if turn.action == LATER:
        await context.store.reminders.composed(reminder.id, {DECLINED: True})
        return [_closed(turn, "remind.title_later"), Say(text=say("remind.not_now"))]
    how_long = turn.action.removeprefix(SNOOZE)
    if how_long in SNOOZES:
        until = await put_off(context, turn, reminder, how_long)
        habits = await context.store.habits.get(reminder.person_id)
        when = moment(until, (habits.zone if habits else None) or "UTC")
        return [_closed(turn, "remind.title_snoozed"), Say(text=say("remind.snoozed", when=when))]
    assert turn.action == STOP, "a card's actions are those of its buttons"
    await end(context, turn, reminder)
    ours = reminder.kind is ReminderKind.SUGGESTION
    return [_closed(turn, "remind.title_stopped"), Say(text=say("remind.stopped" if ours else "remind.ended"))]


def _closed(turn: Turn, title_key: str) -> ShowCard:
    assert turn.card is not None, "only after a press"
    return closed_card(turn.card["id"], CARD, turn.card["subject"], title_key)


async def _do(context: Context, turn: Turn, state: State, reminder: Reminder) -> Position:
    """In the reminder's project from now on. What is in hand there is finished first."""
    code, project_id = str(reminder.about["code"]), str(reminder.about["project_id"])
    needed = Action.GIVE if code in WRITTEN else Action.VIEW
    if refused := await refusal(context, project_id, turn.person_id, needed):
        return {"replies": answered(refused)}
    await context.store.reminders.composed(reminder.id, {TAKEN_UP: True})
    position = await turned_to(context, turn.conversation_id, state, project_id)
    done = _closed(turn, "remind.title_done")
    if code not in WRITTEN:
        word, rest = command_of(code, reminder.about["facts"])
        return {**position, "said_before": answered(done), "event": _as_command(turn, word, rest), "replies": []}
    await awaits_example(context, project_id, code, str(reminder.about["facts"].get("cell", "")))
    stage = position.get("stage", state.get("stage", "hello"))
    if stage not in ("hello", "examples"):
        waits = " ".join(filter(None, [say("remind.after_this"), what_waits(stage)]))
        return {**position, "replies": answered(done, Say(text=waits))}
    asks = Say(text=await request_of(context, project_id, code, reminder.about["facts"]))
    return {**position, "stage": "examples", "row_id": None, "replies": answered(done, asks)}


def _as_command(turn: Turn, word: str, rest: str) -> dict[str, object]:
    """The press as the command that it stands for: with its own id, said by whoever pressed."""
    payload = {"text": "", "files": [], "command": {"word": word, "rest": rest, "bare": False}}
    kept = {name: value for name, value in turn.event.items() if name != "card"}
    return {**kept, "kind": "message", "payload": payload}
