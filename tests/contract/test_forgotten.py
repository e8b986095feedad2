"""What a person took back, in the record of the project's conversations, on every adapter."""

from dataclasses import replace
from typing import Any

import pytest

from storage.domain import Conversation, EventKind, InboxEvent, OutboxKind, Outgoing, Person
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, answer, card, conversation, feedback, message, project, row, to

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


async def test_the_conversations_that_are_looked_through_are_told(store: Store) -> None:
    concerned = store.conversations.concerned
    assert await concerned("project_one", ADA.id, ()) == [ONE.id]
    assert await concerned("project_one", ADA.id, ["other"]) == sorted([ONE.id, TWO.id])
    assert await concerned("project_two", ADA.id, (), {"row_hers"}) == []


@pytest.mark.parametrize("rest", ["her request", "v2: her request", "both:her request "])
async def test_what_was_asked_by_a_command_goes_with_the_question(store: Store, rest: str) -> None:
    asked, other = text("asked", f"/tune ask {rest}"), text("kept", "/tune ask her request, and more")
    for event, behind in ((asked, rest), (other, "her request, and more")):
        await said(store, replace(event, payload={**event.payload, "command": {"word": "ask", "rest": behind}}))
    await forget(store)
    assert (await store.inbox.get("asked")).payload["text"] == GONE
    assert (await store.inbox.get("asked")).payload["command"] is None
    assert (await store.inbox.get("kept")).payload["text"] == "/tune ask her request, and more"


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


HERS = {"instruction": "her request", "input": "", "output": " her answer\n", "kind": "stories"}


def filled_in(event_id: str, values: dict[str, str] = HERS, subject: Any = None, **behind: str) -> InboxEvent:
    """A form as a person filled it in; ``behind``: the card and the button that had opened it."""
    payload = {"form": "row", "subject": subject or {}, "values": dict(values), **behind}
    return replace(message(event_id), kind=EventKind.FORM, payload=payload)


class TestForms:
    async def test_the_one_that_a_row_came_of_is_blanked_whole(self, store: Store) -> None:
        subject = {"text": "her long message", "author": ADA.id, "link": "https://slack.example/1"}
        await said(store, filled_in("e1", {**HERS, "kind": "bug"}, subject))
        for _ in range(2):
            await forget(store, "e1")
            left = (await store.inbox.get("e1")).payload
            assert left["values"] == {"instruction": GONE, "input": "", "output": GONE, "kind": GONE}
            assert left["subject"] == dict.fromkeys(subject, GONE)
            assert left["form"] == "row"

    async def test_also_if_a_colleague_had_filled_it_in_with_her_message(self, store: Store) -> None:
        await said(store, filled_in("b1", subject={"text": "her long message"}), BO)
        await forget(store, "b1")
        left = (await store.inbox.get("b1")).payload
        assert "her" not in str([left["values"], left["subject"]])

    @pytest.mark.parametrize(
        "behind",
        [
            {"subject": {"row_id": "row_hers"}},
            {"card_id": "deck", "action": "edit:row_hers"},
            {"card_id": "card_hers", "action": "edit"},
        ],
    )
    async def test_also_if_it_edited_what_she_takes_back(self, store: Store, behind: dict[str, Any]) -> None:
        about = replace(card("card_hers"), subject={"row_id": "row_hers"})
        await store.inbox.put(message("showed"), ONE, ADA)
        assert await store.inbox.claim("w", START, MINUTE)
        await store.inbox.finish("showed", "w", START, [], [about])
        await said(store, filled_in("b1", {"output": "an earlier answer"}, **behind), BO)
        await store.conversations.forget("project_one", ADA.id, (), (), GONE, {"row_hers"})
        left = (await store.inbox.get("b1")).payload
        assert left["values"] == {"output": GONE}
        assert left["subject"] == behind.get("subject", {}), "what it was about stays"

    async def test_of_her_other_forms_just_what_she_takes_back(self, store: Store) -> None:
        await said(store, filled_in("e1", subject={"text": "her request", "project": "project_one"}))
        await forget(store)
        left = (await store.inbox.get("e1")).payload
        assert left["values"] == {"instruction": GONE, "input": "", "output": GONE, "kind": "stories"}
        assert left["subject"] == {"text": GONE, "project": "project_one"}

    async def test_those_of_others_and_those_that_wait_are_left(self, store: Store) -> None:
        await said(store, filled_in("b1"), BO)
        await store.inbox.put(filled_in("e2"), ONE, ADA)
        await forget(store, "e2")
        for event_id in ("b1", "e2"):
            assert (await store.inbox.get(event_id)).payload["values"] == HERS

    async def test_what_stands_in_a_form_behind_a_button_is_blanked(self, store: Store) -> None:
        def button(subject: dict[str, str], *values: str, called: str = "x") -> dict[str, Any]:
            fields = [{"name": str(n), "value": value, "options": []} for n, value in enumerate(values)]
            picked = {"name": "kind", "value": "her request", "options": [{"value": "her request", "label": called}]}
            return {"label": "Edit", "action": "edit", "form": {"subject": subject, "fields": [*fields, picked]}}

        def face(*buttons: dict[str, Any]) -> dict[str, Any]:
            plain = {"label": "Yes", "action": "approve", "form": None}
            return {"text": "", "card": {"card_id": "c", "buttons": [plain, *buttons]}}

        mine, his = {"row_id": "row_hers"}, {"row_id": "row_his", "text": "her request"}
        shown = face(button(mine, "her request", "as it was cut o", ""), button(his, "his request", "her answer"))
        await store.outbox.put(ONE.id, "e", [Outgoing(position=0, kind=OutboxKind.POST, message=shown)], START)
        await store.transcript.add(ONE.id, "threadtune", shown, START)
        await store.conversations.forget("project_one", ADA.id, (), TEXTS, GONE, {"row_hers"})
        blanked = face(button(mine, GONE, GONE, "", called=GONE), button({**his, "text": GONE}, "his request", GONE))
        assert [item.message for item in await store.outbox.by_cause("e")] == [blanked]
        assert [line.message for line in await store.transcript.since(ONE.id, 0)] == [blanked]


