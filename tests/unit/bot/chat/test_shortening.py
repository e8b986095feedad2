"""What a message says, whole and shortened."""

import pytest

from bot.chat.messages import CardFace, ChatMessage, Enclosure, Field, Picture, Table
from bot.chat.shortening import file_name, first_fitting, whole_text

MESSAGE = ChatMessage(
    text="**Here** it is.",
    quoted=(Field(name="Tuned", value="two\nlines"), Field(name="", value="**as it is**")),
    card=CardFace(card_id="c", title="Is this\nright?", fields=(Field(name="Kind", value="note"),), note="Say `yes`."),
    table=Table(title="Run 3", header=("Criterion", "Base"), rows=(("Loss", "2.0", "more"), ())),
    picture=Picture(path="a.png", alt="A line that falls."),
    file=Enclosure(path="b.md", name="answers.md"),
)


def test_the_whole_text_is_all_that_is_said_and_a_row_is_a_sentence() -> None:
    assert whole_text(MESSAGE).split("\n") == [
        "Here it is.",
        "Tuned: two",
        "lines",
        "**as it is**",
        "Is this right?",
        "Kind: note",
        "Say yes.",
        "Run 3",
        "Criterion: Loss; Base: 2.0; more",
        "A line that falls.",
        "answers.md",
    ]


def test_a_file_has_its_name_on_one_line() -> None:
    assert file_name(ChatMessage(file=Enclosure(path="b", name="a\nb.md"))) == "a b.md"
    assert file_name(ChatMessage()) == ""


class TestShortening:
    def test_the_longest_that_fits_is_shown(self) -> None:
        long = ChatMessage(quoted=(Field(name="Tuned", value="word " * 5000),))
        size, face = first_fitting(long, lambda face: len(one) if len(one := face.quoted[0].value) < 3500 else None)
        assert size == len(face.quoted[0].value)
        assert 2900 < size <= 3000

    def test_what_hides_takes_no_more_room_when_it_is_made_visible(self) -> None:
        long = ChatMessage(text="\U000e0041" * 3000)
        size, _ = first_fitting(long, lambda face: len(face.text) if len(face.text) < 100 else None)
        assert size <= 80

    def test_every_part_is_shortened_and_a_table_keeps_its_columns(self) -> None:
        rows = tuple(tuple(f"cell {n} " * 99 for n in range(9)) for _ in range(9))
        table = Table(title="t " * 999, header=("h " * 99,) * 9, rows=rows)
        _, face = first_fitting(ChatMessage(table=table), lambda face: face if len(str(face)) < 2000 else None)
        assert face.table is not None
        assert {len(row) for row in face.table.rows} == {len(face.table.header)}

    def test_what_never_fits_is_a_fault_of_ours(self) -> None:
        with pytest.raises(ValueError, match="buttons"):
            first_fitting(MESSAGE, lambda face: None)
