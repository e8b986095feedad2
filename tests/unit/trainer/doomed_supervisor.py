"""A supervisor process that exists to be killed: ``python -m tests.unit.trainer.doomed_supervisor <home> <behaviour>``.

Its store is in its own memory and dies with it; what stays are the files of the run.
"""

import asyncio
import sys
from pathlib import Path

from tests.unit.trainer.house import House


async def main(home: Path, behaviour: str) -> None:
    house = House(home)
    await house.submit()
    await house.supervisor(behaviour).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
