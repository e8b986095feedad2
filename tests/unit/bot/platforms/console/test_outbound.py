"""What a terminal shows of a message, drawn and plain."""

from rich.console import Console

from bot.chat.messages import CardFace, ChatMessage, Table
from bot.platforms.console.outbound import plain, rich

HINT = Table(
    title="Scores", header=("By", "What"), rows=(("nobody yet: `/tune rate scores`", "a `word` of *somebody*"),)
)


def drawn(message: ChatMessage) -> str:
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(rich(message, lambda key, **values: key, ""))
    return capture.get()


def test_a_command_in_a_cell_stands_without_marks_and_signs_of_others_stay() -> None:
    (_, row) = plain(ChatMessage(table=HINT), lambda key, **values: key, "")
    assert row == "By: nobody yet: /tune rate scores; What: a `word` of *somebody*"
    assert "nobody yet: /tune rate scores" in drawn(ChatMessage(table=HINT))


def test_the_note_of_a_card_is_drawn_without_marks() -> None:
    card = CardFace(card_id="c", title="Rate", note="Write `/tune rate scores`.")
    assert "Write /tune rate scores." in drawn(ChatMessage(card=card))
