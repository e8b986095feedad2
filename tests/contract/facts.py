"""Facts to fill a store with. Each has what a test does not care about filled in."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from storage.domain import (
    Answer,
    AnswerFeedback,
    Card,
    Conversation,
    Evaluation,
    EventKind,
    Exposure,
    Feedback,
    InboxEvent,
    Installation,
    Job,
    JobKind,
    JobState,
    LinkCode,
    ModelVersion,
    Origin,
    OutboxKind,
    Outgoing,
    Person,
    Pin,
    Preference,
    Project,
    Promotion,
    Rating,
    Reminder,
    ReminderKind,
    Row,
    RowStatus,
    RubricRule,
    Run,
    RunState,
    Schedule,
    Score,
    SurveyAnswer,
    stable_id,
)
from storage.ports import Store
from tests.fakes.clock import Clock

START = Clock().now()
MINUTE = timedelta(minutes=1)
ADA = Person(id="console:ada", platform="console", display_name="Ada", created_at=START)


def conversation(name: str = "one", platform: str = "console") -> Conversation:
    return Conversation(id=f"{platform}:{name}", platform=platform, address={"channel": name})


def message(event_id: str, of: Conversation | None = None, **rest: Any) -> InboxEvent:
    return InboxEvent(
        id=event_id,
        conversation_id=(of or conversation()).id,
        person_id=ADA.id,
        kind=EventKind.MESSAGE,
        payload={"text": f"this is {event_id}", "files": []},
        received_at=START,
        **rest,
    )


def post(position: int = 0, card_id: str | None = None, text: str = "hello") -> Outgoing:
    return Outgoing(position=position, kind=OutboxKind.POST, message={"text": text}, card_id=card_id)


def edit(card_id: str, position: int = 0, text: str = "changed") -> Outgoing:
    return Outgoing(position=position, kind=OutboxKind.EDIT, message={"text": text}, card_id=card_id)


def to(person_id: str, position: int = 0, card_id: str | None = None, text: str = "hello") -> Outgoing:
    """A post that goes to a person directly."""
    return replace(post(position, card_id, text), to=person_id)


def card(card_id: str = "card_1", of: Conversation | None = None) -> Card:
    return Card(
        id=card_id,
        conversation_id=(of or conversation()).id,
        kind="row",
        subject={"row_id": "row_1"},
        actions={"Yes, keep it": "approve", "Change": "change", "Drop": "drop"},
        created_at=START,
    )


def project(name: str = "one", slug: str = "ticket-writer") -> Project:
    return Project(id=f"project_{name}", name="Ticket writer", slug=slug, goal="", owner_id=ADA.id, created_at=START)


def row(name: str = "1", content: str | None = None, **changes: Any) -> Row:
    made = Row(
        id=f"row_{name}",
        project_id="project_one",
        instruction="Write a ticket",
        input="",
        output=f"Ticket {name}",
        status=RowStatus.PENDING,
        origin=Origin.GIVEN,
        author_id=ADA.id,
        event_id="e1",
        source="conversation",
        content_hash=content or f"hash of {name}",
        created_at=START,
    )
    return replace(made, **changes)


def preference(name: str = "1", **changes: Any) -> Preference:
    made = Preference(
        id=f"preference_{name}",
        project_id="project_one",
        instruction="Write a ticket",
        input="",
        first="Short",
        second="Long",
        author_id=ADA.id,
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def rule(name: str = "1", **changes: Any) -> RubricRule:
    made = RubricRule(
        id=f"rule_{name}",
        project_id="project_one",
        text="Short is better",
        author_id=ADA.id,
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def rating(name: str = "1", **changes: Any) -> Rating:
    made = Rating(
        id=f"rating_{name}",
        project_id="project_one",
        run_id="run_1",
        prompt_id="row_1",
        rater_id=ADA.id,
        first="tuned",
        picked="first",
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def score(name: str = "1", **changes: Any) -> Score:
    made = Score(
        id=f"score_{name}",
        project_id="project_one",
        run_id="run_1",
        prompt_id="row_1",
        side="tuned",
        criterion="accuracy",
        score=4,
        rater_id=ADA.id,
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def pin(name: str = "1", **changes: Any) -> Pin:
    made = Pin(
        id=f"pin_{name}",
        project_id="project_one",
        instruction="Write the handover",
        author_id=ADA.id,
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def evaluation(name: str = "1", **changes: Any) -> Evaluation:
    made = Evaluation(
        id=f"evaluation_{name}",
        project_id="project_one",
        number=0,
        contenders=("base", "v1"),
        conversation_id=conversation().id,
        asked_by=ADA.id,
        event_id="e1",
        created_at=START,
    )
    return replace(made, **changes)


def answer(name: str = "1", **changes: Any) -> Answer:
    made = Answer(
        id=f"answer_{name}",
        project_id="project_one",
        model_id="model_1",
        asked_by=ADA.id,
        request="Write a ticket",
        text="A ticket",
        created_at=START,
    )
    return replace(made, **changes)


def feedback(answer_id: str = "answer_1", **changes: Any) -> AnswerFeedback:
    made = AnswerFeedback(answer_id=answer_id, person_id=ADA.id, feedback=Feedback.GOOD, event_id="e1", given_at=START)
    return replace(made, **changes)


def installation(name: str = "T1", **changes: Any) -> Installation:
    made = Installation(
        id=f"slack:{name}", platform="slack", data={"bot_token": f"token of {name}"}, installed_at=START
    )
    return replace(made, **changes)


def job(name: str = "1", of: Conversation | None = None, kind: JobKind = JobKind.TRAIN) -> Job:
    return Job(
        id=f"job_{name}",
        request_id=f"request_{name}",
        kind=kind,
        run_id="run_1",
        spec={"epochs": 3},
        state=JobState.QUEUED,
        created_at=START,
        conversation_id=of.id if of else None,
    )


def run(name: str = "1", project_id: str = "project_one") -> Run:
    return Run(
        id=f"run_{name}",
        project_id=project_id,
        conversation_id=conversation().id,
        started_by=ADA.id,
        number=0,
        recipe={"epochs": 3},
        state=RunState.TRAINING,
        created_at=START,
    )


def model(name: str = "1", **changes: Any) -> ModelVersion:
    made = ModelVersion(
        id=f"model_{name}",
        project_id="project_one",
        run_id=f"run_{name}",
        name="ticket-writer",
        version=1,
        metrics={},
        created_at=START,
    )
    return replace(made, **changes)


def promotion(name: str = "1", **changes: Any) -> Promotion:
    made = Promotion(
        id=f"promotion_{name}",
        project_id="project_one",
        model_id="model_1",
        by="person",
        person_id=ADA.id,
        event_id="e1",
        at=START,
    )
    return replace(made, **changes)


def reminder(slot: str = "suggestion:2026-11-21", person_id: str = ADA.id, **changes: Any) -> Reminder:
    """Of no project, said to the person directly."""
    made = Reminder(
        id=stable_id("reminder", person_id, slot),
        person_id=person_id,
        conversation_id=person_id,
        kind=ReminderKind.SUGGESTION,
        slot=slot,
        due_at=START,
        stale_at=START + timedelta(hours=12),
    )
    return replace(made, **changes)


def schedule(name: str = "1", **changes: Any) -> Schedule:
    made = Schedule(
        id=f"schedule_{name}",
        person_id=ADA.id,
        conversation_id=ADA.id,
        rule="weekly tue 09:00",
        zone="Europe/Berlin",
        said="every Tuesday at 9",
        event_id="e1",
        created_at=START,
        next_at=START + timedelta(days=3),
    )
    return replace(made, **changes)


def survey_answer(model_id: str = "model_1", **changes: Any) -> SurveyAnswer:
    made = SurveyAnswer(model_id=model_id, person_id=ADA.id, rating=4, word="quick", at=START, event_id="e1")
    return replace(made, **changes)


def exposure(flag: str = "digest", **changes: Any) -> Exposure:
    return replace(Exposure(flag=flag, person_id=ADA.id, variant="on", at=START), **changes)


_codes = count(1)


async def link(store: Store, one: str, other: str) -> None:
    """Make two accounts one person's."""
    code = LinkCode(id=f"code {next(_codes)}", created_by=one, expires_at=START + MINUTE)
    await store.links.offer(code)
    assert await store.links.link(code.id, other, START) == replace(code, used_by=other)
