"""A rubric that changes while somebody has answers to score before them: no score is kept under words that they did not see."""

from pathlib import Path

import pytest

from agent.evaluation.rubric import RUBRIC
from agent.forms import check_form
from agent.offering import offers_to_rate
from agent.registered import register
from agent.replies import ShowCard
from agent.scoring import unscored_items
from agent.state import Turn
from agent.votes import unrated
from storage.files import Files
from tests.fakes.killed import Turns, ends_as_if_undisturbed, left_by_rating
from tests.fakes.linking import linked
from tests.fakes.mortal import READS
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import BO, add_member, compared, pick
from tests.unit.agent.test_scoring import EACH, FOUR, WARMTH, face, given, scores, shown, side_of

SHORT = "/tune rubric add Brevity\nasks = Is it short?\n1 = Rambling.\n3 = Fair.\n5 = Crisp."
CANNOT = "I cannot tell"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """Ana has the first answer before her, with the guide's five criteria."""
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await compared(talk)
    await talk.type("/tune rate scores")
    return talk


async def names(talk: Talk) -> list[str]:
    return sorted({criterion for _, criterion, _ in await given(talk)})


async def test_a_criterion_that_was_removed_is_left_out_of_a_form_that_still_has_it(talk: Talk) -> None:
    card = face(talk)
    fields = [field.name for field in talk.form(EACH, card).fields]
    tone = next(name for name in fields if name.endswith("tone"))
    await talk.type("/tune rubric remove tone")
    await talk.fill(
        EACH, card, **dict.fromkeys([one for one in fields if one.split("_")[-1] != "why" and one != "why"], "4")
    )
    assert tone in fields
    assert await names(talk) == ["accuracy", "completeness", "format", "relevance"]


async def test_five_numbers_for_four_criteria_are_no_scores(talk: Talk) -> None:
    await talk.type("/tune rubric remove tone")
    await talk.type("4 4 4 4 1")
    assert await given(talk) == []


async def test_a_criterion_that_asks_for_something_else_meanwhile_gets_no_score_by_its_earlier_words(
    talk: Talk,
) -> None:
    card = face(talk)
    fields = [field.name for field in talk.form(EACH, card).fields if field.name != "why"]
    await talk.type("/tune rubric tone: 5 = warm")
    await talk.fill(EACH, card, **dict.fromkeys(fields, "4"))
    assert await names(talk) == ["accuracy", "completeness", "format", "relevance"]


async def test_nor_does_it_by_numbers_that_were_typed_for_the_card_as_it_was(talk: Talk) -> None:
    await talk.type("/tune rubric tone: 5 = warm")
    assert "The criteria were changed meanwhile" in await talk.type("4 4 4 4 1")
    assert not [name for name in await names(talk) if name.startswith("tone")]
    await talk.type("4 4 4 4 1")
    assert [name for name in await names(talk) if name.startswith("tone_")], "once they are before them"


async def test_what_is_scored_by_a_criterion_that_came_after_the_answers_is_told_as_that(talk: Talk) -> None:
    (run,) = [path.name for path in talk.home.glob("runs/run_*")]
    register(Files(talk.home), run, RUBRIC)
    await talk.type("/tune rubric tone: 5 = warm")
    for _ in range(6):
        await talk.type("/tune rate scores")
        for score in (1, 2, 1):
            await talk.type(f"4 4 4 4 {score}")
    await talk.type("/tune compare")
    told = (talk.home / f"runs/{run}/comparison.md").read_text("utf-8")
    late = [line for line in told.splitlines() if "after the answers were there" in line]
    assert len(late) == 1
    assert late[0].startswith("- Tone: added or worded anew")


async def score_all(talk: Talk, numbers: str) -> int:
    """Until no answer is left; returns after how many batches."""
    for batches in range(30):
        for _ in range(3):
            await talk.type(numbers)
        if "no answer left" in await talk.type("/tune rate scores"):
            return batches
    pytest.fail("the same answers come again and again")


