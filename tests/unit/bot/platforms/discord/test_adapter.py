"""The platform's life, and what it answers before and after it."""

from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from agent.words import say
from bot.chat.errors import RetryLater
from bot.chat.messages import ChatMessage
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.client import ThreadtuneClient
from bot.platforms.discord.conversing import SEEN
from bot.platforms.discord.setup import API_URL, GATEWAY_URL, DiscordSetup
from tests.fakes.discord_member import DiscordMember
from tests.fakes.house import FakeHouse
from tests.unit.bot.platforms.discord.connected import connected


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DiscordPlatform:
    monkeypatch.setattr(Route, "BASE", API_URL)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(GATEWAY_URL))
    setup = DiscordSetup(api_url="http://127.0.0.1:1/api", gateway_url="ws://127.0.0.1:1/gateway")
    return DiscordPlatform(setup=setup, words=say, path_of=lambda name: tmp_path / name)


def test_both_addresses_come_from_the_setup(platform: DiscordPlatform) -> None:
    assert platform.name == "discord"
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:1/api/users/@me"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:1/gateway"


def test_nobody_is_mentioned_by_accident(platform: DiscordPlatform) -> None:
    mentions = platform.client.allowed_mentions
    assert mentions is not None
    assert dict(mentions.to_dict()) == {"parse": []}


def test_a_request_waits_for_its_turn_for_half_a_minute_at_most(platform: DiscordPlatform) -> None:
    assert platform.client.http.max_ratelimit_timeout == 30.0


async def test_before_the_login_everything_is_for_later(platform: DiscordPlatform, tmp_path: Path) -> None:
    with pytest.raises(RetryLater):
        await platform.post({"user": "1"}, ChatMessage(text="hello"), "m1")
    with pytest.raises(RetryLater):
        await platform.find({"user": "1"}, ChatMessage(text="hello"), "m1")
    with pytest.raises(RetryLater):
        await platform.fetch({"channel": "1", "message": "2", "attachment": "3"}, tmp_path / "rows.csv", 10)


async def test_whoever_connects_finds_a_client_that_knows_whom_to_tell(platform: DiscordPlatform) -> None:
    seen: list[ThreadtuneClient] = []

    async def connect(client: ThreadtuneClient) -> None:
        seen.append(client)

    platform.connect = connect
    await platform.run(FakeHouse())
    (client,) = seen
    assert client.hearing is not None
    assert None not in (client.acting, client.commanding, client.posting, client.prepare)
    assert client.tree.get_commands() != []


async def test_it_can_be_closed_without_ever_having_run(platform: DiscordPlatform) -> None:
    await platform.aclose()


async def test_what_is_posted_comes_back_as_a_receipt_and_is_found(tmp_path: Path) -> None:
    async with connected(tmp_path) as there:
        there.dm("hello")
        await there.until(lambda: there.house.texts)
        address = there.house.messages[0].sender.address
        message = ChatMessage(text="Good morning.")
        receipt = await there.platform.post(address, message, "m1")
        found = await there.platform.find(address, message, "m1")
        assert found is not None
        assert found["ids"] == receipt["ids"]
        assert await there.platform.edit(address, receipt, ChatMessage(text="Good evening."), "m1") is None
        assert there.world.direct(there.ada).texts == ["hello", "Good evening."]


async def test_over_the_network_a_message_is_marked_as_seen_and_a_servers_role_handed_in(tmp_path: Path) -> None:
    async with connected(tmp_path) as there:
        nurses = there.world.add_role(there.guild, "nurses")
        thread = await there.begun()
        assert there.ward.reactions == {thread.id: [SEEN]}
        await there.until(lambda: there.world.commands.get(None))
        ada = DiscordMember(there.discord, there.ada, "Ada")
        said = await ada.command("share", thread, role="reviewer", group=str(nurses))
        assert there.house.texts[-1] == f"/tune share reviewer group discord:{there.guild.id}:role:{nurses} nurses"
        assert said == say("discord.taken", command="/tune share reviewer group nurses")
