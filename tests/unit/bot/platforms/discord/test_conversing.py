"""Who is answered, and where: driven as people would, with a house that only remembers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle
from simcord.backend.models.message import MessageSticker, Poll, PollAnswer
from simcord.enums import MessageType

from agent.words import say
from bot.platforms.discord.conversing import SEEN, STORED_AGAIN_AFTER
from tests.fakes.house import DatabaseAway
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as there:
        yield there


class TestDirectMessages:
    async def test_are_always_answered(self, there: Simulated) -> None:
        sent = await there.ada.dm("hello")
        (heard,) = there.house.messages
        assert heard.id == f"discord:{there.ada.direct.id}:{sent.id}"
        assert (heard.text, heard.addressed, heard.at) == ("hello", False, sent.created_at)
        sender = heard.sender
        assert sender.person_id == sender.conversation_id == f"discord:{there.ada.id}"
        assert sender.address == {"user": str(there.ada.id), "channel": str(there.ada.direct.id)}
        assert (sender.display_name, sender.shared, sender.groups) == ("Ada", False, None)

    async def test_show_that_we_are_at_it(self, there: Simulated) -> None:
        await there.ada.dm("hello")
        await there.settled()
        assert any(path.endswith("/typing") for _, path in calls(there))

    async def test_a_name_in_front_is_no_part_of_the_text(self, there: Simulated) -> None:
        await there.ada.dm(f"<@{there.chat.env.backend.bot_user.id}> status")
        assert [(one.text, one.addressed) for one in there.house.messages] == [("status", True)]

    async def test_are_stored_in_the_order_in_which_they_were_written(self, there: Simulated) -> None:
        for number in range(5):
            await there.ada.dm(str(number))
        assert there.house.texts == list("01234")


class TestAMention:
    async def test_begins_a_thread_that_is_the_conversation(self, there: Simulated) -> None:
        root = await there.ada.say("@app let us begin")
        await there.settled()
        (heard,) = there.house.messages
        guild, channel = there.chat.guild.id, there.chat.channel.id
        assert heard.sender.conversation_id == f"discord:{guild}:{channel}:{root.id}"
        assert heard.id == f"discord:{channel}:{root.id}"
        assert heard.sender.address == {
            "guild": str(guild),
            "channel": str(channel),
            "thread": str(root.id),
            "user": str(there.ada.id),
        }
        assert (heard.text, heard.addressed, heard.sender.shared) == ("let us begin", True, True)
        thread = there.chat.channel_of(root.id)
        assert (thread.name, thread.is_thread) == ("let us begin", True)

    async def test_shows_that_it_was_read(self, there: Simulated) -> None:
        root = await there.ada.say("@app begin")
        await there.settled()
        assert there.reactions(root) == [SEEN]

    async def test_with_nothing_else_is_one_too(self, there: Simulated) -> None:
        thread = await there.begun("@app")
        assert [(one.text, one.addressed) for one in there.house.messages] == [("", True)]
        assert thread.name == say("discord.thread_name")

    async def test_of_everybody_is_none_of_us(self, there: Simulated) -> None:
        await there.ada.say("@everyone lunch?")
        await there.ada.say("hello all")
        assert there.house.events == []

    async def test_where_no_thread_may_be_begun_is_told_which_permission_is_missing(self, there: Simulated) -> None:
        denied = discord.PermissionOverwrite(create_public_threads=False)
        closed = there.chat.guild.create_text_channel("closed", overwrites={there.chat.guild.default_role: denied})
        await there.ada.say("@app begin", closed)
        await there.settled()
        assert there.house.events == []
        (answer,) = there.answers(closed)
        assert answer == say("discord.no_permission", permissions=say("discord.permission_name.create_public_threads"))

    async def test_where_we_may_not_even_write_is_told_directly(self, there: Simulated) -> None:
        denied = discord.PermissionOverwrite(create_public_threads=False, send_messages=False)
        us = there.platform.client.user
        assert us is not None
        closed = there.chat.guild.create_text_channel("closed", overwrites={us: denied})
        await there.ada.say("@app begin", closed)
        await there.settled()
        assert there.answers(closed) == []
        assert len(there.answers(there.ada.direct)) == 1

    async def test_in_a_voice_channel_is_told_that_there_are_no_threads(self, there: Simulated) -> None:
        voice = there.chat.guild.create_voice_channel("rounds")
        await there.ada.say("@app begin", voice)
        await there.ada.say("just talking", voice)
        await there.settled()
        assert there.house.events == []
        assert there.answers(voice) == [say("discord.no_threads_here")]

    async def test_whose_thread_is_there_already_goes_on_in_it(self, there: Simulated) -> None:
        """As after a process that ended before it could store the message."""
        thread = await there.begun()
        there.house.events.clear()
        await there.platform.client.on_message(there.known(thread.id))
        assert there.house.texts == ["begin"]


class TestAThread:
    async def test_of_ours_needs_no_further_mention_from_anybody(self, there: Simulated) -> None:
        thread = await there.begun()
        sent = await there.ben.say("bed 4 slept well", thread)
        heard = there.house.messages[-1]
        assert (heard.text, heard.addressed) == ("bed 4 slept well", False)
        assert heard.id == f"discord:{thread.id}:{sent.id}"
        assert heard.sender.conversation_id == there.house.messages[0].sender.conversation_id
        assert heard.sender.address["user"] == str(there.ben.id)

    async def test_of_ours_that_nobody_knows_of_any_more_is_ours_still(self, there: Simulated) -> None:
        thread = await there.begun()
        there.house.events.clear()
        await there.ben.say("anybody?", thread)
        assert there.house.texts == ["anybody?"]

    async def test_of_others_is_left_alone_and_who_names_us_there_is_told_once_for_each_time(
        self, there: Simulated
    ) -> None:
        thread = others_thread(there, there.ben.id)
        await there.ben.say("what do you think?", thread)
        await there.ada.say("@app what do you think?", thread)
        await there.settled()
        assert (there.house.events, there.answers(thread)) == ([], [])
        assert there.answers(there.ada.direct) == [say("discord.others_thread")]

    async def test_of_their_own_is_ours_once_they_name_us(self, there: Simulated) -> None:
        thread = others_thread(there, there.ada.id)
        await there.ada.say("to myself", thread)
        await there.ada.say("@app join in", thread)
        await there.ben.say("me too", thread)
        assert there.house.texts == ["join in", "me too"]

    async def test_the_roles_of_whoever_speaks_come_along(self, there: Simulated) -> None:
        nurses = there.chat.guild.create_role("nurses")
        eve = there.chat.env.create_user("eve")
        member = there.chat.guild.add_member(eve, roles=[nurses], nick="Eve of ward 7")
        await member.send(there.chat.channel, f"<@{there.chat.env.backend.bot_user.id}> begin")
        sender = there.house.messages[-1].sender
        assert sender.groups == (f"discord:{there.chat.guild.id}:role:{nurses.id}",)
        assert sender.display_name == "Eve of ward 7"

    async def test_mentions_read_as_names(self, there: Simulated) -> None:
        thread = await there.begun()
        await there.ada.say(f"ask <@{there.ben.id}> in <#{there.chat.channel.id}>", thread)
        assert there.house.texts[-1] == "ask @Ben in #ward-7"


class TestNobodyElse:
    async def test_bots_and_webhooks_and_the_system_are_not_answered(self, there: Simulated) -> None:
        us = there.chat.env.backend.bot_user.id
        robot = there.chat.env.create_user("ci", bot=True)
        await there.chat.guild.add_member(robot).send(there.chat.channel, f"<@{us}> begin")
        await there.chat.guild.create_webhook(there.chat.channel).send(f"<@{us}> begin")
        there.chat.guild.create_system_message(there.chat.channel, MessageType.NEW_MEMBER, author=there.ada.user)
        await there.settled()
        assert there.house.events == []
        assert there.answers(there.chat.channel) == []

    async def test_a_server_that_is_not_on_the_list_is_told_once_and_privately(self, tmp_path: Path) -> None:
        async with simulated(tmp_path, servers=frozenset({"1"})) as there:
            await there.ada.say("@app begin")
            await there.ada.say("@app begin!")
            await there.ben.say("and what is that?")
            await there.settled()
            assert (there.house.events, there.answers(there.chat.channel)) == ([], [])
            assert there.answers(there.ada.direct) == [say("discord.not_served")]


class TestWhatCannotBeRead:
    async def test_a_forwarded_message_is_answered_with_a_sentence(self, there: Simulated) -> None:
        thread = await there.begun()
        theirs = await there.ben.say("the patient sleeps")
        await there.ada.member.forward(theirs, thread)
        await there.settled()
        assert there.house.texts == ["begin"]
        assert there.answers(thread) == [say("discord.unread.forward")]

    async def test_a_sticker_and_a_poll_are(self, there: Simulated) -> None:
        thread = await there.begun()
        there.chat.env.backend.create_message(thread.id, there.ada.id, stickers=[WAVE])
        await there.settled()
        there.chat.env.backend.create_message(thread.id, there.ada.id, poll=LUNCH)
        await there.settled()
        assert there.house.texts == ["begin"]
        assert there.answers(thread) == [say("discord.unread.sticker"), say("discord.unread.poll")]

    async def test_but_with_words_it_is_the_words_that_count(self, there: Simulated) -> None:
        thread = await there.begun()
        there.chat.env.backend.create_message(thread.id, there.ada.id, "hello", stickers=[WAVE])
        await there.settled()
        assert (there.house.texts[-1], there.answers(thread)) == ("hello", [])

    async def test_in_others_conversations_nothing_is_said_of_it(self, there: Simulated) -> None:
        theirs = await there.ben.say("the patient sleeps")
        await there.ada.member.forward(theirs, there.chat.channel)
        await there.settled()
        assert there.answers(there.chat.channel) == []


class TestWithoutTheMessageContentIntent:
    @pytest.fixture
    async def deaf(self, tmp_path: Path) -> AsyncIterator[Simulated]:
        async with simulated(tmp_path, deaf=True) as deaf:
            yield deaf

    async def test_mentions_and_direct_messages_are_heard(self, deaf: Simulated) -> None:
        await deaf.ada.dm("hello")
        thread = await deaf.begun()
        await deaf.ben.say("@app bed 4 slept well", thread)
        assert deaf.house.texts == ["hello", "begin", "bed 4 slept well"]

    async def test_other_words_are_not_which_each_person_is_told_once(self, deaf: Simulated) -> None:
        thread = await deaf.begun()
        for _ in range(2):
            await deaf.ben.say("bed 4 slept well", thread)
        await deaf.settled()
        assert deaf.house.texts == ["begin"]
        assert deaf.answers(thread) == [say("discord.deaf")]
        await deaf.ada.say("hm?", thread)
        await deaf.settled()
        assert len(deaf.answers(thread)) == 2

    async def test_what_others_say_among_themselves_stays_unanswered(self, deaf: Simulated) -> None:
        await deaf.ben.say("lunch?", others_thread(deaf, deaf.ben.id))
        await deaf.ben.say("lunch?")
        await deaf.settled()
        assert (deaf.house.events, deaf.answers(deaf.chat.channel)) == ([], [])


class TestWhatWasChanged:
    async def test_counts_as_it_was_sent_and_its_writer_is_told_once(self, there: Simulated) -> None:
        thread = await there.begun()
        sent = await there.ada.say("bed 4", thread)
        for text in ("bed 5", "bed 6"):
            await there.ada.member.edit(sent, text)
            await there.settled()
        assert there.house.texts == ["begin", "bed 4"]
        assert there.answers(thread) == [say("discord.edited")]

    async def test_in_direct_messages_too(self, there: Simulated) -> None:
        sent = await there.ada.dm("hello")
        await there.ada.user.edit(sent, "hallo")
        await there.settled()
        assert there.answers(there.ada.direct) == [say("discord.edited")]

    async def test_the_message_that_a_thread_began_with_is_answered_where_it_stands(self, there: Simulated) -> None:
        root = await there.ada.say("@app begin")
        await there.settled()
        await there.ada.member.edit(root, f"<@{there.chat.env.backend.bot_user.id}> begin!")
        await there.settled()
        assert say("discord.edited") in there.answers(there.chat.channel)

    async def test_before_it_was_heard_needs_no_word(self, there: Simulated) -> None:
        thread = await there.begun()
        hearing, there.platform.client.hearing = there.platform.client.hearing, None
        await there.chat.env.advance_time(1)
        sent = await there.ada.say("bed 4", thread)
        there.platform.client.hearing = hearing
        await there.ada.member.edit(sent, "bed 5")
        await there.settled()
        assert there.answers(thread) == []

    async def test_elsewhere_is_nothing_to_us(self, there: Simulated) -> None:
        sent = await there.ada.say("lunch?")
        await there.ada.member.edit(sent, "lunch at one?")
        await there.settled()
        assert there.answers(there.chat.channel) == []


class TestWhileNothingCanBeStored:
    async def test_it_is_said_once_and_tried_again_until_it_can(self, there: Simulated) -> None:
        there.conversing.pauses = (60.0, 60.0)
        there.house.away = True
        await there.ada.dm("hello")
        await there.chat.env.advance_time(61)
        assert there.answers(there.ada.direct) == [say("discord.not_stored")]
        there.house.away = False
        await there.chat.env.advance_time(60)
        await there.settled()
        assert there.house.texts == ["hello"]
        assert there.answers(there.ada.direct) == [say("discord.not_stored")]

    async def test_what_came_after_is_stored_after_it(self, there: Simulated) -> None:
        conversing, there.platform.client.hearing = there.conversing, None
        messages = [await there.ada.dm(text) for text in ("one", "two")]
        back = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await back.wait()

        conversing.sleep = sleep
        there.house.away = True
        under_way = [asyncio.create_task(conversing.hear(there.known(one.id))) for one in messages]
        await asyncio.sleep(0)
        there.house.away = False
        back.set()
        await asyncio.gather(*under_way)
        assert there.house.texts == ["one", "two"]

    async def test_for_as_long_as_the_sentence_says(self) -> None:
        assert 600 <= sum(STORED_AGAIN_AFTER) < 660

    async def test_in_the_end_it_is_given_up_and_the_error_is_not_swallowed(self, tmp_path: Path) -> None:
        with pytest.raises(ExceptionGroup) as raised:
            await self.given_up(tmp_path)
        assert raised.group_contains(DatabaseAway)

    async def given_up(self, home: Path) -> None:
        async with simulated(home) as there:
            there.conversing.pauses = (60.0,)
            there.house.away = True
            await there.ada.dm("hello")
            await there.chat.env.advance_time(61)

    async def test_nobody_is_told_of_what_may_not_be_ours(self, there: Simulated) -> None:
        there.conversing.pauses = (60.0,)
        thread = others_thread(there, there.ben.id)
        there.house.away = True
        await there.ben.say("lunch?", thread)
        there.house.away = False
        await there.chat.env.advance_time(61)
        await there.settled()
        assert (there.answers(thread), there.house.events) == ([], [])


WAVE = MessageSticker(id=1, name="wave", format_type=1, guild_id=0)
LUNCH = Poll(question="Lunch?", answers=[PollAnswer(1, "Yes")], expiry="2036-01-01T00:00:00+00:00")


def calls(there: Simulated) -> list[tuple[str, str]]:
    return [(entry.method, entry.path) for entry in there.chat.env.http_requests]


def others_thread(there: Simulated, owner: int) -> ChannelHandle:
    thread = there.chat.env.backend.create_thread(there.chat.channel.id, "between us", owner_id=owner)
    return there.chat.channel_of(thread.id)
