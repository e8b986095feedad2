"""What Slack refuses in a payload: by slack_sdk's own validators, and by the limits that those leave out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fakes.slack_workspace import SlackError

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_MARKDOWN = 12_000
"""Characters of all ``markdown`` blocks of a message together."""
MESSAGE_CHARACTERS = 13_000
"""Of all that a message's blocks show; beyond that Slack says ``msg_blocks_too_long`` without a number of its own."""
POST_TEXT = 40_000
"""Characters of ``text`` in a post; what is longer is cut off."""
UPDATE_TEXT = 4000
"""Characters of ``text`` in an update; what is longer is refused."""


def check_blocks(blocks: Sequence[Mapping[str, Any]], most: int = MESSAGE_BLOCKS, code: str = "invalid_blocks") -> None:
    """Raises SlackError, with what is wrong in words as Slack has it in ``response_metadata``."""
    if len(blocks) > most:
        raise SlackError(code, errors=[f"no more than {most} items allowed, not {len(blocks)}"])
    seen: set[str] = set()
    for block in blocks:
        try:
            parsed = Block.parse(dict(block))
            if parsed is None or parsed.type != block.get("type"):
                raise ValueError(f"unknown block {block.get('type')}")
            parsed.validate_json()
        except Exception as error:  # slack_sdk raises TypeError, KeyError and errors of its own
            raise SlackError(code, errors=[f"{error!s}: {json.dumps(block)[:300]}"]) from error
        _unique(block, "block_id", seen, code)
    for name in ("action_id",):
        for block in blocks:
            ids: set[str] = set()
            for element in block.get("elements", ()) if block.get("type") == "actions" else ():
                _unique(element, name, ids, code)
    _check_options(blocks, code)


def check_message(text: str, blocks: Sequence[Mapping[str, Any]], update: bool = False) -> None:
    """Raises SlackError."""
    if not text and not blocks:
        raise SlackError("no_text")
    if update and len(text) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    check_blocks(blocks)
    if any(block["type"] == "input" for block in blocks):
        raise SlackError("invalid_blocks", errors=["input blocks stand in views"])
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > ALL_MARKDOWN or sum(map(len, texts(blocks))) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Mapping[str, Any], kind: str) -> None:
    """Raises SlackError."""
    if view.get("type") != kind:
        raise SlackError("invalid_arguments", errors=[f"a view of type {kind} is expected"])
    try:
        View(**dict(view)).validate_json()
    except Exception as error:
        raise SlackError("invalid_arguments", errors=[str(error)]) from error
    blocks = view.get("blocks", [])
    check_blocks(blocks, VIEW_BLOCKS, "invalid_arguments")
    if kind == "modal" and any(block["type"] == "input" for block in blocks) and not view.get("submit"):
        raise SlackError("invalid_arguments", errors=["a view with input blocks needs a submit button"])
    if len(json.dumps(view)) > 250_000:
        raise SlackError("view_too_large")


def check_metadata(metadata: Any) -> None:
    if metadata is not None and not (isinstance(metadata, dict) and {"event_type", "event_payload"} <= metadata.keys()):
        raise SlackError("invalid_metadata_format")


def texts(part: Any) -> Iterator[str]:
    """Every text that blocks show, in order, alternative texts too."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in ("text", "alt_text", "placeholder", "initial_value") and isinstance(value, str):
                yield value
            elif key in ("raw_text",):
                yield str(value)
            else:
                yield from texts(value)
    elif isinstance(part, Sequence) and not isinstance(part, str | bytes):
        for item in part:
            yield from texts(item)


def lines(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What blocks say, as people read it: the styled parts of a line of rich text are one line."""
    for block in blocks:
        if block.get("type") != "rich_text":
            yield from texts([block])
            continue
        for element in block["elements"]:
            items = element["elements"] if element["type"] == "rich_text_list" else [element]
            yield from ("".join(map(_said, item["elements"])) for item in items)


def _said(part: Mapping[str, Any]) -> str:
    """A part of a line of rich text."""
    return f"<@{part['user_id']}>" if part["type"] == "user" else str(part.get("text") or part.get("url") or "")


def elements(part: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Everything that can be acted on, with its block."""
    for block in part:
        found = [*block.get("elements", ())] if block.get("type") in ("actions", "context_actions") else []
        found += [block[name] for name in ("accessory", "element") if name in block]
        for element in found:
            yield block, element


def options_of(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What can be picked in a select, whatever its groups."""
    groups = [group["options"] for group in element.get("option_groups", ())] or [element.get("options", ())]
    return [option for group in groups for option in group]


def _check_options(blocks: Sequence[Mapping[str, Any]], code: str) -> None:
    """Raises SlackError for what slack_sdk lets through: options without text, and texts that are empty."""
    for _, element in elements(blocks):
        if element.get("type") == "static_select" and not 1 <= len(element.get("options", ())) <= 100:
            raise SlackError(code, errors=["a select has 1 to 100 options"])
        for option in element.get("options", ()):
            if len(option["value"]) > 150 or not 1 <= len(option["text"]["text"]) <= 75:
                raise SlackError(code, errors=[f"option {option}"])
        initial = element.get("initial_option")
        if initial is not None and initial not in element["options"]:
            raise SlackError(code, errors=["initial_option is one of the options"])
    for block in blocks:
        if "" in texts(block.get("elements", ()) if block.get("type") == "rich_text" else ()):
            raise SlackError(code, errors=["must be more than 0 characters"])
        for part in (block.get("text"), *block.get("fields", ())):
            if isinstance(part, Mapping) and not part.get("text"):
                raise SlackError(code, errors=["must be more than 0 characters"])


def _unique(part: Mapping[str, Any], name: str, seen: set[str], code: str) -> None:
    id = part.get(name)
    if id is None:
        return
    if id in seen or not 1 <= len(id) <= 255:
        raise SlackError(code, errors=[f"{name} {id!r} is there twice, empty or too long"])
    seen.add(id)
