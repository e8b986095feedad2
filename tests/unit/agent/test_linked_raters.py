"""A person with two accounts is one rater: nothing is asked twice, and nobody counts twice."""

from pathlib import Path

import pytest

from agent.evaluation.rubric import CRITERIA
from agent.scoring import own_scores, scores_of, unscored_items
from agent.votes import rating_id, unrated, votes_of
from storage.domain import Rating, Score
from tests.fakes.linking import linked
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import BO, PROJECT, add_member, better, compared, face, pick

ANA = "console:ana"
RUN = "run_1"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await compared(talk)
    return talk


async def vote(talk: Talk, person: str, prompt_id: str) -> None:
    """For the answer that stands first, which is the base model's."""
    await talk.store.ratings.put(
        Rating(
            id=rating_id(RUN, prompt_id, person),
            project_id=PROJECT,
            run_id=RUN,
            prompt_id=prompt_id,
            rater_id=person,
            first="base",
            picked="first",
            event_id="e",
            created_at=talk.now,
        )
    )
    talk._count += 1


async def score(talk: Talk, person: str, prompt_id: str, given: int) -> None:
    talk._count += 1
    await talk.store.scores.put(
        [
            Score(
                id=f"{person}:{prompt_id}:{given}",
                project_id=PROJECT,
                run_id=RUN,
                prompt_id=prompt_id,
                side="base",
                criterion="overall",
                score=given,
                note="",
                rater_id=person,
                event_id="e",
                created_at=talk.now,
                asked=CRITERIA,
            )
        ]
    )


async def test_what_was_voted_on_with_one_account_is_not_put_up_to_the_other(talk: Talk) -> None:
    run = await talk.store.runs.get(RUN)
    await vote(talk, ANA, "row_0")
    assert len(await unrated(talk.context, run, BO)) == 5
    await linked(talk.store, ANA, BO)
    assert [pair.prompt_id for pair in await unrated(talk.context, run, BO)] == [f"row_{at}" for at in range(1, 5)]
    assert all(item.prompt_id != "row_0" for item in await unscored_items(talk.context, run, BO))


async def test_two_votes_on_one_pair_are_one_and_the_later_counts(talk: Talk) -> None:
    await vote(talk, ANA, "row_0")
    await talk.store.ratings.put(
        Rating(
            id="later",
            project_id=PROJECT,
            run_id=RUN,
            prompt_id="row_0",
            rater_id=BO,
            first="base",
            picked="same",
            event_id="e",
            created_at=talk.now,
        )
    )
    assert [one.rater_id for one in await votes_of(talk.context, RUN)] == [ANA, BO]
    await linked(talk.store, ANA, BO)
    (counted,) = await votes_of(talk.context, RUN)
    assert counted.picked == "same"


async def test_votes_on_different_pairs_are_one_persons(talk: Talk) -> None:
    await vote(talk, ANA, "row_0")
    await vote(talk, BO, "row_1")
    await linked(talk.store, ANA, BO)
    assert len({one.rater_id for one in await votes_of(talk.context, RUN)}) == 1
    await talk.store.links.unlink(BO)
    assert len({one.rater_id for one in await votes_of(talk.context, RUN)}) == 2, "nothing was written over"


async def test_two_scores_of_one_answer_are_one_and_the_later_counts(talk: Talk) -> None:
    await score(talk, ANA, "row_0", 2)
    await score(talk, BO, "row_0", 5)
    assert len(await scores_of(talk.context, RUN)) == 2
    await linked(talk.store, ANA, BO)
    (counted,) = await scores_of(talk.context, RUN)
    assert counted.score == 5
    run = await talk.store.runs.get(RUN)
    items = await unscored_items(talk.context, run, ANA)
    assert all((item.prompt_id, item.sides[0]) != ("row_0", "base") for item in items)


async def test_a_card_that_one_account_opened_is_the_persons_in_the_other_too(talk: Talk) -> None:
    """The vote is told by the order in which that card showed the answers."""
    await add_member(talk, BO)
    await talk.type("/tune rate")
    card = face(talk)
    label = better(card, "tuned")
    await linked(talk.store, ANA, BO)
    talk.person = BO
    await talk.press(label, card)
    assert [one.picked for one in await votes_of(talk.context, RUN)] == ["tuned"]
    talk.person = ANA
    assert face(talk).title == "Pair 2 of 3: which answer is better?"
    await pick(talk, "base")
    assert [one.picked for one in await votes_of(talk.context, RUN)] == ["tuned", "base"]


async def test_own_scores_are_those_of_all_accounts(talk: Talk) -> None:
    run = await talk.store.runs.get(RUN)
    item = next(one for one in await unscored_items(talk.context, run, BO) if one.sides[0] == "base")
    await score(talk, ANA, item.prompt_id, 4)
    assert await own_scores(talk.context, run, item, BO) == ({}, "")
    await linked(talk.store, ANA, BO)
    assert await own_scores(talk.context, run, item, BO) == ({"overall": 4}, "")
