"""What a conversation remembers between turns: its position and ids. All else lives in the database.

It is checkpointed as plain JSON values; nothing in it is an object of ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NotRequired, TypedDict

from agent.replies import AnyReply, to_json
from storage.domain import InboxEvent

VERSION = 2
"""Of the state's shape. A conversation of another version restarts at its project, and is told."""

Stage = Literal[
    "hello",
    "goal",
    "question",
    "examples",
    "input",
    "output",
    "confirm",
    "edit",
    "reason",
    "better",
    "format",
    "plan",
    "change",
    "rubric",
    "why",
    "survey",
    "zone",
]
"""What the conversation waits for: nothing yet, a goal, the answer to a question about it, an example, the input or
output of one that was begun, a decision about one, the better answer, why a draft was picked, what a version should
have answered, a corrected format, a changed plan, a changed setting, a changed rubric, why an answer is
better than a model's, why a model helps, or where the person is."""

Outcome = Literal["", "answered", "planned", "decided", "added", "finished", "agreed", "skipped", "asked"]
"""What a stage has achieved, as far as the way forks by it: a question answered or left to us, a plan made, an example
decided, rows added, the queue of drafts gone through, a format agreed, a question or cell skipped, or something asked
that waits for an answer."""


class OpenPair(TypedDict):
    card_id: str
    prompt_id: str


class OpenAnswer(TypedDict):
    card_id: str
    item_id: str
    rubric: NotRequired[str]
    """Tells the rubric that there was when it was shown from any other (``reports.rubric_card.mark_of``)."""
    criteria: NotRequired[list[str]]
    """The names of those that it was shown with: of an answer that was scored before, those that have come since alone."""


class Position(TypedDict, total=False):
    """What a stage may write."""

    stage: Stage
    project_id: str | None
    row_id: str | None
    """The row that is being given, confirmed or edited."""
    card_id: str | None
    """The recipe card whose settings are being changed."""
    criterion: str
    """The criterion that was picked to be changed, by name: lines that name none are about it."""
    question_id: str | None
    """The question about the goal that is open."""
    came_from: Stage | None
    """Where one was when a question was asked again, to go on there after its answer."""
    preference_id: str | None
    """The pair of drafts of which one was picked, while its reason is waited for."""
    answer_id: str | None
    """The answer of a version that is being improved."""
    deck_id: str | None
    """The card of the drafts in which the row is being edited; the edited row is shown there again."""
    skipped_cell: str | None
    """The cell that was skipped last, until an example is asked for otherwise: going back asks for it again."""
    ratings: dict[str, OpenPair]
    """By person: the pair of answers that was put up for their blind vote last. A typed "A" is a vote on it."""
    scorings: dict[str, OpenAnswer]
    """By person: the answer that was put up for their scores last. A typed "4 3 5 4 4" is about it."""
    outcome: Outcome
    event: dict[str, Any]
    """The event in hand; after the turn, the one that was answered last. A stage may turn a press into the command that
    had waited for it: under the event's id, so that the turn stays the same one."""
    said_before: list[dict[str, Any]]
    """What was said in this turn before that command was carried out."""
    upload_events: list[dict[str, Any]]
    """Uploads that came before there was a project: the events that brought them, the oldest first."""
    replies: list[dict[str, Any]]


class State(Position, total=False):
    version: int
    restarted_by: str
    """The event at which a conversation of an older version began anew."""
    returned_by: str
    """The latest event with which a person came back after a day or more."""


class CardFacts(TypedDict):
    id: str
    kind: str
    subject: dict[str, Any]
    labels: dict[str, str]
    """Label by action."""
    answered_with: NotRequired[str | None]


@dataclass(frozen=True)
class Turn:
    """The event in hand, read."""

    event: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.event["id"])

    @property
    def conversation_id(self) -> str:
        return str(self.event["conversation_id"])

    @property
    def person_id(self) -> str:
        return str(self.event["person_id"])

    @property
    def person_ids(self) -> frozenset[str]:
        """The person's accounts, that with which they act (``person_id``) among them, as they were linked when the turn began."""
        return frozenset({self.person_id, *self.event.get("accounts", ())})

    def is_by(self, author_id: object) -> bool:
        """Whether it is this person, with whichever account they did something."""
        return author_id in self.person_ids

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.event["received_at"])

    @property
    def kind(self) -> str:
        return str(self.event["kind"])

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.event["payload"]
        return payload

    @property
    def text(self) -> str:
        return str(self.payload.get("text", "")).strip()

    @property
    def files(self) -> list[dict[str, Any]]:
        return list(self.payload.get("files") or [])

    @property
    def word(self) -> str | None:
        """The command's word, if the message is one."""
        command = self.payload.get("command")
        return command["word"] if command else None

    @property
    def rest(self) -> str:
        """What followed the command's word."""
        command = self.payload.get("command")
        return str(command["rest"]) if command else ""

    @property
    def card(self) -> CardFacts | None:
        return self.event.get("card")

    @property
    def action(self) -> str:
        return str(self.payload.get("action", ""))

    @property
    def link(self) -> str:
        """Address of the message in which a button was pressed or a form opened; empty where the platform has none."""
        return str(self.payload.get("link", ""))

    @property
    def form(self) -> str:
        """The name of the form, if one was filled in."""
        return str(self.payload.get("form", ""))

    @property
    def subject(self) -> dict[str, str]:
        """What the form was about."""
        return dict(self.payload.get("subject") or {})

    @property
    def values(self) -> dict[str, str]:
        """What was filled in, by field; empty for anything but a form."""
        return dict(self.payload.get("values") or {})

    @property
    def shared(self) -> bool:
        """Whether others read along."""
        return bool(self.event.get("shared"))


ASK_RUN = "ask_"
"""What the run ids of questions to a model begin with."""
EVAL_RUN = "eval_"
"""What the ids of evaluations, and the run ids of their jobs, begin with."""


def evaluation_of_run(run_id: str) -> str:
    """The evaluation that a job's run id belongs to; behind it stands the place of the contender that answers."""
    return run_id.rpartition("_")[0]


LONG_AWAY = timedelta(days=1)

DECIDING: frozenset[str] = frozenset({"hello", "confirm"})
"""Stages in which nothing is waited for, or a button is; in all others a person may write what they are asked for."""

ANSWERING: frozenset[str] = frozenset({"input", "output", "edit", "reason", "better"})
"""Stages in which a person is writing an example: there a bare word is an answer, not a command."""


def as_heard(event: dict[str, Any], stage: str) -> dict[str, Any]:
    """The event as the conversation takes it at this stage: ``new`` may be the label that an example teaches."""
    command = event["payload"].get("command") if event["kind"] == "message" else None
    if command and command.get("bare") and stage in ANSWERING:
        return {**event, "payload": {**event["payload"], "command": None}}
    return event


def was_away(before: dict[str, Any] | None, event: dict[str, Any]) -> bool:
    """Whether a person comes back to the conversation after ``LONG_AWAY`` without a word."""
    if before is None or event["kind"] in ("job", "reminder", "forgotten"):
        return False
    return datetime.fromisoformat(event["received_at"]) - datetime.fromisoformat(before["received_at"]) > LONG_AWAY


def turn_of(state: State) -> Turn:
    return Turn(state["event"])


def event_to_json(event: InboxEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "conversation_id": event.conversation_id,
        "person_id": event.person_id,
        "kind": event.kind.value,
        "payload": dict(event.payload),
        "received_at": event.received_at.isoformat(),
    }


def answered(*replies: AnyReply) -> list[dict[str, Any]]:
    """Replies as a stage returns them."""
    return to_json(list(replies))
