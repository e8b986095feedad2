"""A saved version is published where a server is set up; how that went is said, and can be tried again."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.publishing import published_name
from agent.replies import ShowCard
from storage.domain import JobFailure, JobKind, JobState, Membership, ModelVersion, Role, RunState
from tests.contract.facts import run
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.projects import in_a_project
from tests.fakes.talk import LEASE, Talk
from tests.fakes.train_results import TRAINED
from trainer.client import ExportRequest

OLLAMA_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
"""``types/model/name.go``."""
PUBLISHED = {
    "model": "Acme-Team-v1",
    "server": "0.34.4",
    "digest": "sha256:00",
    "bytes": 240_000_000,
    "sent": True,
    "difference": 0.0432,
    "tolerance": 0.15,
    "requests": 12,
}


@pytest.mark.parametrize(
    ("team", "project", "slug", "version", "expected"),
    [
        ("PM", "PRDs", "prds", 2, "PM-PRDs-v2"),
        ("Threadtune", "Release notes for customers", "x", 3, "Threadtune-Release-notes-for-customers-v3"),
        ("Équipe produit", "Résumés d'appels", "x", 1, "Equipe-produit-Resumes-d-appels-v1"),
        ("PM", "写发布说明", "project", 1, "PM-project-v1"),
        ("PM", "写发布说明 v2", "project-2", 1, "PM-project-2-v1"),
        ("команда", "Notes", "notes", 1, "Threadtune-Notes-v1"),
        ("PM", "../../etc/passwd:latest", "x", 1, "PM-etc-passwd-latest-v1"),
        ("PM", "x" * 80, "x", 1, f"PM-{'x' * 50}-v1"),
        (
            "PM",
            "Write all of the product documents that we ever need",
            "x",
            10,
            "PM-Write-all-of-the-product-documents-that-we-ever-v10",
        ),
    ],
)
def test_a_name_says_team_task_and_version(team: str, project: str, slug: str, version: int, expected: str) -> None:
    assert published_name(team, project, slug, version) == expected


@given(st.text(max_size=80), st.text(max_size=80), st.integers(1, 9999))
def test_whatever_a_project_is_called_ollama_takes_the_name(team: str, project: str, version: int) -> None:
    name = published_name(team, project, "project-17", version)
    assert OLLAMA_NAME.fullmatch(name)
    assert name.endswith(f"-v{version}")


async def saved(talk: Talk) -> str:
    """A project whose run is being saved; returns what is said when that is done."""
    project_id = await in_a_project(talk)
    await talk.store.runs.add(
        replace(run(), id="run_1", project_id=project_id, state=RunState.SAVING, results={"train": TRAINED})
    )
    await talk.store.models.add(
        ModelVersion(
            id="m1", project_id=project_id, run_id="run_1", name="team", version=0, metrics={}, created_at=talk.now
        )
    )
    request = ExportRequest(run_id="run_1", base="tiny", name="team", version=1)
    await talk.context.trainer.submit(request, "export:run_1", talk.now, talk.conversation)
    return await talk.end_job(JobKind.EXPORT, result={})


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    talk.become(replace(talk.context, team="Acme"))
    return talk


async def jobs(talk: Talk) -> list[dict[str, Any]]:
    return [dict(job.spec) for job in await talk.store.jobs.of_run("run_1") if job.kind is JobKind.PUBLISH]


class TestASavedVersion:
    async def test_goes_to_ollama_by_itself_where_a_server_is_set_up(self, talk: Talk) -> None:
        assert "`Acme-Team-v1`" in await saved(talk)
        assert await jobs(talk) == [
            {"run_id": "run_1", "base": "tiny", "name": "team", "version": 1, "model": "Acme-Team-v1", "system": ""}
        ]

    async def test_goes_nowhere_where_none_is(self, talk: Talk) -> None:
        talk.become(replace(talk.context, team=None))
        assert "Ollama" not in await saved(talk)
        assert await jobs(talk) == []


class TestWhileItIsPublished:
    async def test_status_says_so(self, talk: Talk) -> None:
        await saved(talk)
        await talk.store.jobs.lease("trainer", [JobKind.PUBLISH], talk.now, LEASE)
        assert "Run 1 is being put into Ollama." in await talk.type("/tune status")

    async def test_stop_stops_that_and_says_that_the_model_is_safe(self, talk: Talk) -> None:
        await saved(talk)
        assert "It is saved all the same" in await talk.type("/tune stop")
        assert (await talk.store.jobs.of_run("run_1"))[-1].state is JobState.CANCELLED


class TestTheEndOfPublishing:
    async def test_is_told_with_the_command_and_what_was_measured(self, talk: Talk) -> None:
        await saved(talk)
        said = await talk.end_job(JobKind.PUBLISH, result=PUBLISHED)
        assert "`ollama run Acme-Team-v1`" in said
        assert "12 of your requests" in said
        assert "0.04" in said

    async def test_is_remembered_so_that_the_model_can_be_asked_there(self, talk: Talk) -> None:
        await saved(talk)
        await talk.end_job(JobKind.PUBLISH, result=PUBLISHED)
        after = await talk.store.runs.get("run_1")
        assert after.results["publish"]["model"] == "Acme-Team-v1"
        assert after.state is RunState.SAVED

    @pytest.mark.parametrize(
        ("code", "numbers", "words"),
        [
            ("ollama_unreachable", {}, "`ollama serve`"),
            ("ollama_address", {}, "`%23` for #"),
            ("ollama_too_old", {"version": "0.9.0", "needed": "0.12.11"}, "0.12.11 or later"),
            ("ollama_no_disk", {}, "`ollama rm`"),
            ("ollama_name_taken", {"model": "Acme-Team-v1"}, "THREADTUNE_TEAM"),
            (
                "ollama_unfaithful",
                {"difference": 1.57, "tolerance": 0.15, "requests": 12},
                "difference 1.57, at most 0.15",
            ),
            ("ollama_refused", {"status": 400}, "status 400"),
            ("no_disk", {"needed": 250_000_000, "free": 10_000_000}, "250 MB"),
            ("crashed", {}, "logs/trainer.log"),
        ],
    )
    async def test_one_that_failed_is_told_with_what_to_do(
        self, talk: Talk, code: str, numbers: dict[str, Any], words: str
    ) -> None:
        await saved(talk)
        failure = JobFailure(code=code, numbers=numbers)
        said = await talk.end_job(JobKind.PUBLISH, JobState.FAILED, failure=failure)
        assert words in said
        assert "`/tune ask` asks it as before" in said
        assert (await talk.store.runs.get("run_1")).state is RunState.SAVED, "the run is not to blame"

    async def test_one_that_was_stopped_is_no_failure(self, talk: Talk) -> None:
        await saved(talk)
        assert "stopped" in await talk.end_job(JobKind.PUBLISH, JobState.CANCELLED)


class TestTryingAgain:
    @pytest.fixture
    async def talk(self, talk: Talk) -> Talk:
        await saved(talk)
        await talk.end_job(JobKind.PUBLISH, JobState.FAILED, failure=JobFailure(code="ollama_unreachable"))
        return talk

    async def test_one_press_publishes_once_more(self, talk: Talk) -> None:
        assert "`Acme-Team-v1`" in await talk.press("Try again")
        assert len(await jobs(talk)) == 2
        assert "`ollama run Acme-Team-v1`" in await talk.end_job(JobKind.PUBLISH, result=PUBLISHED)

    async def test_a_second_press_of_the_same_button_does_nothing(self, talk: Talk) -> None:
        card = talk.shown[-1]
        await talk.press("Try again")
        assert "Try again" in await talk.press("Try again", card)
        assert len(await jobs(talk)) == 2

    async def test_a_second_failure_can_be_tried_again_too(self, talk: Talk) -> None:
        await talk.press("Try again")
        await talk.end_job(JobKind.PUBLISH, JobState.FAILED, failure=JobFailure(code="ollama_unreachable"))
        await talk.press("Try again")
        assert len(await jobs(talk)) == 3

    async def test_where_the_server_was_taken_out_meanwhile_it_says_how_to_set_it_up(self, talk: Talk) -> None:
        talk.become(replace(talk.context, team=None))
        assert "THREADTUNE_OLLAMA=" in await talk.press("Try again")
        assert len(await jobs(talk)) == 1

    async def test_and_once_it_is_set_up_the_same_button_still_works(self, talk: Talk) -> None:
        card, context = talk.shown[-1], talk.context
        talk.become(replace(context, team=None))
        await talk.press("Try again")
        talk.become(context)
        assert "`Acme-Team-v1`" in await talk.press("Try again", card)
        assert len(await jobs(talk)) == 2

    async def test_whoever_may_only_look_may_not(self, talk: Talk) -> None:
        talk.person = "console:bo"
        await talk.store.projects.set_role(Membership(project_id="project_1", person_id=talk.person, role=Role.VIEWER))
        await talk.press("Try again")
        assert len(await jobs(talk)) == 1
        assert not any(isinstance(reply, ShowCard) for reply in talk.said)


async def failed(talk: Talk) -> None:
    talk.become(replace(talk.context, team="Acme"))
    await saved(talk)
    await talk.end_job(JobKind.PUBLISH, JobState.FAILED, failure=JobFailure(code="ollama_unreachable"))


async def outcome(talk: Talk) -> Any:
    """The jobs there are, and all that was said."""
    return await jobs(talk), await talk.posts(), (await talk.store.runs.get("run_1")).results.get("publish")


async def test_a_process_that_dies_while_it_tries_again_tries_once(tmp_path: Path) -> None:
    async def press(talk: Talk) -> None:
        await talk.press("Try again")

    made, said, _ = await ends_as_if_undisturbed(tmp_path, failed, press, outcome)
    assert len(made) == 2
    assert "Acme-Team-v1" in str(said)


async def test_a_process_that_dies_while_it_tells_the_end_tells_it_once(tmp_path: Path) -> None:
    async def again(talk: Talk) -> None:
        await failed(talk)
        await talk.press("Try again")

    async def end(talk: Talk) -> None:
        await talk.end_job(JobKind.PUBLISH, result=PUBLISHED)

    _, said, published = await ends_as_if_undisturbed(tmp_path, again, end, outcome)
    assert published == PUBLISHED
    assert str(said).count("ollama run") == 1
