"""Requests that earlier runs were compared on are counted, whatever else these runs were asked."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.reuse import compared_before
from storage.domain import Run, RunState
from tests.fakes.talk import Talk

Asked = list[dict[str, Any]]


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.begin("Turn calls of our customers into tickets")
    return talk


async def ran(talk: Talk, name: str, asked: Asked, *, compared: bool = True) -> Run:
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
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
    folder = talk.home / "runs" / name
    folder.mkdir(parents=True)
    lines = "".join(json.dumps({"instruction": "Do it.", **one}) + "\n" for one in asked)
    (folder / "prompts.jsonl").write_text(lines, encoding="utf-8")
    return run


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
