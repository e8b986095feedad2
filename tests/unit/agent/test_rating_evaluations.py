"""Rating the answers of an evaluation blind: pairs where two answered, single answers where more did."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.contenders import contenders_in
from agent.corrections import ratings_of
from agent.evaluated import evaluated
from agent.evaluation.people import OVERALL
from agent.evaluation.rubric import CRITERIA, rubric_of
from agent.evaluation_turns import replies_about
from agent.forms import check_form
from agent.lessons import lessons_of
from agent.offering import offers_to_rate
from agent.replies import ShowCard, ShowTable
from agent.reports.rating_card import Offer, offer_face
from agent.scoring import items_of, records, to_score, unscored_items
from agent.state import Turn
from agent.votes import name_answers, pairs_of, rateable, rating_id, shown_first, unrated, votes_of
from storage.domain import Evaluation, EvaluationState, Membership, Picked, Rating, Role, RowStatus, Score
from tests.contract.facts import model, row
from tests.fakes.judges import RuledJudge, perfect
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import BO, PROJECT, compared, store_card
from tests.unit.agent.test_scoring import WARMTH

ID = "eval_1"
LABELS = ["A is better", "B is better", "About the same"]
FIVE = "Excellent (5)"
HOSTED = "openai:gpt-4o-mini"
TWO, THREE = ("base", "v1"), ("v1", "base", HOSTED)
WORDS = {"base": "plain", "v1": "formal", "v2": "short", HOSTED: "clever"}
"""What each contender begins its answers with."""


async def evaluation_of(talk: Talk, contenders: Sequence[str] = TWO, requests: int = 22, name: str = ID) -> Evaluation:
    """An evaluation that is done: each contender answers "<its word> <request>"."""
    if not await talk.store.projects.all():
        await in_a_project(talk)
    ids = [f"row_{number}" for number in range(requests)]
    write(talk, name, "prompts", [prompt(one) for one in ids])
    for place, one in enumerate(contenders):
        if ":" not in one:
            write(talk, name, f"answers_{place}", [{"id": row, "text": f"{WORDS[one]} {row}"} for row in ids])
    for place, one in enumerate(contenders):
        if ":" in one:
            write(
                talk, name, f"hosted_{place}", [{"key": row, "id": row, "text": f"{WORDS[one]} {row}"} for row in ids]
            )
    added = await talk.store.evaluations.add(
        Evaluation(
            id=name,
            project_id=PROJECT,
            number=0,
            contenders=tuple(contenders),
            conversation_id=talk.conversation,
            asked_by=talk.person,
            event_id=name,
            created_at=talk.now,
        )
    )
    return await talk.store.evaluations.update(added.id, EvaluationState.DONE)


def prompt(name: str) -> dict[str, str]:
    return {"id": name, "source": "row", "part": "test", "instruction": f"Write note {name}", "reference": "wanted"}


def write(talk: Talk, evaluation: str, name: str, lines: Sequence[Mapping[str, str]]) -> None:
    talk.files.write_text(f"evaluations/{evaluation}/{name}.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    return talk


def face(talk: Talk, kind: str) -> ShowCard:
    return next(one for one in reversed(talk.said) if isinstance(one, ShowCard) and one.card_kind == kind)


async def pick(talk: Talk, name: str) -> str:
    """Vote for this contender's answer, told by what it begins with."""
    card = face(talk, "rating")
    place = [quote.text.startswith(WORDS[name]) for quote in card.quoted[1:]].index(True)
    return await talk.press(LABELS[place], card)


async def vote_on(talk: Talk, name: str, requests: int) -> str:
    """As many votes for a contender; but for the last three they are there already."""
    (one,) = [one for one in await talk.store.evaluations.of_project(PROJECT) if name in one.contenders]
    for at in range(requests - 3):
        first = shown_first(one.id, f"row_{at}", talk.person)
        picked: Picked = "first" if one.contenders[first == "tuned"] == name else "second"
        await talk.store.ratings.put(
            Rating(
                id=rating_id(one.id, f"row_{at}", talk.person),
                project_id=PROJECT,
                run_id=one.id,
                prompt_id=f"row_{at}",
                rater_id=talk.person,
                first=first,
                picked=picked,
                event_id="e",
                created_at=talk.now,
            )
        )
    await talk.type("/tune rate")
    for _ in range(3):
        said = await pick(talk, name)
    return said


