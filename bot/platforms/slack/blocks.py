"""A message -> what Slack is sent of it: pure functions. What does not fit is shown shortened, and goes whole into a file.

It does not know where a message is posted, nor when.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.messages import CardFace, ChatMessage, Field
from bot.chat.port import Words
from bot.chat.shortening import file_name, first_fitting, whole_text
from bot.chat.spelling import respelled
from bot.chat.text import in_pieces, one_line, shortened
from bot.platforms.slack import rich_text
from bot.platforms.slack.buttons import button_blocks
from bot.platforms.slack.text import escaped, in_threads

Payload = dict[str, Any]

MOST_BLOCKS = 50
LONGEST_HEADER = 150
LONGEST_BLOCKS = 12_000
"""Bytes of all blocks as JSON. Slack counts in a way that it does not tell, containers included: messages with 13,297
characters of text in one block, and others with 11,341 in many, were refused as ``msg_blocks_too_long``
(github.com/slackapi/bolt-js issues 2509 and 2867)."""
LONGEST_TEXT = 3000
"""Characters of ``text``: what notifications show and screen readers read. An edit may have 4,000."""
_LONGEST_PAGE = 9000
"""Bytes of text as JSON on a page of a long text, its frame not counted."""
EVENT_TYPE = "threadtune"
"""Of the metadata that we put on our messages; ``marker_of`` reads them."""
AS_IT_IS: Payload = {"parse": "none", "link_names": False}
"""Goes with every post and every edit: an edit's ``parse`` is otherwise ``client``, which makes links and mentions."""
WITHOUT_PREVIEWS: Payload = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
"""Goes with every post."""


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """What a message says, whole."""

    name: str
    """It contains the marker of the message (``pictures.is_there``)."""
    text: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    payload: Payload
    """``text``, ``blocks`` and ``metadata``."""
    file: TextFile | None = None
    """To be uploaded below the message, or, where it is for one person alone, to their direct messages; where uploads are
    refused, ``pages`` are posted instead. None: the message says everything."""


def draw(
    message: ChatMessage,
    marker: str,
    words: Words,
    *,
    in_thread: bool = False,
    mention: str = "",
    picture_refused: bool = False,
    file_refused: str = "",
) -> Drawn:
    """The message as Slack is sent it.

    ``in_thread``: slash commands do not exist where it is shown. ``mention``: the user id of the person whom a message
    that pings is to notify; empty where they are notified anyway. ``picture_refused``: its picture could not be uploaded,
    and is told in words. ``file_refused``: why its file could not be, as a code. Raises ValueError where a card's ids are too long for its buttons.
    """
    said = respelled(message, in_threads) if in_thread else message
    who = mention if message.ping else ""

    def attempt(shown: ChatMessage, hint: str = "") -> list[Payload]:
        return message_blocks(
            shown, words, mention=who, hint=hint, picture_refused=picture_refused, file_refused=file_refused
        )

    blocks, shown, file = attempt(said), said, None
    if not fits(blocks):
        whole = whole_text(said)
        key = "slack.shortened_direct" if message.only_to else "slack.shortened"
        hint = words(key, characters=f"{len(whole):,}")
        file = TextFile(name=f"whole-text-{marker}.txt", text=whole)
        blocks, shown = first_fitting(said, lambda face: _if_it_fits(attempt(face, hint)))
    text = fallback(shown, words)
    payload = {
        "text": f"<@{who}> {text}" if who else text,
        "blocks": blocks,
        "metadata": _metadata(marker),
    }
    return Drawn(payload=payload, file=file)


def notice(text: str, words: Words, *, in_thread: bool = False) -> Payload:
    """A sentence of ours outside the outbox, such as the answer to a command: ``text`` and ``blocks``."""
    drawn = draw(ChatMessage(text=text), "", words, in_thread=in_thread)
    return {"text": drawn.payload["text"], "blocks": drawn.payload["blocks"]}


def marker_of(message: Payload) -> str | None:
    """The marker of a message of ours, as ``conversations.replies`` has it with ``include_all_metadata``."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("marker")) if metadata.get("event_type") == EVENT_TYPE and payload.get("marker") else None


def pages(file: TextFile, marker: str, words: Words) -> list[Payload]:
    """A file's text as messages, where it cannot be uploaded."""
    texts = in_pieces(file.text, _LONGEST_PAGE, size_of)
    found = []
    for number, text in enumerate(texts, 1):
        title = words("slack.page", number=number, total=len(texts))
        blocks = [rich_text.block([rich_text.bold(title), rich_text.preformatted(text)])]
        found.append({"text": escaped(title), "blocks": blocks, "metadata": _metadata(f"{marker}-page-{number}")})
    return found


