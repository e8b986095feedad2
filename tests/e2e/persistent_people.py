"""People at terminals of their own who go on whatever is killed: what they say and press is stored, twice, and the bots answer.

Time passes by what is told of when something was said, as where a platform delivers late: what was put off by an hour an hour
ago is due now. So real processes, which have the clock of the machine, meet slots that are due all the time.
"""

import asyncio
import random
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.replies import Quote, ShowCard
from agent.reports.answer_card import answer_card
from agent.words import say
from bot.chat.events import Sender
from bot.chat.messages import Button, CardFace, ChatMessage
from bot.platforms.console.inbound import Keyboard, find_button, new_step
from bot.platforms.console.view import HOUSE, View
from bot.receiver import InboxReceiver
from bot.render import outgoing
from storage.domain import (
    Answer,
    Conversation,
    EventKind,
    Feedback,
    InboxEvent,
    ModelVersion,
    OutboxState,
    Person,
    Project,
    Promotion,
    Reminder,
    ReminderKind,
    ReminderState,
    Run,
    RunState,
)
from storage.files import Files
from storage.ports import Store

GOAL = "Write shift handover notes for nurses on our ward"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(seconds=1)
"""How long after it was said a thing is due: the bots have to plan it, and to find it."""
LOOK_EVERY = 0.2
PATIENCE = 300.0
"""Seconds that somebody waits for a card: what killed processes held has to come free several times."""


def about_noon() -> str:
    """A zone in which it is between nine and three: no slot of the day is near its end, none in quiet hours."""
    zones = (
        "Asia/Tokyo",
        "Asia/Dubai",
        "UTC",
        "America/Sao_Paulo",
        "America/Bogota",
        "Pacific/Honolulu",
        "Asia/Bangkok",
    )
    far = {zone: abs(datetime.now(ZoneInfo(zone)).hour - 12) for zone in (*zones, "Pacific/Auckland")}
    return min(far, key=far.__getitem__)


@dataclass
class Persistent:
    """Somebody who acts until they are told to end, and who can tell afterwards what must have come of it."""

    store: Store
    files: Files
    name: str
    chance: random.Random
    over: asyncio.Event = field(default_factory=asyncio.Event)
    view: View = field(init=False)
    pressed: set[tuple[str, str]] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.view = View(self.store.transcript, self.id)

    @property
    def id(self) -> str:
        return f"console:{self.name}"

    @abstractmethod
    async def act(self) -> None:
        """Do what they do, again and again, until it is over."""

    @abstractmethod
    async def check(self) -> int:
        """Whether everything that followed has followed once; returns how much that was."""

    # What they do

    async def says(self, text: str, ago: timedelta = timedelta()) -> None:
        step, keyboard = new_step(), self._keyboard(ago)
        await keyboard.send(text, step)
        await keyboard.send_again(step)

    async def presses(self, label: str, ago: timedelta = timedelta()) -> None:
        """Press the button on the earliest card that has it and on which they have not pressed it yet."""
        card, button = await self.waits_for(label)
        self.pressed.add((card.card_id, label))
        step, keyboard = new_step(), self._keyboard(ago)
        await keyboard.press(card, button, step)
        await keyboard.send_again(step)

    async def waits_for(self, label: str) -> tuple[CardFace, Button]:
        async with asyncio.timeout(PATIENCE):
            while (found := await self._unpressed(label)) is None:  # noqa: ASYNC110  # another process shows it
                await asyncio.sleep(LOOK_EVERY)
        return found

    async def _unpressed(self, label: str) -> tuple[CardFace, Button] | None:
        await self.view.refresh()
        cards = [card for card in self.view.cards() if (card.card_id, label) not in self.pressed]
        return next(((card, button) for card in cards if (button := find_button(card, label))), None)

    def _keyboard(self, ago: timedelta) -> Keyboard:
        at = datetime.now(UTC) - ago
        address = {"conversation": self.id}
        return Keyboard(
            receiver=InboxReceiver(self.store, self.files),
            transcript=self.store.transcript,
            view=self.view,
            sender=Sender(person_id=self.id, display_name=self.name, conversation_id=self.id, address=address),
            clock=lambda: at,
        )

    async def begin(self) -> None:
        """A project of their own, and their time zone."""
        await self.says(GOAL)
        await self.presses(say("question.decide_rest"))
        await self.says(f"/tune remind zone {about_noon()}")

    async def project(self) -> Project:
        (found,) = [one for one in await self.store.projects.all() if one.owner_id == self.id]
        return found

    # What came of it

    async def heard(self) -> int:
        """How much was said to them."""
        return sum(line.speaker == HOUSE for line in await self.store.transcript.since(self.id, 0))

    async def is_settled(self) -> bool:
        """Everything they did is answered, and nothing waits that is due, or will be within a minute."""
        waits = await self.store.inbox.pending(self.id) or await self.store.outbox.waiting(self.id)
        due = [one for one in await self.store.reminders.of_person(self.id) if one.state is ReminderState.DUE]
        soon = datetime.now(UTC) + timedelta(minutes=1)
        unplanned = [one for one in await self.store.schedules.of_person(self.id) if one.next_at <= soon]
        return not (waits or due or unplanned)

    async def posts(self, text: str) -> list[ChatMessage]:
        """What was posted to them with this text in it, as it read when it was posted."""
        lines = [line for line in await self.store.transcript.since(self.id, 0) if line.speaker == HOUSE]
        made = [line.outbox_id for line in lines if line.outbox_id is not None]
        assert len(made) == len(set(made)) == len(lines), "each line is a post, and no post is made twice"
        items = [await self.store.outbox.get(id) for id in made]
        assert all(one.state is OutboxState.POSTED for one in items)
        return [ChatMessage.from_json(dict(one.message)) for one in items if text in str(one.message)]

    async def reminders(self, kind: ReminderKind, stale: int = 0) -> list[Reminder]:
        """All of them, each of which was said once, or dropped as stale and not said."""
        found = list(await self.store.reminders.of_person(self.id))
        assert {one.kind for one in found} == {kind}
        assert len({one.slot for one in found}) == len(found), "a slot is due once"
        sent = [one for one in found if one.state is ReminderState.SENT]
        dropped = [one.about.get("dropped") for one in found if one.state is ReminderState.DROPPED]
        assert len(sent) + len(dropped) == len(found), "nothing that was due was left"
        assert dropped == ["stale"] * stale
        for one in found:
            said = await self.store.outbox.by_cause(f"reminder:{one.id}")
            assert len(said) == (one.state is ReminderState.SENT), f"{one.slot} is said {len(said)} times"
            assert {post.conversation_id for post in said} <= {self.id}, "to nobody else"
        assert len(await self.posts(say("remind.later"))) == len(sent), "no other message reminds"
        return found


