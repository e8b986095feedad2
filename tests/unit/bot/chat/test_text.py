"""Hostile text on every platform: nothing in it hides, and nothing that people write is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import clean, in_pieces, one_line, shortened


class TestCleaning:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a\0b", "a␀b"),
            ("\x1b[31mred", "␛[31mred"),
            ("half \ud83d a pair", "half <U+D83D> a pair"),
            ("abc\u202egnp.exe", "abc<U+202E>gnp.exe"),
            ("hid\u200bden \U000e0041", "hid<U+200B>den <U+E0041>"),
            ("a\r\nb\u2028c", "a\nb\nc"),
            ("سلام\u200f 1", "سلام\u200f 1"),
            ("👩\u200d⚕️ é z̷̢̛a", "👩\u200d⚕️ é z̷̢̛a"),
        ],
    )
    def test_what_cannot_be_shown_is_made_visible_and_the_rest_stays(self, text: str, expected: str) -> None:
        assert clean(text) == expected

    @given(st.text(st.characters(categories=None)))
    def test_what_is_cleaned_can_be_sent_and_is_clean(self, text: str) -> None:
        assert clean(clean(text)) == clean(text)
        clean(text).encode()
        assert "\n" not in one_line(text)


class TestShortening:
    def test_it_ends_between_words_where_it_can(self) -> None:
        assert shortened("one two three four", 15) == "one two three…"
        assert shortened("x" * 20, 10) == "x" * 9 + "…"
        assert shortened("short", 10) == "short"

    def test_a_letter_keeps_its_marks(self) -> None:
        letter = "e" + "\u0301" * 5
        assert shortened("ab" + letter * 3, 10).rstrip("…") == "ab" + letter

    @given(st.text(), st.integers(1, 50))
    def test_it_is_never_longer(self, text: str, most: int) -> None:
        assert len(shortened(text, most)) <= most


class TestPieces:
    def test_they_end_with_lines(self) -> None:
        assert in_pieces("one\ntwo\n" + "x" * 999, 1000) == ["one\ntwo\n", "x" * 999]
        assert in_pieces("", 1000) == []

    @given(st.text(), st.integers(1, 40), st.integers(1000, 3000))
    def test_they_fit_and_nothing_is_lost(self, text: str, times: int, most: int) -> None:
        pieces = in_pieces(text * times, most)
        assert "".join(pieces) == text * times
        assert all(0 < len(piece) <= most for piece in pieces)
