"""Slack's half of the chat port: messages posted, edited, found again and fetched, whatever Slack answers."""

from pathlib import Path

import pytest

from agent.words import say
from bot.chat.errors import PlaceLost, Refused, RetryLater, Uncertain
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.setup import BadSetup, SlackSetup
from tests.fakes.house import FakeHouse
from tests.fakes.slack_workspace import Message
from tests.unit.bot.platforms.slack.served import Served, room_of, running

ADA = "slack:T0WARD:U0ADA"
HELLO = ChatMessage(text="Whose reports are these?")


def card(title: str, **more: object) -> ChatMessage:
    buttons = (Button(label="Approve", action="approve:7"),)
    return ChatMessage(card=CardFace(card_id="c-1", title=title, buttons=buttons), **more)  # type: ignore[arg-type]


def picture(home: Path) -> ChatMessage:
    (home / "loss.png").write_bytes(b"\x89PNG picture")
    return ChatMessage(text="The loss of run 1", picture=Picture(path="loss.png", alt="It falls from 3 to 1."))


class TestPosting:
    async def test_into_a_thread(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, HELLO, "tt-1")
        message = there.slack.ward.find("C0WARD", receipt["ts"])
        assert message.thread_ts == thread["thread"]
        assert there.ben.sees("Whose reports are these?")

    async def test_to_a_person_whom_we_never_heard_of(self, there: Served) -> None:
        await there.platform.post({"person": ADA}, HELLO, "tt-1")
        await there.platform.post({"person": ADA}, HELLO, "tt-2")
        assert there.ada.counts("Whose reports are these?") == 2
        assert len(there.slack.called("conversations.open")) == 1

    async def test_pings_whoever_did_something_there_last(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, ChatMessage(text="The run is done.", ping=True), "tt-1")
        assert "<@U0ADA>" in there.slack.ward.find("C0WARD", receipt["ts"]).text

    async def test_shows_commands_without_a_slash_where_there_are_none(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        receipt = await there.platform.post(thread, ChatMessage(text="Write `/tune status`."), "tt-1")
        assert "/tune" not in there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [("limited", RetryLater), ("gateway", Uncertain), ("dropped_after", Uncertain), ("refused", Refused)],
    )
    async def test_says_what_became_of_it(
        self, there: Served, thread: dict[str, str], wrong: str, error: type[Exception]
    ) -> None:
        there.slack.faults.add("chat.postMessage", wrong, seconds=9, code="msg_too_long")  # type: ignore[arg-type]
        with pytest.raises(error):
            await there.platform.post(thread, HELLO, "tt-1")


