"""Nothing that a person or a model wrote can move the cursor, hide, or pass for something else."""

import pytest

from bot.platforms.console.text import clean, one_line


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("\x9b31mred", "red"),
        ("\x1b]0;my title\x07text", "text"),
        ("\x1b]52;c;Y2xpcGJvYXJk\x1b\\text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("approved\rrefused", "approved␍refused"),
        ("a\r\nb", "a\nb"),
        ("bell\x07 back\x08", "bell␇ back␈"),
        ("lonely \x1b", "lonely ␛"),
        ("\u202eevil\u202c", "<U+202E>evil<U+202C>"),
        ("zero\u200bwidth", "zero<U+200B>width"),
        ("\U000e0041tag", "<U+E0041>tag"),
        ("one\u2028two", "one\ntwo"),
        ("\ud800", "<U+D800>"),
        ("tab\tand\nline stay, ünïcode 👩‍💻 too", "tab\tand\nline stay, ünïcode 👩‍💻 too"),
    ],
)
def test_hostile_text_is_shown_harmlessly(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_a_sequence_without_an_end_hides_nothing_that_follows() -> None:
    assert clean("\x1b]0;never closed\nnext line") == "0;never closed\nnext line"
    assert clean("before \x1b[") == "before "


def test_names_stay_on_one_line() -> None:
    assert one_line("a\nThreadtune: approved\n") == "a Threadtune: approved"
