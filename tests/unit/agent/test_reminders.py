"""A reminder's turn: the one next action, done right there; its buttons; and what counts as an answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.coverage import plan_for
from agent.reminding.choosing import DECLINED, KEY
from agent.replies import ShowCard
from storage.domain import (
    Answer,
    AnswerFeedback,
    Feedback,
    JobKind,
    JobState,
    Membership,
    ModelVersion,
    Project,
    Reminder,
    ReminderKind,
    ReminderState,
    Role,
    RowStatus,
    Run,
    RunState,
    Schedule,
)
from tests.contract.facts import job, row
from tests.fakes.projects import in_a_project, rows_of, stage_of
from tests.fakes.reminding import due, reminded, wants
from tests.fakes.talk import Talk

DAY = timedelta(days=1)
PACK = "product-manager"
PROJECT = "project_1"
BO = "console:bo"


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    """She is in a project without an example, and wants suggestions."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk, pack=PACK)
    await with_a_plan(talk)
    await wants(talk)
    return talk


async def with_a_plan(talk: Talk) -> None:
    plan = plan_for(talk.packs[PACK], chosen=("user-story", "feature-prd"))
    await talk.store.briefs.change(PROJECT, lambda brief: replace(brief, plan=plan))


def card(talk: Talk) -> ShowCard:
    return next(one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "reminder")


def labels(shown: ShowCard) -> list[str]:
    return [choice.label for choice in shown.choices]


async def drafts(talk: Talk, count: int, status: RowStatus = RowStatus.PENDING, first: int = 0) -> None:
    given = [
        row(str(number), project_id=PROJECT, author_id=talk.person, category="user-story", created_at=talk.now)
        for number in range(first, first + count)
    ]
    await talk.store.rows.add([replace(one, status=RowStatus.PENDING) for one in given])
    if status is RowStatus.APPROVED:
        await talk.store.rows.approve([one.id for one in given], talk.person, "consent_1")


# What is said


async def test_the_thinnest_cell_is_asked_for_and_the_answer_is_drafted_as_an_example(ana: Talk) -> None:
    found = await reminded(ana, after=DAY)
    assert found.about["code"] == "cell"
    assert "Of this your model has seen least so far." in ana.text
    assert labels(card(ana)) == ["In 1 hour", "Tomorrow", "Next week", "Not now", "Stop suggestions"]
    await ana.type("Write the user story for resetting a password")
    await ana.type("none")
    assert "approve" in (await ana.type("As a user I reset my password so that I get in again.")).casefold()
    (example,) = await rows_of(ana)
    assert (example.instruction, example.status) == ("Write the user story for resetting a password", RowStatus.PENDING)
    assert example.category == found.about["facts"]["cell"].partition("/")[0]


async def test_in_the_middle_of_an_example_nothing_is_lost_and_only_a_button_is_offered(ana: Talk) -> None:
    await ana.type("Write the user story for resetting a password")
    assert await stage_of(ana) == "input"
    await reminded(ana, after=timedelta(hours=2))
    assert await stage_of(ana) == "input"
    assert labels(card(ana))[0] == "Give one"
    await ana.type("none")
    await ana.type("As a user I reset my password.")
    (example,) = await rows_of(ana)
    assert example.instruction == "Write the user story for resetting a password"


async def test_its_button_lets_what_is_in_hand_be_finished_first(ana: Talk) -> None:
    await ana.type("Write the user story for resetting a password")
    await reminded(ana, after=timedelta(hours=2))
    assert "right after this" in await ana.press("Give one")
    assert await stage_of(ana) == "input"


async def test_drafts_are_shown_paged_for_a_decision_right_there(ana: Talk) -> None:
    await drafts(ana, 5)
    found = await reminded(ana, after=DAY)
    assert found.about["code"] == "draft"
    assert "5 examples wait for a decision" in ana.text
    deck = next(one for one in ana.said if isinstance(one, ShowCard) and one.card_kind == "review")
    assert "1 of 5" in deck.title
    await ana.press("Approve", deck)
    assert len(await rows_of(ana, RowStatus.APPROVED)) == 1


