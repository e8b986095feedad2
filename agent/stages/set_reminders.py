"""How somebody wants to be reminded: ``/tune remind``, its card and its form. Nothing is sent to whoever did not ask for it.

Everything here is the person's own business: where others read along, it is shown to them alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from agent.asides import going_on, turned_aside, went_on
from agent.context import Context
from agent.reading import is_cancel
from agent.reminding.cards import (
    CARD,
    CHANGE,
    FORM_FIELDS,
    NEXT_EXAMPLE,
    OFF,
    ON,
    RHYTHM,
    ZONE,
    form_value,
    line_of,
    reminders_card,
    zone_card,
)
from agent.reminding.errors import Unclear
from agent.reminding.listing import NOTHING, deleted, listed, set_digest
from agent.reminding.recurrence import in_words
from agent.reminding.rhythm import RHYTHMS
from agent.reminding.setting import (
    MOST,
    choose_rhythm,
    habits_of,
    hour_in,
    note,
    private_place,
    put_schedule,
    quiet_in,
    told_wrong,
    wants,
)
from agent.reminding.told import moment, place, unclear, when
from agent.reminding.when import Understood, read
from agent.reminding.zone_words import read_zone
from agent.reminding.zones import comes_at
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card, decided_already
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Schedule, stable_id

_DELETE = re.compile(r"(?:delete|remove|cancel|stop|end)\s+#?(?P<number>\d+)", re.IGNORECASE)
_DELETE_WHICH = re.compile(r"(?:delete|remove|cancel)\b.*", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    r"(?P<name>zone|time ?zone|quiet(?: hours)?|hour|rhythm|digest)\b[ :]*(?P<value>.*)", re.IGNORECASE | re.DOTALL
)
_ME = re.compile(r"^me\b[ ,:]*", re.IGNORECASE)
Replies = Sequence[AnyReply]


async def set_reminders(state: State, runtime: Runtime[Context]) -> Position:
    """A command, a button, a form, or the answer to where the person is."""
    context, turn = runtime.context, turn_of(state)
    if turn.card is not None and not turn.is_by(turn.card["subject"].get("person_id")):
        return {"replies": answered(_private("remind.not_yours"))}
    if turn.kind == "form":
        return await _filled(context, turn, state)
    if turn.kind == "press":
        return await _pressed(context, turn, state)
    if turn.word == "remind":
        return await _asked(context, turn, state, turn.rest.strip(" .!"))
    waiting = await _waiting(context, state)
    if turn.word or is_cancel(turn.text):
        return await _going_on(context, state, waiting, _private("reminders.zone_left"))
    return await _zone_said(context, turn, state, turn.text, waiting)


def _private(key: str, **values: Any) -> Say:
    return Say(text=say(key, **values), private=True)


async def _going_on(context: Context, state: State, waiting: str, *said: AnyReply) -> Position:
    """With what is in hand; or, after an offer that came instead of the question for an example, with that question, if it was
    not asked since."""
    asked = waiting != NEXT_EXAMPLE or await _asked_since(context, state.get("project_id"))
    return going_on(state, "" if asked else "answered", *said)


async def _asked_since(context: Context, project_id: str | None) -> bool:
    return project_id is None or bool((await context.store.briefs.get(project_id)).asked_cell)


# What was written behind the command


async def _asked(context: Context, turn: Turn, state: State, rest: str) -> Position:
    rest = _ME.sub("", rest)
    said = rest.casefold()
    named = _NAMED.fullmatch(rest)
    if not rest:
        return {"replies": answered(await _card(context, turn))}
    if said == "list":
        return {"replies": answered(await listed(context, turn))}
    if said == ON:
        return await _turned_on(context, turn, state)
    if said in NOTHING:
        return {"replies": answered(*await _turned_off(context, turn))}
    if found := _DELETE.fullmatch(rest):
        return {"replies": answered(await deleted(context, turn, int(found["number"][:9])))}
    if _DELETE_WHICH.fullmatch(rest):
        return {"replies": answered(_private("reminders.which_number"))}
    if said in RHYTHMS:
        return await _rhythm(context, turn, state, said)
    if named:
        return await _setting(context, turn, state, named["name"].casefold(), named["value"].strip())
    return await _schedule(context, turn, state, rest)


async def _setting(context: Context, turn: Turn, state: State, name: str, value: str) -> Position:
    match name.split()[0]:
        case "zone" | "time" | "timezone":
            return await _zone_said(context, turn, state, value, "")
        case "rhythm":
            code = value.casefold()
            known = code in RHYTHMS or code in NOTHING
            how: Position = {"replies": answered(_private("reminders.which_rhythm"))}
            return await _rhythm(context, turn, state, "" if code in NOTHING else code) if known else how
        case "digest":
            return await _digest(context, turn, state, value)
        case field:
            return {"replies": answered(*await _noted(context, turn, {field: value}))}


async def _card(context: Context, turn: Turn) -> AnyReply:
    habits = await habits_of(context, turn.person_id)
    schedules = await context.store.schedules.of_person(turn.person_id)
    habits = replace(habits, person_id=turn.person_id)
    return reminders_card(stable_id("card", turn.id, CARD), habits, schedules, turn.at)


# Suggestions on and off


async def _turned_on(context: Context, turn: Turn, state: State, waiting: str = "") -> Position:
    habits = await wants(context, turn, True)
    on = _private("reminders.turned_on", hour=comes_at(habits))
    if waiting and habits.zone is not None:
        return await _going_on(context, state, waiting, on)
    return await _or_ask_zone(context, turn, state, waiting, on)


async def _or_ask_zone(context: Context, turn: Turn, state: State, waiting: str, *said: AnyReply) -> Position:
    """What was said, and where the time zone is not known, the question for it, which is asked once."""
    habits = await habits_of(context, turn.person_id)
    if habits.zone is not None:
        return {"replies": answered(*said)}
    card = zone_card(stable_id("card", turn.id, "zone"), turn.person_id, waiting, (), turn.at, shared=turn.shared)
    replies = answered(*said, card)
    if turn.shared:  # what is written next may be somebody else's
        return {"replies": replies}
    return {**turned_aside(state, "zone"), "card_id": card.card_id, "replies": replies}


async def _turned_off(context: Context, turn: Turn) -> Replies:
    await wants(context, turn, False)
    left = await context.store.schedules.of_person(turn.person_id)
    return [_private("reminders.turned_off_but" if left else "reminders.turned_off", count=len(left))]


# Time zone, quiet hours, hour


async def _waiting(context: Context, state: State) -> str:
    """What was to be set when the zone was asked for."""
    card = await context.store.cards.get(state.get("card_id") or "") if state.get("card_id") else None
    return str(card.subject.get("waiting", "")) if card and card.kind == CARD else ""


async def _zone_said(context: Context, turn: Turn, state: State, text: str, waiting: str) -> Position:
    found = read_zone(text, turn.at)
    if len(found.names) == 1:
        return await _zone_known(context, turn, state, found.names[0], waiting)
    if found.names:
        card = zone_card(stable_id("card", turn.id, "zone"), turn.person_id, waiting, found.names, turn.at)
        return {"replies": answered(card)}
    return {"replies": answered(_private(f"remind.zone.{found.code}", said=found.said))}


async def _zone_known(context: Context, turn: Turn, state: State, zone: str, waiting: str) -> Position:
    """From now on; and what had waited for it is set."""
    await note(context, turn, zone=zone)
    noted = await _zone_noted(context, turn, zone)
    if waiting in ("", NEXT_EXAMPLE):
        return await _going_on(context, state, waiting, *noted)
    position = went_on(state)
    after = await _asked(context, turn, {**state, **position}, waiting)
    return {**position, **after, "replies": [*answered(*noted), *after["replies"]]}


async def _zone_noted(context: Context, turn: Turn, zone: str) -> list[Say]:
    """What is set already stays at the times at which it was set; whoever moved is told that."""
    noted = _private("reminders.zone_noted", zone=place(zone), now=moment(turn.at, zone))
    schedules = await context.store.schedules.of_person(turn.person_id)
    kept = {one.zone for one in schedules if in_words(one.rule).start.tzinfo is None} - {zone}
    return [noted, *[_private("reminders.zone_kept", zone=place(one)) for one in sorted(kept)]]


async def _noted(context: Context, turn: Turn, values: Mapping[str, str]) -> Replies:
    """Quiet hours and the hour of suggestions, each if it can be read."""
    return [await (_quiet if name.startswith("quiet") else _hour)(context, turn, text) for name, text in values.items()]


async def _quiet(context: Context, turn: Turn, text: str) -> AnyReply:
    try:
        found = quiet_in(text)
    except Unclear as problem:
        return Say(text=told_wrong(problem, "reminders.bad_quiet"), private=True)
    habits = await note(context, turn, quiet_from=found.begin, quiet_until=found.end)
    if found.begin == found.end:
        return _private("reminders.quiet_off")
    key = "reminders.quiet_noted" if comes_at(habits) == habits.hour else "reminders.quiet_noted_later"
    return _private(key, begin=found.begin, end=found.end)


async def _hour(context: Context, turn: Turn, text: str) -> AnyReply:
    try:
        found = hour_in(text)
    except Unclear as problem:
        return Say(text=told_wrong(problem, "reminders.bad_hour"), private=True)
    habits = await note(context, turn, hour=found)
    if (at := comes_at(habits)) != found:
        return _private("reminders.hour_noted_later", hour=found, at=at)
    return _private("reminders.hour_noted", hour=found)


async def _filled(context: Context, turn: Turn, state: State) -> Position:
    """The form: what was changed in it, and what is wrong."""
    assert turn.card is not None, "the router sends forms of known cards only"
    habits = await habits_of(context, turn.person_id)
    given = {name: turn.values[name].strip() for name in FORM_FIELDS if name in turn.values}
    changed = {name: text for name, text in given.items() if text != form_value(habits, name)}
    zone = changed.pop("zone", "")
    quiet = {"quiet": changed["quiet"] or "off"} if "quiet" in changed else {}
    hour = {"hour": changed["hour"]} if changed.get("hour") else {}
    said = await _noted(context, turn, {**quiet, **hour})
    if not zone:
        return {"replies": answered(*(said or [_private("reminders.nothing_changed")]))}
    position = await _zone_said(context, turn, state, zone, str(turn.card["subject"].get("waiting", "")))
    return {**position, "replies": [*answered(*said), *position["replies"]]}


# What comes as it was set


async def _schedule(context: Context, turn: Turn, state: State, said: str) -> Position:
    """Words that can be read are set, once the time zone is known; others are asked about at once."""
    habits = await habits_of(context, turn.person_id)
    try:
        known = read(said, turn.at, habits.zone or "UTC", habits.hour)
    except Unclear as problem:
        return {"replies": answered(Say(text=unclear(problem), private=True))}
    if habits.zone is None and in_words(known.rule).start.tzinfo is None:
        return await _or_ask_zone(context, turn, state, said)
    schedules = await context.store.schedules.of_person(turn.person_id)
    if same := next((one for one in schedules if _is_same(one, turn, known, said, habits.zone)), None):
        return {"replies": answered(_private("reminders.set_already", line=line_of(same)))}
    if len(schedules) >= MOST:
        return {"replies": answered(_private("reminders.too_many", most=MOST))}
    project_id = state.get("project_id") if turn.shared else None
    one = await put_schedule(context, turn, known, said, habits.zone or "UTC", project_id, place=private_place(turn))
    return {
        "replies": answered(_set(one), *([_private("reminders.set_without_slash")] if _without_slash(turn) else []))
    }


def _is_same(one: Schedule, turn: Turn, known: Understood, said: str, zone: str | None) -> bool:
    """Whether it is set already, by another message: it would come twice at the same time."""
    before = one.event_id != turn.id and one.said.casefold() == said.casefold()
    return before and one.zone == (zone or "UTC") and one.next_at == known.first_at


def _without_slash(turn: Turn) -> bool:
    """Whether it was asked for in a sentence, which might have been meant as an example."""
    return bool((turn.payload.get("command") or {}).get("bare"))


def _set(one: Schedule) -> Say:
    first = moment(one.next_at, one.zone)
    if in_words(one.rule).kind == "once":
        return _private("reminders.set_once", first=first)
    return _private("reminders.set", when=when(one.rule, one.zone), first=first)


async def _rhythm(context: Context, turn: Turn, state: State, code: str) -> Position:
    habits = await habits_of(context, turn.person_id)
    if code and habits.zone is None:
        return await _or_ask_zone(context, turn, state, code)
    await choose_rhythm(context, turn, code, None)
    return {"replies": answered(_private(f"reminders.rhythm_set_{code}" if code else "reminders.rhythm_ended"))}


async def _digest(context: Context, turn: Turn, state: State, value: str) -> Position:
    said = await set_digest(context, turn, state.get("project_id"), value)
    if said is None:
        return await _or_ask_zone(context, turn, state, f"digest {value}")
    return {"replies": answered(said)}


# Buttons


async def _pressed(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    if turn.action == CHANGE:  # where there are no forms
        return {"replies": answered(_private("reminders.how_to_change"))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    face = closed_card(turn.card["id"], CARD, turn.card["subject"], "reminders.title_done", private=True)
    after = await _chosen(context, turn, state)
    return {**after, "replies": [*answered(face), *after["replies"]]}


async def _chosen(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "only after a press"
    waiting = str(turn.card["subject"].get("waiting", ""))
    if turn.action.startswith(ZONE):
        return await _zone_known(context, turn, state, turn.action.removeprefix(ZONE), waiting)
    if turn.action.startswith(RHYTHM):
        return await _rhythm(context, turn, state, turn.action.removeprefix(RHYTHM))
    if turn.action == ON:
        return await _turned_on(context, turn, state, waiting)
    assert turn.action == OFF, "a card's actions are those of its buttons"
    if turn.card["subject"].get("offer"):
        await wants(context, turn, False)
        return await _going_on(context, state, waiting, _private("reminders.offer_declined"))
    return {"replies": answered(*await _turned_off(context, turn))}
