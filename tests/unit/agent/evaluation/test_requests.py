"""Which requests are asked, what form is wanted of each, and how long an answer may be."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.coverage.packs import Category, Expected, Pack, Prompt, load_packs
from agent.evaluation.requests import (
    FROM_PACK,
    IN_ALL,
    LONGEST_ANSWER,
    MOST_ROWS,
    SHORTEST_ANSWER,
    Lesson,
    answer_tokens,
    form_in,
    form_of,
    requests_of,
    spread,
)
from storage.domain import AgreedFormat
from tests.fakes.answers import TICKET, ticket

LETTER = AgreedFormat(sections=("Dear", "Yours"), agreed=True)


def lessons(train: int = 20, test: int = 3, validation: int = 3, category: str = "ticket") -> list[Lesson]:
    parts = ["train"] * train + ["validation"] * validation + ["test"] * test
    return [
        Lesson(
            id=f"row_{at}",
            part=part,
            category=category,
            instruction="Write the ticket.",
            input=f"{at}",
            output=ticket(at),
        )
        for at, part in enumerate(parts)
    ]


def pack(*prompts: Prompt, words: tuple[str, ...] = ("word",)) -> Pack:
    ids = ("ticket", "letter")
    categories: Any = tuple(
        Category(id=name, title=name, plural=name, area=name, target=5, ask="?", words=words) for name in ids
    )
    return Pack(
        format=1, name="office", title="Office", summary="s", tasks=("office",), categories=categories, prompts=prompts
    )


def prompt(category: str = "ticket", instruction: str = "Do it", **expected: Any) -> Prompt:
    wanted = Expected(**expected) if expected else Expected(longest_words=50, note="Look at the date.")
    return Prompt(group="format", category=category, instruction=instruction, expected=wanted)


def asked(rows: Sequence[Lesson], of: Pack | None = None, **formats: AgreedFormat) -> dict[str, Any]:
    return {one.id: one for one in requests_of(rows, of, formats)}


def test_test_rows_come_first_then_the_packs_prompts() -> None:
    found = requests_of(lessons(test=6), pack(prompt("letter"), prompt("ticket")), {})
    assert [one.source for one in found] == ["row"] * 6 + ["pack"] * 2
    assert [one.category for one in found][-2:] == ["ticket", "letter"], "what was trained is asked first"
    assert all(one.part == "test" and one.reference for one in found[:6])


def test_with_few_test_rows_validation_rows_are_asked_and_say_so() -> None:
    found = requests_of(lessons(test=3), None, {})
    assert [one.part for one in found] == ["test"] * 3 + ["validation"] * 3


def test_known_answers_in_a_pack_spare_the_validation_rows() -> None:
    known = prompt().model_copy(update={"reference": "Customer: Ana"})
    found = requests_of(lessons(test=3), pack(known, known), {})
    assert {one.part for one in found if one.source == "row"} == {"test"}


def test_what_was_never_trained_is_beyond_the_task() -> None:
    found = asked(lessons(), pack(prompt("ticket"), prompt("letter")))
    assert not found["pack_office_1"].beyond
    assert found["pack_office_2"].beyond


def test_situations_are_no_kinds_of_task() -> None:
    """The pack for any other task has everyday and unusual cases: that a project has some says nothing about its prompts."""
    assert asked(lessons(), pack(prompt("ticket"), words=()))["pack_office_1"].beyond
    everyday = load_packs().packs["any-task"]
    assert all(one.beyond for one in requests_of(lessons(category="everyday"), everyday, {}) if one.source == "pack")


def test_a_prompt_that_asks_as_the_rows_do_is_about_the_task() -> None:
    found = asked(lessons(), pack(prompt("letter", "write the ticket"), words=()))["pack_office_1"]
    assert not found.beyond
    assert found.expected.sections == TICKET.sections, "and has their form"


def test_the_agreed_format_counts_before_any_that_is_found() -> None:
    trained = [row for row in lessons() if row.part == "train"]
    assert form_of("ticket", {"ticket": LETTER}, trained) == LETTER
    assert form_of("ticket", {"": LETTER}, trained) == LETTER
    found = form_of("ticket", {"ticket": AgreedFormat(sections=("No:",))}, trained)
    assert found is not None
    assert found.sections == TICKET.sections, "what nobody agreed to is found anew"


def test_whoever_wants_no_format_is_held_to_none() -> None:
    assert form_of("ticket", {"": AgreedFormat(agreed=True)}, lessons()) is None


def test_a_length_that_was_agreed_for_all_leaves_the_structure_of_a_kind_to_its_answers() -> None:
    short = {"": AgreedFormat(longest_words=120, tone="plain", agreed=True)}
    rows = lessons(test=1, validation=0)
    found = form_of("ticket", short, rows)
    assert found is not None
    assert found.sections == TICKET.sections
    (asked_for,) = requests_of(rows, None, short)
    assert asked_for.expected == found
    assert form_of("letter", short, rows) is None, "what all have in common, people have said"
    assert form_of("ticket", {**short, "ticket": AgreedFormat(longest_words=9, agreed=True)}, rows) is None


def test_a_kind_of_few_rows_has_the_form_of_all() -> None:
    rows = [*lessons(validation=0, test=0), *lessons(train=1, validation=0, test=0, category="letter")]
    found = form_of("letter", {}, rows)
    assert found is not None
    assert found.sections == TICKET.sections


def test_two_answers_of_a_kind_and_the_one_that_is_wanted_make_a_form() -> None:
    """Of few rows a kind has hardly more; what all three have in common is no chance."""
    few, *others = lessons(train=12, test=0, validation=0, category="letter"), *lessons(train=2, test=1, validation=0)
    letters = [Lesson(**{**vars(row), "output": f"Dear {row.id}, come.\n\nIt is late."}) for row in few]
    (found,) = requests_of([*letters, *others], None, {})
    assert found.expected is not None
    assert found.expected.sections == TICKET.sections


def test_a_row_is_not_held_to_a_form_that_its_own_answer_has_not() -> None:
    rows = lessons(test=1, validation=0)
    odd = Lesson(**{**vars(rows[-1]), "output": "There is nothing to do."})
    (found,) = requests_of([*rows[:-1], odd], None, {})
    assert found.expected is None
    (agreed,) = requests_of([*rows[:-1], odd], None, {"": TICKET})
    assert agreed.expected is not None, "unless it was agreed"


def test_prose_has_no_form() -> None:
    assert form_in([f"This is an answer of {at} words or so, like any other." for at in range(9)]) is None
    assert form_in([ticket(1)] * 3) is None, "three answers have something in common by chance"


def test_what_a_prompt_asks_for_itself_stays() -> None:
    found = asked(
        lessons(),
        pack(
            prompt(json_keys=("who",)),
            prompt(sections=("Story:",)),
            prompt(sections=("Who:",), lines=1),
            prompt(),
            prompt(instruction="Answer with the lines Why: and How:", sections=("Why:", "How:")),
        ),
    )
    assert found["pack_office_1"].expected.json_keys == ("who",)
    assert found["pack_office_2"].expected.sections == TICKET.sections, "assumed sections give way to the project's own"
    assert found["pack_office_3"].expected.sections == ("Who:",)
    assert found["pack_office_4"].expected.longest_words == 50
    assert found["pack_office_4"].note == "Look at the date."
    assert found["pack_office_5"].expected.sections == ("Why:", "How:")


def test_sections_that_a_pack_assumes_do_not_bind_a_project_that_has_none() -> None:
    prose = [
        Lesson(**{**vars(row), "output": f"Number {row.id} is done, and all is well with it."}) for row in lessons()
    ]
    assert asked(prose, pack(prompt(sections=("Story:",))))["pack_office_1"].expected is None


def test_how_many_are_asked_is_bounded() -> None:
    many = requests_of(lessons(test=300), pack(*[prompt()] * 400, *[prompt("letter")] * 90), {})
    rows = [one for one in many if one.source == "row"]
    assert len(rows) == MOST_ROWS
    assert len(many) - len(rows) == FROM_PACK
    few = requests_of(lessons(test=6), pack(*[prompt("letter")] * 90), {})
    assert len(few) == IN_ALL
    assert len({one.id for one in many}) == len(many)


def test_every_shipped_pack_fills_up_the_requests_of_a_small_project() -> None:
    for name, shipped in load_packs().packs.items():
        found = requests_of(lessons(), shipped, {})
        assert len(found) >= 20, name
        assert len(found) <= IN_ALL


def test_without_rows_or_pack_nothing_is_asked() -> None:
    assert requests_of([], None, {}) == ()


def test_answers_get_half_as_much_again_as_long_training_answers_take() -> None:
    assert answer_tokens([100] * 95 + [4_000] * 5) == 150
    assert answer_tokens([5] * 20) == SHORTEST_ANSWER
    assert answer_tokens([2_000] * 20) == LONGEST_ANSWER
    assert answer_tokens([]) == LONGEST_ANSWER


def test_what_is_left_out_is_spread_over_the_whole() -> None:
    assert spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread(range(3), 5) == [0, 1, 2]
    assert spread(range(3), -1) == []


def test_golden_rows_are_asked_besides_and_say_so() -> None:
    rows = [*lessons(), *(replace(one, id=f"golden_{one.id}", part="golden") for one in lessons()[:3])]
    asked = requests_of(rows, None, {})
    golden = [one for one in asked if one.part == "golden"]
    assert [one.id for one in golden] == [f"golden_{one.id}" for one in lessons()[:3]]
    assert [one for one in asked if one.part != "golden"] == list(requests_of(lessons(), None, {}))


def test_a_request_that_test_rows_repeat_is_asked_once() -> None:
    """Six rows ask the very same, each with another answer: six answers of one model to it would be one answer."""
    rows = lessons(test=8)
    twins = [replace(one, input="the same flat") for one in rows[-6:]]
    found = [one for one in asked([*rows[:-6], *twins]).values() if one.part == "test"]
    assert len(found) == 3
    assert sum(one.input == "the same flat" for one in found) == 1