class Suggested(Persistent):
    """Wants suggestions, and puts each off by an hour."""

    async def act(self) -> None:
        await self.begin()
        hour = datetime.now(ZoneInfo(about_noon())) - HOUR / 2
        await self.says(f"/tune remind hour {hour:%H:%M}", DAY + 2 * HOUR)
        await self.says("/tune remind on", DAY + 2 * HOUR)
        while not self.over.is_set() or len(self._put_off) < 2:
            await self.waits_for(say("remind.snooze_hour"))
            await self.says("/tune remind list")  # an answer, so that the same may be suggested again
            await self.presses(say("remind.snooze_hour"), HOUR - SOON)

    async def check(self) -> int:
        found = {one.slot: one.id for one in await self.reminders(ReminderKind.SUGGESTION)}
        (slot,) = [slot for slot in found if slot.startswith("suggestion:")]
        for _ in self._put_off:
            slot = f"snooze:{found.pop(slot)}"
        assert [*found] == [slot], "each that was put off came again once"
        return len(self._put_off) + 1

    @property
    def _put_off(self) -> list[str]:
        return [label for _, label in self.pressed if label == say("remind.snooze_hour")]


@dataclass
class Planner(Persistent):
    """Has schedules: one of every day, one that was missed for too long, and one more again and again; puts some off."""

    said: list[str] = field(default_factory=list, init=False)
    put_off: int = field(default=0, init=False)

    async def act(self) -> None:
        await self.begin()
        at = datetime.now(ZoneInfo(about_noon())) - HOUR / 12
        await self._schedules(f"every day at {at:%H:%M} to look at the ward", DAY + 2 * HOUR)
        await self._schedules("in 20 hours to look at what is over", 2 * DAY + HOUR)
        while not self.over.is_set() or len(self.said) < 4:
            # some so late that both bots know of it and wake at that moment
            ahead = self.chance.choice((SOON, timedelta(seconds=self.chance.uniform(10, 40))))
            await self._schedules(f"in 2 hours to look at bed {len(self.said)}", 2 * HOUR - ahead)
            await asyncio.sleep(self.chance.uniform(0, 8))
            if self.chance.random() < 0.3:
                self.put_off += 1
                await self.presses(say("remind.snooze_hour"), HOUR - SOON)

    async def _schedules(self, words: str, ago: timedelta) -> None:
        self.said.append(words)
        await self.says(f"/tune remind {words}", ago)

    async def check(self) -> int:
        schedules = await self.store.schedules.of_person(self.id, ended=True)
        assert sorted(one.said for one in schedules) == sorted(self.said), "what was set is set once"
        found = await self.reminders(ReminderKind.SCHEDULED, stale=1)
        first = [one.about["schedule_id"] for one in found if one.slot.startswith("schedule:")]
        odd = {
            one.said: [one.next_at, one.ended_at, first.count(one.id)] for one in schedules if first.count(one.id) != 1
        }
        assert odd == {}, "each was due once"
        again = [one.slot.removeprefix("snooze:") for one in found if one.slot.startswith("snooze:")]
        assert len(again) == self.put_off, "what was put off came again once"
        assert {*again} <= {one.id for one in found}
        return len(found)


