"""Evaluations of any contenders, on every adapter."""

import asyncio

import pytest

from storage.domain import EvaluationState
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import evaluation, project


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def test_evaluations_are_numbered_within_their_project(store: Store) -> None:
    await store.projects.add(project("two"))
    first = await store.evaluations.add(evaluation("1", contenders=("v1", "openai:gpt-4o-mini")))
    other = await store.evaluations.add(evaluation("far", project_id="project_two"))
    second = await store.evaluations.add(evaluation("2"))
    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert await store.evaluations.of_project("project_one") == [first, second]
    assert await store.evaluations.get("evaluation_1") == first


async def test_evaluations_that_are_added_at_once_have_numbers_of_their_own(store: Store) -> None:
    made = await asyncio.gather(*(store.evaluations.add(evaluation(str(place))) for place in range(5)))
    assert sorted(one.number for one in made) == [1, 2, 3, 4, 5]


async def test_adding_an_evaluation_again_changes_nothing(store: Store) -> None:
    first = await store.evaluations.add(evaluation())
    assert await store.evaluations.add(evaluation(contenders=("base",))) == first


async def test_results_are_merged_and_the_state_is_set(store: Store) -> None:
    await store.evaluations.add(evaluation(results={"estimate": {"calls": 40}}))
    await store.evaluations.update("evaluation_1", EvaluationState.ANSWERING, {"jobs": ["job_1"]})
    done = await store.evaluations.update("evaluation_1", EvaluationState.DONE)
    assert (done.state, done.state.ended) == (EvaluationState.DONE, True)
    assert done.results == {"estimate": {"calls": 40}, "jobs": ["job_1"]}


async def test_results_are_merged_into_whatever_state_it_has_by_then(store: Store) -> None:
    await store.evaluations.add(evaluation())
    await store.evaluations.update("evaluation_1", EvaluationState.DONE)
    noted = await store.evaluations.update("evaluation_1", None, {"hosted": {}})
    assert (noted.state, noted.results) == (EvaluationState.DONE, {"hosted": {}})


async def test_what_is_stopped_goes_on_until_somebody_sees_it_and_what_has_ended_stays_so(store: Store) -> None:
    await store.evaluations.add(evaluation(state=EvaluationState.ANSWERING))
    stopped = await store.evaluations.stop("evaluation_1")
    assert (stopped.state, stopped.results) == (EvaluationState.ANSWERING, {"stopped": True})
    await store.evaluations.update("evaluation_1", EvaluationState.DONE, {"stopped": False})
    late = await store.evaluations.stop("evaluation_1")
    assert (late.state, late.results) == (EvaluationState.DONE, {"stopped": False})
    assert await store.evaluations.get("evaluation_1") == late


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.evaluations.stop("none")
    with pytest.raises(NotFound):
        await store.evaluations.get("none")
    with pytest.raises(NotFound):
        await store.evaluations.update("none", EvaluationState.DONE)
    with pytest.raises(NotFound):
        await store.evaluations.add(evaluation(project_id="none"))
