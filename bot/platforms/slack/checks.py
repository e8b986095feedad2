"""Looks at a Slack app from outside, and says by code what is well and what is not: one ``Check`` a finding.

The sentences are ``doctor.slack_<code>``. It changes nothing in Slack, opens no connection of Socket Mode, and raises
nothing that a broken app, a wrong token or a network can cause.
"""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import setup as shared
from bot.chat.port import Words
from bot.platforms.slack.client import plain_client
from bot.platforms.slack.errors import TOKEN_LOST, code_of
from bot.platforms.slack.manifest import EVENTS_PATH, SCOPES, differences, manifest
from bot.platforms.slack.setup import SlackSetup

SKEW_SEEN, SKEW_FATAL = 60.0, 300.0
"""Seconds by which our clock may differ from Slack's before it deserves a look, and before signed requests are refused
(https://docs.slack.dev/authentication/verifying-requests-from-slack: older than five minutes)."""
LOCAL_WITHIN = 5.0
"""Seconds that our own HTTP server is given to answer."""
PAGES = 50
"""Pages of 200 channels that are read at most."""

FAULTS = (SlackClientError, aiohttp.ClientError, OSError)
"""What asking Slack may raise: it refused (``code_of`` tells why), or it cannot be reached."""


@dataclass(frozen=True, kw_only=True)
class Check(shared.Check):
    """Of ``values``, ``missing`` (scopes) and ``lacks`` (``manifest.differences``) are lists."""

    subject: Literal["token", "teams", "scopes", "clock", "socket", "http", "events", "channels"]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a bot token is, where."""

    team: str
    team_name: str
    bot_user: str
    bot_name: str
    bot_id: str
    enterprise: str = ""
    app: str = ""
    """The app's id; empty where it could not be asked for."""
    scopes: frozenset[str] | None = None
    """What the token may do; None: Slack did not say."""
    skew: float | None = None
    """Seconds by which our clock is ahead of Slack's."""


async def identity(token: str, api_url: str) -> Identity:
    """Ask Slack whose token it is. Raises one of ``FAULTS``."""
    client = plain_client(token, api_url)
    answer = await client.auth_test()
    return Identity(
        team=str(answer.get("team_id", "")),
        team_name=str(answer.get("team", "")),
        bot_user=str(answer.get("user_id", "")),
        bot_name=str(answer.get("user", "")),
        bot_id=str(answer.get("bot_id") or ""),
        enterprise=str(answer.get("enterprise_id") or ""),
        app=await _app_of(client, str(answer.get("bot_id") or "")),
        scopes=_scopes(answer),
        skew=_skew(answer),
    )


async def workspace(token: str, setup: SlackSetup) -> tuple[Identity | None, list[Check]]:
    """What can be said of one workspace by its token: the token itself, the allow-list, its scopes, the clocks."""
    try:
        found = await identity(token, setup.api_url)
    except FAULTS as error:
        return None, [_refused("token", error)]
    if not found.bot_id:
        return None, [Check(level="fail", subject="token", code="token_person", values={"name": found.bot_name})]
    named = {"team": found.team_name, "id": found.team, "bot": found.bot_name}
    checks = [Check(level="ok", subject="token", code="token_ok", values=named)]
    if not setup.serves(found.team, found.enterprise):
        listed = ", ".join(sorted(setup.teams))
        checks.append(Check(level="fail", subject="teams", code="team_not_listed", values=named | {"listed": listed}))
    return found, [*checks, scopes(found), *clock(found)]


def scopes(found: Identity) -> Check:
    """Whether the token may do all that is needed, and whether more."""
    if found.scopes is None:
        return Check(level="warn", subject="scopes", code="scopes_unknown")
    needed = {scope.name for scope in SCOPES}
    if missing := sorted(needed - found.scopes):
        return Check(level="fail", subject="scopes", code="scopes_missing", values={"missing": missing})
    if more := sorted(found.scopes - needed):
        return Check(level="ok", subject="scopes", code="scopes_more", values={"more": ", ".join(more)})
    return Check(level="ok", subject="scopes", code="scopes_ok", values={"count": len(needed)})


def clock(found: Identity) -> list[Check]:
    """Whether our clock agrees with Slack's; nothing where Slack did not tell the time."""
    if found.skew is None or abs(found.skew) < SKEW_SEEN:
        return []
    code = "clock_ahead" if found.skew > 0 else "clock_behind"
    level: Literal["warn", "fail"] = "fail" if abs(found.skew) >= SKEW_FATAL else "warn"
    return [Check(level=level, subject="clock", code=code, values={"seconds": round(abs(found.skew))})]


async def socket_mode(setup: SlackSetup, found: Identity | None) -> Check:
    """Whether the app-level token opens connections, and is of the same app as the bot token."""
    app = _app_in(setup.app_token)
    if found and found.app and app and app != found.app:
        values = {"app": app, "bot_app": found.app}
        return Check(level="fail", subject="socket", code="socket_other_app", values=values)
    try:
        await plain_client(None, setup.api_url).apps_connections_open(app_token=setup.app_token)
    except FAULTS as error:
        if isinstance(error, SlackApiError) and code_of(error.response) in ("missing_scope", "no_permission"):
            return Check(level="fail", subject="socket", code="socket_scope")
        return _refused("socket", error)
    return Check(level="ok", subject="socket", code="socket_ok")