class TestWhereItWasShown:
    async def test_in_the_persons_direct_conversation_whatever_that_is_about(self, store: Store) -> None:
        await store.outbox.put(TWO.id, "e", [replace(to(ADA.id), message=quoting("her request"))], START)
        await forget(store)
        assert [item.message for item in await store.outbox.by_cause("e")] == [quoting(GONE)]

    @pytest.mark.parametrize("subject", [{"row_id": "row_hers"}, {"project_id": "project_one"}])
    async def test_where_a_card_about_it_was_shown(self, store: Store, subject: dict[str, str]) -> None:
        await store.inbox.put(message("review", TWO), TWO, BO)
        assert await store.inbox.claim("w", START, MINUTE)
        shown = Outgoing(position=0, kind=OutboxKind.POST, message=quoting("her request"))
        await store.inbox.finish("review", "w", START, [shown], [replace(card("deck", TWO), subject=subject)])
        await store.conversations.forget("project_one", ADA.id, (), TEXTS, GONE)
        assert [item.message for item in await store.outbox.by_cause("review")] == [quoting("her request")]
        await store.conversations.forget("project_one", ADA.id, (), TEXTS, GONE, {"row_hers", "row_other"})
        assert [item.message for item in await store.outbox.by_cause("review")] == [quoting(GONE)]

    async def test_files_that_she_sent_there_for_another_project_are_hers_still(self, store: Store) -> None:
        direct = Conversation(id=ADA.id, platform="console", address={})
        await store.inbox.put(replace(text("sent", "", FILE), conversation_id=direct.id), direct, ADA)
        assert await store.inbox.claim("w", START, MINUTE)
        await store.inbox.finish("sent", "w", START, [], [])
        assert await store.conversations.forget("project_one", ADA.id, (), TEXTS, GONE, {"row_hers"}) == []


async def test_answers_that_say_the_same_are_blanked_and_what_was_thought_of_them_stays(store: Store) -> None:
    await store.projects.add(project("two", "other-writer"))
    theirs = answer("bo", asked_by=BO.id, request="her request ", text="a model's words")
    far = answer("far", project_id="project_two", request="her request")
    for one in (theirs, far, answer("2", text="her answer"), answer("3")):
        await store.answers.add(one)
    await store.answers.put_feedback(feedback("answer_bo"))
    for _ in range(2):
        await forget(store)
        assert await store.answers.get("answer_bo") == replace(theirs, request=GONE)
        assert await store.answers.get("answer_2") == answer("2", text=GONE)
        assert (await store.answers.get("answer_3"), await store.answers.get("answer_far")) == (answer("3"), far)
    assert await store.answers.feedback("project_one") == [feedback("answer_bo")]
