"""The list of pinned requests, and the forms by which one is pinned or taken away."""

from collections.abc import Mapping, Sequence

from agent.evaluation.pinned import PinnedResult, request_text
from agent.replies import LONGEST_VALUE, Choice, Form, FormField, Option, Quote, ShowCard
from agent.reports.naming import who
from agent.reports.pin_notes import rule_in_words
from agent.words import say
from storage.domain import Pin

CARD = "pins"
PIN, UNPIN, REMOVE = "pin", "unpin", "remove"
"""What the buttons do, the first two with a form of that name; behind the last stands the pin's id."""
_LONGEST_SHOWN = 80
"""Characters of a request in the list."""
_MOST_OPTIONS = 25
_LONGEST_OPTION = 75


def pins_mark(project_id: str) -> str:
    """What cards about a project's pins are about: they quote several people's, so that whoever forgets theirs blanks them."""
    return f"pins:{project_id}"


def pins_card(
    card_id: str, project_id: str, pins: Sequence[Pin], latest: PinnedResult | None, *, can_keep_format: bool
) -> ShowCard:
    """For the person alone: requests may come from elsewhere. ``latest``: how the newest version did."""
    lines = [_line(number, pin, latest) for number, pin in enumerate(pins, 1)]
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"project_id": project_id, "pins": pins_mark(project_id)},
        title=say("pin.title", count=len(pins)) if pins else say("pin.title_none"),
        quoted=(Quote(name=say("pin.list"), text="\n".join(lines)),) if lines else (),
        choices=(
            Choice(
                label=say("pin.give"),
                action=PIN,
                form=pin_form({"project_id": project_id}, can_keep_format=can_keep_format),
            ),
            *([Choice(label=say("pin.remove"), action=UNPIN, form=unpin_form(project_id, pins))] if pins else []),
        ),
        note=say("pin.note"),
        private=True,
    )


def unpin_card(card_id: str, project_id: str, pin: Pin, number: int) -> ShowCard:
    """One pin, to be taken away."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"project_id": project_id},
        title=say("pin.title_remove", number=number),
        quoted=(Quote(name=say("compare.request"), text=request_text(pin)),),
        choices=(Choice(label=say("pin.submit_remove"), action=f"{REMOVE}:{pin.id}", style="danger"),),
        private=True,
    )


def pin_form(subject: Mapping[str, str], request: str = "", *, can_keep_format: bool = False) -> Form | None:
    """``subject``: the project, or the answer whose request it is. None where the request is longer than a form may hold."""
    if len(request) > LONGEST_VALUE:
        return None
    texts = [("instruction", request, False), ("must", "", True), ("must_not", "", True), ("reference", "", True)]
    fields = [
        FormField(
            name=name,
            label=say(f"pin.field_{name}"),
            value=value,
            hint=say(f"pin.hint_{name}"),
            multiline=True,
            optional=optional,
        )
        for name, value, optional in texts
    ]
    if can_keep_format:
        options = tuple(Option(value=value, label=say(f"pin.format_{value}")) for value in ("no", "yes"))
        fields.append(FormField(name="format", label=say("pin.field_format"), value="no", options=options))
    return Form(name=PIN, subject=dict(subject), title=say("pin.form"), fields=tuple(fields), submit=say("pin.submit"))


def unpin_form(project_id: str, pins: Sequence[Pin]) -> Form:
    """The latest first, as many as every platform can list; the others go by their number in words."""
    numbered = list(enumerate(pins, 1))[::-1][:_MOST_OPTIONS]
    options = tuple(
        Option(value=pin.id, label=f"{number}. {_shown(pin)}"[:_LONGEST_OPTION]) for number, pin in numbered
    )
    return Form(
        name=UNPIN,
        subject={"project_id": project_id, "pins": pins_mark(project_id)},
        title=say("pin.form_remove"),
        fields=(FormField(name="pin", label=say("pin.field_pin"), value=options[0].value, options=options),),
        submit=say("pin.submit_remove"),
    )


def _line(number: int, pin: Pin, latest: PinnedResult | None) -> str:
    found = next((one for one in latest.outcomes if one.pin_id == pin.id), None) if latest else None
    told = say("pin.line", number=number, request=_shown(pin), rule=rule_in_words(pin))
    if found is None or latest is None:
        return told
    return say("pin.line_state", line=told, change=say(f"pins.change_{found.change}"), who=who(latest.by))


def _shown(pin: Pin) -> str:
    text = " ".join(request_text(pin).split())
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
