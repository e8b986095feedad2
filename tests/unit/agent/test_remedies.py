"""From a diagnosis to what may help: by rules, within bounds, and nothing in vain twice."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.faults import CODES as CODES_OF_FAULTS
from agent.remedies import Deed, Remedy, Shortcoming, Tried, remedies_against, remedy_for
from storage.domain.recipes import Recipe
from trainer.diagnosis import CODES, Diagnosis
from trainer.recipes import BOUNDS, check

GOOD = Recipe(learning_rate=5e-4, epochs=6, batch_size=2)
"""Recommended."""


def found(code: str, **numbers: Any) -> Diagnosis:
    return Diagnosis(code=code, numbers={"epochs_done": 6.0, **numbers})


NOT_LEARNING = found("not_learning", training_fell=False, validation_rose=False)


def proposed(diagnosis: Diagnosis, recipe: Recipe, *earlier: Tried) -> tuple[str, Any]:
    """The field and value of a run that is proposed, or the deed."""
    remedy = remedy_for(diagnosis, recipe, GOOD, earlier)
    assert remedy is not None
    if remedy.recipe is None:
        return remedy.deed.value, remedy.row_ids
    assert remedy.deed is Deed.TRAIN_AGAIN
    assert replace(remedy.recipe, **{remedy.field: getattr(recipe, remedy.field)}) == recipe, "all else stays"
    return remedy.field, getattr(remedy.recipe, remedy.field)


@pytest.mark.parametrize("code", ["learning", "too_early"])
def test_where_nothing_is_wrong_nothing_is_proposed(code: str) -> None:
    assert remedy_for(found(code), GOOD, GOOD) is None


@pytest.mark.parametrize(
    ("rate", "field", "value"),
    [
        (1e-6, "learning_rate", 5e-4),
        (4e-4, "learning_rate", 5e-4),
        (5e-4, "learning_rate", 1.5e-3),
        (1.5e-3, "epochs", 12),
        (1e-2, "epochs", 12),
    ],
)
def test_a_run_that_does_not_learn_gets_larger_steps_then_more(rate: float, field: str, value: float) -> None:
    assert proposed(NOT_LEARNING, replace(GOOD, learning_rate=rate)) == (field, value)


def test_more_rounds_are_not_proposed_to_a_run_that_stopped_by_itself() -> None:
    diagnosis = found("not_learning", training_fell=False, epochs_done=2.5)
    assert proposed(diagnosis, replace(GOOD, learning_rate=1.5e-3)) == ("give_examples", ())


def test_what_is_learned_by_heart_only_needs_other_examples() -> None:
    assert proposed(found("not_learning", training_fell=True), GOOD) == ("give_examples", ())


def test_steps_that_were_too_large_are_not_made_larger() -> None:
    diagnosis = found("not_learning", training_fell=False, validation_rose=True)
    assert proposed(diagnosis, replace(GOOD, learning_rate=1e-2)) == ("learning_rate", 5e-4)


@pytest.mark.parametrize(("rate", "value"), [(1e-2, 5e-4), (5e-4, 1.7e-4), (1.7e-4, 5e-5), (1e-4, 5e-5)])
def test_a_run_that_diverges_gets_smaller_steps(rate: float, value: float) -> None:
    assert proposed(found("diverging"), replace(GOOD, learning_rate=rate)) == ("learning_rate", value)


def test_where_small_steps_diverge_too_the_rows_at_which_it_broke_are_looked_at() -> None:
    recipe = replace(GOOD, learning_rate=5e-5)
    assert proposed(found("diverging", row_ids=["a", "b"]), recipe) == ("look_at_rows", ("a", "b"))
    assert proposed(found("diverging"), recipe) == ("give_examples", ())


@pytest.mark.parametrize(
    ("rate", "since", "field", "value"),
    [
        (5e-4, 3.5, "epochs", 4),
        (5e-4, 1.0, "epochs", 1),
        (1e-2, 3.5, "learning_rate", 5e-4),
        (5e-4, 0.0, "learning_rate", 1.7e-4),
        (5e-4, None, "learning_rate", 1.7e-4),
        (5e-4, 5.5, "learning_rate", 1.7e-4),
    ],
)
def test_a_run_that_overfits_gets_as_many_epochs_as_did_good(
    rate: float, since: float | None, field: str, value: float
) -> None:
    assert proposed(found("overfitting", since_epoch=since), replace(GOOD, learning_rate=rate)) == (field, value)


def test_the_rows_of_a_spike_are_shown_once_and_then_steps_are_smaller() -> None:
    spike = found("spike", spike_row_ids=["a", "b"])
    assert proposed(spike, GOOD) == ("look_at_rows", ("a", "b"))
    some = Tried(recipe=GOOD, diagnosis=spike, proposed=Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=("b", "c")))
    assert proposed(spike, GOOD, some) == ("look_at_rows", ("a",))
    all_of_them = Tried(recipe=GOOD, diagnosis=spike, proposed=Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=("a", "b")))
    assert proposed(spike, GOOD, all_of_them) == ("learning_rate", 1.7e-4)
    assert proposed(found("spike", spike_row_ids=[]), GOOD) == ("learning_rate", 1.7e-4)


def test_what_repeats_is_shown_once() -> None:
    fast = found("suspiciously_fast")
    assert proposed(fast, GOOD) == ("look_at_repeats", ())
    before = Tried(recipe=GOOD, diagnosis=fast, proposed=Remedy(deed=Deed.LOOK_AT_REPEATS))
    assert proposed(fast, GOOD, before) == ("give_examples", ())


def test_what_did_not_help_before_is_not_proposed_again() -> None:
    low = replace(GOOD, learning_rate=1e-6)
    tried = Tried(recipe=GOOD, diagnosis=NOT_LEARNING)
    assert proposed(NOT_LEARNING, low) == ("learning_rate", 5e-4)
    assert proposed(NOT_LEARNING, low, tried) == ("learning_rate", 1.5e-3), "5e-4 was tried, and did not learn either"
    assert proposed(NOT_LEARNING, low, Tried(recipe=GOOD, diagnosis=found("overfitting"))) == ("learning_rate", 5e-4)


@pytest.mark.parametrize("code", [code for code in CODES if code not in ("learning", "too_early")])
def test_following_the_remedies_one_after_another_ends_with_more_examples(code: str) -> None:
    """Whatever is done, the same is said again: nothing is proposed twice, and in the end only examples are left."""
    recipe = GOOD
    earlier: list[Tried] = []
    told: list[Remedy] = []
    diagnosis = found(code, since_epoch=3.5, spike_row_ids=["a"], training_fell=False, row_ids=["b"])
    for _ in range(12):
        remedy = remedy_for(diagnosis, recipe, GOOD, earlier)
        assert remedy is not None
        told.append(remedy)
        earlier.append(Tried(recipe=recipe, diagnosis=diagnosis, proposed=remedy))
        recipe = remedy.recipe or recipe
    settings = [remedy.recipe for remedy in told if remedy.recipe]
    assert len(settings) == len(set(settings))
    assert told[-1].deed is Deed.GIVE_EXAMPLES
    assert len(settings) <= 4


RECIPES = st.builds(
    Recipe,
    learning_rate=st.floats(*BOUNDS["learning_rate"]),
    epochs=st.integers(1, 50),
    batch_size=st.integers(1, 64),
    rank=st.integers(1, 256),
)


@given(st.sampled_from(CODES), RECIPES, RECIPES, st.lists(RECIPES, max_size=3), st.floats(0, 60), st.booleans())
def test_whatever_is_proposed_is_within_bounds_and_another_recipe(
    code: str, recipe: Recipe, recommended: Recipe, earlier: list[Recipe], since: float, yes: bool
) -> None:
    diagnosis = found(code, since_epoch=since, training_fell=yes, validation_rose=not yes, epochs_done=since)
    tried = [Tried(recipe=other, diagnosis=diagnosis) for other in earlier]
    remedy = remedy_for(diagnosis, recipe, recommended, tried)
    if remedy is not None and remedy.recipe is not None:
        check(remedy.recipe)
        assert remedy.recipe not in (recipe, *earlier)


@pytest.mark.parametrize(
    "remedy",
    [
        Remedy(deed=Deed.TRAIN_AGAIN, field="epochs", recipe=replace(GOOD, epochs=2)),
        Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=("a", "b")),
        Remedy(deed=Deed.GIVE_EXAMPLES),
    ],
)
def test_a_remedy_is_kept_on_its_card_as_json(remedy: Remedy) -> None:
    assert Remedy.from_json(remedy.to_json()) == remedy


class TestAgainstFaultsOfAnswers:
    def test_copies_come_of_too_many_rounds(self) -> None:
        (remedy,) = remedies_against([Shortcoming(code="copied")], GOOD, GOOD)
        assert (remedy.deed, remedy.field, remedy.recipe) == (Deed.TRAIN_AGAIN, "epochs", replace(GOOD, epochs=3))
        assert remedies_against([Shortcoming(code="copied")], GOOD, GOOD, [replace(GOOD, epochs=3)]) == ()

    def test_loops_that_the_base_has_too_get_more_rounds_and_others_smaller_steps(self) -> None:
        learned_ill, *_ = remedies_against([Shortcoming(code="loops")], GOOD, GOOD)
        assert (learned_ill.field, learned_ill.recipe) == ("learning_rate", replace(GOOD, learning_rate=1.7e-4))
        not_learned, *_ = remedies_against([Shortcoming(code="loops", base_too=True)], GOOD, GOOD)
        assert (not_learned.field, not_learned.recipe) == ("epochs", replace(GOOD, epochs=12))

    def test_a_run_that_stopped_early_is_not_told_to_go_on_for_longer(self) -> None:
        """It would stop at the same place again."""
        loops = [Shortcoming(code="loops", base_too=True, kind="refund")]
        assert [one.deed for one in remedies_against(loops, GOOD, GOOD, epochs_done=4.5)] == [Deed.GIVE_EXAMPLES]
        longer, _ = remedies_against(loops, GOOD, GOOD, epochs_done=6.0)
        assert longer.field == "epochs"

    def test_half_the_rounds_are_half_of_those_that_were_made(self) -> None:
        (remedy,) = remedies_against([Shortcoming(code="copied")], GOOD, GOOD, epochs_done=3.6)
        assert remedy.recipe == replace(GOOD, epochs=2)

    def test_rows_that_have_the_fault_themselves_come_before_other_examples(self) -> None:
        short = Shortcoming(code="too_short", row_ids=("a", "b"), kind="refund", words=40)
        rows, examples = remedies_against([short], GOOD, GOOD)
        assert (rows.deed, rows.row_ids) == (Deed.LOOK_AT_ROWS, ("a", "b"))
        assert (examples.deed, examples.kind, examples.words) == (Deed.GIVE_EXAMPLES, "refund", 40)

    def test_of_several_faults_the_gravest_is_helped_first_and_no_deed_is_offered_twice(self) -> None:
        found = [
            Shortcoming(code="leaked", row_ids=("a",)),
            Shortcoming(code="wrong_format", row_ids=("b",)),
            Shortcoming(code="generic", kind="repair"),
        ]
        rows, examples = remedies_against(found, GOOD, GOOD)
        assert (rows.fault, rows.row_ids) == ("leaked", ("a",))
        assert (examples.fault, examples.kind) == ("generic", "repair")

    def test_what_is_cut_off_for_want_of_room_alone_needs_nothing(self) -> None:
        assert remedies_against([Shortcoming(code="cut_off", room=True)], GOOD, GOOD) == ()

    @pytest.mark.parametrize("code", CODES_OF_FAULTS)
    def test_it_survives_json_and_offers_at_most_two(self, code: str) -> None:
        offered = remedies_against([Shortcoming(code=code, row_ids=("a",), kind="k", words=9)], GOOD, GOOD)
        assert 1 <= len(offered) <= 2
        for remedy in offered:
            assert remedy.fault == code
            assert Remedy.from_json(remedy.to_json()) == remedy
            if remedy.recipe:
                check(remedy.recipe)