async def test_who_scored_all_before_a_criterion_was_worded_anew_may_score_them_once_more(talk: Talk) -> None:
    """Else its scores are asked for of somebody who is then told that no answer is left."""
    await score_all(talk, "4 4 4 4 1")
    before = await given(talk)
    await talk.type("/tune rubric tone: 5 = warm")
    assert "no answer left" not in await talk.type("/tune rate scores")
    await score_all(talk, "3 3 3 3 5")
    fresh = [criterion for _, criterion, _ in await given(talk) if criterion.startswith("tone_")]
    assert len(fresh) == len([criterion for _, criterion, _ in before if criterion == "tone"])


async def test_a_criterion_that_is_gone_brings_no_answer_back(talk: Talk) -> None:
    await score_all(talk, "4 4 4 4 1")
    await talk.type("/tune rubric remove tone")
    assert "no answer left" in await talk.type("/tune rate scores")


def asks(talk: Talk) -> list[str]:
    """What the card asks for."""
    return [field.name for field in face(talk).fields]


def offers(talk: Talk) -> list[ShowCard]:
    return [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "rating"]


async def each(talk: Talk, what: str) -> int:
    """Write these scores for each answer that is left, or press the button of that name; returns for how many."""
    done = 0
    while "no answer left" not in await talk.type("/tune rate scores"):
        while face(talk).choices:
            await (talk.type(what) if what[0].isdigit() else talk.press(what, face(talk)))
            done += 1
            assert done < 50, "the same answers come again and again"
    return done


async def all_scored(talk: Talk) -> None:
    """All answers, and the tone of none: it may be that nobody can tell."""
    await each(talk, "4 4 4 4 -")


