"""Where a platform's app is installed, and the states of installations under way, on every adapter."""

import asyncio
from dataclasses import replace

from sqlalchemy import text

from storage.ports import Store
from storage.sql import open_store
from tests.contract.facts import MINUTE, START, installation


async def test_an_installation_comes_back_whole_and_a_later_one_takes_its_place(store: Store) -> None:
    assert await store.installations.get("slack:T1") is None
    first = installation(data={"bot_token": "xoxb-1", "scopes": ["chat:write"], "enterprise": None})
    renewed = replace(first, data={"bot_token": "xoxb-2"}, installed_at=START + MINUTE)
    for one in (first, renewed, renewed):
        await store.installations.put(one)
        assert await store.installations.get("slack:T1") == one
    assert await store.installations.all("slack") == [renewed]


async def test_those_of_a_platform_come_in_order_of_id(store: Store) -> None:
    for name in ("T2", "T10", "T1"):
        await store.installations.put(installation(name))
    await store.installations.put(installation("G1", id="discord:G1", platform="discord"))
    found = [one.id for one in await store.installations.all("slack")]
    assert found == ["slack:T1", "slack:T10", "slack:T2"]
    assert await store.installations.all("matrix") == []


async def test_one_that_is_deleted_is_gone_and_may_come_again(store: Store) -> None:
    for name in ("T1", "T2"):
        await store.installations.put(installation(name))
    for _ in range(2):
        await store.installations.delete("slack:T1")
    assert [one.id for one in await store.installations.all("slack")] == ["slack:T2"]
    await store.installations.put(installation("T1"))
    assert await store.installations.get("slack:T1") == installation("T1")


def test_a_token_is_not_in_what_a_log_would_say_of_an_installation() -> None:
    assert "token" not in f"{installation()}"


async def test_a_state_lets_one_installation_in(store: Store) -> None:
    await store.installations.issue_state("random", START + MINUTE)
    assert await store.installations.consume_state("other", START) is False
    assert await store.installations.consume_state("random", START) is True
    assert await store.installations.consume_state("random", START) is False


async def test_a_state_that_ran_out_lets_nobody_in(store: Store) -> None:
    await store.installations.issue_state("random", START + MINUTE)
    assert await store.installations.consume_state("random", START + MINUTE) is False
    assert await store.installations.consume_state("random", START) is False, "it is gone for good"


async def test_states_are_taken_as_they_are(store: Store) -> None:
    for odd in ("", "%", "nul \x00", "half \ud83d", "A"):
        assert await store.installations.consume_state(odd, START) is False
        await store.installations.issue_state(odd, START + MINUTE)
        assert await store.installations.consume_state(odd, START) is True
    await store.installations.issue_state("A", START + MINUTE)
    assert await store.installations.consume_state("a", START) is False


async def test_of_many_who_come_with_one_state_one_is_let_in(store: Store) -> None:
    for number in range(5):
        await store.installations.issue_state(f"old {number}", START)
    for number in range(5):
        await store.installations.issue_state(f"state {number}", START + MINUTE)
        asked = (store.installations.consume_state(f"state {number}", START) for _ in range(6))
        assert sorted(await asyncio.gather(*asked)) == [False] * 5 + [True]


async def test_the_table_holds_no_state_that_could_be_used_and_none_that_ran_out(database_url: str) -> None:
    store = await open_store(database_url)
    await store.installations.issue_state("old", START)
    await store.installations.issue_state("random", START + MINUTE)
    await store.installations.consume_state("unknown", START)

    held = await store.database.read(lambda c: c.execute(text("SELECT id FROM install_states")).scalars().all())
    assert len(held) == 1
    assert len(held[0]) == 64
    assert "random" not in held[0]
    assert await store.installations.consume_state(held[0], START) is False
    assert await store.installations.consume_state("random", START) is True
    await store.aclose()


async def test_issuing_a_state_again_is_harmless(store: Store) -> None:
    for _ in range(2):
        await store.installations.issue_state("random", START + MINUTE)
    assert await store.installations.consume_state("random", START) is True
    assert await store.installations.consume_state("random", START) is False
