"""The Discord in memory, driven by a small client that is not ours: what the tests of our room rely on."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.fakes.discord_chat import DiscordChat, NotThere, connected, discord_chat, is_private, new_chat, serving_files


class Form(discord.ui.Modal, title="A form"):
    name: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Name", default="Bo")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Filled in: {self.name.value}", ephemeral=True)


class Opens(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template="open"):
    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label="Open", custom_id="open"))

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: object, match: object) -> "Opens":
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


class Parrot(discord.Client):
    """Repeats what it is told, and begins a thread where it is mentioned."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all())
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("Hello yourself", ephemeral=interaction.guild is not None)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Opens)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        assert self.user is not None
        if self.user.mentioned_in(message):
            await (await message.create_thread(name="Talk")).send("Here I am")
            return
        view = discord.ui.View(timeout=None)
        view.add_item(Opens())
        names = ", ".join([f"{file.filename} {len(await file.read())}" for file in message.attachments])
        await message.channel.send(f"{message.content} {names}".strip(), view=view)
        view.stop()


@pytest.fixture
async def chat() -> AsyncIterator[DiscordChat]:
    async with discord_chat(Parrot()) as chat:
        yield chat


async def test_people_write_directly_and_send_files(chat: DiscordChat) -> None:
    ada, ben = chat.person("Ada"), chat.person("Ben")
    await ada.dm("good morning")
    await ada.upload("a.csv", b"1,2,3", text="look")
    message = await ada.until_sees("look a.csv 5")
    assert message.channel.id == ada.direct.id
    assert ada.counts("good morning") == 2
    assert not ben.sees("good morning"), "it was said to us alone"


async def test_files_can_be_downloaded_over_the_network(chat: DiscordChat) -> None:
    ada = chat.person("Ada")
    async with serving_files(chat), aiohttp.ClientSession() as session:
        (file,) = (await ada.upload("a b.csv", b"1,2,3")).attachments
        async with session.get(file.url) as answer:
            assert await answer.read() == b"1,2,3"
        async with session.get(f"{file.url}x") as answer:
            assert answer.status == 404


async def test_a_mention_begins_a_thread_whose_id_is_the_message_s(chat: DiscordChat) -> None:
    ada, ben = chat.person("Ada"), chat.person("Ben")
    said = await ada.say("@app hello")
    answer = await ben.until_sees("Here I am")
    assert answer.channel.id == said.id
    await ben.say("me too", chat.channel_of(said.id))
    assert ada.counts("me too") == 2


async def test_a_button_opens_a_form_whose_answer_one_person_sees(chat: DiscordChat) -> None:
    ada, ben = chat.person("Ada"), chat.person("Ben")
    await ada.say("a button please")
    await ada.choose("Open", "a button please")
    assert "Bo" in ada.form
    await ada.submit({"Name": "Eve"})
    assert is_private(await ada.until_sees("Filled in: Eve"))
    assert not ben.sees("Filled in")
    with pytest.raises(NotThere):
        assert ada.modal


async def test_commands_are_answered_where_they_are_given(chat: DiscordChat) -> None:
    ada = chat.person("Ada")
    await ada.command("hello")
    await ada.command("hello", chat.channel)
    direct, channel = (m for m in ada.seen if "Hello yourself" in ada.reads(m))
    assert (direct.channel.id, is_private(direct)) == (ada.direct.id, False)
    assert (channel.channel.id, is_private(channel)) == (chat.channel.id, True)


async def test_another_client_follows_in_the_same_world() -> None:
    chat = new_chat()
    ada = chat.person("Ada")
    async with connected(chat, Parrot()):
        await ada.dm("before")
        await ada.until_sees("Open")
    await ada.dm("meanwhile")
    later = Parrot()
    async with connected(chat, later):
        await ada.press("Open", "before")
        await ada.submit()
        await ada.until_sees("Filled in: Bo")
        await ada.dm("after")
    assert later.heard == ["after"], "nobody tells it what was said meanwhile"
    assert ada.counts("before") == 2
    chat.env.raise_errors()
