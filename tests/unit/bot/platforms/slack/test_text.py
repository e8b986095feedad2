"""Light Markdown and hostile text, as what Slack shows of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import clean
from bot.platforms.slack.text import (
    Fence,
    Items,
    Lines,
    Span,
    escaped,
    in_threads,
    parts_of,
    unmarked,
)

PERMALINK = "https://ward-7.slack.com/archives/C0WARD/p1763712017001300?thread_ts=1763712000.000100&cid=C0WARD"


def spans(text: str) -> tuple[Span, ...]:
    (lines,) = parts_of(text)
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

    def test_only_a_message_of_slacks_is_linked(self) -> None:
        assert spans(f"From {PERMALINK}") == (Span(text="From "), Span(text=PERMALINK, url=PERMALINK))
        for other in (
            "https://evil.example/x",
            "https://slack.com.evil.example/archives/C1/p1",
            "http://x.slack.com/archives/C1/p1",
        ):
            assert all(not span.url for span in spans(f"From {other}"))

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


class TestCommandsInThreads:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Write `/tune train`.", "Write `tune train`."),
            ("/tune ask both: …", "tune ask both: …"),
            ("`/tune`", "`tune`"),
            (
                "/home/ana/tune/x and a/tune and /tuner and /tune/x",
                "/home/ana/tune/x and a/tune and /tuner and /tune/x",
            ),
        ],
    )
    def test_our_own_commands_lose_the_slash(self, text: str, expected: str) -> None:
        assert in_threads(text) == expected

    def test_beside_what_others_wrote_only_those_in_backticks_do(self) -> None:
        assert in_threads("nobody yet: `/tune rate`", marked=True) == "nobody yet: `tune rate`"
        assert in_threads("they said /tune rate` or `/tune", marked=True) == "they said /tune rate` or `/tune"


def test_an_escaped_text_has_no_sign_of_a_mention() -> None:
    assert escaped("<!channel> & <@U1|ana>") == "&lt;!channel&gt; &amp; &lt;@U1|ana&gt;"
