"""Cards in the simulated Discord, shown as the outbox shows them and known to the house."""

from typing import Any

from bot.chat.messages import Button, CardFace, ChatMessage, Form, FormField
from bot.platforms.discord import places
from tests.unit.bot.platforms.discord.simulated import Simulated

FORM = Form(
    name="row",
    subject={"row_id": "row_1"},
    title="Edit the example",
    fields=(FormField(name="output", label="Answer", value="old", multiline=True),),
    submit="Save",
)
DRAFT = CardFace(
    card_id="card_1",
    title="A draft",
    buttons=(
        Button(label="Approve", action="approve:row_1", style="primary"),
        Button(label="Edit", action="edit:row_1", form=FORM),
        Button(label="Good", action="good", verdict="good"),
        Button(label="Not good", action="bad", verdict="bad"),
    ),
    state="row_1",
)


def direct(it: Simulated) -> str:
    """The id of Ada's direct conversation."""
    return places.person_id(it.ada.id)


def thread_id(it: Simulated, thread: int) -> str:
    return places.conversation_id(it.chat.guild.id, it.chat.channel.id, thread)


async def show(it: Simulated, card: CardFace, conversation: str, marker: str = "m1", **message: Any) -> None:
    know(it, card, conversation)
    await post(it, ChatMessage(card=card, **message), conversation, marker)


def know(it: Simulated, card: CardFace, conversation: str) -> None:
    it.house.cards[card.card_id], it.house.faces[card.card_id] = conversation, card
    for action in [one for one in it.house.forms if one[0] == card.card_id]:
        del it.house.forms[action]
    it.house.forms |= {(card.card_id, one.action): one.form for one in card.buttons if one.form}


async def post(it: Simulated, message: ChatMessage, conversation: str, marker: str = "m1") -> None:
    await it.chat.task(_posted(it, message, conversation, marker))


async def _posted(it: Simulated, message: ChatMessage, conversation: str, marker: str) -> None:
    await it.platform.post(places.address_of(conversation), message, marker)
