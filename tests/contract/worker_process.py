"""A bot process as small as can be: it claims events until none is left and queues what it saw as replies.

Run by the tests as ``python -m tests.contract.worker_process URL NAME``. It does not know how many others there are.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from storage.domain import OutboxKind, Outgoing
from storage.sql import open_store

CONVERSATIONS = [f"console:c{number}" for number in range(4)]


async def work(url: str, name: str) -> None:
    store = await open_store(url)
    while any([await store.inbox.pending(conversation) for conversation in CONVERSATIONS]):
        now = datetime.now(UTC)
        event = await store.inbox.claim(name, now, timedelta(minutes=5))
        if event is None:
            await asyncio.sleep(0.005)
            continue
        seen = Outgoing(position=0, kind=OutboxKind.POST, message={"text": event.id, "by": name})
        await store.inbox.finish(event.id, name, now, [seen], [])
        # Everything is handled under one cause as well: whoever comes second must find it done.
        await store.outbox.put(event.conversation_id, "all", [seen], now)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:3]))
