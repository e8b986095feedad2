"""People's scores by criterion, on every adapter."""

from dataclasses import replace

import pytest

from storage.domain import Score
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, project, score


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def scores(store: Store, run_id: str = "run_1") -> list[Score]:
    return list(await store.scores.of_run(run_id))


async def test_a_score_comes_back_whole_whatever_was_written_beside_it(store: Store) -> None:
    odd = score(note="nul \x00 half \ud83d ' \" ; --", rater_id="مرحبا", side="base", score=1)
    await store.scores.put([odd])
    assert await scores(store) == [odd]


async def test_of_an_evaluation_a_score_names_the_contender_whose_answer_it_is_of(store: Store) -> None:
    given = [score(side, side=side, run_id="eval_1") for side in ("base", "v1", "openai:gpt-4o-mini")]
    await store.scores.put([*given, score("of a run")])
    assert {one.side for one in await scores(store, "eval_1")} == {"base", "v1", "openai:gpt-4o-mini"}


async def test_which_criteria_were_before_the_person_comes_back_with_it_in_their_order(store: Store) -> None:
    given = [score("1", asked=("tone", "accuracy", "warm_1a2b3c4d")), score("2")]
    await store.scores.put(given)
    assert await scores(store) == given
    await store.scores.put([score("1", asked=("accuracy",))])
    assert [one.asked for one in await scores(store)] == [("accuracy",), ()]


async def test_a_later_score_of_the_same_id_takes_the_place_of_the_earlier(store: Store) -> None:
    await store.scores.put([score()])
    corrected = score(score=2, note="it forgot the lift", event_id="e2", created_at=START + MINUTE)
    for _ in range(2):  # and again, after a crash
        await store.scores.put([corrected])
        assert await scores(store) == [corrected]


async def test_scores_stand_in_order_of_creation_then_of_id_by_run_and_by_project(store: Store) -> None:
    for name, minutes in (("b", 1), ("a", 1), ("c", 0)):
        await store.scores.put([score(name, created_at=START + minutes * MINUTE)])
    await store.scores.put([score("other", run_id="run_2", created_at=START + 2 * MINUTE)])
    assert [one.id for one in await scores(store)] == ["score_c", "score_a", "score_b"]
    assert [one.id for one in await store.scores.of_project("project_one")][-1] == "score_other"
    assert await scores(store, "none") == []


async def test_of_scores_given_together_none_is_kept_where_one_has_no_project(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.scores.put([score(), score("2", project_id="none")])
    assert await scores(store) == []


async def test_a_note_is_taken_back_as_a_lesson_and_given_again(store: Store) -> None:
    await store.scores.put([score(note="it forgot the lift")])
    assert await store.scores.withdraw("score_1") is True
    assert [one.withdrawn for one in await scores(store)] == [True]
    assert await store.scores.withdraw("score_1", withdrawn=False) is True
    assert [one.withdrawn for one in await scores(store)] == [False]
    assert await store.scores.withdraw("none") is False


async def test_a_rater_is_forgotten_in_one_project_and_nobody_else(store: Store) -> None:
    await store.projects.add(project("two"))
    bo, far = replace(score("bo"), rater_id="console:bo"), score("far", project_id="project_two")
    await store.scores.put([score("1"), score("2", run_id="run_2"), bo, far])
    assert await store.scores.forget_rater(ADA.id, "project_one") == 2
    assert await store.scores.forget_rater(ADA.id, "project_one") == 0
    assert await scores(store) == [bo, far]
