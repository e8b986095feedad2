"""From "remind me" to the message, by the virtual clock: planned, claimed, composed, answered, backed off."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.reminding.choosing import KEY
from agent.replies import ShowCard
from bot.nudges import Nudges
from storage.domain import Project, ReminderState, RowStatus
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.unit.agent.test_reminders import PACK, drafts, with_a_plan

HOUR = timedelta(hours=1)


def last_card(talk: Talk) -> ShowCard:
    return next(card for card in reversed(talk.shown) if card.card_kind == "reminder")


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    """It is Saturday, ten o'clock in Berlin; she has just asked for suggestions."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk, pack=PACK)
    await with_a_plan(talk)
    await talk.type("/tune remind on")
    await talk.type("Berlin")
    return talk


async def live(talk: Talk, hours: int, processes: int = 1) -> list[str]:
    """Let hours pass, with a look at each; returns what was said of our own accord, with its time in UTC."""
    nudges = [Nudges(talk.store, f"process-{number}", clock=lambda: talk.now) for number in range(processes)]
    told = []
    for _ in range(hours):
        talk.wait(HOUR)
        for one in nudges:
            await one.look()
        await talk.answer_all()
        told += [
            f"{talk.now:%a %H:%M}" for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "reminder"
        ]
    return told


async def test_a_suggestion_comes_at_the_persons_hour_once_however_many_processes_look(ana: Talk) -> None:
    assert await live(ana, 24, processes=2) == ["Sun 09:00"]


async def test_left_unanswered_they_become_fewer_and_stop(ana: Talk) -> None:
    """After 1, 2, 4, 7 and 14 days; the last one says so, and none says the same as the one before."""
    await live(ana, 24 * 60)
    sent = [one for one in await ana.store.reminders.of_person(ana.person) if one.state is ReminderState.SENT]
    assert [f"{one.due_at:%m-%d}" for one in sent] == ["11-22", "11-24", "11-28", "12-05", "12-19"]
    assert all(one.about[KEY] != before.about[KEY] for before, one in pairwise(sent))
    assert "This is the last one for now" in last_card(ana).note


async def test_an_answer_brings_the_next_one_the_day_after(ana: Talk) -> None:
    assert await live(ana, 24) == ["Sun 09:00"]
    await ana.type("Instruction: Write a user story\nOutput: As a user I write a story.")
    await ana.press("Approve")
    assert await live(ana, 24) == ["Mon 09:00"]


async def test_tomorrow_is_tomorrow_at_the_persons_hour(ana: Talk) -> None:
    await live(ana, 24)
    await ana.press("Tomorrow")
    assert await live(ana, 48) == ["Mon 09:00"]


async def test_in_an_hour_is_in_an_hour_and_that_was_it_for_the_day(ana: Talk) -> None:
    await live(ana, 24)
    ana.wait(timedelta(minutes=10))
    await ana.press("In 1 hour")
    assert len(await live(ana, 12)) == 1


async def test_put_off_while_nothing_ran_it_comes_once_on_return_and_not_in_the_quiet_hours(ana: Talk) -> None:
    await live(ana, 24)
    await ana.press("In 1 hour")
    ana.wait(6 * HOUR)
    assert await live(ana, 3) == ["Sun 16:00"]
    await ana.press("In 1 hour")
    ana.wait(4 * HOUR)
    assert await live(ana, 8) == [], "it is 23:00 in Berlin by then, and 07:00 at the end"
    assert await live(ana, 3) == ["Mon 07:00"]


async def test_put_off_to_the_morning_it_is_that_days_suggestion_also_for_whoever_comes_back_later(ana: Talk) -> None:
    """It was due at eight, and what nothing ran to send is found together with the hour of the next suggestion."""
    await live(ana, 34)
    ana.wait(timedelta(minutes=30))
    assert "Monday 23 November 2026, 08:00" in await ana.press("In 1 hour")
    ana.wait(timedelta(hours=13, minutes=35))  # five past ten in Berlin
    assert len(await live(ana, 10, processes=2)) == 1


async def test_what_she_set_comes_as_she_set_it_whatever_is_off(ana: Talk) -> None:
    await ana.type("/tune remind off")
    await ana.type("/tune remind every day at 22 to sleep")
    assert await live(ana, 48) == ["Sat 21:00", "Sun 21:00"]


async def test_on_a_day_with_something_of_her_own_ours_does_not_come_not_even_before_it(ana: Talk) -> None:
    """She set 16:00; ours would be at 10:00. In Berlin that is an hour later than in UTC."""
    await ana.type("/tune remind every Sunday at 16 to write notes")
    assert await live(ana, 24) == []
    assert await live(ana, 48) == ["Sun 15:00", "Mon 09:00"]


async def test_stop_is_the_end(ana: Talk) -> None:
    await live(ana, 24)
    await ana.press("Stop suggestions")
    assert await live(ana, 24 * 7) == []


async def test_the_four_weeks_come_weekly(ana: Talk) -> None:
    await ana.type("/tune remind off")
    await ana.type("/tune remind weeks")
    assert await live(ana, 24 * 30) == ["Sun 09:00"] * 4


async def test_rounds_that_are_done_come_monthly(ana: Talk) -> None:
    await ana.type("/tune remind off")
    await ana.type("/tune remind rounds")
    assert await live(ana, 24 * 15) == ["Sun 09:00"] * 3
    await drafts(ana, 90, RowStatus.APPROVED)
    told = await live(ana, 24 * 65)
    sent = [one for one in await ana.store.reminders.of_person(ana.person) if one.state is ReminderState.SENT]
    assert told == ["Sun 09:00"] * 2
    assert [f"{one.due_at:%m-%d}" for one in sent[-2:]] == ["01-03", "02-07"]
    assert "Monthly update" in last_card(ana).fields[0].text
    await ana.press("Next week")
    assert await live(ana, 24 * 8) == ["Tue 09:00"], "put off, it comes in whichever week"


async def test_rounds_of_one_project_go_on_while_another_has_done_them(ana: Talk) -> None:
    await ana.type("/tune remind off")
    await ana.type("/tune remind rounds")
    await drafts(ana, 90, RowStatus.APPROVED)
    other = Project(id="project_2", name="Notes", slug="notes", goal="Notes", owner_id=ana.person, created_at=ana.now)
    await ana.store.projects.add(other)
    brief = await ana.store.briefs.get("project_1")
    await ana.store.briefs.change("project_2", lambda _: replace(brief, project_id="project_2"))
    assert await live(ana, 24 * 29) == ["Sun 09:00"] * 5
    assert "Round 1" in last_card(ana).fields[0].text
