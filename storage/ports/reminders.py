"""The ports of reminders: what is due, what people asked to be reminded of, and how they want to be reminded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from storage.domain import Habits, Reminder, ReminderState, Schedule


class Reminders(Protocol):
    """What is due to people: each claimed by one process at a time, and sent once."""

    async def put(self, reminder: Reminder) -> bool:
        """Have a reminder wait until it is due; False if the person has one for this slot already, with whichever of
        their linked accounts.

        A conversation that has the person's id is made if there is none (``direct_conversation``). Raises NotFound for
        any other that is not known, and for the project.
        """

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Reminder | None:
        """Lease the DUE one that was due first, has been due by now, and is held by nobody whose lease lasts still.

        A stale one is given out like any other: whoever claims it drops it.
        """

    async def finish(
        self, reminder_id: str, worker: str, state: ReminderState, about: Mapping[str, Any], now: datetime
    ) -> None:
        """In one transaction: end it as SENT or DROPPED, merge ``about`` into what it has, and, if it is SENT, put its
        event into the inbox of its conversation.

        The event's id is ``reminder:<reminder id>``, its kind REMINDER. Raises LeaseLost, and then nothing was written,
        if somebody else has claimed it since, or it is gone. Again by whoever ended it changes nothing.
        """

    async def composed(self, reminder_id: str, about: Mapping[str, Any] | None) -> Reminder:
        """Record what the message of one that was SENT names: ``about`` is merged into what it has. None: nothing was
        worth saying, and it becomes DROPPED. A later call corrects an earlier one. Raises NotFound, and Conflict for one that
        is DUE."""

    async def answered(self, reminder_id: str, at: datetime) -> Reminder:
        """Record that the person acted on it; the first time counts. Raises NotFound."""

    async def get(self, reminder_id: str) -> Reminder:
        """Raises NotFound."""

    async def of_person(self, person_id: str) -> Sequence[Reminder]:
        """Those of all linked accounts, whatever their state, in the order in which they are due, then of id."""

    async def of_project(self, project_id: str) -> Sequence[Reminder]:
        """In the order in which they are due, then of id."""

    async def sent(self, since: datetime) -> Sequence[Reminder]:
        """Those SENT at ``since`` or later, in that order, then of id."""

    async def next_due(self) -> datetime | None:
        """The earliest time at which ``claim`` may find one: of all that are DUE, the time when it is, or when the lease of
        whoever holds it ends. None: none is DUE. It may be in the past."""

    async def forget_person(self, person_id: str, project_id: str) -> int:
        """Delete the account's reminders about the project, and those about none, for good. Returns how many."""


class Schedules(Protocol):
    """What people asked to be reminded of again and again."""

    async def put(self, schedule: Schedule) -> None:
        """Add a schedule. One of the same id is left as it is. Its conversation is made or not found as
        in ``Reminders.put``. Raises NotFound for no such project, too."""

    async def get(self, schedule_id: str) -> Schedule:
        """One that has ended, too. Raises NotFound."""

    async def of_person(self, person_id: str, ended: bool = False) -> Sequence[Schedule]:
        """Those of all linked accounts that have not ended, or with ``ended`` all, in order of creation, then of id."""

    async def all(self) -> Sequence[Schedule]:
        """Those that have not ended, the one that is due next first, then in order of id."""

    async def advance(self, schedule_id: str, from_next_at: datetime, next_at: datetime) -> bool:
        """Move ``next_at`` on if it is ``from_next_at`` still and the schedule has not ended; whether it was moved."""

    async def end(self, schedule_id: str, at: datetime) -> None:
        """It is due no more; the first end counts. Raises NotFound."""

    async def forget_person(self, person_id: str, project_id: str) -> int:
        """Delete the account's schedules about the project, and those about none, for good. Returns how many."""


class PeoplesHabits(Protocol):
    """How people want to be reminded. Linked accounts are one person's: what was put last with any of them counts."""

    async def get(self, person_id: str) -> Habits | None:
        """Those of the person who has this account; ``person_id`` says with which account they were put last."""

    async def change(self, person_id: str, change: Callable[[Habits], Habits]) -> Habits:
        """Read, change and write in one transaction; returns what was written.

        ``change`` is given what ``get`` returns, or the habits of somebody who said nothing. What it returns stands
        under the account that it names, one of the person's, and what others of their accounts had is gone. It may be
        called again.
        """

    async def all(self, wanted: bool = True) -> Sequence[Habits]:
        """Those of people who want suggestions, or who said that they want none: each person once, in order of account."""

    async def forget_person(self, person_id: str) -> bool:
        """Delete the account's habits for good, but for what ``Habits.without_all_but_a_no`` leaves; whether there was more."""
