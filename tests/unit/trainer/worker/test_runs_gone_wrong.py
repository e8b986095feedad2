"""Real runs, made to go wrong in each way, are called what they are; and what is then proposed helps.

The tiny base of these tests has an output layer of its own, larger than that of the other tests: it can be sure of what
it says, which a run has to be that overfits or learns suspiciously fast.
"""

import json
import math
import random
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from agent.remedies import Deed, Remedy, remedy_for
from storage.domain.recipes import Recipe
from tests.fakes.tiny_llama import write_tiny_llama
from tests.unit.trainer.worker.conftest import MakeAttempt, write_lines
from trainer import diagnosis, progress
from trainer.diagnosis import Diagnosis
from trainer.recipes import BOUNDS
from trainer.worker.failures import Refused
from trainer.worker.train import train

GOOD = Recipe(rank=4, alpha=8, learning_rate=1e-2, epochs=4, batch_size=2, context=256, patience=20)
"""What this base learns well with: it stands for the recommended recipe."""
THINGS = ("release", "roadmap", "export", "invoice", "search", "login", "report", "metric", "budget", "sprint")

Rows = list[dict[str, Any]]


def rows(count: int = 24, first: int = 0) -> Rows:
    return [
        {
            "id": f"row_{number:02}",
            "instruction": "Write a user story.",
            "input": f"{THINGS[number % len(THINGS)]} {number}",
            "output": f"As a user, I want the {THINGS[number % len(THINGS)]}, so that I can plan the work {number}.",
            "part": "validation" if number % 8 == 3 else "test" if number % 12 == 5 else "train",
        }
        for number in range(first, first + count)
    ]


def with_one_of_random_signs(given: Rows) -> Rows:
    signs = "".join(chr(0x3041 + place * 37 % 80) for place in range(20))
    return [{**row, "output": signs} if row["id"] == "row_06" else row for row in given]


def with_one_answer(given: Rows) -> Rows:
    return [{**row, "output": "Thank you for the request, we will come back to you."} for row in given]


def of_chance() -> Rows:
    """Answers that follow from nothing: which words there are can be learned, which come when only by heart."""
    chance = random.Random(2)
    words = ["release", "answer", "summary", "feature", "reason", "product", "customer", "report"]
    return [
        {
            "id": f"row_{number:02}",
            "instruction": "Which?",
            "input": f"{chance.choice(string.ascii_lowercase) * 3} {chance.choice(string.ascii_lowercase) * 3} {number}",
            "output": " ".join(chance.choice(words) for _ in range(3)),
            "part": "validation" if number % 3 == 2 else "train",
        }
        for number in range(15)
    ]


@pytest.fixture(scope="module")
def sure_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_tiny_llama(tmp_path_factory.mktemp("sure_base"))
    weights = load_file(folder / "model.safetensors")
    shape = weights["model.embed_tokens.weight"].shape
    weights["lm_head.weight"] = np.random.default_rng(1).normal(0.0, 0.45, shape).astype(np.float32)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "tie_word_embeddings": False}), encoding="utf-8")
    return folder


Diagnosed = Callable[[Rows, Recipe], Diagnosis]


@pytest.fixture
def diagnosed(make_attempt: MakeAttempt, sure_base: Path, tmp_path: Path) -> Diagnosed:
    """Train on rows by a recipe, and read the curve."""
    attempts = 0

    def run(given: Rows, recipe: Recipe) -> Diagnosis:
        nonlocal attempts
        attempts += 1
        path = write_lines(tmp_path / f"rows-{attempts}.jsonl", given)
        attempt = make_attempt(attempts, base=str(sure_base), rows=str(path), recipe=recipe)
        try:
            train(attempt)
        except Refused as refused:
            points = progress.merged_points([attempt.folder.metrics])
            assert diagnosis.read(points).code in ("diverging", "too_early")
            return diagnosis.given_up(points, refused.failure.numbers)
        return diagnosis.read(progress.merged_points([attempt.folder.metrics]))

    return run


def remedied(found: Diagnosis, recipe: Recipe) -> Remedy:
    remedy = remedy_for(found, recipe, GOOD)
    assert remedy is not None
    return remedy


def test_a_good_run_is_learning_and_nothing_is_proposed(diagnosed: Diagnosed) -> None:
    found = diagnosed(rows(), GOOD)
    assert (found.code, found.also) == ("learning", ())
    assert remedy_for(found, GOOD, GOOD) is None


def test_far_too_small_steps_do_not_learn_and_larger_ones_do(diagnosed: Diagnosed) -> None:
    recipe = replace(GOOD, learning_rate=BOUNDS["learning_rate"][0])
    found = diagnosed(rows(), recipe)
    assert (found.code, found.numbers["training_fell"]) == ("not_learning", False)
    remedy = remedied(found, recipe)
    assert remedy.recipe == replace(recipe, learning_rate=GOOD.learning_rate)
    assert diagnosed(rows(), remedy.recipe).code == "learning"


def test_far_too_large_steps_diverge_and_smaller_ones_do_not(diagnosed: Diagnosed) -> None:
    recipe = replace(GOOD, learning_rate=1e4, max_grad_norm=100.0)  # no setting of a person's goes so far
    found = diagnosed(rows(), recipe)
    assert found.code == "diverging"
    assert len(found.numbers["row_ids"]) == 2
    remedy = remedied(found, recipe)
    assert remedy.recipe == replace(recipe, learning_rate=GOOD.learning_rate)
    assert diagnosed(rows(), remedy.recipe).code == "learning"


def test_few_rows_many_times_overfit_and_fewer_epochs_do_not(diagnosed: Diagnosed) -> None:
    recipe = replace(GOOD, rank=16, alpha=16, epochs=16)
    found = diagnosed(of_chance(), recipe)
    assert (found.code, found.also) == ("overfitting", ("learning",))
    remedy = remedied(found, recipe)
    assert remedy.recipe == replace(recipe, epochs=math.ceil(found.numbers["since_epoch"]))
    assert diagnosed(of_chance(), remedy.recipe).code == "learning"


def test_one_garbled_row_spikes_and_is_named_and_without_it_nothing_does(diagnosed: Diagnosed) -> None:
    recipe = replace(GOOD, epochs=6)
    found = diagnosed(with_one_of_random_signs(rows()), recipe)
    assert (found.code, found.also) == ("spike", ("learning",))
    assert found.numbers["spike_row_ids"] == ["row_06"]
    assert found.numbers["spike_epochs"] > 1
    assert remedied(found, recipe) == Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=("row_06",))
    assert diagnosed(rows(), recipe).code == "learning"


def test_one_answer_to_everything_is_learned_suspiciously_fast_and_other_answers_are_not(diagnosed: Diagnosed) -> None:
    recipe = replace(GOOD, learning_rate=2e-2, epochs=3)
    found = diagnosed(with_one_answer(rows(72)), recipe)
    assert (found.code, found.also) == ("suspiciously_fast", ("learning",))
    assert found.numbers["near_zero_epoch"] < 2
    assert remedied(found, recipe).deed is Deed.LOOK_AT_REPEATS
    assert diagnosed(rows(72), recipe).code == "learning"
