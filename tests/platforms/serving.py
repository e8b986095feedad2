"""The house behind a platform: everything real but the models and the trainer, which a test plays by hand."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.context import Context
from agent.interviewer import Interviewer, open_interviewer
from agent.reminding.plan import reminder_id
from agent.words import say
from bot.bootstrap import face_of
from bot.chat.messages import ChatMessage
from bot.chat.port import ChatPlatform
from bot.dispatcher import Dispatcher
from bot.fetching import Fetcher
from bot.house import OpenHouse
from bot.notifier import Notifier
from bot.outbox import OutboxPoster
from bot.receiver import InboxReceiver
from storage.domain import Habits, Job, JobKind, JobState, Reminder, ReminderKind, ReminderState
from storage.files import Files
from storage.sql import OpenStore, open_store
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.talk import shipped_packs
from tests.fakes.train_results import write_adapter
from tests.fakes.tuned_models import ScriptedTunedModels
from trainer.client import TrainerClient

LOOK_EVERY = 0.02
RESTS_FOR = 0.5
"""Seconds that whoever answers and posts rests before looking by itself: here each is woken by what there is to do."""
FOLLOWS_EVERY = 0.1
"""Seconds between two looks at the jobs, which nothing wakes anybody for."""
SIDE_BY_SIDE = 2
"""Conversations that are answered and posted to at once: each lane that is woken asks the database."""
PATIENCE = 20.0
"""Seconds that something expected may take on a busy machine; nothing waits longer than it has to."""
LEASE = timedelta(hours=1)

Task = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


@dataclass(frozen=True)
class Posted:
    """A message that the outbox has posted."""

    conversation_id: str
    first: ChatMessage
    latest: ChatMessage
    """How its card looks since it was edited last."""


@dataclass
class House:
    home: Path
    url: str
    """Of its database."""
    model: ScriptedChatModel = field(default_factory=ScriptedChatModel)
    tuned: ScriptedTunedModels = field(default_factory=ScriptedTunedModels)
    """What saved versions answer."""
    _running: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, init=False)
    _services: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack, init=False)

    async def open(self) -> OpenHouse:
        """Open the database, as a process that starts does; returns what a platform may ask."""
        self.files = Files(self.home)
        self.store: OpenStore = await open_store(self.url)
        self._running.push_async_callback(self.store.aclose)
        self._database = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        self._running.callback(self._database.close)
        checkpointer = await self._running.enter_async_context(self.store.checkpointer())
        context = Context(
            store=self.store,
            files=self.files,
            trainer=TrainerClient(self.store.jobs),
            model=self.model,
            base="tiny",
            tokens=None,
            packs=shipped_packs(),
            tuned=self.tuned,
        )
        self.interviewer: Interviewer = open_interviewer(context, checkpointer, self.store.prune)
        self.receiver = InboxReceiver(self.store, self.files)
        return OpenHouse(self.store, self.receiver, self.interviewer)

    def answer(self, platforms: Mapping[str, ChatPlatform], task: Task = asyncio.create_task) -> None:
        """Begin to answer what was stored, and to post it."""
        stop = asyncio.Event()
        fetcher = Fetcher(self.files, platforms)
        dispatcher = Dispatcher(
            self.store,
            self.interviewer,
            "w",
            self.receiver.arrived,
            side_by_side=SIDE_BY_SIDE,
            look_every=RESTS_FOR,
            fetch=fetcher.fetched,
        )
        outbox = OutboxPoster(
            self.store,
            platforms,
            "w",
            lambda: say("outbox.unknown"),
            queued=dispatcher.replied,
            side_by_side=SIDE_BY_SIDE,
            look_every=RESTS_FOR,
            settle=LOOK_EVERY,
        )
        notifier = Notifier(
            self.store, face_of({}), queued=dispatcher.replied, look_every=FOLLOWS_EVERY, edit_every=LOOK_EVERY
        )
        running = [task(service(stop)) for service in (dispatcher.run, outbox.run, notifier.run)]

        async def end() -> None:
            stop.set()
            await asyncio.gather(*running)

        self._services.push_async_callback(end)

    async def pause(self) -> None:
        """Answer nothing more; what people say is still stored."""
        await self._services.aclose()

    async def close(self) -> None:
        await self._services.aclose()
        await self._running.aclose()

    async def settled(self) -> None:
        """Everything that was heard is answered, and every answer posted."""
        await self.until(self._is_idle, "everything to be answered")

    async def until(self, condition: Callable[[], object], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}\n{self._left()}"
            await asyncio.sleep(LOOK_EVERY / 2)

    def posted(self) -> Sequence[Posted]:
        """All messages that people were to be shown, in order."""
        found: dict[str, Posted] = {}
        query = "SELECT id, conversation_id, kind, card_id, message FROM outbox WHERE state = 'posted' ORDER BY id"
        for id, conversation_id, kind, card_id, message in self._rows(query):
            face = ChatMessage.from_json(json.loads(message))
            if kind == "post":
                found[card_id or str(id)] = Posted(conversation_id, face, face)
            elif card_id in found:
                found[card_id] = replace(found[card_id], latest=face)
        return [*found.values()]

    def receipts(self) -> Sequence[Sequence[str]]:
        """The ids of the parts of each message in Discord."""
        query = "SELECT receipt FROM outbox WHERE state = 'posted' AND receipt IS NOT NULL ORDER BY id"
        found = [json.loads(receipt) for (receipt,) in self._rows(query)]
        return [one.get("ids") or one.get("private") or () for one in found]

    async def remind(self, person_id: str, conversation_id: str) -> None:
        """One of our suggestions is due for somebody who wants them, and was claimed and sent."""
        now = _now()
        wants = Habits(person_id=person_id, wanted=True, zone="UTC", quiet_from="00:00", quiet_until="00:00")
        await self.store.habits.change(person_id, lambda _: wants)
        slot = f"suggestion:{now.isoformat()}"
        one = Reminder(
            id=reminder_id(person_id, slot),
            person_id=person_id,
            conversation_id=conversation_id,
            kind=ReminderKind.SUGGESTION,
            slot=slot,
            due_at=now,
            stale_at=now + timedelta(hours=1),
        )
        await self.store.reminders.put(one)
        assert await self.store.reminders.claim("w", now, LEASE) is not None
        await self.store.reminders.finish(one.id, "w", ReminderState.SENT, {}, now)
        self.receiver.arrived.set()

    # The trainer, played.

    async def publish(self, kind: JobKind, progress: Mapping[str, Any]) -> Job:
        """Say how far the job that waits or runs is."""
        job = await self._job(kind)
        await self.store.jobs.publish(job.id, job.attempt, dict(progress))
        return job

    async def end(self, kind: JobKind, result: Mapping[str, Any], state: JobState = JobState.DONE) -> None:
        """End the job that waits or runs."""
        job = await self._job(kind)
        if kind is JobKind.EXPORT and state is JobState.DONE:
            write_adapter(self.home, job.run_id)
        await self.store.jobs.finish(job.id, job.attempt, state, _now(), result=dict(result))
        self.receiver.arrived.set()

    async def _job(self, kind: JobKind) -> Job:
        leased = await self.store.jobs.lease("trainer", [kind], _now(), LEASE)
        return leased or next(job for job in await self.store.jobs.active() if job.kind is kind)

    def _is_idle(self) -> bool:
        heard = self._rows("SELECT count(*) FROM inbox_events WHERE finished_at IS NULL")
        queued = self._rows("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'posting')")
        return heard == queued == [(0,)]

    def _left(self) -> str:
        return "\n".join(
            str(row)
            for query in (
                "SELECT id, attempts, payload FROM inbox_events WHERE finished_at IS NULL",
                "SELECT id, state, error, message FROM outbox WHERE state NOT IN ('posted', 'superseded')",
            )
            for row in self._rows(query)
        )

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query).fetchall()


def _now() -> datetime:
    return datetime.now(UTC)
