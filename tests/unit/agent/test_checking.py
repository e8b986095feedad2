"""What the checks find is said in words: the reason, a suggestion, and never more than a person reads."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.checking import Checks, agreed_for, asks, found_in, reason, sentence, told_by_kind
from agent.words import SENTENCES, knows
from dataset.quality.findings import Finding
from storage.domain import AgreedFormat, Brief, Origin, Row, RowStatus
from tests.fakes.talk import shipped_packs

QUALITY = Path(__file__).parents[3] / "dataset" / "quality"
FORMATS = Path(__file__).parents[3] / "dataset" / "formats"


def row(output: str, instruction: str = "Write the note", input: str = "", category: str = "") -> Row:
    return Row(
        id="row_1",
        project_id="project_1",
        instruction=instruction,
        input=input,
        output=output,
        status=RowStatus.PENDING,
        origin=Origin.GIVEN,
        author_id="console:ana",
        event_id="event-1",
        source="conversation",
        content_hash="hash",
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        category=category,
    )


def note(code: str, **numbers: int | str) -> Finding:
    return Finding(code=code, field="output", weight="note", numbers=numbers)


def sentences(output: str, agreed: AgreedFormat | None = None, category: str = "") -> tuple[str, ...]:
    formats = {"": agreed} if agreed else {}
    brief = Brief(project_id="project_1", formats=formats)
    return Checks(findings=found_in(row(output, category=category), brief, None)).sentences


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("Ask ana.lopez@acme-hotels.com", "an email address. Redact it"),
        ("Fragen Sie +49 89 32168420", "a phone number. Redact it"),
        ("Überweisen Sie auf DE89 3704 0044 0532 0130 00", "a bank account number. Redact it"),
        ("The key is ghp_" + "a1B2" * 9, "a key or token (github). Redact it"),
        ("密码：Sommer2024x", "a password. Redact it"),
        ("Dear [Your name], thank you for the letter.", "still to be filled in"),
    ],
)
def test_what_is_found_is_said_with_what_to_do_about_it(output: str, said: str) -> None:
    assert any(said in told for told in sentences(output))


@pytest.mark.parametrize(
    ("output", "agreed", "said"),
    [
        ("S: stable", AgreedFormat(sections=("S:", "R:"), agreed=True), "has no “R:”"),
        ("maybe", AgreedFormat(labels=("yes", "no"), agreed=True), "agreed labels: yes, no"),
        ("one\ntwo", AgreedFormat(lines=3, agreed=True), "Lines in the answer: 2. Agreed: 3"),
        ("no json", AgreedFormat(json_keys=("a",), agreed=True), "not one JSON object"),
        ("一二三四五六七八九十一二三四五六", AgreedFormat(longest_words=3, agreed=True), "at most 3 are agreed"),
    ],
)
def test_a_departure_from_the_agreed_format_is_named(output: str, agreed: AgreedFormat, said: str) -> None:
    assert any(said in told for told in sentences(output, agreed))


def test_nothing_is_said_of_a_format_that_nobody_agreed_to() -> None:
    assert sentences("S: stable", AgreedFormat(sections=("S:", "R:"))) == ()


def test_the_format_of_a_category_goes_before_that_for_all() -> None:
    of_all, of_stories = AgreedFormat(lines=1, agreed=True), AgreedFormat(lines=2, agreed=True)
    brief = Brief(project_id="project_1", formats={"": of_all, "story": of_stories, "open": AgreedFormat(lines=3)})
    assert agreed_for(brief, "story") == of_stories
    assert agreed_for(brief, "other") == of_all
    assert agreed_for(brief, "open") == of_all, "the one for it is not agreed yet"


def test_three_findings_are_told_and_the_rest_counted() -> None:
    told = Checks(findings=[note("lines", lines=n, wanted=9) for n in range(5)]).sentences
    assert len(told) == 4
    assert told[-1] == "And 2 more."


def test_what_a_person_has_to_decide_about_comes_first() -> None:
    told = sentences("Dear [Your name], write to ana.lopez@acme-hotels.com")
    assert "an email address" in told[0]


def test_addresses_made_for_examples_are_no_matter() -> None:
    assert sentences("Write to ana@example.org") == ()


def test_several_of_a_kind_are_one_sentence() -> None:
    told = sentences("Ask ana.lopez@acme-hotels.com or bo.kim@acme-hotels.com")
    assert len(told) == 1
    assert "And 1 more of that" in told[0]


def test_the_outdated_terms_are_the_packs() -> None:
    brief = Brief(project_id="project_1", pack="product-manager")
    pack = shipped_packs()["product-manager"]
    found = found_in(row("Ask the webmaster to change the page on Monday at 9."), brief, pack)
    assert any("webmaster" in sentence(one) for one in found)


def test_values_out_of_a_row_do_no_harm_in_a_sentence() -> None:
    told = sentence(note("missing_section", label="<!channel> **Risks**\n@everyone " + "x" * 500))
    assert not set(told) & set("<>*@\n")
    assert len(told) < 200
    assert "{" in sentence(note("term", found="{0.__class__}", term="{label}")), "a brace is no place for a value"


def test_an_unknown_code_is_still_told() -> None:
    assert "(of_tomorrow)" in sentence(note("of_tomorrow"))
    assert "(of_tomorrow)" in reason("of_tomorrow", {})


def test_a_file_is_told_how_many_rows_have_a_note_of_each_kind() -> None:
    rows = [[note("generic"), note("generic")], [note("generic"), note("not_specific")], []]
    assert told_by_kind(rows) == "stock phrases: 2, not specific: 1"
    assert told_by_kind([[]]) == ""


def test_only_what_is_to_be_decided_asks() -> None:
    assert not asks([note("generic")])
    assert asks(found_in(row("Ask ana.lopez@acme-hotels.com"), Brief(project_id="project_1"), None))


def codes_in(folder: Path, *callables: str) -> set[str]:
    """The codes that modules of a folder make findings or refusals of."""
    found = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            first = node.args[:1] if getattr(node.func, "id", "") in callables else []
            found |= {
                one.value for one in (*named, *first) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return found


def test_every_code_of_a_check_has_its_sentence() -> None:
    codes = codes_in(QUALITY, "_note") - {"empty_field", "too_long_field"}
    assert len(codes) > 10
    split = {"outdated": ("outdated_year", "outdated_term")}
    assert {code for code in codes if not all(knows(f"finding.{key}") for key in split.get(code, (code,)))} == set()
    assert {code for code in codes if not knows(f"findings.{code}")} == set()


def test_every_code_of_a_refusal_has_its_sentence() -> None:
    codes = codes_in(FORMATS, "Refused", "JsonBroken", "_Refused")
    assert len(codes) > 15
    assert {code for code in codes if not knows(f"reason.{code}")} == set()


@pytest.mark.parametrize(
    "text", ["[" * 60_000, "a@" * 30_000, "1 " * 30_000, "**" * 30_000, "word\n" * 12_000, "{" * 60_000]
)
@pytest.mark.timeout(90)  # a square of the length would take many minutes
def test_sixty_thousand_hostile_characters_are_checked_to_their_end(text: str) -> None:
    assert sentences(text, AgreedFormat(sections=("S:",), json_keys=("a",), terms=("Wort",), agreed=True))


@pytest.mark.parametrize("key", [key for key in SENTENCES if key.startswith("finding.")])
def test_a_sentence_about_a_finding_ends_as_one(key: str) -> None:
    assert SENTENCES[key].endswith(".")
