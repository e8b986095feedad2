"""Signed requests over HTTP: what Slack sends to a public address, for one bot process or several behind a balancer.

It knows no payloads. Nothing is read of a request whose signature is not Slack's, or older than five minutes
(https://docs.slack.dev/authentication/verifying-requests-from-slack).
"""

import asyncio
import logging
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.platforms.slack.manifest import EVENTS_PATH

log = logging.getLogger(__name__)

ENDING = 5.0
"""Seconds for the requests in hand when the process ends."""


class _Server(AsyncSlackAppServer):
    """slack_bolt's server, with the pages for installing where the app has OAuth; it verifies before it parses."""

    verifier: SignatureVerifier

    async def handle_post_requests(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_slacks(request, body):
            return web.Response(status=200 if _asks_for_certificate(body) else 401)
        asked = await to_bolt_request(request)
        return await to_aiohttp_response(await self.bolt_app.async_dispatch(_whole(asked)))

    def _is_slacks(self, request: web.Request, body: bytes) -> bool:
        at = request.headers.get("X-Slack-Request-Timestamp", "")
        try:
            return self.verifier.is_valid(body, at, request.headers.get("X-Slack-Signature", ""))
        except ValueError:  # the time is no number, or the body no UTF-8
            return False


def _asks_for_certificate(body: bytes) -> bool:
    """Slack's check of the address's certificate, which says nothing and is not signed."""
    return body.startswith(b"ssl_check=1&") or body == b"ssl_check=1"


def _whole(request: AsyncBoltRequest) -> AsyncBoltRequest:
    """The request with its body read: slack_bolt 1.30.0 loses a command in whose text the word "payload" stands."""
    if not request.body and request.raw_body:
        request.body = dict(parse_qsl(request.raw_body, keep_blank_values=True))
        request.context = build_async_context(AsyncBoltContext({}), request.body)
    return request


@dataclass(eq=False)
class HttpServer:
    app: AsyncApp
    signing_secret: str = field(repr=False)
    host: str
    port: int
    """0: one that is free, for tests."""
    path: str = EVENTS_PATH
    listening: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Serve until cancelled; the requests in hand are answered first. Raises OSError: the port is in use."""
        server = _Server(port=self.port, path=self.path, app=self.app, host=self.host)
        server.verifier = SignatureVerifier(self.signing_secret)
        runner = web.AppRunner(server.web_app, access_log=None, shutdown_timeout=ENDING)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.host, self.port)
            await site.start()
            self.port = runner.addresses[0][1]
            log.info("listening for Slack at %s:%s%s", self.host, self.port, self.path)
            self.listening.set()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
