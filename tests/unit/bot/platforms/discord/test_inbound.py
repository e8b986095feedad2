"""What a message says of itself: for whom it is, where, and from whom."""

from typing import Any

import discord
import pytest

from bot.platforms.discord.client import ThreadtuneClient
from bot.platforms.discord.inbound import Place, Said, groups_of, place_of, received, said, sender, us_in
from tests.fakes.discord_world import PRIVATE_THREAD, Channel, World

FORUM, NEWS, CATEGORY = 15, 5, 4


class Small:
    """A server as discord.py sees it, without a connection."""

    def __init__(self) -> None:
        self.world = World()
        self.ada, self.ben = self.world.add_user("ada"), self.world.add_user("ben")
        self.guild = self.world.add_guild("St. Mary", self.ada, self.ben)
        self.ward = self.world.add_channel(self.guild, "ward-7")
        self.role = self.world.add_role(self.guild, "Threadtune")
        self.guild.roles[self.role] |= {"managed": True, "tags": {"bot_id": str(self.world.bot)}}
        self.state: Any = ThreadtuneClient()._connection
        self.state.user = discord.ClientUser(state=self.state, data=self.world.users[self.world.bot])  # type: ignore[arg-type]  # as sent

    def channel(self, channel: Channel) -> Any:
        payload: Any = self.world.guild_payload(self.guild)
        guild = discord.Guild(data=payload, state=self.state)
        return guild.get_channel_or_thread(channel.id)

    def message(
        self, content: str = "hello", author: int = 0, channel: Channel | None = None, **more: Any
    ) -> discord.Message:
        channel = channel or self.ward
        made = self.world.say(channel, author or self.ada, content, **more)
        told: Any = self.world.told(made, channel)
        where = (
            self.channel(channel) if channel.guild else _direct(self.state, channel.id, author or self.ada, self.world)
        )
        return discord.Message(state=self.state, channel=where, data=told)

    def heard(self, *args: Any, **more: Any) -> Said | None:
        message = self.message(*args, **more)
        place = place_of(message.channel, message.guild.id if message.guild else None)
        assert place is not None
        return said(message, place, us_in(self.state.user, message.guild))


@pytest.fixture
def small() -> Small:
    return Small()


class TestPlaces:
    @pytest.mark.parametrize("type", [0, NEWS])
    def test_of_a_server_in_which_threads_can_be_begun(self, small: Small, type: int) -> None:
        channel = small.world.add_channel(small.guild, "there")
        channel.type = type
        found = place_of(small.channel(channel), small.guild.id)
        assert found == Place(kind="channel", channel=channel.id, guild=small.guild.id)

    @pytest.mark.parametrize("type", [FORUM, CATEGORY])
    def test_in_which_nobody_writes_are_none(self, small: Small, type: int) -> None:
        channel = small.world.add_channel(small.guild, "there")
        channel.type = type
        assert place_of(small.channel(channel), small.guild.id) is None

    def test_a_post_in_a_forum_is_a_thread_like_others(self, small: Small) -> None:
        forum = small.world.add_channel(small.guild, "questions")
        forum.type = FORUM
        post = small.world.add_thread(forum, "my question")
        found = place_of(small.channel(post), small.guild.id)
        assert found is not None
        assert (found.kind, found.channel, found.thread, found.here) == ("thread", forum.id, post.id, post.id)

    def test_what_discord_py_does_not_know_is_looked_up_by_others(self, small: Small) -> None:
        unknown = discord.PartialMessageable(state=small.state, id=5, guild_id=small.guild.id)
        assert place_of(unknown, None) is None
        assert place_of(unknown, small.guild.id) is None

    def test_direct_messages_are_known_by_their_person(self) -> None:
        place = Place(kind="direct", channel=7)
        assert place.conversation(42) == "discord:42"
        assert place.address(42) == {"user": "42", "channel": "7"}

    def test_a_thread_that_is_begun_from_a_message_has_its_id(self) -> None:
        place = Place(kind="channel", channel=7, guild=3)
        assert place.conversation(42, 99) == "discord:3:7:99"
        assert place.address(42, 99) == {"guild": "3", "channel": "7", "thread": "99", "user": "42"}


