"""Rating answers blind, on the real graph and store: three pairs on one card, and what the votes say at the end."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.offering import offers_to_rate
from agent.replies import Say, ShowCard
from agent.state import Turn
from agent.training import read_lines
from agent.votes import name_answers, shown_first, votes_of
from storage.domain import JobKind, Membership, Role, Run, RunState
from tests.contract.facts import run
from tests.fakes.killed import Turns, ends_as_if_undisturbed, left_by_rating
from tests.fakes.mortal import READS
from tests.fakes.projects import in_a_project, rows_of, stage_of
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_conversation import with_project

PROJECT = "project_1"
LABELS = ["A is better", "B is better", "About the same"]
BO = "console:bo"


async def compared(talk: Talk, pairs: int = 5, run_id: str = "run_1", **texts: str) -> Run:
    """A project whose latest run was compared: the base answers "plain <n>", the tuned model "formal <n>"."""
    if not await talk.store.projects.all():
        await in_a_project(talk)
    ids = [f"row_{number}" for number in range(pairs)]
    prompts = [
        {"id": one, "part": "test", "instruction": f"Write note {one}", "input": "", "reference": f"wanted {one}"}
        for one in ids
    ]
    answers = [
        {"id": one, "base": texts.get("base", f"plain {one}"), "tuned": texts.get("tuned", f"formal {one}")}
        for one in ids
    ]
    for name, lines in (("prompts", prompts), ("answers", answers)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        talk.files.write_text(f"runs/{run_id}/{name}.jsonl", text)
    rows = [{**prompt, "output": prompt["reference"]} for prompt in prompts]
    talk.files.write_text(f"runs/{run_id}/rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    added = replace(run(), id=run_id, project_id=PROJECT, state=RunState.SAVED, results={"train": TRAINED})
    await talk.store.runs.add(added)
    return await talk.store.runs.update(run_id, RunState.SAVED, {"generate": {"answered": pairs}})


def write_answers_anew(talk: Talk, change: Any) -> None:
    lines = talk.files.read_text("runs/run_1/answers.jsonl").splitlines()
    kept = [line for line in map(json.loads, lines) if change(line)]
    talk.files.write_text("runs/run_1/answers.jsonl", "".join(json.dumps(line) + "\n" for line in kept))


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await compared(talk)
    return talk


def face(talk: Talk) -> ShowCard:
    """The rating card as it looks now."""
    return next(one for one in reversed(talk.said) if isinstance(one, ShowCard) and one.card_kind == "rating")


def texts(card: ShowCard) -> list[str]:
    return [quote.text for quote in card.quoted]


def better(card: ShowCard, model: str) -> str:
    """The label of the button that picks this model's answer, told by what the test made the models write."""
    word = {"base": "plain", "tuned": "formal"}[model]
    return LABELS[[text.startswith(word) for text in texts(card)[1:]].index(True)]


async def pick(talk: Talk, model: str) -> str:
    return await talk.press(better(face(talk), model), face(talk))


async def add_member(talk: Talk, person: str, role: Role = Role.VIEWER) -> None:
    await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=person, role=role))


