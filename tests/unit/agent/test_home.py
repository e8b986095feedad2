"""A person's own overview, and what is named where others read along."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.home import SHOWN
from agent.replies import AnyReply, Say, ShowCard
from storage.domain import JobKind, Membership, Project, Role, RunState
from tests.contract.facts import row
from tests.fakes.projects import in_a_project, save
from tests.fakes.reminding import wants
from tests.fakes.talk import LEASE, Talk
from tests.unit.agent.test_asking import REQUEST, another_project, quotes, served, two_versions
from trainer.client import TrainRequest
from trainer.recipes import Recipe


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await two_versions(talk)
    return talk


async def home(talk: Talk) -> list[AnyReply]:
    return await talk.interviewer.home(talk.person)


async def card(talk: Talk) -> ShowCard:
    shown = (await home(talk))[0]
    assert isinstance(shown, ShowCard)
    return shown


async def facts(talk: Talk) -> dict[str, str]:
    return {field.name: field.text for field in (await card(talk)).fields}


async def test_somebody_without_a_project_is_told_how_to_begin(tmp_path: Path) -> None:
    said = await home(Talk(home=tmp_path))
    assert [reply.text for reply in said if isinstance(reply, Say)] == [
        "You have no project yet. Write to me what a model should do for you, and we begin.",
        "No reminders are set.",
    ]


async def test_reminders_are_listed_as_they_come(tmp_path: Path) -> None:
    ana = Talk(home=tmp_path)
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9 to <feed> it")
    await ana.type("/tune remind monthly")
    (said,) = [reply.text for reply in await home(ana) if isinstance(reply, Say)][1:]
    assert said.split("\n")[1:] == [
        "- my suggestions, at most one a day, at 10:00",
        "- the rhythm: monthly: 10 to 15 new examples, train again, keep the better model",
        "- every Tuesday at 09:00 (Europe/Berlin)",
    ]


async def test_a_dataset_is_shown_with_its_progress(tmp_path: Path) -> None:
    ana = Talk(home=tmp_path)
    project_id = await in_a_project(ana, pack="product-management")
    of_project = {"project_id": project_id, "author_id": ana.person}
    await ana.store.rows.add([row("1", **of_project), row("2", **of_project), row("3", output="", **of_project)])
    await ana.store.rows.approve(["row_1"], ana.person, "consent_1")
    found = await facts(ana)
    assert found["Examples"] == "1 approved of the 24 that make a good start, waiting for a decision: 1"
    assert (await card(ana)).title == "Team"
    assert found["Models"] == "none yet"
    assert "Latest run" not in found


async def test_the_kind_that_would_be_asked_for_next_is_named(tmp_path: Path) -> None:
    ana = Talk(home=tmp_path)
    await ana.begin("Write the user stories of our product team")
    assert (await facts(ana))["Wanted next"]


async def test_models_are_asked_by_a_form(ana: Talk) -> None:
    found = await card(ana)
    assert [choice.label for choice in found.choices] == ["Ask team v2", "Ask team v1"]
    form = found.choices[0].form
    assert form is not None
    assert (form.name, form.subject) == ("ask", {"model": "model_team_2"})
    models = served(ana)
    await ana.send_form(form.name, form.subject, {"request": REQUEST})
    assert [name for name, *_ in models.asked] == ["team-v2"]
    assert quotes(ana)[0][0] == "team v2"


async def test_a_running_run_is_shown_with_how_far_it_is(ana: Talk) -> None:
    await save(ana, "project_1", "team", 3, RunState.TRAINING)
    await ana.context.trainer.submit(
        TrainRequest(run_id="run_team_3", base="tiny", recipe=Recipe()), request_id="train:3", now=ana.now
    )
    assert (await facts(ana))["Latest run"].startswith("Run 3")
    job = await ana.store.jobs.lease("trainer", [JobKind.TRAIN], ana.now, LEASE)
    assert job is not None
    await ana.store.jobs.publish(job.id, job.attempt, {"step": 4, "steps": 40, "loss": 2.5})
    assert "4 of 40" in (await facts(ana))["Latest run"]


async def test_at_most_ten_projects_are_shown_and_the_others_counted(ana: Talk) -> None:
    for number in range(SHOWN + 2):
        await ana.store.projects.add(
            Project(
                id=f"more_{number}",
                name=f"More {number}",
                slug=f"more-{number}",
                goal="",
                owner_id=ana.person,
                created_at=ana.now,
            )
        )
    said = await home(ana)
    assert sum(isinstance(reply, ShowCard) for reply in said) == SHOWN
    assert any(isinstance(reply, Say) and reply.text.startswith("And 3 more") for reply in said)


async def test_only_ones_own_projects_are_there(ana: Talk) -> None:
    await another_project(ana, "console:bo")
    assert [reply.title for reply in await home(ana) if isinstance(reply, ShowCard)] == ["Team"]


async def test_it_only_reads(ana: Talk) -> None:
    before = await ana.posts()
    await home(ana)
    assert await ana.posts() == before


# Asking by the form


@pytest.mark.parametrize("model", ["", "model_of_nobody", "model_stories_1"])
async def test_a_model_that_is_not_ones_own_is_not_asked(ana: Talk, model: str) -> None:
    await another_project(ana, "console:bo")
    models = served(ana)
    assert "not there any more" in await ana.send_form("ask", {"model": model}, {"request": REQUEST})
    assert models.asked == []


async def test_a_form_without_a_request_asks_for_one(ana: Talk) -> None:
    models = served(ana)
    assert "What shall I ask?" in await ana.send_form("ask", {"model": "model_team_2"}, {"request": " "})
    assert models.asked == []


async def test_in_a_form_no_word_is_an_address(ana: Talk) -> None:
    models = served(ana)
    await ana.send_form("ask", {"model": "model_team_1"}, {"request": "base: of the mountain"})
    assert [(name, request) for name, request, _ in models.asked] == [("team-v1", "base: of the mountain")]


async def test_a_viewer_may_ask_by_the_form(ana: Talk) -> None:
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id="console:bo", role=Role.VIEWER))
    ana.person = "console:bo"
    served(ana)
    assert "team v2 answers" in await ana.send_form("ask", {"model": "model_team_2"}, {"request": REQUEST})


# Where others read along


@pytest.fixture
async def thread(ana: Talk) -> Talk:
    """A conversation of Ana's that others read along, about the first of her two projects."""
    await another_project(ana, ana.person)
    served(ana, {"team-v2": "S: bed 9", "stories-v1": "Once"})
    ana.shared = True
    return ana


async def test_no_model_of_another_project_is_listed(thread: Talk) -> None:
    assert "stories" not in await thread.type("/tune models")
    assert "team v2" in thread.text


async def test_nor_asked_nor_named(thread: Talk) -> None:
    said = await thread.type(f"/tune ask stories-v1: {REQUEST}")
    assert said == "There is no version `stories-v1`. There is `v1`, `v2`."
    assert "not there any more" in await thread.send_form("ask", {"model": "model_stories_1"}, {"request": REQUEST})


async def test_directly_both_are(thread: Talk) -> None:
    thread.shared = False
    assert "stories v1" in await thread.type("/tune models")
    assert "stories v1 answers" in await thread.type(f"/tune ask stories-v1: {REQUEST}")


async def test_who_is_not_in_the_project_of_a_thread_is_listed_nothing(thread: Talk) -> None:
    thread.person = "console:bo"
    assert "You cannot look at anything" in await thread.type("/tune models")
    (refused,) = thread.said
    assert isinstance(refused, Say)
    assert refused == replace(refused, private=True)
