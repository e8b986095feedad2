"""Evaluations whose process is killed between jobs and within turns: they end as if nothing had happened."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from agent.contenders import Misnamed, contenders_of
from agent.evaluating import plan_evaluation, start_evaluation
from agent.models.hosted import HostedModels
from agent.state import Turn
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.talk import Talk
from tests.unit.agent.test_evaluating import (
    HOSTED,
    Providers,
    answer_job,
    evaluations,
    good,
    poor,
    project_of,
    with_versions,
)


def with_hosted(talk: Talk) -> Providers:
    providers = Providers()
    hosted = HostedModels(allowed=(HOSTED,), make=providers.make)
    talk.become(replace(talk.context, hosted=hosted))
    return providers


async def outcome(talk: Talk) -> Any:
    """What stands at the end: evaluations, files, jobs, and what was said last."""
    found = [(one.number, one.contenders, one.state.value) for one in await evaluations(talk)]
    folders = sorted((talk.home / "evaluations").iterdir()) if (talk.home / "evaluations").exists() else []
    files = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    jobs = [job.run_id[-2:] for job in await talk.store.jobs.active()]
    said = [text for _, _, text in await talk.posts()][-2:]
    return found, files, jobs, [json.loads(json.dumps(one)) for one in said]


async def test_starting_starts_each_job_once(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        await with_versions(talk, 1, rows=12)
        await talk.type("/tune evaluate base v1")

    async def start(talk: Talk) -> None:
        await talk.press("Start")

    found, _, jobs, _ = await ends_as_if_undisturbed(tmp_path, prepare, start, outcome, spares=READS)
    assert found == [(1, ("base", "v1"), "answering")]
    assert jobs == ["_0", "_1"]


async def test_the_turn_that_tells_ends_the_same_and_asks_a_hosted_model_nothing_twice(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        with_hosted(talk)
        await with_versions(talk, 1, rows=12)
        await talk.type(f"/tune evaluate base v1 {HOSTED}")
        await talk.press("Start")
        await answer_job(talk, poor)

    async def tell(talk: Talk) -> None:
        await answer_job(talk, good)

    async def outcome_and_calls(talk: Talk) -> Any:
        providers = cast(Any, talk.context.hosted).make.__self__  # the play's own
        return await outcome(talk), providers.model.calls

    _, calls = await ends_as_if_undisturbed(tmp_path, prepare, tell, outcome_and_calls, spares=READS)
    assert calls


async def test_a_start_that_is_repeated_keeps_the_requests_that_a_job_may_have_begun_on(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await with_versions(talk, 1, rows=12)
    project_id = await project_of(talk)
    turn = Turn(
        {
            "id": "event-x",
            "conversation_id": talk.conversation,
            "person_id": talk.person,
            "received_at": talk.now.isoformat(),
        }
    )
    contenders = await contenders_of(talk.context, project_id, "base v1")
    assert not isinstance(contenders, Misnamed)
    plan = await plan_evaluation(talk.context, project_id, contenders, turn)
    for prompts in (plan.prompts, plan.prompts[1:]):  # a row was deleted before it was repeated
        found = await start_evaluation(talk.context, turn, project_id, replace(plan, prompts=prompts))
    kept = [f"evaluations/{found.id}", *(f"runs/{found.id}_{place}" for place in range(2))]
    asked = [talk.files.read_text(f"{folder}/prompts.jsonl").splitlines() for folder in kept]
    assert [len(lines) for lines in asked] == [len(plan.prompts)] * 3
    assert len(await talk.store.jobs.active()) == 2
