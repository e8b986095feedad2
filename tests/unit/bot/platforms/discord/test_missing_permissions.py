"""Without any single one of the permissions that the link asks for: nobody is left without a word, and nothing breaks."""

from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle

from agent.words import say
from bot.chat.errors import PlaceLost
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture
from bot.platforms.discord.invite import PERMISSIONS
from bot.platforms.discord.places import thread_address
from bot.platforms.discord.threads import NEEDED
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated

UNHEARD = {"view_channel"}
"""Without it nothing is delivered to us at all; only commands come, which Discord delivers beside the channel."""
CARD = ChatMessage(
    card=CardFace(
        card_id="card_1",
        title="Run 1",
        fields=(Field(name="Step", value="3 of 40"),),
        buttons=(Button(label="Stop", action="stop"),),
    ),
    picture=Picture(path="loss.png", alt="The loss falls from 3 to 1."),
)
each = pytest.mark.parametrize("lacking", [one.name for one in PERMISSIONS])


def without(it: Simulated, lacking: str) -> ChannelHandle:
    """A channel in which we lack it."""
    us = it.platform.client.user
    assert us is not None
    denied = discord.PermissionOverwrite(**{lacking: False})
    return it.chat.guild.create_text_channel("closed", overwrites={us: denied})


@each
async def test_a_mention_begins_a_thread_or_is_told_what_is_missing(tmp_path: Path, lacking: str) -> None:
    async with simulated(tmp_path) as it:
        closed = without(it, lacking)
        await it.ada.say("@app begin", closed)
        await it.settled()
        if lacking in UNHEARD:
            assert not it.house.events
        elif lacking in NEEDED:
            assert not it.house.events
            named = say("discord.no_permission", permissions=say(f"discord.permission_name.{lacking}"))
            assert it.ada.sees(named)
        else:
            assert it.house.texts == ["begin"]


@each
async def test_a_command_is_answered(tmp_path: Path, lacking: str) -> None:
    async with simulated(tmp_path) as it:
        closed = without(it, lacking)
        result = await it.ada.command("tune help", closed)
        assert result.response is not None
        assert result.response.content == "Write /tune help."


@each
async def test_a_card_with_a_picture_is_shown_in_words_at_least_or_its_place_is_lost(
    tmp_path: Path, lacking: str
) -> None:
    (tmp_path / "loss.png").write_bytes(b"\x89PNG")
    async with simulated(tmp_path) as it:
        closed = without(it, lacking)
        address = thread_address(it.chat.guild.id, closed.id, closed.id, it.ada.id)

        async def post() -> None:
            await it.platform.post(address, CARD, "tt-1")

        if lacking in ("view_channel", "send_messages"):
            with pytest.raises(PlaceLost):
                await it.chat.task(post())
            return
        await it.chat.task(post())
        for words in ("Run 1", "3 of 40", "The loss falls from 3 to 1.", "Stop"):
            assert it.ben.sees(words), words
