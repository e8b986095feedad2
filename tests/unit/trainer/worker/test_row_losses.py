"""Each test row's loss is that of the row by itself; and so is that of its answer after another row's request."""

from collections.abc import Sequence
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
