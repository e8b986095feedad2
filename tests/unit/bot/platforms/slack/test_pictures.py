"""Pictures and files of ours, uploaded to the small Slack with the real client."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.platforms.slack.client import SlackClient, SlackClients
from bot.platforms.slack.pictures import Place, is_there, upload, upload_file
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import Message

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 500
NAME = "loss-tt-7.png"
THREAD = Place(channel="C0WARD", thread="1763712017.001300")


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    server.ward.add_channel("C0WARD", "ward-7", server.ward.bot)
    server.ward.post(Message(channel="C0WARD", ts=THREAD.thread, user=server.ward.bot, text="Run 3"))
    async with server.running():
        yield server


@pytest.fixture
async def client(slack: SlackServer) -> AsyncIterator[SlackClient]:
    clients = SlackClients(base_url=slack.api_url)
    yield clients.of(slack.ward.id, slack.ward.token)
    await clients.aclose()


def said(slack: SlackServer) -> list[dict[str, Any]]:
    """The messages with files, as ``conversations.replies`` has them."""
    files = slack.ward.files
    return [
        {"files": [{"id": id, "name": files[id].name, "mode": "hosted"} for id in message.files]}
        for message in slack.ward.channels["C0WARD"].messages.values()
    ]


class TestUploading:
    async def test_a_picture_stands_in_the_thread_with_its_alt_text(
        self, slack: SlackServer, client: SlackClient
    ) -> None:
        id = await upload(client, PNG, NAME, THREAD, alt="Line chart: the loss fell.", title="Run 3")
        file = slack.ward.files[id]
        assert (file.content, file.alt, file.title, file.name) == (PNG, "Line chart: the loss fell.", "Run 3", NAME)
        _, message = slack.ward.channels["C0WARD"].messages.values()
        assert (message.thread_ts, message.files) == (THREAD.thread, [id])
        assert is_there(said(slack), NAME)

    async def test_a_file_of_the_home_folder_goes_the_same_way(
        self, slack: SlackServer, client: SlackClient, tmp_path: Path
    ) -> None:
        (tmp_path / "rows.jsonl").write_text('{"instruction": "x"}\n', "utf-8")
        id = await upload_file(client, tmp_path / "rows.jsonl", "rows-tt-7.jsonl", Place(channel="C0WARD"))
        assert slack.ward.files[id].content == b'{"instruction": "x"}\n'
        with pytest.raises(Refused, match="not_found"):
            await upload_file(client, tmp_path / "gone.jsonl", "gone.jsonl", Place(channel="C0WARD"))

    async def test_a_long_alt_text_is_one_that_slack_takes(self, slack: SlackServer, client: SlackClient) -> None:
        id = await upload(client, PNG, NAME, THREAD, alt="Verlust" * 200)
        assert len(slack.ward.files[id].alt) == 1000

    async def test_an_empty_file_is_refused_before_slack_is_asked(
        self, slack: SlackServer, client: SlackClient
    ) -> None:
        with pytest.raises(Refused, match="empty"):
            await upload(client, b"", NAME, THREAD)
        assert slack.calls == []


class TestWhatGoesWrong:
    async def test_without_membership_it_is_refused(self, slack: SlackServer, client: SlackClient) -> None:
        slack.ward.channels["C0WARD"].members.clear()
        with pytest.raises(Refused, match="not_in_channel"):
            await upload(client, PNG, NAME, THREAD)

    async def test_where_uploads_are_disabled_it_is_refused(self, slack: SlackServer, client: SlackClient) -> None:
        slack.faults.add("files.getUploadURLExternal", "refused", code="file_uploads_disabled")
        with pytest.raises(Refused, match="file_uploads_disabled"):
            await upload(client, PNG, NAME, THREAD)

    @pytest.mark.parametrize(
        ("method", "wrong"),
        [
            ("files.getUploadURLExternal", "dropped_before"),
            ("files.getUploadURLExternal", "dropped_after"),
            ("files.getUploadURLExternal", "gateway"),
            ("upload", "dropped_before"),
            ("upload", "dropped_after"),
            ("upload", "gateway"),
            ("upload", "limited"),
        ],
    )
    async def test_what_nobody_saw_is_simply_done_again(
        self, slack: SlackServer, client: SlackClient, method: str, wrong: Any
    ) -> None:
        slack.faults.add(method, wrong)
        with pytest.raises(RetryLater):
            await upload(client, PNG, NAME, THREAD)
        await upload(client, PNG, NAME, THREAD)
        assert len(slack.ward.channels["C0WARD"].messages) == 2, "what was there before, and the picture once"

    @pytest.mark.parametrize(("wrong", "there"), [("dropped_before", False), ("dropped_after", True)])
    async def test_what_may_be_shown_already_is_looked_up_by_its_name(
        self, slack: SlackServer, client: SlackClient, wrong: Any, there: bool
    ) -> None:
        slack.faults.add("files.completeUploadExternal", wrong)
        with pytest.raises(Uncertain):
            await upload(client, PNG, NAME, THREAD)
        assert is_there(said(slack), NAME) is there

    async def test_content_goes_to_slack_alone(
        self, slack: SlackServer, client: SlackClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def promise(**arguments: Any) -> dict[str, str]:
            return {"upload_url": "https://evil.example/upload", "file_id": "F1"}

        monkeypatch.setattr(client, "files_getUploadURLExternal", promise)
        with pytest.raises(Refused, match="not_slacks"):
            await upload(client, PNG, NAME, THREAD)


class TestNames:
    @pytest.mark.parametrize("name", ["loss-tt-7.png", "Loss tt-7.png", "loss_tt-7.png"])
    def test_a_name_that_slack_changed_a_little_is_known(self, name: str) -> None:
        assert is_there([{"files": [{"name": name}]}], NAME)

    @pytest.mark.parametrize(
        "message",
        [
            {},
            {"files": None},
            {"files": [{"name": "loss-tt-71.png"}]},
            {"files": [{"name": "loss-tt-7.txt"}]},
            {"files": [{"name": None}]},
            {"files": [{"name": "loss-tt-7.png", "mode": "tombstone"}]},
        ],
    )
    def test_another_file_is_another(self, message: dict[str, Any]) -> None:
        assert not is_there([message], NAME)