async def score_next(talk: Talk) -> str:
    """The answer on the card is worth five if version 1 gave it, else two."""
    card = face(talk, "scores")
    good = card.quoted[1].text.startswith(WORDS["v1"])
    return await talk.press(FIVE if good else "Weak (2)", card)


async def score_all(talk: Talk, one: Evaluation) -> str:
    """All answers; but for the last three they are scored already."""
    turn = Turn({"id": "e", "person_id": talk.person, "received_at": talk.now.isoformat(), "payload": {}})
    for item in (await items_of(talk.context, one, talk.person))[:-3]:
        given = {OVERALL: 5 if item.answer.startswith(WORDS["v1"]) else 2}
        await talk.store.scores.put(records(turn, one, item, given, "", asked=CRITERIA))
    await talk.type("/tune rate scores")
    for _ in range(3):
        said = await score_next(talk)
    return said


async def scores(talk: Talk) -> Sequence[Score]:
    return await talk.store.scores.of_run(ID)


def data(talk: Talk, name: str = ID) -> Any:
    return json.loads(talk.files.read_text(f"evaluations/{name}/comparison.json"))


def measure(comparison: Mapping[str, Any], code: str) -> Any:
    return next((one for one in comparison["measures"] if one["code"] == code), None)


class TestPairsOfTwo:
    async def test_votes_enter_the_evaluation_and_nobody_is_said_to_have_scored_nothing(self, talk: Talk) -> None:
        one = await evaluation_of(talk)
        await evaluated(talk.context, one, await contenders_in(talk.context, one), ask=False)
        assert "Not scored yet by anybody" in talk.files.read_text(f"evaluations/{ID}/comparison.md")
        said = await vote_on(talk, "v1", 21)
        assert "Your picks: version 1 3, the base model 0, about the same 0." in said
        assert "All votes on evaluation 1 so far: version 1 21, the base model 0" in said
        assert "The votes suffice: people prefer version 1." in said
        assert "`/tune compare evaluation 1` shows all of it" in said
        (pair,) = data(talk)["comparisons"]
        votes = measure(pair, "votes")
        assert (votes["scored_by"], votes["n"], votes["outcome"]) == ("people", 21, "better")
        assert votes["difference"]["low"] > 0
        page = talk.files.read_text(f"evaluations/{ID}/comparison.md")
        assert "Preferred by people" in page
        assert "Not scored yet by anybody" not in page
        assert talk.files.exists(f"evaluations/{ID}/comparison.png")
        (stored,) = await talk.store.evaluations.of_project(PROJECT)
        assert stored.results["headlines"] == [pair["headline"]]

    async def test_judges_are_held_against_the_votes_on_these_answers(self, talk: Talk) -> None:
        """This judge takes more words for a better answer, and people the shorter one."""
        one = await evaluation_of(talk, requests=6)
        longer = [{"id": f"row_{at}", "text": f"formal and at greater length {at}, as nobody asked"} for at in range(6)]
        write(talk, ID, "answers_1", longer)
        await vote_on(talk, "base", 6)
        context = replace(talk.context, judges=(RuledJudge(perfect),))
        ((_, pair),) = (await evaluated(context, one, await contenders_in(context, one))).comparisons
        assert pair.judged.votes is not None
        assert (pair.judged.votes_compared, pair.judged.votes.value) == (6, 0)

    async def test_of_few_votes_nothing_is_concluded(self, talk: Talk) -> None:
        await evaluation_of(talk)
        said = await vote_on(talk, "v1", 3)
        assert "The votes do not settle it yet" in said
        assert "For more pairs, write `/tune rate evaluation 1`." in said
        (pair,) = data(talk)["comparisons"]
        assert measure(pair, "votes")["outcome"] == "too_few"

    async def test_whose_answer_is_whose_is_told_nowhere_on_the_card(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await talk.type("/tune rate")
        card = face(talk, "rating")
        assert "the answers of the base model and version 1, in any order" in card.note
        assert [quote.name for quote in card.quoted] == ["Request", "Answer A", "Answer B"]

    async def test_how_far_people_agree_is_told(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.VIEWER))
        await vote_on(talk, "v1", 12)
        talk.person = BO
        said = await vote_on(talk, "v1", 12)
        assert "All votes on evaluation 1 so far: version 1 24" in said
        assert "On 12 pairs that two or more people voted on, they picked the same in 100 of 100 cases" in said
        assert "People who voted: 2, with 24 votes." in talk.files.read_text(f"evaluations/{ID}/comparison.md")

    async def test_votes_of_one_evaluation_are_in_no_other(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await evaluation_of(talk, ("base", "v2"), name="eval_2")
        await vote_on(talk, "v2", 3)
        assert len(await votes_of(talk.context, "eval_2")) == 3
        assert not await votes_of(talk.context, ID)

    async def test_answers_that_went_meanwhile_end_the_rating_with_what_was_picked(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await vote_on(talk, "v1", 3)
        await talk.type("/tune rate")
        await pick(talk, "v1")
        talk.files.delete(f"evaluations/{ID}/answers_1.jsonl")
        said = await talk.press("Stop rating", face(talk, "rating"))
        assert "Your picks: version 1 1, the base model 0, about the same 0." in said
        assert "The comparison counts them" not in said

    async def test_whoever_scored_an_answer_does_not_vote_on_it(self, talk: Talk) -> None:
        await evaluation_of(talk, requests=1)
        await talk.type("/tune rate scores")
        await score_next(talk)
        assert "no pair left in evaluation 1" in await talk.type("/tune rate")


class TestScoresOfSeveral:
    async def test_rate_offers_scores_for_in_pairs_the_first_would_be_known_again(self, talk: Talk) -> None:
        await evaluation_of(talk, THREE, requests=4)
        said = await talk.type("/tune rate")
        assert "3 answers to score from 1 to 5" in said
        assert "counts in the comparison of evaluation 1" in said
        assert await pairs_of(talk.context, ID) == []
        await talk.press("Rate now", face(talk, "rating"))
        assert face(talk, "scores").title == "Answer 1 of 3: how good is it?"
        assert f"Those who answered: version 1, the base model and {HOSTED}." in face(talk, "scores").note

    async def test_each_answer_is_scored_once_and_counts_in_every_comparison_it_is_in(self, talk: Talk) -> None:
        said = await score_all(talk, await evaluation_of(talk, THREE))
        assert "There is no answer left in evaluation 1" in said
        given = Counter((one.side, one.score) for one in await scores(talk))
        assert given == {("v1", 5): 22, ("base", 2): 22, (HOSTED, 2): 22}
        for pair in data(talk)["comparisons"]:
            overall = measure(pair, "scored_overall")
            assert (overall["scored_by"], overall["n"], overall["base"], overall["tuned"]) == ("people", 22, 5, 2)
            assert overall["outcome"] == "worse", "beside version 1, with which both are compared"
            assert (pair["raters"]["scorers"], pair["raters"]["answers"]) == (1, 44)
        assert "Not scored yet by anybody" not in talk.files.read_text(f"evaluations/{ID}/comparison.md")

    async def test_answers_to_one_request_do_not_stand_side_by_side(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=6)
        order = [item.prompt_id for item in await items_of(talk.context, one, talk.person)]
        assert len(order) == 18
        assert all(first != second for first, second in pairwise(order))
        sides = {tuple(item.sides for item in await items_of(talk.context, one, who)) for who in (talk.person, BO)}
        assert len(sides) == 2, "each person has an order of their own"

    async def test_what_several_said_alike_is_scored_once_for_all_of_them(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=1)
        write(talk, ID, "answers_1", [{"id": "row_0", "text": "formal row_0"}])
        alike = next(item for item in await items_of(talk.context, one, talk.person) if len(item.sides) == 2)
        assert set(alike.sides) == {"v1", "base"}
        await talk.type("/tune rate scores")
        for _ in range(2):
            await score_next(talk)
        assert sorted(one.side for one in await scores(talk)) == ["base", HOSTED, "v1"]

    async def test_one_that_answers_later_leaves_open_cards_as_they_are(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=3)
        late = talk.files.read_text(f"evaluations/{ID}/hosted_2.jsonl")
        talk.files.delete(f"evaluations/{ID}/hosted_2.jsonl")
        before = {item.id: item.answer for item in await items_of(talk.context, one, talk.person)}
        talk.files.write_text(f"evaluations/{ID}/hosted_2.jsonl", late)
        after = {item.id: item.answer for item in await items_of(talk.context, one, talk.person)}
        assert len(before) == 6
        assert len(after) == 9
        assert before.items() <= after.items()

    async def test_what_one_said_later_just_as_another_is_asked_for_once_more(self, talk: Talk) -> None:
        """Nobody has scored it as the answer of the one that came later, in whatever order a person sees them."""
        one = await evaluation_of(talk, THREE, requests=8)
        talk.files.delete(f"evaluations/{ID}/hosted_2.jsonl")
        await score_all(talk, one)
        assert await unscored_items(talk.context, one, talk.person) == []
        alike = [{"key": f"row_{at}", "id": f"row_{at}", "text": f"plain row_{at}"} for at in range(8)]
        write(talk, ID, "hosted_2", alike)
        left = await unscored_items(talk.context, one, talk.person)
        assert [set(item.sides) for item in left] == [{"base", HOSTED}] * 8

    async def test_a_reason_is_one_lesson_and_judges_are_compared_with_each_pair(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=1)
        await talk.type("/tune rate scores")
        for _ in range(3):
            await talk.type("4 3 5 4 4 it forgot the lift")
        assert len(await lessons_of(talk.context, PROJECT)) == 3
        rubric = rubric_of(await talk.store.briefs.get(PROJECT))
        ratings, corrections = await ratings_of(talk.context, PROJECT, rubric, "runs/run_1", ())
        assert sorted(rating.folder for rating in ratings) == [f"evaluations/{one.id}/pair_{at}" for at in (1, 2)]
        assert len({rating.cluster for rating in ratings}) == 1, "it is one request"
        assert len(corrections) == 3, "the first contender's answer stands in both pairs, and is one"

    async def test_an_answer_that_two_gave_is_one_lesson_whichever_pairs_it_stands_in(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=6)
        write(talk, ID, "answers_1", [{"id": f"row_{at}", "text": f"formal row_{at}"} for at in range(6)])
        turn = Turn({"id": "e", "person_id": talk.person, "received_at": talk.now.isoformat(), "payload": {}})
        for item in await items_of(talk.context, one, talk.person):
            await talk.store.scores.put(records(turn, one, item, {"accuracy": 4}, "it forgot the lift", asked=CRITERIA))
        rubric = rubric_of(await talk.store.briefs.get(PROJECT))
        _, corrections = await ratings_of(talk.context, PROJECT, rubric, "runs/run_1", ())
        assert Counter(one.answer.split()[0] for one in corrections) == {"formal": 6, "clever": 6}

    async def test_to_rate_again_says_that_no_answer_is_left(self, talk: Talk) -> None:
        await score_all(talk, await evaluation_of(talk, THREE, requests=2))
        assert "There is no answer left in evaluation 1" in await talk.type("/tune rate")


class TestWhichIsRated:
    async def test_the_latest_of_runs_and_evaluations_or_what_is_named(self, talk: Talk) -> None:
        await compared(talk)
        talk.wait(timedelta(hours=1))
        await evaluation_of(talk)
        for command, rated in (("", ID), (" run 1", "run_1"), (" evaluation 1", ID)):
            await talk.type(f"/tune rate{command}")
            assert face(talk, "rating").subject["run_id"] == rated
            await talk.type(f"/tune rate scores{command}")
            assert face(talk, "scores").subject["run_id"] == rated
        assert "no comparison of evaluation 7" in await talk.type("/tune rate evaluation 7")

    async def test_one_that_was_begun_for_a_run_takes_no_runs_place(self, talk: Talk) -> None:
        await compared(talk)
        talk.wait(timedelta(hours=1))
        await evaluation_of(talk)
        await talk.store.evaluations.update(ID, None, {"for_run": "run_1"})
        await talk.type("/tune rate")
        assert face(talk, "rating").subject["run_id"] == "run_1"

    async def test_it_is_shown_again_with_what_people_said_since(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await vote_on(talk, "v1", 21)
        said = await talk.type("/tune compare evaluation 1")
        assert "Preferred by people" in said
        assert "no evaluation 2 here" in await talk.type("/tune compare evaluation 2")
        assert "Which evaluation?" in await talk.type("/tune compare evaluation one")

    @pytest.mark.parametrize("rest", ["scores evaluation x", "nonsense", "-1", "2", "evaluation", "run three"])
    async def test_whoever_names_what_cannot_be_told_is_shown_nobody_elses_answers(self, talk: Talk, rest: str) -> None:
        await evaluation_of(talk)
        assert "I do not know whose answers you mean" in await talk.type(f"/tune rate {rest}")
        assert not talk.shown

    async def test_scores_may_stand_behind_what_is_rated(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await talk.type("/tune rate evaluation 1 scores.")
        assert face(talk, "scores").subject["run_id"] == ID


class TestBlind:
    async def test_what_is_shown_by_name_here_or_where_one_of_them_answered_before_is_left_out(
        self, talk: Talk
    ) -> None:
        await compared(talk)
        await talk.store.models.add(model(project_id=PROJECT, run_id="run_1"))
        one = await evaluation_of(talk, requests=6)
        await evaluation_of(talk, ("v2", HOSTED), requests=6, name="eval_2")
        await name_answers(talk.context, ID, ["row_0"])
        await name_answers(talk.context, "run_1", ["row_1"])
        await name_answers(talk.context, "eval_2", ["row_2"])
        assert await rateable(talk.context, one) == {f"row_{number}" for number in range(2, 6)}

    @pytest.mark.parametrize(("contenders", "none"), [(TWO, "no pair"), (THREE, "no answer")])
    async def test_what_a_person_rated_in_a_run_is_kept_from_them_where_the_same_models_answered(
        self, talk: Talk, contenders: Sequence[str], none: str
    ) -> None:
        await compared(talk, pairs=3)
        await talk.store.models.add(model(project_id=PROJECT, run_id="run_1"))
        one = await evaluation_of(talk, contenders, requests=3)
        other = await evaluation_of(talk, ("v2", "base"), requests=3, name="eval_2")
        await talk.type("/tune rate run 1")
        for _ in range(3):
            await talk.press("About the same", face(talk, "rating"))
        assert f"{none} left in evaluation 1" in await talk.type("/tune rate evaluation 1")
        assert "no answer left in evaluation 1" in await talk.type("/tune rate scores evaluation 1")
        assert await unscored_items(talk.context, one, BO), "from nobody else"
        assert len(await unrated(talk.context, other, talk.person)) == 3, "nor where but one of them answered"

    async def test_what_a_person_rated_in_an_evaluation_is_kept_from_them_in_the_run(self, talk: Talk) -> None:
        run = await compared(talk)
        await talk.store.models.add(model(project_id=PROJECT, run_id="run_1"))
        await evaluation_of(talk, requests=4)
        await vote_on(talk, "v1", 3)
        assert len(await unrated(talk.context, run, talk.person)) == 2
        assert len(await unrated(talk.context, run, BO)) == 5

    async def test_who_may_not_rate_may_not_rate_an_evaluation(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await talk.type("/tune rate")
        hers = face(talk, "rating")
        talk.person = BO
        assert "You cannot rate answers" in await talk.press(LABELS[0], hers)
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.VIEWER))
        assert "drawn for somebody else" in await talk.press(LABELS[0], hers)
        assert not await votes_of(talk.context, ID)

    async def test_a_card_of_an_evaluation_that_is_gone_says_so(self, talk: Talk) -> None:
        await evaluation_of(talk)
        gone = offer_face("card_x", Offer(run_id="eval_gone", what="evaluation 9", pairs=3))
        await store_card(talk, gone)
        assert "That evaluation is not known here any more" in await talk.press("Rate now", gone)


class TestTheOffer:
    async def shown(self, talk: Talk, contenders: Sequence[str]) -> Sequence[Any]:
        one = await evaluation_of(talk, contenders)
        compared = await contenders_in(talk.context, one)
        result = await evaluated(talk.context, one, compared, ask=False)
        turn = Turn({"id": "event-x", "person_id": talk.person, "payload": {}})
        return await replies_about(talk.context, turn, one, compared, result)

    @pytest.mark.parametrize(
        ("contenders", "buttons", "note"),
        [
            (TWO, ["Rate now", "Score answers 1 to 5"], "3 requests, two answers each"),
            (THREE, ["Rate now"], "3 answers to score from 1 to 5"),
        ],
    )
    async def test_it_follows_on_what_nobody_has_scored(
        self, talk: Talk, contenders: Sequence[str], buttons: Sequence[str], note: str
    ) -> None:
        (offer,) = [one for one in await self.shown(talk, contenders) if isinstance(one, ShowCard)]
        assert [choice.label for choice in offer.choices] == buttons
        assert note in offer.note
        assert "evaluation 1" in offer.note

    async def test_where_others_read_along_those_who_know_the_task_are_asked_directly(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE)
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.CONTRIBUTOR))
        await talk.store.rows.add([row("bos", project_id=PROJECT, author_id=BO, status=RowStatus.APPROVED)])
        turn = Turn(
            {"id": "x", "person_id": talk.person, "shared": True, "received_at": talk.now.isoformat(), "payload": {}}
        )
        shown, asked = await offers_to_rate(talk.context, one, turn)
        assert (shown.to, asked.to) == (None, BO)
        assert "3 answers to score from 1 to 5" in asked.note

    async def test_the_table_of_several_says_what_nobody_has_scored(self, talk: Talk) -> None:
        table = next(one for one in await self.shown(talk, THREE) if isinstance(one, ShowTable))
        assert table.rows[-1][2:] == ("not scored", "not scored")
        assert "(1 to 5)" in table.rows[-1][0]

    async def test_none_is_made_once_people_have(self, talk: Talk) -> None:
        one = await evaluation_of(talk)
        await vote_on(talk, "v1", 21)
        compared = await contenders_in(talk.context, one)
        result = await evaluated(talk.context, one, compared, ask=False)
        turn = Turn({"id": "event-x", "person_id": talk.person, "payload": {}})
        replies = await replies_about(talk.context, turn, one, compared, result)
        assert not any(isinstance(reply, ShowCard) for reply in replies)


class TestACriterionThatIsAdded:
    """It is offered also to whoever had scored all answers before it was there (of runs: ``test_rubric_while_scoring``)."""

    async def scored_and_added(self, talk: Talk, contenders: Sequence[str]) -> Evaluation:
        one = await evaluation_of(talk, contenders, requests=6)
        await score_all(talk, one)
        assert not await offers_to_rate(talk.context, one, self.turn(talk))
        await talk.type(WARMTH)
        return one

    def turn(self, talk: Talk) -> Turn:
        return Turn({"id": "event-x", "person_id": talk.person, "payload": {}})

    async def score_warmth(self, talk: Talk) -> int:
        for count in range(30):
            card = face(talk, "scores")
            if not card.choices:
                if "no answer left" in await talk.type("/tune rate scores evaluation 1"):
                    return count
                card = face(talk, "scores")
            assert [field.name for field in card.fields] == ["Warmth"]
            await score_next(talk)
        pytest.fail("the same answers come again and again")

    @pytest.mark.parametrize(("contenders", "answers"), [(TWO, 12), (THREE, 18)])
    async def test_it_is_offered_scored_and_counted_in_each_comparison_and_offered_no_more(
        self, talk: Talk, contenders: Sequence[str], answers: int
    ) -> None:
        one = await self.scored_and_added(talk, contenders)
        assert len(await unscored_items(talk.context, one, talk.person)) == answers
        (offer,) = await offers_to_rate(talk.context, one, self.turn(talk))
        assert "3 answers to score from 1 to 5" in offer.note
        said = await talk.type("/tune rate evaluation 1")
        assert ("no pair left" in said) == (contenders == TWO)
        await talk.press("Rate now", face(talk, "rating"))
        assert await self.score_warmth(talk) == answers
        (name,) = {one.criterion for one in await scores(talk)} - {OVERALL}
        for pair in data(talk)["comparisons"]:
            warmth = measure(pair, f"scored_{name}")
            assert (warmth["scored_by"], warmth["n"]) == ("people", 6)
        assert not await offers_to_rate(talk.context, one, self.turn(talk))
        assert len(await scores(talk)) == answers * 2, "what was given before stands"

    async def test_an_answer_that_came_later_is_asked_for_by_all_criteria(self, talk: Talk) -> None:
        one = await evaluation_of(talk, THREE, requests=4)
        talk.files.delete(f"evaluations/{ID}/hosted_2.jsonl")
        await score_all(talk, one)
        await talk.type(WARMTH)
        alike = [{"key": f"row_{at}", "id": f"row_{at}", "text": f"plain row_{at}"} for at in range(4)]
        write(talk, ID, "hosted_2", alike)
        for _ in range(3):
            await talk.type("/tune rate scores")
            for _ in range(3):
                card = face(talk, "scores")
                came_later = card.quoted[1].text.startswith("plain")
                assert len(card.fields) == (6 if came_later else 1)
                assert ("I cannot tell" in [choice.label for choice in card.choices]) is not came_later
                if card.choices:
                    await talk.press("Weak (2)", card)
                if not face(talk, "scores").choices:
                    break
        assert not await unscored_items(talk.context, one, talk.person)

    async def test_a_form_of_an_evaluation_is_taken(self, talk: Talk) -> None:
        await evaluation_of(talk, THREE, requests=1)
        await talk.type("/tune rate scores")
        form = talk.form("Score each criterion", face(talk, "scores"))
        values = {field.name: "4" if field.options else "" for field in form.fields}
        assert not await check_form(talk.context, form.name, talk.person, form.subject, values)
        await talk.fill("Score each criterion", face(talk, "scores"), score_tone="4")
        assert [one.criterion for one in await scores(talk)] == ["tone"]

    async def test_forgetting_leaves_nothing_of_what_somebody_was_asked(self, talk: Talk) -> None:
        one = await self.scored_and_added(talk, THREE)
        await talk.type("/tune rate scores")
        await talk.press("I cannot tell", face(talk, "scores"))
        await talk.press("Stop scoring", face(talk, "scores"))
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert not await scores(talk)
        assert {
            len(to_score(item, {}, rubric_of(await talk.store.briefs.get(PROJECT))))
            for item in await unscored_items(talk.context, one, talk.person)
        } == {6}


class TestForgetting:
    async def test_votes_and_scores_go_and_the_evaluation_is_made_anew_without_them(self, talk: Talk) -> None:
        await evaluation_of(talk)
        await vote_on(talk, "v1", 3)
        await talk.type("/tune rate scores")
        await score_next(talk)
        said = await talk.type("/tune forget")
        assert "Your votes on answers go too: 3." in said
        assert "your scores of answers, with what you wrote beside them: 1." in said
        await talk.press("Delete my examples")
        assert not await votes_of(talk.context, ID)
        assert not await scores(talk)
        (pair,) = data(talk)["comparisons"]
        assert measure(pair, "votes") is None
        assert pair["raters"] is None


async def last_answer(talk: Talk) -> None:
    await evaluation_of(talk, THREE, requests=1)
    await talk.type("/tune rate scores")
    for _ in range(2):
        await score_next(talk)


async def test_the_last_score_killed_anywhere_counts_once(tmp_path: Path) -> None:
    """Every other turn of rating is that of a run (``test_rating``, ``test_scoring``)."""
    await ends_as_if_undisturbed(tmp_path, last_answer, score_next, outcome_of, spares=READS)


async def outcome_of(talk: Talk) -> Mapping[str, Any]:
    (one,) = await talk.store.evaluations.of_project(PROJECT)
    return {
        "scores": await scores(talk),
        "posts": await talk.posts(),
        "headlines": one.results.get("headlines"),
        "cards": [(await talk.store.cards.get(card.card_id)).answered_with for card in talk.shown],
    }
