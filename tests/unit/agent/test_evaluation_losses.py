"""Losses of contenders: on which rows, beside whom they stand, what they decide, and what is said where there are none."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.contenders import Misnamed, contenders_of
from agent.evaluated import evaluated
from agent.evaluating import EvaluationPlan, plan_evaluation
from agent.evaluation_answers import FOR_RUN
from agent.evaluation_losses import HELD_OUT_ROWS, arithmetic_of
from agent.forgetting import forget_files
from agent.models.hosted import HostedModels
from agent.replies import ShowTable
from agent.state import Turn
from storage.domain import Evaluation, EvaluationState, JobKind, JobState, RunState
from tests.fakes.talk import LEASE, Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_evaluating import (
    HOSTED,
    Providers,
    answer_job,
    evaluations,
    good,
    latest,
    poor,
    project_of,
    with_versions,
)
from tests.unit.agent.test_loop import answered, begin, trained, version_in_use

CPU = {"arithmetic": "float32", "device": "cpu"}


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    hosted = HostedModels(allowed=(HOSTED,), make=Providers().make)
    talk.become(replace(talk.context, hosted=hosted))
    return talk


def rows_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def told(path: Path, loss: float, swapped: float, **changes: Any) -> dict[str, Any]:
    """What a generate job tells of the rows of a file, each a little different."""
    ids = [row["id"] for row in rows_in(path)]
    by_row = [
        {
            "id": name,
            "loss": loss + at % 3 / 100,
            "swapped": swapped + at % 5 / 100,
            "swapped_with": ids[(at + 1) % len(ids)],
            "tokens": 20 + at,
        }
        for at, name in enumerate(ids)
    ]
    return {"losses": {**CPU, "by_row": by_row, "no_memory": [], "rows": len(ids), **changes}}


async def start(talk: Talk, names: str, rows: int = 84, versions: int = 2) -> Evaluation:
    await with_versions(talk, versions, rows=rows)
    await talk.type(f"/tune evaluate {names}")
    await talk.press("Start")
    return (await evaluations(talk))[-1]


def held_out(talk: Talk, one: Evaluation) -> Path:
    return talk.home / "evaluations" / one.id / "held_out.jsonl"


def compared(talk: Talk, one: Evaluation) -> list[dict[str, Any]]:
    data = json.loads((talk.home / "evaluations" / one.id / "comparison.json").read_text("utf-8"))
    return list(data["comparisons"])


def measures(comparison: Mapping[str, Any]) -> dict[str, Any]:
    return {one["code"]: one for one in comparison["measures"]}


async def test_each_measures_the_test_rows_that_nobody_learned_and_the_losses_count(talk: Talk) -> None:
    one = await start(talk, "v1 v2 base")
    rows = rows_in(held_out(talk, one))
    assert {row["part"] for row in rows} == {"test"}
    assert one.results[HELD_OUT_ROWS] == len(rows) > 5
    for place in range(3):
        assert rows_in(talk.home / "runs" / f"{one.id}_{place}" / "held_out.jsonl") == rows
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.5))
    await answer_job(talk, poor, result=told(held_out(talk, one), 1.5, 2.5))
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.5))
    better, same = compared(talk, one)
    assert measures(better)["loss"]["n"] == measures(better)["own_loss"]["n"] == len(rows)
    assert measures(better)["loss"]["difference"]["mean"] == pytest.approx(-0.5)
    assert measures(better)["own_loss"]["difference"]["mean"] == pytest.approx(0.5)
    assert better["losses"]["rows"] == len(rows)
    assert better["losses"]["tuned_perplexity"] < better["losses"]["base_perplexity"]
    assert measures(same)["loss"]["difference"]["mean"] == 0
    assert better["verdict"]["tests"] == same["verdict"]["tests"], "all criteria of all are one family"
    counted = [one for one in (*better["measures"], *same["measures"]) if one["role"] != "beside" and one["n"] >= 20]
    assert better["verdict"]["tests"] == len(counted)
    table = next(one for one in talk.said if isinstance(one, ShowTable))
    rows_of_table = {row[0]: row for row in table.rows}
    assert "Test loss" in str(rows_of_table)
    perplexity = next(row for name, row in rows_of_table.items() if "erplexity" in name)
    assert "×" in perplexity[2]
    page = (talk.home / "evaluations" / one.id / "comparison.md").read_text("utf-8")
    assert "Without test loss" not in page


async def test_the_losses_make_a_verdict_where_answers_alone_show_nothing(talk: Talk) -> None:
    one = await start(talk, "v1 v2", rows=200)
    assert one.results[HELD_OUT_ROWS] >= 20
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.1))
    await answer_job(talk, poor, result=told(held_out(talk, one), 1.0, 2.1))
    (comparison,) = compared(talk, one)
    assert comparison["verdict"]["code"] == "better"
    assert comparison["verdict"]["outcomes"]["own_loss"] == "better"


async def test_a_hosted_contender_has_none_and_that_is_said_of_it_alone(talk: Talk) -> None:
    one = await start(talk, f"base v1 {HOSTED}", versions=1)
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.5))
    said = await answer_job(talk, poor, result=told(held_out(talk, one), 1.5, 2.5))
    sentence = f"Without test loss: {HOSTED} beside the base model. Hosted models do not tell it."
    assert sentence in said
    assert sentence in (talk.home / "evaluations" / one.id / "comparison.md").read_text("utf-8")
    version, hosted = compared(talk, one)
    assert "loss" in measures(version)
    assert not {"loss", "own_loss"} & measures(hosted).keys()
    assert hosted["losses"] is None


async def test_where_only_one_could_tell_losses_none_are_measured(talk: Talk) -> None:
    one = await start(talk, f"v1 {HOSTED}", versions=1)
    assert one.results[HELD_OUT_ROWS] == 0
    assert held_out(talk, one).read_text() == ""


async def test_an_evaluation_that_began_before_losses_were_measured_goes_on_and_says_so(talk: Talk) -> None:
    one = await start(talk, "v1 v2")
    held_out(talk, one).unlink()
    results = dict(one.results)
    del results[HELD_OUT_ROWS]
    kept: dict[str, Evaluation] = talk.store.evaluations._facts.evaluations  # type: ignore[attr-defined]  # as it was stored
    kept[one.id] = replace(one, results=results)
    await answer_job(talk, poor)
    said = await answer_job(talk, good)
    assert "Without test loss: version 2 beside version 1. This evaluation began before it was measured" in said
    (done,) = await evaluations(talk)
    assert done.state is EvaluationState.DONE
    assert "is better" in await talk.type("/tune compare evaluation 1") or compared(talk, one)


Change = Callable[[dict[str, Any]], None]


def other_arithmetic(result: dict[str, Any]) -> None:
    result["losses"]["arithmetic"] = "bfloat16"


def none_at_all(result: dict[str, Any]) -> None:
    del result["losses"]


def no_memory(result: dict[str, Any]) -> None:
    result["losses"] |= {"by_row": [], "no_memory": [row["id"] for row in result["losses"]["by_row"]]}


@pytest.mark.parametrize("change", [other_arithmetic, none_at_all, no_memory])
async def test_what_cannot_be_compared_is_not_and_that_is_said(talk: Talk, change: Change) -> None:
    one = await start(talk, "v1 v2")
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.5))
    second = told(held_out(talk, one), 1.5, 2.5)
    change(second)
    assert "It was not measured of both in a way that can be compared" in await answer_job(talk, poor, result=second)
    (comparison,) = compared(talk, one)
    assert "loss" not in measures(comparison)


async def test_a_control_by_another_request_is_none(talk: Talk) -> None:
    """A row was taken back between two jobs: the request before it is swapped with the next."""
    one = await start(talk, "v1 v2")
    first, second = (told(held_out(talk, one), loss, 2.5) for loss in (2.0, 1.5))
    second["losses"]["by_row"][0]["swapped_with"] = "another"
    second["losses"]["by_row"][1] |= {"loss": None}
    second["losses"]["by_row"][2]["tokens"] += 1
    await answer_job(talk, poor, result=first)
    await answer_job(talk, poor, result=second)
    found, all_rows = measures(compared(talk, one)[0]), len(rows_in(held_out(talk, one)))
    assert found["loss"]["n"] == all_rows - 2
    assert found["own_loss"]["n"] == all_rows - 3


async def test_all_measure_in_the_arithmetic_of_the_latest_run(talk: Talk) -> None:
    await with_versions(talk, 2, rows=84)
    first, second = await talk.store.runs.of_project(await project_of(talk))
    for run, arithmetic in ((first, "float32"), (second, "bfloat16")):
        trained_so = {**run.results["train"], "arithmetic": arithmetic, "device": "cpu"}
        await talk.store.runs.update(run.id, RunState.SAVED, {"train": trained_so})
    await talk.type("/tune evaluate v2 v1 base")
    await talk.press("Start")
    jobs = await talk.store.jobs.active()
    assert [job.spec["arithmetic"] for job in jobs] == ["bfloat16"] * 3
    assert arithmetic_of([]) == arithmetic_of([replace(second, results={"train": {"device": "cuda"}})]) == ""


async def test_rows_without_memory_are_counted_and_told(talk: Talk) -> None:
    one = await start(talk, "v1 v2")
    first, second = (told(held_out(talk, one), loss, 2.5) for loss in (2.0, 1.5))
    gone = second["losses"]["by_row"].pop()
    second["losses"]["no_memory"] = [gone["id"]]
    await answer_job(talk, poor, result=first)
    await answer_job(talk, poor, result=second)
    (comparison,) = compared(talk, one)
    assert comparison["sets"]["losses_without"] == 1
    assert gone["id"] not in measures(comparison)["loss"]["pairs"]


async def test_what_a_version_learned_or_nearly_so_and_what_was_taken_back_counts_for_nobody(talk: Talk) -> None:
    one = await start(talk, "v1 v2")
    rows = rows_in(held_out(talk, one))
    (first, _) = await talk.store.runs.of_project(await project_of(talk))
    file = talk.home / "runs" / first.id / "rows.jsonl"
    learned = [
        {**rows[0], "part": "validation"},
        {**rows[1], "id": "same_request", "output": "Another answer.", "part": "train"},
        {**rows[2], "id": "near", "input": f"{rows[2]['input']} now", "part": "train"},
    ]
    others = [line for line in rows_in(file) if line["id"] != rows[0]["id"]]
    file.write_text("".join(json.dumps(line) + "\n" for line in [*others, *learned]), encoding="utf-8")
    await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.5))
    await answer_job(talk, poor, result=told(held_out(talk, one), 1.5, 2.5))
    assert set(measures(compared(talk, one)[0])["loss"]["pairs"]) == {row["id"] for row in rows[3:]}
    (taken,) = [row for row in await talk.store.rows.of_project(await project_of(talk)) if row.id == rows[3]["id"]]
    runs = await talk.store.runs.of_project(await project_of(talk))
    gone = forget_files(talk.files, "tickets", [taken], runs, [], evaluations=[one.id])
    assert not gone.left
    assert taken.id not in held_out(talk, one).read_text()
    assert not (talk.home / "evaluations" / one.id / "comparison.json").exists(), "it counted the row"
    contenders = await contenders_of(talk.context, await project_of(talk), "v1 v2")
    assert not isinstance(contenders, Misnamed)
    await evaluated(talk.context, (await evaluations(talk))[0], contenders, ask=False)
    assert set(measures(compared(talk, one)[0])["loss"]["pairs"]) == {row["id"] for row in rows[4:]}


async def test_the_minutes_on_the_card_hold_the_measuring(talk: Talk) -> None:
    await with_versions(talk, 2, rows=84)

    async def plan(names: str) -> EvaluationPlan:
        turn = Turn(
            {
                "id": "event-x",
                "conversation_id": talk.conversation,
                "person_id": talk.person,
                "received_at": talk.now.isoformat(),
            }
        )
        contenders = await contenders_of(talk.context, await project_of(talk), names)
        assert not isinstance(contenders, Misnamed)
        return await plan_evaluation(talk.context, await project_of(talk), contenders, turn)

    runs = await talk.store.runs.of_project(await project_of(talk))
    await talk.store.runs.update(runs[-1].id, RunState.SAVED, {"generate": {"answers": 10, "seconds": 20.0}})
    both, alone = await plan("v1 v2"), await plan(f"v1 {HOSTED}")
    assert both.held_out_tokens > 0
    assert alone.held_out_tokens == 0
    assert both.seconds is not None
    assert alone.seconds is not None
    assert both.seconds[0] > 2 * alone.seconds[0]
    assert both.seconds[1] > 2 * alone.seconds[1]


class TestAfterARun:
    """What the new version lost it told when it was trained; the one in use measures the same rows."""

    async def train(self, talk: Talk, loss: float = 1.5, **changes: Any) -> Evaluation:
        await begin(talk)
        await trained(talk, poor)
        await talk.type("/tune train start")
        talk._count += 1
        job = await talk.store.jobs.lease("trainer", [JobKind.TRAIN], talk.now, LEASE)
        assert job is not None
        rows = [row for row in rows_in(talk.home / "runs" / job.run_id / "rows.jsonl") if row["part"] == "test"]
        ids = [row["id"] for row in rows[1:]]  # the first was too long for the recipe
        by_row = [
            {
                "id": name,
                "base": 3.0,
                "tuned": loss + at % 3 / 100,
                "base_swapped": 3.0,
                "tuned_swapped": 2.5,
                "swapped_with": ids[(at + 1) % len(ids)],
                "tokens": 20 + at,
            }
            for at, name in enumerate(ids)
        ]
        losses = {**TRAINED["losses"], "by_row": by_row, "no_memory": []}
        left_out = [{"id": rows[0]["id"], "position": 1, "reason": "row_too_long", "tokens": 999}]
        result = {**TRAINED, **CPU, "losses": losses, "left_out": left_out, **changes}
        await talk.store.jobs.finish(job.id, job.attempt, JobState.DONE, talk.now, result=result)
        await talk.answer_all()
        await answered(talk, {"base": poor, "tuned": poor})
        await talk.end_job(JobKind.EXPORT, result={"name": "tickets", "version": 1})
        (one,) = await evaluations(talk)
        assert one.results[FOR_RUN] == job.run_id
        return one

    async def test_both_stand_side_by_side_on_the_rows_of_the_run(self, talk: Talk) -> None:
        one = await self.train(talk)
        run = await talk.store.runs.get(one.results[FOR_RUN])
        (job,) = await talk.store.jobs.of_run(f"{one.id}_0")
        assert job.spec["arithmetic"] == "float32", "as the new version measured"
        rows = rows_in(held_out(talk, one))
        assert [row["id"] for row in rows] == [row["id"] for row in run.results["train"]["losses"]["by_row"]]
        await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.1))
        found = measures(compared(talk, one)[0])
        assert found["loss"]["n"] == found["own_loss"]["n"] == len(rows)
        assert found["loss"]["tuned"] < found["loss"]["base"]
        assert found["own_loss"]["difference"]["mean"] > 0.8
        assert latest(talk).title.endswith("done")

    async def test_they_let_a_version_take_over_as_any_criterion_of_what_answers_say(self, talk: Talk) -> None:
        one = await self.train(talk)
        assert await version_in_use(talk) == 1
        await answer_job(talk, poor, result=told(held_out(talk, one), 2.0, 2.1))
        verdict = compared(talk, one)[0]["verdict"]
        enough = one.results[HELD_OUT_ROWS] >= 20
        assert verdict["outcomes"]["own_loss"] == ("better" if enough else "too_few")
        assert await version_in_use(talk) == (2 if enough else 1)

    async def test_of_a_run_that_did_not_tell_what_it_swapped_nothing_is_measured(self, talk: Talk) -> None:
        one = await self.train(talk, losses=TRAINED["losses"])
        assert one.results[HELD_OUT_ROWS] == 0
        said = await answer_job(talk, poor)
        assert "Without test loss" not in said
        assert "loss" not in measures(compared(talk, one)[0])
