"""What is shown in a Discord message or a form, as the API has it, read as a person reads it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

BUTTON, SELECT, LINK = 2, 3, 5
"""Types of a component, and the style of a button that only leads somewhere."""


def pressable(component: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The buttons and selects in it."""
    if component.get("type") in (BUTTON, SELECT):
        yield dict(component)
    for child in component.get("components") or ():
        yield from pressable(child)


def labels(component: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What can be pressed, by its words; with the value where it is an option."""
    if component["type"] == BUTTON and component.get("style") != LINK:
        yield str(component.get("label") or ""), None
    for option in component.get("options") or ():
        yield option["label"], option["value"]


def embed_lines(embed: discord.Embed) -> Iterator[str]:
    """All that it says."""
    yield from filter(None, (embed.title, embed.description))
    for line in embed.fields:
        yield f"{line.name}: {line.value}"
    if embed.footer.text:
        yield embed.footer.text


def inputs(nodes: Sequence[Mapping[str, Any]], label: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The fields of a form, by label."""
    for node in nodes:
        named = str(node.get("label") or label)
        inner = [*(node.get("components") or ()), *([node["component"]] if node.get("component") else [])]
        if inner:
            yield from inputs(inner, named)
        elif node.get("custom_id"):
            yield named, node


def words(node: Any) -> Iterator[str]:
    """All that is written in a form."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name in ("title", "label", "description", "value", "content", "placeholder") and isinstance(value, str):
                yield value
            else:
                yield from words(value)
    elif isinstance(node, list):
        for inner in node:
            yield from words(inner)