class TestForOnePersonAlone:
    async def test_nobody_else_sees_it(self, there: Served, thread: dict[str, str]) -> None:
        await there.platform.post(thread, ChatMessage(text="A secret", only_to=ADA), "tt-1")
        found = there.ada.sees("A secret")
        assert found is not None
        assert found.thread_ts == thread["thread"]
        assert not there.ben.sees("A secret")

    async def test_apart_from_the_thread_where_the_command_was_given(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        await there.platform.post(thread, ChatMessage(text="A secret", only_to=ADA, apart=True), "tt-1")
        found = there.ada.sees("A secret")
        assert found is not None
        assert found.thread_ts is None

    async def test_in_their_direct_messages_it_is_a_message_like_others(self, there: Served) -> None:
        receipt = await there.platform.post({"person": ADA}, ChatMessage(text="A secret", only_to=ADA), "tt-1")
        assert there.slack.ward.find(there.ada.direct, receipt["ts"])

    async def test_goes_directly_to_them_where_they_are_no_member(self, there: Served, thread: dict[str, str]) -> None:
        there.ward.members.discard(there.ada.id)
        await there.platform.post(thread, ChatMessage(text="A secret", only_to=ADA), "tt-1")
        assert there.ada.sees("A secret", where=there.ada.direct)

    async def test_a_card_is_replaced_by_the_press_that_was_made_on_it(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        receipt = await there.platform.post(thread, card("Page 1", only_to=ADA), "tt-1")
        there.house.cards["c-1"] = f"slack:T0WARD:C0WARD:{thread['thread']}"
        await there.ada.press("Approve")
        assert await there.platform.edit(thread, receipt, card("Page 2", only_to=ADA), "tt-2") is None
        assert there.ada.sees("Page 2")
        assert not there.ada.sees("Page 1")
        assert not there.ben.sees("Page 2")

    async def test_without_a_press_it_is_shown_once_more(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, card("Page 1", only_to=ADA), "tt-1")
        fresh = await there.platform.edit(thread, receipt, card("Page 2", only_to=ADA), "tt-2")
        assert fresh is not None
        assert there.ada.sees("Page 2")
        assert not there.ben.sees("Page 2")

    async def test_an_edit_that_forgot_for_whom_it_is_stays_private(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        receipt = await there.platform.post(thread, card("Page 1", only_to=ADA), "tt-1")
        await there.platform.edit(thread, receipt, card("Page 2"), "tt-2")
        assert there.ada.sees("Page 2")
        assert not there.ben.sees("Page 2")

    async def test_is_never_looked_up_since_no_history_has_it(self, there: Served, thread: dict[str, str]) -> None:
        message = ChatMessage(text="A secret", only_to=ADA)
        await there.platform.post(thread, message, "tt-1")
        assert await there.platform.find(thread, message, "tt-1") is None


class TestPictures:
    async def test_stand_below_the_message_with_their_words(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        await there.platform.post(thread, picture(tmp_path), "tt-1")
        (file,) = there.slack.ward.files.values()
        assert file.content == b"\x89PNG picture"
        assert file.alt == "It falls from 3 to 1."
        assert there.ada.sees("It falls from 3 to 1.", where="C0WARD")

    async def test_that_are_refused_are_told_in_words(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        there.slack.faults.add("files.completeUploadExternal", "refused", code="not_in_channel")
        receipt = await there.platform.post(thread, picture(tmp_path), "tt-1")
        shown = there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))
        assert "It falls from 3 to 1." in shown
        assert "The loss of run 1" in shown

    async def test_wait_for_a_moment_but_not_longer(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "limited", seconds=60)
        receipt = await there.platform.post(thread, picture(tmp_path), "tt-1")
        assert "It falls from 3 to 1." in there.ada.reads(there.slack.ward.find("C0WARD", receipt["ts"]))

    async def test_that_are_missing_are_added_when_the_message_is_found(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        receipt = await there.platform.post(thread, ChatMessage(text="The loss of run 1"), "tt-1")
        assert await there.platform.find(thread, picture(tmp_path), "tt-1") == receipt
        assert len(there.slack.ward.files) == 1
        await there.platform.find(thread, picture(tmp_path), "tt-1")
        assert len(there.slack.ward.files) == 1

    async def test_whose_upload_broke_off_are_not_shown_twice(
        self, there: Served, thread: dict[str, str], tmp_path: Path
    ) -> None:
        there.slack.faults.add("files.completeUploadExternal", "dropped_after")
        await there.platform.post(thread, picture(tmp_path), "tt-1")
        assert there.ada.counts("It falls from 3 to 1.") == 1


class TestLongTexts:
    long = ChatMessage(text="Word for word.", quoted=(Field(name="Answer", value="Zeile für Zeile. " * 2000),))

    async def test_go_whole_into_a_file_below(self, there: Served, thread: dict[str, str]) -> None:
        await there.platform.post(thread, self.long, "tt-1")
        (file,) = there.slack.ward.files.values()
        assert (file.content or b"").decode().count("Zeile für Zeile.") == 2000

    async def test_are_told_in_pages_where_files_are_refused(self, there: Served, thread: dict[str, str]) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "refused", code="not_allowed")
        await there.platform.post(thread, self.long, "tt-1")
        pages = [m for m in there.slack.ward.said if "page" in m.text]
        assert sum(there.ada.reads(page).count("Zeile für Zeile.") for page in pages) >= 1990
        assert len(pages) == len(there.slack.called("chat.postMessage")) - 1 > 1

    async def test_are_told_to_the_end_although_slack_holds_us_up(self, there: Served, thread: dict[str, str]) -> None:
        there.slack.faults.add("files.getUploadURLExternal", "refused", code="not_allowed", times=9)
        there.slack.faults.add("chat.postMessage", "limited", seconds=30, when=lambda asked: "page 2" in asked["text"])
        with pytest.raises(Uncertain):
            await there.platform.post(thread, self.long, "tt-1")
        there.slack.faults.add("chat.postMessage", "limited", seconds=30, when=lambda asked: "page 3" in asked["text"])
        there.clock.seconds += 60
        with pytest.raises(RetryLater):
            await there.platform.find(thread, self.long, "tt-1")
        there.clock.seconds += 60
        assert await there.platform.find(thread, self.long, "tt-1")
        pages = [m.text for m in there.slack.ward.said if "page" in m.text]
        assert len(pages) == len(set(pages)) > 3
        assert f"page {len(pages)} of {len(pages)}" in pages[-1]

    async def test_of_an_edit_that_is_repeated_are_uploaded_once(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, ChatMessage(text="Wait."), "tt-1")
        for _ in range(2):
            there.clock.seconds += 5
            await there.platform.edit(thread, receipt, self.long, "tt-2")
        assert len(there.slack.ward.files) == 1

    async def test_for_one_person_go_to_their_direct_messages(self, there: Served, thread: dict[str, str]) -> None:
        message = ChatMessage(text=self.long.text, quoted=self.long.quoted, only_to=ADA)
        await there.platform.post(thread, message, "tt-1")
        (file,) = there.slack.ward.files.values()
        assert there.ada.sees(file.name, where=there.ada.direct)
        assert not there.ben.sees(file.name)


class TestEditing:
    async def test_changes_text_and_blocks(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, card("Step 1"), "tt-1")
        assert await there.platform.edit(thread, receipt, card("Step 2"), "tt-2") is None
        message = there.slack.ward.find("C0WARD", receipt["ts"])
        assert "Step 2" in there.ada.reads(message)
        assert "Step 2" in message.text

    @pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
    async def test_of_a_message_that_cannot_be_edited_shows_it_afresh(
        self, there: Served, thread: dict[str, str], code: str
    ) -> None:
        receipt = await there.platform.post(thread, card("Step 1"), "tt-1")
        there.slack.faults.add("chat.update", "refused", code=code)
        fresh = await there.platform.edit(thread, receipt, card("Step 2"), "tt-2")
        assert fresh is not None
        assert "Step 2" in there.ada.reads(there.slack.ward.find("C0WARD", fresh["ts"]))

    async def test_of_a_deleted_message_is_not_shown_twice_when_it_is_repeated(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        receipt = await there.platform.post(thread, card("Step 1"), "tt-1")
        there.slack.ward.find("C0WARD", receipt["ts"]).deleted = True
        fresh = await there.platform.edit(thread, receipt, card("Step 2"), "tt-2")
        there.clock.seconds += 5
        assert await there.platform.edit(thread, receipt, card("Step 2"), "tt-2") == fresh
        assert there.ada.counts("Step 2") == 1

    async def test_that_is_refused_for_another_reason_says_so(self, there: Served, thread: dict[str, str]) -> None:
        receipt = await there.platform.post(thread, card("Step 1"), "tt-1")
        there.slack.faults.add("chat.update", "refused", code="msg_too_long")
        with pytest.raises(Refused, match="msg_too_long"):
            await there.platform.edit(thread, receipt, card("Step 2"), "tt-2")


class TestFinding:
    async def test_by_the_mark_in_a_thread_and_in_direct_messages(self, there: Served, thread: dict[str, str]) -> None:
        for address in (thread, {"person": ADA}):
            receipt = await there.platform.post(address, HELLO, "tt-7")
            assert await there.platform.find(address, HELLO, "tt-7") == receipt
            assert await there.platform.find(address, HELLO, "tt-8") is None

    async def test_believes_no_mark_that_somebody_else_made(self, there: Served, thread: dict[str, str]) -> None:
        forged = Message("C0WARD", there.slack.ward.ts(), there.ben.id, "x", thread_ts=thread["thread"])
        forged.metadata = {"event_type": "threadtune", "event_payload": {"marker": "tt-7"}}
        there.slack.ward.post(forged)
        assert await there.platform.find(thread, HELLO, "tt-7") is None

    async def test_reads_on_to_the_end_of_a_long_thread(self, there: Served, thread: dict[str, str]) -> None:
        for number in range(250):
            there.slack.ward.post(
                Message("C0WARD", there.slack.ward.ts(), there.ben.id, str(number), thread_ts=thread["thread"])
            )
        receipt = await there.platform.post(thread, HELLO, "tt-7")
        assert await there.platform.find(thread, HELLO, "tt-7") == receipt

    async def test_says_when_it_can_be_known(self, there: Served, thread: dict[str, str]) -> None:
        there.slack.faults.add("conversations.replies", "limited", seconds=60)
        with pytest.raises(RetryLater) as later:
            await there.platform.find(thread, HELLO, "tt-7")
        assert later.value.seconds >= 60

    async def test_in_a_channel_that_we_were_taken_out_of_nobody_knows(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        there.ward.members.discard(there.slack.ward.bot)
        with pytest.raises(Uncertain):
            await there.platform.find(thread, HELLO, "tt-7")

    async def test_in_a_workspace_that_took_our_token_away_nobody_can_tell_for_now(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        await there.platform.post(thread, HELLO, "tt-7")
        await there.platform.workspaces.lost("T0WARD", "tokens_revoked")
        for address in (thread, {"person": ADA}):
            with pytest.raises(RetryLater):
                await there.platform.find(address, HELLO, "tt-7")


class TestPlacesThatAreLost:
    async def test_are_called_so_and_nobody_is_shown_anything(self, there: Served, thread: dict[str, str]) -> None:
        """Whoever spoke there last may have no part in it."""
        receipt = await there.platform.post(thread, card("Step 1"), "tt-1")
        there.ward.members.discard(there.slack.ward.bot)
        with pytest.raises(PlaceLost, match="not_in_channel"):
            await there.platform.edit(thread, receipt, card("Step 2"), "tt-2")
        with pytest.raises(PlaceLost, match="not_in_channel"):
            await there.platform.post(thread, HELLO, "tt-3")
        there.ward.archived = True
        with pytest.raises(PlaceLost, match="is_archived"):
            await there.platform.post(thread, HELLO, "tt-4")
        assert not there.ada.sees("Step 2")
        assert not there.ada.sees("Whose reports are these?")

    async def test_a_deleted_thread_of_direct_messages_is_left(self, there: Served) -> None:
        root = await there.ada.dm("hello")
        await there.ada.delete(there.ada.direct, root)
        address = {"team": "T0WARD", "user": there.ada.id, "channel": there.ada.direct, "thread": root}
        receipt = await there.platform.post(address, HELLO, "tt-1")
        assert there.slack.ward.find(there.ada.direct, receipt["ts"]).thread_ts is None

    async def test_somebody_who_left_cannot_be_told(self, there: Served) -> None:
        there.slack.ward.people[there.ada.id]["deleted"] = True
        with pytest.raises(Refused, match="user_disabled"):
            await there.platform.post({"person": ADA}, HELLO, "tt-1")


class TestTheToken:
    async def test_that_is_taken_away_lets_messages_wait(
        self, there: Served, thread: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        there.slack.ward.revoked = True
        with pytest.raises(RetryLater) as later:
            await there.platform.post(thread, HELLO, "tt-1")
        assert later.value.seconds == 300
        assert "threadtune doctor" in caplog.text
        assert there.slack.ward.token not in caplog.text
        made = len(there.slack.calls)
        with pytest.raises(RetryLater):
            await there.platform.post(thread, HELLO, "tt-1")
        assert len(there.slack.calls) == made

    async def test_that_is_wrong_ends_the_room_at_once(self, there: Served, tmp_path: Path) -> None:
        there.slack.ward.revoked = True
        other = room_of(there.slack, tmp_path)
        with pytest.raises(BadSetup) as bad:
            await other.run(FakeHouse())
        assert say(f"setup.slack.bad.{bad.value.code}", where="", **bad.value.values)

    async def test_of_a_workspace_that_is_not_listed_ends_it_too(self, there: Served, tmp_path: Path) -> None:
        setup = SlackSetup(bot_token=there.slack.ward.token, api_url=there.slack.api_url, teams=frozenset({"T0ELSE"}))
        with pytest.raises(BadSetup, match="team_not_listed"):
            await SlackPlatform(setup=setup, words=say, path_of=tmp_path.joinpath).run(FakeHouse())

    async def test_is_not_known_at_first_so_that_messages_wait(self, there: Served, tmp_path: Path) -> None:
        other = room_of(there.slack, tmp_path)
        with pytest.raises(RetryLater):
            await other.post({"person": ADA}, HELLO, "tt-1")

    async def test_waits_for_a_slack_that_cannot_be_reached(self, there: Served, tmp_path: Path) -> None:
        there.slack.faults.add("auth.test", "limited", seconds=0, times=3)
        other = room_of(there.slack, tmp_path)
        async with running(other, FakeHouse()):
            assert await other.workspaces.teams() == ["T0WARD"]


class TestFetching:
    async def test_brings_what_a_person_sent(self, there: Served, tmp_path: Path) -> None:
        await there.ada.upload("rows.csv", b"request,answer\n")
        await there.settled()
        (attachment,) = there.house.messages[0].attachments
        assert attachment.remote is not None
        await there.platform.fetch(attachment.remote, tmp_path / "rows.csv", 1000)
        assert (tmp_path / "rows.csv").read_bytes() == b"request,answer\n"

    async def test_asks_where_a_file_lies_if_its_message_did_not_say(self, there: Served, tmp_path: Path) -> None:
        await there.ada.upload("rows.csv", b"request,answer\n")
        await there.settled()
        (attachment,) = there.house.messages[0].attachments
        assert attachment.remote is not None
        await there.platform.fetch({**attachment.remote, "url": ""}, tmp_path / "rows.csv", 1000)
        assert (tmp_path / "rows.csv").exists()

    async def test_refuses_what_is_too_large(self, there: Served, tmp_path: Path) -> None:
        await there.ada.upload("rows.csv", b"x" * 2000)
        await there.settled()
        (attachment,) = there.house.messages[0].attachments
        assert attachment.remote is not None
        with pytest.raises(Refused, match="too_large"):
            await there.platform.fetch(attachment.remote, tmp_path / "rows.csv", 1000)
        assert not (tmp_path / "rows.csv").exists()


class TestTheHomeTab:
    async def test_is_brought_up_to_date_when_something_was_shown_but_not_each_time(
        self, there: Served, thread: dict[str, str]
    ) -> None:
        await there.ada.open_home()
        await there.settled()
        for number in range(3):
            there.house.overview = [ChatMessage(text=f"{number} examples")]
            await there.platform.post({"person": ADA}, HELLO, f"tt-{number}")
        await there.settled()
        assert "2 examples" in there.ada.home
        assert len(there.slack.called("views.publish")) <= 3

    async def test_stays_as_it_is_while_nothing_in_it_changed(self, there: Served) -> None:
        await there.ada.open_home()
        await there.settled()
        await there.platform.post({"person": ADA}, HELLO, "tt-1")
        await there.settled()
        assert len(there.slack.called("views.publish")) == 1


def test_an_app_that_others_install_looks_back_as_seldom_as_slack_lets_it(tmp_path: Path) -> None:
    own = SlackSetup(bot_token="xoxb-1-x")
    distributed = SlackSetup(client_id="1.2", client_secret="s")
    for setup, a_minute in ((own, 50), (distributed, 1)):
        platform = SlackPlatform(setup=setup, words=say, path_of=lambda name: tmp_path / name)
        assert platform.clients.pace.allowed("conversations.history") == a_minute
