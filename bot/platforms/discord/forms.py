"""Forms as Discord's modals, and what is filled in there as values: pure functions.

A modal has five places and an id of 100 characters. So a form may come in steps, and what it is about is known by a digest: it
is looked up again rather than carried (``acting``).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.messages import Form, FormField, Option
from bot.chat.port import Words
from bot.chat.text import clean, one_line, shortened
from bot.platforms.discord.drawing import untagged
from bot.platforms.discord.markdown import escaped
from bot.platforms.discord.paging import MOST_OPTIONS

MOST_PLACES = 5
LONGEST_TITLE = 45
LONGEST_LABEL = 45
LONGEST_HINT = 100
LONGEST_VALUE = 4000
LONGEST_OPTION = 100
LONGEST_PLACE = 4000
"""Characters that stand in a modal as text, of labels and hints that are too long for their own place."""

_ID = re.compile(
    r"form\|(?P<token>[0-9a-f]{16})\|(?P<step>[0-9]{1,2})\|(?P<digest>[0-9a-f]{8})\|(?P<button>.*)", re.DOTALL
)
_TEXT_INPUT, _SELECT, _LABEL = 4, 3, 18
_COMMAND = re.compile(r"`(/tune [^`\n]+)`")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the id of a modal says."""

    token: str
    """By which the process that opened it knows what had been filled in before."""
    step: int
    digest: str
    """Of the form and what it is about."""
    button: str
    """The id of the button that opened it; empty: none did, or it is too long to be carried."""

    @property
    def id(self) -> str:
        head = f"form|{self.token}|{self.step}|{self.digest}|"
        return head + (self.button if len(head) + len(self.button) <= 100 else "")


def known(custom_id: str) -> Known | None:
    """What the id of a submitted modal says; None: it is no form's."""
    found = _ID.fullmatch(custom_id)
    if found is None:
        return None
    return Known(token=found["token"], step=int(found["step"]), digest=found["digest"], button=found["button"])


def digest_of(form: Form) -> str:
    """Tells a form and what it is about from any other: a face that was turned meanwhile has another form."""
    about = json.dumps([form.name, sorted(form.subject.items()), [field.name for field in form.fields]])
    return hashlib.sha256(about.encode()).hexdigest()[:8]


def steps(form: Form) -> list[tuple[FormField, ...]]:
    """The fields, as many as fit in a modal at once. None that is picked beforehand (``too_many``) is among them."""
    found: list[tuple[FormField, ...]] = [()]
    for field in form.fields:
        if too_many(field):
            continue
        if sum(map(_places, (*found[-1], field))) > MOST_PLACES:
            found.append(())
        found[-1] = (*found[-1], field)
    return found


def too_many(field: FormField) -> bool:
    """Whether its options do not fit in a list of a modal: they are paged through before it opens."""
    return len(field.options) > MOST_OPTIONS


