"""What reaches the inbox of a chat event: a message that is too long is kept, and is no upload; nothing counts twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.events import Attachment, FormSubmitted, MessageReceived, Sender
from bot.receiver import LARGEST_UPLOAD, LONGEST_TEXT, InboxReceiver
from storage.domain import Card, EventKind, InboxEvent
from storage.files import Files
from storage.memory import memory_store
from storage.ports import Store
from tests.unit.bot.conftest import Clock

SENDER = Sender(person_id="console:ada", display_name="Ada", conversation_id="console:terminal", address={})


def message(text: str, *attachments: Attachment) -> MessageReceived:
    return MessageReceived(id="e", sender=SENDER, text=text, at=Clock().now, attachments=attachments)


async def claimed(store: Store) -> InboxEvent:
    event = await store.inbox.claim("w", Clock().now, timedelta(seconds=9))
    assert event is not None
    return event


async def test_a_message_that_is_too_long_is_kept_in_a_file_but_is_no_upload(tmp_path: Path) -> None:
    store = memory_store()
    text = "/tune ask " + "x" * LONGEST_TEXT
    assert await InboxReceiver(store, Files(tmp_path)).receive(message(text))
    payload = (await claimed(store)).payload
    assert payload == {"text": "", "files": [], "command": None, "too_long": len(text)}
    (kept,) = tmp_path.rglob("message.txt")
    assert kept.read_text() == text


async def test_a_message_at_the_limit_is_a_message(tmp_path: Path) -> None:
    store = memory_store()
    await InboxReceiver(store, Files(tmp_path)).receive(message("x" * LONGEST_TEXT))
    payload = (await claimed(store)).payload
    assert len(payload["text"]) == LONGEST_TEXT
    assert "too_long" not in payload


async def test_an_upload_that_was_answered_is_kept_as_it_was_when_it_is_handed_in_again(tmp_path: Path) -> None:
    store, rows = memory_store(), tmp_path / "rows.jsonl"
    receiver = InboxReceiver(store, Files(tmp_path / "home"))
    rows.write_text("then")
    upload = message("", Attachment(name="rows.jsonl", path=rows, size=4))
    await receiver.receive(upload)
    event = await claimed(store)
    await store.inbox.finish(event.id, "w", Clock().now, [], [])
    rows.write_text("now!")
    assert not await receiver.receive(upload)
    assert (tmp_path / "home" / event.payload["files"][0]["path"]).read_text() == "then"


REMOTE = {"file": "F1"}


async def received(tmp_path: Path, event: MessageReceived | FormSubmitted) -> InboxEvent:
    store = memory_store()
    assert await InboxReceiver(store, Files(tmp_path)).receive(event)
    return await claimed(store)


async def test_a_file_that_is_elsewhere_is_noted_with_the_place_where_it_will_lie(tmp_path: Path) -> None:
    elsewhere = Attachment(name="../../rows.jsonl", size=4, remote=REMOTE)
    (file,) = (await received(tmp_path, message("here", elsewhere))).payload["files"]
    assert file["remote"] == REMOTE
    assert file["path"].startswith("uploads/upload_")
    assert file["path"].endswith("/0-rows.jsonl")
    assert not list(tmp_path.iterdir()), "nothing is fetched before it is acknowledged"


async def test_a_file_that_is_too_large_or_of_the_wrong_kind_is_only_named(tmp_path: Path) -> None:
    large = Attachment(name="all.jsonl", size=LARGEST_UPLOAD + 1, remote=REMOTE)
    picture = Attachment(name="cat.png", size=9, remote=REMOTE, refused="wrong_type")
    files = (await received(tmp_path, message("", large, picture))).payload["files"]
    assert files == [
        {"name": "all.jsonl", "size": LARGEST_UPLOAD + 1, "path": None, "limit": LARGEST_UPLOAD},
        {"name": "cat.png", "size": 9, "path": None, "refused": "wrong_type"},
    ]


async def test_a_form_is_kept_with_what_it_is_about_and_the_button_that_opened_it(tmp_path: Path) -> None:
    form = FormSubmitted(
        id="form:1",
        sender=SENDER,
        form="edit",
        subject={"row_id": "r"},
        values={"output": "Better."},
        at=Clock().now,
        card_id="c",
        action="edit:r",
    )
    store = memory_store()
    receiver = InboxReceiver(store, Files(tmp_path))
    await receiver.receive(message("hello"))
    card = Card(
        id="c", conversation_id=SENDER.conversation_id, kind="row", subject={}, actions={}, created_at=Clock().now
    )
    await store.inbox.finish((await claimed(store)).id, "w", Clock().now, [], [card])
    await receiver.receive(form)
    event = await claimed(store)
    assert (event.kind, event.person_id) == (EventKind.FORM, "console:ada")
    assert event.payload == {
        "form": "edit",
        "subject": {"row_id": "r"},
        "values": {"output": "Better."},
        "card_id": "c",
        "action": "edit:r",
    }


@pytest.mark.parametrize("card_id", [None, "home:p"])
async def test_a_form_of_no_card_or_of_one_that_was_recorded_nowhere_goes_by_its_name(
    tmp_path: Path, card_id: str | None
) -> None:
    form = FormSubmitted(
        id="f",
        sender=SENDER,
        form="ask",
        subject={"model": "m"},
        values={"request": "?"},
        at=Clock().now,
        card_id=card_id,
        action="ask:m",
    )
    assert (await received(tmp_path, form)).payload.keys() == {"form", "subject", "values"}


async def test_it_is_kept_whether_others_read_along_and_whether_they_may_see_the_answer(tmp_path: Path) -> None:
    store = memory_store()
    thread = replace(SENDER, conversation_id="fake:thread", address={"thread": "1"}, shared=True)
    event = MessageReceived(id="e", sender=thread, text="/tune status", at=Clock().now, privately=True)
    await InboxReceiver(store, Files(tmp_path)).receive(event)
    conversation = await store.conversations.get("fake:thread")
    assert (conversation.shared, conversation.address) == (True, {"thread": "1"})
    kept = await store.inbox.claim_express("w", Clock().now, timedelta(seconds=9))
    assert kept is not None
    assert kept.payload["privately"] is True


async def test_what_follows_the_bots_name_is_read_as_a_command(tmp_path: Path) -> None:
    ask = replace(message("ask What is new?"), addressed=True)
    assert (await received(tmp_path, ask)).payload["command"]["word"] == "ask"
    assert (await received(tmp_path, replace(ask, addressed=False))).payload["command"] is None


HOUSE, GARDEN = "discord:7:role:1", "discord:8:role:1"


async def test_the_groups_of_a_person_are_known_before_what_they_did_is_answered(tmp_path: Path) -> None:
    """Those that a place says replace what it said before; a place that says nothing, and another one, change nothing."""
    store = memory_store()
    receiver = InboxReceiver(store, Files(tmp_path))
    steps: list[tuple[str, tuple[str, ...] | None, int, int]] = [
        ("discord:7:5:1", (HOUSE,), 1, 0),
        ("discord:8:5:1", (GARDEN,), 1, 1),
        ("discord:100", None, 1, 1),  # direct messages
        ("discord:8:5:1", (), 1, 0),
        ("discord:100", (GARDEN,), 1, 1),  # what was done in a server and is answered directly
        ("discord:7:5:2", (), 0, 1),
    ]
    for number, (conversation, groups, in_house, in_garden) in enumerate(steps):
        sender = replace(SENDER, person_id="discord:100", conversation_id=conversation, groups=groups)
        await receiver.receive(replace(message("hello"), id=f"e{number}", sender=sender))
        assert (await store.links.seen_in(HOUSE), await store.links.seen_in(GARDEN)) == (in_house, in_garden), number
