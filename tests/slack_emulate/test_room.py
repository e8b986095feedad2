"""Our room's half of the chat port against a Slack that somebody else wrote: posted, edited, found again, fetched."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture, Table
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.client import plain_client
from bot.platforms.slack.inbound import Us
from bot.platforms.slack.setup import SlackSetup
from bot.platforms.slack.workspaces import OneWorkspace
from tests.fakes.slack_strict import texts
from tests.slack_emulate.emulator import TOKEN, Emulator

CARD = CardFace(
    card_id="row:1",
    title="Is this example right?",
    fields=(Field(name="Request", value="Write a handover"),),
    quoted=(Field(name="Answer", value="S: bed 7 <@U0ANA> & *quiet*"),),
    buttons=(Button(label="Approve", action="approve", style="primary"), Button(label="Edit", action="edit")),
    state="row:1",
)


@pytest.fixture
async def platform(api_url: str, tmp_path: Path) -> AsyncIterator[SlackPlatform]:
    setup = SlackSetup(bot_token=TOKEN, app_token="xapp-1-A1-1-x", api_url=api_url)
    platform = SlackPlatform(setup=setup, words=say, path_of=lambda name: tmp_path / name)
    async with contextlib.aclosing(platform.clients):
        yield platform


@pytest.fixture
async def us(platform: SlackPlatform) -> Us:
    assert isinstance(platform.workspaces, OneWorkspace)
    return await platform.workspaces.begin(plain_client(TOKEN, platform.setup.api_url))


@pytest.fixture
async def address(platform: SlackPlatform, us: Us, emulator: Emulator) -> Mapping[str, str]:
    """A thread of its own in the channel."""
    channels = emulator.call("conversations.list")["channels"]
    ward = next(str(channel["id"]) for channel in channels if channel["name"] == "ward")
    root = emulator.call("chat.postMessage", channel=ward, text="A project begins.")
    return {"team": us.team, "channel": ward, "thread": str(root["ts"])}


def thread(emulator: Emulator, address: Mapping[str, str]) -> list[dict[str, Any]]:
    """The replies, as people see them."""
    replies = emulator.call("conversations.replies", channel=address["channel"], ts=address["thread"])
    return list(replies["messages"][1:])


def reads(message: Mapping[str, Any]) -> str:
    return "\n".join(texts(message.get("blocks") or [])) or str(message["text"])


async def test_a_card_is_posted_with_its_buttons_and_found_again_by_its_marker(
    platform: SlackPlatform, emulator: Emulator, address: Mapping[str, str]
) -> None:
    card = ChatMessage(card=CARD)
    assert await platform.find(address, card, "tt-1") is None
    receipt = await platform.post(address, card, "tt-1")
    (shown,) = thread(emulator, address)
    assert "Is this example right?" in reads(shown)
    assert "Approve" in reads(shown)
    assert await platform.find(address, card, "tt-1") == receipt
    assert await platform.find(address, card, "tt-2") is None


async def test_an_edit_replaces_what_is_shown_and_keeps_it_findable(
    platform: SlackPlatform, emulator: Emulator, address: Mapping[str, str]
) -> None:
    receipt = await platform.post(address, ChatMessage(card=CARD), "tt-1")
    later = CardFace(card_id="row:1", title="Approved: 12 of 24")
    assert await platform.edit(address, receipt, ChatMessage(card=later), "tt-9") is None
    (shown,) = thread(emulator, address)
    assert "Approved: 12 of 24" in reads(shown)
    assert "Approve the" not in reads(shown)
    assert shown["blocks"], "an edit with text alone would have dropped them"


async def test_a_message_that_was_deleted_is_posted_afresh(
    platform: SlackPlatform, emulator: Emulator, address: Mapping[str, str]
) -> None:
    receipt = await platform.post(address, ChatMessage(card=CARD), "tt-1")
    emulator.call("chat.delete", channel=address["channel"], ts=str(receipt["ts"]))
    fresh = await platform.edit(address, receipt, ChatMessage(card=CARD), "tt-2")
    assert fresh is not None
    assert fresh["ts"] != receipt["ts"]
    assert await platform.find(address, ChatMessage(card=CARD), "tt-2") == fresh


async def test_a_table_and_long_text_arrive_whole(
    platform: SlackPlatform, emulator: Emulator, address: Mapping[str, str]
) -> None:
    table = Table(title="Base and tuned", header=("Request", "Base", "Tuned"), rows=(("bed 7", "no", "yes"),))
    await platform.post(address, ChatMessage(text="A comparison.", table=table), "tt-1")
    essay = "\n".join(f"{number}: a line of a long answer" for number in range(2000))
    await platform.post(address, ChatMessage(text="All:", quoted=(Field(name="v1", value=essay),)), "tt-2")
    first, second, file = thread(emulator, address)
    assert "Base and tuned" in reads(first)
    assert "Tuned: yes" in reads(first)
    assert "shortened" in reads(second)
    assert [shared["name"] for shared in file["files"]] == ["whole-text-tt-2.txt"]


async def test_a_picture_follows_its_message_and_can_be_fetched(
    platform: SlackPlatform, us: Us, emulator: Emulator, address: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "loss.png").write_bytes(b"\x89PNG a curve")
    message = ChatMessage(text="The loss.", picture=Picture(path="loss.png", alt="It falls from 2.1 to 0.4."))
    await platform.post(address, message, "tt-1")
    text, picture = thread(emulator, address)
    (file,) = picture["files"]
    assert "The loss." in reads(text)
    await platform.find(address, message, "tt-1")
    assert len(thread(emulator, address)) == 2, "it is not uploaded once more"
    target = tmp_path / "fetched.png"
    remote = {"team": us.team, "file": file["id"], "url": file["url_private_download"]}
    await platform.fetch(remote, target, 1000)
    assert target.read_bytes() == b"\x89PNG a curve"


async def test_somebody_who_never_wrote_is_reached_directly(
    platform: SlackPlatform, us: Us, emulator: Emulator
) -> None:
    users = emulator.call("users.list")["members"]
    ana = next(str(user["id"]) for user in users if user["name"] == "ana")
    receipt = await platform.post({"person": f"slack:{us.team}:{ana}"}, ChatMessage(text="May I use it?"), "tt-1")
    opened = emulator.call("conversations.open", users=ana)["channel"]["id"]
    assert receipt["channel"] == opened
