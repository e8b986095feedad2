"""Messages and events without what a person took back: pure functions over their JSON.

They know where a message keeps what people wrote, and not how it is shown, nor which database it lies in.
"""

from collections.abc import Collection, Mapping
from typing import Any


def message_without(message: Mapping[str, Any], texts: Collection[str], instead: str) -> dict[str, Any]:
    """A message in which every quote, field and table cell that is one of ``texts`` reads ``instead``."""
    kept = dict(message)
    for name, part in message.items():
        if name in ("quoted", "fields") and isinstance(part, list):
            kept[name] = [_quote(quote, texts, instead) for quote in part]
        elif name == "card" and isinstance(part, Mapping):
            kept[name] = message_without(part, texts, instead)
        elif name == "table" and isinstance(part, Mapping):
            rows = [[instead if cell in texts else cell for cell in row] for row in part.get("rows", [])]
            kept[name] = {**part, "rows": rows}
    return kept


def _quote(quote: Mapping[str, Any], texts: Collection[str], instead: str) -> dict[str, Any]:
    gone = str(quote.get("value", "")).strip() in texts
    return {**quote, "value": instead} if gone else dict(quote)


def quoted_about(message: Mapping[str, Any], cards: Collection[str], about: Collection[str]) -> set[str]:
    """What a post quotes, if its card is one of ``cards``, or its first button acts on one of ``about``."""
    card = message.get("card")
    if not isinstance(card, Mapping):
        return set()
    first = [str(button.get("action", "")).partition(":")[2] for button in (card.get("buttons") or [])[:1]]
    if card.get("card_id") not in cards and not any(acts_on in about for acts_on in first):
        return set()
    return {str(quote.get("value", "")).strip() for quote in card.get("quoted") or []} - {""}


def line_without(
    message: Mapping[str, Any], events: Collection[str], texts: Collection[str], instead: str
) -> dict[str, Any]:
    """A line of a transcript: a post, or what a person said, which is blanked if its event is one of ``events``."""
    kept = message_without(message, texts, instead)
    said = message.get("said")
    if isinstance(said, Mapping) and said.get("event") in events:
        kept["text"] = instead
        kept["said"] = {**said, "text": instead} if "text" in said else dict(said)
    return kept


def is_said_again(payload: Mapping[str, Any], texts: Collection[str]) -> bool:
    """Whether a message says nothing but one of ``texts``."""
    return str(payload.get("text", "")).strip() in texts


def payload_without(payload: Mapping[str, Any], instead: str) -> dict[str, Any]:
    """A message's payload without its text; where its files lie stays, so that they can be found again."""
    return {**payload, "text": instead, **({"command": None} if "command" in payload else {})}
