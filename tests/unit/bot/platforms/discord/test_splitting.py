"""Lines on pages: every page fits and reads by itself, and nothing is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.messages import Field
from bot.platforms.discord.markdown import ours, quoted
from bot.platforms.discord.splitting import Line, in_pages, pieces_of
from tests.fakes.discord_markdown import read

MOST = 600


def prose(*texts: str) -> list[Line]:
    return [Line(pieces=pieces_of(text)) for text in texts]


def sentence(number: int) -> str:
    return f"This is sentence {number} of a long text."


class TestWherePagesEnd:
    def test_what_fits_is_one_page_and_nothing_is_none(self) -> None:
        assert in_pages(prose("", "one", "", "two", ""), MOST) == ["one\n\ntwo"]
        assert in_pages(prose("", " "), MOST) == []

    def test_between_paragraphs_where_there_are_any(self) -> None:
        lines = prose(*[sentence(n) for n in range(12)], "", *[sentence(n) for n in range(12, 20)])
        first, second = in_pages(lines, MOST)
        assert first.endswith("sentence 11 of a long text.")
        assert second.startswith("This is sentence 12")

    def test_between_lines_where_a_paragraph_would_leave_most_of_it_empty(self) -> None:
        first, _ = in_pages(prose(sentence(0), "", *[sentence(n) for n in range(1, 20)]), MOST)
        assert len(first) > MOST * 0.8
        assert first.endswith("of a long text.")

    def test_before_a_code_block_that_fits_on_the_next(self) -> None:
        code = "\n".join(f"print({n})" for n in range(30))
        pages = in_pages([*prose(*[sentence(n) for n in range(10)]), *ours(f"```\n{code}\n```")], MOST)
        assert [page.startswith("```") for page in pages] == [False, True]

    def test_a_code_block_that_goes_on_is_closed_and_opened_again(self) -> None:
        code = "\n".join(f"    print({n})  # *not* bold" for n in range(60))
        pages = in_pages(ours(f"Like this:\n```python\n{code}\n```\nDone."), MOST)
        assert len(pages) > 2
        assert all(page.count("```") == 2 for page in pages)
        assert all(read(page).does == {"fence"} for page in pages)
        found = "\n".join(page.removeprefix("Like this:\n").removesuffix("\nDone.").strip("`\n") for page in pages)
        assert found == code, "no line of it is lost, nor its indentation"

    def test_a_line_that_no_page_holds_is_cut_between_words_and_its_quotation_goes_on(self) -> None:
        text = " ".join(f"word{n}" for n in range(300))
        pages = in_pages(quoted(Field(name="Tuned", value=text)), MOST)
        assert pages[0].startswith("**Tuned**\n> word0 word1")
        assert all(page.startswith("> word") for page in pages[1:])
        assert " ".join(page.removeprefix("**Tuned**\n").removeprefix("> ").strip() for page in pages) == text

    def test_what_begins_a_page_begins_no_heading(self) -> None:
        pages = in_pages(prose("word " * 200 + "# not a heading " * 60), MOST)
        assert len(pages) > 2
        assert all(not read(page).does for page in pages)


blocks = st.lists(
    st.sampled_from(
        [
            "",
            "short",
            "- item",
            "# no heading",
            "word " * 60,
            "x" * 900,
            "_x" * 600,
            "*_`|~\\<@1> " * 40,
            "```\na\nb\n```",
        ]
    )
    | st.text(max_size=80)
    | st.integers(1, 90).map(lambda lines: "```\n" + "\n".join(f"  line {n}" for n in range(lines)) + "\n```"),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(blocks, st.integers(MOST, 2000))
def test_any_text_fits_is_read_page_by_page_and_is_all_there(texts: list[str], most: int) -> None:
    others = quoted(Field(name="Answer", value="\n".join(texts)))
    lines = [*ours("\n".join(texts)), *others]
    pages = in_pages(lines, most)
    assert all(0 < len(page) <= most for page in pages)
    assert all(page.count("```") % 2 == 0 for page in pages)
    assert all(read(page).does <= {"quote", "bold"} for page in in_pages(others, most)), "wherever it is cut"
    assert letters("".join(pages)) == letters("".join(piece for line in lines for piece in line.pieces))


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
