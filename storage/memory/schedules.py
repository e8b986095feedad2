"""What people asked to be reminded of again and again. It does not know how a rule is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storage.domain import Schedule
from storage.memory.facts import Repository, need, need_place
from storage.memory.links import accounts_of


class MemorySchedules(Repository):
    async def put(self, schedule: Schedule) -> None:
        if schedule.project_id is not None:
            need(self._facts.projects, schedule.project_id)
        need_place(self._facts, schedule.conversation_id, schedule.person_id)
        self._facts.schedules.setdefault(schedule.id, schedule)

    async def get(self, schedule_id: str) -> Schedule:
        return need(self._facts.schedules, schedule_id)

    async def of_person(self, person_id: str, ended: bool = False) -> Sequence[Schedule]:
        accounts = accounts_of(self._facts, person_id)
        theirs = (one for one in self._facts.schedules.values() if one.person_id in accounts)
        found = [one for one in theirs if ended or one.ended_at is None]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    async def all(self) -> Sequence[Schedule]:
        found = [one for one in self._facts.schedules.values() if one.ended_at is None]
        return sorted(found, key=lambda one: (one.next_at, one.id))

    async def advance(self, schedule_id: str, from_next_at: datetime, next_at: datetime) -> bool:
        known = self._facts.schedules.get(schedule_id)
        if known is None or known.ended_at is not None or known.next_at != from_next_at:
            return False
        self._facts.schedules[schedule_id] = replace(known, next_at=next_at)
        return True

    async def end(self, schedule_id: str, at: datetime) -> None:
        known = need(self._facts.schedules, schedule_id)
        self._facts.schedules[schedule_id] = replace(known, ended_at=known.ended_at or at)

    async def forget_person(self, person_id: str, project_id: str) -> int:
        schedules = self._facts.schedules
        theirs = [one for one in schedules.values() if one.person_id == person_id]
        gone = [one.id for one in theirs if one.project_id in (project_id, None)]
        for schedule_id in gone:
            del schedules[schedule_id]
        return len(gone)
