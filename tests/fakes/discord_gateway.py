"""The gateway of the small Discord: how a bot hears what happens, over a WebSocket that real clients connect to.

After https://docs.discord.com/developers/events/gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME with what was missed,
and compression of the whole stream. It knows nothing of REST; what there is stands in the ``World``.
"""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from tests.fakes.discord_world import Payload, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN, INVALID_INTENTS, DISALLOWED_INTENTS = 4004, 4013, 4014
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
"""Members, presences, the content of messages."""
KNOWN = (1 << 26) - 1
_OF_MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE")


class Packer(Protocol):
    def __call__(self, data: bytes) -> bytes: ...


@dataclass
class Session:
    id: str
    intents: int
    events: list[Payload] = field(default_factory=list)
    """All that was told in it, each with its sequence number, from 1."""
    socket: "Socket | None" = None


@dataclass
class Socket:
    """One connection, with its own stream of compressed data."""

    response: web.WebSocketResponse
    request: web.Request
    pack: Packer | None

    async def send(self, payload: Payload) -> None:
        text = json.dumps(payload)
        if self.response.closed:
            return
        if self.pack:
            await self.response.send_bytes(self.pack(text.encode()))
        else:
            await self.response.send_str(text)

    def drop(self) -> None:
        """As a network does it: without a word."""
        if self.request.transport:
            self.request.transport.abort()


