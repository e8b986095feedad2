"""The real slack_sdk client, as we set it up, against a server that answers as it is told to."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.platforms.slack.client import SlackClients, plain_client
from bot.platforms.slack.limits import Pace

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    url: str
    answers: list[Answer] = field(default_factory=list)
    """Used up one by one; then all is well."""
    heard: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(request)
        await request.read()
        return await (self.answers.pop(0) if self.answers else fine)(request)


async def fine(request: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": True, "ts": "1.0"})


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def says(status: int, text: str, content_type: str, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=content_type, headers=headers)

    return answer


def limited(seconds: int) -> Answer:
    return says(429, '{"ok": false, "error": "ratelimited"}', "application/json", **{"Retry-After": str(seconds)})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server("")
    app = web.Application()
    app.router.add_route("*", "/api/{method}", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield served
    await runner.cleanup()


@pytest.fixture
async def clients(server: Server) -> AsyncIterator[SlackClients]:
    async with contextlib.aclosing(SlackClients(server.url)) as clients:
        yield clients


async def post(clients: SlackClients, channel: str = "C1", team: str = "T1") -> None:
    await clients.of(team, "xoxb-1").chat_postMessage(channel=channel, text="hello")


async def test_a_call_names_us_and_carries_the_token_of_its_workspace(server: Server, clients: SlackClients) -> None:
    await post(clients)
    (request,) = server.heard
    assert request.headers["User-Agent"].startswith("Threadtune/")
    assert request.headers["Authorization"] == "Bearer xoxb-1"
    assert request.path == "/api/chat.postMessage"


async def test_nothing_listens_there_so_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with contextlib.aclosing(SlackClients(f"http://127.0.0.1:{taken.getsockname()[1]}/api/")) as clients:
            with pytest.raises(RetryLater):
                await post(clients)


@pytest.mark.parametrize(
    ("answer", "reaction"),
    [
        (hang_up, Uncertain),
        (says(502, "<h1>Bad gateway</h1>", "text/html"), Uncertain),
        (says(503, "down", "text/plain"), Uncertain),
        (says(200, '{"ok": tr', "application/json"), Uncertain),
        (says(403, "<h1>No</h1>", "text/html"), Refused),
        (says(200, '{"ok": false, "error": "is_archived"}', "application/json"), Refused),
        (limited(30), RetryLater),
    ],
)
async def test_what_goes_wrong_comes_out_as_the_outbox_has_it(
    server: Server, clients: SlackClients, answer: Answer, reaction: type[Exception]
) -> None:
    server.answers.append(answer)
    with pytest.raises(reaction):
        await post(clients)
    assert len(server.heard) == 1, "it is not repeated behind the outbox's back"


async def test_a_slow_answer_is_uncertain(
    server: Server, clients: SlackClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.client.ANSWER_WITHIN", 0.05)
    arrived = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.sleep(60)
        return web.Response()

    server.answers.append(never)
    with pytest.raises(Uncertain):
        await post(clients)
    assert arrived.is_set()


async def test_a_short_limit_is_waited_out_and_a_long_one_holds_back_what_follows(
    server: Server, clients: SlackClients
) -> None:
    server.answers.append(limited(0))
    await post(clients)
    assert len(server.heard) == 2
    server.answers.append(limited(40))
    with pytest.raises(RetryLater) as first:
        await post(clients, channel="C2")
    assert first.value.seconds == 40
    with pytest.raises(RetryLater) as second:
        await post(clients, channel="C3")
    assert 30 < second.value.seconds <= 40
    assert len(server.heard) == 3, "Slack is not asked again before its time"
    await post(clients, team="T2")


async def test_the_second_post_to_a_channel_waits_its_turn(server: Server) -> None:
    slept: list[float] = []
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    pace = Pace(clock=lambda: now, sleep=sleep)
    async with contextlib.aclosing(SlackClients(server.url, pace)) as clients:
        await post(clients)
        await post(clients)
        await clients.of("T1", "xoxb-1").chat_update(channel="C1", ts="1.0", text="a")
        with pytest.raises(RetryLater):
            await clients.of("T1", "xoxb-1").chat_update(channel="C1", ts="1.0", text="b")
    assert slept == [1.0]
    assert len(server.heard) == 3


async def test_what_stands_in_the_query_of_a_call_is_paced_like_what_stands_in_its_body(
    server: Server, clients: SlackClients
) -> None:
    await clients.of("T1", "xoxb-1").conversations_replies(channel="C1", ts="1.0", limit=15)
    assert server.heard[0].query["limit"] == "15"


async def test_the_plain_client_raises_what_slack_sdk_raises(server: Server) -> None:
    server.answers.append(says(200, '{"ok": false, "error": "invalid_auth"}', "application/json"))
    with pytest.raises(SlackApiError):
        await plain_client("xoxb-1", server.url).auth_test()


async def test_connections_that_were_closed_are_opened_again(server: Server, clients: SlackClients) -> None:
    await post(clients)
    await clients.aclose()
    await post(clients, channel="C2")
    assert len(server.heard) == 2


async def test_clients_that_were_never_used_are_closed_quietly() -> None:
    await SlackClients().aclose()
