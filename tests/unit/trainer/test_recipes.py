"""Recipes: recommended, estimated, checked and changed, all as pure functions."""

import dataclasses
from typing import Any

import pytest

from storage.domain.recipes import Recipe
from trainer import estimates, recipes
from trainer.recipes import SMOLLM2_135M, BadSetting, DataFacts, GuideRule, Reason

GIB = 2**30
MACHINE: dict[str, Any] = {"cores": 2, "memory_free_bytes": 16 * GIB, "disk_free_bytes": 50 * GIB}
SMALL = DataFacts.of_lengths([150] * 20, [150] * 4, [150] * 4)


def rows(count: int, tokens: int = 150) -> DataFacts:
    return DataFacts.of_lengths([tokens] * count, [tokens] * 10)


def recommended(data: DataFacts, machine: dict[str, Any] = MACHINE) -> Recipe:
    return recipes.recommend(data, machine).recipe


class TestRecommend:
    def test_small_data_gets_a_bold_rate_small_batches_and_early_stopping(self) -> None:
        recipe = recommended(SMALL)
        assert (recipe.learning_rate, recipe.rank, recipe.alpha, recipe.batch_size) == (5e-4, 16, 32, 2)
        assert (recipe.epochs, recipe.patience) == (6, 2)

    @pytest.mark.parametrize(("count", "epochs", "rate"), [(49, 6, 5e-4), (50, 3, 5e-4), (1000, 2, 2e-4)])
    def test_more_rows_need_fewer_epochs_and_a_calmer_rate(self, count: int, epochs: int, rate: float) -> None:
        recipe = recommended(rows(count))
        assert (recipe.epochs, recipe.learning_rate) == (epochs, rate)

    @pytest.mark.parametrize(("longest", "context"), [(10, 256), (300, 320), (320, 320), (100_000, 8192)])
    def test_the_context_holds_the_longest_row(self, longest: int, context: int) -> None:
        assert recommended(rows(20, longest), {}).context == context

    def test_a_base_that_reads_more_than_we_train_with_is_not_used_to_its_end(self) -> None:
        longer = dataclasses.replace(SMOLLM2_135M, context=32_768)
        data = DataFacts.of_lengths([150] * 15 + [10_112] * 5, [])
        found = recipes.recommend(data, {}, longer)
        recipes.check(found.recipe)
        assert found.recipe.context == 8192
        reason = found.reasons["context"]
        assert (reason.code, reason.numbers) == ("our_limit", {"longest": 10_112, "left_out": 5})

    @pytest.mark.parametrize("count", [1, 10, 60, 700, 20_000])
    @pytest.mark.parametrize("free", [None, 1 * GIB, 2 * GIB, 16 * GIB])
    def test_what_is_recommended_is_allowed_and_has_a_reason_for_every_field(
        self, count: int, free: int | None
    ) -> None:
        found = recipes.recommend(rows(count), {**MACHINE, "memory_free_bytes": free})
        recipes.check(found.recipe)
        assert set(found.reasons) == set(recipes.BOUNDS)

    def test_more_to_learn_than_an_adapter_holds_gets_a_larger_one(self) -> None:
        found = recipes.recommend(rows(80_000), MACHINE)
        assert found.recipe.rank == 32
        assert found.reasons["rank"] == Reason(code="many_tokens", numbers={"tokens": 12_000_000})


