"""What a person took back, in the record of the project's conversations, on every adapter."""

from dataclasses import replace
from typing import Any

import pytest

from storage.domain import InboxEvent, OutboxKind, Outgoing, Person
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, card, conversation, message, project, row

ONE, TWO = conversation("one"), conversation("two")
BO = Person(id="console:bo", platform="console", display_name="Bo", created_at=START)
GONE = "[gone]"
TEXTS = ("her request", "her answer")
FILE = {"name": "rows.jsonl", "path": "uploads/x/0-rows.jsonl", "size": 9}


async def said(store: Store, event: InboxEvent, person: Person = ADA) -> None:
    """An event that was handled to its end."""
    where = ONE if event.conversation_id == ONE.id else TWO
    await store.inbox.put(replace(event, person_id=person.id), where, person)
    claimed = await store.inbox.claim("w", START, MINUTE)
    assert claimed is not None
    await store.inbox.finish(claimed.id, "w", START, [], [])


def text(event_id: str, said: str, *files: Any) -> InboxEvent:
    payload = {"text": said, "files": list(files), "command": {"word": "add", "rest": said}}
    return replace(message(event_id), payload=payload)


def quoting(*values: str) -> dict[str, Any]:
    quoted = [{"name": "Request", "value": value} for value in values]
    table = {"title": "t", "header": ["h"], "rows": [[value] for value in values]}
    return {"text": "her request", "quoted": quoted, "card": {"card_id": "c", "quoted": quoted}, "table": table}


@pytest.fixture(autouse=True)
async def _conversations(store: Store) -> None:
    await store.inbox.put(message("first"), ONE, ADA)
    await store.inbox.put(message("other", TWO), TWO, BO)
    for event_id in ("first", "other"):
        claimed = await store.inbox.claim("w", START, MINUTE)
        assert claimed is not None
        await store.inbox.finish(event_id, "w", START, [], [])
    await store.projects.add(project())
    await store.conversations.set_project(ONE.id, "project_one")


async def forget(store: Store, *event_ids: str) -> list[str]:
    return list(await store.conversations.forget("project_one", ADA.id, event_ids, [*TEXTS, ""], GONE))


async def test_quotes_and_cells_of_posts_are_blanked_and_nothing_else(store: Store) -> None:
    for where, cause in ((ONE, "e"), (TWO, "f")):
        out = Outgoing(position=0, kind=OutboxKind.POST, message=quoting("her request", "his request", ""))
        await store.outbox.put(where.id, cause, [out], START)
        await store.transcript.add(where.id, "threadtune", out.message, START)
    await forget(store)
    blanked = quoting(GONE, "his request", "")
    assert [item.message for item in await store.outbox.by_cause("e")] == [blanked]
    assert [line.message for line in await store.transcript.since(ONE.id, 0)] == [blanked]
    assert [line.revision for line in await store.transcript.since(ONE.id, 0)] == [1]
    untouched = quoting("her request", "his request", "")
    assert [item.message for item in await store.outbox.by_cause("f")] == [untouched]
    assert [line.message for line in await store.transcript.since(TWO.id, 0)] == [untouched]


async def test_the_drafts_of_a_pair_and_of_a_page_of_the_queue_are_blanked(store: Store) -> None:
    def card(kind: str, *drafts: str) -> dict[str, Any]:
        quoted = [{"name": f"Draft {number}", "value": draft} for number, draft in enumerate(drafts)]
        return {"text": "", "card": {"card_id": kind, "title": kind, "quoted": quoted, "state": "page 2"}}

    shown = [card("contrast", "her answer", "the other answer"), card("review", "her request", " her answer\n")]
    posts = [Outgoing(position=0, kind=OutboxKind.POST, message=shown[0], card_id="contrast")]
    posts += [Outgoing(position=1, kind=OutboxKind.EDIT, message=shown[1], card_id="review")]
    await store.outbox.put(ONE.id, "e", posts, START)
    for face in shown:
        await store.transcript.add(ONE.id, "threadtune", face, START, card_id=face["card"]["card_id"])
    await forget(store)
    blanked = [card("contrast", GONE, "the other answer"), card("review", GONE, GONE)]
    assert [item.message for item in await store.outbox.by_cause("e")] == blanked
    assert [line.message for line in await store.transcript.since(ONE.id, 0)] == blanked


