"""What people did, planted in a store: words, models, answers to the survey and reminders, without any conversation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from storage.domain import (
    Conversation,
    EventKind,
    InboxEvent,
    ModelVersion,
    Project,
    Reminder,
    ReminderKind,
    ReminderState,
    Run,
    RunState,
    SurveyAnswer,
    stable_id,
)
from storage.memory import memory_store
from storage.ports import Store

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LEASE = timedelta(minutes=1)


@dataclass
class Planted:
    """Times are days ago; people are names."""

    store: Store = field(default_factory=memory_store)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def project(self, name: str = "team", owner: str = "console:ana") -> Project:
        made = Project(id=f"project_{name}", name=name, slug=name, goal="", owner_id=owner, created_at=NOW)
        return await self.store.projects.add(made)

    async def words(self, person: str, *days_ago: float, project: str | None = None) -> None:
        """The person says something on each of these days, in a conversation about the project."""
        conversation = Conversation(id=f"{person}:{project}", platform="console", address={})
        for ago in days_ago:
            event = InboxEvent(
                id=f"said-{next(self._ids)}",
                conversation_id=conversation.id,
                person_id=person,
                kind=EventKind.MESSAGE,
                payload={"text": "a secret of mine"},
                received_at=NOW - ago * DAY,
            )
            await self.store.inbox.put(event, conversation, None)
        await self.store.conversations.set_project(conversation.id, project)

    async def model(self, person: str, days_ago: float, project: str = "project_team") -> str:
        """A version that was saved; returns its id."""
        number, at = next(self._ids), NOW - days_ago * DAY
        run = Run(
            id=f"run_{number}",
            project_id=project,
            conversation_id=f"{person}:{project}",
            started_by=person,
            number=0,
            recipe={},
            state=RunState.SAVED,
            created_at=at,
        )
        await self.store.runs.add(run)
        made = ModelVersion(
            id=f"model_{number}",
            project_id=project,
            run_id=run.id,
            name="team",
            version=0,
            metrics={},
            created_at=at,
        )
        return (await self.store.models.add(made)).id

    async def says(self, person: str, model_id: str, rating: int, days_ago: float = 0, word: str = "") -> None:
        at = NOW - days_ago * DAY
        event_id = f"rated-{next(self._ids)}"
        answer = SurveyAnswer(model_id=model_id, person_id=person, rating=rating, word=word, at=at, event_id=event_id)
        await self.store.surveys.put(answer)

    async def reminded(
        self,
        person: str,
        days_ago: float,
        answered_after: float | None = None,
        kind: ReminderKind = ReminderKind.SUGGESTION,
        project: str | None = None,
    ) -> None:
        """A reminder that was sent, and answered so many days after it."""
        at, slot = NOW - days_ago * DAY, f"slot-{next(self._ids)}"
        reminder = Reminder(
            id=stable_id("reminder", person, slot),
            person_id=person,
            conversation_id=person,
            project_id=project,
            kind=kind,
            slot=slot,
            due_at=at,
            stale_at=at + DAY,
        )
        await self.store.reminders.put(reminder)
        assert await self.store.reminders.claim("me", at, LEASE) is not None
        await self.store.reminders.finish(reminder.id, "me", ReminderState.SENT, {}, at)
        if answered_after is not None:
            await self.store.reminders.answered(reminder.id, at + answered_after * DAY)