class TestForWhomItIs:
    def test_a_message_in_a_channel_is_for_us_if_it_names_us(self, small: Small) -> None:
        us = small.world.users[small.world.bot]
        assert small.heard("hello") is None
        found = small.heard(f"<@{us['id']}> begin", mentions=[us])
        assert found is not None
        assert (found.way, found.begins, found.text, found.addressed) == ("mention", True, "begin", True)

    def test_or_our_role_which_the_list_of_names_offers_too(self, small: Small) -> None:
        found = small.heard(f"<@&{small.role}> begin", mention_roles=[str(small.role)])
        assert found is not None
        assert (found.way, found.text) == ("mention", "begin")

    def test_or_if_it_answers_a_message_of_ours(self, small: Small) -> None:
        found = small.heard("and what about this?", type=19, mentions=[small.world.users[small.world.bot]])
        assert found is not None
        assert (found.way, found.addressed) == ("mention", False)

    def test_a_mention_that_is_only_code_is_none(self, small: Small) -> None:
        assert small.heard(f"`<@{small.world.bot}>`") is None

    def test_in_a_thread_it_may_be(self, small: Small) -> None:
        thread = small.world.add_thread(small.ward, type=PRIVATE_THREAD)
        found = small.heard("hello", channel=thread)
        assert found is not None
        assert (found.way, found.our_thread, found.own_thread) == ("reply", True, False)

    def test_bots_and_webhooks_and_the_system_are_for_nobody(self, small: Small) -> None:
        thread = small.world.add_thread(small.ward)
        assert small.heard("beep", author=small.world.add_user("ci", bot=True), channel=thread) is None
        assert small.heard("beep", author=small.world.bot, channel=thread) is None
        assert small.heard("beep", channel=thread, webhook_id="5") is None
        for type in (3, 6, 7, 8, 18, 21, 46):
            assert small.heard("", channel=thread, type=type) is None

    @pytest.mark.parametrize(
        ("more", "unread"),
        [
            ({"sticker_items": [{"id": "1", "name": "wave", "format_type": 1}]}, "sticker"),
            ({"flags": 1 << 14}, "forward"),
            ({}, "empty"),
        ],
    )
    def test_what_has_no_words_is_told_apart(self, small: Small, more: dict[str, Any], unread: str) -> None:
        thread = small.world.add_thread(small.ward)
        found = small.heard("", channel=thread, **more)
        assert found is not None
        assert found.unread == unread


class TestWhoSaidIt:
    def test_is_called_as_the_server_calls_them_and_has_its_roles(self, small: Small) -> None:
        nurses = small.world.add_role(small.guild, "nurses")
        small.world.add_member(small.guild, small.ben, nurses)
        small.guild.members[small.ben]["nick"] = "Ben of ward 7"
        message = small.message("hello", author=small.ben, channel=small.world.add_thread(small.ward))
        assert isinstance(message.author, discord.Member)
        place = place_of(message.channel, small.guild.id)
        assert place is not None
        who = sender(message.author, place)
        assert (who.display_name, who.shared) == ("Ben of ward 7", True)
        assert who.groups == (f"discord:{small.guild.id}:role:{nurses}",)

    def test_directly_has_none(self, small: Small) -> None:
        found = small.heard("hello", channel=small.world.direct(small.ada))
        assert found is not None
        assert groups_of(found.author) is None
        event = received(found)
        assert (event.sender.groups, event.sender.shared, event.sender.display_name) == (None, False, "Ada")
        assert event.id == f"discord:{found.place.channel}:{found.id}"


def _direct(state: Any, id: int, user: int, world: World) -> discord.DMChannel:
    payload: Any = {"id": str(id), "type": 1, "recipients": [world.users[user]]}
    return discord.DMChannel(me=state.user, state=state, data=payload)
