"""What the interview has learned about a project, on every adapter."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.documents import brief_from_json
from storage.domain import AgreedFormat, Brief, CoveragePlan
from storage.errors import NotFound, StoreUnavailable
from storage.ports import Store
from tests.contract.facts import project

FULL = Brief(
    project_id="project_one",
    answers={"goal": "Schreibe Tickets für Übergänge", "audience": "产品经理", "tone": "ودود", "real": ""},
    pack="product-manager",
    formats={
        "": AgreedFormat(sections=("Story:", "## Risks"), lists="bullets", longest_words=120, agreed=True),
        "labels": AgreedFormat(labels=("sí", "no"), lines=1, json_keys=("a",), tone="short", terms=("Threadtune",)),
    },
    plan=CoveragePlan(total=30, targets={"stories": 12, "bugs": 10, "epics": 8}, skipped=("bugs/error case",)),
    asked_cell="stories/error case",
)


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


def answering(question: str, answer: str) -> Callable[[Brief], Brief]:
    return lambda brief: replace(brief, answers={**brief.answers, question: answer})


async def test_of_a_project_that_begins_nothing_is_known(store: Store) -> None:
    for project_id in ("project_one", "unknown"):
        assert await store.briefs.get(project_id) == Brief(project_id=project_id)


async def test_a_brief_comes_back_whole_and_in_its_order(store: Store) -> None:
    assert await store.briefs.change("project_one", lambda _: FULL) == FULL
    found = await store.briefs.get("project_one")
    assert found == FULL
    assert list(found.plan.targets) == ["stories", "bugs", "epics"]
    assert list(found.answers) == list(FULL.answers)


async def test_an_answer_may_hold_anything(store: Store) -> None:
    hostile = {"q": "nul \x00, half \ud83d, ' \" ; -- \x01[]", "half \udc00": "{}"}
    await store.briefs.change("project_one", lambda brief: replace(brief, answers=hostile))
    assert (await store.briefs.get("project_one")).answers == hostile


async def test_a_change_sees_what_the_one_before_it_wrote(store: Store) -> None:
    await store.briefs.change("project_one", answering("goal", "tickets"))
    written = await store.briefs.change("project_one", answering("audience", "developers"))
    assert written.answers == {"goal": "tickets", "audience": "developers"}


async def test_changes_at_once_lose_nothing(store: Store) -> None:
    await asyncio.gather(*(store.briefs.change("project_one", answering(f"q{n}", "yes")) for n in range(8)))
    assert set((await store.briefs.get("project_one")).answers) == {f"q{n}" for n in range(8)}


async def test_briefs_of_two_projects_do_not_touch(store: Store) -> None:
    await store.projects.add(project("two"))
    await store.briefs.change("project_one", lambda _: FULL)
    assert await store.briefs.change("project_two", lambda _: FULL) == replace(FULL, project_id="project_two")
    await store.briefs.change("project_two", answering("goal", "other"))
    assert await store.briefs.get("project_one") == FULL


async def test_a_change_that_fails_changes_nothing(store: Store) -> None:
    def changes_its_mind(brief: Brief) -> Brief:
        raise NotFound("what it wanted to write down")

    await store.briefs.change("project_one", lambda _: FULL)
    with pytest.raises(NotFound):
        await store.briefs.change("project_one", changes_its_mind)
    assert await store.briefs.get("project_one") == FULL


async def test_what_was_handed_in_is_not_what_is_kept(store: Store) -> None:
    answers = {"goal": "tickets"}
    await store.briefs.change("project_one", lambda brief: replace(brief, answers=answers))
    answers["goal"] = "something else"
    assert (await store.briefs.get("project_one")).answers == {"goal": "tickets"}


async def test_a_brief_needs_a_project(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.briefs.change("none", answering("goal", "tickets"))


def test_fields_of_another_version_are_no_harm() -> None:
    later = {
        "project_id": "project_one",
        "answers": {"goal": "tickets"},
        "mood": "sunny",
        "formats": {"": {"agreed": True, "emoji": [1]}},
        "plan": {"weights": {}},
    }
    agreed = {"": AgreedFormat(agreed=True)}
    known = Brief(project_id="project_one", answers={"goal": "tickets"}, formats=agreed)
    assert brief_from_json("project_one", later) == known


async def test_what_is_no_brief_is_refused_and_not_kept(store: Store) -> None:
    await store.briefs.change("project_one", lambda _: FULL)
    with pytest.raises(StoreUnavailable) as refused, pytest.warns(UserWarning, match="serializ"):
        await store.briefs.change("project_one", lambda brief: replace(brief, answers={"goal": 7}))  # type: ignore[dict-item]  # that is the point
    assert refused.value.code == "corrupt"
    assert await store.briefs.get("project_one") == FULL
