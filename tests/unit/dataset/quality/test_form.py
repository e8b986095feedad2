"""Departures are named only from a format that a person agreed to, and sections are compared leniently."""

from dataclasses import replace
from typing import Any

import pytest

from dataset.quality.form import departures, departures_of
from storage.domain import AgreedFormat
from tests.unit.dataset.quality.rows import Example

HANDOVER = AgreedFormat(sections=("Situation:", "Background:", "Recommendation:"), agreed=True)
STORY = AgreedFormat(sections=("**As a**", "**I want to**", "## Acceptance Criteria"), lists="bullets", agreed=True)


def told(output: str, agreed: AgreedFormat) -> list[tuple[str, dict[str, Any]]]:
    return [(finding.code, dict(finding.numbers)) for finding in departures(Example(output=output), agreed)]


def test_nothing_is_said_while_nobody_agreed() -> None:
    assert told("free text", replace(HANDOVER, agreed=False)) == []
    assert departures_of("free text", replace(HANDOVER, agreed=False)) != []


@pytest.mark.parametrize(
    "output",
    [
        "Situation: Pain.\nBackground: Hip.\nRecommendation: Give 5 mg.",
        "**Situation:** Pain.\n\n**Background**\nHip.\n\n## recommendation\nGive 5 mg.",
        "SITUATION：Pain\nBackground :\nHip\nRecommendation: x",
    ],
)
def test_case_colon_and_marks_of_a_section_do_not_count(output: str) -> None:
    assert told(output, HANDOVER) == []


def test_a_line_may_open_a_section_without_marking_it() -> None:
    assert told("As a nurse\nI want to see the dose\n## Acceptance criteria\n- It is shown", STORY) == []


def test_missing_and_misplaced_sections_are_named_as_they_were_agreed() -> None:
    assert told("Background: Hip.\nSituation: Pain.", HANDOVER) == [
        ("missing_section", {"label": "Recommendation:"}),
        ("section_order", {"label": "Situation:", "before": "Background:"}),
    ]


def test_a_section_that_nobody_agreed_to_is_named_with_its_place_if_it_is_marked_like_the_others() -> None:
    output = "Situation: Pain.\nBackground: Hip.\nFamily: Two sons.\nRecommendation: Give 5 mg.\n# Notes"

    (found,) = departures(Example(output=output), HANDOVER)

    assert (found.code, found.numbers, output[found.start : found.end]) == (
        "unknown_section",
        {"label": "Family:"},
        "Family:",
    )


def test_what_stands_in_code_opens_no_section() -> None:
    assert told("Situation: a\n```\nName: b\n```\nBackground: c\nRecommendation: d", HANDOVER) == []


CHINESE = AgreedFormat(sections=("情况：", "背景：", "建议："), agreed=True)
ARABIC = AgreedFormat(sections=("الحالة:", "الخلفية:"), agreed=True)
GERMAN = AgreedFormat(sections=("## Lage", "## Nächster Schritt"), agreed=True)


def test_sections_of_other_languages() -> None:
    assert told("情况：疼痛七分。\n背景：昨天手术。\n建议：给药。", CHINESE) == []
    assert told("情况：疼痛七分。\n建议：给药。", CHINESE) == [("missing_section", {"label": "背景："})]
    assert told("الحالة: ألم شديد\nالخلفية: جراحة أمس", ARABIC) == []
    assert told("## Lage\nText\n\n## NÄCHSTER SCHRITT:\nText", GERMAN) == []


@pytest.mark.parametrize(
    ("agreed", "output", "expected"),
    [
        ({"labels": ("yes", "no")}, "yes\n", []),
        ({"labels": ("yes", "no")}, "Yes", [("not_a_label", {"labels": "yes, no"})]),
        ({"lines": 2}, "one\n\ntwo", []),
        ({"lines": 2}, "one", [("lines", {"lines": 1, "wanted": 2})]),
        ({"longest_words": 3}, "one two three four", [("too_many_words", {"words": 4, "limit": 3})]),
        ({"shortest_words": 3}, "因为支付", [("too_few_words", {"words": 2, "limit": 3})]),
        ({"json_keys": ("name",)}, '```json\n{"name": 1}\n```', []),
        ({"json_keys": ("name",)}, "name: 1", [("not_json", {})]),
        ({"json_keys": ("name",)}, "[1]", [("not_json", {})]),
        ({"json_keys": ("name", "age")}, '{"age": 1}', [("missing_key", {"key": "name"})]),
        ({"json_keys": ("name",)}, "{" * 5000 + "}" * 5000, [("not_json", {})]),
        ({"json_keys": ("name",)}, '{"a":' + "[" * 30_000 + "]" * 30_000 + "}", [("not_json", {})]),
        ({"lists": "bullets"}, "- a\n- b\n  1. c", []),
        ({"lists": "bullets"}, "1. a\n2. b", [("list_style", {"found": "numbers", "wanted": "bullets"})]),
        ({"lists": "numbers"}, "1. a\n- one aside", []),
        ({"terms": ("user story",)}, "A user story. User story two.", []),
        ({"terms": ("user story",)}, "The User-Story", [("term", {"term": "user story", "found": "User-Story"})]),
        ({"terms": ("OKR",)}, "our Okr and okra", [("term", {"term": "OKR", "found": "Okr"})]),
        ({"terms": ("-", "")}, "a - b", []),
    ],
)
def test_other_departures(agreed: dict[str, Any], output: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert told(output, AgreedFormat(**agreed, agreed=True)) == expected


def test_every_departure_is_a_note_on_the_output() -> None:
    found = departures(Example(output="x"), replace(HANDOVER, labels=("a",), lines=3, json_keys=("k",)))

    assert {(finding.field, finding.weight) for finding in found} == {("output", "note")}
