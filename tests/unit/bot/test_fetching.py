"""Files that lie elsewhere are on disk before the turn that reads them: once, wholly, wherever the process dies."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.replies import AnyReply, Say
from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.events import Attachment, MessageReceived, Sender
from bot.dispatcher import Dispatcher
from bot.fetching import AGAIN_IN, AT_ONCE, SLOW_AGAIN_IN, TRIES, WITHIN, Fetcher
from bot.receiver import LARGEST_UPLOAD, InboxReceiver
from storage.domain import InboxEvent
from storage.errors import StoreUnavailable
from storage.files import Files
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.platform import Died, FakePlatform
from tests.unit.bot.conftest import Clock

SENDER = Sender(person_id="fake:ada", display_name="Ada", conversation_id="fake:dm", address={})
ROWS = b'{"instruction": "a", "output": "b"}\n'


def sent(*names: str, size: int = len(ROWS)) -> MessageReceived:
    """A message with files that lie elsewhere, each under its name."""
    files = tuple(Attachment(name=name, size=size, remote={"file": name}) for name in names)
    return MessageReceived(id="e", sender=SENDER, text="", at=Clock().now, attachments=files)


@dataclass
class Desk:
    """A home folder, a platform that holds files, and an event that waits for them."""

    home: Path
    store: Store = field(default_factory=memory_store)
    platform: FakePlatform = field(default_factory=FakePlatform)

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(Files(self.home), {"fake": self.platform})

    async def receive(self, message: MessageReceived) -> None:
        await InboxReceiver(self.store, Files(self.home)).receive(message)

    async def event(self) -> InboxEvent:
        return await self.store.inbox.get("e")

    def content(self, file: dict[str, Any]) -> bytes:
        return Path(self.home, file["path"]).read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, platform=FakePlatform(files={"rows.jsonl": ROWS, "more.csv": b"a,b\n"}))


async def test_files_lie_where_they_were_said_to_lie_and_are_not_fetched_again(desk: Desk) -> None:
    await desk.receive(sent("rows.jsonl", "more.csv"))
    for _ in range(2):
        files = (await desk.fetcher.fetched(await desk.event())).payload["files"]
        assert [desk.content(file) for file in files] == [ROWS, b"a,b\n"]
        assert all("remote" not in file for file in files), "a stage has no use for it"
    assert desk.platform.fetches == ["rows.jsonl", "more.csv"]


async def test_a_message_without_such_files_is_left_as_it_is(desk: Desk) -> None:
    await desk.receive(MessageReceived(id="e", sender=SENDER, text="hello", at=Clock().now))
    event = await desk.event()
    assert await desk.fetcher.fetched(event) is event


async def test_what_is_refused_is_told_by_its_code_and_the_others_are_fetched(desk: Desk) -> None:
    desk.platform.files["huge.jsonl"] = b"x" * (LARGEST_UPLOAD + 1)
    await desk.receive(sent("gone.jsonl", "huge.jsonl", "rows.jsonl"))
    gone, huge, rows = (await desk.fetcher.fetched(await desk.event())).payload["files"]
    assert gone == {"name": "gone.jsonl", "size": len(ROWS), "path": None, "refused": "gone"}
    assert (huge["path"], huge["refused"]) == (None, "too_large"), "whatever size the platform had told before"
    assert desk.content(rows) == ROWS


@pytest.mark.parametrize(
    ("failure", "seconds"), [(RetryLater(30), 30), (Uncertain("cut off"), AGAIN_IN), (TimeoutError(), AGAIN_IN)]
)
async def test_an_event_waits_for_a_file_that_cannot_be_had_now(desk: Desk, failure: Exception, seconds: float) -> None:
    desk.platform.in_fetch.append(failure)
    await desk.receive(sent("rows.jsonl", "more.csv"))
    with pytest.raises(RetryLater) as waiting:
        await desk.fetcher.fetched(await desk.event())
    assert waiting.value.seconds == seconds
    files = (await desk.fetcher.fetched(await desk.event())).payload["files"]
    assert [desk.content(file) for file in files] == [ROWS, b"a,b\n"]


async def test_a_slow_file_goes_on_arriving_while_others_have_their_turns(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.fetching.AT_ONCE", 0.01)
    arrives = asyncio.Event()

    class Slow(FakePlatform):
        async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
            await arrives.wait()
            await super().fetch(remote, target, most)

    desk.platform = Slow(files=desk.platform.files)
    await desk.receive(sent("rows.jsonl"))
    fetcher = desk.fetcher
    for _ in range(2):
        with pytest.raises(RetryLater) as waiting:
            await fetcher.fetched(await desk.event())
        assert waiting.value.seconds == SLOW_AGAIN_IN
    asyncio.get_running_loop().call_later(0.05, arrives.set)
    last = replace(await desk.event(), attempts=TRIES - 1)
    (file,) = (await fetcher.fetched(last)).payload["files"]
    assert desk.content(file) == ROWS, "at last it is waited for, however slow: that is no reason to do without it"
    assert desk.platform.fetches == ["rows.jsonl"], "it was not begun anew"
    assert TRIES * (AT_ONCE + SLOW_AGAIN_IN) >= WITHIN, "a file has as long to arrive as it may take"


async def test_at_last_the_turn_goes_on_without_the_file_and_says_so(desk: Desk) -> None:
    await desk.receive(sent("rows.jsonl"))
    desk.platform.in_fetch += [RetryLater(1)] * TRIES
    for _ in range(TRIES - 1):
        claimed = await desk.store.inbox.claim("w", Clock().now, timedelta(seconds=9))
        assert claimed is not None
        with pytest.raises(RetryLater):
            await desk.fetcher.fetched(claimed)
        await desk.store.inbox.release("e", "w", Clock().now)
    last = await desk.store.inbox.claim("w", Clock().now, timedelta(seconds=9))
    assert last is not None
    (file,) = (await desk.fetcher.fetched(last)).payload["files"]
    assert (file["path"], file["refused"]) == (None, "unreachable")


async def test_a_platform_with_a_fault_costs_its_file_and_not_the_turn(desk: Desk) -> None:
    desk.platform.in_fetch.append(KeyError("a bug"))
    await desk.receive(sent("rows.jsonl", "more.csv"))
    rows, more = (await desk.fetcher.fetched(await desk.event())).payload["files"]
    assert rows["refused"] == "broken"
    assert desk.content(more) == b"a,b\n"


async def test_a_full_disk_is_told_as_that(desk: Desk) -> None:
    desk.platform.in_fetch.append(OSError(28, "No space left on device"))
    await desk.receive(sent("rows.jsonl"))
    with pytest.raises(StoreUnavailable) as full:
        await desk.fetcher.fetched(await desk.event())
    assert full.value.code == "disk_full"


async def test_files_of_a_platform_that_another_process_serves_are_left_to_it(desk: Desk) -> None:
    await desk.receive(sent("rows.jsonl"))
    with pytest.raises(RetryLater):
        await Fetcher(Files(desk.home), {}).fetched(await desk.event())


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("point", ["in_fetch", "after_fetch"])
async def test_a_process_that_dies_while_fetching_is_followed_by_one_that_fetches_what_is_missing(
    desk: Desk, point: str, number: int
) -> None:
    await desk.receive(sent("rows.jsonl", "more.csv"))
    deaths: list[BaseException] = getattr(desk.platform, point)
    plain = FakePlatform(files=desk.platform.files)
    if number == 1:
        (first, second) = (await desk.event()).payload["files"]
        await plain.fetch(first["remote"], _made(desk.home / first["path"]), LARGEST_UPLOAD)
        assert second
    deaths.append(Died())
    with pytest.raises(Died):
        await desk.fetcher.fetched(await desk.event())
    files = (await desk.fetcher.fetched(await desk.event())).payload["files"]
    assert [desk.content(file) for file in files] == [ROWS, b"a,b\n"]
    there = sorted(path.name for path in desk.home.rglob("*") if path.is_file())
    assert there == ["0-rows.jsonl", "1-more.csv"]
    assert len(desk.platform.fetches) <= 3 - number, "what was there whole is not fetched again"


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@dataclass
class Reads:
    """Answers with the content of the files that it is given."""

    home: Path

    async def handle(self, event: InboxEvent) -> list[AnyReply]:
        files = event.payload["files"]
        read = [(self.home / file["path"]).read_text() if file["path"] else file["refused"] for file in files]
        return [Say(text=" ".join(read))]

    async def handle_express(self, event: InboxEvent) -> list[AnyReply]:
        return await self.handle(event)

    async def give_up(self, event: InboxEvent, error: Exception) -> list[AnyReply]:
        return [Say(text=f"gave up: {error}")]


@pytest.mark.parametrize("failures", [[], [RetryLater(0.01)], [RetryLater(0.01), Uncertain("x")]])
async def test_the_dispatcher_answers_once_the_files_are_there(
    desk: Desk, failures: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.fetching.AGAIN_IN", 0.01)
    desk.platform.in_fetch += failures
    await desk.receive(sent("rows.jsonl", "gone.jsonl"))
    dispatcher = Dispatcher(desk.store, Reads(desk.home), "me", look_every=0.01, fetch=desk.fetcher.fetched)
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(20):
        while not await desk.store.inbox.is_finished("e"):  # noqa: ASYNC110  # nothing signals it
            await asyncio.sleep(0.01)
    stop.set()
    await running
    (answer,) = await desk.store.outbox.by_cause("e")
    assert answer.message["text"] == f"{ROWS.decode()} gone"
    assert desk.platform.fetches.count("rows.jsonl") == len(failures) + 1


async def test_the_lease_is_kept_while_a_file_is_fetched(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.dispatcher.RENEW_EVERY", 0.001)
    renewed = asyncio.Event()
    original = desk.store.inbox.renew

    async def renew(*args: Any) -> None:
        await original(*args)
        renewed.set()

    async def slow(remote: Any, target: Path, most: int) -> None:
        await renewed.wait()
        raise Refused("gone")

    monkeypatch.setattr(desk.store.inbox, "renew", renew)
    monkeypatch.setattr(desk.platform, "fetch", slow)
    await desk.receive(sent("rows.jsonl"))
    dispatcher = Dispatcher(desk.store, Reads(desk.home), "me", look_every=0.01, fetch=desk.fetcher.fetched)
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(20):
        while not await desk.store.inbox.is_finished("e"):  # noqa: ASYNC110  # nothing signals it
            await asyncio.sleep(0.01)
    stop.set()
    await running
    assert renewed.is_set()
