"""Slack's way of writing down a message -> the text that its writer saw: it may become an example, so nothing of Slack's
escapes may stay in it. It knows no payloads but the blocks in which the characters of emoji stand.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.chat.text import unaddressed

_MARK = re.compile(r"<([^<>\n]+)>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")
_DEEPEST = 8
"""Levels of nesting in which emoji are looked for: lists and quotes have four."""


def readable(text: str, us: str, names: Mapping[str, str], emoji: Mapping[str, str] | None = None) -> tuple[str, bool]:
    """The text without what names us (user id ``us``), and whether it began with that.

    ``names``: what people are called, by user id. Somebody who is not there keeps the name in the text, or their id.
    """
    without, named_first = unaddressed(text, rf"<@{re.escape(us)}(?:\|[^<>]*)?>")
    plain = _MARK.sub(lambda mark: _read(mark[1], names), without)
    if emoji:
        plain = _EMOJI.sub(lambda name: emoji.get(name[0], name[0]), plain)
    return unescaped(plain), named_first


def people_in(text: str) -> list[str]:
    """The user ids of the people that a text names, each once."""
    return list(dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", text)))


def emoji_in(blocks: Any) -> dict[str, str]:
    """The characters of the emoji in a message's blocks, by the name that stands for them in its text."""
    return dict(_emoji(blocks, 0))


def unescaped(text: str) -> str:
    """Slack escapes three characters, and these only."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read(mark: str, names: Mapping[str, str]) -> str:
    """What stands between angle brackets, as it is shown."""
    target, _, label = mark.partition("|")
    match target[0]:
        case "@":
            return f"@{names.get(target[1:]) or label.removeprefix('@') or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label)
        case _:
            return label or target.removeprefix("mailto:").removeprefix("tel:")


def _special(target: str, label: str) -> str:
    """``<!here>``, ``<!subteam^S1|@team>``, ``<!date^1392734382^{date}|in words>``."""
    return label or f"@{target.partition('^')[0]}"


def _emoji(element: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(element, list):
        for part in element:
            yield from _emoji(part, depth + 1)
    elif isinstance(element, Mapping):
        if element.get("type") == "emoji" and (characters := _characters(element.get("unicode"))):
            tone = f":skin-tone-{element['skin_tone']}:" if element.get("skin_tone") else ""
            yield f":{element.get('name')}:{tone}", characters
        else:
            yield from _emoji(element.get("elements"), depth + 1)


def _characters(code_points: Any) -> str:
    """``1f44b-1f3fb`` -> the characters; empty where it cannot be read (a workspace's own emoji has none)."""
    try:
        return "".join(chr(int(point, 16)) for point in str(code_points).split("-"))
    except (ValueError, OverflowError):
        return ""
