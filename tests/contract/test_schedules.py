"""What people asked to be reminded of, and how they want to be reminded, on every adapter."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.domain import Habits, direct_conversation
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, link, project, schedule

BO, SLACK = "console:bo", "slack:T1:U1"
WEEK = timedelta(days=7)
MINE = Habits(person_id=ADA.id, wanted=True, zone="Europe/Berlin", event_id="e1")


@pytest.fixture(autouse=True)
async def _projects(store: Store) -> None:
    await store.projects.add(project())
    await store.projects.add(project("two"))


async def say(store: Store, habits: Habits) -> None:
    assert await store.habits.change(habits.person_id, lambda known: habits) == habits


class TestSchedules:
    async def test_a_schedule_is_there_once_and_comes_back_whole(self, store: Store) -> None:
        hostile = schedule(said="every\x00 Tuesday'; --", project_id="project_one")
        for one in (hostile, replace(hostile, said="every Friday", next_at=START)):
            await store.schedules.put(one)
        assert await store.schedules.get("schedule_1") == hostile
        assert await store.conversations.get(ADA.id) == direct_conversation(ADA.id)

    @pytest.mark.parametrize("unknown", [{"conversation_id": "console:nowhere"}, {"project_id": "project_none"}])
    async def test_it_is_about_a_known_project_and_said_in_a_known_place(
        self, store: Store, unknown: dict[str, str]
    ) -> None:
        with pytest.raises(NotFound):
            await store.schedules.put(schedule(**unknown))
        with pytest.raises(NotFound):
            await store.schedules.get("schedule_1")

    async def test_the_one_that_is_due_next_comes_first_of_all(self, store: Store) -> None:
        later = schedule("1", next_at=START + WEEK)
        sooner = schedule("2", person_id=BO, conversation_id=BO, next_at=START)
        for one in (later, sooner):
            await store.schedules.put(one)
        assert await store.schedules.all() == [sooner, later]
        assert await store.schedules.of_person(ADA.id) == [later]

    async def test_a_persons_are_those_of_all_their_accounts_in_order_of_creation(self, store: Store) -> None:
        second = schedule("2", person_id=SLACK, conversation_id=SLACK, created_at=START + MINUTE, next_at=START)
        for one in (second, schedule()):
            await store.schedules.put(one)
        await link(store, ADA.id, SLACK)
        assert await store.schedules.of_person(SLACK) == await store.schedules.of_person(ADA.id) == [schedule(), second]

    async def test_of_several_that_advance_it_at_once_one_does(self, store: Store) -> None:
        await store.schedules.put(schedule())
        first = schedule().next_at
        advance = store.schedules.advance
        moved = await asyncio.gather(*(advance("schedule_1", first, first + WEEK) for _ in range(6)))
        assert sorted(moved) == [False] * 5 + [True]
        assert (await store.schedules.get("schedule_1")).next_at == first + WEEK
        assert await advance("schedule_1", first, first + 2 * WEEK) is False
        assert await advance("schedule_none", first, first + WEEK) is False

    async def test_one_that_has_ended_is_due_no_more_and_can_be_looked_up(self, store: Store) -> None:
        await store.schedules.put(schedule())
        for at in (START, START + MINUTE):
            await store.schedules.end("schedule_1", at)
        assert await store.schedules.get("schedule_1") == schedule(ended_at=START)
        assert await store.schedules.all() == await store.schedules.of_person(ADA.id) == []
        assert await store.schedules.of_person(ADA.id, ended=True) == [schedule(ended_at=START)]
        assert await store.schedules.advance("schedule_1", schedule().next_at, START + WEEK) is False
        with pytest.raises(NotFound):
            await store.schedules.end("schedule_none", START)

    async def test_a_person_takes_back_those_of_a_project_and_of_none(self, store: Store) -> None:
        kept = [
            schedule("3", project_id="project_two"),
            schedule("4", project_id="project_one", person_id=BO, conversation_id=BO),
        ]
        for one in (schedule("1"), schedule("2", project_id="project_one", ended_at=START), *kept):
            await store.schedules.put(one)
        assert await store.schedules.forget_person(ADA.id, "project_one") == 2
        assert await store.schedules.forget_person(ADA.id, "project_one") == 0
        assert await store.schedules.all() == kept


class TestHabits:
    async def test_nothing_is_known_of_who_said_nothing(self, store: Store) -> None:
        assert await store.habits.get(ADA.id) is None
        assert await store.habits.all() == await store.habits.all(wanted=False) == []

    async def test_a_change_starts_from_what_is_known(self, store: Store) -> None:
        before: list[Habits] = []

        def asked(known: Habits) -> Habits:
            before.append(known)
            return replace(known, asked_at=START)

        await store.habits.change(ADA.id, asked)
        full = replace(MINE, snoozed_until=START + WEEK, rhythm="first_month", hour="07:30", asked_at=START)
        await say(store, full)
        await store.habits.change(ADA.id, asked)
        assert (before[0], before[-1]) == (Habits(person_id=ADA.id), full)
        assert await store.habits.get(ADA.id) == full

    async def test_changes_at_once_lose_nothing(self, store: Store) -> None:
        def lengthened(known: Habits) -> Habits:
            return replace(known, rhythm=known.rhythm + "x")

        await link(store, ADA.id, SLACK)
        each = [store.habits.change(account, lengthened) for account in (ADA.id, SLACK) * 5]
        stopped = store.habits.change(ADA.id, lambda known: replace(known, wanted=False))
        await asyncio.gather(*each, stopped)
        found = await store.habits.get(SLACK)
        assert found is not None
        assert (found.rhythm, found.wanted) == ("x" * 10, False)

    async def test_all_are_those_who_want_or_who_said_no(self, store: Store) -> None:
        no = Habits(person_id=BO, wanted=False)
        for one in (MINE, no, Habits(person_id="console:eve")):
            await say(store, one)
        assert await store.habits.all() == [MINE]
        assert await store.habits.all(wanted=False) == [no]

    async def test_linked_accounts_have_what_was_said_last_with_any(self, store: Store) -> None:
        other = Habits(person_id=SLACK, wanted=True, zone="Asia/Tokyo")
        await say(store, other)
        await say(store, MINE)
        assert await store.habits.all() == [MINE, other]
        await link(store, ADA.id, SLACK)
        for account in (ADA.id, SLACK):
            assert await store.habits.get(account) == MINE
        assert await store.habits.all() == [MINE], "one person is reminded once"

    async def test_a_no_with_one_account_is_a_no_of_the_person(self, store: Store) -> None:
        await say(store, MINE)
        await link(store, ADA.id, SLACK)
        no = await store.habits.change(SLACK, lambda known: replace(known, person_id=SLACK, wanted=False))
        assert no == replace(MINE, person_id=SLACK, wanted=False)
        assert await store.habits.get(ADA.id) == no
        assert (await store.habits.all(), await store.habits.all(wanted=False)) == ([], [no])
        await store.links.unlink(SLACK)
        assert await store.habits.get(ADA.id) is None

    async def test_all_that_is_known_is_forgotten_but_a_no(self, store: Store) -> None:
        await say(store, MINE)
        await say(store, replace(MINE, person_id=BO, wanted=False))
        for account, left in ((ADA.id, None), (BO, Habits(person_id=BO, wanted=False)), ("console:eve", None)):
            assert await store.habits.forget_person(account) is (account != "console:eve")
            assert await store.habits.forget_person(account) is False
            assert await store.habits.get(account) == left
