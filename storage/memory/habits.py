"""How people want to be reminded. It does not know what their habits mean."""

from collections.abc import Callable, Sequence

from storage.domain import Habits
from storage.memory.facts import Repository
from storage.memory.links import accounts_of


class MemoryHabits(Repository):
    async def get(self, person_id: str) -> Habits | None:
        return self._last(person_id)

    async def change(self, person_id: str, change: Callable[[Habits], Habits]) -> Habits:
        changed = change(self._last(person_id) or Habits(person_id=person_id))
        for account in accounts_of(self._facts, person_id):
            self._facts.habits.pop(account, None)
        self._facts.habits[changed.person_id] = changed
        return changed

    async def all(self, wanted: bool = True) -> Sequence[Habits]:
        found = [one for one in self._facts.habits.values() if one == self._last(one.person_id)]
        return sorted((one for one in found if one.wanted is wanted), key=lambda one: one.person_id)

    async def forget_person(self, person_id: str) -> bool:
        habits = self._facts.habits
        if (had := habits.get(person_id)) is None or had == (left := had.without_all_but_a_no):
            return False
        del habits[person_id]
        if left is not None:
            habits[person_id] = left
        return True

    def _last(self, person_id: str) -> Habits | None:
        theirs = accounts_of(self._facts, person_id)
        return next((one for one in reversed(self._facts.habits.values()) if one.person_id in theirs), None)
