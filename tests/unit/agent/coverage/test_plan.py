"""Which pack, how many of what, and which cell is the thinnest."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.coverage import Cell, Pack, cells, load_packs, plan_for, progress, suggest, thinnest
from agent.coverage.packs import FALLBACK
from agent.coverage.plan import FEWEST, divided
from storage.domain import CoveragePlan, Row, RowStatus
from tests.unit.agent.coverage.conftest import row

PACKS = load_packs().packs
PM = PACKS["product-manager"]

# Packs


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        ("Write user stories the way my team likes them", "product-manager"),
        ("Akzeptanzkriterien für unser Backlog", "product-manager"),
        ("Escribir historias de usuario", "product-manager"),
        ("帮产品经理写用户故事", "product-manager"),
        ("كتابة قصص المستخدم ومعايير القبول", "product-manager"),
    ],
)
def test_the_pack_that_fits_a_goal_is_suggested_first(goal: str, name: str) -> None:
    assert suggest(PACKS, goal)[0].name == name


def test_what_was_given_already_helps_where_the_goal_says_little() -> None:
    assert suggest(PACKS, "Do my Mondays", ["Write a user story", "Write a PRD"])[0].name == "product-manager"


def test_a_goal_that_suggests_none_gets_a_users_own_pack_then_the_general_ones(bakery: Pack) -> None:
    ranked = [pack.name for pack in suggest({**PACKS, "bakery": bakery}, "…")]

    assert ranked == ["bakery", *(name for name in FALLBACK if name in PACKS)]


# Plans


def test_a_plan_has_the_categories_that_the_goal_names(bakery: Pack) -> None:
    assert plan_for(bakery, goal="bread stories and order forms").targets == {"story": 12, "order-form": 12}
    assert plan_for(bakery, goal="Rezepte von Oma").targets == {"recipe": 24}
    assert plan_for(bakery, goal="something").targets == {"recipe": 12, "order-form": 6, "story": 6}


def test_chosen_categories_go_before_what_the_goal_names(bakery: Pack) -> None:
    assert plan_for(bakery, chosen=["recipe"], goal="bread stories").targets == {"recipe": 24}
    assert plan_for(bakery, total=2, chosen=["recipe", "order-form", "story"]).targets == {"recipe": 1, "order-form": 1}


def test_a_plan_of_24_has_the_six_main_kinds_of_the_guide() -> None:
    targets = plan_for(PM).targets

    assert list(targets) == [
        "user-story",
        "feature-prd",
        "status-update",
        "okr",
        "competitive-analysis",
        "kpi-definition",
    ]
    assert sum(targets.values()) == 24
    assert min(targets.values()) >= FEWEST


@given(st.integers(1, 500), st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_a_total_is_divided_to_the_last_row(total: int, weights: list[int]) -> None:
    named = {str(place): weight for place, weight in enumerate(weights)}
    parts = divided(total, named)

    assert list(parts) == list(named)
    assert sum(parts.values()) == total
    assert min(parts.values()) >= min(FEWEST, total // len(weights))
    by_weight = sorted(named, key=lambda name: named[name])
    assert [parts[name] for name in by_weight] == sorted(parts.values()) or len(set(weights)) < len(weights)


@given(
    st.integers(-5, 300), st.lists(st.sampled_from([category.id for category in PM.categories])), st.text(max_size=40)
)
def test_a_plan_holds_its_total_whatever_is_asked(total: int, chosen: list[str], goal: str) -> None:
    plan = plan_for(PM, total, chosen, goal)

    assert plan == plan_for(PM, total, chosen, goal)
    assert sum(plan.targets.values()) == plan.total == max(1, total)
    assert all(plan.targets.values())


# The thinnest cell

PLAN = CoveragePlan(total=12, targets={"recipe": 6, "order-form": 3, "story": 3})


def key(pack: Pack, plan: CoveragePlan, rows: list[Row]) -> str | None:
    cell = thinnest(pack, plan, rows)
    return cell.key if cell else None


def test_the_category_furthest_below_its_target_is_asked_for(bakery: Pack) -> None:
    assert key(bakery, PLAN, []) == "recipe/"
    assert key(bakery, PLAN, [row("recipe")]) == "order-form/"
    assert key(bakery, PLAN, [row("recipe"), row("order-form"), row("story")]) == "recipe/", (
        "1 of 6 is less than 1 of 3"
    )


def test_once_a_category_has_three_rows_an_aspect_that_none_shows_is_asked_for(bakery: Pack) -> None:
    others = [row(name) for name in ("order-form", "story") for _ in range(3)]

    assert key(bakery, PLAN, [*others, row(), row()]) == "recipe/"
    assert key(bakery, PLAN, [*others, row(), row(), row()]) == "recipe/allergy"
    assert key(bakery, PLAN, [*others, row("recipe", "allergy"), row(), row()]) == "recipe/table"
    assert key(bakery, PLAN, [*others, row("recipe", "allergy", "table"), row(), row()]) == "recipe/"


def test_an_aspect_that_keeps_pace_with_its_category_is_not_asked_for_yet(bakery: Pack) -> None:
    plan = CoveragePlan(total=15, targets={"recipe": 15})
    shown = [row("recipe", "allergy", "table") for _ in range(2)]

    assert key(bakery, plan, [*shown, row(), row()]) == "recipe/", "2 of 3 is more than 4 of 15"
    assert key(bakery, plan, [*shown, *(row() for _ in range(9))]) == "recipe/allergy", "2 of 3 is less than 11 of 15"


def test_of_two_missing_aspects_the_one_that_is_rarer_elsewhere_comes_first(bakery: Pack) -> None:
    others = [row("order-form"), row("order-form"), row("order-form"), *(row("story", "allergy") for _ in range(3))]

    assert key(bakery, PLAN, [*others, row(), row(), row()]) == "recipe/table"


def test_what_was_skipped_is_not_asked_for(bakery: Pack) -> None:
    rows = [row(name) for name in ("recipe", "order-form", "story") for _ in range(3)]
    plan = replace(PLAN, skipped=("recipe/allergy",))

    assert key(bakery, plan, rows) == "recipe/table"
    assert key(bakery, replace(plan, skipped=("recipe/",)), rows) is None
    assert key(bakery, replace(plan, skipped=("recipe/",)), rows[:3]) == "order-form/"


def test_rejected_rows_and_those_without_an_answer_do_not_count(bakery: Pack) -> None:
    rows = [row(status=RowStatus.REJECTED), row(status=RowStatus.PENDING, output=" "), row(status=RowStatus.PENDING)]

    assert progress(bakery, PLAN, rows) == (1, 12)


def test_a_category_above_its_target_does_not_make_up_for_another(bakery: Pack) -> None:
    assert progress(bakery, PLAN, [row("story") for _ in range(7)]) == (3, 12)


def test_rows_that_cannot_be_sorted_count_for_the_whole(bakery: Pack) -> None:
    rows = [row("") for _ in range(11)]

    assert progress(bakery, PLAN, rows) == (11, 12)
    assert key(bakery, PLAN, rows) == "recipe/"
    assert key(bakery, PLAN, [*rows, row("of-another-pack")]) is None


def test_a_plan_for_categories_that_the_pack_no_longer_has_asks_for_none(bakery: Pack) -> None:
    assert key(bakery, CoveragePlan(total=4, targets={"gone": 4}), []) is None
    assert progress(bakery, CoveragePlan(), []) == (0, 0)


CATEGORIES = [category.id for category in PM.categories]
ASPECTS = [aspect.id for aspect in PM.aspects]
KEYS = [f"{category}/{aspect}" for category in CATEGORIES[:8] for aspect in ("", *ASPECTS[:3])]
plans = st.builds(
    CoveragePlan,
    targets=st.dictionaries(st.sampled_from([*CATEGORIES[:8], "gone"]), st.integers(0, 7), max_size=6),
    skipped=st.lists(st.sampled_from(KEYS), max_size=8).map(tuple),
)
some_rows = st.lists(
    st.builds(
        lambda category, aspects, status: row(category, *sorted(aspects), status=status),
        st.sampled_from([*CATEGORIES[:9], ""]),
        st.sets(st.sampled_from(ASPECTS), max_size=3),
        st.sampled_from(RowStatus),
    ),
    max_size=30,
)


@given(plans, some_rows)
def test_neither_a_skipped_nor_a_full_category_is_ever_asked_for(plan: CoveragePlan, rows: list[Row]) -> None:
    cell = thinnest(PM, plan, rows)
    have, total = progress(PM, plan, rows)

    assert (cell is None) == (have >= total)
    if cell is not None:
        assert cell.key not in plan.skipped
        assert f"{cell.category.id}/" not in plan.skipped
        whole = next(one for one in cells(PM, plan, rows) if one.category == cell.category and one.aspect is None)
        assert not whole.is_full
        assert not cell.is_full


@given(plans, some_rows)
def test_doing_as_asked_ends_with_a_full_plan(plan: CoveragePlan, rows: list[Row]) -> None:
    have, total = progress(PM, plan, rows)
    for _ in range(total - have):
        cell = thinnest(PM, plan, rows)
        assert cell is not None
        rows = [*rows, row(cell.category.id, *_aspects(cell))]

    assert thinnest(PM, plan, rows) is None
    assert progress(PM, plan, rows) == (total, total)


def _aspects(cell: Cell) -> list[str]:
    return [cell.aspect.id] if cell.aspect else []
