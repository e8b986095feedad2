"""What a platform refuses is never silent: whom it concerns is told, once, where they can be reached; without what was in it,
unless its place is lost and they may see it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from agent.words import say
from bot.chat.errors import PlaceLost, Refused, RetryLater
from bot.chat.messages import CardFace, ChatMessage
from bot.chat.port import Receipt
from bot.outbox import LEASE, OutboxPoster
from storage.domain import (
    Conversation,
    EventKind,
    InboxEvent,
    Membership,
    OutboxItem,
    OutboxKind,
    OutboxState,
    Outgoing,
    Person,
    Project,
    Reminder,
    ReminderKind,
    ReminderState,
    Role,
)
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.linking import linked
from tests.fakes.platform import FakePlatform
from tests.unit.bot.conftest import Clock

ADA, BO = "fake:ada", "fake:bo"
THREAD = Conversation(id="fake:c:1", platform="fake", address={"place": "thread"}, shared=True)
DIRECT = Conversation(id=ADA, platform="fake", address={"place": ADA})
SECRET = "the salary list"


class Places(FakePlatform):
    """A platform on which some places refuse, each with a code, until they are opened again."""

    def __init__(self, **closed: str) -> None:
        super().__init__()
        self.closed = closed
        self.lost = False
        """Whether what is closed is gone for good."""
        self.seen: list[tuple[str, str]] = []
        """Place and text, in order."""

    def _place(self, address: Mapping[str, Any]) -> str:
        place = str(address.get("place") or address["person"])
        if code := self.closed.get(place.removeprefix("fake:")):
            raise (PlaceLost if self.lost else Refused)(code)
        return place

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        self.seen.append((self._place(address), message.text or (message.card.title if message.card else "")))
        return {"n": len(self.seen), "place": self._place(address)}

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        place = str(receipt.get("place") or self._place(address))
        self._place({"place": place})
        self.seen.append((place, f"edited: {message.card.title if message.card else message.text}"))
        return None

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        return None

    def told(self, place: str) -> list[str]:
        return [text for where, text in self.seen if where == place]


@pytest.fixture
async def store(clock: Clock) -> Store:
    """Ada owns the project of a thread, in which Bo has written the event ``e``."""
    store = memory_store()
    await write(store, clock, "hello", DIRECT, ADA)
    await write(store, clock, "e", THREAD, BO)
    project = Project(id="p", name="Pay", slug="pay", goal="", owner_id=ADA, created_at=clock.now)
    await store.projects.add(project)
    await store.conversations.set_project(THREAD.id, "p")
    return store


async def write(store: Store, clock: Clock, event_id: str, where: Conversation, person: str) -> None:
    event = InboxEvent(
        id=event_id,
        conversation_id=where.id,
        person_id=person,
        kind=EventKind.MESSAGE,
        payload={"text": "hello"},
        received_at=clock.now,
    )
    known = Person(id=person, platform="fake", display_name=person, created_at=clock.now)
    await store.inbox.put(event, where, known)


async def queue(
    store: Store, clock: Clock, *texts: str, cause: str = "e", where: str = THREAD.id, to: str | None = None
) -> None:
    posts = [
        Outgoing(position=number, kind=OutboxKind.POST, message=ChatMessage(text=text).to_json(), to=to)
        for number, text in enumerate(texts)
    ]
    await store.outbox.put(where, cause, posts, clock.now)


async def drain(store: Store, platform: FakePlatform, clock: Clock) -> None:
    outbox = OutboxPoster(store, {"fake": platform}, "w", lambda: "?", clock=clock, settle=0.0)
    while await outbox.post_next("w"):
        clock.pass_(0.01)


async def test_whoever_caused_it_is_told_directly_once_for_a_conversation_and_reason(
    store: Store, clock: Clock
) -> None:
    platform = Places(thread="is_archived")
    await queue(store, clock, SECRET, "two", "three")
    await queue(store, clock, "four", cause="later")
    await drain(store, platform, clock)
    assert platform.told("thread") == []
    (note,) = platform.told(BO)
    assert note.startswith("I could not post a message in a thread where you wrote to me: the channel is archived.")


async def test_another_reason_is_told_again_and_so_is_the_same_one_on_another_day(store: Store, clock: Clock) -> None:
    platform = Places(thread="is_archived")
    await queue(store, clock, "one")
    await drain(store, platform, clock)
    platform.closed["thread"] = "not_in_channel"
    await queue(store, clock, "two", cause="later")
    await drain(store, platform, clock)
    clock.pass_(86_400)
    await queue(store, clock, "three", cause="much later")
    await drain(store, platform, clock)
    assert len(platform.told(BO)) == 1, "what nobody caused is its owner's"
    assert len(platform.told(ADA)) == 2


async def test_a_note_has_nothing_of_what_was_refused(store: Store, clock: Clock) -> None:
    platform = Places(thread="is_archived")
    face = CardFace(card_id="c", title=SECRET)
    card = Outgoing(position=0, kind=OutboxKind.POST, message=ChatMessage(card=face).to_json(), card_id="c")
    await store.outbox.put(THREAD.id, "e", [card], clock.now)
    await drain(store, platform, clock)
    (note,) = platform.told(BO)
    assert "a card" in note
    assert SECRET not in note


async def test_two_people_are_told_each_for_themselves(store: Store, clock: Clock) -> None:
    platform = Places(thread="is_archived")
    await write(store, clock, "e2", THREAD, ADA)
    await queue(store, clock, "one")
    await queue(store, clock, "two", cause="e2")
    await drain(store, platform, clock)
    assert [len(platform.told(one)) for one in (ADA, BO)] == [1, 1]


class TestALostPlace:
    @pytest.fixture
    def platform(self) -> Places:
        platform = Places(thread="is_archived")
        platform.lost = True
        return platform

    async def test_lets_the_message_follow_to_somebody_with_a_role(
        self, store: Store, clock: Clock, platform: Places
    ) -> None:
        await store.projects.set_role(Membership(project_id="p", person_id=BO, role=Role.VIEWER))
        await queue(store, clock, "Run 1", "is done.")
        await drain(store, platform, clock)
        note, *moved = platform.told(BO)
        assert note.startswith("I could not post a message in the thread of “Pay”: the channel is archived.")
        assert moved == ["Run 1", "is done."]

    async def test_shows_nothing_to_somebody_without_wherever_they_wrote(
        self, store: Store, clock: Clock, platform: Places
    ) -> None:
        await queue(store, clock, SECRET)
        await drain(store, platform, clock)
        (note,) = platform.told(BO)
        assert SECRET not in note

    async def test_shows_what_nobody_asked_for_to_the_owner(self, store: Store, clock: Clock, platform: Places) -> None:
        await queue(store, clock, "Run 1 is done.", cause="progress:j:end")
        await drain(store, platform, clock)
        assert platform.told(ADA)[1:] == ["Run 1 is done."]
        assert platform.told(BO) == []

    async def test_goes_on_with_whoever_has_no_project_yet(self, store: Store, clock: Clock, platform: Places) -> None:
        await store.conversations.set_project(THREAD.id, None)
        await queue(store, clock, "What do you wish?")
        await drain(store, platform, clock)
        assert platform.told(BO)[1:] == ["What do you wish?"]

    async def test_a_card_moves_once_and_is_edited_where_it_is_then(
        self, store: Store, clock: Clock, platform: Places
    ) -> None:
        code = platform.closed.pop("thread")
        await self._face(store, clock, "Epoch 0", OutboxKind.POST)
        await drain(store, platform, clock)
        platform.closed["thread"] = code
        for number in (1, 2):
            await self._face(store, clock, f"Epoch {number}", OutboxKind.EDIT)
        await drain(store, platform, clock)
        await self._face(store, clock, "Epoch 3", OutboxKind.EDIT)
        await drain(store, platform, clock)
        assert platform.told("thread") == ["Epoch 0"]
        assert platform.told(ADA)[1:] == ["Epoch 2", "edited: Epoch 3"]

    async def test_whose_person_cannot_be_reached_either_ends_there(
        self, store: Store, clock: Clock, platform: Places
    ) -> None:
        platform.closed["ada"] = "user_disabled"
        await queue(store, clock, "Run 1 is done.", cause="progress:j:end")
        await drain(store, platform, clock)
        assert platform.seen == []

    async def _face(self, store: Store, clock: Clock, title: str, kind: OutboxKind) -> None:
        message = ChatMessage(card=CardFace(card_id="run", title=title)).to_json()
        await store.outbox.put(
            THREAD.id, f"progress:{title}", [Outgoing(position=0, kind=kind, message=message, card_id="run")], clock.now
        )


async def test_the_project_is_named_to_those_alone_who_may_look_into_it(store: Store, clock: Clock) -> None:
    platform = Places(thread="is_archived")
    await queue(store, clock, "one")
    await drain(store, platform, clock)
    assert "Pay" not in platform.told(BO)[0]
    await store.projects.set_role(Membership(project_id="p", person_id=BO, role=Role.VIEWER))
    platform.closed["thread"] = "not_in_channel"
    await queue(store, clock, "two", cause="e2")
    await write(store, clock, "e2", THREAD, BO)
    await drain(store, platform, clock)
    assert "in the thread of “Pay”" in platform.told(BO)[1]


async def test_what_nobody_caused_is_told_to_the_owner_of_the_project(store: Store, clock: Clock) -> None:
    platform = Places(thread="channel_not_found")
    await queue(store, clock, "Run 1 is done.", cause="progress:j:end")
    await drain(store, platform, clock)
    (note,) = platform.told(ADA)
    assert "“Pay”" in note


async def test_where_there_is_nobody_to_tell_it_is_in_the_log(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await store.conversations.set_project(THREAD.id, None)
    platform = Places(thread="channel_not_found")
    await queue(store, clock, "one", cause="nobody")
    await drain(store, platform, clock)
    assert platform.seen == []
    assert "nobody can be told" in caplog.text


async def test_a_message_that_a_direct_conversation_refuses_is_told_there(store: Store, clock: Clock) -> None:
    class Strict(Places):
        async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
            if message.text == SECRET:
                raise Refused("msg_blocks_too_long")
            return await super().post(address, message, marker)

    platform = Strict()
    await queue(store, clock, SECRET, cause="hello", where=ADA)
    await drain(store, platform, clock)
    (note,) = platform.told(ADA)
    assert "here" in note
    assert "msg_blocks_too_long" in note


async def test_a_person_who_cannot_be_reached_is_told_of_to_whoever_wanted_to_reach_them(
    store: Store, clock: Clock
) -> None:
    platform = Places(bo="cannot_dm_bot")
    await queue(store, clock, f"May {SECRET} be used?", cause="hello", where=ADA, to=BO)
    await drain(store, platform, clock)
    (note,) = platform.told(ADA)
    assert note.startswith("I could not post a message to somebody directly: that person takes no direct messages")


async def test_where_the_direct_conversation_refuses_too_nothing_is_told_about_the_note(
    store: Store, clock: Clock
) -> None:
    platform = Places(thread="not_installed", bo="not_installed", ada="not_installed")
    await queue(store, clock, "one", "two")
    await drain(store, platform, clock)
    assert platform.seen == []
    (note,) = await store.outbox.by_cause(f"refused:{THREAD.id}:not_installed:{clock.now:%Y-%m-%d}:{BO}")
    assert (note.conversation_id, note.state) == (BO, OutboxState.REFUSED)


async def test_a_card_that_was_refused_takes_no_edit_and_that_is_told_once(store: Store, clock: Clock) -> None:
    platform = Places(thread="is_archived")
    faces = [CardFace(card_id="c", title=f"Epoch {n}") for n in range(3)]
    card, *edits = [
        Outgoing(position=n, kind=kind, message=ChatMessage(card=face).to_json(), card_id="c")
        for n, (face, kind) in enumerate(zip(faces, [OutboxKind.POST, OutboxKind.EDIT, OutboxKind.EDIT], strict=True))
    ]
    await store.outbox.put(THREAD.id, "e", [card], clock.now)
    await drain(store, platform, clock)
    platform.closed.clear()
    await store.outbox.put(THREAD.id, "progress:1", edits, clock.now)
    await drain(store, platform, clock)
    assert len(platform.told(BO)) == 1
    assert platform.told("thread") == []
    assert await store.outbox.face_of_card("c") is None, "nothing on it can be pressed"


@pytest.mark.parametrize("call", ["put", "finish"])
async def test_a_process_that_dies_while_it_tells_leaves_one_note(
    store: Store, clock: Clock, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Places(thread="is_archived")
    await queue(store, clock, "one")
    original = getattr(store.outbox, call)

    async def dies(*args: Any, **kwargs: Any) -> None:
        await original(*args, **kwargs) if call == "put" else None
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store.outbox, call, dies)
        with pytest.raises(KeyboardInterrupt):
            await drain(store, platform, clock)
    clock.pass_(LEASE.total_seconds() + 1)
    await drain(store, platform, clock)
    assert len(platform.told(BO)) == 1
    assert [item.state for item in await store.outbox.by_cause("e")] == [OutboxState.REFUSED]


async def test_a_place_that_has_to_wait_keeps_no_other_waiting_and_keeps_its_order(store: Store, clock: Clock) -> None:
    class Slow(Places):
        async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
            if address.get("place") == "thread" and clock.now < allowed:
                raise RetryLater((allowed - clock.now).total_seconds())
            return await super().post(address, message, marker)

    platform = Slow()
    start = clock.now
    allowed = start.replace(minute=start.minute + 1)
    await queue(store, clock, *(f"thread {n}" for n in range(20)))
    await queue(store, clock, "direct 1", "direct 2", cause="hello", where=ADA)
    await drain(store, platform, clock)
    assert platform.told(ADA) == ["direct 1", "direct 2"]
    assert platform.told("thread") == []
    clock.now = allowed
    await drain(store, platform, clock)
    assert platform.told("thread") == [f"thread {n}" for n in range(20)]


OTHER = "other:bo"
"""Bo's account elsewhere."""


