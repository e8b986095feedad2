"""One list of findings for a row: what is to be decided first, each thing once, in no time even on hostile text."""

import time
from datetime import date

import pytest

from dataset.quality.redaction import redact
from dataset.quality.review import review
from storage.domain import AgreedFormat
from tests.unit.dataset.quality.rows import CLEAN, Example

TODAY = date(2026, 11, 21)
AGREED = AgreedFormat(
    sections=("Situation:", "## Risks", "**As a**"),
    lists="bullets",
    labels=("a", "b"),
    lines=3,
    shortest_words=5,
    longest_words=9,
    json_keys=("name",),
    terms=("user story", "OKR"),
    agreed=True,
)


def test_what_is_to_be_decided_comes_first_and_the_rest_by_check() -> None:
    row = Example(instruction="Ask [Your name]", output="eva@firma.de and eva@example.com, password: hunter2x, Q1 2019")

    found = review(row, None, TODAY)

    assert [(finding.code, finding.weight) for finding in found] == [
        ("secret", "ask"),
        ("personal", "ask"),
        ("placeholder", "note"),
        ("outdated", "note"),
    ]


def test_several_of_a_kind_are_one_finding_with_their_count() -> None:
    row = Example(output="eva@firma.de, max@firma.de, a@example.com and 030 901820")

    found = review(row, None, TODAY)

    assert [dict(finding.numbers) for finding in found] == [{"kind": "email", "count": 2}, {"kind": "phone"}]
    assert row.output[found[0].start : found[0].end] == "eva@firma.de"


def test_labels_need_not_be_specific() -> None:
    row = Example(instruction="Is this the weather?", input="Good and late morning", output="good and late morning")

    assert [f.code for f in review(row, None, TODAY)] == ["copied_input"]
    assert review(row, AgreedFormat(labels=("good and late morning",), agreed=True), TODAY) == []


@pytest.mark.parametrize("language", CLEAN)
def test_clean_rows_have_no_findings_and_survive_redaction(language: str) -> None:
    row = CLEAN[language]

    assert review(row, None, TODAY) == []
    assert redact(row) == (row.instruction, row.input, row.output)


LENGTH = 60_000
VARIED = {
    "other phones": "".join(f"Tel 0{number} {number * 7919 % 900000}, " for number in range(123, 9000)),
    "other numbers": "".join(f"0{number} {number * 7919 % 9000} {number}, " for number in range(1, 9000)),
}
HOSTILE = {
    "one letter": "a",
    "one digit": "1",
    "blanks": " ",
    "lines": "\n",
    "headings": "# a\n",
    "open bold": "**",
    "labels": "Name: x\n",
    "open brackets": "[",
    "brackets": "[A a a a ",
    "braces": "{{",
    "open code": "```",
    "addresses": "a@a.",
    "at signs": "@",
    "pluses": "+1",
    "zeros": "0 1 ",
    "phones": "020 7946 0018 ",
    "phones apart": "020 7946 0018, ",
    "phones with plus": "+49 30 901820 ",
    "no phones": "Tel 0123 456789, ",
    "groups": "4111 ",
    "account": "DE89 ",
    "account letters": "aa11aaaa ",
    "dots": "1.1.1.1 ",
    "colons": "2001:",
    "urls": "://a:",
    "passwords": "password: ",
    "password blanks": "password" + " " * 50,
    "tokens": "eyJaaaaaaaa.",
    "key prefixes": "sk-a-",
    "private keys": "-----BEGIN PRIVATE KEY-----! ",
    "ideographs": "支付",
    "stock": "best practices ",
    "quarters": "Q1 ",
    "months": "may ",
    "marks": "#*_~",
    "punctuation": "!",
    "terms": "user-",
    **VARIED,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_done_with_in_a_second(name: str) -> None:
    piece = HOSTILE[name]
    row = Example(output=(piece * (LENGTH // len(piece) + 1))[:LENGTH] + "x")

    begun = time.process_time()
    review(row, AGREED, TODAY, ("waterfall",))

    assert time.process_time() - begun < 1


def test_five_thousand_rows_take_less_than_a_minute() -> None:
    """By what 50 of them take: the row has 2,000 characters, dates and numbers, as uploads do."""
    text = "The team moved the launch to 12 May 2026, since 12 of the 40 tests for 1,299 EUR were not done.\n"
    row = Example(instruction="Shorten this.", input=text, output=(text * 30)[:2000])

    review(row, AGREED, TODAY)
    begun = time.process_time()
    for _ in range(50):
        review(row, AGREED, TODAY)

    assert (time.process_time() - begun) * 100 < 60
