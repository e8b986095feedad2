"""What a run takes: time, memory and disk, by arithmetic and by what was measured."""

from typing import Any

import pytest

from storage.domain.recipes import Recipe
from trainer.estimates import SMOLLM2_135M, BaseFacts, DataFacts, estimate, free_memory, losses_seconds, tokens_that_fit

GIB = 2**30
MACHINE: dict[str, Any] = {"cores": 2, "memory_free_bytes": 16 * GIB, "disk_free_bytes": 50 * GIB}
CARD = {**MACHINE, "gpu": "NVIDIA T4", "gpu_memory_bytes": 15 * GIB}
SMALL = DataFacts.of_lengths([150] * 20, [150] * 4, [150] * 4)
SMOLLM2_CONFIG = {
    "hidden_size": 576,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "intermediate_size": 1536,
    "vocab_size": 49152,
    "tie_word_embeddings": True,
    "max_position_embeddings": 8192,
}


def rows(count: int, tokens: int = 150) -> DataFacts:
    return DataFacts.of_lengths([tokens] * count, [tokens] * 10)


class TestEstimate:
    def test_a_measured_pace_gives_a_narrow_range_around_it(self) -> None:
        machine = {**MACHINE, "seconds_per_token": {"smol": 0.01}}
        found = estimate(Recipe(epochs=3), SMALL, machine, "smol", requests=0)
        tokens = 3 * 20 * 150 + (7 * 4 + 2 * 2 * 4) * 150 / 2
        assert found.measured
        assert found.seconds_low < 0.01 * tokens + 50 < found.seconds_high
        assert found.seconds_high < 2 * found.seconds_low + 90

    def test_losses_take_two_passes_over_a_row_each_half_of_a_training_pass(self) -> None:
        low, high = losses_seconds(1000, {**MACHINE, "seconds_per_token": {"smol": 0.01}}, "smol")
        assert low < 2 * 1000 * 0.01 / 2 < high
        slow, slower = losses_seconds(1000, MACHINE, "smol")
        assert 0 < slow < slower
        assert losses_seconds(0, MACHINE) == (0, 0)

    def test_a_version_beside_the_two_reads_the_test_rows_too(self) -> None:
        machine = {**MACHINE, "seconds_per_token": {"smol": 0.01}}
        few, many = DataFacts.of_lengths([150] * 20, [150] * 4), SMALL
        two, three = (
            estimate(Recipe(), many, machine, "smol", requests=0, sides=sides).seconds_high
            - estimate(Recipe(), few, machine, "smol", requests=0, sides=sides).seconds_high
            for sides in (2, 3)
        )
        assert three == pytest.approx(1.5 * two)

    def test_without_one_the_range_is_wide_and_says_so(self) -> None:
        found = estimate(Recipe(), SMALL, MACHINE, "smol")
        assert not found.measured
        assert found.seconds_low < found.seconds_middle < found.seconds_high
        assert found.seconds_high > 2 * found.seconds_low

    @pytest.mark.parametrize(("bfloat16", "measured"), [(True, 423), (True, 183), (False, 213), (False, 145)])
    def test_the_range_holds_the_paces_that_were_measured_on_two_cores(self, bfloat16: bool, measured: int) -> None:
        data = DataFacts.of_lengths([100] * 10_000)
        found = estimate(Recipe(epochs=1), data, {**MACHINE, "bfloat16": bfloat16})
        assert found.seconds_low < data.train_tokens / measured < found.seconds_high

    def test_comparison_and_saving_are_in_it(self) -> None:
        none, many = (estimate(Recipe(), SMALL, MACHINE, requests=requests) for requests in (0, 30))
        assert none.seconds_low > 10, "three processes start, each reads the base"
        assert none.seconds_high < many.seconds_high
        assert (
            estimate(Recipe(), SMALL, MACHINE).seconds_high
            == estimate(Recipe(), SMALL, MACHINE, requests=4).seconds_high
        )

    def test_fewer_adapted_blocks_are_quicker(self) -> None:
        machine = {**MACHINE, "seconds_per_token": {"smol": 0.01}}
        whole, half = (
            estimate(Recipe(adapted_share=share), rows(5000), machine, "smol").seconds_low for share in (1.0, 0.5)
        )
        assert 0.7 < half / whole < 0.8

    def test_more_cores_and_a_graphics_card_are_quicker(self) -> None:
        large = rows(5000)
        one, eight = (estimate(Recipe(), large, {**MACHINE, "cores": cores}).seconds_middle for cores in (1, 8))
        assert estimate(Recipe(), large, CARD).seconds_middle < eight < one

    @pytest.mark.parametrize(("batch", "tokens", "peak"), [(4, 100, 2070), (1, 800, 3115)])
    def test_memory_is_near_the_measured_peaks_and_not_below(self, batch: int, tokens: int, peak: int) -> None:
        found = estimate(Recipe(batch_size=batch), rows(20, tokens), MACHINE)
        assert peak <= found.memory_bytes / 2**20 < 1.5 * peak

    def test_the_arithmetic_of_memory_is_the_workers_own(self) -> None:
        from trainer.worker import resources  # imports torch, so no other test of this file pays for it

        short, long = (estimate(Recipe(), rows(20, tokens), MACHINE).memory_bytes for tokens in (2000, 2001))
        assert long - short == resources.bytes_per_token(SMOLLM2_CONFIG, 16)
        assert resources.adapter_parameters(SMOLLM2_CONFIG, 16) == SMOLLM2_135M.adapter_parameters(16)

    def test_a_batch_that_is_taken_in_passes_needs_no_more_than_its_longest_row(self) -> None:
        small, large = (estimate(Recipe(batch_size=size), rows(99, 1500), MACHINE) for size in (1, 16))
        assert small.memory_bytes == large.memory_bytes

    def test_longer_rows_need_more_memory_and_a_higher_rank_more_disk(self) -> None:
        short, long = (estimate(Recipe(), rows(20, tokens), MACHINE) for tokens in (100, 1000))
        low, high = (estimate(Recipe(rank=rank), SMALL, MACHINE) for rank in (8, 64))
        assert short.memory_bytes < long.memory_bytes
        assert low.disk_bytes < high.disk_bytes

    def test_answers_that_may_be_long_cost_more_at_most_and_no_more_at_least(self) -> None:
        few, many = (estimate(Recipe(), SMALL, MACHINE, requests=30, answer_tokens=tokens) for tokens in (64, 512))
        assert many.seconds_high > few.seconds_high
        assert many.seconds_low == few.seconds_low

    def test_short_requests_cost_their_own_tokens_and_no_more(self) -> None:
        none, short, whole = (
            estimate(Recipe(), SMALL, MACHINE, requests=requests, short_tokens=tokens).seconds_high
            for requests, tokens in ((0, 0), (0, 720), (30, 0))
        )
        assert none < short < whole


