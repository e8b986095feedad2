"""Recipes: recommended, estimated, checked and changed, all as pure functions."""

from typing import Any

import pytest

from storage.domain.recipes import Recipe
from trainer import recipes
from trainer.recipes import SMOLLM2_135M, BadSetting, BaseFacts, DataFacts

GIB = 2**30
MACHINE: dict[str, Any] = {"cores": 2, "memory_free_bytes": 16 * GIB, "disk_free_bytes": 50 * GIB}
SMALL = DataFacts.of_lengths([150] * 20, [150] * 4, [150] * 4)


def rows(count: int, tokens: int = 150) -> DataFacts:
    return DataFacts.of_lengths([tokens] * count, [tokens] * 10)


class TestRecommend:
    def test_small_data_gets_a_bold_rate_small_batches_and_early_stopping(self) -> None:
        recipe = recipes.recommend(SMALL, MACHINE)
        assert (recipe.learning_rate, recipe.rank, recipe.alpha, recipe.batch_size) == (5e-4, 16, 32, 2)
        assert (recipe.epochs, recipe.patience) == (6, 2)

    @pytest.mark.parametrize(("count", "epochs", "rate"), [(49, 6, 5e-4), (50, 3, 5e-4), (1000, 2, 2e-4)])
    def test_more_rows_need_fewer_epochs_and_a_calmer_rate(self, count: int, epochs: int, rate: float) -> None:
        recipe = recipes.recommend(rows(count), MACHINE)
        assert (recipe.epochs, recipe.learning_rate) == (epochs, rate)

    @pytest.mark.parametrize(("longest", "context"), [(10, 256), (300, 320), (320, 320), (100_000, 8192)])
    def test_the_context_holds_the_longest_row(self, longest: int, context: int) -> None:
        assert recipes.recommend(rows(20, longest), {}).context == context

    @pytest.mark.parametrize("count", [1, 10, 60, 700, 20_000])
    def test_what_is_recommended_is_allowed(self, count: int) -> None:
        recipes.check(recipes.recommend(rows(count), MACHINE))


class TestEstimate:
    def test_a_measured_pace_gives_a_narrow_range_around_it(self) -> None:
        machine = {**MACHINE, "seconds_per_token": {"smol": 0.01}}
        estimate = recipes.estimate(Recipe(epochs=3), SMALL, machine, "smol")
        tokens = 3 * 20 * 150 + 7 * 4 * 150 / 2
        assert estimate.measured
        assert estimate.seconds_low < 0.01 * tokens + 40 < estimate.seconds_high + 10
        assert estimate.seconds_high < 2 * estimate.seconds_low + 40

    def test_without_one_the_range_is_wide_and_says_so(self) -> None:
        estimate = recipes.estimate(Recipe(), SMALL, MACHINE, "smol")
        assert not estimate.measured
        assert estimate.seconds_high > 2 * estimate.seconds_low

    @pytest.mark.parametrize(("batch", "tokens", "peak"), [(4, 100, 2070), (1, 800, 3115)])
    def test_memory_is_near_the_measured_peaks_and_not_below(self, batch: int, tokens: int, peak: int) -> None:
        estimate = recipes.estimate(Recipe(batch_size=batch), rows(20, tokens), MACHINE)
        assert peak <= estimate.memory_bytes / 2**20 < 1.5 * peak

    def test_the_arithmetic_of_memory_is_the_workers_own(self) -> None:
        from trainer.worker import resources  # imports torch, so no other test of this file pays for it

        config = {
            "hidden_size": 576,
            "num_hidden_layers": 30,
            "num_attention_heads": 9,
            "num_key_value_heads": 3,
            "intermediate_size": 1536,
            "vocab_size": 49152,
        }
        short, long = (recipes.estimate(Recipe(), rows(20, tokens), MACHINE).memory_bytes for tokens in (2000, 2001))
        assert long - short == resources.bytes_per_token(config, 16)
        assert resources.adapter_parameters(config, 16) == SMOLLM2_135M.adapter_parameters(16)

    def test_a_batch_that_is_taken_in_passes_needs_no_more_than_its_longest_row(self) -> None:
        small, large = (recipes.estimate(Recipe(batch_size=size), rows(99, 1500), MACHINE) for size in (1, 16))
        assert small.memory_bytes == large.memory_bytes

    def test_longer_rows_need_more_memory_and_a_higher_rank_more_disk(self) -> None:
        short, long = (recipes.estimate(Recipe(), rows(20, tokens), MACHINE) for tokens in (100, 1000))
        low, high = (recipes.estimate(Recipe(rank=rank), SMALL, MACHINE) for rank in (8, 64))
        assert short.memory_bytes < long.memory_bytes
        assert low.disk_bytes < high.disk_bytes


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

    def test_every_field_of_a_recipe_has_bounds(self) -> None:
        assert set(recipes.BOUNDS) == set(Recipe().to_json())


def test_the_shape_of_smollm2_follows_from_its_config() -> None:
    config = {
        "hidden_size": 576,
        "num_hidden_layers": 30,
        "num_attention_heads": 9,
        "num_key_value_heads": 3,
        "intermediate_size": 1536,
        "vocab_size": 49152,
        "tie_word_embeddings": True,
        "max_position_embeddings": 8192,
    }
    found = BaseFacts.of_config(config)
    assert abs(found.parameters - SMOLLM2_135M.parameters) < 100_000  # the norms, which are not counted
    assert found.adapter_parameters(16) == SMOLLM2_135M.adapter_parameters(16) == 4_884_480
