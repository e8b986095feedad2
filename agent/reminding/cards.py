"""How somebody is reminded, on one card: suggestions, time zone, quiet hours, rhythm, what they scheduled. Pure functions."""

from collections.abc import Sequence
from datetime import datetime

from agent.reminding.rhythm import RHYTHMS, is_rhythm, read_chosen
from agent.reminding.told import moment, place, when
from agent.reminding.zones import clock, comes_at
from agent.replies import Choice, Form, FormField, Quote, ShowCard
from agent.words import say
from storage.domain import Habits, Schedule

CARD = "reminders"
ON, OFF, CHANGE = "on", "off", "change"
ZONE, RHYTHM = "zone:", "rhythm:"
"""What the actions of options begin with: an IANA name follows, or a rhythm's code; ``rhythm:`` alone ends it."""
NEXT_EXAMPLE = "next example"
"""What waits for the answer to an offer that was made between two examples, or for the time zone that it needs: the question
for the next one. In the ``waiting`` of a card; no words about a time read so."""
FORM_FIELDS = ("zone", "quiet", "hour")


def reminders_card(card_id: str, habits: Habits, schedules: Sequence[Schedule], now: datetime) -> ShowCard:
    """The settings as they are, with what changes them."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"person_id": habits.person_id},
        title=say("reminders.title"),
        fields=tuple(Quote(name=say(key), text=text) for key, text in _facts(habits, schedules, now)),
        choices=_choices(habits),
        note=say("reminders.note"),
        private=True,
    )


def _facts(habits: Habits, schedules: Sequence[Schedule], now: datetime) -> list[tuple[str, str]]:
    chosen = read_chosen(habits.rhythm)
    zone = habits.zone
    told = [line for one in schedules if (line := line_of(one)) and not is_rhythm(one)]
    facts = [
        ("reminders.suggestions", say("reminders.on" if habits.wanted else "reminders.off", hour=comes_at(habits))),
        ("reminders.zone", zone_in_words(zone, now) if zone else say("reminders.no_zone")),
        ("reminders.quiet", quiet_in_words(habits)),
        ("reminders.rhythm", say(f"reminders.rhythm_{chosen.code}" if chosen else "reminders.no_rhythm")),
        ("reminders.scheduled", "; ".join(told) or say("reminders.nothing_scheduled")),
    ]
    if habits.snoozed_until and habits.snoozed_until > now:
        facts.insert(1, ("reminders.snoozed", moment(habits.snoozed_until, zone or "UTC")))
    return facts


def in_short(habits: Habits | None, schedules: Sequence[Schedule]) -> list[str]:
    """All that comes to somebody, a line each, as their overview lists it; empty where nothing does."""
    wanted = [say("home.suggestions", hour=comes_at(habits))] if habits and habits.wanted else []
    chosen = read_chosen(habits.rhythm) if habits else None
    rhythm = [say("home.rhythm", rhythm=say(f"reminders.rhythm_{chosen.code}"))] if chosen else []
    return [*wanted, *rhythm, *(line_of(one) for one in schedules if not is_rhythm(one))]


def line_of(schedule: Schedule) -> str:
    """When it comes: ``every Tuesday at 09:00 (Europe/Berlin)``."""
    return say("reminders.line", when=when(schedule.rule, schedule.zone), zone=place(schedule.zone))


def zone_in_words(zone: str, now: datetime) -> str:
    return say("remind.zone.option", place=place(zone), time=f"{clock(now, zone):%H:%M}")


def quiet_in_words(habits: Habits) -> str:
    if habits.quiet_from == habits.quiet_until:
        return say("reminders.no_quiet")
    return say("reminders.quiet_hours", begin=habits.quiet_from, end=habits.quiet_until)


def _choices(habits: Habits) -> tuple[Choice, ...]:
    turned = (
        Choice(label=say("reminders.turn_off"), action=OFF)
        if habits.wanted
        else Choice(label=say("reminders.turn_on"), action=ON, style="primary")
    )
    chosen = read_chosen(habits.rhythm)
    others = [code for code in RHYTHMS if chosen is None or code != chosen.code]
    rhythms = [Choice(label=say(f"reminders.choose_{code}"), action=RHYTHM + code) for code in others]
    none = [Choice(label=say("reminders.end_rhythm"), action=RHYTHM)] if chosen else []
    return (turned, Choice(label=say("reminders.change"), action=CHANGE, form=_form(habits)), *rhythms, *none)


def form_value(habits: Habits, name: str) -> str:
    """What stands in a field of the form at first."""
    match name:
        case "zone":
            return habits.zone or ""
        case "quiet":
            return "" if habits.quiet_from == habits.quiet_until else f"{habits.quiet_from} to {habits.quiet_until}"
        case _:
            return habits.hour


def _form(habits: Habits, names: Sequence[str] = FORM_FIELDS) -> Form:
    fields = tuple(
        FormField(
            name=name,
            label=say(f"reminders.label_{name}"),
            value=form_value(habits, name),
            hint=say(f"reminders.hint_{name}"),
            optional=True,
        )
        for name in names
    )
    return Form(name=CARD, subject={}, title=say("reminders.form_title"), fields=fields, submit=say("reminders.save"))


def zone_card(
    card_id: str, person_id: str, waiting: str, found: Sequence[str], now: datetime, *, shared: bool = False
) -> ShowCard:
    """Which of several time zones; or, with none found, where the person is. ``waiting``: what is set, or asked for, once it is known.
    ``shared``: what is written next cannot be taken for the answer."""
    form = _form(Habits(person_id=person_id), ("zone",))
    choices = (
        *(Choice(label=zone_in_words(zone, now), action=ZONE + zone) for zone in found),
        Choice(label=say("reminders.say_zone"), action=CHANGE, form=form),
    )
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"person_id": person_id, "waiting": waiting},
        title=say("remind.zone.which" if found else "reminders.ask_zone"),
        choices=choices,
        note=say("reminders.ask_zone_note_shared" if shared else "reminders.ask_zone_note"),
        private=True,
    )


def offer_card(card_id: str, person_id: str, reason: str, *, to: str | None = None, then: str = "") -> ShowCard:
    """The offer, made once, with its reason. ``then``: what follows its answer (``NEXT_EXAMPLE``)."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"person_id": person_id, "offer": "yes", "waiting": then},
        title=say("reminders.offer_title"),
        fields=(Quote(name=say("remind.field_why"), text=reason),),
        choices=(
            Choice(label=say("reminders.offer_yes"), action=ON, style="primary"),
            Choice(label=say("reminders.offer_no"), action=OFF),
        ),
        note=say("reminders.offer_note"),
        to=to,
        private=True,
    )
