"""Light Markdown, as every room reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.markdown import Fence, Items, Lines, Span, linked, parts_of, unmarked
from bot.chat.text import clean

LINKS = r"https://chat\.example/\d+"


def spans(text: str, links: str = "") -> tuple[Span, ...]:
    (lines,) = parts_of(text, links)
    assert isinstance(lines, Lines)
    return lines.spans


class TestLightMarkdown:
    def test_bold_italic_and_code_become_styles(self) -> None:
        assert spans("**one** *two* `three` four") == (
            Span(text="one", bold=True),
            Span(text=" "),
            Span(text="two", italic=True),
            Span(text=" "),
            Span(text="three", code=True),
            Span(text=" four"),
        )

    def test_a_command_may_stand_in_what_is_bold(self) -> None:
        assert spans("**write `/tune train` now**") == (
            Span(text="write ", bold=True),
            Span(text="/tune train", bold=True, code=True),
            Span(text=" now", bold=True),
        )

    @pytest.mark.parametrize(
        "text", ["a * b * c", "2 ** 8", "snake_case_name", "~not struck~", "_not italic_", "`open"]
    )
    def test_marks_without_a_partner_and_marks_of_others_stay(self, text: str) -> None:
        assert spans(text) == (Span(text=text),)

    def test_lists_stand_between_lines(self) -> None:
        assert parts_of("First:\n- **a**\n- b\nthen\n  - deeper") == [
            Lines(spans=(Span(text="First:"),)),
            Items(items=((Span(text="a", bold=True),), (Span(text="b"),))),
            Lines(spans=(Span(text="then"),)),
            Items(items=((Span(text="deeper"),),), depth=1),
        ]

    def test_a_fence_is_taken_as_it_is(self) -> None:
        assert parts_of('Like this:\n```json\n{"a": **1**}\n- x\n```\nDone') == [
            Lines(spans=(Span(text="Like this:"),)),
            Fence(code='{"a": **1**}\n- x'),
            Lines(spans=(Span(text="Done"),)),
        ]

    def test_only_the_links_that_a_room_names_lead_anywhere(self) -> None:
        link = "https://chat.example/12"
        assert spans(f"From {link}", LINKS) == (Span(text="From "), Span(text=link, url=link))
        assert spans(f"From {link}") == (Span(text=f"From {link}"),)
        assert spans("From https://evil.example/x", LINKS) == (Span(text="From https://evil.example/x"),)

    def test_text_that_was_written_down_as_it_is_keeps_its_marks_and_its_links_lead_on(self) -> None:
        link = "https://chat.example/12"
        assert linked(f"**Ben**: {link}", LINKS) == (Span(text="**Ben**: "), Span(text=link, url=link))

    def test_without_its_marks_it_reads_as_it_is_shown(self) -> None:
        assert unmarked("**Saved**: `x`\n- *one*\n```\ncode\n```") == "Saved: x\n- one\ncode"

    @given(st.text())
    def test_no_text_makes_it_fail_and_no_word_is_lost(self, text: str) -> None:
        kept = [char for char in clean(text) if char.isalnum()]
        assert [char for char in unmarked(text) if char.isalnum()] in (kept, _without_languages(clean(text)))


def _without_languages(text: str) -> list[str]:
    """The word behind an opening fence says in what language the code is written: it is no text."""
    lines = [line for line in text.split("\n") if not line.startswith("```")]
    return [char for char in "\n".join(lines) if char.isalnum()]
