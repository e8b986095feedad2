"""A process that has nothing to do but to remind: it plans and sends what is due at a moment.

Run by the tests as ``python -m tests.contract.nudging_process URL NAME MOMENT [CALL]``. It says when it is ready, and goes on
once it is told to. At the database call of that number it kills itself, before or (``12+``) after the call is carried out.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from typing import Any

from bot.nudges import Nudges
from storage.sql import open_store
from tests.fakes.mortal import Fate, Killed, mortal_store


class Deadly(Fate):
    """As a power cut is: nothing is closed, nothing is said."""

    async def meet(self, call: Any) -> Any:
        try:
            return await super().meet(call)
        except Killed:
            os.kill(os.getpid(), signal.SIGKILL)


async def remind(url: str, name: str, moment: str, call: str = "0") -> None:
    store = await open_store(url)
    now = datetime.fromisoformat(moment)
    print("ready", flush=True)
    sys.stdin.readline()
    fate = Deadly(at=int(call.rstrip("+")), after=call.endswith("+"))
    await Nudges(mortal_store(store, fate), name, clock=lambda: now).look()
    print(fate.calls, flush=True)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(remind(*sys.argv[1:]))
