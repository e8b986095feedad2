"""The slash command -> the house: where it is answered, and what is said at once to whoever gave it.

In direct messages and in threads it is a message like any other. One given in a channel has to be placed first (``House.place``).
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import discord

from bot.chat.errors import ChatError
from bot.chat.events import MessageReceived
from bot.chat.messages import ChatMessage
from bot.chat.port import Known, Placement
from bot.chat.text import one_line, shortened
from bot.platforms.discord import places
from bot.platforms.discord.drawing import draw, untagged
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, sender_in
from bot.platforms.discord.markdown import escaped
from bot.platforms.discord.paging import PickedList, Select, page_of, turned_to
from bot.platforms.discord.replying import admitted, in_time, say, us
from bot.platforms.discord.room import Room
from bot.platforms.discord.threads import NEEDED, Threads, name_of, why_not

log = logging.getLogger(__name__)

LONGEST_SHOWN = 300
"""Characters of a command that are shown again."""
LONGEST_CARRIED = 4000
"""Characters of a command that a list of projects carries, in the message that it stands on."""
SECRET = frozenset({"join", "link"})
"""Words with a code behind them, which nobody else may read."""
_GROUP_ID = re.compile(rf"(?<= group ){places.PLATFORM}:[0-9]+:role:[0-9]+ ")
_WHICH = re.compile(r"which\|(?P<command>[0-9]+)\|(?P<privately>[01])")


def now() -> datetime:
    return datetime.now(UTC)


class WhichList(PickedList, template=_WHICH):
    """Asks which project a command is meant for. The command stands in the message, so that any process can go on with it."""

    async def callback(self, interaction: discord.Interaction) -> None:
        commanding: Commanding = cast(Any, interaction.client).commanding
        await commanding.pick(interaction, self.custom_id, self.picked)


@dataclass(eq=False)
class Commanding:
    room: Room
    threads: Threads
    clock: Callable[[], datetime] = now

    async def obey(self, interaction: discord.Interaction, text: str, project: str = "") -> None:
        """``text``: what would be typed behind the command. ``project``: the one that was picked for it."""
        place = await admitted(self.room, interaction)
        if place is None:
            return
        self.room.posting.interactions.keep(interaction)
        try:
            if place.kind in ("direct", "thread"):
                await self._here(interaction, place, text, project)
            else:
                await self._placed(interaction, place, text, project)
        except Exception:  # the database is away, say: whoever gave the command waits for a word
            log.exception("a command was not stored")
            await say(interaction, self.room.words("discord.command_not_stored"))

    async def pick(self, interaction: discord.Interaction, custom_id: str, value: str) -> None:
        """A project was picked for a command, or the list's next page."""
        place, found = await admitted(self.room, interaction), _WHICH.fullmatch(custom_id)
        embeds = interaction.message.embeds if interaction.message else []
        text = (embeds[0].description or "") if embeds else ""
        if place is None or found is None:
            return
        self.room.posting.interactions.keep(interaction)
        try:
            if (page := turned_to(value)) is not None:
                await self._turn(interaction, place, custom_id, text, page)
            elif not value.startswith(places.channel_prefix(place.guild, place.channel)):
                await say(interaction, self.room.words("discord.card_gone"))
            else:
                event = self._event(interaction, text, value, {}, found["privately"] == "1", found["command"])
                await in_time(interaction, self._stored(event))
                await self._close(interaction, self.room.words("discord.picked", command=shown(text)))
        except Exception:  # whatever it is, the person who picked is told
            log.exception("a command was not stored")
            await say(interaction, self.room.words("discord.press_not_stored"))

    # In direct messages and threads.

    async def _here(self, interaction: discord.Interaction, place: Place, text: str, project: str) -> None:
        conversation, word = place.conversation(interaction.user.id), text.partition(" ")[0].casefold()
        public = word not in SECRET
        event = self._event(interaction, text, conversation, place.address(interaction.user.id), not public)
        if not await in_time(interaction, self._stored_here(event, place), public=public):
            await say(interaction, self.room.words("discord.command_in_others_thread"))
            return
        said = self.room.words("discord.taken", command=shown(text)) if public else self._quietly()
        unused = f"\n{self.room.words('discord.project_unused')}" if project else ""
        await say(interaction, said + unused, public=public)

    async def _stored_here(self, event: MessageReceived, place: Place) -> bool:
        """False: this is somebody else's thread."""
        begun_by = (us(self.room), int(places.address_of(event.sender.person_id)["user"]))
        ours = place.kind == "direct" or place.owner in begun_by
        if not ours and not await self.room.house.knows(event.sender.conversation_id):
            return False
        await self._stored(event)
        return True

    def _quietly(self) -> str:
        return self.room.words("discord.taken_secretly")

    # In a channel.

    async def _placed(self, interaction: discord.Interaction, place: Place, text: str, project: str) -> None:
        said = await in_time(interaction, self._said(interaction, place, text, project))
        if isinstance(said, str):
            for part in draw(ChatMessage(text=said), f"said-{interaction.id}", self.room.words).parts:
                await say(interaction, untagged(part.content))  # nobody looks for it again
        else:
            await self._ask_which(interaction, text, said)

    async def _said(self, interaction: discord.Interaction, place: Place, text: str, project: str) -> str | Placement:
        """Hand the command in where it belongs, and return what is said at once; or what the person has to pick from."""
        user = interaction.user.id
        await self.room.house.meet(sender_in(interaction.user, places.person_id(user)))
        placed = await self._place(place, text, user, project)
        match placed.kind:
            case "direct":
                person = places.person_id(user)
                await self._stored(self._event(interaction, text, person, places.direct_address(user)))
            case "thread" if placed.where is not None:
                where = placed.where
                address = {**where.address, "user": str(user)}
                await self._stored(self._event(interaction, text, where.conversation_id, address, placed.privately))
            case "begin":
                return await self._begin(interaction, place, text, placed)
            case "which":
                return placed
            case _:
                pass
        return placed.text or self._quietly()

    async def _place(self, place: Place, text: str, user: int, project: str = "") -> Placement:
        prefix = places.channel_prefix(place.guild, place.channel)
        return await self.room.house.place(text, places.person_id(user), prefix, project)

    async def _begin(self, interaction: discord.Interaction, place: Place, text: str, placed: Placement) -> str:
        """Post what a thread begins with, and hand the command in there."""
        if place.kind == "threadless":
            return self.room.words("discord.no_threads_here")
        lacking = [name for name in (*NEEDED, "send_messages") if not getattr(interaction.app_permissions, name)]
        if lacking:
            names = ", ".join(self.room.words(f"discord.permission_name.{name}") for name in lacking)
            return self.room.words("discord.no_permission", permissions=names)
        try:
            thread = await self._thread(interaction, place, text)
        except ChatError as error:
            log.warning("no thread can be begun in channel %s of server %s: %s", place.channel, place.guild, error)
            return self.room.words(why_not(error))
        user = interaction.user.id
        conversation = places.conversation_id(place.guild, place.channel, thread)
        address = places.thread_address(place.guild, place.channel, thread, user)
        await self._stored(self._event(interaction, text, conversation, address, placed.privately))
        return placed.text or self._quietly()

    async def _thread(self, interaction: discord.Interaction, place: Place, text: str) -> int:
        """The id of a new thread below a message of ours. Raises RetryLater, Refused, Uncertain."""
        root = ChatMessage(text=self.room.words("discord.command.root"), ping=True)
        part = draw(root, f"root-{interaction.id}", self.room.words, mention=interaction.user.id).parts[0]
        channel = self.room.client.get_partial_messageable(place.channel, guild_id=place.guild)
        with translated():
            posted = await channel.send(
                part.content,
                nonce=f"root{interaction.id}",
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions(users=[interaction.user]),
            )
        name = name_of(text.removeprefix("new").strip(), self.room.words)
        try:
            await self.threads.begin(place.guild, place.channel, posted.id, name)
        except ChatError:
            self.room.background.start(_deleted(channel, posted.id), "deleting what no thread hangs on")
            raise
        return posted.id

    # Which of several projects.

    async def _ask_which(self, interaction: discord.Interaction, text: str, placed: Placement) -> None:
        if len(text) > LONGEST_CARRIED:
            await say(interaction, self.room.words("discord.too_long_to_ask_which"))
            return
        custom_id = f"which|{interaction.id}|{int(placed.privately)}"
        view = self._which(custom_id, placed.choices, 0)
        embed = discord.Embed(description=text)
        await say(interaction, placed.text, view=view, embed=embed)

    async def _turn(self, interaction: discord.Interaction, place: Place, custom_id: str, text: str, page: int) -> None:
        placed = await self._place(place, text, interaction.user.id)
        if placed.kind != "which":
            await self._close(interaction, self.room.words("discord.card_gone"))
            return
        with translated():
            await interaction.response.edit_message(view=self._which(custom_id, placed.choices, page))

    def _which(self, custom_id: str, choices: Sequence[Known], number: int) -> discord.ui.View:
        words, page = self.room.words, page_of(choices, number)
        options = [
            discord.SelectOption(
                label=shortened(one_line(one.project or one.conversation_id), 100), value=one.conversation_id
            )
            for one in page.entries
        ]
        key = "discord.which" if page.pages == 1 else "discord.which_page"
        select: Select = discord.ui.Select(
            custom_id=custom_id,
            placeholder=words(key, page=page.number + 1, pages=page.pages),
            options=page.options(options, words),
        )
        return WhichList(select).alone()

    async def _close(self, interaction: discord.Interaction, text: str) -> None:
        """In the place of the list."""
        shown: dict[str, Any] = {"content": text, "view": None, "embeds": []}
        try:
            with translated():
                if interaction.response.is_done():
                    await interaction.edit_original_response(**shown)
                else:
                    await interaction.response.edit_message(**shown)
        except ChatError as error:
            log.info("a list of projects could not be closed: %s", error)

    # Events.

    def _event(
        self,
        interaction: discord.Interaction,
        text: str,
        conversation: str,
        address: Mapping[str, Any],
        privately: bool = False,
        command: str = "",
    ) -> MessageReceived:
        """``command``: the id of the interaction by which it was given, if that is another one."""
        return MessageReceived(
            id=f"{places.PLATFORM}:command:{command or interaction.id}",
            sender=sender_in(interaction.user, conversation, address),
            text=f"/tune {text}".strip(),
            at=self.clock(),
            privately=privately,
        )

    async def _stored(self, event: MessageReceived) -> None:
        async with self.room.in_order.of(event.sender.conversation_id):
            await self.room.house.receive(event)


def shown(text: str) -> str:
    """A command as it is shown again: nothing in it is markup, and it names nobody. A role of the server stands there by its name."""
    said = shortened(one_line(f"/tune {_GROUP_ID.sub('', text)}"), LONGEST_SHOWN)
    return escaped(said)


async def _deleted(channel: discord.PartialMessageable, message: int) -> None:
    with translated():
        await channel.get_partial_message(message).delete()