def fits(blocks: Sequence[Payload]) -> bool:
    """Whether Slack takes these blocks in one message."""
    return len(blocks) <= MOST_BLOCKS and size_of(blocks) <= LONGEST_BLOCKS


def size_of(blocks: Any) -> int:
    """Bytes as JSON, as short as it can be written."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode())


def message_blocks(
    message: ChatMessage,
    words: Words,
    *,
    mention: str = "",
    hint: str = "",
    picture_refused: bool = False,
    file_refused: str = "",
    home: bool = False,
) -> list[Payload]:
    """All blocks of a message, of any number and size. ``hint``: what is said last, above the buttons."""
    blocks = _body([*([rich_text.mention(mention)] if mention else []), *rich_text.ours(message.text)])
    blocks += _body([part for field in message.quoted for part in rich_text.quote(field)])
    if message.card:
        blocks += _card(message.card)
    if message.table:
        blocks += _body(rich_text.rows(message.table))
    if message.picture and (picture_refused or home or not message.text):
        shows = Field(name=words("room.picture"), value=one_line(message.picture.alt))
        blocks += _body(rich_text.facts([shows]))
    if message.file and (file_refused or home or not message.text):
        blocks += _body(rich_text.facts([Field(name=words("room.file"), value=file_name(message))]))
    if file_refused:
        blocks += _body(rich_text.ours(_why_no_file(file_refused, words)))
    blocks += _body(rich_text.ours(hint))
    blocks += button_blocks(message.card, home) if message.card else []
    return blocks or _body(rich_text.ours(words("room.nothing")))


def home_blocks(message: ChatMessage, words: Words) -> list[Payload]:
    """The blocks of a message in the home tab, which has no files: what is too long there says so."""
    blocks = message_blocks(message, words, home=True)
    if size_of(blocks) <= LONGEST_BLOCKS:
        return blocks
    hint = words("slack.home.shortened")
    found, _ = first_fitting(message, lambda face: _if_it_fits(message_blocks(face, words, hint=hint, home=True)))
    return found


def fallback(message: ChatMessage, words: Words) -> str:
    """``text``: what a notification shows, and what a screen reader reads instead of the blocks, with the words of the
    buttons. Shortened, and escaped."""
    lines = [line for line in whole_text(message).split("\n") if line.strip()]
    text = shortened("\n".join(shortened(line, 600) for line in lines), LONGEST_TEXT - 400)
    if message.card and message.card.buttons:
        labels = ", ".join(one_line(button.label) for button in message.card.buttons)
        text = f"{text}\n{words('slack.choose', labels=shortened(labels, 300))}"
    return _escaped_within(text.strip() or words("room.nothing"), LONGEST_TEXT)


def _body(elements: Sequence[Payload]) -> list[Payload]:
    return [rich_text.block(elements)] if elements else []


def _card(card: CardFace) -> list[Payload]:
    title = one_line(card.title)
    blocks: list[Payload] = []
    if 0 < len(title) <= LONGEST_HEADER:
        blocks.append({"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}})
    elif title:
        blocks += _body([rich_text.bold(title)])
    blocks += _body(rich_text.facts(card.fields))
    blocks += _body([part for field in card.quoted for part in rich_text.quote(field)])
    return blocks + _body(rich_text.ours(card.note))


def _if_it_fits(blocks: list[Payload]) -> list[Payload] | None:
    return blocks if fits(blocks) else None


def _why_no_file(code: str, words: Words) -> str:
    """A sentence that says what to do. A file that is gone from our disk was taken back by somebody, or made anew."""
    if code == "not_found":
        return words("room.file_gone")
    return words("slack.file.refused", code=one_line(code).replace("`", "")[:60])


def _escaped_within(text: str, most: int) -> str:
    """The escaped text, with as much left out as makes it fit: an escape takes up to five characters, and is never cut."""
    while len(found := escaped(text)) > most:
        text = shortened(text, max(1, len(text) - (len(found) - most) // 4 - 1))
    return found


def _metadata(marker: str) -> Payload:
    return {"event_type": EVENT_TYPE, "event_payload": {"marker": marker}}
