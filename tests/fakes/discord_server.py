"""A small Discord on loopback: its REST API over a world that tests read, with rate-limit buckets. It can be ill.

The gateway is ``discord_gateway``'s: it answers at ``/gateway``, and is told of what happens by ``world.dispatch``.
"""

import asyncio
import contextlib
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web
from discord.http import Route

from tests.fakes.discord_faults import Fault, Faults
from tests.fakes.discord_rest import Request, answer
from tests.fakes.discord_world import ApiError, World

GLOBAL_LIMIT = 50
"""Requests in a second, but for those of interactions."""
API = "/api/v10"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Called:
    method: str
    path: str
    body: Any
    status: int
    at: float

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Bucket:
    limit: int = 1000
    seconds: float = 1.0
    used: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """0: there was room. Else the seconds until there is."""
        while self.used and self.used[0] <= now - self.seconds:
            self.used.popleft()
        if len(self.used) >= self.limit:
            return self.used[0] + self.seconds - now
        self.used.append(now)
        return 0.0

    def headers(self, name: str, now: float) -> dict[str, str]:
        after = max(0.0, self.used[0] + self.seconds - now) if self.used else 0.0
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - len(self.used)),
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Reset": f"{now + after:.3f}",
            "X-RateLimit-Bucket": name,
        }


