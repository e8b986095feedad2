"""Who may see an answer follows from how it was asked for, also where the answer comes later or by a button."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from agent.replies import AnyReply, Say, ShowCard, ShowFile
from bot.audience import addressed, audience_of
from bot.render import View
from storage.domain import Conversation, EventKind, InboxEvent, Job, JobKind, JobState, Person
from storage.memory import memory_store
from storage.ports import Store
from tests.unit.bot.conftest import Clock

THREAD = Conversation(id="fake:c:1", platform="fake", address={}, shared=True)
DIRECT = Conversation(id="fake:ada", platform="fake", address={})
ADA = "fake:ada"
ALL = View()
ONLY_ADA = View(only_to=ADA, apart=True)
FILE = ShowFile(path="exports/a/1.jsonl", name="a.jsonl", text="Your examples.", private=True)
FORGET = ShowCard(card_id="forget", card_kind="forget", subject={}, title="Delete it?")


@pytest.fixture
def store() -> Store:
    return memory_store()


async def happen(
    store: Store,
    event_id: str,
    kind: EventKind = EventKind.MESSAGE,
    where: Conversation = THREAD,
    person: str | None = ADA,
    **payload: Any,
) -> InboxEvent:
    now = Clock().now
    event = InboxEvent(
        id=event_id, conversation_id=where.id, person_id=person, kind=kind, payload=payload, received_at=now
    )
    known = Person(id=person, platform="fake", display_name="Ada", created_at=now) if person else None
    await store.inbox.put(event, where, known)
    return event


async def answer(store: Store, event: InboxEvent, *replies: AnyReply) -> list[Mapping[str, Any]]:
    """End the event with these replies; returns the messages as they are queued."""
    claimed = await store.inbox.claim("w", Clock().now, timedelta(seconds=9))
    assert claimed is not None
    messages, cards = await addressed(store, event, replies)
    await store.inbox.finish(event.id, "w", Clock().now, messages, cards)
    return [{**message.message, "to": message.to} for message in messages]


async def test_what_is_said_in_a_thread_is_for_all_of_it(store: Store) -> None:
    audience = await audience_of(store, await happen(store, "e", text="status"))
    assert (audience.view, audience.shared, audience.person_id) == (ALL, True, ADA)


async def test_a_command_beside_the_thread_is_answered_to_its_person(store: Store) -> None:
    event = await happen(store, "e", text="/tune status", privately=True)
    assert (await audience_of(store, event)).view == ONLY_ADA


async def test_in_a_direct_conversation_nothing_is_hidden(store: Store) -> None:
    event = await happen(store, "e", where=DIRECT, text="/tune status", privately=True)
    (message,) = await answer(store, event, Say(text="code", private=True))
    assert message["only_to"] is None


async def test_a_button_of_a_private_card_is_answered_as_privately_and_its_card_stays_private(store: Store) -> None:
    await answer(store, await happen(store, "e", text="/tune forget", privately=True), FORGET)
    press = await happen(store, "p", EventKind.PRESS, card_id="forget", action="delete", label="Delete")
    closed = ShowCard(card_id="forget", card_kind="forget", subject={}, title="Deleted", edit=True)
    messages = await answer(store, press, closed, Say(text="3 examples are deleted."))
    assert [(message["only_to"], message["apart"]) for message in messages] == [(ADA, True), (ADA, True)]


async def test_a_button_of_a_card_that_all_see_is_answered_to_all(store: Store) -> None:
    await answer(store, await happen(store, "e", text="train"), FORGET)
    press = await happen(store, "p", EventKind.PRESS, card_id="forget", action="delete", label="Delete")
    assert (await audience_of(store, press)).view == ALL
    unknown = await happen(store, "q", EventKind.PRESS, card_id="nothing", action="delete", label="Delete")
    assert (await audience_of(store, unknown)).view == ALL


@pytest.mark.parametrize("privately", [True, False])
async def test_an_answer_that_comes_later_is_for_those_who_saw_the_question(store: Store, privately: bool) -> None:
    await happen(store, "e", text="/tune ask What?", privately=privately)
    job = Job(
        id="j",
        request_id="ask:e",
        kind=JobKind.GENERATE,
        run_id="ask_1",
        spec={},
        state=JobState.QUEUED,
        created_at=Clock().now,
        conversation_id=THREAD.id,
    )
    await store.jobs.submit(job)
    ended = await happen(store, "run:ask_1", EventKind.JOB, person=None, job_id="j", run_id="ask_1")
    audience = await audience_of(store, ended)
    assert audience.view == (ONLY_ADA if privately else ALL)
    assert audience.person_id == ADA, "what is private in it is for whoever asked"


async def test_the_end_of_a_run_is_for_all(store: Store) -> None:
    ended = await happen(store, "run:r", EventKind.JOB, person=None, job_id="j", run_id="r")
    audience = await audience_of(store, ended)
    assert (audience.view, audience.person_id) == (ALL, None)


class TestAFileForOnePersonAlone:
    async def test_comes_to_them_directly_where_others_read_along_and_they_alone_are_told(self, store: Store) -> None:
        told, file = await answer(store, await happen(store, "e", text="export mine"), FILE)
        assert (told["only_to"], told["to"], told["file"]) == (ADA, None, None)
        assert "directly" in told["text"]
        assert (file["only_to"], file["to"], file["text"]) == (None, ADA, FILE.text)
        assert file["file"] == {"path": FILE.path, "name": FILE.name}
        assert FILE.name not in str(told), "the thread names no file of theirs"

    async def test_as_does_the_answer_to_a_command_beside_the_thread(self, store: Store) -> None:
        event = await happen(store, "e", text="/tune export", privately=True)
        open_to_all = ShowFile(path="exports/a/1.jsonl", name="a.jsonl", text="Examples.")
        told, file = await answer(store, event, open_to_all)
        assert (told["only_to"], told["apart"], file["to"]) == (ADA, True, ADA)

    async def test_stays_where_nobody_else_is(self, store: Store) -> None:
        (file,) = await answer(store, await happen(store, "e", where=DIRECT, text="export mine"), FILE)
        assert (file["to"], file["only_to"]) == (None, None)
        assert file["file"] is not None

    async def test_is_shown_to_nobody_for_want_of_a_person(self, store: Store) -> None:
        ended = await happen(store, "run:r", EventKind.JOB, person=None, job_id="j", run_id="r")
        assert await answer(store, ended, FILE) == []

    async def test_what_is_for_all_stays_in_the_thread_with_its_file(self, store: Store) -> None:
        event = await happen(store, "e", text="compare")
        (file,) = await answer(store, event, ShowFile(path="runs/1/comparison.md", name="comparison.md", text="All."))
        assert (file["to"], file["only_to"], file["file"]["name"]) == (None, None, "comparison.md")
