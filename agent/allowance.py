"""What may be spent on judging one comparison, and what was spent; kept in a file of its folder.

What a call costs counts as spent before it is made, so no crash makes anything cheaper. Of a crash in between, at most
one round of calls is paid for that nobody made. Whoever compares the same at the same time, in this process or another one,
spends of the same. It knows no judge.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from agent.evaluation.cost import Cost
from storage.files import Files

NAME = "judging.json"

T = TypeVar("T")


@dataclass(kw_only=True)
class Allowance:
    """Read by ``allowance_in``. What it says is as of the latest call of a method: others may spend too."""

    files: Files
    name: str
    allowed: Cost | None
    """None: nobody has estimated anything yet, and nothing may be spent."""
    spent: Cost

    @property
    def left(self) -> Cost:
        return (self.allowed or Cost()) - self.spent

    async def allow(self, cost: Cost) -> None:
        """From now on so much more may be spent than was."""
        await asyncio.to_thread(self._alone, lambda: self._allow(cost))

    async def allow_first(self, cost: Cost) -> None:
        """The same, unless something was allowed before: a turn that is repeated allows nothing more."""
        await asyncio.to_thread(self._alone, lambda: None if self.allowed else self._allow(cost))

    async def take(self, costs: Sequence[Cost]) -> int:
        """How many of these calls, in their order, may be made; they count as spent when this returns."""
        return await asyncio.to_thread(self._alone, lambda: self._take(costs))

    async def give_back(self, cost: Cost) -> None:
        """What was taken, and is known not to have been spent."""
        await asyncio.to_thread(self._alone, lambda: self._keep(self.spent - cost))

    def _alone(self, change: Callable[[], T]) -> T:
        """What others have spent meanwhile counts. It blocks."""
        folder, _, file_name = self.name.rpartition("/")
        with self.files.alone(folder):
            now = allowance_in(self.files, folder, file_name)
            self.allowed, self.spent = now.allowed, now.spent
            return change()

    def _allow(self, cost: Cost) -> None:
        self.allowed = self.spent + cost
        self._keep(self.spent)

    def _take(self, costs: Sequence[Cost]) -> int:
        count, total = 0, Cost()
        for cost in costs:
            if not self.left.covers(total + cost):
                break
            count, total = count + 1, total + cost
        if count:
            self._keep(self.spent + total)
        return count

    def _keep(self, spent: Cost) -> None:
        self.spent = spent
        data = {"allowed": asdict(self.allowed) if self.allowed else None, "spent": asdict(self.spent)}
        self.files.write_text(self.name, json.dumps(data))


def allowance_in(files: Files, folder: str, file_name: str = NAME) -> Allowance:
    """That of a comparison's folder. It blocks. A file that cannot be read allows nothing and has spent nothing."""
    name = f"{folder}/{file_name}"
    try:
        found = json.loads(files.read_bytes(name)) if files.exists(name) else {}
    except (ValueError, RecursionError):
        found = {}
    data = found if isinstance(found, dict) else {}
    return Allowance(
        files=files,
        name=name,
        allowed=_cost(data["allowed"]) if data.get("allowed") else None,
        spent=_cost(data.get("spent")),
    )


def _cost(data: Any) -> Cost:
    read = data if isinstance(data, dict) else {}
    return Cost(
        calls=_number(read.get("calls")),
        tokens=_number(read.get("tokens")),
        seconds=float(_number(read.get("seconds"))),
    )


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < 1e12 else 0
