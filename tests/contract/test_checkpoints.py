"""LangGraph's checkpointers on our databases: durable, beside our own writers, and never unpickling."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from typing import Any, TypedDict

import aiosqlite
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt
from sqlalchemy import Connection, text

from storage.errors import StoreUnavailable
from storage.sql import OpenStore, open_store
from tests.contract.facts import ADA, conversation, message

THREAD: RunnableConfig = {"configurable": {"thread_id": "console:one"}}


class State(TypedDict):
    said: list[str]


async def _wait(state: State) -> dict[str, Any]:
    return {"said": [*state["said"], interrupt("next")]}


def _graph(saver: BaseCheckpointSaver[str]) -> CompiledStateGraph[State, None, State, State]:
    builder = StateGraph(State)
    builder.add_node("wait", _wait)
    builder.add_edge(START, "wait")
    builder.add_conditional_edges("wait", lambda state: END if "bye" in state["said"] else "wait")
    return builder.compile(checkpointer=saver)


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[OpenStore]:
    store = await open_store(database_url)
    yield store
    await store.aclose()


async def _talk(graph: CompiledStateGraph[State, None, State, State], *words: str) -> None:
    for word in words:
        await graph.ainvoke(Command(resume=word), THREAD, durability="sync")


async def test_a_conversation_goes_on_after_a_restart_and_after_pruning(opened: OpenStore) -> None:
    async with opened.checkpointer() as saver:
        await _graph(saver).ainvoke({"said": []}, THREAD, durability="sync")
        await _talk(_graph(saver), *(f"word {number}" for number in range(8)))
        assert len([one async for one in saver.alist(THREAD)]) > 5
        await opened.prune("console:one")
        await opened.prune("console:unknown")
        assert len([one async for one in saver.alist(THREAD)]) == 5
    async with opened.checkpointer() as saver:
        await _talk(_graph(saver), "last")
        state = await _graph(saver).aget_state(THREAD)
    assert state.values["said"] == [*(f"word {number}" for number in range(8)), "last"]


async def test_pruning_leaves_nothing_behind_and_needs_no_checkpoints(opened: OpenStore) -> None:
    await opened.prune("console:one")
    async with opened.checkpointer() as saver:
        await _graph(saver).ainvoke({"said": []}, THREAD, durability="sync")
        await _talk(_graph(saver), *"abcdefgh")
        await opened.prune("console:one", keep=1)
        (kept,) = [one async for one in saver.alist(THREAD)]
        assert kept.checkpoint["channel_values"]["said"] == list("abcdefgh")

        def others(connection: Connection) -> list[str]:
            table = "writes" if connection.dialect.name == "sqlite" else "checkpoint_writes"
            return list(connection.execute(text(f"SELECT DISTINCT checkpoint_id FROM {table}")).scalars())

        assert await opened.database.read(others) == [kept.checkpoint["id"]]
    with pytest.raises(ValueError, match="always kept"):
        await opened.prune("console:one", keep=0)


async def test_checkpoints_and_facts_are_written_side_by_side(opened: OpenStore) -> None:
    of = conversation()
    async with opened.checkpointer() as saver:
        await _graph(saver).ainvoke({"said": []}, THREAD, durability="sync")
        words = [f"word {number}" for number in range(10)]
        facts = (opened.inbox.put(message(f"e{number}"), of, ADA) for number in range(30))
        await asyncio.gather(_talk(_graph(saver), *words), *facts)
    assert await opened.inbox.pending(of.id) == 30


@pytest.mark.timeout(30)
async def test_a_reader_of_the_history_may_write_meanwhile(opened: OpenStore) -> None:
    async with opened.checkpointer() as saver:
        await _graph(saver).ainvoke({"said": []}, THREAD, durability="sync")
        await _talk(_graph(saver), "a", "b")
        async for checkpoint in saver.alist(THREAD):
            await opened.inbox.put(message(checkpoint.checkpoint["id"]), conversation(), ADA)
            await saver.aput_writes(checkpoint.config, [("said", [])], "task")


async def test_a_turn_that_is_cancelled_leaves_the_database_free(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(sqlite_url)
    reached, go_on = asyncio.Event(), asyncio.Event()
    commit = aiosqlite.Connection.commit

    async def slow_commit(connection: aiosqlite.Connection) -> None:
        reached.set()
        await go_on.wait()
        await commit(connection)

    async with store.checkpointer() as saver:
        checkpoint: RunnableConfig = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": "1"}}
        monkeypatch.setattr(aiosqlite.Connection, "commit", slow_commit)
        turn = asyncio.create_task(saver.aput_writes(checkpoint, [("said", "x")], "task"))
        await reached.wait()  # inserted, not committed
        turn.cancel()
        await asyncio.sleep(0)
        monkeypatch.undo()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert saver.conn.in_transaction is False  # type: ignore[attr-defined]  # it is SQLite's saver
        assert await store.inbox.put(message("e1"), conversation(), ADA) is True
    await store.aclose()


class _Trap:
    sprung = False

    def __setstate__(self, state: object) -> None:
        _Trap.sprung = True

    def __getstate__(self) -> dict[str, int]:
        return {"a": 1}


async def test_nothing_is_ever_unpickled(opened: OpenStore) -> None:
    async with opened.checkpointer() as saver:
        pickle.loads(pickle.dumps(_Trap()))
        assert _Trap.sprung  # the trap works
        _Trap.sprung = False
        with pytest.raises(NotImplementedError):
            saver.serde.loads_typed(("pickle", pickle.dumps(_Trap())))
        with pytest.raises(TypeError):
            saver.serde.dumps_typed(_Trap())
    assert not _Trap.sprung


async def test_only_named_classes_are_rebuilt(opened: OpenStore) -> None:
    async with opened.checkpointer() as plain, opened.checkpointer([(ADA.__module__, "Person")]) as knowing:
        written = plain.serde.dumps_typed(ADA)
        assert knowing.serde.loads_typed(written) == ADA
        assert not isinstance(plain.serde.loads_typed(written), type(ADA))


async def test_a_checkpointer_speaks_of_failures_in_our_words(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    async with store.checkpointer() as saver:
        await store.database.write(lambda connection: connection.execute(text("DROP TABLE checkpoints")).rowcount)
        with pytest.raises(StoreUnavailable):
            await saver.aget_tuple(THREAD)
    await store.aclose()
