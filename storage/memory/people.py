"""People and what they agreed to. It does not know what consent is needed for."""

from dataclasses import replace
from datetime import datetime

from storage.domain import Consent, Person
from storage.memory.facts import Repository
from storage.memory.links import accounts_of


class MemoryPeople(Repository):
    async def get(self, person_id: str) -> Person | None:
        return self._facts.people.get(person_id)

    async def put_consent(self, consent: Consent) -> None:
        self._facts.consents.setdefault(consent.id, consent)

    async def consent(self, person_id: str, project_id: str, row_id: str | None = None) -> Consent | None:
        for about in dict.fromkeys((None, row_id)):
            given = [one for one in self._in_force(person_id, project_id) if one.row_id == about]
            if given:
                return max(given, key=lambda one: (one.given_at, one.id))
        return None

    async def withdraw_consent(self, person_id: str, project_id: str, at: datetime) -> None:
        for consent in self._in_force(person_id, project_id):
            self._facts.consents[consent.id] = replace(consent, withdrawn_at=at)

    async def add(self, person: Person) -> None:
        self._facts.people.setdefault(person.id, person)

    def _in_force(self, person_id: str, project_id: str) -> list[Consent]:
        theirs = accounts_of(self._facts, person_id)
        return [
            consent
            for consent in self._facts.consents.values()
            if consent.person_id in theirs and (consent.project_id, consent.withdrawn_at) == (project_id, None)
        ]
