"""Our own text as Slack shows it: what leads anywhere, and commands where there are none."""

import pytest

from bot.chat.markdown import Lines, Span, parts_of
from bot.platforms.slack.text import LINKS, escaped, in_threads

PERMALINK = "https://ward-7.slack.com/archives/C0WARD/p1763712017001300?thread_ts=1763712000.000100&cid=C0WARD"


def spans(text: str) -> tuple[Span, ...]:
    (lines,) = parts_of(text, LINKS)
    assert isinstance(lines, Lines)
    return lines.spans


def test_only_a_message_of_slacks_is_linked() -> None:
    assert spans(f"From {PERMALINK}") == (Span(text="From "), Span(text=PERMALINK, url=PERMALINK))
    for other in (
        "https://evil.example/x",
        "https://slack.com.evil.example/archives/C1/p1",
        "http://x.slack.com/archives/C1/p1",
    ):
        assert all(not span.url for span in spans(f"From {other}"))


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
