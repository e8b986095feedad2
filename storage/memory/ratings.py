"""People's blind votes on the answers of a run. It does not know whose answer is better."""

from collections.abc import Sequence

from storage.domain import Rating
from storage.memory.facts import Repository, need


class MemoryRatings(Repository):
    async def put(self, rating: Rating) -> None:
        need(self._facts.projects, rating.project_id)
        self._facts.ratings[rating.id] = rating

    async def of_run(self, run_id: str) -> Sequence[Rating]:
        found = (rating for rating in self._facts.ratings.values() if rating.run_id == run_id)
        return sorted(found, key=lambda rating: (rating.created_at, rating.id))

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        ratings = self._facts.ratings
        gone = [one.id for one in ratings.values() if (one.rater_id, one.project_id) == (rater_id, project_id)]
        for rating_id in gone:
            del ratings[rating_id]
        return len(gone)
