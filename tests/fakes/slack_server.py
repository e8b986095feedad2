"""A small Slack on loopback: Web API, Socket Mode, ``response_url``s, uploads and downloads. It can be ill.

As strict as the real one where our room depends on it: what slack_sdk's validators refuse is refused, as are more than 50
blocks, unknown channels and timestamps, missing membership and scopes, and bad tokens. Made after https://docs.slack.dev.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.platforms.slack.manifest import SCOPES as GRANTED
from tests.fakes import slack_web
from tests.fakes.slack_chat import need
from tests.fakes.slack_faults import Fault, Faults
from tests.fakes.slack_payloads import message_event
from tests.fakes.slack_socket import Delivery, SocketMode
from tests.fakes.slack_strict import check_message
from tests.fakes.slack_workspace import APP_ID, APP_TOKEN, CONFIG_TOKEN, RESPONSE_USES, Message, SlackError, Workspace

_JSON = ("blocks", "metadata", "view", "files", "prompts", "unfurls")
_LOGIN = "<!DOCTYPE html><html><title>Sign in to Slack</title></html>"


@dataclass(frozen=True)
class Called:
    method: str
    arguments: Mapping[str, Any]
    team: str | None


def _ward() -> list[Workspace]:
    return [Workspace(scopes=frozenset(scope.name for scope in GRANTED))]


@dataclass
class SlackServer:
    """``async with SlackServer().running() as slack:``; then ``slack.api_url`` is its Web API."""

    workspaces: list[Workspace] = field(default_factory=_ward)
    faults: Faults = field(default_factory=Faults)
    socket: SocketMode = field(default_factory=SocketMode)
    calls: list[Called] = field(default_factory=list)
    codes: dict[str, Workspace] = field(default_factory=dict)
    """What an OAuth code installs."""
    manifest: dict[str, Any] = field(default_factory=dict)
    """How the app is set, as whoever has ``CONFIG_TOKEN`` may read it."""
    url: str = ""
    port: int = 0
    """0: any; else the same as before, so that a Slack that was away comes back."""
    echo: bool = True
    """Whether the app is told of what it posted itself, as it is by Slack."""

    def __post_init__(self) -> None:
        self.delivery = Delivery(self.socket)

    @property
    def ward(self) -> Workspace:
        """The first workspace."""
        return self.workspaces[0]

    @property
    def api_url(self) -> str:
        return f"{self.url}api/"

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of each call of a method."""
        return [call.arguments for call in self.calls if call.method == method]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["SlackServer"]:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.socket.handle)
        app.router.add_post("/upload/v1/{team}/{file}", self._upload)
        app.router.add_get("/files-pri/{id}/download/{name}", self._download)
        app.router.add_post("/respond/{team}/{id}", self._respond)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}/"
        try:
            yield self
        finally:
            await self.delivery.aclose()
            self.socket.drop()
            await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        workspace = self._workspace(request)
        shown = {name: value for name, value in arguments.items() if name != "token"}
        self.calls.append(Called(method, shown, workspace.id if workspace else None))

        async def answer() -> web.StreamResponse:
            scopes = {"X-OAuth-Scopes": ",".join(sorted(workspace.scopes))} if workspace else {}
            return web.json_response(self._answer(method, request, workspace, arguments), headers=scopes)

        return await self._ill(method, request, arguments, answer)

    def _answer(
        self, method: str, request: web.Request, workspace: Workspace | None, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            return {"ok": True} | self._call(method, request, workspace, arguments)
        except SlackError as error:
            errors = error.more.pop("errors", None)
            more = {"response_metadata": {"messages": errors}} if errors else {}
            return {"ok": False, "error": error.code} | error.more | more

    def _call(
        self, method: str, request: web.Request, workspace: Workspace | None, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        token = _token(request, arguments)
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise SlackError("not_allowed_token_type" if workspace else "invalid_auth")
            return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={self.socket.ticket()}"}
        if method == "oauth.v2.access":
            return self._install(arguments)
        if method == "apps.manifest.export" and token == CONFIG_TOKEN:
            if arguments.get("app_id") != APP_ID:
                raise SlackError("invalid_app_id")
            return {"manifest": self.manifest}
        if workspace is None:
            raise SlackError("invalid_auth" if token else "not_authed")
        if workspace.revoked:
            raise SlackError("token_revoked")
        if method not in slack_web.METHODS:
            raise SlackError("unknown_method")
        if method in slack_web.SCOPES:
            need(workspace, slack_web.SCOPES[method])
        before = len(workspace.said)
        result = slack_web.METHODS[method](workspace, arguments | {"@base": self.url})
        for message in workspace.said[before:] if self.echo else ():
            if message.only_to is None:
                self.delivery.event(message_event(self.url, workspace, message))
        return result

    def _install(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        workspace = self.codes.pop(str(arguments.get("code")), None)
        if workspace is None:
            raise SlackError("invalid_code")
        return {
            "app_id": APP_ID,
            "authed_user": {"id": next(iter(workspace.people), "U0ADMIN")},
            "scope": ",".join(sorted(workspace.scopes)),
            "token_type": "bot",
            "access_token": workspace.token,
            "bot_user_id": workspace.bot,
            "team": {"id": workspace.id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _workspace(self, request: web.Request) -> Workspace | None:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return next((workspace for workspace in self.workspaces if workspace.token == bearer), None)

    async def _ill(
        self,
        name: str,
        request: web.Request,
        arguments: Mapping[str, Any],
        answer: Callable[[], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Answer, or go wrong as the next fault says."""
        fault = self.faults.next(name, arguments)
        if fault is None:
            return await answer()
        if fault.wrong == "limited":
            headers = {"Retry-After": str(fault.seconds)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.wrong == "refused":
            return web.json_response({"ok": False, "error": fault.code})
        return await self._broken(fault, request, answer)

    async def _broken(
        self, fault: Fault, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if fault.wrong != "dropped_before":
            done = await answer()
            if fault.wrong == "slow":
                await asyncio.sleep(fault.seconds)
                return done
            if fault.wrong == "gateway":
                return web.Response(status=502, text="<h1>Bad gateway</h1>", content_type="text/html")
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        workspace = self._by_id(request.match_info["team"])
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        body = await _file_of(request)

        async def answer() -> web.StreamResponse:
            if file is None or file.content is not None or len(body) != file.length:
                return web.Response(status=400, text="bad upload")
            file.content = body
            return web.Response(text=f"OK - {len(body)}")

        return await self._ill("upload", request, {"name": file.name if file else ""}, answer)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        team, _, id = request.match_info["id"].partition("-")
        workspace = self._by_id(team)
        file = workspace.files.get(id) if workspace else None

        async def answer() -> web.StreamResponse:
            # Slack answers 200 with its sign-in page where the token is missing, wrong, or may not read files.
            if workspace is None or self._workspace(request) is not workspace or "files:read" not in workspace.scopes:
                return web.Response(text=_LOGIN, content_type="text/html")
            if file is None or file.content is None or workspace.revoked:
                return web.Response(status=404)
            return web.Response(body=file.content, content_type=file.mimetype)

        return await self._ill("download", request, {"name": file.name if file else ""}, answer)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        workspace = self._by_id(request.match_info["team"])
        url = workspace.response_urls.get(request.match_info["id"]) if workspace else None
        body = await request.json()

        async def answer() -> web.StreamResponse:
            if workspace is None or url is None or url.used >= RESPONSE_USES:
                return web.json_response({"ok": False, "error": "used_url"}, status=404)
            url.used += 1
            try:
                if not body.get("delete_original"):
                    check_message(str(body.get("text") or ""), body.get("blocks") or [])
            except SlackError as error:
                return web.json_response({"ok": False, "error": error.code}, status=400)
            self._shown(workspace, request.match_info["id"], body)
            return web.Response(text="ok")

        return await self._ill("respond", request, body, answer)

    def _shown(self, workspace: Workspace, id: str, body: Mapping[str, Any]) -> None:
        url = workspace.response_urls[id]
        if body.get("replace_original") or body.get("delete_original"):
            workspace.ephemeral = [m for m in workspace.ephemeral if m.ts != url.message_ts]
        if body.get("delete_original"):
            return
        message = Message(
            url.channel,
            workspace.ts(),
            workspace.bot,
            str(body.get("text") or ""),
            body.get("blocks") or [],
            body.get("thread_ts") or url.thread_ts,
            workspace.bot_id,
            only_to=None if body.get("response_type") == "in_channel" else url.user,
        )
        url.message_ts = message.ts if message.only_to else url.message_ts
        workspace.post(message)

    def _by_id(self, team: str) -> Workspace | None:
        return next((workspace for workspace in self.workspaces if workspace.id == team), None)


def _token(request: web.Request, arguments: Mapping[str, Any]) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token") or "")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """From the query, the form and the JSON body alike; JSON within a form is read."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    else:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in _JSON:
        if isinstance(found.get(name), str):
            try:
                found[name] = json.loads(found[name])
            except json.JSONDecodeError:
                found[name] = None
    return found


async def _file_of(request: web.Request) -> bytes:
    """The bytes of an upload, bare or as the one file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
