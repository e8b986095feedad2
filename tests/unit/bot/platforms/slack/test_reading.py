"""What enters a training row is what the writer saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.reading import emoji_in, people_in, readable, unescaped
from tests.unit.bot.platforms.slack.recorded import recorded

NAMES = {"U0BEN": "Ben", "U0EVE": "Eve <3"}


def plain(text: str, emoji: dict[str, str] | None = None) -> str:
    return readable(text, "U0BOT", NAMES, emoji)[0]


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("R&amp;D &lt;b&gt; &amp;lt;", "R&D <b> &lt;"),
        ("<@U0BEN> was there", "@Ben was there"),
        ("<@U0ZED|zed> was there", "@zed was there"),
        ("<@U0ZED> was there", "@U0ZED was there"),
        ("in <#C0WARD|ward-7> and <#C0OTHER>", "in #ward-7 and #C0OTHER"),
        ("<!here> <!channel> <!subteam^S0NIGHT|@night-shift>", "@here @channel @night-shift"),
        ("at <!date^1392734382^{date}|18 February>", "at 18 February"),
        ("see <https://ward.example/?a=1&amp;b=2>", "see https://ward.example/?a=1&b=2"),
        ("see <https://ward.example|the page>", "see the page"),
        ("<mailto:ada@ward.example|ada@ward.example> <tel:+4930123>", "ada@ward.example +4930123"),
        ("if a &lt; b and b &gt; c", "if a < b and b > c"),
        ("&lt;@U0BEN&gt; is typed, not meant", "<@U0BEN> is typed, not meant"),
        ("*bold*, _italic_ and `code`", "*bold*, _italic_ and `code`"),
        ("one\n\n  two", "one\n\n  two"),
        ("<@U0EVE> wrote", "@Eve <3 wrote"),
        ("", ""),
    ],
)
def test_is_what_was_shown(sent: str, seen: str) -> None:
    assert plain(sent) == seen


class TestOurOwnName:
    @pytest.mark.parametrize(
        ("sent", "rest"),
        [
            ("<@U0BOT> hello", "hello"),
            ("  <@U0BOT|threadtune>   hello", "hello"),
            ("<@U0BOT>\nhello", "hello"),
            ("<@U0BOT><@U0BOT> hello", "hello"),
            ("<@U0BOT>", ""),
        ],
    )
    def test_in_front_addresses_us(self, sent: str, rest: str) -> None:
        assert readable(sent, "U0BOT", {}) == (rest, True)

    def test_elsewhere_is_cut_out_all_the_same(self) -> None:
        assert readable("hello <@U0BOT> there", "U0BOT", {}) == ("hello there", False)
        assert readable("one\n<@U0BOT> two", "U0BOT", {}) == ("one\ntwo", False)

    def test_is_not_taken_for_a_longer_one(self) -> None:
        assert readable("<@U0BOTTOM> hello", "U0BOT", {}) == ("@U0BOTTOM hello", False)


class TestEmoji:
    def test_are_the_characters_that_slack_tells_with_the_message(self) -> None:
        event = recorded("message_im_formatted")["event"]
        emoji = emoji_in(event["blocks"])
        assert emoji == {":wave::skin-tone-3:": "\U0001f44b\U0001f3fc"}
        assert plain(event["text"], emoji) == (
            "@Ben wrote *R&D* in #ward-7, see the page or https://ward.example \U0001f44b\U0001f3fc :blobcat: <b> "
            "ada@ward.example @here"
        )

    def test_stay_names_where_it_does_not(self) -> None:
        assert plain("at 10:30: :wave:", {":smile:": "\U0001f604"}) == "at 10:30: :wave:"

    @pytest.mark.parametrize("blocks", [None, "x", [{"type": "emoji", "name": "x", "unicode": "zz"}], [[{}]]])
    def test_of_blocks_that_are_none_are_none(self, blocks: object) -> None:
        assert emoji_in(blocks) == {}


def test_people_are_named_once_each() -> None:
    assert people_in("<@U0BEN> and <@W0EVE|eve> and <@U0BEN> but not &lt;@U0ZED&gt;") == ["U0BEN", "W0EVE"]


@given(st.text())
def test_what_is_typed_arrives_as_it_was(text: str) -> None:
    """Slack escapes what is typed, so no typed text can pretend to be a mention or a link."""
    sent = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(sent) == text.strip()
    assert unescaped(sent) == text
