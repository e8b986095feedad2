"""A person's own overview -> the home tab: pure functions. It does not know what stands in the overview."""

from collections.abc import Sequence

from bot.chat.messages import ChatMessage
from bot.chat.port import Words
from bot.platforms.slack import rich_text
from bot.platforms.slack.blocks import Payload, home_blocks, size_of

MOST_BLOCKS = 100
LONGEST_VIEW = 200_000
"""Bytes as JSON; Slack refuses views of more than 250 kB."""


def home(messages: Sequence[ChatMessage], words: Words) -> Payload:
    """The view for ``views.publish``: one message below the other. Of those that do not fit it says how many they are."""
    blocks: list[Payload] = []
    for number, message in enumerate(messages):
        more = [*([{"type": "divider"}] if blocks else []), *_with_ids(home_blocks(message, words), number)]
        # one place is kept for the sentence about the rest
        if len(blocks) + len(more) >= MOST_BLOCKS or size_of([*blocks, *more]) > LONGEST_VIEW:
            blocks.append(_say(words("slack.home.left_out", count=len(messages) - number)))
            break
        blocks += more
    return {"type": "home", "blocks": blocks or [_say(words("slack.home.empty"))]}


def _with_ids(blocks: Sequence[Payload], number: int) -> list[Payload]:
    """The blocks with ids of their own: the same card may stand in the overview twice."""
    return [
        block | {"block_id": f"home-{number}-{block['block_id']}"} if "block_id" in block else block for block in blocks
    ]


def _say(text: str) -> Payload:
    return rich_text.block(rich_text.ours(text))
