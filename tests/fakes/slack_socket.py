"""How the small Slack tells an app what happened: Socket Mode's envelopes, or signed requests over HTTP.

After https://docs.slack.dev/apis/events-api/using-socket-mode and https://docs.slack.dev/apis/events-api: an event that is
not acknowledged in time is delivered again, up to three times; presses, forms and commands are delivered once.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack_workspace import APP_ID, SECRET

Kind = Literal["events_api", "interactive", "slash_commands"]
Trick = Literal["twice", "dropped", "lost"]
"""``twice``: delivered two times, as two envelopes. ``dropped``: the connection ends as soon as it was sent. ``lost``: it
happened while nobody listened."""


@dataclass(frozen=True)
class Acknowledged:
    """What the app answered at once, if anything: ``None`` for an empty answer."""

    payload: Mapping[str, Any] | None


class Way(Protocol):
    """One way of telling the app."""

    async def tell(self, kind: Kind, payload: Mapping[str, Any], attempt: int, reason: str) -> Acknowledged | None:
        """Deliver once; None: it was not acknowledged in time, or there is nobody to tell."""


@dataclass
class Delivery:
    """Tells the app, and again where it must."""

    way: Way
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Seconds before each repetition of an event that was not acknowledged."""
    tricks: list[Trick] = field(default_factory=list)
    """What happens to the next events, one each."""
    lost: list[Mapping[str, Any]] = field(default_factory=list)
    """Events that the app was never told of, or never acknowledged."""
    attempts: dict[str, int] = field(default_factory=dict)
    """How often each event was sent, by event id."""
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def event(self, payload: Mapping[str, Any]) -> "asyncio.Task[None]":
        """Tell the app of an event, in the background."""
        task = asyncio.create_task(self._event(payload, self.tricks.pop(0) if self.tricks else None))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def act(self, kind: Kind, payload: Mapping[str, Any]) -> Acknowledged | None:
        """Tell the app of a press, a form or a command; None: the person sees that it did not work."""
        return await self.way.tell(kind, payload, 0, "")

    async def settled(self) -> None:
        """Every event was acknowledged, or given up."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def aclose(self) -> None:
        for task in [*self._under_way]:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _event(self, payload: Mapping[str, Any], trick: Trick | None) -> None:
        id = payload["event_id"]
        if trick == "lost":
            self.lost.append(payload)
            return
        if trick == "dropped" and isinstance(self.way, SocketMode):
            self.way.drop_next = True
        copies = 2 if trick == "twice" else 1
        answers: list[Acknowledged | None] = await asyncio.gather(*(self._once(payload, 0, "") for _ in range(copies)))
        for number, pause in enumerate(self.retries, 1):
            if any(answers):
                return
            await asyncio.sleep(pause)
            answers = [await self._once(payload, number, "timeout")]
        if not any(answers):
            self.lost.append(payload)
        assert self.attempts[id] <= 2 + len(self.retries)

    async def _once(self, payload: Mapping[str, Any], attempt: int, reason: str) -> Acknowledged | None:
        self.attempts[payload["event_id"]] = self.attempts.get(payload["event_id"], 0) + 1
        return await self.way.tell("events_api", payload, attempt, reason)


@dataclass
class SocketMode:
    """The connections that apps opened, at most ten."""

    within: float = 3.0
    """Seconds in which an envelope must be acknowledged."""
    most: int = 10
    tickets: set[str] = field(default_factory=set)
    open: list[web.WebSocketResponse] = field(default_factory=list)
    connected: int = 0
    """How many connections there ever were."""
    silent: bool = False
    """The connections stay, but nothing comes through any more, not even an answer to a ping."""
    drop_next: bool = False
    acks: list[Mapping[str, Any]] = field(default_factory=list)
    _expected: dict[str, "asyncio.Future[Acknowledged]"] = field(default_factory=dict)
    _turn: int = 0
    _opened: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until_connected(self, times: int = 1, seconds: float = 20) -> None:
        """Wait until apps have connected so often, and one of the connections is open."""
        async with asyncio.timeout(seconds), self._opened:
            await self._opened.wait_for(lambda: self.connected >= times and bool(self.open))

    def ticket(self) -> str:
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.open) >= self.most:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.open.append(socket)
        self.connected += 1
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.open),
                "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP_ID},
            }
        )
        async with self._opened:
            self._opened.notify_all()
        try:
            async for message in socket:
                await self._heard(socket, message)
        finally:
            self.open.remove(socket)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, message: aiohttp.WSMessage) -> None:
        if self.silent:
            return
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            ack = json.loads(message.data)
            self.acks.append(ack)
            expected = self._expected.get(ack.get("envelope_id", ""))
            if expected is not None and not expected.done():
                expected.set_result(Acknowledged(ack.get("payload") or None))

    async def tell(self, kind: Kind, payload: Mapping[str, Any], attempt: int, reason: str) -> Acknowledged | None:
        if not self.open:
            return None
        self._turn += 1
        socket = self.open[self._turn % len(self.open)]
        id = secrets.token_hex(16)
        envelope: dict[str, Any] = {
            "envelope_id": id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        self._expected[id] = asyncio.get_running_loop().create_future()
        try:
            return await self._sent(socket, envelope, self._expected[id])
        finally:
            del self._expected[id]

    async def _sent(
        self, socket: web.WebSocketResponse, envelope: Mapping[str, Any], ack: "asyncio.Future[Acknowledged]"
    ) -> Acknowledged | None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            if not self.silent:
                await socket.send_json(envelope)
            if self.drop_next:
                self.drop_next = False
                _abort(socket)
                return None
            async with asyncio.timeout(self.within):
                return await ack
        return None

    async def refresh(self, reason: Literal["refresh_requested", "warning"] = "refresh_requested") -> None:
        """Ask every connection to be made anew; the old ones are ended a moment later, as Slack does."""
        old = [*self.open]
        for socket in old:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
        if reason == "refresh_requested":
            await asyncio.sleep(0.05)
            for socket in old:
                await socket.close()

    def drop(self) -> None:
        """End every connection without a word."""
        for socket in self.open:
            _abort(socket)


def _abort(socket: web.WebSocketResponse) -> None:
    transport = socket._req.transport if socket._req is not None else None
    if transport is not None:
        transport.abort()


@dataclass
class SignedHttp:
    """Requests to the app's public address, signed with the app's secret."""

    url: str
    """Where events, presses and commands go, e.g. ``http://127.0.0.1:3000/slack/events``."""
    within: float = 3.0
    secret: str = SECRET
    statuses: list[int] = field(default_factory=list)

    async def tell(self, kind: Kind, payload: Mapping[str, Any], attempt: int, reason: str) -> Acknowledged | None:
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type} | signed(body, self.secret)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": f"http_{reason}"}
        timeout = aiohttp.ClientTimeout(total=self.within)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.url, data=body.encode(), headers=headers) as response,
            ):
                self.statuses.append(response.status)
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return None
        if not 200 <= response.status < 300:
            return None
        return Acknowledged(json.loads(text) if response.content_type == "application/json" and text else None)


def encode(kind: Kind, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Body and content type of a request."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(form), "application/x-www-form-urlencoded"


def signed(body: str, secret: str = SECRET, timestamp: str | None = None) -> dict[str, str]:
    """The headers by which an app knows that a request is Slack's."""
    verifier = SignatureVerifier(secret)
    at = timestamp or str(int(verifier.clock.now()))
    signature = verifier.generate_signature(timestamp=at, body=body)
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature or ""}
