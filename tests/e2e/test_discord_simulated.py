"""The whole main job in simcord's Discord: from the first direct message to the comparison, with a real run of a tiny model.

The bot is this process: everything that ``threadtune run`` assembles, with a client that simcord drives. It ends and begins
anew while the model trains, in the same Discord.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from agent.words import say
from bot.bootstrap import serve
from bot.chat.port import ChatPlatform
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.setup import DiscordSetup
from bot.settings import Settings
from storage.files import Files
from storage.ports import Store
from tests.e2e.handovers import CSV, EXAMPLE, GOAL
from tests.e2e.processes import Household
from tests.fakes import discord_chat
from tests.fakes.discord_chat import DiscordChat, DiscordPerson, new_chat, serving_files
from tests.platforms.discord import TOKEN


@contextlib.asynccontextmanager
async def bot(chat: DiscordChat, settings: Settings, api_url: str) -> AsyncIterator[None]:
    """One life of it."""
    platform = DiscordPlatform(
        setup=DiscordSetup(token=TOKEN, api_url=api_url),
        words=say,
        path_of=partial(Files.path, Files(settings.home)),
        connect=chat.connect,
    )

    async def platforms(store: Store) -> Sequence[ChatPlatform]:
        del store
        return [platform]

    serving = chat.task(serve(settings, platforms))
    ready = asyncio.create_task(chat.connected.wait())
    await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await platform.aclose()
    chat.env.raise_errors()


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")  # the trainer outlives the bot
async def test_the_main_job_from_hello_to_the_comparison_with_a_restart_while_the_model_trains(
    household: Household, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADTUNE_HOLD_SECONDS_PER_STEP", "0.2")  # long enough to be met half-way
    monkeypatch.setattr(
        discord_chat, "LOOK_EVERY", 0.3
    )  # each look reads all that stands there, beside a trainer at work
    household.home.mkdir()
    settings = Settings(home=household.home, base_model=str(tiny))
    chat = new_chat()
    async with serving_files(chat) as api_url:
        ana = chat.person("Ana")
        async with bot(chat, settings, api_url):
            await interview(ana)
            await ana.command("tune train", start=True)
            await ana.until_sees("Stop", 60)
            await ana.until_sees(say("run.title_training", number=1), 60)
        async with bot(chat, settings, api_url):
            await ana.until_sees("Run 1 is trained", 120)
            chart = await ana.until_sees("Line chart of the loss of run 1", 30)
            assert "Line chart" in str(chart.attachments[0].description)
            await ana.until_sees("Saved:", 120)
            await ana.until_sees("answers side by side", 30)
            await ana.command("tune ask", text="Write a handover for bed 7")
            await ana.choose("Good", seconds=60)
            await ana.until_sees("Noted: a good answer")
    assert ana.counts("Run 1 is trained") == 1
    gc.collect()


async def interview(ana: DiscordPerson) -> None:
    await ana.dm("hello")
    await ana.until_sees("What do you wish a model could do", 30)
    await ana.dm(GOAL)
    await ana.choose("You decide the rest", seconds=30)
    await ana.until_sees("Now I need examples", 30)
    await ana.dm(EXAMPLE)
    await ana.choose("Edit", seconds=30)
    await ana.submit({"Answer": "S: bed 99, quiet\nB: none"})
    await ana.choose("Approve", "B: none", seconds=30)
    await ana.until_sees("Approved", 30)
    await ana.upload("rows.csv", CSV.encode())
    await ana.choose("Yes, take them", seconds=30)
    await ana.until_sees("14 of 14 rows accepted", 30)
