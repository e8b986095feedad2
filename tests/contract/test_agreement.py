"""Whatever is asked, in whatever order: SQLite answers as the store in memory does."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.domain import Consent, Invite, JobKind, JobState, OutboxState, Part, Role
from storage.errors import StorageError
from storage.memory import memory_store
from storage.ports import Store
from storage.sql import open_store
from tests.contract.facts import (
    ADA,
    MINUTE,
    START,
    answer,
    card,
    conversation,
    edit,
    feedback,
    job,
    message,
    post,
    preference,
    project,
    row,
)

_few = st.integers(0, 2)
_worker = st.sampled_from(["a", "b"])
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), _few, _few, st.booleans()),
        st.tuples(st.sampled_from(["claim", "express", "post", "lease"]), _worker),
        st.tuples(st.sampled_from(["finish", "release", "renew"]), _few, _few, _worker),
        st.tuples(st.just("posted"), st.integers(0, 4), _worker, st.sampled_from(["posted", "later", "unknown"])),
        st.tuples(st.just("queue"), _few, _few, st.booleans()),
        st.tuples(st.just("tell"), _few, _few, _few),
        st.tuples(st.just("move"), _few, _few, st.booleans()),
        st.tuples(st.sampled_from(["ask", "think", "unask", "state", "consume", "agree"]), _few, _few),
        st.tuples(st.sampled_from(["row", "approve", "reject", "reopen", "replace", "part"]), _few, _few),
        st.tuples(st.sampled_from(["classify", "invite", "join", "brief", "pair", "pick"]), _few, _few),
        st.tuples(st.sampled_from(["submit", "cancel"]), _few),
        st.tuples(st.sampled_from(["done", "requeue", "progress"]), _few, st.integers(1, 2)),
        st.tuples(st.just("answer"), _few, _few),
        st.tuples(st.just("later"), st.integers(1, 90)),
    ),
    max_size=40,
)


class Player:
    """Plays steps on one store and writes down each answer. Ids of messages are written as the order of queueing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._now = START
        self._items: list[int] = []

    async def play(self, steps: list[tuple[Any, ...]]) -> list[Any]:
        await self._store.projects.add(project())
        answers: list[Any] = []
        for step in steps:
            try:
                answers.append(await getattr(self, f"_{step[0]}")(*step[1:]))
            except StorageError as refusal:
                answers.append(type(refusal))
        answers.append(await self._store.rows.of_project("project_one"))
        answers.append(await self._store.projects.members("project_one"))
        answers.append(await self._store.preferences.of_project("project_one"))
        answers.append(await self._store.jobs.active())
        answers.append(await self._store.conversations.within("console:"))
        answers.append(await self._store.answers.feedback("project_one"))
        for number in range(3):
            answers.append(await self._store.outbox.face_of_card(f"card_{number}"))
            answers.append(await self._store.outbox.receipt_of_card(f"card_{number}"))
            answers.append(await self._store.answers.of_person(f"console:{number}", "project_one"))
            answers.append(await self._store.people.consent(ADA.id, "project_one", f"row_{number}"))
        answers.append([await self._store.inbox.pending(self._of(number).id) for number in range(3)])
        for cause in ["queued", *(f"c{of} e{number}" for of in range(3) for number in range(3))]:
            answers.append([replace(item, id=0) for item in await self._store.outbox.by_cause(cause)])
        return answers

    @staticmethod
    def _of(number: int) -> Any:
        return conversation(f"c{number}")

    async def _put(self, of: int, number: int, express: bool) -> Any:
        return await self._store.inbox.put(
            message(f"c{of} e{number}", self._of(of), express=express), self._of(of), ADA
        )

    async def _claim(self, worker: str) -> Any:
        return await self._store.inbox.claim(worker, self._now, MINUTE)

    async def _express(self, worker: str) -> Any:
        return await self._store.inbox.claim_express(worker, self._now, MINUTE)

    async def _finish(self, of: int, number: int, worker: str) -> Any:
        replies = [post(0, f"card_{number}"), edit(f"card_{number}", 1)]
        cards = [card(f"card_{number}", self._of(of))]
        return await self._store.inbox.finish(f"c{of} e{number}", worker, self._now, replies, cards)

    async def _release(self, of: int, number: int, worker: str) -> Any:
        return await self._store.inbox.release(f"c{of} e{number}", worker, self._now + MINUTE / 2)

    async def _renew(self, of: int, number: int, worker: str) -> Any:
        return await self._store.inbox.renew(f"c{of} e{number}", worker, self._now + MINUTE)

    async def _queue(self, of: int, position: int, as_edit: bool) -> Any:
        out = edit("card_1", position) if as_edit else post(position)
        return await self._store.outbox.put(self._of(of).id, "queued", [out], self._now)

    async def _tell(self, of: int, whom: int, position: int) -> Any:
        told = replace(post(position, f"card_{whom}"), to=self._of(whom).id)
        return await self._store.outbox.put(self._of(of).id, "queued", [told], self._now)

    async def _move(self, of: int, number: int, shared: bool) -> Any:
        there = replace(self._of(of), address={"thread": number}, shared=shared)
        said = replace(message(f"c{of} m{number}", there), received_at=self._now)
        return await self._store.inbox.put(said, there, ADA)

    async def _ask(self, number: int, by: int) -> Any:
        return await self._store.answers.add(answer(str(number), asked_by=f"console:{by}", created_at=self._now))

    async def _think(self, number: int, by: int) -> Any:
        given = feedback(f"answer_{number}", person_id=f"console:{by}", given_at=self._now)
        return await self._store.answers.put_feedback(given)

    async def _unask(self, by: int, _: int) -> Any:
        return await self._store.answers.forget_person(f"console:{by}", "project_one")

    async def _state(self, number: int, minutes: int) -> Any:
        return await self._store.installations.issue_state(f"state {number}", self._now + minutes * MINUTE)

    async def _consume(self, number: int, _: int) -> Any:
        return await self._store.installations.consume_state(f"state {number}", self._now)

    async def _agree(self, number: int, row_number: int) -> Any:
        given = Consent(
            id=f"consent {number}",
            person_id=ADA.id,
            project_id="project_one",
            event_id="e1",
            given_at=self._now,
            row_id=f"row_{row_number}" if row_number else None,
        )
        return await self._store.people.put_consent(given)

    async def _post(self, worker: str) -> Any:
        item = await self._store.outbox.claim(worker, ["console"], self._now, MINUTE)
        if item is not None and item.id not in self._items:
            self._items.append(item.id)
        return None if item is None else replace(item, id=self._items.index(item.id))

    async def _posted(self, nth: int, worker: str, how: str) -> Any:
        item_id = self._items[nth] if nth < len(self._items) else 10_000
        if how == "later":
            return await self._store.outbox.retry_later(item_id, worker, self._now + MINUTE / 2)
        state = OutboxState.POSTED if how == "posted" else OutboxState.UNKNOWN
        return await self._store.outbox.finish(item_id, worker, state, {"ts": how})

    async def _row(self, number: int, content: int) -> Any:
        return await self._store.rows.add([row(str(number), f"content {content}")])

    async def _approve(self, number: int, by: int) -> Any:
        return await self._store.rows.approve([f"row_{number}"], f"person {by}", f"consent {by}")

    async def _reject(self, number: int, _: int) -> Any:
        return await self._store.rows.reject(f"row_{number}")

    async def _replace(self, number: int, content: int) -> Any:
        return await self._store.rows.replace(row(str(number), f"content {content}"))

    async def _part(self, number: int, part: int) -> Any:
        return await self._store.rows.assign_parts({f"row_{number}": list(Part)[part]})

    async def _reopen(self, number: int, _: int) -> Any:
        return await self._store.rows.reopen(f"row_{number}")

    async def _classify(self, number: int, category: int) -> Any:
        return await self._store.rows.classify(f"row_{number}", f"category {category}", ["b", "a"][:category])

    async def _invite(self, number: int, role: int) -> Any:
        minutes = self._now + (number + 1) * MINUTE
        return await self._store.projects.invite(
            Invite(
                id=f"invite {number}",
                project_id="project_one",
                role=list(Role)[role + 1],
                created_by=ADA.id,
                expires_at=minutes,
            )
        )

    async def _join(self, number: int, who: int) -> Any:
        return await self._store.projects.join(f"invite {number}", f"console:{who}", self._now)

    async def _brief(self, question: int, answer: int) -> Any:
        fresh = {f"question {question}": str(answer)}
        return await self._store.briefs.change(
            "project_one", lambda brief: replace(brief, answers={**brief.answers, **fresh})
        )

    async def _pair(self, number: int, author: int) -> Any:
        return await self._store.preferences.add(preference(str(number), author_id=f"console:{author}"))

    async def _pick(self, number: int, row_number: int) -> Any:
        return await self._store.preferences.decide(f"preference_{number}", "second", "", f"row_{row_number}", None)

    async def _submit(self, number: int) -> Any:
        of = self._of(number) if number else None
        return await self._store.jobs.submit(job(str(number), of))

    async def _lease(self, worker: str) -> Any:
        return await self._store.jobs.lease(worker, list(JobKind), self._now, MINUTE)

    async def _cancel(self, number: int) -> Any:
        return await self._store.jobs.cancel(f"job_{number}", self._now)

    async def _done(self, number: int, attempt: int) -> Any:
        return await self._store.jobs.finish(f"job_{number}", attempt, JobState.DONE, self._now, {"loss": 1})

    async def _requeue(self, number: int, attempt: int) -> Any:
        return await self._store.jobs.requeue(f"job_{number}", attempt)

    async def _progress(self, number: int, attempt: int) -> Any:
        return await self._store.jobs.publish(f"job_{number}", attempt, {"step": attempt})

    async def _answer(self, number: int, event: int) -> Any:
        return await self._store.cards.answer(f"card_{number}", f"action {event}", f"press {event}")

    async def _later(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_sqlite_and_memory_agree(sqlite_template: Path, tmp_path: Path, steps: list[tuple[Any, ...]]) -> None:
    async def both() -> tuple[list[Any], list[Any]]:
        shutil.copy(sqlite_template, tmp_path / "threadtune.db")
        store = await open_store(f"sqlite:///{tmp_path / 'threadtune.db'}")
        try:
            return await Player(store).play(steps), await Player(memory_store()).play(steps)
        finally:
            await store.aclose()

    on_sqlite, in_memory = asyncio.run(both())
    assert on_sqlite == in_memory