@dataclass
class Gateway:
    """Give ``handle`` to a web server at ``/gateway``, and its address to ``url``."""

    world: World
    url: str = ""
    heartbeat: float = 41.25
    """Seconds between two heartbeats."""
    allowed: int = MESSAGE_CONTENT
    """The privileged intents that the application may have."""
    refuses: int = 0
    """Whoever connects is turned away so many times, as by a proxy whose server is away."""
    deaf: bool = False
    """Heartbeats are not acknowledged any more: the connection is dead without being closed."""
    sessions: dict[str, Session] = field(default_factory=dict)
    identified: list[Payload] = field(default_factory=list)
    """What each session was begun with."""
    resumed: int = 0
    beats: int = 0
    asked: list[str] = field(default_factory=list)
    """The query of each connection."""
    _sockets: list[Socket] = field(default_factory=list)
    _telling: set["asyncio.Task[None]"] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.world.dispatch = self.tell

    # What tests do.

    def tell(self, event: str, data: Payload) -> None:
        """It happened: every session is told, now or when it is resumed."""
        for session in self.sessions.values():
            if not _told(event, data, session.intents):
                continue
            payload = self._numbered(session, event, _censored(event, data, session.intents, self.world.bot))
            if session.socket is not None:
                self._later(session.socket.send(payload))

    def drop(self) -> None:
        """The network loses all connections; the sessions can be resumed."""
        for socket in self._open():
            socket.drop()

    def forget(self) -> None:
        """All sessions are over; whoever wants to resume one is told so."""
        self.sessions.clear()

    async def ask_to_reconnect(self) -> None:
        """As before every maintenance."""
        for socket in self._open():
            await socket.send({"op": RECONNECT, "d": None})

    async def invalidate(self, resumable: bool = False) -> None:
        """End the sessions where they are."""
        open = self._open()
        if not resumable:
            self.sessions.clear()
        for socket in open:
            await socket.send({"op": INVALID_SESSION, "d": resumable})

    async def close(self, code: int) -> None:
        """End all connections with a code."""
        for socket in self._open():
            await socket.response.close(code=code)

    async def until(self, condition: Callable[["Gateway"], object], seconds: float = 20) -> None:
        """Wait for something to be true of it."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: condition(self))

    async def settled(self) -> None:
        """Everything was sent that was to be."""
        while self._telling:
            await asyncio.gather(*self._telling)

    @property
    def connected(self) -> bool:
        return any(session.socket is not None for session in self.sessions.values())

    # What clients do.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.query_string)
        if self.refuses:
            self.refuses -= 1
            return web.Response(status=503)
        response = web.WebSocketResponse(autoping=True)
        await response.prepare(request)
        socket = Socket(response, request, _packer(request.query.get("compress", "")))
        self._sockets.append(socket)
        try:
            await socket.send(
                {"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}, "s": None, "t": None}
            )
            async for message in response:
                if message.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(message.data))
        finally:
            self._sockets.remove(socket)
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
            await self._notify()
        return response

    async def _heard(self, socket: Socket, payload: Payload) -> None:
        match payload["op"]:
            case 1:  # HEARTBEAT
                self.beats += 1
                if not self.deaf:
                    await socket.send({"op": ACK, "d": None})
            case 2:  # IDENTIFY
                await self._identify(socket, payload["d"])
            case 6:  # RESUME
                await self._resume(socket, payload["d"])
        await self._notify()

    async def _identify(self, socket: Socket, data: Payload) -> None:
        self.identified.append(data)
        if code := self._unfit(data):
            await socket.response.close(code=code)
            return
        session = Session(secrets.token_hex(8), data["intents"], socket=socket)
        self.sessions[session.id] = session
        ready = {
            "v": 10,
            "user": self.world.users[self.world.bot],
            "guilds": [{"id": str(id), "unavailable": True} for id in self.world.guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self.world.bot), "flags": 0},
        }
        await socket.send(self._numbered(session, "READY", ready))
        if data["intents"] & GUILDS:
            for guild in list(self.world.guilds.values()):
                await socket.send(self._numbered(session, "GUILD_CREATE", self.world.guild_payload(guild)))

    def _unfit(self, data: Payload) -> int:
        """The code with which such an IDENTIFY is answered; 0: it is fine."""
        if data["token"] != self.world.token:
            return BAD_TOKEN
        if data["intents"] & ~KNOWN:
            return INVALID_INTENTS
        return DISALLOWED_INTENTS if data["intents"] & PRIVILEGED & ~self.allowed else 0

    async def _resume(self, socket: Socket, data: Payload) -> None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self.world.token:
            await socket.response.close(code=BAD_TOKEN)
            return
        if session is None:
            await socket.send({"op": INVALID_SESSION, "d": False})
            return
        missed = [event for event in session.events if event["s"] > data["seq"]]
        session.socket = socket
        for event in missed:
            await socket.send(event)
        await socket.send(self._numbered(session, "RESUMED", {}))
        self.resumed += 1

    def _numbered(self, session: Session, event: str, data: Payload) -> Payload:
        payload = {"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
        session.events.append(payload)
        return payload

    def _open(self) -> list[Socket]:
        return [socket for socket in self._sockets if not socket.response.closed]

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(_sent(work))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _sent(work: Any) -> None:
    with contextlib.suppress(ConnectionError):  # it is told again when the session is resumed
        await work


def _packer(kind: str) -> Packer | None:
    """How a stream is compressed, as the client asks for it: each message ends with a flush."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        import zstandard  # discord.py asks for it only where it is there

        frame = zstandard.ZstdCompressor().compressobj()
        return lambda data: frame.compress(data) + frame.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None


def _told(event: str, data: Payload, intents: int) -> bool:
    """Whether somebody with these intents is told of an event."""
    if event in _OF_MESSAGES:
        return bool(intents & (GUILD_MESSAGES if data.get("guild_id") else DIRECT_MESSAGES))
    return bool(intents & GUILDS) or not event.startswith(("GUILD_", "CHANNEL_", "THREAD_"))


def _censored(event: str, data: Payload, intents: int, us: int) -> Payload:
    """A message without its content, for whom it is neither addressed nor open."""
    exempt = not data.get("guild_id") or any(int(one["id"]) == us for one in data.get("mentions", ()))
    if (
        event not in _OF_MESSAGES
        or exempt
        or intents & MESSAGE_CONTENT
        or int(data.get("author", {}).get("id", 0)) == us
    ):
        return data
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}
