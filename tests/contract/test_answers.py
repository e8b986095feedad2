"""What saved versions answered, and what people thought of it, on every adapter."""

import asyncio
from dataclasses import replace

import pytest

from storage.domain import Answer, AnswerFeedback, Feedback
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, answer, feedback, project

BO = "console:bo"


@pytest.fixture(autouse=True)
async def _projects(store: Store) -> None:
    for name in ("one", "two"):
        await store.projects.add(project(name, f"{name}-writer"))


async def thought(store: Store, project_id: str = "project_one") -> list[AnswerFeedback]:
    return list(await store.answers.feedback(project_id))


async def asked(store: Store, person_id: str = ADA.id, project_id: str = "project_one") -> list[Answer]:
    return list(await store.answers.of_person(person_id, project_id))


async def test_an_answer_comes_back_whole_whatever_the_model_wrote(store: Store) -> None:
    odd = answer(model_id=None, request="", text="nul \x00 half \ud83d ' \" ; -- @channel")
    await store.answers.add(odd)
    await store.answers.add(replace(odd, text="another"))
    assert await store.answers.get("answer_1") == odd


async def test_an_answer_needs_a_project_and_feedback_an_answer(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.answers.add(answer(project_id="none"))
    with pytest.raises(NotFound):
        await store.answers.get("answer_1")
    with pytest.raises(NotFound):
        await store.answers.put_feedback(feedback())
    assert await thought(store) == []


async def test_a_person_has_one_opinion_of_an_answer_the_latest(store: Store) -> None:
    await store.answers.add(answer())
    bo = feedback(person_id=BO, feedback=Feedback.NOT_GOOD)
    for kind in Feedback:
        mine = feedback(feedback=kind, event_id=f"e {kind}", given_at=START + MINUTE)
        await store.answers.put_feedback(bo)
        for _ in range(2):  # and again, after a crash
            await store.answers.put_feedback(mine)
        assert await thought(store) == [bo, mine]


async def test_it_may_be_counted_against_a_criterion_until_the_person_thinks_again(store: Store) -> None:
    await store.answers.add(answer())
    against = feedback(feedback=Feedback.NOT_GOOD, criterion="tone")
    for mine in (against, feedback(feedback=Feedback.GOOD)):
        await store.answers.put_feedback(mine)
        assert await thought(store) == [mine]


async def test_what_was_thought_of_one_version_alone(store: Store) -> None:
    for name, version in (("base", None), ("one", "model_1"), ("two", "model_2")):
        await store.answers.add(answer(name, model_id=version))
        await store.answers.put_feedback(feedback(f"answer_{name}"))
    assert await store.answers.feedback("project_one", "model_2") == [feedback("answer_two")]
    assert await store.answers.feedback("project_two", "model_2") == []
    assert len(await thought(store)) == 3


async def test_feedback_is_in_order_of_time_then_of_answer_and_person(store: Store) -> None:
    given = []
    for name in ("b", "a"):
        await store.answers.add(answer(name))
        given += [feedback(f"answer_{name}", person_id=by) for by in (BO, ADA.id)]
    given.append(feedback("answer_b", person_id="console:cy", given_at=START - MINUTE))
    await store.answers.add(answer("far", project_id="project_two"))
    for one in (*given, feedback("answer_far")):
        await store.answers.put_feedback(one)
    found = [(one.answer_id[-1], one.person_id) for one in await thought(store)]
    assert found == [("b", "console:cy"), ("a", ADA.id), ("a", BO), ("b", ADA.id), ("b", BO)]
    assert await thought(store, "none") == []


async def test_what_a_person_asked_is_found_again_in_order(store: Store) -> None:
    later = answer("0", created_at=START + MINUTE)
    for one in (later, answer("2"), answer("1"), answer("bo", asked_by=BO), answer("far", project_id="project_two")):
        await store.answers.add(one)
    assert await asked(store) == [answer("1"), answer("2"), later]


async def test_what_a_person_asked_and_thought_is_forgotten_in_one_project_and_nobody_elses(store: Store) -> None:
    far = answer("far", project_id="project_two")
    for one in (answer("1"), answer("2"), answer("bo", asked_by=BO), far):
        await store.answers.add(one)
    of_bo, of_far = feedback("answer_bo", person_id=BO), feedback("answer_far")
    on_mine = feedback("answer_1", person_id=BO)
    for given in (feedback("answer_1"), on_mine, feedback("answer_bo"), of_bo, of_far):
        await store.answers.put_feedback(given)
    assert await store.answers.forget_person(ADA.id, "project_one") == 2
    assert await store.answers.forget_person(ADA.id, "project_one") == 0
    assert (await thought(store), await thought(store, "project_two")) == ([of_bo], [of_far])
    assert (await asked(store), await asked(store, ADA.id, "project_two")) == ([], [far])
    with pytest.raises(NotFound):
        await store.answers.get("answer_1")
    with pytest.raises(NotFound):
        await store.answers.forget_person(ADA.id, "none")


async def test_people_forget_each_others_answers_at_once(store: Store) -> None:
    people = [f"console:p{number}" for number in range(4)]
    for name in people:
        await store.answers.add(answer(name, asked_by=name))
    for by in people:
        for name in people:
            await store.answers.put_feedback(feedback(f"answer_{name}", person_id=by))
    gone = await asyncio.gather(*(store.answers.forget_person(name, "project_one") for name in people))
    assert gone == [1, 1, 1, 1]
    assert await thought(store) == []


async def test_an_opinion_that_comes_while_its_answer_is_forgotten_leaves_no_trace(store: Store) -> None:
    for number in range(8):
        await store.answers.add(answer(str(number)))
    late = (store.answers.put_feedback(feedback(f"answer_{number}", person_id=BO)) for number in range(8))
    outcomes = await asyncio.gather(store.answers.forget_person(ADA.id, "project_one"), *late, return_exceptions=True)
    assert outcomes[0] == 8
    assert {type(one) for one in outcomes[1:]} <= {type(None), NotFound}
    assert await thought(store) == []
