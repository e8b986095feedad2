"""Signed requests over HTTP: two real bots behind one address, on one database."""

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.e2e.processes import Household
from tests.e2e.slack_bot import SlackBot, check_nothing_lost, check_nothing_twice
from tests.fakes.slack_person import person
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_socket import Acknowledged, Kind, SignedHttp, encode, signed


@dataclass
class Balancer:
    """Hands requests to one bot after the other; one that does not answer has its turn taken by the next."""

    bots: tuple[SignedHttp, SignedHttp]
    turn: int = 0
    handed: list[int] = field(default_factory=list)
    """Who answered each."""

    async def tell(self, kind: Kind, payload: Mapping[str, Any], attempt: int, reason: str) -> Acknowledged | None:
        self.turn += 1
        for number in (self.turn % 2, (self.turn + 1) % 2):
            answer = await self.bots[number].tell(kind, payload, attempt, reason)
            if answer is not None:
                self.handed.append(number)
                return answer
        return None


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


async def test_two_bots_share_the_work_and_either_goes_on_without_the_other(
    slack: SlackServer, bot: SlackBot, household: Household
) -> None:
    ports = free_ports(2)
    other = SlackBot(household, slack)
    await bot.listen_on(ports[0])
    await other.listen_on(ports[1])
    urls = [f"http://127.0.0.1:{port}/slack/events" for port in ports]
    slack.delivery.way = balancer = Balancer((SignedHttp(urls[0]), SignedHttp(urls[1])))
    try:
        ana, bob = person(slack, "Ana"), person(slack, "Bob")
        await ana.dm("hello")
        await bob.dm("hello")
        await ana.until_sees("What do you wish a model could do", 60)
        await bob.until_sees("What do you wish a model could do", 60)
        await ana.dm("Write shift handover notes for nurses on our ward")
        await other.kill("half-way")
        await ana.choose("You decide the rest", seconds=60)
        await ana.until_sees("Now I need examples", 60)
        assert await ana.command("status")
        await ana.until_sees("0 approved", 60)
        await bot.idle(60)
    finally:
        await other.end()
    assert set(balancer.handed) == {0, 1}, "both had something to do"
    assert await forged(urls[0]) == 401
    check_nothing_twice(slack)
    check_nothing_lost(bot, slack)


async def forged(url: str) -> int:
    """The status that somebody gets who does not know the secret."""
    body, kind = encode("events_api", {"type": "event_callback", "event": {"type": "message"}})
    headers = {"Content-Type": kind} | signed(body, "not the secret")
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status
