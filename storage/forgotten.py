"""Messages and events without what a person took back: pure functions over their JSON.

They know where a message keeps what people wrote, and not how it is shown, nor which database it lies in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from storage.domain import EventKind


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a person took back, as ``Conversations.forget`` names it."""

    person_id: str
    event_ids: Collection[str]
    texts: Collection[str]
    about: Collection[str]
    cards: Collection[str]
    """Those whose subject names one of ``about``."""
    instead: str

    def has(self, value: object) -> bool:
        """Whether a value is one of the texts."""
        return str(value).strip() in self.texts

    def concerns(self, subject: object) -> bool:
        """Whether a subject (texts by name) names one of ``about``."""
        return isinstance(subject, Mapping) and any(str(value) in self.about for value in subject.values())


def message_without(message: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    """A message in which every quote, field and table cell that was taken back reads ``instead``, and every prefilled
    field of a form behind its buttons."""
    kept = dict(message)
    for name, part in message.items():
        if name in ("quoted", "fields") and isinstance(part, list):
            kept[name] = [_quote(quote, taken) for quote in part]
        elif name == "buttons" and isinstance(part, list):
            kept[name] = [_button(button, taken) for button in part]
        elif name == "card" and isinstance(part, Mapping):
            kept[name] = message_without(part, taken)
        elif name == "table" and isinstance(part, Mapping):
            rows = [[taken.instead if cell in taken.texts else cell for cell in row] for row in part.get("rows", [])]
            kept[name] = {**part, "rows": rows}
    return kept


def _quote(quote: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    return {**quote, "value": taken.instead} if taken.has(quote.get("value", "")) else dict(quote)


def _button(button: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    form = button.get("form")
    if not isinstance(form, Mapping):
        return dict(button)
    subject = form.get("subject") or {}
    whole = taken.concerns(subject)
    fields = [_field(field, taken, whole) for field in form.get("fields") or []]
    return {**button, "form": {**form, "subject": _without(subject, taken, whole), "fields": fields}}


def _field(field: Mapping[str, Any], taken: Taken, whole: bool) -> dict[str, Any]:
    """What was picked among several options is ours, and what was written there a person's; options may be named by what
    people wrote, so in a form that goes wholly their names go, and what they stand for stays."""
    if whole and field.get("options"):
        return {**field, "options": [{**option, "label": taken.instead} for option in field["options"]]}
    written = field.get("value") and not field.get("options")
    return {**field, "value": taken.instead} if written and (whole or taken.has(field["value"])) else dict(field)


def _without(texts: Mapping[str, Any], taken: Taken, whole: bool) -> dict[str, Any]:
    """Texts by name, without those that were taken back; what they are about, by id, stays."""

    def goes(value: Any) -> bool:
        return bool(value) and value not in taken.about and (whole or taken.has(value))

    return {name: taken.instead if goes(value) else value for name, value in texts.items()}


def quoted_about(message: Mapping[str, Any], cards: Collection[str], about: Collection[str]) -> set[str]:
    """What a post quotes, if its card is one of ``cards``, or its first button acts on one of ``about``."""
    card = message.get("card")
    if not isinstance(card, Mapping):
        return set()
    first = [_acts_on(button) for button in (card.get("buttons") or [])[:1]]
    if card.get("card_id") not in cards and not any(acts_on in about for acts_on in first):
        return set()
    return {str(quote.get("value", "")).strip() for quote in card.get("quoted") or []} - {""}


def _acts_on(pressed: Mapping[str, Any]) -> str:
    """The id behind the action of a button: ``approve:<row id>``."""
    return str(pressed.get("action", "")).partition(":")[2]


def line_without(message: Mapping[str, Any], events: Collection[str], taken: Taken) -> dict[str, Any]:
    """A line of a transcript: a post, or what a person said, which is blanked if its event is one of ``events``."""
    kept = message_without(message, taken)
    said = message.get("said")
    if isinstance(said, Mapping) and said.get("event") in events:
        kept["text"] = taken.instead
        kept["said"] = {**said, "text": taken.instead} if "text" in said else dict(said)
    return kept


def is_taken(event_id: str, person_id: str | None, kind: EventKind, payload: Mapping[str, Any], taken: Taken) -> bool:
    """Whether an event goes wholly.

    A message does if its person took it back or says nothing in it, or behind its command, but one of the texts. A form does, whoever filled it
    in, if what came of it was taken back (a colleague proposed a message of this person's) or if it was about that.
    """
    if kind is EventKind.FORM:
        behind = payload.get("card_id") in taken.cards or _acts_on(payload) in taken.about
        return event_id in taken.event_ids or behind or taken.concerns(payload.get("subject"))
    theirs = kind is EventKind.MESSAGE and person_id == taken.person_id
    return theirs and (event_id in taken.event_ids or any(map(taken.has, _said_in(payload))))


def _said_in(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """A message as it is, and what stands behind a command in it, perhaps after whom it is for: ``/tune ask v2: a request``."""
    behind = str((payload.get("command") or {}).get("rest", ""))
    return (str(payload.get("text", "")), behind, behind.partition(":")[2])


def payload_without(payload: Mapping[str, Any], taken: Taken, whole: bool) -> dict[str, Any]:
    """An event's payload without its text, or a form's without what was written there: all, or what is one of the texts.

    Where its files lie stays, so that they can be found again."""
    if "values" in payload:
        parts = {name: _without(payload.get(name) or {}, taken, whole) for name in ("subject", "values")}
        return {**payload, **parts}
    if not whole:
        return dict(payload)
    return {**payload, "text": taken.instead, **({"command": None} if "command" in payload else {})}
