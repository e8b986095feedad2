"""People and what they agreed to. It does not know what consent is needed for."""

from dataclasses import replace
from datetime import datetime

from storage.domain import Consent, Person
from storage.memory.facts import Repository


class MemoryPeople(Repository):
    async def get(self, person_id: str) -> Person | None:
        return self._facts.people.get(person_id)

    async def put_consent(self, consent: Consent) -> None:
        self._facts.consents.setdefault(consent.id, consent)

    async def consent(self, person_id: str, project_id: str) -> Consent | None:
        return max(self._in_force(person_id, project_id), key=lambda found: (found.given_at, found.id), default=None)

    async def withdraw_consent(self, person_id: str, project_id: str, at: datetime) -> None:
        for consent in self._in_force(person_id, project_id):
            self._facts.consents[consent.id] = replace(consent, withdrawn_at=at)

    def _in_force(self, person_id: str, project_id: str) -> list[Consent]:
        return [
            consent
            for consent in self._facts.consents.values()
            if (consent.person_id, consent.project_id, consent.withdrawn_at) == (person_id, project_id, None)
        ]
