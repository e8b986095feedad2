"""What may be spent on judging one comparison, and what was spent; kept in a file of its folder.

What a call costs counts as spent before it is made, so no crash makes anything cheaper. Of a crash in between, at most
one round of calls is paid for that nobody made. It knows no judge.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from agent.evaluation.cost import Cost
from storage.files import Files

NAME = "judging.json"


@dataclass(kw_only=True)
class Allowance:
    """Read by ``allowance_in``. Several judges of one comparison share one."""

    files: Files
    name: str
    allowed: Cost | None
    """None: nobody has estimated anything yet, and nothing may be spent."""
    spent: Cost
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def left(self) -> Cost:
        return (self.allowed or Cost()) - self.spent

    async def allow(self, cost: Cost) -> None:
        """From now on so much more may be spent than was."""
        async with self._lock:
            self.allowed = self.spent + cost
            await self._keep()

    async def take(self, costs: Sequence[Cost]) -> int:
        """How many of these calls, in their order, may be made; they count as spent when this returns."""
        async with self._lock:
            count, total = 0, Cost()
            for cost in costs:
                if not self.left.covers(total + cost):
                    break
                count, total = count + 1, total + cost
            if count:
                self.spent += total
                await self._keep()
            return count

    async def give_back(self, cost: Cost) -> None:
        """What was taken, and is known not to have been spent."""
        async with self._lock:
            self.spent -= cost
            await self._keep()

    async def _keep(self) -> None:
        data = {
            "allowed": asdict(self.allowed) if self.allowed else None,
            "spent": asdict(self.spent),
        }
        await asyncio.to_thread(self.files.write_text, self.name, json.dumps(data))


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