async def http_server(setup: SlackSetup) -> Check:
    """Whether our own server answers a signed request as Slack would send it (the handshake of the Events API)."""
    challenge = "threadtune-doctor"
    body = json.dumps({"type": "url_verification", "challenge": challenge})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(setup.signing_secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    host = "127.0.0.1" if setup.host in ("0.0.0.0", "::") else setup.host  # noqa: S104  # compared, not bound
    where = {"host": host, "port": setup.port, "path": EVENTS_PATH}
    try:
        timeout = aiohttp.ClientTimeout(total=LOCAL_WITHIN)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"http://{host}:{setup.port}{EVENTS_PATH}", data=body, headers=headers) as answer,
        ):
            text = await answer.text()
    except (aiohttp.ClientError, OSError):
        return Check(level="warn", subject="http", code="http_silent", values=where)
    if answer.status == 200 and challenge in text:
        return Check(level="ok", subject="http", code="http_ok", values=where)
    return Check(level="fail", subject="http", code="http_refused", values=where | {"status": answer.status})


async def events(setup: SlackSetup, found: Identity | None, words: Words, heard_last: datetime | None) -> Check:
    """Whether the app is set to tell us what we listen to: by its manifest where that may be read, else by what was heard."""
    app = found.app if found else ""
    if not setup.config_token or not (app or _app_in(setup.app_token)):
        return _heard(heard_last)
    try:
        client = plain_client(setup.config_token, setup.api_url)
        answer = await client.apps_manifest_export(app_id=app or _app_in(setup.app_token))
    except FAULTS as error:
        return _refused("events", error)
    exported = answer.get("manifest") or {}
    wanted = manifest(words, address="https://example.com" if setup.transport == "http" else None)
    if lacks := differences(wanted, exported):
        return Check(level="fail", subject="events", code="manifest_differs", values={"lacks": lacks})
    return Check(level="ok", subject="events", code="manifest_ok")


async def channels(token: str, api_url: str, known: Collection[str]) -> list[Check]:
    """In which of the channels with a conversation of ours the bot is no longer. ``known``: their ids."""
    if not known:
        return []
    client = plain_client(token, api_url)
    try:
        present = await _present(client)
    except FAULTS as error:
        return [_refused("channels", error)]
    left = sorted(set(known) - present)
    if not left:
        return [Check(level="ok", subject="channels", code="channels_ok", values={"count": len(known)})]
    names = [await _name(client, channel) for channel in left]
    return [Check(level="warn", subject="channels", code="channels_left", values={"channels": ", ".join(names)})]


def _heard(at: datetime | None) -> Check:
    if at is None:
        return Check(level="warn", subject="events", code="heard_never")
    return Check(
        level="ok", subject="events", code="heard_last", values={"at": f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"}
    )


def _refused(subject: Literal["token", "socket", "events", "channels"], error: Exception) -> Check:
    """Slack said no, or nothing answered at all."""
    if not isinstance(error, SlackApiError):
        return Check(level="fail", subject=subject, code="unreachable", values={"reason": type(error).__name__})
    code = code_of(error.response)
    told = "lost" if code in TOKEN_LOST else "refused"
    return Check(level="fail", subject=subject, code=f"{subject}_{told}", values={"reason": code})


async def _app_of(client: AsyncWebClient, bot: str) -> str:
    """The id of the app that a bot belongs to; empty where that may not be asked."""
    if not bot:
        return ""
    try:
        answer = await client.bots_info(bot=bot)
    except FAULTS:
        return ""
    return str((answer.get("bot") or {}).get("app_id") or "")


def _app_in(app_token: str) -> str:
    """The app's id, which stands in an app-level token: ``xapp-1-<app id>-...``; empty where it does not."""
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""


async def _present(client: AsyncWebClient) -> set[str]:
    present: set[str] = set()
    cursor = ""
    for _ in range(PAGES):
        answer = await client.users_conversations(types="public_channel,private_channel", limit=200, cursor=cursor)
        found: Sequence[Mapping[str, Any]] = answer.get("channels") or ()
        present |= {str(channel.get("id")) for channel in found}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return present


async def _name(client: AsyncWebClient, channel: str) -> str:
    """What people call the channel; its id where that may not be known any more."""
    try:
        answer = await client.conversations_info(channel=channel)
    except FAULTS:
        return channel
    name = (answer.get("channel") or {}).get("name")
    return f"#{name}" if name else channel


def _scopes(answer: AsyncSlackResponse) -> frozenset[str] | None:
    header = _header(answer, "x-oauth-scopes")
    return None if header is None else frozenset(one.strip() for one in header.split(",") if one.strip())


def _skew(answer: AsyncSlackResponse) -> float | None:
    header = _header(answer, "date")
    try:
        return time.time() - parsedate_to_datetime(header).timestamp() if header else None
    except ValueError:
        return None


def _header(answer: AsyncSlackResponse, name: str) -> str | None:
    return next((str(value) for key, value in (answer.headers or {}).items() if str(key).lower() == name), None)
