"""A person's correction of the plan, in a few words of five languages; what is half understood changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.coverage import Pack, changed, load_packs
from storage.domain import CoveragePlan

PM = load_packs().packs["product-manager"]
PLAN = CoveragePlan(total=24, targets={"recipe": 12, "order-form": 6, "story": 6})
CHANGES = {
    # With a number the total follows.
    "recipes 8": (8, 6, 6),
    "8 recipes": (8, 6, 6),
    "recipes: 8, order forms: 2": (8, 2, 6),
    "two more bread stories": (12, 6, 8),
    "4 fewer recipes": (8, 6, 6),
    "eight recipes and one order form": (8, 1, 6),
    "Recipes 0": (0, 6, 6),
    # Without one it stays, and the others take what is freed.
    "fewer recipes": (8, 8, 8),
    "weniger Rezepte": (8, 8, 8),
    "more stories": (11, 5, 8),
    "no stories": (16, 8, 0),
    "I don't want stories, please": (16, 8, 0),
    "without grandmother": (16, 8, 0),
    "keine Bestellungen": (16, 0, 8),
    "不要食谱": (0, 12, 12),
    "بدون وصفة": (0, 12, 12),
    "only recipes": (24, 0, 0),
    "only recipes and stories": (16, 0, 8),
    "nur Rezepte": (24, 0, 0),
    # The whole.
    "total 30": (15, 8, 7),
    "30 examples": (15, 8, 7),
    "总共 12": (6, 3, 3),
    "fewer examples": (8, 4, 4),
    "12 more examples": (18, 9, 9),
    "recipes 4, total 24": (4, 10, 10),
    "total 24; recipes 4": (4, 10, 10),
    # An area is all of its categories.
    "counter 6": (12, 3, 3),
}
NOT_UNDERSTOOD = [
    "",
    "recipes",
    "make it nicer",
    "no",
    "8",
    "recipes 8 9",
    "recipes 8 but without nuts",
    "no recipes, and then some",
    "no cakes",
    "no recipes, no order forms, no stories",
    "total 2",
    "total 100000",
    "recipes 99999",
    "only cakes",
    "8 allergies",
    "recipes -",
    "x" * 60_000,
    "no " * 20_000,
]


@pytest.mark.parametrize(("text", "numbers"), CHANGES.items())
def test_a_correction_is_understood(bakery: Pack, text: str, numbers: tuple[int, int, int]) -> None:
    plan = changed(PLAN, bakery, text)

    assert plan is not None
    assert tuple(plan.targets.get(name, 0) for name in ("recipe", "order-form", "story")) == numbers
    assert plan.total == sum(numbers)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_wholly_understood_changes_nothing(bakery: Pack, text: str) -> None:
    assert changed(PLAN, bakery, text) is None


def test_a_category_that_the_plan_lacks_can_be_added(bakery: Pack) -> None:
    plan = CoveragePlan(total=12, targets={"recipe": 12})

    with_number, without = changed(plan, bakery, "stories 3"), changed(plan, bakery, "add stories")
    assert with_number is not None
    assert without is not None
    assert (with_number.total, with_number.targets) == (15, {"recipe": 12, "story": 3})
    assert (without.total, without.targets) == (12, {"recipe": 6, "story": 6})


def test_an_aspect_is_skipped_in_all_categories_and_taken_up_again(bakery: Pack) -> None:
    without = changed(PLAN, bakery, "no allergies")
    assert without is not None
    assert without.skipped == ("recipe/allergy", "order-form/allergy", "story/allergy")
    assert without.targets == PLAN.targets

    again = changed(without, bakery, "more allergies")
    assert again is not None
    assert again.skipped == ()


def test_a_skipped_category_that_is_asked_for_by_name_is_not_skipped_any_more(bakery: Pack) -> None:
    plan = changed(CoveragePlan(total=8, targets={"recipe": 4, "story": 4}, skipped=("story/",)), bakery, "stories 6")

    assert plan is not None
    assert plan.skipped == ()


def test_and_within_a_name_does_not_split_it() -> None:
    plan = CoveragePlan(total=12, targets={"user-story": 6, "okr": 6})
    after = changed(plan, PM, "user stories 8 and OKRs 2")

    assert after is not None
    assert after.targets == {"user-story": 8, "okr": 2}


SIGNS = ["no", "only", "more", "fewer", "total", "3", "12", "recipes", "stories", ",", "and"]


@given(st.text(max_size=80) | st.lists(st.sampled_from(SIGNS)).map(" ".join))
def test_whatever_is_written_a_plan_stays_a_plan(bakery: Pack, text: str) -> None:
    plan = changed(PLAN, bakery, text)

    if plan is not None:
        assert plan.total == sum(plan.targets.values()) > 0
        assert all(part > 0 and bakery.category(name) for name, part in plan.targets.items())