class TestAnAddedCriterion:
    """It is offered also to whoever had scored everything before it was there."""

    async def test_it_is_asked_for_alone_of_each_answer_once(self, talk: Talk) -> None:
        await all_scored(talk)
        before = await scores(talk)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Warmth"]
        assert "scored this answer before" in face(talk).note
        assert EACH not in [choice.label for choice in face(talk).choices], "one number is all there is to give"
        assert await each(talk, FOUR) == 10
        after = await scores(talk)
        fresh = [one for one in after if one.criterion.startswith("warmth_")]
        assert [one for one in after if one not in fresh] == before
        assert {one.score for one in fresh} == {4}
        assert len(fresh) == 10

    async def test_the_comparison_says_that_nobody_has_scored_it_and_offers_that_until_somebody_has(
        self, talk: Talk
    ) -> None:
        await all_scored(talk)
        assert "Not scored yet" in await talk.type("/tune compare")
        assert not offers(talk), "they have left the tone out on purpose"
        await talk.type(WARMTH)
        said = await talk.type("/tune compare")
        assert "Not scored yet by anybody who can be trusted: tone, Warmth." in said
        (offer,) = offers(talk)
        assert "3 answers to score from 1 to 5" in offer.note
        await talk.press("Rate now", offer)
        await each(talk, FOUR)
        said = await talk.type("/tune compare")
        assert "Not scored yet by anybody who can be trusted: tone." in said
        assert not offers(talk)
        page = (talk.home / "runs/run_1/comparison.md").read_text("utf-8")
        (row,) = [line for line in page.splitlines() if line.startswith("| Warmth")]
        assert "people" in row

    async def test_what_was_left_out_on_purpose_is_not_asked_for_again(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type("/tune rubric remove tone")
        await talk.type(WARMTH)
        await talk.type(
            "/tune rubric add Tone\nasks = Do the words suit whoever reads the answer?\n1 = Bad.\n3 = So.\n5 = Good."
        )
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Warmth", "Tone"], "in other words it is another criterion"
        await talk.type("/tune rubric remove Tone")
        await talk.type("/tune rubric remove Warmth")
        assert "no answer left" in await talk.type("/tune rate scores")

    async def test_nor_where_it_was_away_for_a_while(self, talk: Talk) -> None:
        await talk.type(WARMTH)
        await score_all(talk, "4 4 4 4 4 -")
        await talk.type("/tune rubric remove Warmth")
        assert "no answer left" in await talk.type("/tune rate scores")
        await talk.type(WARMTH)
        assert "no answer left" in await talk.type("/tune rate scores")

    async def test_who_cannot_tell_is_not_asked_again(self, talk: Talk) -> None:
        await all_scored(talk)
        before = await given(talk)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        assert await each(talk, CANNOT) == 10
        assert await given(talk) == before
        await talk.type(SHORT)
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Brevity"]

    async def test_of_an_answer_that_is_new_one_says_what_one_can(self, talk: Talk) -> None:
        assert CANNOT not in [choice.label for choice in face(talk).choices]

    async def test_several_are_asked_for_together_and_may_be_left_out_one_by_one(self, talk: Talk) -> None:
        await all_scored(talk)
        for command in (WARMTH, SHORT):
            await talk.type(command)
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Warmth", "Brevity"]
        fields = talk.form(EACH, face(talk)).fields
        assert [field.value for field in fields] == ["", "", ""], "what was said of the others stays with these"
        await talk.type("5 - kind enough")
        assert [(one.score, one.note) for one in await scores(talk) if one.criterion.startswith("warmth_")] == [
            (5, "kind enough")
        ]
        await talk.fill(EACH, face(talk), **{fields[1].name: "2"})
        assert [one.score for one in await scores(talk) if one.criterion.startswith("brevity_")] == [2]
        await talk.press("Very good (4)", face(talk))
        assert [one.score for one in await scores(talk) if one.criterion == "overall"] == [4]
        await each(talk, CANNOT)

    async def test_all_may_be_scored_anew_by_as_many_numbers_as_there_are_criteria(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        side = side_of(face(talk))
        assert "I count 4 scores, and one is asked for" in await talk.type("1 2 3 4")
        await talk.type("1 2 3 4 5 5")
        told = [one for one in await scores(talk) if one.event_id == f"event-{talk._count}"]
        assert [one.score for one in told if one.criterion == "tone"] == [5]
        assert {one.side for one in told} == {side}
        assert len(told) == 6

    async def test_a_slip_is_mended_where_it_was_made(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        await talk.press("Poor (1)", face(talk))
        await talk.press("Back", face(talk))
        assert asks(talk) == ["Warmth"]
        await talk.press(FOUR, face(talk))
        assert [one.score for one in await scores(talk) if one.criterion.startswith("warmth_")] == [4]

    async def test_a_single_number_for_the_whole_answer_was_asked_for_by_all_there_was(self, talk: Talk) -> None:
        assert await each(talk, FOUR) == 10
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Warmth"]

    async def test_others_are_shown_all_criteria(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await add_member(talk, BO)
        talk.person = BO
        await talk.type("/tune rate scores")
        assert len(asks(talk)) == 6

    async def test_it_is_one_person_whichever_account_scores(self, talk: Talk) -> None:
        await all_scored(talk)
        await linked(talk.store, talk.person, BO)
        run = await talk.store.runs.get("run_1")
        assert not await unscored_items(talk.context, run, BO)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        await each(talk, CANNOT)
        assert not await unscored_items(talk.context, run, BO)

    async def test_where_others_read_along_nothing_of_the_earlier_scores_is_shown(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await talk.type(SHORT)
        talk.shared = True
        await talk.type("/tune rate scores")
        assert asks(talk) == ["Warmth", "Brevity"]
        assert {field.value for field in talk.form(EACH, face(talk)).fields} == {""}


class TestWhileACardIsOpen:
    async def test_a_form_from_before_it_was_added_brings_the_answer_back_for_it(self, talk: Talk) -> None:
        card, first = face(talk), shown(face(talk))
        form = talk.form(EACH, card)
        await talk.type(WARMTH)
        assert not await check_form(
            talk.context,
            form.name,
            talk.person,
            form.subject,
            {field.name: "" for field in form.fields} | {"score_tone": "4"},
        )
        await talk.fill(EACH, card, score_tone="4")
        assert (shown(face(talk)), asks(talk)) == (first, ["Warmth"])
        await talk.press(FOUR, face(talk))
        assert shown(face(talk)) != first

    @pytest.mark.parametrize("how", [FOUR, "4", CANNOT])
    async def test_a_number_for_one_that_was_worded_anew_is_kept_under_neither(self, talk: Talk, how: str) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await talk.type("/tune rate scores")
        before, card = await given(talk), face(talk)
        await talk.type("/tune rubric Warmth: 5 = hugs")
        said = await (talk.type(how) if how == "4" else talk.press(how, card))
        assert "The criteria were changed meanwhile" in said
        assert await given(talk) == before
        assert await each(talk, FOUR) == 10

    async def test_a_form_that_asks_only_for_what_is_gone_says_so(self, talk: Talk) -> None:
        await all_scored(talk)
        await talk.type(WARMTH)
        await talk.type(SHORT)
        await talk.type("/tune rate scores")
        card = face(talk)
        form = talk.form(EACH, card)
        values = {field.name: "4" if field.options else "" for field in form.fields}
        await talk.type("/tune rubric remove Warmth")
        await talk.type("/tune rubric remove Brevity")
        wrong = await check_form(talk.context, form.name, talk.person, form.subject, values)
        assert ["was changed meanwhile" in sentence for sentence in wrong.values()] == [True]
        assert "was changed meanwhile" in await talk.send_form(
            form.name, form.subject, values, card.card_id, next(one.action for one in card.choices if one.label == EACH)
        )


class TestPairs:
    async def test_who_scored_some_and_voted_on_the_rest_is_offered_what_they_scored(self, talk: Talk) -> None:
        await talk.press("Stop scoring", face(talk))
        await talk.type("/tune rate")
        for _ in range(3):
            await pick(talk, "tuned")
        await talk.type("/tune rate scores")
        assert await each(talk, FOUR) == 4
        assert "no pair left" in await talk.type("/tune rate")
        assert not offers(talk)
        await talk.type(WARMTH)
        assert "no pair left" in await talk.type("/tune rate")
        (offer,) = offers(talk)
        await talk.press("Rate now", offer)
        assert asks(talk) == ["Warmth"]
        assert await each(talk, FOUR) == 4
        assert not offers(talk)

    async def test_what_was_voted_on_does_not_come_back(self, talk: Talk) -> None:
        """What the votes came to has told whose the answers are; and a vote is about all of an answer."""
        await talk.press("Stop scoring", face(talk))
        for count in (3, 2):
            await talk.type("/tune rate")
            for _ in range(count):
                await pick(talk, "tuned")
        await talk.type(WARMTH)
        for command in ("/tune rate", "/tune rate scores", "/tune compare"):
            await talk.type(command)
            assert not offers(talk)

    async def test_the_second_answers_to_requests_are_offered_once_no_pair_is_left(self, talk: Talk) -> None:
        run = await compared(talk, run_id="run_2", pairs=2)
        await talk.type("/tune rate scores")
        for _ in range(2):
            await talk.press(FOUR, face(talk))
        assert not await unrated(talk.context, run, talk.person)
        (offer,) = await offers_to_rate(talk.context, run, Turn({"id": "x", "person_id": talk.person, "payload": {}}))
        assert "3 answers" in offer.note or "2 answers" in offer.note


async def added(talk: Talk) -> None:
    await compared(talk, pairs=1)
    await talk.type("/tune rate scores")
    for _ in range(2):
        await talk.type("4 4 4 4 -")
    await talk.type(WARMTH)
    await talk.type("/tune rate scores")


TURNS: Turns = {
    "an added criterion is scored by a button": (added, lambda talk: talk.press(FOUR, face(talk))),
    "an added criterion is scored in words": (added, lambda talk: talk.type("2: it is curt")),
    "all is scored anew": (added, lambda talk: talk.type("1 2 3 4 5 5")),
    "an added criterion is left out": (added, lambda talk: talk.press(CANNOT, face(talk))),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_asks_and_scores_nothing_twice(tmp_path: Path, name: str) -> None:
    async def outcome(talk: Talk) -> object:
        return {"scores": await scores(talk), **await left_by_rating(talk, "scorings")}

    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome, spares=READS)