async def test_somebody_elses_role_decides_what_is_suggested_to_them(ana: Talk) -> None:
    await drafts(ana, 5)
    await ana.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.VIEWER))
    bo = replace(ana, person=BO, name="Bo", conversation=BO, said=[], shown=[])
    await wants(bo)
    found = await reminded(bo, conversation_id=BO)
    assert found.state is ReminderState.DROPPED, "a viewer neither reviews nor gives"
    assert bo.said == []
    await ana.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.REVIEWER))
    assert (await reminded(bo, conversation_id=BO)).about["code"] == "draft"


async def test_enough_examples_are_offered_for_training_and_nothing_starts_by_itself(ana: Talk) -> None:
    await drafts(ana, 24, RowStatus.APPROVED)
    assert (await reminded(ana, after=DAY)).about["code"] == "train"
    assert "24 examples are approved" in ana.text
    await ana.press("Show the settings")
    assert any(isinstance(one, ShowCard) and one.card_kind == "recipe" for one in ana.said)
    assert not await ana.store.jobs.active()


async def ended(talk: Talk, state: RunState = RunState.SAVED) -> None:
    run = Run(
        id="run_1",
        project_id=PROJECT,
        conversation_id=talk.conversation,
        started_by=talk.person,
        number=1,
        recipe={},
        state=state,
        created_at=talk.now,
    )
    await talk.store.runs.add(run)
    await talk.store.jobs.submit(replace(job("export"), run_id="run_1", kind=JobKind.EXPORT))
    leased = await talk.store.jobs.lease("trainer", [JobKind.EXPORT], talk.now, timedelta(minutes=1))
    assert leased is not None
    talk.wait(timedelta(hours=1))
    await talk.store.jobs.finish(leased.id, leased.attempt, JobState.DONE, talk.now, result={})


async def test_a_run_that_nobody_looked_at_comes_first(ana: Talk) -> None:
    await drafts(ana, 5)
    await ended(ana)
    found = await reminded(ana, after=DAY)
    assert found.about["code"] == "run"
    assert "Run 1 ended well yesterday" in ana.text


async def test_a_run_is_looked_at_once_somebody_said_anything_after_it(ana: Talk) -> None:
    await ended(ana)
    ana.wait(timedelta(minutes=5))
    await ana.type("/tune plan")
    assert (await reminded(ana, after=DAY)).about["code"] != "run"


async def test_a_run_is_looked_at_once_somebody_took_it_up_from_a_reminder(ana: Talk) -> None:
    """In another conversation than its own: without that, the same would be said to them daily."""
    await ended(ana)
    await ana.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.OWNER))
    people = [
        replace(ana, person=who, name=who, conversation=f"{who}-alone", said=[], shown=[]) for who in (ana.person, BO)
    ]
    hers, his = people
    for number, one in enumerate(people, 1):
        one._count = 1000 * number
        await wants(one)
        await one.type("hello")
        await one.store.conversations.set_project(one.conversation, PROJECT)
    assert (await reminded(hers, after=DAY)).about["code"] == "run"
    await hers.press("Show it")
    assert (await reminded(hers, after=DAY)).about["code"] != "run"
    assert (await reminded(his, after=2 * DAY)).about["code"] != "run", "somebody has looked at it"


async def test_a_weak_criterion_is_asked_for_by_name(ana: Talk) -> None:
    await ended(ana)
    model = ModelVersion(
        id="model_1", project_id=PROJECT, run_id="run_1", name="team", version=1, metrics={}, created_at=ana.now
    )
    await ana.store.models.add(model)
    target = (
        '{"criterion": "tone", "scored_by": "people", "target": 4.0, "mean": 2.0, "low": 1.5, "high": 2.5, "n": 25}'
    )
    ana.files.write_text("runs/run_1/comparison.json", f'{{"targets": [{target}]}}')
    ana.wait(timedelta(minutes=5))
    await ana.type("/tune plan")
    brief = await ana.store.briefs.get(PROJECT)
    await ana.store.briefs.change(PROJECT, lambda _: replace(brief, pack=""))
    assert (await reminded(ana, after=DAY)).about["code"] == "criterion"
    assert "team v1 reached 2.0 of 5 in 25 answers, and the target is 4" in ana.text
    await ana.type("Instruction: Greet a customer\nOutput: Good morning, how may I help?")
    assert len(await rows_of(ana)) == 1


