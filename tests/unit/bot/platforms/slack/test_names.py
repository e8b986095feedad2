"""What people are called, asked for once and never waited for long."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.platforms.slack import names as module
from bot.platforms.slack.client import SlackClients
from bot.platforms.slack.names import FRESH, Names, called
from bot.platforms.slack.workspaces import OneWorkspace
from tests.fakes.slack_server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer().running() as slack:
        slack.ward.add_person("U0ADA", "Ada")
        yield slack


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def names(slack: SlackServer) -> AsyncIterator[Names]:
    clients = SlackClients(slack.api_url)
    one = OneWorkspace(clients, slack.ward.token)
    await one.begin(clients.of("T0WARD", slack.ward.token))
    yield Names(one, "somebody", Clock())
    await clients.aclose()


async def test_a_name_is_asked_for_once(slack: SlackServer, names: Names) -> None:
    assert await names.of("T0WARD", "U0ADA") == "Ada"
    assert await names.of("T0WARD", "U0ADA") == "Ada"
    assert len(slack.called("users.info")) == 1


async def test_also_by_many_at_once(slack: SlackServer, names: Names) -> None:
    await asyncio.gather(*(names.of("T0WARD", "U0ADA") for _ in range(20)))
    assert len(slack.called("users.info")) == 1


async def test_and_again_after_a_while_since_people_change_it(slack: SlackServer, names: Names) -> None:
    await names.of("T0WARD", "U0ADA")
    slack.ward.people["U0ADA"]["profile"]["display_name"] = "Ada L."
    names.clock.now = FRESH + 1  # type: ignore[attr-defined]  # of the clock above
    assert await names.of("T0WARD", "U0ADA") == "Ada L."


async def test_one_that_cannot_be_had_is_what_the_payload_says_or_nobodys(slack: SlackServer, names: Names) -> None:
    assert await names.of("T0WARD", "U0ZED", "zed") == "zed"
    assert await names.of("T0WARD", "U0ZED") == "somebody"


async def test_one_that_takes_long_is_there_the_next_time(
    slack: SlackServer, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.01)
    slack.faults.add("users.info", "slow", seconds=0.1)
    assert await names.of("T0WARD", "U0ADA") == "somebody"
    await asyncio.gather(*names._asked.values())
    assert await names.of("T0WARD", "U0ADA") == "Ada"


async def test_of_a_message_that_names_a_crowd_a_few_are_asked_for(slack: SlackServer, names: Names) -> None:
    for number in range(30):
        slack.ward.add_person(f"U{number}", f"P{number}")
    found = await names.all("T0WARD", [f"U{number}" for number in range(30)])
    assert len(found) == len(slack.called("users.info")) == 5


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "ada", "real_name": "Ada L."}, "name": "al"}, "ada"),
        ({"profile": {"display_name": "", "real_name": "Ada L."}, "name": "al"}, "Ada L."),
        ({"profile": {}, "real_name": "Ada L."}, "Ada L."),
        ({"profile": None, "name": "al"}, "al"),
        ({}, ""),
    ],
)
def test_people_are_called_what_slack_shows(user: dict[str, object], name: str) -> None:
    assert called(user) == name