class TestMachine:
    def test_where_memory_is_short_the_rank_falls_before_a_row_is_left_out(self) -> None:
        data = rows(30, 500)
        at_16, at_4 = (estimates.least_memory(Recipe(rank=rank), data, SMOLLM2_135M) for rank in (16, 4))
        found = recipes.recommend(data, {**MACHINE, "memory_free_bytes": (at_16 + at_4) // 2})
        assert found.recipe.rank in (4, 8)
        assert found.reasons["rank"].code == "little_memory"
        assert found.recipe.context >= 500
        assert recipes.preflight(found.recipe, data, {"memory_free_bytes": (at_16 + at_4) // 2}) is None

    def test_where_that_is_not_enough_the_longest_rows_are_left_out_and_counted(self) -> None:
        data = DataFacts.of_lengths([200] * 30 + [5000, 6000])
        machine = {**MACHINE, "memory_free_bytes": 4 * GIB}
        found = recipes.recommend(data, machine)
        assert found.reasons["context"].code == "little_memory"
        assert found.reasons["context"].numbers == {"longest": 6000, "left_out": 2}
        assert 200 <= found.recipe.context < 5000
        assert recipes.preflight(found.recipe, data, machine) is None

    def test_nothing_is_left_out_where_too_few_rows_would_stay(self) -> None:
        data, machine = rows(30, 5000), {**MACHINE, "memory_free_bytes": 4 * GIB}
        found = recipes.recommend(data, machine)
        assert found.recipe.context >= 5000
        failure = recipes.preflight(found.recipe, data, machine)
        assert failure is not None
        assert failure.code == "no_memory"

    def test_a_graphics_card_counts_by_its_own_memory(self) -> None:
        small_card = {**MACHINE, "gpu": "NVIDIA T400", "gpu_memory_bytes": 2 * GIB}
        data = DataFacts.of_lengths([100] * 30 + [3000])
        assert recommended(data).context >= 3000
        assert recommended(data, small_card).context < 3000

    def test_a_run_that_would_not_end_in_a_night_gets_fewer_epochs(self) -> None:
        data = rows(20_000, 400)
        slow, quick = ({**MACHINE, "seconds_per_token": {"smol": pace}} for pace in (0.01, 0.001))
        found = recipes.recommend(data, slow, base_name="smol")
        assert found.recipe.epochs == 1
        assert found.reasons["epochs"].code == "slow_machine"
        assert found.reasons["epochs"].numbers["usual"] == 2
        assert recipes.recommend(data, quick, base_name="smol").recipe.epochs == 2

    def test_the_best_batch_for_the_rows_is_the_best_one_everywhere(self) -> None:
        poor = {"cores": 1, "memory_bytes": 4 * GIB, "memory_free_bytes": 3 * GIB}
        assert recommended(rows(600), poor).batch_size == recommended(rows(600)).batch_size == 8


class TestGuide:
    """Its numbers stand here as the guide has them."""

    @pytest.mark.parametrize(
        ("name", "rate", "batch", "epochs", "context"),
        [("documents", 1e-4, 2, 5, 4096), ("communications", 3e-4, 8, 3, 2048), ("mixed", 2e-4, 4, 3, 4096)],
    )
    def test_presets(self, name: str, rate: float, batch: int, epochs: int, context: int) -> None:
        recipe = recipes.with_preset(Recipe(rank=8, seed=3), name)
        assert (recipe.learning_rate, recipe.batch_size, recipe.epochs, recipe.context) == (
            rate,
            batch,
            epochs,
            context,
        )
        assert (recipe.rank, recipe.seed) == (8, 3), "what the guide says nothing of stays"
        assert recipes.preset_of(recipe) == name

    def test_a_preset_goes_no_further_than_the_base(self) -> None:
        short = dataclasses.replace(SMOLLM2_135M, context=1024)
        assert recipes.with_preset(Recipe(), "mixed", short).context == 1024

    def test_a_recipe_of_ones_own_is_no_preset(self) -> None:
        assert recipes.preset_of(recommended(SMALL)) is None

    def test_where_its_rules_of_thumb_say_otherwise_they_are_named_with_the_reason(self) -> None:
        reasons = recipes.recommend(SMALL, {**MACHINE, "memory_bytes": 16 * GIB}).reasons
        named = {field: reason.guide for field, reason in reasons.items() if reason.guide}
        assert named == {
            "learning_rate": GuideRule(name="small_data_rate", value=1e-4, because="adapter_rate"),
            "epochs": GuideRule(name="small_data_epochs", value=2, because="early_stopping"),
            "batch_size": GuideRule(name="usual_batch", value=4, because="small_batches"),
            "context": GuideRule(name="usual_context", value=4096, because="longest_row"),
        }

    def test_where_it_says_the_same_nothing_is_named(self) -> None:
        reasons = recipes.recommend(rows(60), {}).reasons
        assert reasons["epochs"].guide is None
        assert reasons["batch_size"].guide is None
        assert recipes.recommend(rows(1000), {}).reasons["learning_rate"].guide is None

    @pytest.mark.parametrize(
        ("memory", "count", "rule"), [(4, 60, "small_memory_batch"), (64, 60, "large_memory_batch")]
    )
    def test_its_batch_goes_by_memory_and_ours_does_not(self, memory: int, count: int, rule: str) -> None:
        guide = recipes.recommend(rows(count), {**MACHINE, "memory_bytes": memory * GIB}).reasons["batch_size"].guide
        assert guide is not None
        assert guide.name == rule


class TestPreflight:
    @pytest.mark.parametrize(
        ("data", "machine", "code"),
        [
            (rows(0), MACHINE, "nothing_to_learn"),
            (DataFacts.of_lengths([9] * 9), MACHINE, "too_few_rows"),
            (SMALL, {**MACHINE, "memory_free_bytes": GIB}, "no_memory"),
            (SMALL, {**MACHINE, "disk_free_bytes": 2**20}, "no_disk"),
        ],
    )
    def test_refusals(self, data: DataFacts, machine: dict[str, Any], code: str) -> None:
        failure = recipes.preflight(Recipe(), data, machine)
        assert failure is not None
        assert failure.code == code

    def test_a_resource_that_is_missing_is_named_with_both_numbers(self) -> None:
        failure = recipes.preflight(Recipe(), SMALL, {**MACHINE, "memory_free_bytes": GIB})
        assert failure is not None
        assert failure.numbers["needed"] > failure.numbers["free"] == GIB

    def test_ten_rows_on_a_machine_that_tells_nothing_may_start(self) -> None:
        assert recipes.preflight(Recipe(), DataFacts.of_lengths([50] * 10), {}) is None


class TestChange:
    def test_a_person_may_write_the_number(self) -> None:
        assert recipes.change(Recipe(), "learning_rate", "2e-4").learning_rate == 2e-4
        assert recipes.change(Recipe(), "epochs", "5").epochs == 5

    @pytest.mark.parametrize("field", recipes.BOUNDS)
    def test_both_bounds_are_allowed_and_nothing_beyond(self, field: str) -> None:
        low, high = recipes.BOUNDS[field]
        for value in (low, high):
            assert getattr(recipes.change(Recipe(), field, value), field) == value
        for value in (low - 1, high + 1):
            with pytest.raises(BadSetting) as caught:
                recipes.change(Recipe(), field, value)
            assert (caught.value.code, caught.value.low, caught.value.high) == ("out_of_bounds", low, high)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("colour", 3, "unknown_setting"),
            ("epochs", "many", "not_a_number"),
            ("epochs", 2.5, "not_a_number"),
            ("epochs", True, "not_a_number"),
            ("learning_rate", "nan", "not_a_number"),
            ("learning_rate", "inf", "not_a_number"),
            ("seed", None, "not_a_number"),
        ],
    )
    def test_what_is_no_setting_is_refused_with_a_code(self, field: str, value: object, code: str) -> None:
        with pytest.raises(BadSetting) as caught:
            recipes.change(Recipe(), field, value)
        assert (caught.value.code, caught.value.field) == (code, field)

    def test_every_field_that_can_be_set_has_bounds(self) -> None:
        assert {*recipes.BOUNDS, "from_version"} == set(Recipe().to_json())

    @pytest.mark.parametrize("version", [-1, 1.5, "2", True, None])
    def test_a_run_begins_with_a_version_by_its_number_or_afresh(self, version: Any) -> None:
        recipes.check(Recipe(from_version=2))
        with pytest.raises(BadSetting):
            recipes.check(Recipe(from_version=version))
