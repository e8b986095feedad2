"""What impatient, confused and hostile people do, and what must come of it: a clear sentence, and nothing lost."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.replies import Choice, ShowCard
from storage.domain import JobKind, JobState, Membership, Role, RowStatus, RunState
from storage.errors import StoreUnavailable
from tests.fakes.talk import LEASE, Talk
from tests.fakes.train_results import TRAINED, write_answers
from tests.unit.agent.test_conversation import GOAL, LABELLED, jsonl, with_project


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def give_up_on_everything(talk: Talk, error: Exception) -> str:
    """Handle what waits as a dispatcher whose every try failed."""
    inbox = talk.store.inbox
    said = []
    while event := await inbox.claim("me", talk.now, LEASE):
        said += await talk.interviewer.give_up(event, error)
        await inbox.finish(event.id, "me", talk.now, [], [])
    talk.said = said
    return talk.text


async def project_id(talk: Talk) -> str:
    return (await talk.store.projects.all())[0].id


async def test_a_run_whose_end_could_not_be_reported_does_not_stand_in_the_way_for_ever(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    job = await talk.store.jobs.lease("trainer", [JobKind.TRAIN], talk.now, LEASE)
    assert job is not None
    await talk.store.jobs.finish(job.id, job.attempt, JobState.DONE, talk.now, result=TRAINED)
    said = await give_up_on_everything(talk, StoreUnavailable("disk_full"))
    assert "I have closed the run" in said
    assert "Ready to train" in await talk.type("/tune train")


async def test_a_start_that_could_not_write_its_files_leaves_no_run_behind(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_project(talk, rows=12)

    def full(*_: Any) -> None:
        raise StoreUnavailable("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(type(talk.files), "write_text", full)
        with pytest.raises(StoreUnavailable):
            await talk.type("/tune train start")
    talk.wait(timedelta(minutes=5))
    assert "disk of this installation is full" in await give_up_on_everything(talk, StoreUnavailable("disk_full"))
    assert not await talk.store.runs.of_project(await project_id(talk))
    assert "Run 1 is started" in await talk.type("/tune train start")


async def test_line_separators_inside_an_example_break_nothing(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("Instruction: Write a note\nOutput: one\u2028two\u0085three")
    await talk.type("yes")
    await talk.type("/tune train start")
    run_id = (await talk.job(JobKind.TRAIN)).run_id
    assert "Run 1 is trained" in await talk.end_job(JobKind.TRAIN, result=TRAINED)
    write_answers(talk.home, run_id)
    assert "Your model" in await talk.end_job(JobKind.GENERATE, result={})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"instruction": "odd \\ud800 half", "output": "x"}', "half a character"),
        ("Instruction: a\x07b\nOutput: c", "invisible control character"),
        ("Instruction: \u200b\nOutput: c", "is empty"),
    ],
)
async def test_a_typed_row_is_checked_as_an_uploaded_one_is(talk: Talk, text: str, reason: str) -> None:
    await with_project(talk)
    said = await talk.type(text)
    assert reason in said
    assert not await talk.store.rows.of_project(await project_id(talk))


async def test_every_file_before_the_goal_is_read_after_it_also_by_way_of_new(talk: Talk) -> None:
    await talk.type("", jsonl(talk.home / "one.jsonl", 2))
    await talk.type("", jsonl(talk.home / "two.jsonl", 4))
    said = await talk.begin(f"/tune new {GOAL}")
    assert "**one.jsonl**: 2 of 2" in said
    assert "**two.jsonl**: 2 of 4" in said, "two of its rows were in the first file"


async def test_a_bare_word_is_an_answer_while_an_example_is_written(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("Classify this ticket: the printer is new")
    await talk.type("none")
    assert "Is this example right?" in await talk.type("New")
    assert await project_id(talk) == (await talk.store.conversations.get(talk.conversation)).project_id


async def test_what_was_begun_can_be_cancelled(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("Write the handover for bed 4")
    assert "dropped" in await talk.type("cancel")
    assert "0 pending" in await talk.type("status")


async def test_new_shows_the_way_back_to_other_projects(talk: Talk) -> None:
    await with_project(talk, rows=3)
    await talk.type("/tune new Write friendly answers to hotel guests")
    said = await talk.type("/tune new")
    assert "You are in “Write friendly answers to hotel guests”" in said
    label = talk.shown[-1].choices[1].label
    assert "3 approved" in await talk.press(label)
    assert "3 approved" in await talk.type("/tune examples")


async def test_an_answer_that_is_too_long_is_asked_for_again(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("Write the handover for bed 4")
    await talk.type("none")
    assert "too long for one example" in await talk.type("word " * 13_000)
    assert "Is this example right?" in await talk.type("S: bed 4 is stable")


async def test_an_unfinished_example_is_not_said_to_wait_for_a_decision(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("Write the handover for bed 4")
    said = await talk.type("", jsonl(talk.home / "given.jsonl", 3))
    assert "wait for your decision" not in said
    assert "3 approved, 0 pending" in await talk.type("/tune examples")


async def test_a_card_of_a_project_one_has_left_can_still_be_edited(talk: Talk) -> None:
    await with_project(talk)
    await talk.type(LABELLED.format(n=1))
    card = talk.shown[-1]
    await talk.type("/tune new Write friendly answers to hotel guests")
    await talk.press("Edit", card)
    assert "S: mended" in await talk.type("S: mended")
    assert len(await talk.store.projects.all()) == 2


async def test_stopping_the_comparison_does_not_throw_the_trained_model_away(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    said = await talk.type("/tune stop")
    assert "saved all the same" in said
    assert "The comparison was stopped" in said
    assert "Saved:" in await talk.end_job(JobKind.EXPORT, result={})


async def test_a_stranger_cannot_stop_a_run_by_way_of_a_new_project(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    talk.person = "console:bo"
    assert "You cannot" in await talk.type("/tune new Write friendly answers to hotel guests")
    assert "You cannot stop a run" in await talk.type("/tune stop")
    assert len(await talk.store.jobs.active()) == 1


async def test_a_stop_button_of_an_unknown_card_stops_nothing(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    choices = (Choice(label="Stop", action="stop"),)
    ghost = ShowCard(card_id="run:none", card_kind="run", subject={}, title="", choices=choices)
    assert "Nothing is running" in await talk.press("Stop", ghost)
    assert len(await talk.store.jobs.active()) == 1


async def test_nobody_else_can_consent_for_the_author(talk: Talk) -> None:
    await with_project(talk)
    for person, role in (("console:bo", Role.CONTRIBUTOR), ("console:cy", Role.REVIEWER)):
        await talk.store.projects.set_role(Membership(project_id=await project_id(talk), person_id=person, role=role))
    talk.person = "console:bo"
    await talk.type(LABELLED.format(n=1))
    talk.person = "console:cy"
    assert "They have to approve it first" in await talk.press("Approve")
    talk.person = "console:bo"
    assert "1 of 24" in await talk.press("Approve")
    await talk.type(LABELLED.format(n=7))
    talk.person = "console:cy"
    assert "2 approved" in await talk.press("Approve")
    consents = {row.consent_id for row in await talk.store.rows.of_project(await project_id(talk))}
    bo = await talk.store.people.consent("console:bo", await project_id(talk))
    assert bo is not None
    assert consents == {bo.id}


async def test_an_action_that_a_card_does_not_have_decides_nothing(talk: Talk) -> None:
    await with_project(talk)
    await talk.type(LABELLED.format(n=1))
    card = talk.shown[-1]
    odd = ShowCard(
        card_id=card.card_id, card_kind="row", subject={}, title="", choices=(Choice(label="Odd", action="frobnicate"),)
    )
    await talk.press("Odd", odd)
    assert await talk.store.rows.count(await project_id(talk), RowStatus.PENDING) == 1
    assert "1 of 24" in await talk.press("Approve", card)


async def test_a_start_that_is_refused_leaves_its_card_open(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train")
    card = talk.shown[-1]
    await talk.type("/tune train start")
    assert "going on already" in await talk.press("Start", card)
    await talk.type("/tune stop")
    assert "Run 2 is started" in await talk.press("Start", card)


async def test_one_setting_after_another_can_be_changed(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train")
    await talk.press("Change")
    await talk.type("epochs 2")
    said = await talk.type("batch 8")
    assert "Examples per step (batch): 8" in said
    assert "Learning rate must lie between 1e-06 and 0.01" in await talk.type("learning rate 3")
    assert "settings stay" in await talk.type("done")
    await talk.press("Start")
    recipe = (await talk.job(JobKind.TRAIN)).spec["recipe"]
    assert (recipe["epochs"], recipe["batch_size"]) == (2, 8)


async def test_a_goal_in_a_script_without_spaces_is_a_goal(talk: Talk) -> None:
    assert "I have noted your goal" in await talk.type("เขียนบันทึกการส่งเวรของพยาบาล")


async def test_a_goal_full_of_markup_gives_a_plain_name(talk: Talk) -> None:
    await talk.type("Write **bold** `code` notes for [everyone](http://x)")
    (project,) = await talk.store.projects.all()
    assert not set("*`[]<>") & set(project.name)


async def test_a_failed_comparison_still_saves_the_model(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    said = await talk.end_job(JobKind.GENERATE, JobState.FAILED)
    assert "saved all the same" in said
    await talk.end_job(JobKind.EXPORT, result={})
    (run,) = await talk.store.runs.of_project(await project_id(talk))
    assert run.state is RunState.SAVED


async def test_an_example_that_waits_is_shown_again_and_either_card_decides_it_once(talk: Talk) -> None:
    await with_project(talk)
    await talk.type(LABELLED.format(n=1))
    first = talk.shown[-1]
    assert "Here it is again" in await talk.type("hm, let me think")
    assert talk.shown[-1].card_id != first.card_id
    assert "1 of 24" in await talk.press("Approve")
    assert "decided already: it is approved" in await talk.press("Reject", first)
    assert await talk.store.rows.count(await project_id(talk), RowStatus.APPROVED) == 1


async def test_status_names_the_example_that_is_half_finished(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("Write the handover for bed 4")
    assert "half finished: “Write the handover for bed 4”" in await talk.type("status")


async def test_a_file_that_is_too_large_is_refused_with_its_size_and_never_read(talk: Talk) -> None:
    await with_project(talk)
    large = talk.home / "large.jsonl"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    said = await talk.type("", large)
    assert "**large.jsonl** has 200 MB. I take files of up to 20 MB" in said
    assert not list(talk.home.glob("uploads/*/*large*")), "it was not even copied"