def modal(form: Form, step: int, values: Mapping[str, str], custom_id: str, words: Words) -> discord.ui.Modal:
    """One step of a form. ``values``: what stands in its fields, in the place of what the form has.

    The client keeps nothing of it. Raises ValueError where a value, or that of an option, is longer than Discord can carry: a field is never
    shown in part, since what is submitted replaces the whole.
    """
    parts = steps(form)
    title = one_line(form.title)
    if len(parts) > 1:
        number = words("discord.form.step", number=step + 1, total=len(parts))
        title = f"{shortened(title, LONGEST_TITLE - len(number) - 1)} {number}"
    found = discord.ui.Modal(title=shortened(title, LONGEST_TITLE) or "…", custom_id=custom_id, timeout=None)
    for field in parts[step]:
        for item in _items(field, values.get(field.name, field.value)):
            found.add_item(item)
    if not found.children:
        found.add_item(discord.ui.TextDisplay(words("room.nothing")))
    found.stop()
    return found


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, of the data of a submit: the text, or the value picked, by field; empty where nothing was."""
    return {str(one["custom_id"]): _value(one) for one in _inputs(data.get("components") or ())}


def complete(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """All values of a form: those that were filled in, and of what was not asked what stands there."""
    return {field.name: values.get(field.name, field.value) for field in form.fields}


def step_of(form: Form, names: Sequence[str]) -> int:
    """The first step that asks for one of these fields; the first of all where none does."""
    found = (number for number, part in enumerate(steps(form)) if any(field.name in names for field in part))
    return next(found, 0)


def wrong(form: Form, errors: Mapping[str, str]) -> str:
    """A line for each field: its label, and what is wrong. What belongs to no field stands by itself."""
    labels = {field.name: escaped(one_line(field.label)) for field in form.fields}
    return "\n".join(
        f"- **{labels[name]}**: {sentence}" if name in labels else f"- {sentence}" for name, sentence in errors.items()
    )


def typed(form: Form | None, values: Mapping[str, str]) -> str:
    """What was filled in, for somebody to copy: by label, as far as that is known."""
    labels = {field.name: one_line(field.label) for field in form.fields} if form else {}
    return "\n\n".join(f"{labels.get(name, name)}:\n{value}" for name, value in values.items() if value.strip())


def option_items(options: Sequence[Option], chosen: str = "") -> list[discord.SelectOption]:
    """Raises ValueError for a value that cannot be carried."""
    return [_option(option, chosen) for option in options]


def without_marks(text: str) -> str:
    """For where Discord shows plain text: commands stand in it without their marks."""
    return _COMMAND.sub(r"\1", clean(text))


def _places(field: FormField) -> int:
    return 2 if _aside(field) else 1


def _aside(field: FormField) -> str:
    """What of a field stands above it as text, because it is too long for its own place."""
    label, hint = one_line(field.label), without_marks(field.hint)
    said = [f"**{escaped(label)}**"] if len(label) > LONGEST_LABEL else []
    return "\n".join([*said, *([escaped(hint)] if len(hint) > LONGEST_HINT else [])])


def _items(field: FormField, value: str) -> Iterator["discord.ui.Item[discord.ui.Modal]"]:
    if aside := _aside(field):
        yield discord.ui.TextDisplay(shortened(aside, LONGEST_PLACE))
    hint = one_line(without_marks(field.hint))
    yield discord.ui.Label(
        text=shortened(one_line(field.label), LONGEST_LABEL) or "…",
        description=hint if hint and len(hint) <= LONGEST_HINT else None,
        component=_select(field, value) if field.options else _text_input(field, value),
    )


def _text_input(field: FormField, value: str) -> "discord.ui.TextInput[discord.ui.Modal]":
    if len(value) > LONGEST_VALUE:
        raise ValueError(f"the value of field {field.name!r} is longer than an input can hold")
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.multiline else discord.TextStyle.short,
        default=value.encode("utf-8", "replace").decode() or None,  # half a surrogate pair cannot be sent
        required=not field.optional,
        max_length=LONGEST_VALUE,
    )


def _select(field: FormField, value: str) -> "discord.ui.Select[discord.ui.Modal]":
    return discord.ui.Select(
        custom_id=field.name,
        options=option_items(field.options, value),
        required=not field.optional,
        min_values=0 if field.optional else 1,
    )


def _option(option: Option, chosen: str) -> discord.SelectOption:
    if not 0 < len(option.value) <= LONGEST_OPTION:
        raise ValueError(f"the value of the option {option.label[:80]!r} cannot be carried")
    label = shortened(one_line(option.label), LONGEST_OPTION) or "…"
    return discord.SelectOption(label=label, value=option.value, default=option.value == chosen)


def _inputs(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        if one.get("type") in (_TEXT_INPUT, _SELECT) and one.get("custom_id"):
            yield one
        inner = one.get("component")
        yield from _inputs([*(one.get("components") or ()), *([inner] if inner else [])])


def _value(entered: Mapping[str, Any]) -> str:
    picked = entered.get("values") or ()
    return str(next(iter(picked), "")) if entered.get("type") == _SELECT else untagged(str(entered.get("value") or ""))
