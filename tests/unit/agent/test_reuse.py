"""Requests that earlier runs and evaluations were compared on are counted, whatever else was asked there."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.reuse import compared_before
from storage.domain import Evaluation, EvaluationState, Run, RunState
from tests.fakes.talk import Talk

Asked = list[dict[str, Any]]


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.begin("Turn calls of our customers into tickets")
    return talk


BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


async def ran(talk: Talk, name: str, asked: Asked, *, compared: bool = True, hour: int = 0) -> Run:
    """A run that asked these requests; its number is the next one."""
    (project,) = await talk.store.projects.all()
    run = await talk.store.runs.add(
        Run(
            id=name,
            project_id=project.id,
            conversation_id="here",
            started_by="ana",
            number=0,
            recipe={},
            state=RunState.SAVED,
            results={"generate": {}} if compared else {},
            created_at=BEGAN + timedelta(hours=hour),
        )
    )
    asking(talk, f"runs/{name}", asked)
    return run


async def evaluated(
    talk: Talk, name: str, asked: Asked, *, state: EvaluationState = EvaluationState.DONE, hour: int = 0
) -> Evaluation:
    """An evaluation that asked these requests."""
    (project,) = await talk.store.projects.all()
    evaluation = await talk.store.evaluations.add(
        Evaluation(
            id=name,
            project_id=project.id,
            number=0,
            contenders=("base", "v1", "v2"),
            conversation_id="here",
            asked_by="ana",
            event_id=name,
            created_at=BEGAN + timedelta(hours=hour),
            state=state,
        )
    )
    asking(talk, f"evaluations/{name}", asked)
    return evaluation


def asking(talk: Talk, where: str, asked: Asked) -> None:
    folder = talk.home / where
    folder.mkdir(parents=True)
    lines = "".join(json.dumps({"instruction": "Do it.", **one}) + "\n" for one in asked)
    (folder / "prompts.jsonl").write_text(lines, encoding="utf-8")


def rows(*places: int, part: str = "test") -> Asked:
    return [{"id": f"row_{at}", "source": "row", "part": part} for at in places]


async def test_runs_that_asked_most_of_the_same_are_counted_and_later_ones_are_not(talk: Talk) -> None:
    first = await ran(talk, "first", rows(1, 2, 3, 4))
    grown = await ran(talk, "grown", rows(1, 2, 3, 4, 5, 6, 7))
    other = await ran(talk, "other", rows(6, 7, 8, 9, 10))
    assert [await compared_before(talk.context, one) for one in (first, grown, other)] == [0, 1, 0]


async def test_a_run_that_was_never_compared_used_nothing_up(talk: Talk) -> None:
    await ran(talk, "stopped", rows(1, 2), compared=False)
    assert await compared_before(talk.context, await ran(talk, "second", rows(1, 2))) == 0


async def test_what_no_verdict_rests_on_may_be_asked_of_every_run(talk: Talk) -> None:
    same = [
        *rows(8, 9, part="golden"),
        *({"id": f"general_{at}", "source": "general", "beyond": True} for at in range(9)),
        {"id": "pin", "source": "pinned"},
        {"id": "pack_office_1", "source": "pack", "beyond": True},
    ]
    await ran(talk, "first", [*rows(1, 2), *same])
    assert await compared_before(talk.context, await ran(talk, "second", [*rows(3, 4), *same])) == 0


async def test_a_run_whose_requests_are_gone_has_none_in_common(talk: Talk) -> None:
    await ran(talk, "first", rows(1, 2))
    assert await compared_before(talk.context, await ran(talk, "second", [])) == 0


async def test_evaluations_are_looks_at_the_requests_too_and_each_counts_once(talk: Talk) -> None:
    first = await ran(talk, "first", rows(1, 2, 3))
    beside = await evaluated(talk, "eval_1", rows(1, 2, 3), hour=1)
    again = await evaluated(talk, "eval_2", rows(1, 2, 3), hour=2)
    second = await ran(talk, "second", rows(1, 2, 3), hour=3)
    assert [await compared_before(talk.context, one) for one in (first, beside, again, second)] == [0, 1, 2, 3]


async def test_an_evaluation_that_came_to_no_comparison_used_nothing_up(talk: Talk) -> None:
    for hour, state in enumerate((EvaluationState.CANCELLED, EvaluationState.FAILED, EvaluationState.ANSWERING)):
        await evaluated(talk, f"eval_{hour}", rows(1, 2), state=state, hour=hour)
    assert await compared_before(talk.context, await ran(talk, "run", rows(1, 2), hour=9)) == 0
