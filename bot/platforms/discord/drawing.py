"""A message -> what Discord is sent of it: pure functions. What does not fit is shown shortened, and goes whole into a file.

What is said is the content, which is all that a notification shows; the facts of a card and the rows of a table stand in an
embed below it. It does not know where a message is posted, nor when.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import discord

from bot.chat.file_names import name_of
from bot.chat.messages import CardFace, ChatMessage, Field, Table
from bot.chat.port import Words
from bot.chat.shortening import file_name, first_fitting, whole_text
from bot.chat.spelling import respelled
from bot.chat.text import one_line, shortened
from bot.platforms.discord.buttons import card_view
from bot.platforms.discord.markdown import bold, fact, ours, quoted, rows, small
from bot.platforms.discord.spelling import spelled
from bot.platforms.discord.splitting import Line, in_pages

LONGEST_CONTENT = 2000
"""Code points, as Discord's servers count (github.com/discord/discord-api-docs/issues/1315)."""
LONGEST_DESCRIPTION = 4096
LONGEST_EMBEDS = 6000
"""Characters in all embeds of a message."""
LONGEST_ALT = 1024
LONGEST_SAID = 400
"""Characters of what a picture shows that are said below its sentence too. What is longer would be read before the picture
is seen, and says what stands in a table anyway; screen readers have it with the picture."""
MOST_PARTS = 3
"""Messages that one of ours becomes. One with buttons, which is edited in place, is always one."""
GLYPHLESS = "\u200b\u200c\u2060"
"""Characters that take no room, part no word and are passed over by screen readers."""
_DIGITS = 16
_TAG = re.compile(rf"[{GLYPHLESS}]{{{_DIGITS}}}")
_SPOILER = re.compile(r"(?:SPOILER_)+")


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that goes with a part. It is never a spoiler."""

    name: str
    path: str = ""
    """Relative to the home folder; empty: ``text`` is all of it."""
    text: str = ""
    description: str = ""
    """What a picture shows, in words: at most 1,024 characters."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One message of Discord's. It is posted with ``allowed_mentions`` for nobody but the person whom ``draw`` was told to
    mention, and with its links not unfurled where it has no embeds."""

    content: str
    """Never empty: it is what a notification shows."""
    embeds: Sequence[discord.Embed] = ()
    view: discord.ui.View | None = None
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drawn:
    parts: tuple[Part, ...]
    """At least one, in order; each ends with its own invisible tag (``carries``). Buttons and files are the last one's."""


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """The text of a part."""

    content: str
    embeds: Sequence[str] = field(default=())


def draw(
    message: ChatMessage,
    marker: str,
    words: Words,
    *,
    mention: int | None = None,
    answerable: bool = False,
    refused: str = "",
    bare: bool = False,
) -> Drawn:
    """The message as Discord is sent it.

    ``mention``: the id of the person whom a message that pings is to notify; None where they are notified anyway.
    ``answerable``: an Answer button is added, for where we may not read what is written. ``refused``: why files cannot be
    shown there, as a code: everything is told in words then, in as many parts as it takes. ``bare``: embeds cannot be shown
    there, and what stands in them is said in the content. Raises ValueError where a card's ids are too long for its buttons.
    """
    said = respelled(message, spelled)
    who = mention if message.ping else None
    most = MOST_PARTS if message.card is None else 1

    def sheets_of(face: ChatMessage, hint: str = "") -> list[_Sheet]:
        return _sheets(face, words, who, refused=refused, bare=bare, hint=hint)

    sheets, files = sheets_of(said), [] if refused else _files(said)
    if len(sheets) > most and not refused:
        whole = whole_text(said)
        hint = words("discord.shortened", characters=f"{len(whole):,}")

        def attempt(face: ChatMessage) -> list[_Sheet] | None:
            found = sheets_of(face, hint)
            return found if len(found) <= most else None

        sheets, _ = first_fitting(said, attempt)
        files.append(Attached(name="whole-text.txt", text=whole))
    parts = [_part(sheet, marker, number) for number, sheet in enumerate(sheets)]
    last = Part(
        content=parts[-1].content,
        embeds=parts[-1].embeds,
        view=card_view(message.card, words, answerable=answerable),
        files=tuple(files),
    )
    return Drawn(parts=(*parts[:-1], last))


def tag(marker: str, number: int) -> str:
    """16 characters without a glyph, by which the part with this number of a marked message is known in a history.

    Discord keeps no nonce with a message (github.com/Rapptz/discord.py/issues/2451) and has no metadata of ours, and two
    messages may say the same. There are 3^16 tags, so that among the 100 messages that are looked through another one has the
    same in one of 400,000 lookups. They stand last, and stay few: a braille display may show them.
    """
    left, found = int.from_bytes(hashlib.sha256(f"{marker}/{number}".encode()).digest()), ""
    for _ in range(_DIGITS):
        left, digit = divmod(left, len(GLYPHLESS))
        found += GLYPHLESS[digit]
    return found


