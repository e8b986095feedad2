"""Slack as a chat platform: its life, and its half of the port.

It knows no storage: what is kept of installations, and where files lie, is handed in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings

from bot.chat.background import Background
from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import House, Receipt, Words
from bot.platforms.slack.acting import Acting
from bot.platforms.slack.attaching import Attaching
from bot.platforms.slack.client import SlackClients, plain_client
from bot.platforms.slack.commanding import Commanding
from bot.platforms.slack.conversing import Conversing
from bot.platforms.slack.files import address_in, download, refused
from bot.platforms.slack.homes import PAUSE, Homes
from bot.platforms.slack.http import HttpServer
from bot.platforms.slack.limits import Pace
from bot.platforms.slack.listeners import Listeners, bolt_app
from bot.platforms.slack.notices import Notices, ResponseUrls
from bot.platforms.slack.posting import Posting
from bot.platforms.slack.reconcile import Reconciler
from bot.platforms.slack.room import Room
from bot.platforms.slack.setup import SlackSetup
from bot.platforms.slack.socket import Patience, SocketMode
from bot.platforms.slack.workspaces import Installed, ManyWorkspaces, OneWorkspace, Workspaces

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
"""Seconds between two attempts to ask Slack whose token we have, while it cannot be reached."""


@dataclass(kw_only=True, eq=False)
class SlackPlatform:
    """Implements ``bot.chat.port.ChatPlatform``. ``check(setup)`` was called before (``setup.check``)."""

    setup: SlackSetup
    words: Words
    path_of: Callable[[str], Path]
    """A file of the home folder by its relative path, which is checked there."""
    installed: Installed | None = None
    """Where the app is installed, and how it comes there; None: in the one workspace of the bot token."""
    oauth: AsyncOAuthSettings | None = None
    patience: Patience = field(default_factory=Patience)
    homes_every: float = PAUSE
    """Seconds between two publications of the home tabs that people look at."""
    name: str = "slack"
    listening: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """Set once what people do arrives: over HTTP; over Socket Mode, once there is a connection."""
    port: int = field(default=0, init=False)
    """Where requests are listened for, once they are."""

    def __post_init__(self) -> None:
        # Slack lets an app that others install look back only once a minute, unless its Marketplace has it.
        self.clients = SlackClients(base_url=self.setup.api_url, pace=Pace(sold=self.setup.by_oauth))
        self.workspaces: Workspaces = (
            ManyWorkspaces(self.clients, self.installed)
            if self.installed
            else OneWorkspace(self.clients, self.setup.bot_token, self.setup.serves)
        )
        notices = Notices(self.clients, self.workspaces, self.words)
        attaching = Attaching(self.words, self.path_of)
        self.posting = Posting(self.workspaces, notices, ResponseUrls(), self.words, attaching)
        self.background = Background()

    async def run(self, house: House) -> None:
        """Listen until cancelled. Raises ``setup.BadSetup``: Slack does not accept the token; OSError: the port is in use."""
        try:
            await self._begin()
            homes = Homes(house, self.workspaces, self.words, self.background, self.homes_every)
            self.posting.changed = homes.changed
            room = Room(house, self.workspaces, self.words, self.posting, self.background, homes)
            conversing = Conversing(room)
            reconciler = Reconciler(house, self.workspaces, conversing.take)
            app = self._app(conversing, room)
            if self.setup.transport == "http":
                await self._serve(app, reconciler)
            else:
                await self._connect(app, reconciler)
        finally:
            await self.background.aclose()

    async def aclose(self) -> None:
        """End the connections, once nobody posts any more."""
        await self.clients.aclose()

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        return await self.posting.post(address, message, marker)

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        return await self.posting.edit(address, receipt, message, marker)

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        return await self.posting.find(address, message, marker)

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        client = await self.workspaces.client(remote["team"])
        url = remote.get("url")
        if not url:  # of a file from another workspace, its message tells nothing but the id
            file = (await client.files_info(file=remote["file"]))["file"]
            if why := refused(file):
                raise Refused(why)
            url = address_in(file)
        await download(self.clients.session, url, client.token or "", target, most, self.clients.base_url)

    async def _begin(self) -> None:
        """Learn whose token it is; while Slack cannot be reached, ask again."""
        wait = 1.0
        while isinstance(self.workspaces, OneWorkspace):
            try:
                await self.workspaces.begin(plain_client(self.setup.bot_token, self.setup.api_url))
                return
            except (RetryLater, Uncertain) as error:
                wait = error.seconds if isinstance(error, RetryLater) else min(wait * 2, LONGEST_WAIT)
                log.warning("Slack cannot be reached (%s); the next attempt is in %.0f s", error, wait)
                await asyncio.sleep(wait)

    def _app(self, conversing: Conversing, room: Room) -> AsyncApp:
        http = self.setup.transport == "http"
        app = bolt_app(
            self.workspaces,
            plain_client(None, self.setup.api_url),
            self.words,
            signing_secret=self.setup.signing_secret if http else "",
            oauth=self.oauth,
        )
        Listeners(conversing, Acting(room), Commanding(room)).listen(app)
        return app

    async def _serve(self, app: AsyncApp, reconciler: Reconciler) -> None:
        server = HttpServer(app, self.setup.signing_secret, self.setup.host, self.setup.port)
        self.background.start(self._once_listening(server, reconciler.run), "looking up what was missed")
        await server.run()

    async def _once_listening(self, server: HttpServer, then: Callable[[], Awaitable[None]]) -> None:
        """What Slack could not deliver for longer than it tries (six minutes) is looked up at the start."""
        await server.listening.wait()
        self.port = server.port
        self.listening.set()
        await then()

    async def _connect(self, app: AsyncApp, reconciler: Reconciler) -> None:
        async def connected() -> None:
            self.listening.set()
            await reconciler.run()

        client = plain_client(None, self.setup.api_url)
        await SocketMode(app, client, self.setup.app_token, connected, self.patience).run()