@pytest.mark.parametrize(("against", "asked"), [(3, False), (6, True)])
async def test_a_criterion_that_people_count_answers_against_is_asked_for(ana: Talk, against: int, asked: bool) -> None:
    """Three of eight may be chance where a quarter may fail; six of eight are not."""
    await ended(ana)
    model = ModelVersion(
        id="model_1", project_id=PROJECT, run_id="run_1", name="team", version=1, metrics={}, created_at=ana.now
    )
    await ana.store.models.add(model)
    for number in range(8):
        answer = Answer(
            id=f"answer-{number}",
            project_id=PROJECT,
            model_id=model.id,
            asked_by=ana.person,
            request="Greet",
            text="Hi",
            created_at=ana.now,
        )
        await ana.store.answers.add(answer)
        bad = number < against
        given = AnswerFeedback(
            answer_id=answer.id,
            person_id=ana.person,
            feedback=Feedback.NOT_GOOD if bad else Feedback.GOOD,
            event_id=f"e{number}",
            given_at=ana.now,
            criterion="tone" if bad else "",
        )
        await ana.store.answers.put_feedback(given)
    ana.wait(timedelta(minutes=5))
    await ana.type("/tune plan")
    await ana.store.briefs.change(PROJECT, lambda brief: replace(brief, pack=""))
    await reminded(ana, after=DAY)
    assert ("not good for their tone: 6 of 8 that they judged" in ana.text) is asked


@pytest.mark.parametrize("content", ["", "no json", '{"targets": 3}', '{"targets": [{"criterion": 1}]}', "[]"])
async def test_a_comparison_that_cannot_be_read_names_no_weakness(ana: Talk, content: str) -> None:
    await ended(ana)
    model = ModelVersion(
        id="model_1", project_id=PROJECT, run_id="run_1", name="team", version=1, metrics={}, created_at=ana.now
    )
    await ana.store.models.add(model)
    ana.files.write_text("runs/run_1/comparison.json", content)
    ana.wait(timedelta(minutes=5))
    await ana.type("/tune plan")
    assert (await reminded(ana, after=DAY)).about["code"] == "cell"


async def test_where_nothing_is_worth_it_nothing_is_said(ana: Talk) -> None:
    await ana.store.briefs.change(PROJECT, lambda brief: replace(brief, pack=""))
    found = await reminded(ana, after=DAY)
    assert found.state is ReminderState.DROPPED
    assert ana.said == []


@pytest.mark.parametrize("habits", [{"wanted": False}, {"wanted": None}])
async def test_whoever_has_changed_their_mind_by_then_hears_nothing(ana: Talk, habits: dict[str, object]) -> None:
    await wants(ana, **habits)
    assert (await reminded(ana, after=DAY)).state is ReminderState.DROPPED
    assert ana.said == []


async def test_what_was_ignored_is_not_said_twice_in_a_row(ana: Talk) -> None:
    await drafts(ana, 5)
    first = await reminded(ana, after=DAY)
    second = await reminded(ana, after=2 * DAY)
    assert (first.about["code"], second.about["code"]) == ("draft", "cell")
    third = await reminded(ana, after=2 * DAY)
    assert third.about["code"] == "draft", "it was not the last one"


async def test_not_now_counts_as_an_answer_and_brings_something_else_next_time(ana: Talk) -> None:
    await drafts(ana, 5)
    first = await reminded(ana, after=DAY)
    assert "Another time" in await ana.press("Not now")
    known = await ana.store.reminders.get(first.id)
    assert (known.about[DECLINED], known.answered_at is not None) == (True, True)
    assert (await reminded(ana, after=DAY)).about[KEY] != first.about[KEY]