class TestAWholeRating:
    async def test_three_pairs_one_after_the_other_and_then_what_the_votes_say(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        for number, model in enumerate(("tuned", "base", "tuned"), 1):
            assert face(talk).title == f"Pair {number} of 3: which answer is better?"
            said = await pick(talk, model)
        assert "Your picks: your model 2, base model 1, about the same 0." in said
        assert not face(talk).choices
        assert [vote.picked for vote in await votes_of(talk.context, "run_1")] == ["tuned", "base", "tuned"]
        assert "Run 1: can't tell yet" in said, "what the comparison says with them"
        assert "`/tune rate`" in said, "there are two more"

    async def test_one_card_is_shown_and_then_edited(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        opened = face(talk)
        assert not opened.edit
        await pick(talk, "base")
        assert (face(talk).card_id, face(talk).edit) == (opened.card_id, True)
        assert len(talk.said) == 1, "no message between two pairs"

    async def test_the_next_rating_shows_the_rest_and_then_none(self, talk: Talk) -> None:
        seen = []
        for count in (3, 2):
            await talk.type("/tune rate")
            for _ in range(count):
                seen.append(texts(face(talk))[0])
                said = await pick(talk, "tuned")
        assert seen == [f"Write note row_{number}" for number in range(5)]
        assert "no pair left" in said
        said = await talk.type("/tune rate")
        assert "no pair left" in said
        assert "All votes on run 1 so far: your model 5" in said

    async def test_the_comparison_is_written_anew(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        for _ in range(3):
            await pick(talk, "tuned")
        assert talk.files.exists("runs/run_1/comparison.json")
        assert talk.files.exists("runs/run_1/comparison.md")

    async def test_stopping_counts_what_was_voted(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await pick(talk, "base")
        said = await talk.press("Stop rating")
        assert "Your picks: your model 0, base model 1," in said
        assert not face(talk).choices
        await talk.type("/tune rate")
        assert texts(face(talk))[0] == "Write note row_1", "and the rest can be rated later"

    async def test_stopping_at_once_says_that_nothing_was_rated(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        assert "Nothing was rated" in await talk.press("Stop rating")
        assert not talk.files.exists("runs/run_1/comparison.json")

    async def test_a_slip_can_be_mended_until_the_end(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        assert "Back" not in [choice.label for choice in face(talk).choices]
        await pick(talk, "base")
        await talk.press("Back", face(talk))
        assert face(talk).title.startswith("Pair 1 of 3")
        await pick(talk, "tuned")
        assert face(talk).title.startswith("Pair 2 of 3")
        assert [vote.picked for vote in await votes_of(talk.context, "run_1")] == ["tuned"]

    async def test_an_example_that_was_begun_waits_meanwhile(self, talk: Talk) -> None:
        await talk.type("Write the handover for bed 4")
        assert await stage_of(talk) == "input"
        await talk.type("/tune rate")
        await pick(talk, "tuned")
        assert "the answer you would want" in await talk.type("A")
        assert [row.input for row in await rows_of(talk)] == ["A"], "a note of one letter is a note"


class TestBlind:
    async def test_nothing_on_the_card_tells_whose_answer_is_whose(self, talk: Talk) -> None:
        await compared(talk, base="the same length 1", tuned="the same length 2", run_id="run_2")
        await talk.type("/tune rate")
        card = face(talk)
        swapped = replace(card, quoted=(card.quoted[0], card.quoted[2], card.quoted[1]))
        shown = json.dumps([str(card), str(swapped)])
        assert [choice.style for choice in card.choices[:3]] == ["plain"] * 3
        assert "wanted" not in shown, "what a person would want tells which answer learned from such"
        actions = " ".join([*(choice.action for choice in card.choices), card.card_id, card.state])
        for word in ("base", "tuned"):
            assert word not in actions.lower()
            assert word not in " ".join(card.subject.values()).lower()

    async def test_the_order_is_swapped_for_some_of_two_people(self, talk: Talk) -> None:
        await add_member(talk, BO)
        orders: dict[str, list[str]] = {}
        for person in (talk.person, BO):
            talk.person = person
            for count in (3, 2):
                await talk.type("/tune rate")
                for _ in range(count):
                    orders.setdefault(person, []).append(better(face(talk), "tuned"))
                    await pick(talk, "tuned")
        assert orders["console:ana"] != orders[BO]
        for person, seen in orders.items():
            assert seen == [LABELS[shown_first("run_1", f"row_{n}", person) == "base"] for n in range(5)]
        votes = await votes_of(talk.context, "run_1")
        assert {vote.picked for vote in votes} == {"tuned"}
        assert {vote.rater_id for vote in votes} == set(orders)
        assert len(votes) == 10
        assert "People who voted: 2" in talk.text

    async def test_hostile_answers_stay_quoted(self, talk: Talk) -> None:
        hostile = "**Answer B is the tuned one** @everyone <script>{number}</script>\n/tune forget"
        await compared(talk, tuned=hostile, run_id="run_2")
        await talk.type("/tune rate")
        card = face(talk)
        assert hostile in texts(card)
        assert hostile not in f"{card.title}{card.note}{card.choices}{card.fields}"
        await talk.press(LABELS[0], card)
        await talk.press("Stop rating")
        for reply in talk.said:
            assert not isinstance(reply, Say) or "script" not in reply.text

    async def test_an_empty_answer_is_said_to_be_empty(self, talk: Talk) -> None:
        await compared(talk, base="", run_id="run_2")
        await talk.type("/tune rate")
        assert "(The model wrote nothing.)" in texts(face(talk))


class TestTyped:
    async def test_a_typed_pick_counts_as_its_button_does(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        expected = []
        for typed, place in (("A", 1), ("the second", 2), ("both equal", 0)):
            answer = texts(face(talk))[place] if place else ""
            expected.append({"p": "base", "f": "tuned", "": "same"}[answer[:1]])
            said = await talk.type(typed)
        assert [vote.picked for vote in await votes_of(talk.context, "run_1")] == expected
        assert "about the same 1." in said
        assert not await rows_of(talk)

    async def test_it_is_a_vote_on_the_pair_that_is_shown(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await pick(talk, "base")
        await talk.press("Back", face(talk))
        await talk.type("same")
        assert [vote.prompt_id for vote in await votes_of(talk.context, "run_1")] == ["row_0"]

    async def test_once_the_card_is_closed_it_is_none(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await talk.press("Stop rating")
        await talk.type("A")
        assert not await votes_of(talk.context, "run_1")

    async def test_a_request_is_still_a_request(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await talk.type("Write the handover for bed 4")
        assert await stage_of(talk) == "input"

    @pytest.mark.parametrize("slip", ["7", "C", "1", "ج"])
    async def test_a_slip_is_no_request_and_says_what_to_write(self, talk: Talk, slip: str) -> None:
        await talk.type("/tune rate")
        assert "Write A, B or" in await talk.type(slip)
        assert not await rows_of(talk)
        assert not await votes_of(talk.context, "run_1")

    async def test_a_pick_is_heard_also_while_an_example_waits(self, talk: Talk) -> None:
        await talk.type("Instruction: Write the note\nOutput: Quiet night.")
        await talk.type("/tune rate")
        await talk.type("B")
        assert len(await votes_of(talk.context, "run_1")) == 1

    async def test_one_whose_card_was_never_shown_is_answered(self, talk: Talk) -> None:
        config: Any = {"configurable": {"thread_id": talk.conversation}}
        lost: Any = {"ratings": {talk.person: {"card_id": "card_lost", "prompt_id": "row_0"}}}
        await talk.interviewer.graph.aupdate_state(config, lost, as_node="explain")
        assert "not known here any more" in await talk.type("A")
        assert "Pair 1 of 3" in await talk.type("/tune rate")


class TestTwiceAndTooLate:
    async def test_a_double_press_is_one_vote_and_skips_no_pair(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        first = face(talk)
        for _ in range(2):
            await talk.press(LABELS[0], first)
            assert face(talk).title.startswith("Pair 2 of 3")
        assert len(await votes_of(talk.context, "run_1")) == 1

    async def test_an_old_face_corrects_its_own_pair_and_no_other(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        first = face(talk)
        await pick(talk, "base")
        await pick(talk, "base")
        await talk.press(better(first, "tuned"), first)
        votes = {vote.prompt_id: vote.picked for vote in await votes_of(talk.context, "run_1")}
        assert votes == {"row_0": "tuned", "row_1": "base"}
        assert face(talk).title.startswith("Pair 3 of 3")

    async def test_once_it_was_told_what_was_picked_no_vote_is_blind_any_more(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        first = face(talk)
        for _ in range(3):
            await pick(talk, "base")
        for label in (better(first, "tuned"), "Stop rating"):
            assert "That rating is finished" in await talk.press(label, first)
        assert {vote.picked for vote in await votes_of(talk.context, "run_1")} == {"base"}

    async def test_a_second_rating_closes_the_first(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        first = face(talk)
        await pick(talk, "base")
        said = await talk.type("/tune rate")
        assert "goes on further down" in said
        assert texts(face(talk))[0] == "Write note row_1"
        assert "That rating is finished" in await talk.press(LABELS[0], first)

    async def test_pairs_of_somebody_else_are_not_for_me(self, talk: Talk) -> None:
        await add_member(talk, BO)
        await talk.type("/tune rate")
        hers = face(talk)
        talk.person = BO
        assert "drawn for somebody else" in await talk.press(LABELS[0], hers)
        assert "drawn for somebody else" in await talk.type("A")
        await talk.type("/tune rate")
        assert len([one for one in talk.said if isinstance(one, ShowCard)]) == 1, "hers stays open"
        talk.person = "console:ana"
        await talk.press(LABELS[0], hers)
        (vote,) = await votes_of(talk.context, "run_1")
        assert vote.rater_id == "console:ana"

    async def test_two_people_rate_at_the_same_time_each_at_a_card_of_their_own(self, talk: Talk) -> None:
        await add_member(talk, BO)
        ana = talk.person
        await talk.type("/tune rate")
        hers = face(talk)
        talk.person = BO
        await talk.type("/tune rate")
        talk.person = ana
        await talk.type("A")
        assert face(talk).card_id == hers.card_id
        assert {vote.rater_id for vote in await votes_of(talk.context, "run_1")} == {ana}
        assert "goes on further down" in await talk.type("/tune rate")
        assert "That rating is finished" in await talk.press(LABELS[0], hers)
        talk.person = BO
        await talk.type("B")
        assert face(talk).title.startswith("Pair 2 of 3")
        await talk.press("Stop rating", face(talk))
        talk.person = ana
        await talk.type("B")
        assert len([vote for vote in await votes_of(talk.context, "run_1") if vote.rater_id == ana]) == 2

    async def test_how_one_person_voted_is_told_to_them_alone(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await pick(talk, "tuned")
        await talk.press("Stop rating", face(talk))
        (told,) = [one for one in talk.said if isinstance(one, Say)]
        assert "Your picks: your model 1" in told.text
        assert told.private

    async def test_a_stranger_may_not_rate(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        hers = face(talk)
        talk.person = BO
        assert "You cannot rate answers" in await talk.type("/tune rate")
        assert "You cannot rate answers" in await talk.press(LABELS[0], hers)

    async def test_a_button_of_no_pair_does_nothing(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        card = face(talk)
        for action in ("first:row_4", "third:row_0", "first", "show:"):
            forged = replace(card, choices=(replace(card.choices[0], action=action),))
            assert "not known here any more" in await talk.press(LABELS[0], forged)
        assert not await votes_of(talk.context, "run_1")


class TestNothingToRate:
    async def test_before_any_comparison(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await in_a_project(talk)
        assert "no comparison to rate yet" in await talk.type("/tune rate")
        await talk.store.runs.add(replace(run(), project_id=PROJECT, state=RunState.COMPARING))
        assert "Run 1 is still answering" in await talk.type("/tune rate")

    async def test_without_its_answers(self, talk: Talk) -> None:
        talk.files.delete("runs/run_1/answers.jsonl")
        assert "The answers of run 1 are not there any more" in await talk.type("/tune rate")

    async def test_where_no_answer_differs(self, talk: Talk) -> None:
        await compared(talk, base="one", tuned=" one\n", run_id="run_2")
        assert "Both models gave the same answer to every test request of run 2" in await talk.type("/tune rate")

    async def test_where_none_is_about_the_task(self, talk: Talk) -> None:
        name = "runs/run_1/prompts.jsonl"
        beyond = [{**json.loads(line), "beyond": True} for line in talk.files.read_text(name).splitlines()]
        talk.files.write_text(name, "".join(json.dumps(line) + "\n" for line in beyond))
        assert "Run 1 has no answers to requests about your task" in await talk.type("/tune rate")

    async def test_where_those_about_the_task_were_taken_back(self, talk: Talk) -> None:
        write_answers_anew(talk, lambda line: False)
        assert "or they were taken back" in await talk.type("/tune rate")

    async def test_where_every_pair_was_shown_with_its_names(self, talk: Talk) -> None:
        await name_answers(talk.context, "run_1", [f"row_{number}" for number in range(5)])
        said = await talk.type("/tune rate")
        assert "nobody can rate them blind any more" in said
        assert not talk.shown

    async def test_a_pair_that_was_shown_with_its_names_meanwhile_is_left_out(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await name_answers(talk.context, "run_1", ["row_0"])
        assert "shown with its names" in await talk.press(LABELS[0], face(talk))
        assert not await votes_of(talk.context, "run_1")

    async def test_a_request_that_was_taken_back_meanwhile_is_left_out(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        write_answers_anew(talk, lambda line: line["id"] != "row_0")
        said = await talk.press(LABELS[0], face(talk))
        assert "That pair was taken back" in said
        assert face(talk).title.startswith("Pair 2 of 3")
        assert not await votes_of(talk.context, "run_1")

    async def test_answers_that_went_meanwhile_end_the_rating(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        talk.files.delete("runs/run_1/answers.jsonl")
        said = await talk.press(LABELS[0], face(talk))
        assert "That pair was taken back" in said
        assert "Nothing was rated" in said
        assert not face(talk).choices

    async def test_a_card_of_another_project_acts_on_its_own_run(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        await talk.type("/tune new Write friendly answers to hotel guests")
        assert "no comparison to rate yet" in await talk.type("/tune rate")
        await pick_first(talk)
        assert [vote.prompt_id for vote in await votes_of(talk.context, "run_1")] == ["row_0"]


async def pick_first(talk: Talk) -> None:
    card = next(card for card in reversed(talk.shown) if card.card_kind == "rating")
    await talk.press(LABELS[0], card)


class TestTheOffer:
    def turn(self, talk: Talk) -> Turn:
        return Turn({"id": "event-x", "person_id": talk.person, "payload": {}})

    async def test_it_is_made_while_there_is_something_to_rate(self, talk: Talk) -> None:
        of = await talk.store.runs.get("run_1")
        (offer,) = await offers_to_rate(talk.context, of, self.turn(talk))
        assert [choice.label for choice in offer.choices] == ["Rate now", "Score answers 1 to 5"]
        for count in (3, 2):
            await talk.type("/tune rate")
            for _ in range(count):
                await pick(talk, "base")
        assert await offers_to_rate(talk.context, of, self.turn(talk)) == []

    @pytest.mark.parametrize(
        ("left", "note"),
        [(5, "3 requests, two answers each"), (2, "2 requests, two"), (1, "One request with two answers")],
    )
    async def test_it_says_how_many_requests_there_are(self, talk: Talk, left: int, note: str) -> None:
        await name_answers(talk.context, "run_1", [f"row_{number}" for number in range(left, 5)])
        (offer,) = await offers_to_rate(talk.context, await talk.store.runs.get("run_1"), self.turn(talk))
        assert offer.note.startswith(note)

    @pytest.mark.parametrize("pairs", [2, 3, 4])
    async def test_in_a_small_comparison_some_answers_stay_unnamed(self, talk: Talk, pairs: int) -> None:
        await compared(talk, pairs=pairs, run_id="run_2")
        await talk.type("/tune compare")
        assert face(talk).choices[0].label == "Rate now"
        await talk.type("/tune rate")
        assert face(talk).title.startswith(f"Pair 1 of {pairs - pairs // 2}")

    async def test_everybody_who_presses_it_gets_a_card_of_their_own(self, talk: Talk) -> None:
        await add_member(talk, BO)
        (offer,) = await offers_to_rate(talk.context, await talk.store.runs.get("run_1"), self.turn(talk))
        await store_card(talk, offer)
        await talk.press("Rate now", offer)
        hers = face(talk)
        talk.person = BO
        await talk.press("Rate now", offer)
        assert face(talk).subject["person_id"] == BO
        assert face(talk).card_id != hers.card_id

    async def test_one_of_a_run_that_is_not_known_is_answered(self, talk: Talk) -> None:
        (offer,) = await offers_to_rate(talk.context, await talk.store.runs.get("run_1"), self.turn(talk))
        await store_card(talk, replace(offer, card_id="card_other", subject={"run_id": "run_gone"}))
        assert "That run is not known" in await talk.press("Rate now", replace(offer, card_id="card_other"))


async def store_card(talk: Talk, card: ShowCard) -> None:
    """Record a card as if it had been shown."""
    from bot.render import outgoing

    _, (record,) = outgoing(talk.conversation, [card], talk.now)
    talk.store.cards._facts.cards[record.id] = record  # type: ignore[attr-defined]  # the store in memory


async def test_rating_begins_from_the_comparison_of_a_run_and_counts_in_it(tmp_path: Path) -> None:
    """From the training run to the votes; the trainer is played by hand."""
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    run_id = (await talk.job(JobKind.TRAIN)).run_id
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    requests = read_lines(talk.files, f"runs/{run_id}/prompts.jsonl")
    answers = [{"id": one["id"], "base": f"plain {one['id']}", "tuned": f"formal {one['id']}"} for one in requests]
    talk.files.write_text(f"runs/{run_id}/answers.jsonl", "".join(json.dumps(one) + "\n" for one in answers))
    await talk.end_job(JobKind.GENERATE, result={})
    named = "".join(quote.text for reply in talk.said if isinstance(reply, Say) for quote in reply.quoted)
    assert "Rate now" in [choice.label for choice in face(talk).choices]
    await talk.press("Rate now")
    count = int(face(talk).title.removeprefix("Pair 1 of ")[0])
    for _ in range(count):
        assert texts(face(talk))[1] not in named, "nobody rates blind what was shown with its names"
        said = await pick(talk, "tuned")
    assert f"Your picks: your model {count}, base model 0," in said
    comparison = json.loads(talk.files.read_text(f"runs/{run_id}/comparison.json"))
    (votes,) = [measure for measure in comparison["measures"] if measure["code"] == "votes"]
    assert votes["n"] == count
    assert (votes["base"], votes["tuned"]) == (0, 1)


class TestForgetting:
    async def rated(self, talk: Talk) -> None:
        await talk.type("/tune rate")
        for _ in range(3):
            await pick(talk, "tuned")

    async def test_votes_go_with_what_a_person_gave(self, talk: Talk) -> None:
        await self.rated(talk)
        assert "Your votes on answers go too: 3." in await talk.type("/tune forget")
        assert "Your votes on answers are deleted too: 3." in await talk.press("Delete my examples")
        assert not await votes_of(talk.context, "run_1")
        assert not talk.files.exists("runs/run_1/comparison.json")
        assert not talk.files.exists("runs/run_1/comparison.md")
        assert "no examples" in await talk.type("/tune forget")

    async def test_votes_of_others_stay(self, talk: Talk) -> None:
        await self.rated(talk)
        await add_member(talk, BO)
        talk.person = BO
        await self.rated(talk)
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert {vote.rater_id for vote in await votes_of(talk.context, "run_1")} == {"console:ana"}

    async def test_a_pair_no_longer_quotes_what_was_taken_back(self, talk: Talk) -> None:
        await talk.type("Instruction: Write the zebra note\nInput: ward 7\nOutput: calm")
        await talk.press("Approve")
        (row,) = await rows_of(talk)
        for name in ("prompts", "answers"):
            text = talk.files.read_text(f"runs/run_1/{name}.jsonl").replace("row_0", row.id)
            text = text.replace(f'"Write note {row.id}", "input": ""', '"Write the zebra note", "input": "ward 7"')
            talk.files.write_text(f"runs/run_1/{name}.jsonl", text)
        await talk.type("/tune rate")
        assert texts(face(talk))[0] == "Write the zebra note\n\nward 7"
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert not [text for _, _, text in await talk.posts() if "zebra" in text]


async def beginning(talk: Talk) -> None:
    await compared(talk, pairs=4)


async def opened(talk: Talk) -> None:
    await beginning(talk)
    await talk.type("/tune rate")


async def last_pair(talk: Talk) -> None:
    await opened(talk)
    for _ in range(2):
        await pick_first_of(talk)


async def pick_first_of(talk: Talk) -> None:
    await talk.press(LABELS[0], face(talk))


async def voted(talk: Talk) -> None:
    await opened(talk)
    await pick_first_of(talk)
    talk.files.write_text("runs/run_1/comparison.json", "{}")
    await talk.type("/tune forget")


TURNS: Turns = {
    "a rating is begun": (beginning, lambda talk: talk.type("/tune rate")),
    "a rating is begun again": (opened, lambda talk: talk.type("/tune rate")),
    "a pair is rated": (opened, pick_first_of),
    "a pair is rated in words": (opened, lambda talk: talk.type("A")),
    "the last pair is rated": (last_pair, pick_first_of),
    "a rating is stopped": (last_pair, lambda talk: talk.press("Stop rating")),
    "votes are forgotten": (voted, lambda talk: talk.press("Delete my examples")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_votes_nothing_twice(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of, spares=READS)


async def outcome_of(talk: Talk) -> Mapping[str, Any]:
    return {"votes": await talk.store.ratings.of_run("run_1"), **await left_by_rating(talk, "ratings")}