@dataclass
class Decider(Persistent):
    """Has two versions, and goes from one to the other and back."""

    decided: list[int] = field(default_factory=list, init=False)

    async def act(self) -> None:
        await self.begin()
        project = await self.project()
        for number in (1, 2):
            await save(self.store, self.files, project, number)
        self.decided = [2, 1]  # the latest is in use, by custom
        await self.says("/tune use v1")
        while not self.over.is_set() or len(self.decided) < 4:
            version = 3 - self.decided[-1]
            self.decided.append(version)
            await self.presses(say("loop.back_to", version=version))
            await asyncio.sleep(self.chance.uniform(0, 8))

    async def check(self) -> int:
        project = await self.project()
        promotions: Sequence[Promotion] = await self.store.promotions.of_project(project.id)
        assert [one.model_id for one in promotions] == [f"{project.id}_v{number}" for number in self.decided]
        told = await self.posts("is in use now")
        assert len(told) == len(self.decided) - 1, "each decision is told once"
        return len(told)


@dataclass
class Judge(Persistent):
    """Finds answers of a version not good, and says why."""

    answers: int = 8

    async def prepare(self) -> None:
        """A project with a version, whose answers are before them. To be done while nobody serves."""
        now = datetime.now(UTC)
        project = Project(id="judged", name="Judged", slug="judged", goal=GOAL, owner_id=self.id, created_at=now)
        await self.store.projects.add(project)
        model = await save(self.store, self.files, project, 1)
        event = InboxEvent(
            id="asked",
            conversation_id=self.id,
            person_id=self.id,
            kind=EventKind.MESSAGE,
            payload={"text": "", "files": []},
            received_at=now,
        )
        known = Person(id=self.id, platform="console", display_name=self.name, created_at=now)
        here = Conversation(id=self.id, platform="console", address={"conversation": self.id}, project_id=project.id)
        await self.store.inbox.put(event, here, known)
        assert await self.store.inbox.claim("test", now, HOUR) is not None
        await self.store.inbox.finish(
            event.id, "test", now, *outgoing(self.id, [await self._card(model, at) for at in range(self.answers)], now)
        )

    async def _card(self, model: ModelVersion, at: int) -> ShowCard:
        answer = Answer(
            id=f"answer_{at}",
            project_id=model.project_id,
            model_id=model.id,
            asked_by=self.id,
            request=f"Write the handover for bed {at}",
            text=f"S: bed {at}",
            created_at=model.created_at,
        )
        await self.store.answers.add(answer)
        return answer_card(f"card_{at}", "It answers:", [Quote(name="v1", text=answer.text)], answer)

    async def act(self) -> None:
        for _ in range(self.answers):
            await self.presses(say("answer.bad"))
            await self.presses("Tone")
            if not self.over.is_set():
                await asyncio.sleep(self.chance.uniform(0, 15))

    async def check(self) -> int:
        found = await self.store.answers.feedback("judged")
        assert [(one.feedback, one.criterion) for one in found] == [(Feedback.NOT_GOOD, "tone")] * self.answers
        assert len({one.answer_id for one in found}) == self.answers
        for title in (say("answer.noted_bad"), say("rule.against", criterion="tone")):
            assert len(await self.posts(title)) == self.answers, f"{title}: once for each answer"
        return 2 * self.answers


async def save(store: Store, files: Files, project: Project, number: int) -> ModelVersion:
    """A version, as a run leaves it."""
    now = datetime.now(UTC)
    run = Run(
        id=f"{project.id}_run_{number}",
        project_id=project.id,
        conversation_id=project.owner_id,
        started_by=project.owner_id,
        number=number,
        recipe={},
        state=RunState.SAVED,
        created_at=now,
    )
    await store.runs.add(run)
    files.write_text(
        f"runs/{run.id}/adapter/adapter_model.safetensors", "weights, of which only that they are there is looked at"
    )
    model = ModelVersion(
        id=f"{project.id}_v{number}",
        project_id=project.id,
        run_id=run.id,
        name=project.slug,
        version=number,
        metrics={},
        created_at=now,
    )
    await store.models.add(model)
    return model
