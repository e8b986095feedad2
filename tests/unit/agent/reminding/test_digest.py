"""What a digest says of evaluations, and of what its project lacks, once there is a version to judge by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.promotion import in_use
from agent.reminding.digest import digest_of
from agent.reminding.plan import scheduled
from agent.state import Turn
from agent.weak import tasks_of
from storage.domain import Schedule
from tests.fakes.talk import Talk
from tests.unit.agent.test_loop import begin, poor, project_of, trained
from tests.unit.agent.test_rating_evaluations import HOSTED, THREE, evaluation_of, score_all


async def test_it_names_two_kinds_the_weakest_first_each_with_what_it_needs(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await begin(talk)
    await trained(talk, poor)
    used = await in_use(talk.context, await project_of(talk))
    assert used is not None
    weak, thin, *others = await tasks_of(talk.context, used)
    line = next(line for line in (await digest(talk)).splitlines() if "lacks" in line)
    assert line == (
        f"- What lacks examples most: {weak.kind.plural} ({weak.failing} of {weak.n} test answers fail, {weak.examples} more) and "
        f"{thin.kind.plural} ({thin.examples} more, by your plan)."
    )
    assert others, "there are more, and they are not named"


async def test_evaluations_and_scores_of_answers_are_what_happened_in_a_week(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    one = await evaluation_of(talk, THREE, requests=4)
    await score_all(talk, one)
    lines = (await digest(talk)).splitlines()
    assert f"- Evaluation 1: version 1, the base model and {HOSTED} answered the same requests." in lines
    assert "- Answers scored: 12." in lines
    talk.wait(timedelta(days=8))
    assert await digest(talk) == "", "that was the week before"


async def test_an_evaluation_that_follows_on_a_run_is_no_line_of_its_own(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await evaluation_of(talk)
    await talk.store.evaluations.update("eval_1", None, {"for_run": "run_1"})
    assert await digest(talk) == ""


async def digest(talk: Talk) -> str:
    schedule = Schedule(
        id="s",
        person_id=talk.person,
        project_id=await project_of(talk),
        conversation_id=talk.conversation,
        rule="DTSTART:20261123T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO",
        zone="UTC",
        said="Monday 9",
        event_id="e",
        created_at=talk.now,
        next_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )
    event = {"id": "d", "conversation_id": talk.conversation, "person_id": talk.person, "kind": "reminder"}
    turn = Turn(event={**event, "payload": {}, "received_at": talk.now.isoformat()})
    due, _ = scheduled(replace(schedule, next_at=talk.now), talk.now)
    said = await digest_of(talk.context, turn, schedule, replace(due, due_at=talk.now))
    return said.text if said else ""