async def test_another_project_is_gone_to_by_a_button_and_the_present_one_stays_until_then(ana: Talk) -> None:
    other = Project(
        id="project_2", name="Notes *of* <Bo>", slug="notes", goal="Notes", owner_id=ana.person, created_at=ana.now
    )
    await ana.store.projects.add(other)
    brief = await ana.store.briefs.get(PROJECT)
    await ana.store.briefs.change("project_2", lambda _: replace(brief, project_id="project_2"))
    await ana.store.briefs.change(PROJECT, lambda one: replace(one, pack=""))
    assert (await reminded(ana, after=DAY)).about["project_id"] == "project_2"
    assert card(ana).title == "One thing for “Notes of Bo”"
    assert (await ana.store.conversations.get(ana.conversation)).project_id == PROJECT
    await ana.press("Give one")
    assert (await ana.store.conversations.get(ana.conversation)).project_id == "project_2"
    await ana.type("Instruction: Write a user story\nOutput: As a user I write.")
    (example,) = await ana.store.rows.of_project("project_2")
    assert example.output == "As a user I write."


# The same turn again


async def test_a_turn_that_is_repeated_says_the_same(ana: Talk) -> None:
    one = await due(ana, after=DAY)
    event = await ana.store.inbox.get(f"reminder:{one.id}")
    first = await ana.interviewer.handle(event)
    assert await ana.interviewer.handle(event) == first != []


async def test_what_its_person_has_taken_back_says_nothing(ana: Talk) -> None:
    await due(ana, after=DAY)
    await ana.store.reminders.forget_person(ana.person, PROJECT)
    assert await ana.answer_all() == ""


# Answered within a day


async def test_whatever_the_person_does_there_within_a_day_is_their_answer(ana: Talk) -> None:
    one = await reminded(ana, after=DAY)
    ana.wait(timedelta(hours=23))
    await ana.type("/tune status")
    assert (await ana.store.reminders.get(one.id)).answered_at == ana.now


async def test_a_day_later_it_is_none(ana: Talk) -> None:
    one = await reminded(ana, after=DAY)
    ana.wait(timedelta(hours=25))
    await ana.type("/tune status")
    assert (await ana.store.reminders.get(one.id)).answered_at is None


async def test_what_somebody_else_does_is_none(ana: Talk) -> None:
    one = await reminded(ana, after=DAY)
    bo = replace(ana, person=BO, name="Bo", conversation=BO, said=[], shown=[])
    bo.wait(timedelta(hours=1))
    await bo.type("hello")
    assert (await ana.store.reminders.get(one.id)).answered_at is None


# Buttons


async def test_put_off_for_an_hour_it_comes_again_once(ana: Talk) -> None:
    await reminded(ana, after=DAY)
    said = await ana.press("In 1 hour")
    assert "Europe/Berlin" in said
    (again,) = [one for one in await ana.store.reminders.of_person(ana.person) if one.state is ReminderState.DUE]
    assert (again.due_at, again.kind) == (ana.now + timedelta(hours=1), ReminderKind.SUGGESTION)
    assert KEY not in again.about


@pytest.mark.parametrize(("label", "when"), [("Tomorrow", "2026-11-23 09:00"), ("Next week", "2026-11-29 09:00")])
async def test_put_off_for_days_the_next_one_is_planned_at_the_persons_hour(ana: Talk, label: str, when: str) -> None:
    await reminded(ana, after=DAY)
    await ana.press(label)
    habits = await ana.store.habits.get(ana.person)
    assert habits is not None
    assert f"{habits.snoozed_until:%Y-%m-%d %H:%M}" == when  # ten o'clock in Berlin
    assert not [one for one in await ana.store.reminders.of_person(ana.person) if one.state is ReminderState.DUE]


async def test_stop_turns_suggestions_off(ana: Talk) -> None:
    await reminded(ana, after=DAY)
    assert "/tune remind on" in await ana.press("Stop suggestions")
    habits = await ana.store.habits.get(ana.person)
    assert habits is not None
    assert habits.wanted is False


async def test_it_is_answered_once(ana: Talk) -> None:
    await reminded(ana, after=DAY)
    shown = card(ana)
    await ana.press("Stop suggestions")
    assert "Stop suggestions" in await ana.press("In 1 hour", shown)
    assert not [one for one in await ana.store.reminders.of_person(ana.person) if one.state is ReminderState.DUE]


