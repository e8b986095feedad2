"""What reaches the inbox of a chat event: a message that is too long is kept, and is no upload; nothing counts twice."""

from datetime import timedelta
from pathlib import Path

from bot.chat.events import Attachment, MessageReceived, Sender
from bot.receiver import LONGEST_TEXT, InboxReceiver
from storage.domain import InboxEvent
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
