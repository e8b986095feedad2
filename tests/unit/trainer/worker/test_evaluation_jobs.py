"""The jobs of an evaluation, done for real by a tiny model: the base and a version answer, and the answers are compared."""

import json
import shutil
from pathlib import Path
from typing import Any

from storage.domain import EvaluationState, JobKind, JobState
from tests.fakes.talk import LEASE, Talk
from tests.unit.agent.test_evaluating import evaluations, with_versions
from tests.unit.trainer.worker.conftest import MakeAttempt
from trainer.worker.attempt import Attempt
from trainer.worker.generate import generate


async def test_the_base_and_a_version_answer_the_same_requests_one_side_each(
    tmp_path: Path, make_attempt: MakeAttempt, trained: Attempt
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    talk = Talk(home=home)
    await with_versions(talk, 1, rows=12)
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
