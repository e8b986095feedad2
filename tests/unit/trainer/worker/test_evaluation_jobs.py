"""The jobs of an evaluation, done for real by a tiny model: the base and a version answer, tell their losses, and are compared."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from storage.domain import EvaluationState, JobKind, JobState
from tests.fakes.talk import LEASE, Talk
from tests.unit.agent.test_evaluating import evaluations, with_versions
from tests.unit.trainer.worker.conftest import MakeAttempt, read_lines
from trainer.worker import adapters
from trainer.worker.attempt import Attempt
from trainer.worker.base import load
from trainer.worker.examples import encode
from trainer.worker.generate import generate
from trainer.worker.loss import CompletionLoss
from trainer.worker.row_losses import of_test_rows


async def test_the_base_and_a_version_answer_the_same_requests_one_side_each(
    tmp_path: Path, make_attempt: MakeAttempt, trained: Attempt
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    talk = Talk(home=home)
    await with_versions(talk, 1, rows=60)
    await talk.type("/tune pin Who is it? | must: somebody")
    await talk.type("/tune evaluate base v1")
    await talk.press("Start")
    for number in (1, 2):
        job = await talk.store.jobs.lease("trainer", [JobKind.GENERATE], talk.now, LEASE)
        assert job is not None
        folder = home / "runs" / job.run_id
        settings: dict[str, Any] = {
            "prompts": str(folder / "prompts.jsonl"),
            "adapter": str(trained.folder.adapter) if job.spec["adapter_run"] else None,
            "answer_with": tuple(job.spec["answer_with"]),
            "max_tokens": 8,
            "held_out": str(folder / "held_out.jsonl"),
        }
        attempt = make_attempt(number, kind=JobKind.GENERATE, **settings)
        ended = generate(attempt)
        assert ended.result is not None
        shutil.copyfile(attempt.folder.answers, folder / "answers.jsonl")
        await talk.store.jobs.finish(job.id, job.attempt, JobState.DONE, talk.now, result=dict(ended.result))
        await talk.answer_all()
    (one,) = await evaluations(talk)
    assert one.state is EvaluationState.DONE
    data = json.loads((home / "evaluations" / one.id / "comparison.json").read_text("utf-8"))
    (comparison,) = data["comparisons"]
    assert comparison["names"] == {"base": "the base model", "tuned": "version 1"}
    assert comparison["pinned"]["outcomes"][0]["answers"][0]["by"] == "base"
    assert len(comparison["answers"]) == one.results["requests"] - 1, "all but the pin"
    rows = read_lines(home / "evaluations" / one.id / "held_out.jsonl")
    as_in_a_run = losses_of_a_run(rows, trained, make_attempt(3))
    assert comparison["losses"]["rows"] == len(rows) == as_in_a_run["rows"] > 3
    assert comparison["losses"]["base_perplexity"] == pytest.approx(as_in_a_run["base"]["perplexity"], rel=1e-5)
    assert comparison["losses"]["tuned_perplexity"] == pytest.approx(as_in_a_run["tuned"]["perplexity"], rel=1e-5)
    measures = {found["code"]: found for found in comparison["measures"]}
    for row in as_in_a_run["by_row"]:
        both = row["base"], row["tuned"]
        own = row["base_swapped"] - row["base"], row["tuned_swapped"] - row["tuned"]
        assert measures["loss"]["pairs"][row["id"]] == pytest.approx(both, rel=1e-5)
        assert measures["own_loss"]["pairs"][row["id"]] == pytest.approx(own, rel=1e-3, abs=1e-5)


def losses_of_a_run(rows: list[dict[str, Any]], trained: Attempt, attempt: Attempt) -> dict[str, Any]:
    """What training would tell of these rows, of the same adapter."""
    loaded = load(Path(attempt.spec.base))
    model = adapters.load(loaded.model, trained.folder.adapter)
    examples = [encode(loaded.tokenizer, row) for row in rows]
    found = of_test_rows(model, CompletionLoss(model.get_base_model(), 512), examples, attempt)
    assert found is not None
    return found