async def sent_to_bo(
    store: Store, clock: Clock, slot: str = "suggestion:2026-11-21", account: str = BO, cards: int = 2
) -> None:
    """A reminder whose cards are in the outbox."""
    reminder = Reminder(
        id=f"r-{slot}",
        person_id=account,
        conversation_id=account,
        kind=ReminderKind.SUGGESTION,
        slot=slot,
        due_at=clock.now,
        stale_at=clock.now + timedelta(hours=5),
        about={"ignored": 0, "key": "cell:p:x"},
    )
    await store.reminders.put(reminder)
    claimed = await store.reminders.claim("me", clock.now, LEASE)
    assert claimed is not None
    await store.reminders.finish(claimed.id, "me", ReminderState.SENT, {}, clock.now)
    message = ChatMessage(text=SECRET).to_json()
    posts = [Outgoing(position=place, kind=OutboxKind.POST, message=message) for place in range(cards)]
    await store.outbox.put(account, f"reminder:{claimed.id}", posts, clock.now)


async def reminder_refused(
    store: Store, clock: Clock, slot: str = "suggestion:2026-11-21", account: str = BO, cards: int = 1
) -> Places:
    """A reminder to Bo, whose direct messages are closed."""
    platform = Places(**{account.partition(":")[0] + ":bo": "dms_closed", "bo": "dms_closed"})
    await sent_to_bo(store, clock, slot, account, cards)
    platforms = {"fake": platform, "other": platform}
    poster = OutboxPoster(store, platforms, "me", lambda: "perhaps", clock=lambda: clock.now)
    while await poster.post_next("me"):
        pass
    return platform


