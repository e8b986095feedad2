"""The connection to Discord, for as long as it is wanted: discord.py keeps and resumes it, and what it gives up on is begun
anew here.

It knows nothing of what is heard.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import discord
from discord.utils import MISSING

from bot.platforms.discord.client import ThreadtuneClient
from bot.platforms.discord.setup import BadSetup

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 90.0
"""Seconds between two attempts to reach Discord. A token may be used for 1,000 sessions a day, which is one in 86 s."""
AWAY = (discord.HTTPException, discord.GatewayNotFound, discord.RateLimited, aiohttp.ClientError, OSError)
"""What discord.py raises where Discord cannot be reached, or answers with an error. A TimeoutError is an OSError."""
TOKEN_REFUSED = 4004
"""With which the gateway closes (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway)."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    token: str
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def keep(self, client: ThreadtuneClient) -> None:
        """Stay connected until cancelled, or until the client is closed. Raises BadSetup: the token is not accepted.

        Where it is cancelled, nothing more is heard, and things can be posted still until the client is closed.
        """
        wait = FIRST_WAIT
        while True:
            try:
                await self._connected(client)
                return
            except discord.LoginFailure as error:
                raise BadSetup("DISCORD_TOKEN", "token_refused") from error
            except discord.PrivilegedIntentsRequired:
                log.warning("Discord refused the message-content intent: what people say in threads is not heard")
                client.deafen()
                await reopen(client)
                continue
            except discord.ConnectionClosed as closed:
                if closed.code == TOKEN_REFUSED:
                    raise BadSetup("DISCORD_TOKEN", "token_refused") from closed
                log.error("Discord ended the connection with code %s; the next attempt is in %.0f s", closed.code, wait)
            except AttributeError as error:
                if client.ws is not None:
                    raise
                # discord.py stumbles over its first connection where that cannot be made, and has logged why.
                log.warning("Discord cannot be reached (%s); the next attempt is in %.0f s", error.__context__, wait)
            except AWAY as error:
                log.warning("Discord cannot be reached (%s); the next attempt is in %.0f s", error, wait)
            await reopen(client)
            await self.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _connected(self, client: ThreadtuneClient) -> None:
        """Log in and listen until the client is closed."""
        await (
            client.__aenter__()
        )  # what ``async with`` does first; its end would close the client, and others post still
        await client.login(self.token)
        hear_what_is_allowed(client)
        try:
            await client.connect()
        except asyncio.CancelledError:
            if client.ws is not None and client.ws.open:
                await client.ws.close(code=1000)
            raise


def hear_what_is_allowed(client: ThreadtuneClient) -> None:
    """Ask for no intent that the application does not have: Discord would refuse the connection."""
    application = client.application
    flags = application.flags if application else discord.ApplicationFlags()
    if client.deaf or flags.gateway_message_content or flags.gateway_message_content_limited:
        return
    log.warning("the message-content intent is off: what people say in threads is not heard")
    client.deafen()


async def reopen(client: ThreadtuneClient) -> None:
    """Make a client that was closed, or gave up, ready to log in."""
    await client.close()
    client.clear()
    client.http.connector = MISSING  # it was closed with its session
