"""A run is followed in the conversation: how it goes, the chart on demand, and what may help, one tap away."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent.replies import ShowCard, ShowPicture, ShowTable
from agent.reports.run_card import run_card
from storage.domain import JobFailure, JobKind, JobState, Membership, Role, Row, RowStatus, Run, RunState
from storage.domain.recipes import Recipe
from tests.fakes import curves
from tests.fakes.projects import rows_of, stage_of
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from trainer import diagnosis

GOAL = "Write shift handover notes for nurses"
WORDS = ("fever", "fall", "asthma", "hip", "chest", "insulin", "supper", "wound", "night", "scan", "dialysis", "rash")


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def with_rows(talk: Talk, output: str = "S: {word}\nB: {number}") -> list[Row]:
    """A project with twelve approved rows."""
    await talk.begin(GOAL)
    lines = [
        {
            "instruction": "Write a handover",
            "input": f"bed {number}: {word}",
            "output": output.format(number=number, word=word),
        }
        for number, word in enumerate(WORDS)
    ]
    path = talk.home / "given.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await talk.type("", path)
    return await rows_of(talk)


async def running(talk: Talk, points: Sequence[dict[str, Any]] = ()) -> Run:
    """A run that goes on, with its curve so far."""
    await talk.type("/tune train start")
    run_id = (await talk.job(JobKind.TRAIN)).run_id
    if points:
        curves.write_curve(talk.home, run_id, points)
    return await talk.store.runs.get(run_id)


async def trained(talk: Talk, points: Sequence[dict[str, Any]], result: dict[str, Any] = TRAINED) -> str:
    """A run from its start to the report of its training; returns what is said."""
    await running(talk, points)
    return await talk.end_job(JobKind.TRAIN, result=result)


async def face(talk: Talk, **progress: Any) -> ShowCard:
    """The run's card once the trainer has published this."""
    job = await talk.store.jobs.lease("trainer", [JobKind.TRAIN], talk.now, timedelta(hours=1))
    job = job or (await talk.store.jobs.active())[0]
    await talk.store.jobs.publish(job.id, job.attempt, progress)
    return run_card(await talk.store.jobs.get(job.id), await talk.store.runs.get(job.run_id))


async def stopped(talk: Talk) -> str:
    """The run that goes on ends, as a person wanted."""
    (job,) = await talk.store.jobs.active()
    await talk.store.jobs.finish(job.id, job.attempt, JobState.CANCELLED, talk.now, result={})
    return await talk.answer_all()


def remedy_cards(talk: Talk) -> list[ShowCard]:
    return [reply for reply in talk.said if isinstance(reply, ShowCard) and reply.card_kind == "remedy"]


def pictures(talk: Talk) -> list[ShowPicture]:
    return [reply for reply in talk.said if isinstance(reply, ShowPicture)]


async def recipe_of_the_job(talk: Talk) -> Recipe:
    return Recipe(**(await talk.job(JobKind.TRAIN)).spec["recipe"])


class TestChart:
    async def test_the_word_shows_the_chart_so_far_with_what_it_says(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.LEARNING[:20])
        said = await talk.type("/tune chart")
        (picture,) = pictures(talk)
        assert "Line chart of the loss of run 1 over 17 steps" in picture.alt
        assert "Learning: on examples kept aside, the loss is 22% lower than before training." in said
        with Image.open(talk.home / picture.path) as image:
            assert image.size == (900, 600)

    async def test_a_chart_that_was_shown_stays_as_it_was_while_the_run_goes_on(self, talk: Talk) -> None:
        await with_rows(talk)
        run = await running(talk, curves.LEARNING[:10])
        await talk.type("/tune chart")
        before = (talk.home / pictures(talk)[0].path).read_bytes()
        path = pictures(talk)[0].path
        curves.write_curve(talk.home, run.id, curves.LEARNING)
        await talk.type("/tune chart")
        assert pictures(talk)[0].path != path
        assert (talk.home / path).read_bytes() == before

    async def test_the_button_shows_the_run_of_its_card_while_another_goes_on(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.OVERFITTING)
        card = await face(talk, step=9, steps=40)
        await stopped(talk)
        await running(talk, curves.LEARNING)
        await talk.press("Show chart", card)
        assert "run 1" in pictures(talk)[0].alt
        await talk.type("/tune chart")
        assert "run 2" in pictures(talk)[0].alt

    async def test_without_a_run_or_a_step_there_are_words(self, talk: Talk) -> None:
        await with_rows(talk)
        assert "There is no run yet" in await talk.type("/tune chart")
        await running(talk)
        assert "Run 1 has not made a step yet" in await talk.type("/tune chart")
        assert pictures(talk) == []

    async def test_a_stranger_sees_no_chart_and_a_viewer_does(self, talk: Talk) -> None:
        await with_rows(talk)
        run = await running(talk, curves.LEARNING)
        card = await face(talk, step=9, steps=40)
        talk.person = "console:bo"
        assert "You cannot look at anything" in await talk.press("Show chart", card)
        assert "You cannot look at anything" in await talk.type("/tune chart")
        assert pictures(talk) == []
        await talk.store.projects.set_role(
            Membership(project_id=run.project_id, person_id=talk.person, role=Role.VIEWER)
        )
        await talk.press("Show chart", card)
        assert len(pictures(talk)) == 1

    async def test_a_button_that_the_card_never_had_is_refused(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.LEARNING)
        card = await face(talk, step=9, steps=40)
        forged = replace(card, choices=(replace(card.choices[0], action="start"),))
        assert "not known here any more" in await talk.press("Show chart", forged)

    async def test_looking_at_the_chart_leaves_the_example_in_hand(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.LEARNING)
        await talk.type("Write the handover for bed 40")
        await talk.type("/tune chart")
        assert "the answer you would want" in await talk.type("none")


