"""People's blind votes on the answers. It does not know whose answer is better."""

from collections.abc import Iterable, Sequence

from storage.domain import Rating
from storage.memory.facts import Repository, need


class MemoryRatings(Repository):
    async def put(self, rating: Rating) -> None:
        need(self._facts.projects, rating.project_id)
        self._facts.ratings[rating.id] = rating

    async def of_run(self, run_id: str) -> Sequence[Rating]:
        return _in_order(one for one in self._facts.ratings.values() if one.run_id == run_id)

    async def of_project(self, project_id: str) -> Sequence[Rating]:
        return _in_order(one for one in self._facts.ratings.values() if one.project_id == project_id)

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        ratings = self._facts.ratings
        gone = [one.id for one in ratings.values() if (one.rater_id, one.project_id) == (rater_id, project_id)]
        for rating_id in gone:
            del ratings[rating_id]
        return len(gone)


def _in_order(ratings: Iterable[Rating]) -> list[Rating]:
    return sorted(ratings, key=lambda rating: (rating.created_at, rating.id))
