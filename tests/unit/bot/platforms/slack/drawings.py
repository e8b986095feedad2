"""What tests hold everything that Slack is sent against."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.platforms.slack.blocks import Drawn, size_of
from tests.fakes.slack_strict import check_message, check_metadata

LONGEST_BLOCKS = 13_000
"""Characters of blocks beyond which whole messages are refused."""
HARMLESS = {
    *("header", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "rich_text_quote"),
    *("rich_text_preformatted", "text", "actions", "button", "context_actions", "feedback_buttons", "divider"),
    *("input", "plain_text_input", "static_select"),
}
"""Types that show text as it is: none of them is mrkdwn, names anybody, or leads anywhere."""


def check_drawn(drawn: Drawn) -> None:
    """Raises what Slack would say to a message of ours, and AssertionError for what it would only show badly."""
    payload = drawn.payload
    check_message(payload["text"], payload["blocks"], update=True)
    check_metadata(payload["metadata"])
    assert payload["text"].strip()
    assert size_of(payload["blocks"]) < LONGEST_BLOCKS
    ids = [
        element["action_id"]
        for block in payload["blocks"]
        for element in block.get("elements", ())
        if "action_id" in element
    ]
    assert len(ids) == len(set(ids))


def types(part: Any) -> Iterator[str]:
    """Every type of block, element and text object."""
    if isinstance(part, Mapping):
        if isinstance(part.get("type"), str):
            yield part["type"]
        for value in part.values():
            yield from types(value)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for item in part:
            yield from types(item)


def shown(part: Any) -> str:
    """All that blocks show, in order, labels of buttons too."""
    return "".join(_shown(part))


def _shown(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from _shown(value)
        if part.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "header", "button"):
            yield "\n"
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for item in part:
            yield from _shown(item)
