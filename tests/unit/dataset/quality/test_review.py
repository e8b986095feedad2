"""One list of findings for a row: what is to be decided first, each thing once, and the end is reached on hostile text too."""

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
@pytest.mark.timeout(60)  # well below a second; a square of the length would take minutes
def test_a_hostile_text_is_reviewed_to_its_end(name: str) -> None:
    """An address that stands at its very end is still found."""
    piece = HOSTILE[name]
    row = Example(output=f"{(piece * (LENGTH // len(piece) + 1))[:LENGTH]}\n\neva@firma.de")

    assert "personal" in {finding.code for finding in review(row, AGREED, TODAY, ("waterfall",))}
