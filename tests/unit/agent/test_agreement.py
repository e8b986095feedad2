"""A format in words and back: every correction that people are told they may write is understood, and nothing else."""

import pytest

from agent.agreement import corrected, described, says_something
from storage.domain import AgreedFormat

FOUND = AgreedFormat(sections=("Story:", "Criteria:"), lists="bullets", lines=6, longest_words=200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Story:\nCriteria:\nOut of scope:", {"sections": ("Story:", "Criteria:", "Out of scope:")}),
        ("- ## Lage\n- ## Maßnahmen", {"sections": ("## Lage", "## Maßnahmen")}),
        ("1. 背景\n2. 结论", {"sections": ("背景", "结论")}),
        ("tone: friendly, but exact", {"tone": "friendly, but exact"}),
        ("terms: OKR, release note", {"terms": ("OKR", "release note")}),
        ("labels: urgent, normal، لاحقا", {"labels": ("urgent", "normal", "لاحقا"), "sections": ()}),
        ("at most 120 words", {"longest_words": 120}),
        ("at least 20 words", {"shortest_words": 20}),
        ("words: 20 to 120", {"shortest_words": 20, "longest_words": 120}),
        ("4 lines", {"lines": 4}),
        ("always 4 lines.", {"lines": 4}),
        ("numbers", {"lists": "numbers"}),
        ("no sections", {"sections": ()}),
        ("no limit on lines; at most 120 words", {"lines": None, "longest_words": 120}),
        ("lines: any", {"lines": None}),
        ("any length", {"longest_words": None}),
        ("tone: dry\nat most 50 words", {"tone": "dry", "longest_words": 50}),
    ],
)
def test_a_correction_changes_what_it_names_and_keeps_the_rest(text: str, expected: dict[str, object]) -> None:
    better = corrected(FOUND, text)
    assert better is not None
    assert {name: getattr(better, name) for name in expected} == expected
    if set(expected) & {"tone", "terms", "longest_words", "shortest_words"}:
        assert better.sections == FOUND.sections


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Why do you ask?",
        "I would rather that the answers were a good deal more like the ones which we sent to the customers last year.",
        "\n".join(f"Section {number}" for number in range(21)),
        "more than 4 lines, no limit on words",
        "about 30 words or so",
        "4000000000 lines please and thank you, it would be most kind of you if that could be arranged by tomorrow noon",
    ],
)
def test_what_says_nothing_about_a_format_is_not_taken_for_one(text: str) -> None:
    assert corrected(FOUND, text) is None


def test_that_answers_have_one_line_is_no_format() -> None:
    assert not says_something(AgreedFormat(lines=1, shortest_words=3, longest_words=10))
    assert says_something(AgreedFormat(lines=2))


def test_a_format_is_shown_as_named_facts() -> None:
    facts = {quote.name: quote.text for quote in described(FOUND)}
    assert facts == {
        "Sections": "Story:\nCriteria:",
        "Lines": "always 6",
        "Lists": "with bullets",
        "Length": "at most 200 words",
    }


def test_a_length_alone_is_no_pattern_worth_a_question() -> None:
    assert not says_something(AgreedFormat(longest_words=80, terms=("OKR",)))
    assert says_something(AgreedFormat(labels=("yes", "no")))
