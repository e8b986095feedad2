"""The commands that Discord offers, kept like those of this version: sent only where they differ.

Discord takes a limited number of changes a day, so a restart that changes nothing sends nothing
(https://docs.discord.com/developers/interactions/application-commands#registering-a-command).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.background import Background
from bot.chat.errors import ChatError
from bot.platforms.discord.checks import differences
from bot.platforms.discord.client import ThreadtuneClient
from bot.platforms.discord.errors import translated

log = logging.getLogger(__name__)

AGAIN_IN = 300.0
"""Seconds until it is tried again: what is offered from before goes on working."""


@dataclass(eq=False)
class CommandSync:
    client: ThreadtuneClient
    background: Background
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Nothing else waits for it: where it fails, it is tried again beside."""
        try:
            await self._sync()
        except ChatError as error:
            log.warning("the commands cannot be sent to Discord (%s); the next attempt is in %.0f s", error, AGAIN_IN)
        except Exception:  # an answer that discord.py does not understand, say: people can write all the same
            log.exception("the commands cannot be sent to Discord; the next attempt is in %.0f s", AGAIN_IN)
        else:
            return
        self.background.start(self._later(), "sending the commands to Discord")

    async def _later(self) -> None:
        await self.sleep(AGAIN_IN)
        await self.run()

    async def _sync(self) -> None:
        """Raises RetryLater, Refused, Uncertain."""
        tree, application = self.client.tree, self.client.application_id
        assert application is not None, "it is logged in"
        with translated():
            offered = await self.client.http.get_global_commands(application)
            changed = differences([command.to_dict(tree) for command in tree.get_commands()], offered)
            if changed:
                await tree.sync()
        log.info("commands that were sent to Discord since they had changed: %s", ", ".join(changed) or "none")
