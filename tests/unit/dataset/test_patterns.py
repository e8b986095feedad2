"""What answers have in common is found by counting, in any language, and proposed rather than agreed."""

from dataclasses import replace

import pytest

from dataset.patterns import adherence, find_patterns, follows
from storage.domain import AgreedFormat

STORIES = [
    "**As a** nurse\n**I want to** see the dose in Jira\n**So that** I know\n\n**Acceptance Criteria:**\n- our OKR is met\n- b",
    "**As a** mobile user\n**I want to** log in with Jira\n**So that** I can\n\n**Acceptance criteria**\n- the OKR\n- b\n- c",
    "**As a** user\n**I want to** log\n**So that** I can\n\n**Acceptance Criteria:**\n- for the OKR\n- b",
]
NOTES = {
    "german": [f"Lage: {text}\nNächster Schritt: {text}." for text in ("Schmerz", "Sturz", "Fieber")],
    "chinese": [f"情况：{text}。\n建议：{text}。" for text in ("疼痛", "跌倒", "发烧")],
    "arabic": [f"الحالة: {text}\nالتوصية: {text}" for text in ("ألم", "سقوط", "حمى")],
    "spanish": [f"## Situación\n{text}\n\n## Recomendación\n{text}" for text in ("dolor", "caída", "fiebre")],
}


def test_sections_lists_and_terms_of_user_stories() -> None:
    found = find_patterns(STORIES)

    assert found.sections == ("**As a**", "**I want to**", "**So that**", "**Acceptance Criteria:**")
    assert (found.lists, found.lines, found.terms) == ("bullets", None, ("OKR", "Jira"))
    assert not found.agreed


@pytest.mark.parametrize(
    ("language", "sections"),
    [
        ("german", ("Lage:", "Nächster Schritt:")),
        ("chinese", ("情况：", "建议：")),
        ("arabic", ("الحالة:", "التوصية:")),
        ("spanish", ("## Situación", "## Recomendación")),
    ],
)
def test_sections_of_any_language(language: str, sections: tuple[str, ...]) -> None:
    assert find_patterns(NOTES[language]).sections == sections


def test_a_section_counts_from_four_answers_in_five() -> None:
    outputs = [f"A note: {n}\nRisk: {n}" for n in range(4)] + ["A note: 4"]

    assert find_patterns(outputs).sections == ("A note:", "Risk:")
    assert find_patterns([*outputs, "A note: 5"]).sections == ("A note:",)


def test_sections_stand_in_the_order_of_the_most() -> None:
    outputs = ["Risk: x\nGoal: y", "Goal: x\nRisk: y", "Goal: x\nRisk: y"]

    assert find_patterns(outputs).sections == ("Goal:", "Risk:")


def test_few_short_answers_that_come_again_are_labels() -> None:
    outputs = ["Positive", "negative", "positive", "negative", "neutral", "positive"]

    assert find_patterns(outputs) == AgreedFormat(labels=("positive", "negative", "neutral"))
    assert find_patterns(["好评", "差评", "好评", "好评"]).labels == ("好评", "差评")
    assert find_patterns(["Paris", "Berlin", "Rome", "Oslo"]).labels == ()


def test_the_keys_of_json_answers() -> None:
    outputs = ['{"name": "Eva", "age": 3}', '{"name": "Max", "age": 4}', '{"name": "Ole", "age": 5, "town": "Ulm"}']

    assert find_patterns(outputs) == AgreedFormat(json_keys=("name", "age"))


def test_lines_and_length_with_room_for_the_next() -> None:
    found = find_patterns(["one two three four\nfive six seven eight"] * 3)

    assert (found.lines, found.shortest_words, found.longest_words) == (2, 4, 12)
    assert find_patterns(["word " * 91] * 3).longest_words == 140


def test_german_nouns_are_no_terms() -> None:
    outputs = [f"Wir haben die Lieferung und das OKR für {n} Tage nicht im Lager." for n in ("drei", "vier", "neun")]

    assert find_patterns(outputs).terms == ("OKR",)


def test_nothing_in_common_is_nothing_found() -> None:
    assert find_patterns([]) == find_patterns(["", " "]) == AgreedFormat()


def test_answers_follow_the_format_found_in_them_agreed_or_not() -> None:
    for outputs in (STORIES, *NOTES.values()):
        found = find_patterns(outputs)

        assert adherence(outputs, found) == adherence(outputs, replace(found, agreed=True)) == 1.0


def test_adherence_is_of_structure_and_not_of_style() -> None:
    agreed = AgreedFormat(sections=("Goal:", "Risk:"), lists="bullets", longest_words=3, terms=("OKR",))

    assert follows("Goal: a very long okr\nRisk: b\n1. c\n2. d", agreed)
    assert not follows("Risk: b\nGoal: a", agreed)
    assert adherence(["Goal: a\nRisk: b", "Goal: a", "free", "goal: x\nrisk: y"], agreed) == 0.5
    assert adherence([], agreed) == 0.0
