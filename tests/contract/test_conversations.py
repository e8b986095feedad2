"""Which conversations there are and where they go on, on every adapter."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage.domain import Conversation
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, message, to

ONE = conversation("one")


async def heard(store: Store, conversation_id: str, minutes: float = 0, by: str | None = ADA.id) -> None:
    """A message in the conversation, received so many minutes after the start."""
    of = Conversation(id=conversation_id, platform="slack", address={})
    event = message(f"{conversation_id} after {minutes} by {by}", of)
    await store.inbox.put(replace(event, person_id=by, received_at=START + minutes * MINUTE), of, None)


async def within(store: Store, prefix: str) -> list[str]:
    return [found.id for found, _ in await store.conversations.within(prefix)]


async def heard_last(store: Store, conversation_id: str) -> datetime | None:
    return next(heard for one, heard in await store.conversations.within(conversation_id) if one.id == conversation_id)


class TestWhereAConversationGoesOn:
    async def test_where_the_latest_event_came_from(self, store: Store) -> None:
        await store.inbox.put(message("e1"), ONE, ADA)
        await store.conversations.set_project(ONE.id, "project_one")
        elsewhere = replace(ONE, address={"channel": "one", "thread": "2"}, shared=True)
        await store.inbox.put(message("e2"), elsewhere, ADA)
        assert await store.conversations.get(ONE.id) == replace(elsewhere, project_id="project_one")
        await store.inbox.put(message("e3"), ONE, ADA)
        assert await store.conversations.get(ONE.id) == replace(ONE, project_id="project_one")

    async def test_a_delivery_that_is_repeated_moves_nothing_back(self, store: Store) -> None:
        await store.inbox.put(message("e1"), ONE, ADA)
        moved = replace(ONE, address={"channel": "one", "thread": "2"})
        await store.inbox.put(message("e2"), moved, ADA)
        assert await store.inbox.put(message("e1"), ONE, ADA) is False
        assert await store.conversations.get(ONE.id) == moved

    async def test_moving_leaves_the_lease_of_whoever_works_there(self, store: Store) -> None:
        await store.inbox.put(message("e1"), ONE, ADA)
        await store.inbox.claim("w", START, MINUTE)
        await store.inbox.put(message("e2"), replace(ONE, address={"thread": "2"}), ADA)
        assert await store.inbox.claim("other", START, MINUTE) is None
        await store.inbox.finish("e1", "w", START, [], [])


class TestWhoWasHeard:
    async def test_the_latest_of_the_people_whatever_came_in_last(self, store: Store) -> None:
        for number, (minutes, by) in enumerate(((2, ADA.id), (3, ADA.id), (1, "console:bo"), (9, None))):
            event = replace(message(f"e{number}"), person_id=by, received_at=START + minutes * MINUTE)
            await store.inbox.put(event, ONE, None)
        await heard(store, f"{ONE.id} and more", 7)
        assert await heard_last(store, ONE.id) == START + 3 * MINUTE

    async def test_a_run_that_ended_is_nobody(self, store: Store) -> None:
        await store.inbox.put(replace(message("run"), person_id=None), ONE, None)
        assert await heard_last(store, ONE.id) is None


class TestWithin:
    async def test_the_one_heard_from_last_comes_first_and_silent_ones_last(self, store: Store) -> None:
        for name, minutes in (("1", 1.0), ("2", 3.0), ("3", 2.0), ("4", 3.0)):
            await heard(store, f"slack:T:C:{name}", minutes)
        await heard(store, "slack:T:C:1", 2.5)
        await heard(store, "slack:T:C:3", 9, by=None)
        await store.outbox.put("slack:T:C:1", "e", [to("slack:T:C:silent"), to("slack:T:C:calm", 1)], START)
        ordered = ["2", "4", "1", "3", "calm", "silent"]
        assert await within(store, "slack:T:C:") == [f"slack:T:C:{name}" for name in ordered]

    async def test_microseconds_count(self, store: Store) -> None:
        for number in range(3):
            await heard(store, f"a:{number}", number * timedelta(microseconds=1) / MINUTE)
        assert await within(store, "a:") == ["a:2", "a:1", "a:0"]

    async def test_they_come_back_whole(self, store: Store) -> None:
        thread = Conversation(id="slack:T:C:1", platform="slack", address={"thread": "1"}, shared=True)
        await store.inbox.put(message("e1", thread), thread, ADA)
        await store.conversations.set_project(thread.id, "project_one")
        assert await store.conversations.within("slack:") == [(replace(thread, project_id="project_one"), START)]

    @pytest.mark.parametrize(
        ("prefix", "others"),
        [
            ("slack:T:C1:", ["slack:T:C12:1", "slack:T:C1", "slack:T:C1;1", "slack:T:c1:1", "SLACK:T:C1:1"]),
            ("a_b", ["axb", "a%b", "ab", "a_"]),
            ("50%", ["50", "500", "5%0", "50_"]),
            ("a\\", ["a", "ab", "a/"]),
            ("*?[a-z]", ["*", "*?a", "[a-z]"]),
            ("å\U0001f600", ["å", "å\U0001f601", "a\U0001f600"]),
            ("\ud7ff", ["\ud7fe", "\ue000", "\U0001f600"]),
            ("\U0010ffff", ["\uffff", "a"]),
            ("a\U0010ffff", ["a", "b"]),
        ],
    )
    async def test_every_character_of_the_prefix_is_taken_as_it_is(
        self, store: Store, prefix: str, others: list[str]
    ) -> None:
        for conversation_id in (prefix, f"{prefix}\U0010ffff", f"{prefix}x", *others):
            await heard(store, conversation_id)
        assert await within(store, prefix) == [prefix, f"{prefix}x", f"{prefix}\U0010ffff"]

    async def test_without_a_prefix_all_and_with_a_strange_one_none(self, store: Store) -> None:
        await heard(store, "slack:T:C:1")
        assert await within(store, "") == ["slack:T:C:1"]
        for strange in ("%", "_", "slack:T:C:1%", "nul \x00", "half \ud83d", "' OR 1=1 --"):
            assert await within(store, strange) == []
