"""Where a platform's app is installed. It does not know what an installation is good for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storage.domain import Installation
from storage.memory.facts import Repository, json_copy


class MemoryInstallations(Repository):
    async def put(self, installation: Installation) -> None:
        kept = replace(installation, data=json_copy(dict(installation.data)))
        self._facts.installations[installation.id] = kept

    async def get(self, installation_id: str) -> Installation | None:
        return self._facts.installations.get(installation_id)

    async def all(self, platform: str) -> Sequence[Installation]:
        found = (one for one in self._facts.installations.values() if one.platform == platform)
        return sorted(found, key=lambda one: one.id)

    async def delete(self, installation_id: str) -> None:
        self._facts.installations.pop(installation_id, None)

    async def issue_state(self, state: str, until: datetime) -> None:
        self._facts.install_states.setdefault(state, until)

    async def consume_state(self, state: str, now: datetime) -> bool:
        states = self._facts.install_states
        until = states.pop(state, None)
        for other in [one for one, end in states.items() if end <= now]:
            del states[other]
        return until is not None and until > now