async def contributing(store: Store) -> None:
    await store.projects.set_role(Membership(project_id="p", person_id=BO, role=Role.CONTRIBUTOR))


async def notes(store: Store, clock: Clock) -> list[OutboxItem]:
    return list(await store.outbox.by_cause(f"refused:reminder:{clock.now:%Y-%m-%d}:{BO}"))


async def test_a_reminder_that_cannot_be_sent_directly_reveals_nothing_among_others(store: Store, clock: Clock) -> None:
    await contributing(store)
    platform = await reminder_refused(store, clock, cards=2)
    (told,) = platform.told("thread")
    assert told == say("remind.unreachable")
    assert not any(word in told for word in (SECRET, "Pay", "project", "example"))
    (item,) = await notes(store, clock)
    assert item.message["only_to"] == BO, "the others do not see it"


async def test_it_is_told_once_in_seven_days_also_over_the_end_of_a_week(store: Store, clock: Clock) -> None:
    await contributing(store)
    begin = clock.now
    told = []
    for day in range(9):
        clock.now = begin + timedelta(days=day)
        await reminder_refused(store, clock, slot=f"suggestion:{day}")
        told.append(len(await notes(store, clock)))
    assert told == [1, 0, 0, 0, 0, 0, 0, 1, 0]


async def test_whoever_is_in_no_project_there_is_told_nothing_among_others(store: Store, clock: Clock) -> None:
    assert (await reminder_refused(store, clock)).told("thread") == []


