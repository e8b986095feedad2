"""What a digest says that its project lacks, once there is a version to judge by."""

from datetime import UTC, datetime
from pathlib import Path

from agent.promotion import in_use
from agent.reminding.digest import digest_of
from agent.state import Turn
from agent.weak import tasks_of
from storage.domain import Schedule
from tests.fakes.talk import Talk
from tests.unit.agent.test_loop import begin, poor, project_of, trained


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
    said = await digest_of(talk.context, turn, schedule)
    assert said is not None
    return said.text
