"""Each test row's loss is that of the row by itself; and so is that of its answer after another row's request."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.unit.trainer.worker.conftest import MakeAttempt
from trainer.worker import loss as losses
from trainer.worker.attempt import Attempt
from trainer.worker.examples import Example
from trainer.worker.failures import Overtaken
from trainer.worker.loss import CompletionLoss
from trainer.worker.row_losses import of_test_rows, with_others_prompts


@pytest.fixture
def attempt(make_attempt: MakeAttempt) -> Attempt:
    return make_attempt()


@torch.no_grad()
def alone(model: Any, prompt: Sequence[int], completion: Sequence[int]) -> float:
    """Transformers' own loss of one row: the mean over its labels."""
    ids = torch.tensor([[*prompt, *completion]])
    labels = torch.tensor([[-100] * len(prompt) + list(completion)])
    return float(model(input_ids=ids, labels=labels).loss)


@pytest.fixture(params=["packed", "padded"])
def loss(request: pytest.FixtureRequest, tuned: Any, monkeypatch: pytest.MonkeyPatch) -> CompletionLoss:
    if request.param == "padded":
        monkeypatch.setattr(losses, "can_pack", lambda causal: False)
    return CompletionLoss(tuned.get_base_model(), 150, torch.float32)


def test_rows_are_told_as_each_is_by_itself(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt
) -> None:
    found = of_test_rows(tuned, loss, examples, attempt)
    assert found is not None
    others = [*examples[1:], examples[0]]
    for row, example, other in zip(found["by_row"], examples, others, strict=True):
        assert row["id"] == example.row_id
        assert row["tokens"] == len(example.completion)
        assert row["tuned"] == pytest.approx(alone(tuned, example.prompt, example.completion), rel=1e-4)
        assert row["tuned_swapped"] == pytest.approx(alone(tuned, other.prompt, example.completion), rel=1e-4)
        with tuned.disable_adapter():
            assert row["base"] == pytest.approx(alone(tuned, example.prompt, example.completion), rel=1e-4)
            assert row["base_swapped"] == pytest.approx(alone(tuned, other.prompt, example.completion), rel=1e-4)
    assert len({row["tuned"] for row in found["by_row"]} | {row["base"] for row in found["by_row"]}) == 12


def test_the_means_are_over_all_tokens_not_over_rows(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt
) -> None:
    found = of_test_rows(tuned, loss, examples, attempt)
    assert found is not None
    sums = list(loss.sums(examples))
    assert found["tuned"]["loss"] == pytest.approx(sum(nats for nats, _ in sums) / sum(n for _, n in sums), rel=1e-5)
    assert found["tokens"] == sum(n for _, n in sums)
    assert found["rows"] == 6
    over_rows = sum(row["tuned"] for row in found["by_row"]) / 6
    assert found["tuned"]["loss"] != pytest.approx(over_rows, rel=1e-4)


def test_a_single_row_has_nothing_to_be_swapped_with(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt
) -> None:
    found = of_test_rows(tuned, loss, examples[:1], attempt)
    assert found is not None
    [row] = found["by_row"]
    assert row["base_swapped"] is row["tuned_swapped"] is None
    assert of_test_rows(tuned, loss, [], attempt) is None


def test_requests_are_those_of_the_next_row_that_asks_something_else(examples: list[Example]) -> None:
    a, b, c = examples[:3]
    twin = replace(a, row_id="twin")
    swapped = with_others_prompts([a, twin, b, c])
    assert [row.prompt for row in swapped] == [b.prompt, b.prompt, c.prompt, a.prompt]
    assert [row.row_id for row in swapped] == [a.row_id, "twin", b.row_id, c.row_id]
    assert with_others_prompts([a, twin]) == []


def test_another_token_stops_it_between_two_passes(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt
) -> None:
    attempt.folder.token.write_text("9")
    with pytest.raises(Overtaken):
        of_test_rows(tuned, loss, examples, attempt)


# Want of memory, after training succeeded


def short_for(monkeypatch: pytest.MonkeyPatch, wants: Callable[[Sequence[Example]], bool]) -> list[int]:
    """Memory is too short for pieces of which ``wants`` says so; the rows of each piece that was tried."""
    real, sizes = CompletionLoss._of_tokens, list[int]()

    def of_tokens(self: CompletionLoss, piece: Sequence[Example]) -> torch.Tensor:
        sizes.append(len(piece))
        if wants(piece):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return real(self, piece)

    monkeypatch.setattr(CompletionLoss, "_of_tokens", of_tokens)
    return sizes


def test_a_pass_that_does_not_fit_is_halved_and_every_row_is_measured(
    tuned: Any, examples: list[Example], attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = CompletionLoss(tuned.get_base_model(), 10_000, torch.float32)
    expected = of_test_rows(tuned, loss, examples, attempt)
    sizes = short_for(monkeypatch, lambda piece: len(piece) > 1)
    found = of_test_rows(tuned, loss, examples, attempt)
    assert sizes[:3] == [6, 3, 1]
    assert found is not None
    assert expected is not None
    assert found["no_memory"] == []
    for row, wanted in zip(found["by_row"], expected["by_row"], strict=True):
        assert row["id"] == wanted["id"]
        for side in ("base", "tuned", "base_swapped", "tuned_swapped"):
            assert row[side] == pytest.approx(wanted[side], rel=1e-4)


def test_a_row_that_does_not_fit_alone_is_named_and_counts_on_neither_side(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = examples[2]
    short_for(
        monkeypatch, lambda piece: any(one.row_id == large.row_id and one.prompt == large.prompt for one in piece)
    )
    found = of_test_rows(tuned, loss, examples, attempt)
    assert found is not None
    assert found["no_memory"] == [large.row_id]
    assert [row["id"] for row in found["by_row"]] == [one.row_id for one in examples if one is not large]
    assert found["tokens"] == sum(len(one.completion) for one in examples if one is not large)


def test_without_memory_for_any_row_there_are_no_losses_and_no_failure(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_for(monkeypatch, lambda piece: True)
    assert of_test_rows(tuned, loss, examples, attempt) is None


def test_other_errors_are_not_taken_for_want_of_memory(
    tuned: Any, loss: CompletionLoss, examples: list[Example], attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: CompletionLoss, piece: Sequence[Example]) -> torch.Tensor:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(CompletionLoss, "_of_tokens", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        of_test_rows(tuned, loss, examples, attempt)
