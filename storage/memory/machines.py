"""The machines that supervisors run on. It does not know what their facts are used for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from storage.domain import Machine
from storage.memory.facts import Repository, json_copy

_ALIVE_FOR = timedelta(seconds=30)


class MemoryMachines(Repository):
    async def put(self, machine: Machine) -> None:
        self._facts.machines[machine.id] = replace(machine, facts=json_copy(dict(machine.facts)))

    async def alive(self, now: datetime) -> Sequence[Machine]:
        heard = [machine for machine in self._facts.machines.values() if machine.seen_at >= now - _ALIVE_FOR]
        return sorted(heard, key=lambda machine: machine.id)

    async def remove(self, machine_id: str) -> None:
        self._facts.machines.pop(machine_id, None)
