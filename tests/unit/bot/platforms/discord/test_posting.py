"""Each message is shown once, in its place; where that is not possible, it comes as near as it may."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.chat.errors import PlaceLost, Refused, RetryLater, Uncertain
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture
from tests.fakes.discord_server import logged_in, redirected
from tests.fakes.discord_world import NONCE_LIVES
from tests.unit.bot.platforms.discord.posted import Posted, new_client, posted

POST, EDIT = r"POST /channels/\d+/messages", r"PATCH /messages/\d+"
HELLO = ChatMessage(text="Hello.")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


def card(title: str = "Run 1", state: str = "") -> ChatMessage:
    buttons = (Button(label="Stop", action="stop", style="danger"),)
    return ChatMessage(
        card=CardFace(
            card_id="run:1", title=title, fields=(Field(name="Step", value="3"),), buttons=buttons, state=state
        )
    )


def nonces(there: Posted) -> list[str]:
    return [call.body["nonce"] for call in there.server.called(POST)]


class TestPost:
    async def test_shows_it_in_the_thread(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, HELLO, "tt-1")
        assert there.thread.texts == ["Hello."]
        assert receipt == {
            "channel": str(there.thread.id),
            "ids": [there.thread.said[0]["id"]],
            "at": receipt["at"],
        }

    async def test_begins_a_direct_conversation(self, there: Posted) -> None:
        """As with the author of a message that somebody else proposes (``bot.audience``)."""
        receipt = await there.posting.post({"person": f"discord:{there.ben}"}, HELLO, "tt-1")
        direct = there.server.world.direct(there.ben)
        assert direct.texts == ["Hello."]
        found = await there.posting.find({"person": f"discord:{there.ben}"}, HELLO, "tt-1")
        assert found is not None
        assert found["ids"] == receipt["ids"]

    async def test_notifies_nobody_and_unfurls_nothing(self, there: Posted) -> None:
        await there.posting.post(there.address, ChatMessage(text="@everyone https://example.org"), "tt-1")
        body = there.server.called(POST)[0].body
        assert body["allowed_mentions"] == {"parse": []}
        assert body["flags"] == discord.MessageFlags(suppress_embeds=True).value

    async def test_pings_who_did_something_there_last(self, there: Posted) -> None:
        await there.posting.post(there.address, ChatMessage(text="It is done.", ping=True), "tt-1")
        body = there.server.called(POST)[0].body
        assert body["allowed_mentions"]["users"] == [there.ada]
        assert f"<@{there.ada}>" in body["content"]

    async def test_opens_direct_messages_once(self, there: Posted) -> None:
        await there.posting.post(there.directly, HELLO, "tt-1")
        await there.posting.post(there.directly, HELLO, "tt-2")
        assert there.server.world.direct(there.ada).texts == ["Hello.", "Hello."]
        assert len(there.server.called("POST /users/@me/channels")) == 1

    async def test_gives_each_part_a_nonce_of_its_own_that_discord_takes(self, there: Posted) -> None:
        long = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(5))
        receipt = await there.posting.post(there.address, ChatMessage(text=long), "tt-123456789012345678")
        assert nonces(there) == [f"tt-123456789012345678.{number}" for number in range(len(receipt["ids"]))]
        assert len(receipt["ids"]) > 1
        assert all(len(nonce) <= 25 for nonce in nonces(there))

    async def test_waits_for_the_login(self, there: Posted) -> None:
        with redirected(there.server):
            async with new_client() as client:
                with pytest.raises(RetryLater):
                    await there.restarted(client).post(there.address, HELLO, "tt-1")
        assert not there.server.called(POST)


class TestExactlyOnce:
    async def test_what_is_posted_again_within_minutes_is_not_shown_twice(self, there: Posted) -> None:
        first = await there.posting.post(there.address, HELLO, "tt-1")
        again = await there.posting.post(there.address, HELLO, "tt-1")
        assert first["ids"] == again["ids"]
        assert there.thread.texts == ["Hello."]

    async def test_two_that_say_the_same_are_two(self, there: Posted) -> None:
        await there.posting.post(there.address, HELLO, "tt-1")
        await there.posting.post(there.address, HELLO, "tt-2")
        assert await there.posting.find(there.address, HELLO, "tt-3") is None
        assert there.thread.texts == ["Hello.", "Hello."]

    @pytest.mark.parametrize("message", [HELLO, card(), ChatMessage(text="Which?", ping=True)])
    async def test_a_process_killed_before_it_had_the_receipt_finds_it_long_after(
        self, there: Posted, message: ChatMessage
    ) -> None:
        there.server.faults.add(POST, "dropped_after")
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, message, "tt-1")
        there.passes(minutes=60 * 24)
        async with logged_in(there.server, new_client()) as client:
            receipt = await there.restarted(client).find(there.address, message, "tt-1")
        assert receipt is not None
        assert receipt["ids"] == [one["id"] for one in there.thread.said]

    async def test_what_never_arrived_certainly_is_not_there(self, there: Posted) -> None:
        there.server.faults.add(POST, "dropped_before")
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, HELLO, "tt-1")
        assert await there.posting.find(there.address, HELLO, "tt-1") is None
        await there.posting.post(there.address, HELLO, "tt-1")
        assert there.thread.texts == ["Hello."]

    async def test_parts_that_are_missing_are_added(self, there: Posted) -> None:
        long = ChatMessage(text="\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(5)))
        await there.posting.post(there.address, long, "tt-1")
        whole = there.thread.texts
        last = max(there.thread.messages)
        del there.thread.messages[last]
        there.passes(minutes=2 * NONCE_LIVES)
        receipt = await there.posting.find(there.address, long, "tt-1")
        assert receipt is not None
        assert (len(receipt["ids"]), there.thread.texts) == (len(whole), whole)

    async def test_what_others_write_is_never_taken_for_ours(self, there: Posted) -> None:
        await there.posting.post(there.address, HELLO, "tt-1")
        copied = there.thread.said[0]["content"]
        there.thread.messages.clear()
        there.server.world.say(there.thread, there.ben, copied)
        assert await there.posting.find(there.address, HELLO, "tt-1") is None

    async def test_where_history_cannot_be_looked_at_nobody_knows(self, there: Posted) -> None:
        there.thread.denied = {"view"}
        with pytest.raises(Uncertain):
            await there.posting.find(there.address, HELLO, "tt-1")

    async def test_in_a_place_that_is_gone_it_is_not(self, there: Posted) -> None:
        there.thread.deleted = True
        assert await there.posting.find(there.address, HELLO, "tt-1") is None


class TestEdit:
    async def test_replaces_it_in_place(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card("Run 1 begins"), "tt-1")
        assert await there.posting.edit(there.address, receipt, card("Run 1 is done"), "tt-2") is None
        (shown,) = there.thread.said
        assert "Run 1 is done" in str(shown)
        assert "Run 1 begins" not in str(shown)

    async def test_takes_away_what_is_not_there_any_more(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        assert there.thread.said[0]["components"]
        await there.posting.edit(there.address, receipt, HELLO, "tt-2")
        shown = there.thread.said[0]
        assert (shown["components"], shown["embeds"], shown["attachments"]) == ([], [], [])

    async def test_leaves_fewer_or_more_parts_as_there_are(self, there: Posted) -> None:
        long = ChatMessage(text="\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(5)))
        receipt = await there.posting.post(there.address, long, "tt-1")
        fewer = await there.posting.edit(there.address, receipt, HELLO, "tt-2")
        assert fewer == {**receipt, "ids": receipt["ids"][:1]}
        assert there.thread.texts == ["Hello."]
        more = await there.posting.edit(there.address, fewer, long, "tt-3")
        assert more is not None
        assert len(more["ids"]) == len(there.thread.said) == len(receipt["ids"])

    async def test_a_message_that_was_deleted_is_posted_afresh(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.thread.messages.clear()
        afresh = await there.posting.edit(there.address, receipt, card("Run 1 is done"), "tt-2")
        assert afresh is not None
        assert afresh["ids"] == [there.thread.said[0]["id"]]

    async def test_posting_afresh_is_done_once(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.thread.messages.clear()
        there.server.faults.add(POST, "dropped_after")
        with pytest.raises(Uncertain):
            await there.posting.edit(there.address, receipt, card("Done"), "tt-2")
        there.passes(minutes=30)
        afresh = await there.posting.edit(there.address, receipt, card("Done"), "tt-2")
        assert afresh is not None
        assert [one["id"] for one in there.thread.said] == afresh["ids"]

    async def test_in_an_archived_thread_it_is_posted_afresh_which_opens_the_thread(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.thread.archived = True
        afresh = await there.posting.edit(there.address, receipt, card("Run 1 is done"), "tt-2")
        assert afresh is not None
        assert [one["id"] for one in there.thread.said] == afresh["ids"] != receipt["ids"]
        assert not there.thread.archived

    async def test_a_status_is_posted_afresh_each_hour(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card("0 min"), "tt-0")
        shown = [receipt["ids"][0]]
        for number in range(1, 20):
            there.passes(minutes=8)
            afresh = await there.posting.edit(there.address, receipt, card(f"{8 * number} min"), f"tt-{number}")
            receipt = afresh or receipt
            shown.append(receipt["ids"][0])
            assert len(there.thread.said) == 1, "the old one goes"
        assert len(set(shown)) == 3, "in two and a half hours"
        assert not [call for call in there.server.called(EDIT) if call.status != 200]

    async def test_what_is_edited_seldom_stays_where_it_is_however_old(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.passes(minutes=60 * 12)
        assert await there.posting.edit(there.address, receipt, card("Answered"), "tt-2") is None

    async def test_what_somebody_presses_on_is_edited_where_they_look(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card("Page 1"), "tt-1")
        there.passes(minutes=120)
        for page in (2, 3):
            there.pressed(there.ada, there.thread, int(receipt["ids"][0]))
            assert await there.posting.edit(there.address, receipt, card(f"Page {page}"), f"tt-{page}") is None

    async def test_where_old_messages_take_no_more_edits_it_is_posted_afresh(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.passes(minutes=120)
        there.thread.old_edits[int(receipt["ids"][0])] = 99
        afresh = await there.posting.edit(there.address, receipt, card("Answered"), "tt-2")
        assert afresh is not None
        assert [one["id"] for one in there.thread.said] == afresh["ids"] != receipt["ids"]
        assert [call.status for call in there.server.called(EDIT)] == [429], "it is not tried again first"

    async def test_shows_embeds_where_there_were_none(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, HELLO, "tt-1")
        await there.posting.edit(there.address, receipt, card(), "tt-2")
        assert there.thread.said[0]["flags"] == 0
        await there.posting.edit(there.address, receipt, HELLO, "tt-3")
        assert there.thread.said[0]["flags"] == discord.MessageFlags(suppress_embeds=True).value


class TestWhereItMayNotBeShown:
    @pytest.mark.parametrize("denied", ["view", "send"])
    async def test_a_place_that_is_closed_to_us_is_lost(self, there: Posted, denied: str) -> None:
        receipt = await there.posting.post(there.address, card(), "tt-1")
        there.thread.denied = {denied}
        with pytest.raises(PlaceLost):
            await there.posting.post(there.address, HELLO, "tt-2")
        with pytest.raises(PlaceLost):
            await there.posting.edit(there.address, receipt, card("Done"), "tt-3")

    async def test_so_is_one_that_is_gone_or_locked(self, there: Posted) -> None:
        there.thread.locked = True
        with pytest.raises(PlaceLost, match="thread_locked"):
            await there.posting.post(there.address, HELLO, "tt-1")
        there.thread.deleted = True
        with pytest.raises(PlaceLost, match="unknown_channel"):
            await there.posting.post(there.address, HELLO, "tt-1")

    async def test_closed_direct_messages_are_a_refusal(self, there: Posted) -> None:
        there.server.world.closed.add(there.ada)
        with pytest.raises(Refused, match="dms_closed") as refused:
            await there.posting.post(there.directly, HELLO, "tt-1")
        assert not isinstance(refused.value, PlaceLost)

    async def test_without_embeds_a_card_is_told_in_words_with_its_buttons(self, there: Posted) -> None:
        there.thread.denied = {"embed"}
        await there.posting.post(there.address, card(), "tt-1")
        (shown,) = there.thread.said
        assert "Run 1" in shown["content"]
        assert "**Step:** 3" in shown["content"]
        assert shown["components"]
        assert await there.posting.find(there.address, card(), "tt-1") is not None

    @pytest.mark.parametrize("files", [True, False])
    async def test_a_long_card_without_embeds_is_cut_between_blocks_and_its_rest_attached_where_that_is_allowed(
        self, there: Posted, files: bool
    ) -> None:
        there.thread.denied = {"embed"} if files else {"embed", "attach"}
        note = "\n".join(f"```\nloss {number}\n{'3.14 ' * 100}\n```" for number in range(9))
        long = ChatMessage(card=CardFace(card_id="c1", title="Run 1", note=note))
        receipt = await there.posting.post(there.address, long, "tt-1")
        assert [one["id"] for one in there.thread.said] == receipt["ids"]
        assert all(one["content"].count("```") % 2 == 0 for one in there.thread.said), "no block is left open"
        attached = [file["filename"] for one in there.thread.said for file in one["attachments"]]
        assert attached == (["whole-text.txt"] if files else [])
        assert ("loss 8" in str(there.thread.said)) is not files

    async def test_what_people_wrote_is_no_markup_there_either(self, there: Posted) -> None:
        there.thread.denied = {"embed"}
        hostile = "**bold** [link](https://example.org) `code` <@1>"
        field = Field(name="You said", value=hostile)
        message = ChatMessage(card=CardFace(card_id="c1", title="Example", quoted=(field,), fields=(field,)))
        await there.posting.post(there.address, message, "tt-1")
        (shown,) = there.thread.said
        assert "You said" in shown["content"]
        for markup in ("**bold", "[link", "`code", "<@1>"):
            assert not re.search(rf"(?<!\\){re.escape(markup)}", shown["content"])

    async def test_without_files_a_picture_is_told_in_words(self, there: Posted) -> None:
        (there.home / "loss.png").write_bytes(b"png")
        there.thread.denied = {"attach"}
        picture = ChatMessage(text="The loss.", picture=Picture(path="loss.png", alt="The loss falls from 3 to 1."))
        await there.posting.post(there.address, picture, "tt-1")
        assert "The loss falls from 3 to 1." in str(there.thread.said)
        assert not any(one["attachments"] for one in there.thread.said)
