"""Continuing a saved version: training begins where its adapter stands, and only where that adapter fits."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from storage.domain.recipes import Recipe
from tests.unit.trainer.worker.conftest import RECIPE, MakeAttempt, make_rows, write_lines
from trainer.worker import adapters
from trainer.worker.__main__ import outcome
from trainer.worker.attempt import Attempt
from trainer.worker.card import model_card
from trainer.worker.train import train

CONTINUED = replace(RECIPE, from_version=3)


def result_of(attempt: Attempt) -> dict[str, Any]:
    data = json.loads(attempt.folder.result.read_text())
    assert data["failure"] is None
    return dict(data["result"])


def test_training_begins_where_the_version_stands(make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path) -> None:
    grown = write_lines(tmp_path / "grown.jsonl", make_rows(20))
    attempt = make_attempt(rows=str(grown), recipe=CONTINUED, adapter=str(trained.folder.adapter))
    attempt.finish(train(attempt))
    result, before = result_of(attempt), result_of(trained)
    # The same three validation rows: what the version had reached is where this run sets out.
    assert result["validation"]["history"][0][1] == pytest.approx(before["validation"]["best"], abs=1e-4)
    assert result["losses"]["base"]["loss"] == pytest.approx(before["losses"]["base"]["loss"], abs=1e-4)
    known = adapters.sha256(trained.folder.adapter / adapters.WEIGHTS)
    assert result["continued"] == {"version": 3, "adapter_sha256": known}
    assert result["recipe"]["from_version"] == 3
    assert before["continued"] is None


def test_what_it_proves_is_what_this_run_has_learned(make_attempt: MakeAttempt, trained: Attempt) -> None:
    attempt = make_attempt(recipe=replace(CONTINUED, epochs=1), adapter=str(trained.folder.adapter))
    attempt.finish(train(attempt))
    start = adapters.read_tensors(trained.folder.adapter / adapters.WEIGHTS)
    end = adapters.read_tensors(attempt.folder.adapter / adapters.WEIGHTS)
    check = result_of(attempt)["proof"]["adapter_nonzero"]
    assert check["b_norm"] == pytest.approx(adapters.b_norm(end, start))
    assert 0 < check["b_norm"] < adapters.b_norm(end)
    assert adapters.b_norm(start, start) == 0


def test_a_continued_run_goes_on_after_a_crash_and_not_from_the_version_again(
    make_attempt: MakeAttempt, trained: Attempt
) -> None:
    whole = make_attempt(1, recipe=CONTINUED, adapter=str(trained.folder.adapter))
    whole.finish(train(whole))
    again = make_attempt(
        2, recipe=CONTINUED, adapter=str(trained.folder.adapter), resume_from=[str(whole.folder.checkpoints)]
    )
    again.finish(train(again))
    assert result_of(again)["resumed_at_step"] == result_of(whole)["steps"]
    ends = [adapters.read_tensors(one.folder.adapter / adapters.WEIGHTS) for one in (whole, again)]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_a_checkpoint_of_a_run_that_began_elsewhere_is_not_taken_up(
    make_attempt: MakeAttempt, trained: Attempt
) -> None:
    fresh = make_attempt(1, recipe=CONTINUED)
    fresh.finish(train(fresh))
    other = make_attempt(
        2, recipe=CONTINUED, adapter=str(trained.folder.adapter), resume_from=[str(fresh.folder.checkpoints)]
    )
    other.finish(train(other))
    assert result_of(other)["resumed_at_step"] is None


@pytest.mark.parametrize(
    "recipe", [replace(CONTINUED, rank=8), replace(CONTINUED, alpha=16), replace(CONTINUED, adapted_share=0.5)]
)
def test_an_adapter_of_another_size_strength_or_share_is_refused(
    make_attempt: MakeAttempt, trained: Attempt, recipe: Recipe
) -> None:
    found = outcome(make_attempt(recipe=recipe, adapter=str(trained.folder.adapter)))
    assert found.failure is not None
    assert (found.failure.code, found.failure.numbers) == ("start_unfit", {"version": 3})


def test_an_adapter_of_another_base_is_refused(make_attempt: MakeAttempt, trained: Attempt) -> None:
    found = outcome(
        make_attempt(
            recipe=CONTINUED, adapter=str(trained.folder.adapter), base_provenance={"name": "tests/another-llama"}
        )
    )
    assert found.failure is not None
    assert found.failure.code == "start_unfit"


@pytest.mark.parametrize("content", ["", "[]", "no JSON", '{"r": 4}'])
def test_an_adapter_whose_settings_cannot_be_read_is_refused(
    make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path, content: str
) -> None:
    copy = shutil.copytree(trained.folder.adapter, tmp_path / "copy")
    (copy / adapters.CONFIG).write_text(content)
    found = outcome(make_attempt(recipe=CONTINUED, adapter=str(copy)))
    assert found.failure is not None
    assert found.failure.code == "adapter_unreadable"


def test_the_model_card_says_what_was_continued(make_attempt: MakeAttempt, trained: Attempt) -> None:
    attempt = make_attempt(recipe=replace(CONTINUED, epochs=1), adapter=str(trained.folder.adapter))
    attempt.finish(train(attempt))
    provenance = {
        "run_id": "run_1",
        "base": {"name": "tests/tiny-llama"},
        "rows": {"parts": {"train": 11, "validation": 3, "test": 2}, "left_out": []},
        "versions": {},
        "training": result_of(attempt),
    }
    written = model_card(provenance, {})
    assert "validation loss, where it began from version 3" in written
    assert "It continued the adapter of version 3" in written
    assert "continued" not in model_card({**provenance, "training": result_of(trained)}, {})
