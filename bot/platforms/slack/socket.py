"""Socket Mode: a connection that we open, over which Slack sends envelopes, each acknowledged once what is in it was stored.

It knows no payloads. The protocol is https://docs.slack.dev/apis/events-api/using-socket-mode. slack_sdk's own client is not
used for the connection, for three faults: it closes a connection before the next is open, so that what comes in between is
lost; where an address that it was given cannot be connected to, it tries that one for ever, although it has run out; and a
connection whose far end answers pings and sends nothing is never found out.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.errors import ChatError, Refused, RetryLater
from bot.platforms.slack.errors import translated

log = logging.getLogger(__name__)

LARGEST_ENVELOPE = 16 * 1024 * 1024
"""Bytes."""
OFF = frozenset({"link_disabled", "app_level_token_revoked"})
"""Reasons of a disconnection after which only a person can help: Socket Mode was switched off, or the token taken away."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """All in seconds."""

    hello: float = 15.0
    """For the greeting on a new connection, and for the connection itself."""
    heartbeat: float = 10.0
    """Between two pings; a connection that answers none within half of that is given up."""
    quiet: float = 1800.0
    """Without any message, pings answered or not, until the connection is replaced: Slack itself refreshes them every few
    hours, and connections have been seen that stayed silent for weeks."""
    drain: float = 30.0
    """That a connection is still listened to once another has taken its place."""
    first_retry: float = 1.0
    longest_retry: float = 30.0
    """Between two attempts to connect; doubled each time."""
    off: float = 60.0
    """Between two attempts while Slack refuses us by name (the token, Socket Mode switched off)."""
    ending: float = 3.0
    """For the envelopes in hand when the process ends."""


@dataclass(eq=False)
class SocketMode:
    app: AsyncApp
    client: AsyncWebClient
    """Asks for the address to connect to; its base URL decides which Slack that is."""
    app_token: str = field(repr=False)
    connected: Callable[[], Awaitable[None]]
    """Told of each connection before which there may have been none, so that what was missed can be looked up."""
    patience: Patience = field(default_factory=Patience)
    _links: list["_Link"] = field(default_factory=list, init=False)
    _handling: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    """Envelopes in hand."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    """All else that goes on."""

    async def run(self) -> None:
        """Keep a connection open until cancelled."""
        async with aiohttp.ClientSession(trust_env=True) as session:
            try:
                await self._keep_connected(session)
            finally:
                await self._end()

    async def _keep_connected(self, session: aiohttp.ClientSession) -> None:
        failures = 0
        while True:
            try:
                link = await self._connect(session)
            except (ChatError, aiohttp.ClientError, OSError, ValueError) as error:  # a TimeoutError is an OSError
                await asyncio.sleep(self._pause(error, failures))
                failures += 1
                continue
            failures = 0
            await self._serve(link)
            if link.off:
                await asyncio.sleep(self.patience.off)

    def _pause(self, error: Exception, failures: int) -> float:
        """Say what is wrong, and return the seconds until the next attempt."""
        if isinstance(error, Refused):
            log.error("Slack refuses Socket Mode: %s. `threadtune doctor` says what to do", error.code)
            return self.patience.off
        if isinstance(error, RetryLater) and not isinstance(error.__cause__, aiohttp.ClientError | OSError):
            log.warning("Slack cannot be connected to yet; the next attempt is in %.0f s", error.seconds)
            return error.seconds
        wait = min(self.patience.longest_retry, self.patience.first_retry * 2.0 ** min(failures, 10))
        log.warning("Slack cannot be connected to (%r); the next attempt is in about %.0f s", error, wait)
        return wait * random.uniform(0.8, 1.2)  # so that many processes do not come back at once

    async def _connect(self, session: aiohttp.ClientSession) -> "_Link":
        """Open a connection and be greeted there. Raises what makes that impossible."""
        async with asyncio.timeout(self.patience.hello):
            with translated():
                answer = await self.client.apps_connections_open(app_token=self.app_token)
            socket = await session.ws_connect(
                answer["url"], heartbeat=self.patience.heartbeat, max_msg_size=LARGEST_ENVELOPE
            )
            try:
                greeting = await socket.receive_json()
            except BaseException:
                await socket.close()
                raise
        if greeting.get("type") != "hello":
            await socket.close()
            raise ValueError(f"not greeted, but {greeting.get('type')}: {greeting.get('reason')}")
        return _Link(socket)

    async def _serve(self, link: "_Link") -> None:
        """Return when the connection should be replaced; it is listened to for a while longer."""
        gap = not any(other.open for other in self._links)
        self._links.append(link)
        log.info("connected to Slack")
        _start(self._listen(link), self._tasks)
        if gap:
            _start(self._tell(), self._tasks)
        await link.replace.wait()
        _start(self._drain(link), self._tasks)

    async def _tell(self) -> None:
        try:
            await self.connected()
        except Exception:  # what was missed stays missed; what comes now must not
            log.exception("what was missed while there was no connection could not be looked up")

    async def _listen(self, link: "_Link") -> None:
        """Take in envelopes until the connection ends or is silent for too long."""
        try:
            while True:
                frame = await link.socket.receive(timeout=self.patience.quiet)
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(link, frame.data)
                elif frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
                    log.info("the connection to Slack was closed (%s)", link.socket.close_code)
                    return
                elif frame.type is aiohttp.WSMsgType.ERROR:
                    log.warning("the connection to Slack broke: %r", frame.data)
                    return
        except TimeoutError:
            log.warning("nothing came from Slack for %.0f s; connecting anew", self.patience.quiet)
        finally:
            link.open = False
            link.replace.set()

    def _take(self, link: "_Link", text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            log.warning("Slack sent what is no JSON")
            return
        if not isinstance(message, dict):
            return
        if message.get("type") == "disconnect":
            self._disconnected(link, str(message.get("reason")))
        elif (request := SocketModeRequest.from_dict(message)) is not None:
            _start(self._handle(link, request), self._handling)

    def _disconnected(self, link: "_Link", reason: str) -> None:
        """The connection will end within seconds: the next is opened first."""
        if reason in OFF:
            log.error("Slack ended Socket Mode: %s. `threadtune doctor` says what to do", reason)
            link.off = True
        else:
            log.info("Slack asks for a fresh connection: %s", reason)
        link.replace.set()

    async def _handle(self, link: "_Link", request: SocketModeRequest) -> None:
        try:
            response = await run_async_bolt_app(self.app, request)
        except Exception:  # without an acknowledgement Slack delivers it again
            log.exception("an envelope could not be handled")
            return
        if response.status == 200:
            await self._acknowledge(link, request, response)
        else:
            log.warning("an envelope of type %s is not acknowledged: status %s", request.type, response.status)

    async def _acknowledge(self, link: "_Link", request: SocketModeRequest, response: BoltResponse) -> None:
        answer = json.dumps(SocketModeResponse(request.envelope_id, _payload(response)).to_dict())
        for other in [link, *reversed(self._links)]:  # its own may have ended by now; any of them will do
            if other.socket.closed:
                continue
            with contextlib.suppress(ConnectionError, RuntimeError):
                await other.socket.send_str(answer)
                return
        log.warning("an envelope was stored, but there is no connection to acknowledge it on; it will come again")

    async def _drain(self, link: "_Link") -> None:
        """Close a connection that was replaced, but listen to it first for what was sent there until now."""
        if link.open:
            await asyncio.sleep(self.patience.drain)
        self._links.remove(link)
        await link.socket.close()

    async def _end(self) -> None:
        """Let what is in hand be stored and acknowledged, then close."""
        if self._handling:
            await asyncio.wait(self._handling, timeout=self.patience.ending)
        tasks = [*self._tasks, *self._handling]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for link in self._links:
            await link.socket.close()


def _start(work: Coroutine[Any, Any, None], kept: set[asyncio.Task[None]]) -> None:
    task = asyncio.create_task(work)
    kept.add(task)
    task.add_done_callback(kept.discard)


@dataclass(eq=False)
class _Link:
    """One connection."""

    socket: aiohttp.ClientWebSocketResponse
    open: bool = True
    off: bool = False
    """Slack will not have us back before somebody has switched something on."""
    replace: asyncio.Event = field(default_factory=asyncio.Event)


def _payload(response: BoltResponse) -> dict[str, Any] | None:
    """What is said with an acknowledgement, as slack_bolt's own handler puts it."""
    if not response.body:
        return None
    if response.headers.get("content-type", [""])[0].startswith("application/json"):
        payload: dict[str, Any] = json.loads(response.body)
        return payload
    return {"text": response.body}
