"""The one slack_bolt app, for both transports: what is delivered goes to those who understand it.

``process_before_response`` makes slack_bolt answer only once a listener has returned, and with an error where it raised
one: so what is acknowledged has been stored. slack_bolt's lazy listeners are not used, since they swallow errors
(``background`` does not).
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.port import Words
from bot.platforms.slack.acting import Acting
from bot.platforms.slack.commanding import Commanding
from bot.platforms.slack.conversing import Conversing
from bot.platforms.slack.inbound import Us
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

_ANY = re.compile(".*", re.DOTALL)
Body = dict[str, Any]


class Authorize(AsyncAuthorize):
    """Who we are in the workspace of a request. slack_bolt's own ask Slack, and acknowledge an event where that fails."""

    def __init__(self, workspaces: Workspaces) -> None:
        self.workspaces = workspaces

    async def __call__(self, *, enterprise_id: str | None, team_id: str | None, **_: object) -> AuthorizeResult | None:
        return await self.workspaces.authorize(enterprise_id, team_id)


@dataclass(eq=False)
class Listeners:
    conversing: Conversing
    acting: Acting
    commanding: Commanding

    def listen(self, app: AsyncApp) -> None:
        app.event(_ANY)(self.event)
        app.command(_ANY)(self.command)
        app.action(_ANY)(self.action)
        app.view_submission(_ANY)(self.view)
        app.shortcut(_ANY)(self.shortcut)
        app.view_closed(_ANY)(nothing)
        app.options(_ANY)(nothing)

    async def event(self, body: Body, context: AsyncBoltContext) -> None:
        if (us := us_in(context)) is not None:
            await self.conversing.hear(body, us)

    async def command(self, body: Body, context: AsyncBoltContext, ack: AsyncAck) -> None:
        await _known(context, ack, lambda us: self.commanding.obey(body, us, ack))

    async def action(self, body: Body, context: AsyncBoltContext, ack: AsyncAck) -> None:
        await _known(context, ack, lambda us: self.acting.act(body, us, ack))

    async def view(self, body: Body, context: AsyncBoltContext, ack: AsyncAck) -> None:
        await _known(context, ack, lambda us: self.acting.submit(body, us, ack))

    async def shortcut(self, body: Body, context: AsyncBoltContext, ack: AsyncAck) -> None:
        await _known(context, ack, lambda us: self.acting.propose(body, us, ack))


async def nothing(ack: AsyncAck) -> None:
    """What is heard and means nothing to us."""
    await ack()


def us_in(context: AsyncBoltContext) -> Us | None:
    """Who we are where a request comes from."""
    found: AuthorizeResult | None = context.authorize_result
    if found is None or not found.team_id:
        return None
    return Us(
        team=found.team_id,
        user=found.bot_user_id or "",
        bot=found.bot_id or "",
        enterprise=found.enterprise_id or "",
    )


async def _known(context: AsyncBoltContext, ack: AsyncAck, handle: Callable[[Us], Awaitable[None]]) -> None:
    us = us_in(context)
    if us is None:
        await ack()
    else:
        await handle(us)


def bolt_app(
    workspaces: Workspaces,
    client: AsyncWebClient,
    words: Words,
    *,
    signing_secret: str = "",
    oauth: AsyncOAuthSettings | None = None,
) -> AsyncApp:
    """``client``: without a token; its base URL is used for everything slack_bolt does. ``signing_secret``: empty where
    nothing is heard over HTTP (Socket Mode signs nothing)."""
    return AsyncApp(
        name="threadtune",
        client=client,
        authorize=Authorize(workspaces),  # type: ignore[arg-type]  # it takes these as well, and its types do not say so
        oauth_settings=oauth,
        signing_secret=signing_secret,
        request_verification_enabled=bool(signing_secret),
        process_before_response=True,
        user_facing_authorize_error_message=words("slack.not_served"),
    )
