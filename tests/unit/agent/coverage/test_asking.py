"""The next question says how far we are, and what is missing."""

from agent.coverage import Pack, question, thinnest
from storage.domain import CoveragePlan, Row
from tests.unit.agent.coverage.conftest import row

PLAN = CoveragePlan(total=10, targets={"recipe": 7, "story": 3})


def asked(bakery: Pack, rows: list[Row]) -> str:
    return question(thinnest(bakery, PLAN, rows), PLAN, rows, bakery)


def test_the_first_of_a_kind(bakery: Pack) -> None:
    assert asked(bakery, []) == "0 of 10. No recipes yet. Could you give me a recipe?"


def test_another_of_a_kind(bakery: Pack) -> None:
    rows = [row("recipe"), row("story")]

    assert asked(bakery, rows) == "2 of 10. 1 of 7 recipes so far. Could you give me a recipe?"


def test_one_with_an_aspect_that_none_shows(bakery: Pack) -> None:
    rows = [*(row("story") for _ in range(3)), *(row("recipe") for _ in range(5))]

    assert asked(bakery, rows) == "8 of 10. 5 recipes, none with an allergy: could you give me one?"


def test_one_with_an_aspect_that_few_show(bakery: Pack) -> None:
    plan = CoveragePlan(total=15, targets={"recipe": 15})
    rows = [
        row("recipe", "allergy", "table"),
        row("recipe", "table"),
        row("recipe", "table"),
        *(row() for _ in range(3)),
    ]
    cell = thinnest(bakery, plan, rows)

    assert question(cell, plan, rows, bakery) == (
        "6 of 15. 6 recipes, only 1 with an allergy: could you give me another one like that?"
    )


def test_a_full_plan(bakery: Pack) -> None:
    rows = [*(row("story") for _ in range(3)), *(row("recipe") for _ in range(7))]

    assert asked(bakery, rows) == "10 of 10. That is all that we planned."


def test_more_than_was_planned_while_a_kind_is_missing(bakery: Pack) -> None:
    rows = [row("recipe") for _ in range(12)]

    assert asked(bakery, rows).startswith("12 approved, where 10 were planned. No bread stories yet. ")