async def test_the_last_of_those_that_were_ignored_says_so(ana: Talk) -> None:
    await reminded(ana, after=DAY, about={"ignored": 4, "last": True})
    assert "This is the last one for now" in ana.text


# What a person scheduled


async def scheduled(talk: Talk, said: str = "every Sunday at 9 to write <release> notes") -> Schedule:
    one = Schedule(
        id="schedule_1",
        person_id=talk.person,
        conversation_id=talk.conversation,
        rule="DTSTART:20261122T090000\nRRULE:FREQ=WEEKLY;BYDAY=SU",
        zone="Europe/Berlin",
        said=said,
        event_id="event-1",
        created_at=talk.now,
        next_at=talk.now + DAY,
    )
    await talk.store.schedules.put(one)
    return one


async def of_schedule(talk: Talk) -> Reminder:
    return await reminded(talk, ReminderKind.SCHEDULED, after=DAY, about={"schedule_id": "schedule_1"})


async def test_it_says_what_was_asked_for_in_a_quotation_and_the_next_action(ana: Talk) -> None:
    await wants(ana, wanted=False)
    await scheduled(ana)
    await of_schedule(ana)
    assert card(ana).quoted[0].text == "every Sunday at 9 to write <release> notes"
    assert "Of this your model has seen least so far." in ana.text
    assert labels(card(ana))[-1] == "Stop this reminder"


async def test_it_comes_also_where_nothing_else_waits(ana: Talk) -> None:
    await ana.store.briefs.change(PROJECT, lambda brief: replace(brief, pack=""))
    await scheduled(ana)
    assert (await of_schedule(ana)).state is ReminderState.SENT
    assert "Nothing else waits in your projects" in ana.text


async def test_its_stop_ends_it_alone(ana: Talk) -> None:
    await scheduled(ana)
    await of_schedule(ana)
    await ana.press("Stop this reminder")
    assert not await ana.store.schedules.of_person(ana.person)
    habits = await ana.store.habits.get(ana.person)
    assert habits is not None
    assert habits.wanted is True


async def test_what_was_stopped_before_it_was_due_does_not_come(ana: Talk) -> None:
    await scheduled(ana)
    await ana.store.schedules.end("schedule_1", ana.now)
    assert (await of_schedule(ana)).state is ReminderState.DROPPED
    assert ana.said == []


@pytest.mark.parametrize("deleted", [False, True])
async def test_what_was_put_off_is_listed_and_comes_unless_it_was_deleted_since(ana: Talk, deleted: bool) -> None:
    await scheduled(ana)
    await of_schedule(ana)
    await ana.press("In 1 hour")
    assert "One that you put off comes again on" in await ana.type("/tune remind list")
    if deleted:
        ana.wait(timedelta(minutes=5))
        await ana.type("/tune remind delete 1")
    ana.wait(timedelta(hours=1))
    again = await ana.store.reminders.claim("me", ana.now, timedelta(minutes=1))
    assert again is not None
    await ana.store.reminders.finish(again.id, "me", ReminderState.SENT, {}, ana.now)
    await ana.answer_all()
    expected = ReminderState.DROPPED if deleted else ReminderState.SENT
    assert (await ana.store.reminders.get(again.id)).state is expected


async def test_what_comes_once_and_was_put_off_comes_again(ana: Talk) -> None:
    await scheduled(ana)
    await of_schedule(ana)
    await ana.store.schedules.end("schedule_1", ana.now)  # as the claimer ends what comes once
    await ana.press("In 1 hour")
    assert "You set no reminder" not in await ana.type("/tune remind list")
    ana.wait(timedelta(hours=1))
    again = await ana.store.reminders.claim("me", ana.now, timedelta(minutes=1))
    assert again is not None
    await ana.store.reminders.finish(again.id, "me", ReminderState.SENT, {}, ana.now)
    await ana.answer_all()
    assert (await ana.store.reminders.get(again.id)).state is ReminderState.SENT
