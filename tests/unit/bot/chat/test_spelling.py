"""Our commands, as they are written where a message is shown."""

from bot.chat.messages import CardFace, ChatMessage, Field, Table
from bot.chat.spelling import respelled


def loudly(text: str, *, marked: bool = False) -> str:
    return text.replace("`/tune`", "`TUNE`") if marked else text.replace("/tune", "TUNE")


def test_our_sentences_are_respelled_and_what_others_wrote_is_not() -> None:
    others = (Field(name="Answer", value="type `/tune`"),)
    card = CardFace(
        card_id="c",
        title="/tune it",
        fields=(Field(name="Votes", value="none: `/tune`, they said /tune"),),
        quoted=others,
        note="/tune",
    )
    table = Table(title="/tune", header=("/tune",), rows=(("`/tune` or /tune",),))
    said = respelled(ChatMessage(text="Write /tune.", quoted=others, card=card, table=table), loudly)
    assert said.text == "Write TUNE."
    assert said.quoted == others
    assert said.card is not None
    assert said.table is not None
    assert (said.card.title, said.card.note, said.card.quoted) == ("TUNE it", "TUNE", others)
    assert said.card.fields[0].value == "none: `TUNE`, they said /tune"
    assert said.table == Table(title="TUNE", header=("/tune",), rows=(("`TUNE` or /tune",),))
