"""Scoring answers from 1 to 5, on the real graph and store: one answer at a time, blind, by form, by button or in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.rubric import CRITERIA
from agent.forms import check_form
from agent.replies import Say, ShowCard
from agent.scoring import LONGEST_WHY, items_of
from agent.votes import name_answers, shown_first, votes_of
from agent.words import say
from bot.platforms.slack.forms import modal
from bot.platforms.slack.forms import opened as opened_form
from bot.render import form
from storage.domain import Criterion, Score
from tests.fakes.killed import Turns, ends_as_if_undisturbed, left_by_rating
from tests.fakes.mortal import READS
from tests.fakes.projects import rows_of, stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import BO, PROJECT, add_member, compared, write_answers_anew

EACH = "Score each criterion"
FOUR = "Very good (4)"
HELPFUL = Criterion(
    name="helpful", label="Helps the nurse", asks="Does it?", poor="No.", good="Partly.", excellent="Yes."
)

WARMTH = "/tune rubric add Warmth\nasks = Is it kind?\n1 = Cold.\n3 = Civil.\n5 = Warm."


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await compared(talk)
    return talk


def face(talk: Talk) -> ShowCard:
    """The card of answers as it looks now."""
    return next(one for one in reversed(talk.said) if isinstance(one, ShowCard) and one.card_kind == "scores")


def shown(card: ShowCard) -> str:
    """The answer on a card."""
    return card.quoted[1].text


async def scores(talk: Talk) -> Sequence[Score]:
    return await talk.store.scores.of_run("run_1")


async def given(talk: Talk) -> list[tuple[str, str, int]]:
    """Side, criterion and score of what was stored, sorted."""
    return sorted((one.side, one.criterion, one.score) for one in await scores(talk))


def side_of(card: ShowCard) -> str:
    return {"plain": "base", "formal": "tuned"}[shown(card).split()[0]]


async def with_rubric(talk: Talk, *criteria: Criterion) -> None:
    await talk.store.briefs.change(PROJECT, lambda brief: replace(brief, criteria=criteria))


class TestAWholeScoring:
    async def test_three_answers_one_after_the_other_and_then_the_comparison(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        for number in range(1, 4):
            assert face(talk).title == f"Answer {number} of 3: how good is it?"
            said = await talk.press(FOUR, face(talk))
        assert "You scored 3 answers." in said
        assert "once the same person has scored both of its answers. It says by now: Run 1:" in said
        assert "`/tune rate scores`" in said, "there are more"
        assert not face(talk).choices
        assert {one.score for one in await scores(talk)} == {4}

    async def test_all_answers_of_both_models_are_scored_once(self, talk: Talk) -> None:
        seen = []
        for count in (3, 3, 3, 1):
            await talk.type("/tune rate scores")
            for _ in range(count):
                seen.append(shown(face(talk)))
                said = await talk.press(FOUR, face(talk))
        assert len(set(seen)) == 10
        assert "no answer left" in said
        assert "no answer left" in await talk.type("/tune rate scores")
        comparison = json.loads(talk.files.read_text("runs/run_1/comparison.json"))
        (measure,) = [one for one in comparison["measures"] if one["code"] == "scored_overall"]
        assert (measure["n"], measure["base"], measure["tuned"], measure["scored_by"]) == (5, 4, 4, "people")
        assert comparison["raters"]["scorers"] == 1

    async def test_the_criteria_stand_on_the_card_with_what_1_3_and_5_mean(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        fields = {field.name: field.text for field in face(talk).fields}
        assert list(fields) == ["Accuracy", "Format", "Relevance", "Completeness", "Tone"]
        assert (
            fields["Accuracy"]
            == "Is what it says right? 1: Factual errors. 3: Mostly accurate. 5: Completely accurate."
        )

    async def test_the_first_five_buttons_are_the_scores_so_that_a_typed_4_presses_a_4(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        assert [choice.label[-2] for choice in face(talk).choices[:5]] == list("12345")

    async def test_a_slip_can_be_mended_until_the_end(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        assert "Back" not in [choice.label for choice in face(talk).choices]
        first = face(talk)
        await talk.press("Poor (1)", first)
        await talk.press("Back", face(talk))
        assert shown(face(talk)) == shown(first)
        await talk.press(FOUR, face(talk))
        assert await given(talk) == [(side_of(first), "overall", 4)]
        assert face(talk).title.startswith("Answer 2 of 3")

    async def test_stopping_counts_what_was_scored(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        await talk.press(FOUR, face(talk))
        said = await talk.press("Stop scoring")
        assert "You scored one answer." in said
        await talk.type("/tune rate scores")
        await talk.press("Stop scoring")
        assert "Nothing was scored." in talk.text

    async def test_the_offer_leads_there_too(self, talk: Talk) -> None:
        await talk.type("/tune compare")
        await talk.press("Score answers 1 to 5")
        assert face(talk).title.startswith("Answer 1 of ")

    async def test_why_an_answer_is_poor_may_become_a_rule(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        await talk.type("1: it forgot the lift")
        await talk.press("Stop scoring")
        (offer,) = [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "rule"]
        assert offer.quoted[0].text == "it forgot the lift"
        assert offer.private, "what was written in a form is read by nobody else"


class TestBlind:
    async def test_nothing_on_the_card_tells_whose_answer_it_is(self, talk: Talk) -> None:
        await compared(talk, base="the same length 1", tuned="the same length 2", run_id="run_2")
        await talk.type("/tune rate scores")
        for _ in range(3):
            card = face(talk)
            told = " ".join([*(choice.action for choice in card.choices), card.card_id, card.state, str(card.subject)])
            assert "base" not in told
            assert "tuned" not in told
            assert "wanted" not in str(card)
            await talk.press(FOUR, card)

    async def test_what_one_has_voted_on_is_not_scored_for_the_votes_have_told_whose_it_is(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await talk.type("A")
        voted = (await votes_of(talk.context, "run_1"))[0].prompt_id
        assert "your model" in await talk.press("Stop rating")
        run = await talk.store.runs.get("run_1")
        items = await items_of(talk.context, run, talk.person)
        assert items
        assert voted not in {one.prompt_id for one in items}
        assert voted in {one.prompt_id for one in await items_of(talk.context, run, BO)}

    async def test_nor_is_what_one_has_scored_voted_on(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        for _ in range(10):
            await talk.type("4")
            await talk.type("/tune rate scores")
        assert "could rate blind" in await talk.type("/tune rate")

    async def test_the_two_answers_to_a_request_do_not_follow_each_other(self, talk: Talk) -> None:
        run = await talk.store.runs.get("run_1")
        order = [item.prompt_id for item in await items_of(talk.context, run, talk.person)]
        assert sum(one == other for one, other in pairwise(order[:8])) == 0, "but for the last one"

    async def test_every_person_has_an_order_of_their_own(self, talk: Talk) -> None:
        run = await talk.store.runs.get("run_1")
        orders = {tuple(item.id for item in await items_of(talk.context, run, f"console:{who}")) for who in range(6)}
        assert len(orders) > 3
        for who in range(6):
            for item in await items_of(talk.context, run, f"console:{who}"):
                first = shown_first("run_1", item.prompt_id, f"console:{who}")
                assert (item.sides == (first,)) == item.id.startswith("first:")

    async def test_what_ones_scores_come_to_is_not_told_by_model(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        for label in ("Poor (1)", "Excellent (5)", FOUR):
            said = await talk.press(label, face(talk))
        assert "your model" not in said.replace("Run 1", "").split("The comparison counts")[0]

    async def test_golden_answers_come_first(self, talk: Talk) -> None:
        name = "runs/run_1/prompts.jsonl"
        lines = [json.loads(line) for line in talk.files.read_text(name).splitlines()]
        lines[3]["part"] = "golden"
        talk.files.write_text(name, "".join(json.dumps(line) + "\n" for line in lines))
        for person in ("console:ana", "console:bo", "console:cy"):
            items = await items_of(talk.context, await talk.store.runs.get("run_1"), person)
            assert items[0].prompt_id == "row_3"

    async def test_one_answer_that_both_models_gave_is_scored_once_for_both(self, talk: Talk) -> None:
        await compared(talk, base="one and the same", tuned="one and the same", run_id="run_2", pairs=1)
        await talk.type("/tune rate scores")
        assert face(talk).title.startswith("Answer 1 of 1")
        await talk.press(FOUR, face(talk))
        stored = await talk.store.scores.of_run("run_2")
        assert sorted((one.side, one.score) for one in stored) == [("base", 4), ("tuned", 4)]

    async def test_hostile_answers_stay_quoted(self, talk: Talk) -> None:
        hostile = "**Give this a 5** @everyone <script>{number}</script>\n/tune forget"
        await compared(talk, tuned=hostile, base=hostile, run_id="run_2")
        await talk.type("/tune rate scores")
        card = face(talk)
        assert shown(card) == hostile
        assert "script" not in f"{card.title}{card.note}{card.choices}{card.fields}"


class TestInWords:
    async def test_a_number_for_each_criterion_and_why(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        side = side_of(face(talk))
        await talk.type("4 3 5 4 4 it forgot the lift")
        assert await given(talk) == sorted((side, *one) for one in zip(CRITERIA, (4, 3, 5, 4, 4), strict=True))
        assert {one.note for one in await scores(talk)} == {"it forgot the lift"}
        assert face(talk).title.startswith("Answer 2 of 3")
        assert not await rows_of(talk), "it was no example"

    @pytest.mark.parametrize(
        "text",
        ["4,5,3,4,4", " 4  5 3   4 4 ", "4/5/3/4/4", "４ ５ ３ ４ ４", "٤ ٥ ٣ ٤ ٤", "四 五 三 四 四", "4, 5, 3, 4, 4."],
    )
    async def test_however_numbers_are_written(self, talk: Talk, text: str) -> None:
        await talk.type("/tune rate scores")
        await talk.type(text)
        by_name = {one.criterion: one.score for one in await scores(talk)}
        assert [by_name[name] for name in CRITERIA] == [4, 5, 3, 4, 4]

    @pytest.mark.parametrize(
        ("text", "score", "why"), [("4", 4, ""), ("四", 4, ""), ("2: it forgot the lift", 2, "it forgot the lift")]
    )
    async def test_one_number_is_for_the_answer_as_a_whole(self, talk: Talk, text: str, score: int, why: str) -> None:
        await talk.type("/tune rate scores")
        await talk.type(text)
        (stored,) = await scores(talk)
        assert (stored.criterion, stored.score, stored.note) == ("overall", score, why)

    @pytest.mark.parametrize(("text", "count"), [("4 - too long", 1), ("4 3 5 4 4 – too long", 5)])
    async def test_a_dash_before_words_is_no_score(self, talk: Talk, text: str, count: int) -> None:
        await talk.type("/tune rate scores")
        await talk.type(text)
        assert [one.note for one in await scores(talk)] == ["too long"] * count

    async def test_numbers_are_scores_also_while_an_example_waits(self, talk: Talk) -> None:
        await talk.type("Instruction: Write the note\nOutput: Quiet night.")
        await talk.type("/tune rate scores")
        said = await talk.type("4 4 4 4 4")
        assert "waits" not in said
        assert len(await scores(talk)) == 5
        await talk.type("approve")
        assert [row.status for row in await rows_of(talk)] == ["approved"]

    async def test_a_dash_is_what_one_cannot_tell(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        await talk.type("- 3 5 4 –")
        assert [one[1] for one in await given(talk)] == ["completeness", "format", "relevance"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("6", "whole number from 1 (poor) to 5"),
            ("0 1 1 1 1", "whole number from 1 (poor) to 5"),
            ("4.5 4 4 4 4", "whole number from 1 (poor) to 5"),
            ("44344", "whole number from 1 (poor) to 5"),
            ("4 4 4", "I count 3 scores"),
            ("4 4 4 4 4 4", "I count 6 scores"),
            ("4 4 4 too short", "I count 3 scores"),
            (f"4 4 4 4 4 {'long ' * LONGEST_WHY}", "500 are the most"),
        ],
    )
    async def test_what_cannot_be_taken_says_why_and_stores_nothing(self, talk: Talk, text: str, told: str) -> None:
        await talk.type("/tune rate scores")
        assert told in await talk.type(text)
        assert not await scores(talk)
        await talk.type("4 4 4 4 4")
        assert len(await scores(talk)) == 5, "and the answer still waits"

    @pytest.mark.parametrize("text", ["3 points about bed 4", "Write the handover for bed 4", "4th floor: a note"])
    async def test_a_request_is_still_a_request(self, talk: Talk, text: str) -> None:
        await talk.type("/tune rate scores")
        await talk.type(text)
        assert await stage_of(talk) == "input"
        assert not await scores(talk)

    async def test_once_the_card_is_closed_numbers_are_no_scores(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        await talk.press("Stop scoring")
        await talk.type("4 4 4 4 4")
        assert not await scores(talk)

    async def test_where_there_are_no_forms_the_button_says_what_to_write(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        said = await talk.press(EACH, face(talk))
        assert "accuracy, format, relevance, completeness, tone, in this order" in said

    async def test_by_the_criteria_of_the_project(self, talk: Talk) -> None:
        await with_rubric(talk, HELPFUL)
        await talk.type("/tune rate scores")
        assert [field.name for field in face(talk).fields] == ["Helps the nurse"]
        assert EACH not in [choice.label for choice in face(talk).choices]
        await talk.press("Excellent (5)", face(talk))
        (stored,) = await scores(talk)
        assert (stored.criterion, stored.score) == ("helpful", 5)


class TestForm:
    def filled(self, **values: str) -> dict[str, str]:
        return {f"score_{name}": score for name, score in values.items()}

    async def test_one_select_a_criterion_with_the_anchors_in_words(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        accuracy = talk.form(EACH).fields[0]
        assert [option.label for option in accuracy.options] == [
            "1: Factual errors.",
            "2",
            "3: Mostly accurate.",
            "4",
            "5: Completely accurate.",
        ]
        assert accuracy.value == "", "nothing is picked beforehand"

    async def test_it_can_be_shown_where_forms_are_narrow(self, talk: Talk) -> None:
        """As Slack's modal, whatever a project calls its criteria."""
        long = "many words " * 40
        own = Criterion(name="own", label=long, asks=long, poor=long, good=long, excellent=long)
        await with_rubric(talk, *(replace(own, name=f"own_{at}") for at in range(10)))
        await talk.type("/tune rate scores")
        shown_form = form(talk.form(EACH))
        card = face(talk)
        about = opened_form(shown_form, "slack:T1:C1:1.0", card.card_id, "each:first:row_0")
        assert len(modal(shown_form, about, say)["blocks"]) == 11

    async def test_what_is_left_out_is_not_scored(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        side = side_of(face(talk))
        await talk.fill(EACH, **self.filled(accuracy="2", tone="5"), why="  it forgot\nthe lift ")
        assert await given(talk) == [(side, "accuracy", 2), (side, "tone", 5)]
        assert {one.note for one in await scores(talk)} == {"it forgot the lift"}
        assert face(talk).title.startswith("Answer 2 of 3")

    async def test_going_back_shows_what_was_given(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        await talk.fill(EACH, **self.filled(accuracy="2"), why="wrong ward")
        await talk.press("Back", face(talk))
        fields = {field.name: field.value for field in talk.form(EACH, face(talk)).fields}
        assert (fields["score_accuracy"], fields["score_tone"], fields["why"]) == ("2", "", "wrong ward")

    async def test_where_others_could_open_the_form_it_tells_nobody_how_one_scored(self, talk: Talk) -> None:
        talk.shared = True
        await talk.type("/tune rate scores")
        await talk.fill(EACH, **self.filled(accuracy="2"), why="wrong ward")
        await talk.press("Back", face(talk))
        assert {field.value for field in talk.form(EACH, face(talk)).fields} == {""}
        await talk.press("Stop scoring", face(talk))
        assert [one.private for one in talk.said if isinstance(one, Say)] == [True], "nor how many"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({}, "score_accuracy"),
            ({"score_tone": "6"}, "score_tone"),
            ({"score_tone": "<b>"}, "score_tone"),
            ({"score_tone": "4", "why": "x" * (LONGEST_WHY + 1)}, "why"),
            ({"score_unheard": "4"}, "score_accuracy"),
        ],
    )
    async def test_what_is_wrong_is_told_beside_its_field_and_again_by_the_stage(
        self, talk: Talk, values: dict[str, str], field: str
    ) -> None:
        await talk.type("/tune rate scores")
        form, card = talk.form(EACH), face(talk)
        wrong = await check_form(talk.context, form.name, talk.person, form.subject, values)
        assert list(wrong) == [field]
        action = next(choice.action for choice in card.choices if choice.label == EACH)
        said = await talk.send_form(form.name, form.subject, values, card.card_id, action)
        assert wrong[field] in said
        assert not await scores(talk)

    async def test_nobody_fills_in_the_form_of_somebody_else(self, talk: Talk) -> None:
        await add_member(talk, BO)
        await talk.type("/tune rate scores")
        form, values = talk.form(EACH), {"score_tone": "4"}
        assert "somebody else" in str(await check_form(talk.context, form.name, BO, form.subject, values))
        assert "not known" in str(await check_form(talk.context, form.name, BO, {"card_id": "card_forged"}, values))
        talk.person = BO
        assert "somebody else" in await talk.fill(EACH, **values)
        assert not await scores(talk)

    async def test_a_form_that_is_sent_after_the_end_scores_nothing(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        opened = face(talk)
        await talk.press("Stop scoring")
        form, values = talk.form(EACH, opened), {"score_tone": "4"}
        assert "finished" in str(await check_form(talk.context, form.name, talk.person, form.subject, values))
        assert "finished" in await talk.fill(EACH, opened, **values)
        assert not await scores(talk)


class TestTwiceAndTooLate:
    async def test_a_double_press_is_one_score_and_skips_no_answer(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        first = face(talk)
        for _ in range(2):
            await talk.press(FOUR, first)
            assert face(talk).title.startswith("Answer 2 of 3")
        assert len(await scores(talk)) == 1

    async def test_a_second_scoring_closes_the_first(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        first = face(talk)
        assert "goes on further down" in await talk.type("/tune rate scores")
        assert "That scoring is finished" in await talk.press(FOUR, first)
        assert not await scores(talk)

    async def test_two_people_score_in_one_conversation_each_at_a_card_of_their_own(self, talk: Talk) -> None:
        await add_member(talk, BO)
        await talk.type("/tune rate scores")
        hers = face(talk)
        talk.person = BO
        assert "drawn for somebody else" in await talk.press(FOUR, hers)
        assert "drawn for somebody else" in await talk.type("4 4 4 4 4")
        await talk.type("/tune rate scores")
        talk.person = "console:ana"
        await talk.type("1 1 1 1 1")
        talk.person = BO
        await talk.type("5 5 5 5 5")
        by_rater = {one.rater_id: one.score for one in await scores(talk)}
        assert by_rater == {"console:ana": 1, BO: 5}

    async def test_a_stranger_may_not_score(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        hers = face(talk)
        talk.person = BO
        assert "You cannot rate answers" in await talk.type("/tune rate scores")
        assert "You cannot rate answers" in await talk.press(FOUR, hers)

    async def test_a_button_of_no_answer_does_nothing(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        card = face(talk)
        forged = (
            "give:4:first:row_99",
            "give:9:" + card.choices[0].action[7:],
            "give:4",
            "give::",
            "show:",
            "each:x",
            "",
        )
        for action in forged:
            await talk.press(FOUR, replace(card, choices=(replace(card.choices[3], action=action),)))
        assert not await scores(talk)

    async def test_answers_that_were_shown_with_their_names_meanwhile_are_left_out(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        prompt = json.loads(face(talk).subject["items"])[0].partition(":")[2]
        await name_answers(talk.context, "run_1", [prompt])
        assert "shown with its name" in await talk.press(FOUR, face(talk))
        assert not await scores(talk)

    async def test_answers_that_went_meanwhile_end_the_scoring(self, talk: Talk) -> None:
        await talk.type("/tune rate scores")
        write_answers_anew(talk, lambda line: False)
        said = await talk.press(FOUR, face(talk))
        assert "Nothing was scored." in said
        assert "or they were taken back" in await talk.type("/tune rate scores")

    async def test_where_all_were_shown_with_their_names(self, talk: Talk) -> None:
        await name_answers(talk.context, "run_1", [f"row_{number}" for number in range(5)])
        assert "nobody can score them blind" in await talk.type("/tune rate scores")


async def beginning(talk: Talk) -> None:
    await compared(talk, pairs=2)


async def opened(talk: Talk) -> None:
    await beginning(talk)
    await talk.type("/tune rate scores")


async def last(talk: Talk) -> None:
    await opened(talk)
    for _ in range(2):
        await talk.type("4 3 5 4 4 it forgot the lift")


async def press_four(talk: Talk) -> None:
    await talk.press(FOUR, face(talk))


TURNS: Turns = {
    "a scoring is begun": (beginning, lambda talk: talk.type("/tune rate scores")),
    "a scoring is begun again": (opened, lambda talk: talk.type("/tune rate scores")),
    "an answer is scored by a button": (opened, press_four),
    "an answer is scored in words": (opened, lambda talk: talk.type("4 3 5 4 4 it forgot the lift")),
    "an answer is scored in a form": (opened, lambda talk: talk.fill(EACH, score_tone="4")),
    "the last answer is scored": (last, press_four),
    "a scoring is stopped": (last, lambda talk: talk.press("Stop scoring")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_scores_nothing_twice(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of, spares=READS)


async def outcome_of(talk: Talk) -> Mapping[str, Any]:
    return {"scores": await scores(talk), **await left_by_rating(talk, "scorings")}
