"""What a person wrote, as they saw it: it may become an example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.reading import Names, readable

US = (42, 43)
"""Our user, and our role."""
NAMES = Names(users={1: "Ada", 2: "Ben @ ward 7"}, roles={5: "nurses"}, channels={9: "ward-7"})


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ask <@1> or <@!2>", "ask @Ada or @Ben @ ward 7"),
        ("<@&5> in <#9>", "@nurses in #ward-7"),
        ("<:bed:77> <a:beep:78>", ":bed: :beep:"),
        ("at <t:1700000000:R>", "at 2023-11-14 22:13 UTC"),
        ("use </tune status:123>", "use /tune status"),
        ("see <https://example.org/a?b=1>", "see https://example.org/a?b=1"),
        ("**bold** and `<b>` and \\*stars\\*", "**bold** and `<b>` and \\*stars\\*"),
        ("a < b and c > d, <3", "a < b and c > d, <3"),
    ],
)
def test_marks_read_as_they_are_shown(written: str, seen: str) -> None:
    assert readable(written, US, NAMES) == (seen, False)


@pytest.mark.parametrize("written", ["<@99>", "<#99>", "<@&99>", "<t:9999999999999>", "<@>", "<t:>"])
def test_what_is_called_nothing_stays_as_it_is(written: str) -> None:
    assert readable(written, US, NAMES) == (written, False)


@pytest.mark.parametrize("mention", ["<@42>", "<@!42>", "<@&43>"])
def test_what_names_us_is_no_part_of_the_text(mention: str) -> None:
    assert readable(f"{mention} status", US, NAMES) == ("status", True)
    assert readable(f"  {mention}\nstatus", US, NAMES) == ("status", True)
    assert readable(f"what do you say, {mention}?", US, NAMES) == ("what do you say, ?", False)
    assert readable(mention, US, NAMES) == ("", True)


def test_somebody_whose_id_begins_like_ours_is_somebody_else() -> None:
    assert readable("<@421> status", US, Names(users={421: "Eve"})) == ("@Eve status", False)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    readable(text, US, NAMES)
    readable(text, (), Names())


@given(st.text(alphabet="<@!&#:t1/>a", max_size=40))
def test_text_without_whole_marks_stays_as_it_is(text: str) -> None:
    seen, _ = readable(text, (), Names())
    if ">" not in text:
        assert seen == text.strip()
