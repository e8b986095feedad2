"""What Discord refuses of a message, by its documented limits (https://docs.discord.com/developers/resources/message)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.discord_world import ApiError

MOST_BYTES = 10 * 1024 * 1024
_TEXTS = {"title": 256, "description": 4096}


def check_message(body: Mapping[str, Any], files: Mapping[str, bytes], *, empty_is_fine: bool = False) -> None:
    """Raises ApiError: 50035 with what is wrong by field, 50006, 40005."""
    if any(len(content) > MOST_BYTES for content in files.values()):
        raise ApiError(413, 40005, "Request entity too large")
    wrong = dict(_wrong(body))
    if wrong:
        errors = {name: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": why}]} for name, why in wrong.items()}
        raise ApiError(400, 50035, "Invalid Form Body", errors)
    if not empty_is_fine and not (str(body.get("content") or "").strip() or body.get("embeds") or files):
        raise ApiError(400, 50006, "Cannot send an empty message")


def _wrong(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if len(str(body.get("content") or "")) > 2000:
        yield "content", "Must be 2000 or fewer in length."
    if len(str(body.get("nonce") or "")) > 25:
        yield "nonce", "Must be 25 or fewer in length."
    embeds = body.get("embeds") or []
    if len(embeds) > 10:
        yield "embeds", "Must be 10 or fewer in length."
    if sum(map(_weight, embeds)) > 6000:
        yield "embeds", "Embed size exceeds maximum size of 6000"
    for embed in embeds:
        yield from _wrong_embed(embed)
    for attachment in body.get("attachments") or []:
        if len(str(attachment.get("description") or "")) > 1024:
            yield "attachments", "Must be 1024 or fewer in length."
    yield from _wrong_components(body.get("components") or [])


def _wrong_embed(embed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, most in _TEXTS.items():
        if len(str(embed.get(name) or "")) > most:
            yield f"embeds.{name}", f"Must be {most} or fewer in length."
    if len((embed.get("footer") or {}).get("text") or "") > 2048:
        yield "embeds.footer", "Must be 2048 or fewer in length."
    fields = embed.get("fields") or []
    if len(fields) > 25:
        yield "embeds.fields", "Must be 25 or fewer in length."
    for one in fields:
        if not (0 < len(one["name"]) <= 256 and 0 < len(one["value"]) <= 1024):
            yield "embeds.fields", "Must be between 1 and 256, and between 1 and 1024 in length."


def _wrong_components(rows: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    if len(rows) > 5:
        yield "components", "Must be 5 or fewer in length."
    seen: set[str] = set()
    for row in rows:
        inside = row.get("components") or []
        if not 1 <= len(inside) <= 5:
            yield "components", "Must be between 1 and 5 in length."
        for one in inside:
            id = str(one.get("custom_id") or "")
            if len(id) > 100 or id in seen:
                yield "components.custom_id", "Must be 100 or fewer in length, and not be there twice."
            seen.add(id)
            if len(str(one.get("label") or "")) > 80:
                yield "components.label", "Must be 80 or fewer in length."
            if len(one.get("options") or []) > 25:
                yield "components.options", "Must be 25 or fewer in length."


def _weight(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [one[name] for one in embed.get("fields") or [] for name in ("name", "value")]
    return sum(len(text or "") for text in texts)
