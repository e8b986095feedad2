"""Which variant of a feature people were shown. It does not know how one is chosen."""

from collections.abc import Sequence

from storage.domain import Exposure
from storage.memory.facts import Repository
from storage.memory.links import accounts_of


class MemoryExposures(Repository):
    async def put(self, exposure: Exposure) -> str:
        theirs = accounts_of(self._facts, exposure.person_id)
        known = [one for one in await self.of_flag(exposure.flag) if one.person_id in theirs]
        if not known:
            self._facts.exposures[exposure.flag, exposure.person_id] = exposure
        return (known or [exposure])[0].variant

    async def of_flag(self, flag: str) -> Sequence[Exposure]:
        found = [one for one in self._facts.exposures.values() if one.flag == flag]
        return sorted(found, key=lambda one: (one.at, one.person_id))

    async def of_person(self, person_id: str) -> Sequence[Exposure]:
        found = [one for one in self._facts.exposures.values() if one.person_id == person_id]
        return sorted(found, key=lambda one: one.flag)

    async def forget_person(self, person_id: str) -> int:
        gone = await self.of_person(person_id)
        for one in gone:
            del self._facts.exposures[one.flag, one.person_id]
        return len(gone)
