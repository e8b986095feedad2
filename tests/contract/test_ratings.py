"""Blind votes on the answers of a run, on every adapter."""

from dataclasses import replace

import pytest

from storage.domain import Rating
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, project, rating


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def votes(store: Store, run_id: str = "run_1") -> list[Rating]:
    return list(await store.ratings.of_run(run_id))


async def test_a_vote_comes_back_whole_whatever_the_request_is_called(store: Store) -> None:
    odd = rating(prompt_id="nul \x00 half \ud83d ' \" ; --", rater_id="مرحبا", first="base", picked="same")
    await store.ratings.put(odd)
    assert await votes(store) == [odd]


async def test_a_later_vote_of_the_same_id_takes_the_place_of_the_earlier(store: Store) -> None:
    await store.ratings.put(rating())
    corrected = rating(picked="second", event_id="e2", created_at=START + MINUTE)
    for _ in range(2):  # and again, after a crash
        await store.ratings.put(corrected)
        assert await votes(store) == [corrected]


async def test_votes_are_of_one_run_in_order_of_creation_then_of_id(store: Store) -> None:
    for name, minutes in (("b", 1), ("a", 1), ("c", 0)):
        await store.ratings.put(rating(name, created_at=START + minutes * MINUTE))
    await store.ratings.put(rating("other", run_id="run_2"))
    assert [one.id for one in await votes(store)] == ["rating_c", "rating_a", "rating_b"]
    assert [one.id for one in await votes(store, "run_2")] == ["rating_other"]
    assert await votes(store, "none") == []


async def test_votes_of_a_project_are_those_of_all_its_runs_and_evaluations_in_the_same_order(store: Store) -> None:
    await store.projects.add(project("two"))
    for name, run_id, minutes in (("b", "run_1", 1), ("a", "eval_1", 1), ("c", "run_2", 0)):
        await store.ratings.put(rating(name, run_id=run_id, created_at=START + minutes * MINUTE))
    await store.ratings.put(rating("far", project_id="project_two"))
    assert [one.id for one in await store.ratings.of_project("project_one")] == ["rating_c", "rating_a", "rating_b"]
    assert [one.id for one in await store.ratings.of_project("project_two")] == ["rating_far"]


async def test_a_vote_needs_a_project(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.ratings.put(rating(project_id="none"))
    assert await votes(store) == []


async def test_a_rater_is_forgotten_in_one_project_and_nobody_else(store: Store) -> None:
    await store.projects.add(project("two"))
    bo, far = replace(rating("bo"), rater_id="console:bo"), rating("far", project_id="project_two")
    for one in (rating("1"), rating("2", run_id="run_2"), bo, far):
        await store.ratings.put(one)
    assert await store.ratings.forget_rater(ADA.id, "project_one") == 2
    assert await store.ratings.forget_rater(ADA.id, "project_one") == 0
    assert await votes(store) == [bo, far]
    assert await votes(store, "run_2") == []
