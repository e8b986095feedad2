"""Commands: where they are answered, and what is said at once to whoever gave them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from agent.express import help_text
from agent.words import say
from bot.chat.messages import Option
from bot.chat.port import Known, Placement
from bot.platforms.discord import places
from bot.platforms.discord.commanding import shown
from tests.fakes.discord_chat import is_private
from tests.unit.bot.platforms.discord.cards import direct, thread_id
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as found:
        yield found


def known(it: Simulated, thread: int, project: str = "Notes") -> Known:
    id = thread_id(it, thread)
    return Known(conversation_id=id, address=places.address_of(id), project=project, heard_last=None)


class TestInDirectMessages:
    async def test_are_messages_like_others(self, it: Simulated) -> None:
        result = await it.ada.command("tune train", start=True)
        (message,) = it.house.messages
        assert message.text == "/tune train start"
        assert message.id == f"discord:command:{result._interaction.id}"
        assert (message.sender.conversation_id, message.sender.shared) == (direct(it), False)
        assert message.privately is False

    async def test_are_taken_up_with_a_short_sentence(self, it: Simulated) -> None:
        result = await it.ada.command("tune status")
        assert result.response is not None
        assert result.response.content == "I am on it: /tune status"

    async def test_say_that_a_project_is_no_choice_there(self, it: Simulated) -> None:
        await it.ada.command("tune status", project="prj_1")
        assert it.house.texts == ["/tune status"]
        assert it.ada.sees("counts in channels only")

    async def test_that_cannot_be_stored_are_not_taken_up(self, it: Simulated) -> None:
        it.house.away = True
        result = await it.ada.command("tune status")
        assert result.response is not None
        assert "the database cannot be reached" in result.response.content
        assert result.ephemeral


class TestInAThread:
    async def test_are_said_there(self, it: Simulated) -> None:
        thread = await it.begun()
        await it.ada.command("tune ask", thread, text="Sort **it** @everyone", model="v2")
        message = it.house.messages[-1]
        assert message.text == "/tune ask v2: Sort **it** @everyone"
        assert message.sender.conversation_id == thread_id(it, thread.id)
        assert message.sender.address["user"] == str(it.ada.id)

    async def test_with_a_code_are_answered_to_the_person_alone_who_alone_has_seen_it(self, it: Simulated) -> None:
        thread = await it.begun()
        for command in ("tune link", "tune join"):
            await it.ada.command(command, thread, code="aaaa-bbbb-cccc-dddd")
            assert it.house.messages[-1].privately

    async def test_are_taken_up_for_all_to_see_without_markup_or_mentions(self, it: Simulated) -> None:
        thread = await it.begun()
        result = await it.ada.command("tune ask", thread, text="Sort **it** @everyone")
        assert result.response is not None
        assert not result.ephemeral
        assert "\\*\\*it\\*\\* @\u200beveryone" in result.response.content

    @pytest.mark.parametrize(("word", "options"), [("join", {"code": "k7qf-2m5x"}), ("link", {"code": "k7qf-2m5x"})])
    async def test_with_a_code_behind_them_are_shown_to_nobody(
        self, it: Simulated, word: str, options: dict[str, Any]
    ) -> None:
        thread = await it.begun()
        result = await it.ada.command(f"tune {word}", thread, **options)
        assert it.house.texts[-1] == f"/tune {word} k7qf-2m5x"
        assert result.ephemeral
        assert it.ben.counts("k7qf") == it.ada.counts("k7qf") == 0

    async def test_however_a_word_with_a_code_behind_it_is_written(self, it: Simulated) -> None:
        thread = await it.begun()
        result = await it.ada.command("tune more", thread, command="Link", text="k7qf-2m5x")
        assert result.ephemeral
        assert it.house.messages[-1].privately
        assert it.ben.counts("k7qf") == 0

    async def test_of_others_are_not_taken(self, it: Simulated) -> None:
        root = await it.ben.say("A talk of our own")

        async def begin() -> None:
            channel = it.platform.client.get_channel(it.chat.channel.id)
            assert isinstance(channel, discord.TextChannel)
            await (await channel.fetch_message(root.id)).create_thread(name="Ours")

        await it.chat.task(begin())
        cached = it.platform.client.get_channel(root.id)
        assert isinstance(cached, discord.Thread)
        cached.owner_id = it.chat.env.backend.get_channel(root.id).owner_id = it.ben.id
        await it.ada.command("tune status", it.chat.channel_of(root.id))
        assert not it.house.events
        message = it.ada.sees("I stay out of threads that others began")
        assert message is not None
        assert is_private(message)


class TestInAChannel:
    async def test_are_placed_by_the_house(self, it: Simulated) -> None:
        await it.ada.command("tune help", it.chat.channel)
        prefix = f"discord:{it.chat.guild.id}:{it.chat.channel.id}:"
        assert it.house.placed == [("help", direct(it), prefix)]
        message = it.ada.sees("Write /tune help.")
        assert message is not None
        assert is_private(message)

    async def test_are_told_at_once_and_in_full_what_is_long(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="said", text=help_text())
        await it.ada.command("tune help", it.chat.channel)
        shown = [it.ada.sees(line) for line in ("`/tune new`", "`/tune more command:export`", "this list")]
        assert None not in shown
        assert all(is_private(message) for message in shown if message)

    async def test_are_placed_by_what_the_persons_roles_on_the_server_open_to_them(self, it: Simulated) -> None:
        await it.ada.command("tune status", it.chat.channel)
        (met,) = it.house.met
        assert met.person_id == direct(it)
        assert met.groups is not None

    async def test_name_the_project_that_was_picked(self, it: Simulated) -> None:
        await it.ada.command("tune status", it.chat.channel, project="prj_1")
        assert it.house.picked_project == "prj_1"

    async def test_go_to_the_thread_of_their_project(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="thread", privately=True, where=known(it, 77))
        result = await it.ada.command("tune status", it.chat.channel)
        (message,) = it.house.messages
        assert (message.sender.conversation_id, message.sender.shared) == (thread_id(it, 77), True)
        assert (message.privately, message.sender.address["user"]) == (True, str(it.ada.id))
        assert result.ephemeral

    async def test_that_are_for_the_person_alone_go_to_them_directly(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="direct", text="I answer directly.")
        await it.ada.command("tune join", it.chat.channel, code="k7qf")
        (message,) = it.house.messages
        assert (message.sender.conversation_id, message.sender.shared) == (direct(it), False)
        assert it.ada.sees("I answer directly.")

    async def test_begin_a_thread_below_a_message_of_ours(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="begin", text="I begin a thread.")
        await it.ada.command("tune new", it.chat.channel, goal="Sort tickets")
        (message,) = it.house.messages
        (root,) = [one for one in it.chat.channel.history() if "we work on it in this thread" in one.content]
        assert message.text == "/tune new Sort tickets"
        assert message.sender.conversation_id == thread_id(it, root.id)
        assert it.chat.channel_of(root.id).name == "Sort tickets"
        assert [user.id for user in root.mentions] == [it.ada.id]
        assert it.ada.sees("I begin a thread.")

    async def test_in_a_channel_without_threads_say_so_and_post_nothing(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="begin", text="We go on in the thread.")
        voice = it.chat.guild.create_voice_channel("rounds")
        await it.ada.command("tune new", voice, goal="Sort tickets")
        assert it.ada.sees(say("discord.no_threads_here"))
        assert it.answers(voice) == []
        assert not it.house.events

    async def test_where_no_thread_can_be_begun_say_what_is_missing(self, it: Simulated) -> None:
        it.house.placement = Placement(kind="begin", text="I begin a thread.")
        closed = it.chat.guild.create_text_channel(
            "closed",
            overwrites={it.chat.guild.default_role: discord.PermissionOverwrite(create_public_threads=False)},
        )
        await it.ada.command("tune new", closed)
        assert not it.house.events
        assert it.ada.sees("Create Public Threads")

    async def test_that_cannot_be_placed_say_so(self, it: Simulated) -> None:
        it.house.away = True
        await it.ada.command("tune status", it.chat.channel)
        message = it.ada.sees("the database cannot be reached")
        assert message is not None
        assert is_private(message)


class TestThatCouldMeanSeveralProjects:
    @pytest.fixture
    def which(self, it: Simulated) -> Placement:
        choices = [known(it, number, f"Project {number}") for number in range(1, 4)]
        it.house.placement = Placement(kind="which", privately=True, choices=choices, text="Which one do you mean?")
        return it.house.placement

    async def test_are_asked_about(self, it: Simulated, which: Placement) -> None:
        result = await it.ada.command("tune ask", it.chat.channel, text="What _is_ it?")
        assert not it.house.events
        await it.ada.press("Project 2", on="Which one")
        (message,) = it.house.messages
        assert message.text == "/tune ask What _is_ it?"
        assert message.id == f"discord:command:{result._interaction.id}"
        assert (message.sender.conversation_id, message.privately) == (thread_id(it, 2), True)
        assert not it.ada.sees("Which one do you mean?")
        assert it.ada.sees("in the project's thread or below")

    async def test_take_none_from_another_place(self, it: Simulated) -> None:
        elsewhere = Known(conversation_id="discord:9:9:9", address={}, project="Elsewhere", heard_last=None)
        it.house.placement = Placement(kind="which", choices=[elsewhere], text="Which one?")
        await it.ada.command("tune status", it.chat.channel)
        await it.ada.press("Elsewhere")
        assert not it.house.events
        assert it.ada.sees("do nothing any more")

    @pytest.mark.parametrize("count", [25, 26, 60])
    async def test_are_paged_through_where_there_are_many(self, it: Simulated, count: int) -> None:
        choices = [known(it, number, f"Project {number}") for number in range(1, count + 1)]
        it.house.placement = Placement(kind="which", choices=choices, text="Which one?")
        await it.ada.command("tune status", it.chat.channel)
        for page in range(2, -(-count // 23) + 1 if count > 25 else 2):
            await it.ada.press(f"On to page {page}")
        await it.ada.press(f"Project {count}")
        assert it.house.messages[0].sender.conversation_id == thread_id(it, count)

    async def test_that_are_too_long_for_it_say_what_to_do(self, it: Simulated, which: Placement) -> None:
        await it.ada.command("tune ask", it.chat.channel, text="x" * 4100)
        assert it.ada.sees("too long for me to ask")

    async def test_keep_the_list_while_the_database_is_away(self, it: Simulated, which: Placement) -> None:
        await it.ada.command("tune status", it.chat.channel)
        it.house.away = True
        await it.ada.press("Project 1")
        assert it.ada.sees("the database cannot be reached")
        it.house.away = False
        await it.ada.press("Project 1")
        assert len(it.house.messages) == 1


async def test_options_are_proposed_while_they_are_typed(it: Simulated) -> None:
    it.house.options = [Option(value="prj_1", label="Notes (notes)")]
    found = await it.ada.member.autocomplete(it.chat.channel, "tune status", "project", "no")
    assert [(one["name"], one["value"]) for one in found] == [("Notes (notes)", "prj_1")]
    it.house.away = True
    assert await it.ada.member.autocomplete(it.chat.channel, "tune status", "project", "no") == []


async def test_nothing_is_proposed_or_kept_in_a_server_that_is_not_served(tmp_path: Path) -> None:
    async with simulated(tmp_path, servers=frozenset({"1"})) as it:
        it.house.options = [Option(value="prj_1", label="Notes (notes)")]
        assert await it.ada.member.autocomplete(it.chat.channel, "tune status", "project", "no") == []
        assert it.house.met == []


async def test_proposals_know_the_roles_of_the_server(it: Simulated) -> None:
    role = it.chat.guild.create_role("Ward 7")
    nurse = it.chat.guild.add_member(it.chat.env.create_user("nia"), roles=[role])
    await nurse.autocomplete(it.chat.channel, "tune status", "project", "no")
    (who,) = it.house.met
    assert who.groups == (places.group_id(it.chat.guild.id, role.id),)


async def test_everyone_is_no_role_that_is_let_in(it: Simulated) -> None:
    thread = await it.begun()
    before = list(it.house.texts)
    result = await it.ada.command("tune share", thread, role="reviewer", group=it.chat.guild.default_role)
    assert it.house.texts == before
    assert result.ephemeral
    assert it.ada.sees("@everyone is whoever is on this server")


async def test_a_role_of_the_server_is_handed_in_with_its_id_and_name(it: Simulated) -> None:
    role = it.chat.guild.create_role("Ward 7")
    thread = await it.begun()
    await it.ada.command("tune share", thread, role="reviewer", group=role)
    group = places.group_id(it.chat.guild.id, role.id)
    assert it.house.texts[-1] == f"/tune share reviewer group {group} Ward 7"
    assert it.ada.sees(say("discord.taken", command="/tune share reviewer group Ward 7")), "ids are nobody's words"


def test_a_command_is_shown_again_on_one_line_and_never_in_full_length() -> None:
    assert shown("ask a\n# b") == "/tune ask a # b"
    assert len(shown("ask " + "word " * 200)) <= 400
    assert say("discord.taken", command=shown("status")) == "I am on it: /tune status"
