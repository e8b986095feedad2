"""``threadtune models`` and ``datasets``: the figures are those of the store, in words a screen reader can read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.listing import datasets, models
from storage.domain import ModelVersion, Origin, Part, Project, Row, RowStatus, Run, RunState
from storage.memory import memory_store
from storage.ports import Store

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


async def filled() -> Store:
    """One project with three approved rows in two parts, one waiting and one rejected, and one model."""
    store = memory_store()
    await store.projects.add(
        Project(
            id="p", name="Release\x1b[2J notes", slug="release-notes", goal="", owner_id="console:ada", created_at=NOW
        )
    )
    statuses = [RowStatus.APPROVED] * 3 + [RowStatus.PENDING, RowStatus.REJECTED]
    await store.rows.add([row(number, status) for number, status in enumerate(statuses)])
    await store.rows.assign_parts({"row-0": Part.TRAIN, "row-1": Part.TEST})
    await store.runs.add(run("r", RunState.SAVED))
    await store.models.add(
        ModelVersion(
            id="m",
            project_id="p",
            run_id="r",
            name="release-notes",
            version=0,
            metrics={"base_loss": 2.5, "tuned_loss": 1.25},
            created_at=NOW,
        )
    )
    return store


def run(run_id: str, state: RunState) -> Run:
    return Run(
        id=run_id,
        project_id="p",
        conversation_id="console:terminal",
        started_by="console:ada",
        number=0,
        recipe={},
        state=state,
        created_at=NOW,
    )


def row(number: int, status: RowStatus) -> Row:
    return Row(
        id=f"row-{number}",
        project_id="p",
        instruction="Write",
        input=str(number),
        output="x",
        status=status,
        origin=Origin.GIVEN,
        author_id="console:ada",
        event_id="e",
        source="conversation",
        content_hash=str(number),
        created_at=NOW,
    )


async def test_a_dataset_is_counted_by_status_and_part() -> None:
    (line,) = (await datasets(await filled())).as_lines()
    assert line == (
        "Name: Release notes; Approved: 3; Waiting: 1; To learn from: 1; To validate: 0; To test: 1; Not used yet: 1"
    )


async def test_a_model_names_its_losses_and_its_folder(tmp_path: Path) -> None:
    found = await models(await filled(), tmp_path)
    assert "Test loss before: 2.500; Test loss after: 1.250" in found.as_lines()[0]
    (model,) = json.loads(found.as_json())
    assert model["loss_after"] == 1.25
    assert model["folder"] == str(tmp_path / "models" / "release-notes" / "1")


async def test_losses_that_were_not_measured_are_unknown(tmp_path: Path) -> None:
    store = await filled()
    unmeasured = ModelVersion(id="m2", project_id="p", run_id="r2", name="n", version=0, metrics={}, created_at=NOW)
    await store.runs.add(run("r2", RunState.SAVED))
    await store.models.add(unmeasured)
    assert (
        "Version: 2; Made on: 2026-11-21T09:00+00:00; Test loss before: unknown"
        in ((await models(store, tmp_path)).as_lines()[1])
    )


@pytest.mark.parametrize("state", [RunState.SAVING, RunState.FAILED])
async def test_a_version_that_was_never_saved_is_not_listed(tmp_path: Path, state: RunState) -> None:
    store = await filled()
    await store.runs.add(run("r2", state))
    begun = ModelVersion(id="m2", project_id="p", run_id="r2", name="n", version=0, metrics={}, created_at=NOW)
    await store.models.add(begun)
    assert [model["name"] for model in (await models(store, tmp_path)).rows] == ["release-notes"]


async def test_nothing_is_said_in_words() -> None:
    assert "no dataset yet" in (await datasets(memory_store())).as_lines()[0]
