"""npm's ``emulate`` as a Slack server: a process of its own, and a proxy that lets slack_sdk talk to it.

It is another author's idea of Slack than ours (``tests.fakes.slack_server``): stateful, with scopes, without Socket Mode and
interactions. ``make slack-emulate`` installs it where npm is.
"""

import contextlib
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.platforms.slack.manifest import SCOPES

FOLDER = Path(__file__).parent
TOKEN = "xoxb-emulated"
POOR_TOKEN = "xoxb-emulated-without-permissions"
SEED = {
    "slack": {
        "strict_scopes": True,
        "team": {"name": "Ward 7", "domain": "ward"},
        "users": [{"name": "threadtune", "real_name": "Threadtune"}, {"name": "ana", "real_name": "Ana"}],
        "channels": [{"name": "ward"}],
        "tokens": [
            {"token": TOKEN, "user": "threadtune", "scopes": [scope.name for scope in SCOPES]},
            {"token": POOR_TOKEN, "user": "threadtune", "scopes": ["users:read"]},
        ],
    }
}


class NotInstalled(Exception):
    """The emulator cannot be run here; the text says why."""


@dataclass(frozen=True)
class Emulator:
    url: str
    """Ends without a slash."""
    front: int
    """The port of the proxy, which stands in the links that the emulator gives away."""

    def call(self, method: str, **arguments: str) -> dict[str, Any]:
        """Ask it directly, as nobody but a test does."""
        import httpx

        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer: dict[str, Any] = httpx.post(f"{self.url}/api/{method}", data=arguments, headers=headers).json()
        assert answer["ok"], answer
        return answer


@contextlib.contextmanager
def running() -> Iterator[Emulator]:
    """Raises NotInstalled."""
    node = shutil.which("node")
    if node is None:
        raise NotInstalled("Node.js is not installed")
    if not (FOLDER / "node_modules" / "emulate").is_dir():
        raise NotInstalled("emulate is not installed: run `make slack-emulate` where npm is")
    port, front = _free_ports(2)
    command = [node, str(FOLDER / "serve.mjs"), str(port), f"http://127.0.0.1:{front}", json.dumps(SEED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not process.stdout.readline():
                raise NotInstalled(f"the emulator ended at once, with status {process.wait(10)}")
            yield Emulator(f"http://127.0.0.1:{port}", front)
        finally:
            process.stdin.close()  # it ends by itself then


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.asynccontextmanager
async def proxied(emulator: Emulator) -> AsyncIterator[str]:
    """The address of a Web API before the emulator, which has every argument in the form of a POST.

    slack_sdk puts some into the query of a POST, and asks for some by GET; the emulator reads neither.
    """
    async with aiohttp.ClientSession() as session:

        async def method(request: web.Request) -> web.StreamResponse:
            given: dict[str, Any] = dict(request.query)
            if request.content_type == "application/json":
                return await answer(
                    session.post(_target(request), json=given | await request.json(), headers=_kept(request))
                )
            given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
            return await answer(session.post(_target(request), data=given, headers=_kept(request)))

        async def content(request: web.Request) -> web.StreamResponse:
            headers = _kept(request) | {"Content-Type": request.content_type}
            body = await request.read()
            return await answer(session.request(request.method, _target(request), data=body, headers=headers))

        async def answer(asked: Any) -> web.StreamResponse:
            async with asked as answered:
                kind = answered.content_type
                return web.Response(status=answered.status, body=await answered.read(), content_type=kind)

        def _target(request: web.Request) -> str:
            return f"{emulator.url}{request.rel_url if not request.path.startswith('/api/') else request.path}"

        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/api/{method}", method)
        app.router.add_route("*", "/{elsewhere:.*}", content)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", emulator.front).start()
        try:
            yield f"http://127.0.0.1:{emulator.front}/api/"
        finally:
            await runner.cleanup()


def _kept(request: web.Request) -> dict[str, str]:
    return {name: request.headers[name] for name in ("Authorization",) if name in request.headers}
