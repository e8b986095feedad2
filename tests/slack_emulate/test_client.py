"""Our client, our pictures and our downloads, through the real slack_sdk and over HTTP."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.errors import Refused
from bot.platforms.slack.client import SlackClient, SlackClients
from bot.platforms.slack.files import download
from bot.platforms.slack.pictures import Place, is_there, upload
from tests.slack_emulate.emulator import POOR_TOKEN, TOKEN, Emulator


@pytest.fixture
async def clients(api_url: str) -> AsyncIterator[SlackClients]:
    async with contextlib.aclosing(SlackClients(api_url)) as clients:
        yield clients


@pytest.fixture
async def client(clients: SlackClients) -> SlackClient:
    return clients.of("T1", TOKEN)


@pytest.fixture
def ward(emulator: Emulator) -> str:
    """The id of the channel."""
    channels = emulator.call("conversations.list")["channels"]
    return next(str(channel["id"]) for channel in channels if channel["name"] == "ward")


async def test_a_post_is_found_again_by_its_metadata(client: SlackClient, ward: str) -> None:
    meta = {"event_type": "threadtune", "event_payload": {"marker": "tt-1"}}
    root = await client.chat_postMessage(channel=ward, text="a thread")
    posted = await client.chat_postMessage(channel=ward, text="hello", thread_ts=root["ts"], metadata=meta)
    thread = await client.conversations_replies(channel=ward, ts=root["ts"], include_all_metadata=True, limit=15)
    (found,) = [m for m in thread["messages"] if m.get("metadata", {}).get("event_payload") == {"marker": "tt-1"}]
    assert found["ts"] == posted["ts"]


@pytest.mark.parametrize(("token", "code"), [(TOKEN, "channel_not_found"), (POOR_TOKEN, "missing_scope")])
async def test_what_slack_refuses_comes_out_as_a_refusal(clients: SlackClients, token: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        await clients.of("T1", token).chat_postMessage(channel="C404", text="hello")
    assert refused.value.code == code


async def test_a_picture_comes_into_the_thread_and_can_be_fetched_again(
    clients: SlackClients, client: SlackClient, ward: str, tmp_path: Path, api_url: str
) -> None:
    root = await client.chat_postMessage(channel=ward, text="a run")
    await upload(client, b"a picture", "loss-tt-7.png", Place(channel=ward, thread=root["ts"]), alt="It falls.")
    thread = await client.conversations_replies(channel=ward, ts=root["ts"])
    assert is_there(thread["messages"], "loss-tt-7.png")
    (file,) = [file for message in thread["messages"] for file in message.get("files") or ()]
    target = tmp_path / "fetched.png"
    await download(clients.session, file["url_private_download"], TOKEN, target, 1000, api_url)
    assert target.read_bytes() == b"a picture"
