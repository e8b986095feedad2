"""The facade of the interview: an event in, replies out, the same replies if the event comes again.

It knows how a turn survives a crash. What is said in a turn is the stages'.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, StateSnapshot

from agent import express, forms
from agent import home as overview
from agent.context import Context
from agent.graph import Graph, build
from agent.reminding.answering import note_answer
from agent.replies import AnyReply, Form, Say, asking, from_json
from agent.reports.run_card import run_card
from agent.routing import NODES
from agent.state import DECIDING, VERSION, State, Turn, event_to_json
from agent.words import say
from storage.domain import EventKind, InboxEvent, RunState
from storage.errors import NotFound, StorageError, StoreUnavailable

Prune = Callable[[str], Awaitable[None]]
"""Deletes all but the latest checkpoints of a thread: they hold replies, and replies quote people."""


async def _keep_all(thread_id: str) -> None:
    """For checkpointers that end with their process."""


def open_interviewer(
    context: Context, checkpointer: BaseCheckpointSaver[Any], prune: Prune = _keep_all
) -> "Interviewer":
    return Interviewer(build(checkpointer), context, prune)


@dataclass(frozen=True)
class Interviewer:
    graph: Graph
    context: Context
    prune: Prune = _keep_all

    async def handle(self, event: InboxEvent) -> list[AnyReply]:
        """Answer an event of a conversation's queue.

        A turn that was finished is not thought again: its replies stand in the checkpoint. One that was begun goes
        on where it stopped. Stages write under the event's id, so that what they did before a crash is found, not
        repeated.
        """
        await note_answer(self.context, event)
        config = _config(event)
        snapshot = await self._ready(config, event)
        if snapshot.next == ("wait",):
            if not _holds(snapshot, event):
                await self.graph.ainvoke(
                    Command(resume=await self._facts(event)), config, context=self.context, durability="sync"
                )
        else:
            if not _holds(snapshot, event):
                await self._leave(snapshot, config)
                return await self.handle(event)
            await self.graph.ainvoke(None, config, context=self.context, durability="sync")
        after = await self.graph.aget_state(config)
        with contextlib.suppress(StorageError):  # what is not pruned now is pruned after the next turn
            await self.prune(event.conversation_id)
        replies = from_json([*after.values.get("said_before", []), *after.values.get("replies", [])])
        if after.values.get("restarted_by") == event.id:
            replies = [Say(text=say("turn.restarted")), *replies]
        elif after.values.get("returned_by") == event.id:
            replies = [*await express.welcome_back(Turn(event_to_json(event)), self.context), *replies]
        return asking(replies) if after.values.get("stage", "hello") not in DECIDING else replies

    async def handle_express(self, event: InboxEvent) -> list[AnyReply]:
        """Answer ``stop``, ``status`` and ``help`` from the database alone, beside whatever runs."""
        await note_answer(self.context, event)
        return await express.answer(Turn(await self._facts(event)), self.context)

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> Form | Say:
        """A form that no card has (``agent.forms``), or why there is none for this person. It only reads."""
        return await forms.form(self.context, name, person_id, subject)

    async def check(
        self, name: str, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
    ) -> dict[str, str]:
        """What is wrong with what was filled in, a sentence by field; empty: nothing. It only reads."""
        return await forms.check_form(self.context, name, person_id, subject, values)

    async def home(self, person_id: str) -> list[AnyReply]:
        """The person's own overview (``agent.home``). It only reads."""
        return await overview.home(self.context, person_id)

    async def give_up(self, event: InboxEvent, error: Exception) -> list[AnyReply]:
        """Leave a turn that failed again and again, so that the conversation can go on; say so."""
        if not event.express:
            config = _config(event)
            snapshot = await self.graph.aget_state(config)
            if snapshot.next and snapshot.next != ("wait",):
                await self._leave(snapshot, config)
        if event.kind is EventKind.JOB:
            return await self._close_run(event)
        if isinstance(error, StoreUnavailable) and error.code == "disk_full":
            return [Say(text=say("turn.disk_full"), ping=True)]
        key = "turn.reminder_failed" if event.kind is EventKind.REMINDER else "turn.failed"
        return [Say(text=say(key, reference=event.id), ping=True)]

    async def _close_run(self, event: InboxEvent) -> list[AnyReply]:
        """A job's end that could not be reported: nobody can send that event again, so its run must not stay open."""
        run_id = str(event.payload["run_id"])
        try:
            run = await self.context.store.runs.get(run_id)
        except NotFound:  # a question to a model
            return [Say(text=say("turn.failed", reference=event.id), ping=True)]
        if not run.state.ended:
            run = await self.context.store.runs.update(run_id, RunState.FAILED)
        text = say("turn.report_failed", number=run.number, run_id=run_id, reference=event.id)
        return [run_card(None, run), Say(text=text, ping=True)]

    async def _ready(self, config: RunnableConfig, event: InboxEvent) -> StateSnapshot:
        """The conversation at a place from which it can go on: begun, and of a shape that this version knows."""
        snapshot = await self.graph.aget_state(config)
        known = not snapshot.values or snapshot.values.get("version") in (None, VERSION)
        if snapshot.values and known and not snapshot.next:  # a step's writes are kept, its checkpoint is not: go on
            await self.graph.ainvoke(None, config, context=self.context, durability="sync")
            snapshot = await self.graph.aget_state(config)
        if snapshot.next and known and set(snapshot.next) <= {"wait", *NODES}:
            return snapshot
        if snapshot.values:
            kept: State = {
                "version": VERSION,
                "stage": "examples" if snapshot.values.get("project_id") else "hello",
                "project_id": snapshot.values.get("project_id"),
                "restarted_by": event.id,
                "replies": [],
            }
            await self.graph.aupdate_state(config, kept, as_node=NODES[0])
        else:
            await self.graph.ainvoke({"version": VERSION}, config, context=self.context, durability="sync")
        return await self.graph.aget_state(config)

    async def _leave(self, snapshot: StateSnapshot, config: RunnableConfig) -> None:
        """Go from an unfinished stage back to waiting, without what it would have said."""
        nothing: State = {"replies": []}
        await self.graph.aupdate_state(config, nothing, as_node=snapshot.next[0])

    async def _facts(self, event: InboxEvent) -> dict[str, Any]:
        """The event, with the accounts of its person and the card that was pressed, so that the router needs no database."""
        facts = event_to_json(event)
        if event.person_id is not None:
            facts["accounts"] = sorted(await self.context.store.links.accounts(event.person_id))
        facts["shared"] = (await self.context.store.conversations.get(event.conversation_id)).shared
        if event.payload.get("card_id") is not None:
            try:
                card = await self.context.store.cards.get(event.payload["card_id"])
            except NotFound:
                facts["card"] = None
            else:
                facts["card"] = {
                    "id": card.id,
                    "kind": card.kind,
                    "subject": dict(card.subject),
                    "labels": {action: label for label, action in card.actions.items()},
                    "answered_with": card.answered_with,
                }
        return facts


def _config(event: InboxEvent) -> RunnableConfig:
    return {"configurable": {"thread_id": event.conversation_id}}


def _holds(snapshot: StateSnapshot, event: InboxEvent) -> bool:
    held = snapshot.values.get("event")
    return held is not None and held["id"] == event.id