def untagged(text: str) -> str:
    """What somebody copied out of messages of ours, without the tags that came along: it may become an example."""
    return _TAG.sub("", text)


def carries(content: str, marker: str, number: int = 0) -> bool:
    """Whether this is the content of that part of a message of ours."""
    return content.rstrip().endswith(tag(marker, number))


def _part(sheet: _Sheet, marker: str, number: int) -> Part:
    embeds = [discord.Embed(description=text) for text in sheet.embeds]
    return Part(content=sheet.content + tag(marker, number), embeds=embeds)


def _sheets(
    message: ChatMessage, words: Words, who: int | None, *, refused: str, bare: bool, hint: str
) -> list[_Sheet]:
    """All that a message says, on as many sheets as it takes. ``hint``: what is said last."""
    head, body = _head(message), _body(message)
    if bare or not head:  # a notification says something
        head, body = _apart(head, body), []
    named = [Line(pieces=(f"<@{who}>",))] if who is not None else []
    below = _apart(_beside(message, words, refused), ours(hint))
    contents = in_pages(named + (_apart(head, below) or ours(words("room.nothing"))), LONGEST_CONTENT - _DIGITS)
    first, *others = _embeds(body) or [()]
    sheets = [_Sheet(content=content) for content in contents[:-1]]
    sheets.append(_Sheet(content=contents[-1], embeds=first))
    return sheets + [_Sheet(content=words("discord.continued"), embeds=some) for some in others]


def _embeds(body: Sequence[Line]) -> list[tuple[str, ...]]:
    """The descriptions of the embeds of each part."""
    pages = in_pages(body, LONGEST_DESCRIPTION)
    if len(pages) <= 1:
        return [tuple(pages)] * bool(pages)
    halves = iter(in_pages(body, LONGEST_EMBEDS // 2))
    return [tuple(page for page in pair if page) for pair in zip_longest(halves, halves)]


def _head(message: ChatMessage) -> list[Line]:
    """What the content says: our sentences, what is quoted in them, and the title of what stands below."""
    titled: CardFace | Table | None = message.card or message.table
    return _apart(ours(message.text), *map(quoted, message.quoted), bold(titled.title) if titled else [])


def _body(message: ChatMessage) -> list[Line]:
    """What stands below it."""
    card, table, found = message.card, message.table, list[list[Line]]()
    if card:
        facts = [line for one in card.fields for line in fact(one)]
        found += [facts, *map(quoted, card.quoted), ours(card.note)]
    if table:
        found += [bold(table.title) if card else [], rows(table)]
    return _apart(*found)


def _beside(message: ChatMessage, words: Words, refused: str) -> list[Line]:
    """Words for a picture and a file: what screen readers are not told otherwise, and what cannot be shown."""
    picture, lines = message.picture, list[Line]()
    if picture and (refused or not message.text):
        lines += fact(Field(name=words("room.picture"), value=one_line(picture.alt)))
    elif picture and not LONGEST_SAID < len(one_line(picture.alt)) <= LONGEST_ALT:
        lines += small(picture.alt)
    if message.file and (refused or not message.text):
        lines += fact(Field(name=words("room.file"), value=file_name(message)))
    if refused and (message.picture or message.file):
        lines += ours(_why_no_file(refused, words))
    return lines


def _files(message: ChatMessage) -> list[Attached]:
    found = []
    if picture := message.picture:
        alt = shortened(one_line(picture.alt), LONGEST_ALT)
        found.append(Attached(name=_sent_name(picture.path), path=picture.path, description=alt))
    if file := message.file:
        found.append(Attached(name=_sent_name(file.name), path=file.path))
    return found


def _sent_name(path: str) -> str:
    """Discord hides a file whose name begins with ``SPOILER_``."""
    return name_of(_SPOILER.sub("", name_of(path)))


def _why_no_file(code: str, words: Words) -> str:
    """A sentence that says what to do. A file that is gone from our disk was taken back by somebody, or made anew."""
    if code == "not_found":
        return words("room.file_gone")
    if code == "too_large":
        return words("discord.file.too_large")
    return words("discord.file.refused", code=one_line(code).replace("`", "")[:60])


def _apart(*groups: Sequence[Line]) -> list[Line]:
    """The groups that say something, with an empty line between them."""
    lines: list[Line] = []
    for group in groups:
        lines += [Line()] * bool(lines and group) + list(group)
    return lines
