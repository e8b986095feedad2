"""A saved model is announced with what was found of its copy for the embedded engine, in figures that were measured."""

from pathlib import Path
from typing import Any

import pytest

from storage.domain import JobKind, ModelVersion, Run, RunState
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from trainer.client import ExportRequest

LIKENESS = {"places": 16, "base": 0.0673, "tuned": 0.1323, "moved": 2.1, "allowed": 0.2413}


async def saved(home: Path, result: dict[str, Any]) -> str:
    """What is said when an export ends with this result."""
    talk = Talk(home=home)
    project_id = await in_a_project(talk)
    run = Run(
        id="run_1",
        project_id=project_id,
        conversation_id=talk.conversation,
        started_by=talk.person,
        number=1,
        recipe={},
        state=RunState.SAVING,
        created_at=talk.now,
    )
    await talk.store.runs.add(run)
    model = ModelVersion(
        id="model_1", project_id=project_id, run_id=run.id, name="team", version=0, metrics={}, created_at=talk.now
    )
    await talk.store.models.add(model)
    request = ExportRequest(run_id=run.id, base="tiny", name="team", version=1)
    await talk.context.trainer.submit(request, "export:run_1", talk.now, talk.conversation)
    return await talk.end_job(JobKind.EXPORT, result=result)


def of_engine(**facts: Any) -> dict[str, Any]:
    return {"verified": {"max_logit_difference": 0.0, "engine": facts}}


async def test_a_copy_that_was_proven_is_announced_with_its_figures(tmp_path: Path) -> None:
    said = await saved(tmp_path, of_engine(kept=True, **LIKENESS))
    assert "Saved: **team v1**" in said
    assert "`/tune ask both: …`" in said
    for figure in ("16 places", "differ by 0.132", "up to 0.241", "differs by 0.067"):
        assert figure in said


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"code": "unfaithful", **LIKENESS, "tuned": 0.66}, "(difference 0.660, at most 0.241 is allowed)"),
        ({"code": "engine_failed"}, "could not be asked to check its copy"),
        ({"code": "no_engine_base"}, "does not serve this base model"),
        ({"code": "other_architecture"}, "does not serve this base model"),
    ],
)
async def test_without_a_copy_it_is_said_why_and_who_answers_instead(
    tmp_path: Path, facts: dict[str, Any], told: str
) -> None:
    said = await saved(tmp_path, of_engine(kept=False, **facts))
    assert "Saved: **team v1**" in said, "the model is as good"
    assert told in said
    assert "the trainer answers" in said.casefold()
    assert "within seconds" not in said


async def test_of_an_export_that_says_nothing_of_an_engine_nothing_is_said(tmp_path: Path) -> None:
    assert "engine" not in await saved(tmp_path, {})