async def linked_elsewhere(store: Store, clock: Clock, *, heard: bool = True) -> None:
    await contributing(store)
    await linked(store, BO, OTHER)
    direct = Conversation(id=OTHER, platform="other", address={"place": OTHER})
    if heard:
        await write(store, clock, "elsewhere", direct, OTHER)


async def test_another_account_of_the_person_is_tried_first_and_the_note_comes_only_if_all_refuse(
    store: Store, clock: Clock
) -> None:
    await linked_elsewhere(store, clock)
    platform = await reminder_refused(store, clock, cards=2)
    assert platform.told("thread") == []
    refused, moved = await store.reminders.of_person(BO)
    assert refused.state is ReminderState.DROPPED, "nobody saw it: it is not one that was ignored"
    assert (moved.conversation_id, moved.state, moved.due_at) == (OTHER, ReminderState.DUE, refused.due_at)
    assert moved.about == {"ignored": 0, "tried": [BO]}, "what is worth most is found again"


async def test_where_every_account_refuses_the_note_is_told(store: Store, clock: Clock) -> None:
    await linked_elsewhere(store, clock)
    await reminder_refused(store, clock)
    moved = await store.reminders.claim("me", clock.now, LEASE)
    assert moved is not None
    await store.reminders.finish(moved.id, "me", ReminderState.SENT, {}, clock.now)
    message = ChatMessage(text=SECRET).to_json()
    await store.outbox.put(
        OTHER, f"reminder:{moved.id}", [Outgoing(position=0, kind=OutboxKind.POST, message=message)], clock.now
    )
    platform = Places(**{"bo": "dms_closed", OTHER: "dms_closed"})
    await drain_both(store, platform, clock)
    assert platform.told("thread") == [say("remind.unreachable")]
    assert len(await store.reminders.of_person(BO)) == 2, "it goes no third way"