@dataclass
class DiscordServer:
    """``async with DiscordServer().running() as server:``; then ``server.api_url`` is what ``Route.BASE`` is to be."""

    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    calls: list[Called] = field(default_factory=list)
    limits: dict[str, tuple[int, float]] = field(default_factory=dict)
    """How many requests each bucket takes in how many seconds, by method and the end of a path (a regular expression)."""
    gateway: Handler | None = None
    """What answers at ``/gateway``."""
    port: int = 0
    """0: any; else the same as before, so that a Discord that was away comes back."""
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _all: Bucket = field(default_factory=lambda: Bucket(GLOBAL_LIMIT, 1.0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return self.url + API

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    def called(self, route: str) -> list[Called]:
        """``route``: a method and the end of a path as a regular expression."""
        method, _, end = route.partition(" ")
        return [one for one in self.calls if one.method == method and re.search(f"{end}$", one.path)]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["DiscordServer"]:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_get("/attachments/{id}/{name}", self._file)
        app.router.add_route("*", API + "{path:/.*}", self._api)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.gateway is None:
            raise web.HTTPNotFound
        return await self.gateway(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.world.files.get(int(request.match_info["id"]))
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body, files = await _body(request)
        made = Request(request.method, path, body, dict(request.query), files, self.url)
        now = asyncio.get_running_loop().time()

        def done(status: int, payload: Any, headers: Mapping[str, str]) -> web.Response:
            self.calls.append(Called(request.method, path, body, status, now))
            if status == 204:
                return web.Response(status=204, headers=headers)
            return web.Response(
                body=json.dumps(payload).encode(), status=status, content_type="application/json", headers=headers
            )

        fault = self.faults.next(request.method, path)
        if fault and (ill := await self._ill_before(fault, request, done)):
            return ill
        limited, headers = self._limited(request.method, path, now)
        if limited:
            return done(429, *limited)
        status, payload = self._answer(made, request)
        if status == 429:  # of a message, whatever its bucket
            body, also = _too_often(2.0, "user")
            payload, headers = body | payload, {**headers, **also}
        if fault and (ill := await self._ill_after(fault, request, done)):
            return ill
        return done(status, payload, headers)

    def _answer(self, made: Request, request: web.Request) -> tuple[int, Any]:
        if made.path in ("/gateway", "/gateway/bot"):
            starts = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            return 200, {"url": self.gateway_url, "shards": 1, "session_start_limit": starts}
        by_token = made.path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.world.token}":
            return 401, {"code": 0, "message": "401: Unauthorized"}
        try:
            found = answer(self.world, made)
        except ApiError as error:
            return error.status, error.body
        return (204, None) if found is None else (200, found)

    def _limited(
        self, method: str, path: str, now: float
    ) -> tuple[tuple[Any, Mapping[str, str]] | None, Mapping[str, str]]:
        """What a request is answered that comes too often, and the headers of one that does not."""
        if path.startswith(("/interactions/", "/webhooks/")):
            return None, {}
        if wait := self._all.take(now):
            return _too_often(wait, "global"), {}
        name = _bucket(method, path)
        bucket = self._buckets.setdefault(name, self._new_bucket(method, path))
        if wait := bucket.take(now):
            payload, headers = _too_often(wait, "user")
            return (payload, {**headers, **bucket.headers(_hash(name), now)}), {}
        return None, bucket.headers(_hash(name), now)

    def _new_bucket(self, method: str, path: str) -> Bucket:
        for route, (limit, seconds) in self.limits.items():
            named, _, end = route.partition(" ")
            if named == method and re.search(f"{end}$", path):
                return Bucket(limit, seconds)
        return Bucket()

    async def _ill_before(
        self, fault: Fault, request: web.Request, done: Callable[[int, Any, Mapping[str, str]], web.Response]
    ) -> web.StreamResponse | None:
        if fault.wrong == "limited":
            return done(429, *_too_often(fault.seconds, fault.scope))
        if fault.wrong == "garbled":
            done(429, None, {})
            return web.Response(status=429, text="error code: 1015", headers={"Retry-After": str(fault.seconds)})
        if fault.wrong == "refused":
            return done(fault.status, {"code": fault.code, "message": "refused"}, {})
        if fault.wrong == "dropped_before":
            return _dropped(request)
        return None

    async def _ill_after(
        self, fault: Fault, request: web.Request, done: Callable[[int, Any, Mapping[str, str]], web.Response]
    ) -> web.StreamResponse | None:
        if fault.wrong == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.wrong == "gateway":
            status = max(fault.status, 502)
            done(status, None, {})
            return web.Response(status=status, text="<html>bad gateway</html>", content_type="text/html")
        return _dropped(request) if fault.wrong == "dropped_after" else None


@contextlib.contextmanager
def redirected(server: DiscordServer) -> Any:
    """discord.py calls this server for as long as the block lasts: it knows no other place for the address than its class."""
    before = Route.BASE
    Route.BASE = server.api_url
    try:
        yield
    finally:
        Route.BASE = before


@contextlib.asynccontextmanager
async def logged_in(server: DiscordServer, client: discord.Client) -> AsyncIterator[discord.Client]:
    """A client that can make requests, without a gateway."""
    with redirected(server):
        async with client:
            await client.login(server.world.token)
            yield client


async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    if not request.content_type.startswith("multipart/"):
        return (await request.json() if request.can_read_body else {}), {}
    body: Any = {}
    files: dict[str, bytes] = {}
    async for part in await request.multipart():
        assert not isinstance(part, web.StreamResponse)
        if part.name == "payload_json":  # type: ignore[union-attr]  # parts have no parts here
            body = json.loads(await part.text())  # type: ignore[union-attr]
        else:
            files[str(part.filename)] = bytes(await part.read())  # type: ignore[union-attr]
    return body, files


def _too_often(wait: float, scope: str) -> tuple[Any, dict[str, str]]:
    headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope, "Via": "1.1 google"}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return {"message": "You are being rate limited.", "retry_after": wait, "global": scope == "global"}, headers


def _bucket(method: str, path: str) -> str:
    """A bucket for each route, and in it for each channel or server (the first id of the path)."""
    ids = re.findall(r"\d+", path)
    return f"{method} {re.sub(r'[0-9]+', '#', path)} {ids[0] if ids else ''}"


def _hash(name: str) -> str:
    return f"{hash(name.rpartition(' ')[0]) & 0xFFFFFFFF:08x}"


def _dropped(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
