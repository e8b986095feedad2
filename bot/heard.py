"""What the database knows of a platform, for the doctor: where there are conversations, and when one was heard from last."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.bootstrap import BadDatabaseUrl
from bot.settings import Settings
from storage.errors import StorageError
from storage.ports import Store

Open = Callable[[Settings], AbstractAsyncContextManager[Store]]
Known = TypeVar("Known")


@dataclass(frozen=True, kw_only=True)
class Heard:
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The channels with a conversation of ours, by workspace or server; ids."""
    last: datetime | None = None


async def asked(
    settings: Settings, open_store: Open, ask: Callable[[Store], Awaitable[Known]], otherwise: Known
) -> Known:
    """What the database says; ``otherwise`` where there is none, or where it does not open (which the doctor says elsewhere)."""
    if settings.database is None and not settings.database_path.exists():
        return otherwise
    try:
        async with open_store(settings) as store:
            return await ask(store)
    except (StorageError, BadDatabaseUrl, OSError):
        return otherwise


async def heard(store: Store, platform: str) -> Heard:
    conversations = await store.conversations.within(f"{platform}:")
    channels: defaultdict[str, set[str]] = defaultdict(set)
    for conversation, _ in conversations:
        _, *place = conversation.id.split(":")
        if len(place) == 3:  # workspace, channel and thread; else it is a person's direct conversation
            channels[place[0]].add(place[1])
    return Heard(
        channels={place: frozenset(ids) for place, ids in channels.items()},
        last=conversations[0][1] if conversations else None,
    )
