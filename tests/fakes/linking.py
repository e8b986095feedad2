"""Two accounts of one person, linked without the conversation in which a code is made and typed."""

from datetime import UTC, datetime, timedelta

from storage.domain import LinkCode
from storage.ports import Store

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


async def linked(store: Store, one: str, other: str) -> None:
    code = LinkCode(id=f"{one} and {other}", created_by=one, expires_at=AT + timedelta(minutes=15))
    await store.links.offer(code)
    assert await store.links.link(code.id, other, AT) is not None