async def test_status_says_in_a_sentence_how_the_run_goes(talk: Talk) -> None:
    await with_rows(talk)
    await running(talk)
    found = diagnosis.read(curves.OVERFITTING)
    await face(talk, step=40, steps=40, diagnosis=found.to_json())
    assert "Overfitting since epoch 2.0" in await talk.type("/tune status")


class TestReport:
    async def test_what_the_curve_says_is_the_headline(self, talk: Talk) -> None:
        await with_rows(talk)
        said = await trained(talk, curves.LEARNING)
        assert said.index("Learning: on examples kept aside, the loss is 34% lower") < said.index("Run 1 is trained")
        assert remedy_cards(talk) == []

    @pytest.mark.parametrize(
        ("points", "sentence", "label"),
        [
            (curves.NOT_LEARNING, "Not learning: on examples kept aside", "Train again with learning rate 0.0015"),
            (curves.BY_HEART, "Not learning what helps", "Give more examples"),
            (curves.OVERFITTING, "Overfitting since epoch 2.0", "Train again with 2 epochs"),
            (curves.SUSPICIOUSLY_FAST, "Suspiciously fast", "Show what repeats"),
        ],
    )
    async def test_where_something_is_wrong_one_card_has_what_may_help(
        self, talk: Talk, points: Sequence[dict[str, Any]], sentence: str, label: str
    ) -> None:
        await with_rows(talk)
        assert sentence in await trained(talk, points)
        (card,) = remedy_cards(talk)
        assert [choice.label for choice in card.choices] == [label]
        assert talk.said[-1] == card, "its button is the one at hand"
        (run,) = await talk.store.runs.of_project(card.subject["project_id"])
        assert run.results["diagnosis"]["code"] in ("not_learning", "overfitting", "suspiciously_fast")

    async def test_a_run_that_was_stopped_is_told_what_its_curve_said(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.NOT_LEARNING)
        said = await talk.end_job(JobKind.TRAIN, JobState.CANCELLED, result=TRAINED)
        assert "Run 1 was stopped" in said
        assert "Not learning" in said
        assert len(remedy_cards(talk)) == 1

    async def test_a_run_without_a_curve_says_nothing_of_it(self, talk: Talk) -> None:
        await with_rows(talk)
        said = await trained(talk, [])
        assert said.startswith("Run 1: trained")
        assert "Too early" not in said

    async def test_the_card_of_the_run_keeps_what_was_said(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        (run,) = await talk.store.runs.of_project(remedy_cards(talk)[0].subject["project_id"])
        assert run_card(None, run).note.startswith("Overfitting since epoch 2.0")


DIVERGED = JobFailure(
    code="diverged",
    numbers={"step": 3, "loss": None, "grad_norm": 9e9, "learning_rate": 0.01, "row_ids": ["row_1"]},
)


class TestDiverged:
    async def fail(self, talk: Talk) -> str:
        return await talk.end_job(JobKind.TRAIN, JobState.FAILED, failure=DIVERGED)

    async def test_a_failure_says_why_and_one_tap_trains_with_smaller_steps(self, talk: Talk) -> None:
        await with_rows(talk)
        await talk.type("/tune train start")
        said = await self.fail(talk)
        assert "Run 1 was ended. Diverging: at step 3" in said
        assert "At a learning rate of 0.01" in said
        said = await talk.press("Train again with learning rate 0.00017")
        assert "Run 2 is started" in said
        assert (await recipe_of_the_job(talk)).learning_rate == 1.7e-4

    async def test_when_that_does_not_help_the_next_thing_is_proposed(self, talk: Talk) -> None:
        await with_rows(talk)
        await talk.type("/tune train start")
        labels = []
        for _ in range(4):
            await self.fail(talk)
            label = remedy_cards(talk)[0].choices[0].label
            labels.append(label)
            if not label.startswith("Train again"):
                break
            await talk.press(label)
        assert labels == [
            "Train again with learning rate 0.00017",
            "Train again with learning rate 5e-05",
            "Show 1 example",
        ]


class TestTrainAgain:
    LABEL = "Train again with 2 epochs"

    async def test_one_tap_starts_a_run_with_the_other_setting_and_nothing_else(self, talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, curves.OVERFITTING)
        before = await recipe_of_the_job(talk)
        await talk.end_job(JobKind.TRAIN, result=TRAINED)
        said = await talk.press(self.LABEL)
        assert "Run 2 is started" in said
        assert await recipe_of_the_job(talk) == replace(before, epochs=2)
        assert "What may help: done" in said, "its card has no button any more"

    async def test_a_second_tap_starts_no_second_run(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        await talk.press(self.LABEL)
        await talk.end_job(JobKind.TRAIN, JobState.CANCELLED, result={})
        assert f"That was decided already: {self.LABEL}" in await talk.press(self.LABEL)
        assert len(await self._runs(talk)) == 2

    async def test_while_another_run_goes_on_it_waits_with_its_button(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        (card,) = remedy_cards(talk)
        await talk.store.runs.update(card.subject["run_id"], RunState.SAVED)
        await talk.type("/tune train start")
        assert "going on already" in await talk.press(self.LABEL, card)
        assert len(await self._runs(talk)) == 2
        run = (await self._runs(talk))[-1]
        await talk.store.runs.update(run.id, RunState.STOPPED)
        assert "Run 3 is started" in await talk.press(self.LABEL, card)

    async def test_where_too_few_examples_are_left_it_says_so_and_waits(self, talk: Talk) -> None:
        rows = await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        for row in rows[:4]:
            await talk.store.rows.reject(row.id)
        assert "Give 2 more" in await talk.press(self.LABEL)
        assert len(await self._runs(talk)) == 1

    async def test_who_may_not_train_is_told_who_can(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        talk.person = "console:bo"
        assert "only an owner or a contributor can" in await talk.press(self.LABEL)
        assert len(await self._runs(talk)) == 1
        talk.person = "console:ana"
        assert "Run 2 is started" in await talk.press(self.LABEL), "the refusal has used nothing up"

    async def test_longer_rows_that_came_since_are_not_cut_off(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        (card,) = remedy_cards(talk)
        await talk.type(f"Instruction: Write a handover\nInput: bed 99\nOutput: {'a long story ' * 300}")
        await talk.press("Approve")
        await talk.press(self.LABEL, card)
        assert (await recipe_of_the_job(talk)).context > json.loads(card.subject["remedy"])["recipe"]["context"]

    async def test_a_context_of_an_earlier_version_beyond_what_is_allowed_is_brought_back(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        (card,) = remedy_cards(talk)
        remedy = json.loads(card.subject["remedy"])
        remedy["recipe"]["context"] = 10_112
        stored = (await talk.store.cards.get(card.card_id)).subject
        stored["remedy"] = json.dumps(remedy)  # type: ignore[index]  # the store in memory
        await talk.press(self.LABEL, card)
        assert (await recipe_of_the_job(talk)).context == 8192

    async def test_the_run_that_helped_is_told_that_it_learns(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.OVERFITTING)
        await talk.press(self.LABEL)
        run_id = (await talk.job(JobKind.TRAIN)).run_id
        curves.write_curve(talk.home, run_id, curves.LEARNING)
        assert "Learning:" in await talk.end_job(JobKind.TRAIN, result=TRAINED)
        assert remedy_cards(talk) == []

    async def _runs(self, talk: Talk) -> Sequence[Run]:
        (project,) = await talk.store.projects.all()
        return await talk.store.runs.of_project(project.id)


class TestSpike:
    async def spiked(self, talk: Talk) -> list[Row]:
        rows = await with_rows(talk)
        said = await trained(talk, curves.spike([row.id for row in rows]))
        assert "A spike that comes back" in said
        assert ": 1 example." in said
        return rows

    async def test_one_tap_opens_the_row_on_the_card_on_which_rows_are_decided(self, talk: Talk) -> None:
        rows = await self.spiked(talk)
        said = await talk.press("Show 1 example")
        assert "Here is what stood out." in said
        assert rows[0].input in said
        assert [row.id for row in await rows_of(talk, RowStatus.PENDING)] == [rows[0].id]

    async def test_its_mended_answer_is_what_the_next_run_learns(self, talk: Talk) -> None:
        rows = await self.spiked(talk)
        await talk.press("Show 1 example")
        await talk.press("Edit")
        await talk.type("S: mended")
        await talk.press("Approve")
        (mended,) = [row for row in await rows_of(talk, RowStatus.APPROVED) if row.id == rows[0].id]
        assert mended.output == "S: mended"
        assert mended.part is not None, "the part that it was given for good stays"

    async def test_who_may_not_review_opens_nothing(self, talk: Talk) -> None:
        await self.spiked(talk)
        talk.person = "console:bo"
        assert "You cannot approve examples" in await talk.press("Show 1 example")
        assert await rows_of(talk, RowStatus.PENDING) == []

    async def test_rows_that_are_gone_are_said_to_be(self, talk: Talk) -> None:
        rows = await self.spiked(talk)
        await talk.store.rows.reject(rows[0].id)
        assert "not there any more, or were rejected" in await talk.press("Show 1 example")

    async def test_rows_of_another_project_are_never_opened(self, talk: Talk) -> None:
        await self.spiked(talk)
        (card,) = remedy_cards(talk)
        (project,) = await talk.store.projects.all()
        other = replace((await rows_of(talk))[1], id="row_other", project_id="project_other")
        await talk.store.projects.add(replace(project, id="project_other", slug="other"))
        await talk.store.rows.add([other])
        assert "row_other" not in json.loads(card.subject["remedy"])["row_ids"]
        await talk.press("Show 1 example")
        assert (await talk.store.rows.get("row_other")).status is RowStatus.APPROVED

    async def test_an_example_that_was_trained_on_can_be_opened_by_its_number(self, talk: Talk) -> None:
        rows = await self.spiked(talk)
        assert rows[2].input in await talk.type("/tune review 3")


class TestRepeats:
    async def test_one_tap_lists_the_answers_that_repeat_and_changes_nothing(self, talk: Talk) -> None:
        await with_rows(talk, output="S: stable\nB: none")
        await trained(talk, curves.SUSPICIOUSLY_FAST)
        said = await talk.press("Show what repeats")
        (table,) = [reply for reply in talk.said if isinstance(reply, ShowTable)]
        assert "11 of 12 examples" in said
        assert len(table.rows) == 10
        assert table.rows[0][0] == "2"
        assert table.rows[0][2] == "the same answer as number 1"
        assert len(await rows_of(talk, RowStatus.APPROVED)) == 12

    async def test_an_answer_that_stands_in_its_request_is_named(self, talk: Talk) -> None:
        await with_rows(talk, output="bed {number}: {word}")
        await trained(talk, curves.SUSPICIOUSLY_FAST)
        assert "the answer stands in the request" in await talk.press("Show what repeats")

    async def test_where_nothing_repeats_it_says_what_else_it_may_be(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.SUSPICIOUSLY_FAST)
        assert "No answer repeats another" in await talk.press("Show what repeats")


class TestGiveExamples:
    async def test_one_tap_asks_for_the_next_example(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.BY_HEART)
        said = await talk.press("Give more examples")
        assert "What may help: done" in said
        assert "12 of 24." in said, "the next one that the plan asks for"
        assert await stage_of(talk) == "examples"

    async def test_in_another_project_it_says_where_to_go(self, talk: Talk) -> None:
        await with_rows(talk)
        await trained(talk, curves.BY_HEART)
        (card,) = remedy_cards(talk)
        await talk.type("/tune new Write friendly answers to hotel guests")
        assert "is about the project" in await talk.press("Give more examples", card)