async def drain_both(store: Store, platform: Places, clock: Clock) -> None:
    poster = OutboxPoster(
        store, {"fake": platform, "other": platform}, "me", lambda: "perhaps", clock=lambda: clock.now
    )
    while await poster.post_next("me"):
        pass


async def test_an_account_that_was_never_heard_from_is_not_written_to(store: Store, clock: Clock) -> None:
    await linked_elsewhere(store, clock, heard=False)
    platform = await reminder_refused(store, clock)
    assert platform.told("thread") == [say("remind.unreachable")]


@pytest.mark.parametrize(("away", "shown"), [(timedelta(hours=4), True), (timedelta(hours=6), False)])
async def test_a_reminder_that_a_platform_kept_waiting_until_it_was_stale_is_dropped(
    store: Store, clock: Clock, away: timedelta, shown: bool
) -> None:
    """The platform was away: on return one would get all that was due meanwhile, and perhaps at night."""
    await contributing(store)
    platform = await reminder_after(store, clock, away)
    assert platform.told(BO) == ([SECRET] * 2 if shown else [])
    assert platform.told("thread") == []
    (reminder,) = await store.reminders.of_person(BO)
    assert reminder.state is (ReminderState.SENT if shown else ReminderState.DROPPED)
    assert reminder.about.get("dropped") == (None if shown else "stale")


async def test_of_what_was_begun_to_be_shown_in_time_nothing_is_left_out(store: Store, clock: Clock) -> None:
    await contributing(store)
    platform = await reminder_after(store, clock, timedelta(hours=4), between=timedelta(hours=2))
    assert platform.told(BO) == [SECRET] * 2
    (reminder,) = await store.reminders.of_person(BO)
    assert reminder.state is ReminderState.SENT


async def reminder_after(store: Store, clock: Clock, away: timedelta, between: timedelta = timedelta()) -> Places:
    """A reminder of two cards that is worth sending for five hours, posted after some time, with some between both."""
    platform = Places()
    await sent_to_bo(store, clock)
    poster = OutboxPoster(store, {"fake": platform}, "me", lambda: "perhaps", clock=lambda: clock.now)
    clock.now += away
    assert await poster.post_next("me")
    clock.now += between
    while await poster.post_next("me"):
        pass
    return platform
