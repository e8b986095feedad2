"""The faces of reminders: why, the one thing to do, and the buttons that put it off or end it. Pure functions of facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.replies import Choice, Quote, ShowCard
from agent.words import say

CARD = "reminder"
DO, LATER, STOP = "do", "later", "no_more"
"""``stop`` is what run cards say, which does not wait in the queue."""
SNOOZE = "snooze:"
SNOOZES = ("hour", "tomorrow", "week")
"""How long it is put off, behind ``SNOOZE``."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reminder says of the next action."""

    why: str
    """One sentence."""
    ask: str
    """What is asked for, or offered."""
    do: str = ""
    """The label of the button that does it; empty: the answer is written, or another card does it."""
    written: bool = False
    """Whether an answer that is written next is taken for it."""


def reminder_card(
    card_id: str,
    subject: Mapping[str, str],
    title: str,
    told: Told | None,
    *,
    asked_for: str = "",
    step: str = "",
    scheduled: bool = False,
    last: bool = False,
) -> ShowCard:
    """``asked_for``: what the person wanted to be reminded of, in their words; ``step``: where the chosen rhythm stands;
    ``last``: nothing more comes unless they act on it."""
    fields = [("remind.field_step", step)]
    if told is not None:
        fields += [("remind.field_why", told.why), ("remind.field_next", told.ask)]
    first = (Choice(label=told.do, action=DO, style="primary"),) if told and told.do else ()
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject=dict(subject),
        title=title,
        fields=tuple(Quote(name=say(key), text=text) for key, text in fields if text),
        quoted=(Quote(name=say("remind.asked_for"), text=asked_for),) if asked_for else (),
        choices=(*first, *_putting_off(), Choice(label=say(_stop(scheduled)), action=STOP)),
        note=" ".join(_notes(told, last)),
    )


def _notes(told: Told | None, last: bool) -> Sequence[str]:
    here = [say("remind.note_here")] if told and told.written else []
    return [*here, *([say("remind.note_last")] if last else []), say("remind.note")]


def _putting_off() -> Sequence[Choice]:
    snoozes = [Choice(label=say(f"remind.snooze_{one}"), action=SNOOZE + one) for one in SNOOZES]
    return [*snoozes, Choice(label=say("remind.later"), action=LATER)]


def _stop(scheduled: bool) -> str:
    return "remind.stop_this" if scheduled else "remind.stop"
