"""Which of the things that are said are for us: one rule for all rooms.

A thread is ours if something was said to us there before, or if we began it. Nobody else's thread is ever taken part in,
whoever names us there. It does not know what a room does with the rest.
"""

from typing import Literal, Protocol

from bot.chat.remembering import OurConversations


class Said(Protocol):
    """Something that a person said, as far as the rule goes by it."""

    @property
    def conversation(self) -> str: ...
    @property
    def way(self) -> Literal["direct", "mention", "reply"]:
        """``direct``: for us alone. ``mention``: it names us. ``reply``: in a thread, which may be one of ours."""

    @property
    def begins(self) -> bool:
        """Whether it stands in a channel, where a thread can be begun from it."""

    @property
    def own_thread(self) -> bool:
        """Whether its thread was begun by the same person."""

    @property
    def our_thread(self) -> bool:
        """Whether its thread was begun by us."""


async def is_for_us(said: Said, ours: OurConversations) -> bool:
    """Raises what the house raises."""
    if said.way == "direct" or (said.way == "mention" and (said.begins or said.own_thread)):
        return True
    if said.our_thread:  # begun by a process that died before it could store for whom
        return True
    return await ours.knows(said.conversation)
