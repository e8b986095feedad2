"""Light Markdown and hostile text, as Discord shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.messages import Field, Table
from bot.chat.text import clean, one_line
from bot.platforms.discord.markdown import bold, escaped, fact, ours, quoted, rows, small
from bot.platforms.discord.splitting import Line
from tests.fakes.discord_markdown import Shown, read
from tests.unit.bot.platforms.messages import HOSTILE

SEAM = "\u200b"
LINK = "https://discord.com/channels/1/2/3"
IN_DISCORD = [
    "@everyone @here <@1> <@!1> <@&2> <#3> </tune:4> <id:home>",
    "<:wave:5> <a:wave:5> <t:1700000000:R>",
    "[your bank](https://evil.example) [x](<https://evil.example>)",
    "<https://evil.example> https://evil.example HTTPS://evil.example discord://x steam://run/1",
    "discord.gg/abc https://discord.gg/abc discord.com/invite/abc DISCORD.GG/abc discord.gift/x dis.gd/x discordapp.com/invite/a",
    "# big\n## big\n-# small\n> quoted\n>>> all of it\n- item\n* item\n1. one\n7. seven\n + more",
    "  # big\n   - item\n\t1. one",
    "__under__ ~~struck~~ ||hidden|| ***both*** _a_ __init__ snake_case _x_y",
    "```\nfence\n``` ````` `` ` `",
    "\\*not escaped\\* \\\\ \\",
    "a *b* c**d",
]
SIGNS = st.text(st.sampled_from("\\*_~|`<>[]()#@:/.-+1 \nax!&"), max_size=40)


def shown(lines: list[Line]) -> Shown:
    return read("\n".join(line.text for line in lines))


def said(lines: list[Line]) -> str:
    return shown(lines).text.replace(SEAM, "")


class TestTextOfOthers:
    @pytest.mark.parametrize("text", [*HOSTILE, *IN_DISCORD])
    def test_it_is_shown_as_it_is_and_does_nothing(self, text: str) -> None:
        lines = quoted(Field(name="", value=text))
        assert said(lines) == clean(text)
        assert shown(lines).does <= {"quote"}

    @given(st.text() | SIGNS)
    def test_any_text_is_shown_as_it_is_and_does_nothing(self, text: str) -> None:
        lines = quoted(Field(name="", value=text))
        assert said(lines) == clean(text)
        assert shown(lines).does <= {"quote"}

    @given(SIGNS | st.sampled_from(IN_DISCORD), SIGNS)
    def test_nor_does_it_act_as_a_name_a_value_a_cell_or_small_print(self, text: str, other: str) -> None:
        assert shown(bold(text)).does <= {"bold"}
        assert shown(fact(Field(name=text, value=other))).does <= {"bold"}
        assert shown(small(text)).does <= {"small"}
        table = Table(title="", header=(text, other), rows=((text, other), (other, text, text)))
        assert shown(rows(table)).does <= {"bold", "item"}
        assert said(bold(text)) == one_line(text)

    @given(SIGNS)
    def test_in_a_sentence_of_ours_it_formats_at_most_as_our_own_marks_do(self, text: str) -> None:
        assert shown(ours(f"Your project “{text}” is ready.")).does <= {"bold", "italic", "code", "item", "fence"}

    def test_signs_that_do_nothing_need_no_escape(self) -> None:
        assert escaped("5 | 6, ~3 min, a < b: (c)") == "5 | 6, ~3 min, a < b: (c)"


class TestOurOwn:
    @pytest.mark.parametrize(
        ("text", "drawn"),
        [
            ("**one** *two* `three` four", "**one** *two* `three` four"),
            ("**write `/tune train` now**", "**write `/tune train` now**"),
            ("** spaced ** and *italic *", " **spaced**  and *italic* "),
            ("**a****b**", "**ab**"),
            ("`a``b`", "`a`\u200b`b`"),
            ("First:\n- **a**\n- b\n  - deeper", "First:\n- **a**\n- b\n  - deeper"),
            ("Run\n3. is done", "Run\n3\\. is done"),
        ],
    )
    def test_marks_become_discords(self, text: str, drawn: str) -> None:
        assert "\n".join(line.text for line in ours(text)) == drawn

    def test_what_is_marked_is_seen_so(self) -> None:
        found = shown(ours("**bold** *italic* `code`\n- item\n```\nfence\n```"))
        assert found.does == {"bold", "italic", "code", "item"}, "fences are the pages' to draw"
        assert shown(ours("*italic *")).does == {"italic"}

    def test_a_fence_cannot_be_left(self) -> None:
        lines = ours("```\na\n````` b ``\n```\n```\nsecond\n```")
        assert [line.fenced for line in lines] == [True, True, False, True]
        assert not any("```" in line.text for line in lines)

    def test_only_a_message_of_discords_is_linked_and_it_is_not_unfurled(self) -> None:
        found = shown(ours(f"From {LINK}, https://evil.example/x"))
        assert found.links == [LINK]
        assert found.does == {"bracketed"}

    @given(st.text() | SIGNS)
    def test_no_letter_is_lost(self, text: str) -> None:
        unsaid = {line.removeprefix("```") for line in clean(text).split("\n") if line.startswith("```")}
        letters = "".join(char for char in said(ours(text)) if char.isalpha())
        wanted = "".join(char for char in clean(text) if char.isalpha())
        assert letters == wanted or unsaid


class TestFacts:
    def test_a_name_a_value_and_a_command_in_it(self) -> None:
        (line,) = fact(Field(name="Votes", value="none yet: `/tune rate`, *not* `ours`"))
        assert line.text == "**Votes:** none yet: `/tune rate`, \\*not\\* \\`ours\\`"

    def test_where_an_example_came_from_can_be_followed(self) -> None:
        found = shown(fact(Field(name="From", value=f"message by **Ben**: {LINK}")))
        assert found.links == [LINK]
        assert found.text == f"From: message by **Ben**: {LINK}"


class TestRows:
    def test_a_narrow_table_is_a_list_with_a_row_a_line(self) -> None:
        table = Table(title="", header=("Check", "Result"), rows=(("It learned", "passed"), ("It differs", "failed")))
        assert [line.text for line in rows(table)] == [
            "- **It learned** – Result: passed",
            "- **It differs** – Result: failed",
        ]

    def test_a_wide_one_has_each_cell_on_a_line_below_its_first(self) -> None:
        header = ("Criterion", "Base", "Tuned", "Scored by")
        table = Table(
            title="", header=header, rows=(("Loss", "2.0", "1.0", ""), ("Form", "3 %", "90 %", "`/tune rate`"))
        )
        assert [line.text for line in rows(table)] == [
            *("**Loss**", "Base: 2.0", "Tuned: 1.0", "Scored by: ", ""),
            *("**Form**", "Base: 3 %", "Tuned: 90 %", "Scored by: `/tune rate`"),
        ]

    def test_rows_of_any_length_are_shown(self) -> None:
        table = Table(title="", header=("A", "B"), rows=((), ("1",), ("1", "2", "3"), ("", "2")))
        assert [line.text for line in rows(table)] == ["- **1**", "- **1** – B: 2; 3", "- B: 2"]