class TestMemory:
    def test_on_a_graphics_card_its_own_memory_counts(self) -> None:
        assert free_memory(MACHINE) == 16 * GIB
        assert free_memory(CARD) == 15 * GIB
        assert free_memory({}) is None
        assert free_memory({"memory_bytes": 4 * GIB}) == 4 * GIB, "where nobody says what is free, all that there is"

    def test_the_longest_row_that_fits_fits_and_one_token_more_does_not(self) -> None:
        machine = {**MACHINE, "memory_free_bytes": 3 * GIB}
        tokens = int(tokens_that_fit(Recipe(), machine, SMOLLM2_135M))
        fits, too_long = (estimate(Recipe(batch_size=1), rows(1, n), machine) for n in (tokens, tokens + 1))
        assert fits.memory_bytes <= 3 * GIB < too_long.memory_bytes

    def test_a_machine_that_tells_nothing_holds_everything(self) -> None:
        assert tokens_that_fit(Recipe(), {}, SMOLLM2_135M) == float("inf")


def test_rows_longer_than_a_context_are_counted() -> None:
    data = DataFacts.of_lengths([100, 300], [301], [900])
    assert [data.longer_than(context) for context in (64, 300, 900)] == [4, 2, 0]


def test_the_shape_of_smollm2_follows_from_its_config() -> None:
    found = BaseFacts.of_config(SMOLLM2_CONFIG)
    assert abs(found.parameters - SMOLLM2_135M.parameters) < 100_000  # the norms, which are not counted
    assert found.adapter_parameters(16) == SMOLLM2_135M.adapter_parameters(16) == 4_884_480
