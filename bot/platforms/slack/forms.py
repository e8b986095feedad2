"""Forms as Slack's modals, and what is filled in there as values: pure functions over payloads.

A modal carries what it is about in its ``private_metadata``, so that nothing need be kept until it is submitted.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.chat.messages import Form, FormField, Option
from bot.chat.port import Words
from bot.chat.text import clean, one_line, shortened
from bot.platforms.slack import rich_text
from bot.platforms.slack.blocks import Payload

FORM = "form"
LOADING = "form-loading"
"""Callback ids: of a modal that can be submitted, and of those that only say something."""

LONGEST_TITLE = 24
LONGEST_VALUE = 3000
LONGEST_METADATA = 3000
LONGEST_LABEL = 2000
LONGEST_OPTION = 75
LONGEST_OPTION_VALUE = 150
MOST_OPTIONS = 100

_FIELD = "field-"
"""What the ids of input blocks begin with; the name of the field follows."""
_INPUT = "value"

_COMMAND = re.compile(r"`(/tune [^`\n]+)`")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a modal is about."""

    form: str
    subject: Mapping[str, str]
    conversation_id: str
    card_id: str | None = None
    action: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    """Where its answer goes: to where the button was pressed."""
    link: str = ""
    """To the message with that button."""


def opened(
    form: Form,
    conversation_id: str,
    card_id: str | None = None,
    action: str = "",
    address: Mapping[str, str] | None = None,
    link: str = "",
) -> Opened:
    """For ``modal``. ``card_id``, ``action``, ``link``: of the card, button and message that opened it, if a card's did."""
    return Opened(
        form=form.name,
        subject=dict(form.subject),
        conversation_id=conversation_id,
        card_id=card_id,
        action=action,
        address=dict(address or {}),
        link=link,
    )


def modal(form: Form, about: Opened, words: Words) -> Payload:
    """The view for ``views.open`` or ``views.update``.

    Raises ValueError where a value, the value of an option, or what the form is about, is longer than Slack can carry: a
    field is never shown in part, since what is submitted replaces the whole.
    """
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(form.title, LONGEST_TITLE),
        "submit": _plain(form.submit, LONGEST_TITLE),
        "close": _plain(words("slack.form.cancel"), LONGEST_TITLE),
        "private_metadata": _metadata(about),
        "blocks": [_input(field, words) for field in form.fields] or [_say(words("room.nothing"))],
    }


def loading(words: Words) -> Payload:
    """What is opened at once, while the trigger lives (3 seconds), until ``views.update`` brings the form."""
    return _saying(words("slack.form.loading_title"), words("slack.form.loading"), words)


def problem(text: str, words: Words) -> Payload:
    """A modal that says why there is no form. ``text``: a sentence of ours, in light Markdown."""
    return _saying(words("slack.form.problem_title"), text, words)


def about(view: Mapping[str, Any]) -> Opened | None:
    """What a submitted view is about; None: it is no form of ours."""
    if view.get("callback_id") != FORM:
        return None
    try:
        return Opened(**json.loads(view["private_metadata"]))
    except (KeyError, TypeError, ValueError):
        return None


def values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in: the text, or the value of the option picked, by field; empty where nothing was."""
    state: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return {
        block_id.removeprefix(_FIELD): _value(inputs.get(_INPUT) or {})
        for block_id, inputs in state.items()
        if block_id.startswith(_FIELD)
    }


def with_errors(view: Mapping[str, Any], errors: Mapping[str, str]) -> Payload:
    """The acknowledgement that shows each sentence beside its field; what belongs to no field stands beside the first.

    It is plain text: a command stands in it without its marks.
    """
    blocks = [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]
    found: dict[str, str] = {}
    for name, marked in errors.items():
        sentence = _COMMAND.sub(r"\1", marked)
        block_id = f"{_FIELD}{name}" if f"{_FIELD}{name}" in blocks else next(iter(blocks), f"{_FIELD}{name}")
        found[block_id] = f"{found[block_id]} {sentence}" if block_id in found else sentence
    return {"response_action": "errors", "errors": found}


def _metadata(about: Opened) -> str:
    metadata = json.dumps(asdict(about), ensure_ascii=False, separators=(",", ":"))
    if len(metadata) > LONGEST_METADATA:
        raise ValueError(f"the form {about.form!r} is about more than a modal can carry")
    return metadata


def _saying(title: str, text: str, words: Words) -> Payload:
    return {
        "type": "modal",
        "callback_id": LOADING,
        "title": _plain(title, LONGEST_TITLE),
        "close": _plain(words("slack.form.done"), LONGEST_TITLE),
        "blocks": [_say(text)],
    }


def _say(text: str) -> Payload:
    return rich_text.block(rich_text.ours(text))


def _input(field: FormField, words: Words) -> Payload:
    hint = clean(field.hint)
    if len(field.options) > MOST_OPTIONS:
        hint = f"{hint} {words('slack.form.first_options', shown=MOST_OPTIONS, total=len(field.options))}".strip()
    return {
        "type": "input",
        "block_id": f"{_FIELD}{field.name}",
        "label": _plain(field.label, LONGEST_LABEL),
        "optional": field.optional,
        "element": _select(field) if field.options else _text_input(field),
    } | ({"hint": _plain(hint, LONGEST_LABEL)} if hint else {})


def _text_input(field: FormField) -> Payload:
    if len(field.value) > LONGEST_VALUE:
        raise ValueError(f"the value of field {field.name!r} is longer than an input can hold")
    element: Payload = {
        "type": "plain_text_input",
        "action_id": _INPUT,
        "multiline": field.multiline,
        "max_length": LONGEST_VALUE,
    }
    value = field.value.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent
    return element | ({"initial_value": value} if value else {})


def _select(field: FormField) -> Payload:
    options = [_option(option) for option in field.options[:MOST_OPTIONS]]
    chosen = [option for option in options if option["value"] == field.value]
    element: Payload = {"type": "static_select", "action_id": _INPUT, "options": options}
    return element | ({"initial_option": chosen[0]} if chosen else {})


def _option(option: Option) -> Payload:
    if not 0 < len(option.value) <= LONGEST_OPTION_VALUE:
        raise ValueError(f"the value of the option {option.label[:80]!r} cannot be carried")
    return {"text": _plain(one_line(option.label), LONGEST_OPTION), "value": option.value}


def _plain(text: str, most: int) -> Payload:
    return {"type": "plain_text", "text": shortened(clean(text).strip(), most) or "…", "emoji": False}


def _value(entered: Mapping[str, Any]) -> str:
    picked = entered.get("selected_option") or {}
    return str(entered.get("value") or picked.get("value") or "")
