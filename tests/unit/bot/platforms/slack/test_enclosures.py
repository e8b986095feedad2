"""A message with a file for people to keep, in the small Slack: below its words, once, or with a sentence why it is not."""

from pathlib import Path

import pytest

from agent.words import say
from bot.chat.messages import ChatMessage, Enclosure
from bot.platforms.slack.blocks import draw, home_blocks
from tests.fakes.slack_workspace import Message
from tests.unit.bot.platforms.slack.drawings import check_drawn, shown
from tests.unit.bot.platforms.slack.served import Served

ADA = "slack:T0WARD:U0ADA"
ROWS = '{"instruction": "Write a handover", "input": "", "output": "شكراً"}\n'
HOSTILE = "../../etc/<@U0BEN> *x*\\\u202egnp.lnosj\n.jsonl"
"""A path, a mention, markup, and a mark that turns the letters behind it around."""


def export(home: Path, name: str = "ward-7.jsonl", **more: str) -> ChatMessage:
    (home / "rows.jsonl").write_text(ROWS, "utf-8")
    return ChatMessage(text="12 approved examples.", file=Enclosure(path="rows.jsonl", name=name), **more)  # type: ignore[arg-type]


def holder(there: Served, file_id: str) -> Message:
    """The message that shows a file."""
    return next(message for message in there.slack.ward.said if file_id in message.files)


class TestUploaded:
    async def test_the_words_come_first_and_the_file_below_them(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        receipt = await there.platform.post(thread, export(tmp_path), "tt-1")
        (file,) = there.slack.ward.files.values()
        assert (file.content, file.name, file.title) == (ROWS.encode(), "ward-7-tt-1.jsonl", "ward-7.jsonl")
        below = holder(there, file.id)
        assert below.thread_ts == thread["thread"]
        assert float(below.ts) > float(receipt["ts"])
        assert "12 approved examples." in there.ben.reads(there.slack.ward.find("C0WARD", receipt["ts"]))

    async def test_a_file_for_one_person_comes_directly_to_them(self, there: Served, tmp_path: Path) -> None:
        await there.platform.post({"person": ADA}, export(tmp_path), "tt-1")
        (file,) = there.slack.ward.files.values()
        assert holder(there, file.id).channel == there.ada.direct
        assert not there.ben.sees(file.title)

    async def test_nor_does_one_reach_others_that_came_with_words_for_one_person(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        await there.platform.post(thread, export(tmp_path, only_to=ADA), "tt-1")
        (file,) = there.slack.ward.files.values()
        assert holder(there, file.id).channel == there.ada.direct
        assert not there.ben.sees(file.title)
        assert not there.ben.sees("12 approved examples.")

    async def test_a_hostile_name_is_a_name_and_no_more(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        await there.platform.post(thread, export(tmp_path, HOSTILE), "tt-1")
        (file,) = there.slack.ward.files.values()
        assert file.content == ROWS.encode(), "what is uploaded is found by its path"
        assert not set(file.name) & set("/\\<>*@\n\u202e")
        assert file.name.endswith("-tt-1.jsonl")
        assert "\u202e" not in file.title
        assert "\n" not in file.title


class TestOnce:
    async def test_a_file_that_is_missing_is_added_when_its_message_is_found(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        receipt = await there.platform.post(thread, ChatMessage(text="12 approved examples."), "tt-1")
        for _ in range(2):
            assert await there.platform.find(thread, export(tmp_path), "tt-1") == receipt
            assert len(there.slack.ward.files) == 1

    @pytest.mark.parametrize("name", ["ward-7.jsonl", "ملف.jsonl", HOSTILE])
    async def test_an_upload_whose_answer_was_lost_is_found_by_the_mark_in_its_name(
        self, there: Served, thread: dict[str, str], tmp_path: Path, name: str
    ) -> None:
        there.slack.faults.add("files.completeUploadExternal", "dropped_after")
        receipt = await there.platform.post(thread, export(tmp_path, name), "tt-1")
        assert sum(bool(message.files) for message in there.slack.ward.said) == 1
        assert "could not put" not in there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))

    async def test_words_that_it_is_missing_go_once_it_was_added(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "refused", code="file_uploads_disabled")
        receipt = await there.platform.post(thread, export(tmp_path), "tt-1")
        there.clock.seconds += 5
        await there.platform.find(thread, export(tmp_path), "tt-1")
        reads = there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))
        assert "could not put" not in reads
        assert "12 approved examples." in reads
        assert len(there.slack.ward.files) == 1


class TestRefused:
    @pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
    async def test_the_message_says_so_and_what_to_do(
        self, there: Served, thread: dict[str, str], tmp_path: Path, method: str
    ) -> None:
        there.slack.faults.add(method, "refused", code="file_uploads_disabled")
        receipt = await there.platform.post(thread, export(tmp_path), "tt-1")
        reads = there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))
        for told in ("12 approved examples.", "ward-7.jsonl", "file_uploads_disabled", "again in some minutes"):
            assert told in reads

    async def test_also_to_one_person_alone(self, there: Served, thread: dict[str, str], tmp_path: Path) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "refused", code="file_uploads_disabled")
        await there.platform.post(thread, export(tmp_path, only_to=ADA), "tt-1")
        assert there.ada.sees("file_uploads_disabled", where=there.ada.direct)
        assert not there.ben.sees("file_uploads_disabled")

    async def test_a_file_that_was_deleted_meanwhile_is_told_of_without_blame(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        message = export(tmp_path)
        (tmp_path / "rows.jsonl").unlink()
        receipt = await there.platform.post(thread, message, "tt-1")
        assert "took back" in there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))

    async def test_a_long_wait_is_not_waited_for(self, there: Served, thread: dict[str, str], tmp_path: Path) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "limited", seconds=60)
        receipt = await there.platform.post(thread, export(tmp_path), "tt-1")
        assert "again in some minutes" in there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))


class TestDrawn:
    def test_a_file_without_words_is_named(self) -> None:
        drawn = draw(ChatMessage(file=Enclosure(path="a", name="ward-7.jsonl")), "tt-1", say)
        check_drawn(drawn)
        assert "File: ward-7.jsonl" in shown(drawn.payload["blocks"])

    def test_the_home_tab_names_it_for_it_has_no_files(self) -> None:
        message = ChatMessage(text="All answers.", file=Enclosure(path="a", name="comparison.md"))
        assert "comparison.md" in shown(home_blocks(message, say))

    def test_a_hostile_name_and_code_stay_text(self) -> None:
        message = ChatMessage(text="Rows.", file=Enclosure(path="a", name=HOSTILE * 40))
        drawn = draw(message, "tt-1", say, file_refused="`<!channel>` *x*\n" * 20)
        check_drawn(drawn)
        assert "<!channel>" not in drawn.payload["text"]
        assert "\u202e" not in str(drawn.payload["blocks"])
