"""Whether what a person sees means what the house said: the same words in the same order, and nothing else.

Platforms are free in how they lay a message out. They are not free to leave out a word, to add one that is not theirs to
add, to press somebody's text into markup, or to show a picture without saying what it shows.
"""

import re
from collections.abc import Iterator, Sequence

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Enclosure, Field, Picture
from tests.platforms.serving import House, Posted
from tests.platforms.speaking import Seen, Speaker

_MARKED = re.compile(r"\*\*([^*\n]+)\*\*|`([^`\n]+)`|(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])")
_GAP = r"[\s:;,.|•│–-]*"
"""What may stand between two parts of a message."""


def says(key: str, *quoted: tuple[str, str], **values: object) -> ChatMessage:
    """A message with one of our sentences, and with what people or models wrote."""
    return ChatMessage(text=say(key, **values), quoted=_fields(quoted))


def card(
    title: str,
    *fields: tuple[str, str],
    quoted: Sequence[tuple[str, str]] = (),
    buttons: Sequence[str] = (),
    note: str = "",
) -> ChatMessage:
    """A card with this face."""
    shown = tuple(Button(label=label, action=label) for label in buttons)
    face = CardFace(card_id="", title=title, fields=_fields(fields), quoted=_fields(quoted), buttons=shown, note=note)
    return ChatMessage(card=face)


def picture(alt: str, text: str = "") -> ChatMessage:
    return ChatMessage(text=text, picture=Picture(path="", alt=alt))


def file(name: str, text: str = "") -> ChatMessage:
    return ChatMessage(text=text, file=Enclosure(path="", name=name))


def expect(seen: Sequence[Seen], *messages: ChatMessage) -> None:
    """All that is seen is these messages, in this order."""
    shown = "\n".join(map(str, seen))
    assert len(seen) == len(messages), f"{len(messages)} messages are expected, and seen:\n{shown}"
    for one, message in zip(seen, messages, strict=True):
        difference = differs(one, message)
        assert not difference, f"{difference}\nAll that is seen:\n{shown}"


def differs(seen: Seen, message: ChatMessage) -> str:
    """How what is seen differs in meaning from the message, in words; empty: it does not."""
    wanted = _pattern(message, whole=not seen.edited)
    if not re.fullmatch(wanted, _plain(seen.text)):
        return f"the words differ:\n  seen:   {_plain(seen.text)}\n  meant:  {_plain(whole(message))}"
    labels = tuple(button.label for button in message.card.buttons) if message.card else ()
    if seen.buttons != labels and not (seen.edited and not seen.buttons):
        return f"the buttons are {seen.buttons}, not {labels}"
    alts = (" ".join(message.picture.alt.split()),) if message.picture else ()
    if tuple(" ".join(alt.split()) for alt in seen.pictures) != alts:
        return f"the pictures say {seen.pictures}, not {alts}"
    names = (message.file.name,) if message.file else ()
    return f"the files are {seen.files}, not {names}" if seen.files != names else ""


async def check_all(house: House, speaker: Speaker) -> None:
    """All that was posted for this person stands before them: each message once, in order, with its meaning. What is for
    them alone is not read by others: it is private, or in their direct conversation."""
    seen, posted = await speaker.all(), house.posted()
    for direct in {False, speaker.conversation != speaker.id}:
        there = speaker.id if direct else speaker.conversation
        meant = [one for one in posted if one.conversation_id == there and one.latest.only_to is None]
        alone = [one for one in posted if one.latest.only_to == speaker.id]
        shown = [one for one in seen if one.direct is direct and not one.private]
        shown = [one for one in shown if not (direct and any(not _differs(one, other) for other in alone))]
        _check_each(speaker, shown, meant)
    alone = [one for one in posted if one.latest.only_to == speaker.id]
    for message in alone:
        found = [one for one in seen if (one.private or one.direct) and not _differs(one, message)]
        assert found, f"{speaker.name} was not told alone: {whole(message.latest)}"


def _check_each(speaker: Speaker, shown: Sequence[Seen], meant: Sequence[Posted]) -> None:
    for one, message in zip(shown, meant, strict=False):
        difference = _differs(one, message)
        assert not difference, f"{speaker.name}: {difference}"
    assert len(shown) == len(meant), f"{len(meant)} messages were posted for {speaker.name}, and {len(shown)} are seen"


def _differs(seen: Seen, message: Posted) -> str:
    """A terminal shows a card as it was first."""
    return differs(seen, message.latest) and differs(seen, message.first)


def whole(message: ChatMessage) -> str:
    """All words of a message, for a report and for a search."""
    return " ".join(text for _, text in _atoms(message, True))


def plain(text: str) -> str:
    """Our light Markdown as it reads."""
    return _plain(_unmarked(text))


def _pattern(message: ChatMessage, *, whole: bool) -> str:
    """What the words of a message look like on any platform. ``whole``: else a line that tells how an edited card stands,
    without what people wrote."""
    parts: list[str] = []
    for name, text in _atoms(message, whole):
        between = f"{_GAP}(?:{re.escape(_plain(name))}{_GAP})?" if name else _GAP
        lines = filter(None, map(_plain, text.split("\n")))  # a terminal repeats the name before each line
        parts.append(between + between.join(map(re.escape, lines)))
    if message.picture:  # a platform may tell beside a picture, too, what it shows
        parts.append(f"(?:{_GAP}{re.escape(_plain(message.picture.alt))})?")
    return "".join(parts) + _GAP


def _atoms(message: ChatMessage, whole: bool) -> Iterator[tuple[str, str]]:
    """The parts of a message in order: an optional name (of a column, or repeated) and a text."""
    yield "", _unmarked(message.text)
    yield from _named(message.quoted)
    if message.card:
        yield "", message.card.title
        yield from _named(message.card.fields)
        if whole:
            yield from _named(message.card.quoted)
        yield "", _unmarked(message.card.note)
    if message.table:
        yield "", message.table.title
        for row in message.table.rows:
            yield from zip([*message.table.header, *[""] * len(row)], map(_unmarked, row), strict=False)


def _named(fields: Sequence[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        yield "", field.name
        yield field.name, re.sub(r"`(/tune [^`\n]+)`", r"\1", field.value)


def _fields(pairs: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    return tuple(Field(name=name, value=value) for name, value in pairs)


def _unmarked(text: str) -> str:
    once = _MARKED.sub(lambda match: next(group for group in match.groups() if group is not None), text)
    return re.sub(r"`([^`\n]+)`", r"\1", re.sub(r"^ *- ", "", once, flags=re.MULTILINE))


def _plain(text: str) -> str:
    """On one line; a command without the slash that Slack's threads do not have."""
    return re.sub(r"(?<![\w/])/tune\b", "tune", " ".join(text.split()))