async def test_what_the_person_said_is_blanked_in_the_transcript(store: Store) -> None:
    spoken = {"e1": "Instruction: all in one", "e2": " her answer ", "e3": "yes"}
    for event_id, words in spoken.items():
        await said(store, text(event_id, words))
        line = {"text": words, "said": {"step": event_id, "event": event_id, "text": words}}
        await store.transcript.add(ONE.id, ADA.id, line, START)
    await said(store, text("b1", "her answer"), BO)
    await store.transcript.add(ONE.id, BO.id, {"text": "her answer", "said": {"event": "b1"}}, START)
    await forget(store, "e1")
    lines = [line.message for line in await store.transcript.since(ONE.id, 0)]
    assert [line["text"] for line in lines] == [GONE, GONE, "yes", "her answer"]
    assert [line["said"].get("text") for line in lines] == [GONE, GONE, "yes", None]
    assert [line["said"]["event"] for line in lines] == ["e1", "e2", "e3", "b1"]


async def test_an_event_that_waits_is_left_as_it_is(store: Store) -> None:
    await store.inbox.put(text("e1", "her answer"), ONE, ADA)
    await forget(store)
    event = await store.inbox.claim("w", START, MINUTE)
    assert event is not None
    assert event.payload["text"] == "her answer"


async def test_events_that_brought_files_are_found_again_but_not_those_of_another_project(store: Store) -> None:
    await store.projects.add(project("two", "other-writer"))
    for event_id in ("mine", "refused", "elsewhere"):
        await said(store, text(event_id, "", FILE))
    await said(store, text("his", "", FILE), BO)
    await store.rows.add([row("1", event_id="mine"), row("2", event_id="elsewhere", project_id="project_two")])
    for _ in range(2):
        assert sorted(await forget(store, "mine")) == ["mine", "refused"]


async def test_a_conversation_that_went_on_to_another_project_is_found_by_its_events(store: Store) -> None:
    await said(store, text("e1", "her request"))
    await store.transcript.add(ONE.id, ADA.id, {"text": "her request", "said": {"event": "e1"}}, START)
    await store.conversations.set_project(ONE.id, None)
    await forget(store, "e1")
    (line,) = await store.transcript.since(ONE.id, 0)
    assert line.message["text"] == GONE


def shown(card_id: str, value: str, first: str = "approve") -> dict[str, Any]:
    buttons = [{"label": "Yes", "action": first}, {"label": "Next", "action": "show:row_other"}]
    return {
        "text": "",
        "card": {"card_id": card_id, "quoted": [{"name": "Answer", "value": value}], "buttons": buttons},
    }


async def test_what_a_card_about_it_quoted_goes_wherever_it_was_said(store: Store) -> None:
    await said(store, text("typed", "her first try"))
    about = replace(card("card_hers"), subject={"row_id": "row_hers"})
    posts = (shown("card_hers", "her first try"), shown("deck", "his answer", "approve:row_his"))
    for number, one in enumerate((*posts, shown("deck", "her second try", "approve:row_hers"))):
        out = Outgoing(position=number, kind=OutboxKind.POST, message=one)
        await store.outbox.put(ONE.id, "e", [out], START)
    await store.transcript.add(ONE.id, ADA.id, {"text": "her first try", "said": {"event": "typed"}}, START)
    await store.inbox.put(message("showed"), ONE, ADA)
    assert await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("showed", "w", START, [], [about])
    await store.conversations.forget("project_one", ADA.id, (), (), GONE, {"row_hers", "row_other"})
    quoted = [item.message["card"]["quoted"][0]["value"] for item in await store.outbox.by_cause("e")]
    assert quoted == [GONE, "his answer", GONE]
    (line,) = await store.transcript.since(ONE.id, 0)
    assert line.message["text"] == GONE, "the message in which it was typed"
