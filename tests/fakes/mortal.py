"""A process that dies at a chosen call: a store and a checkpointer that raise before or after their n-th call.

What was written by then stays written, as it does when a process is killed; what was not never happens.
"""

import inspect
from dataclasses import dataclass, fields
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from storage.ports import Store


class Killed(Exception):
    """The process ended here."""


READS = frozenset(
    [
        "get",
        "of_project",
        "of_person",
        "of_run",
        "count",
        "role",
        "members",
        "consent",
        "rules",
        "all",
        "latest",
        "pending",
        "is_finished",
    ]
)
"""Calls that write nothing: to die after one is to die after the write before it."""


@dataclass
class Fate:
    """When it dies: ``at`` counts calls from 1; 0 never. ``after`` says whether the call is still carried out."""

    at: int = 0
    after: bool = False
    calls: int = 0
    spares: frozenset[str] = frozenset()
    """Names of calls at which it never dies, and that do not count."""

    async def meet(self, call: Any) -> Any:
        self.calls += 1
        if self.calls == self.at and not self.after:
            call.close()
            raise Killed
        result = await call
        if self.calls == self.at:
            raise Killed
        return result


class _Mortal:
    def __init__(self, repository: Any, fate: Fate) -> None:
        self._repository = repository
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._repository, name)
        if not inspect.iscoroutinefunction(method) or name in self._fate.spares:
            return method
        return lambda *args, **kwargs: self._fate.meet(method(*args, **kwargs))


def mortal_store(store: Store, fate: Fate) -> Store:
    return Store(**{field.name: _Mortal(getattr(store, field.name), fate) for field in fields(Store)})


class MortalSaver(InMemorySaver):
    """A checkpointer of a mortal process."""

    fate = Fate()

    async def aput(self, *args: Any, **kwargs: Any) -> Any:
        return await self.fate.meet(super().aput(*args, **kwargs))

    async def aput_writes(self, *args: Any, **kwargs: Any) -> Any:
        return await self.fate.meet(super().aput_writes(*args, **kwargs))
