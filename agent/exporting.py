"""A project's examples -> a file that a person takes away: JSON lines that our own upload reads at once, and other tools too;
pairs of answers for trainers of preferences; and what else a person has given, in a file of its own.

It does not know who may have which rows.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime

from agent.reports.cards import answer_place
from dataset.formats.records import FIELDS
from dataset.prompts import messages
from storage.domain import (
    Answer,
    AnswerFeedback,
    Habits,
    Pin,
    Preference,
    Rating,
    Reminder,
    Row,
    RowStatus,
    RubricRule,
    Schedule,
    Score,
    SurveyAnswer,
)


def folder_of(slug: str) -> str:
    """Where the exports of a project lie, below the home folder: ``/tune forget`` empties it."""
    return f"exports/{slug}"


def exported(rows: Iterable[Row], authors: Mapping[str, str], accounts: Collection[str] = ()) -> str:
    """One JSON object a line, of the same keys and types in each, to be stored as UTF-8: instruction, input, output, category,
    origin, author, source (texts) and approved (true or false). ``authors``: names fit to be shown, by person. ``accounts``: of whoever takes the file
    away; where a model's answer stands that an example came of is told of their own examples alone."""
    return "".join(
        json.dumps(_line(row, authors, row.author_id in accounts), ensure_ascii=False) + "\n" for row in rows
    )


def preferred(pairs: Iterable[Preference]) -> str:
    """One JSON object a line: ``prompt``, ``chosen`` and ``rejected``, each a list of messages, as trainers of preferences read
    them (TRL's conversational preference format, for DPO and ORPO). The request is put as training puts it."""
    return "".join(json.dumps(_pair(one), ensure_ascii=False) + "\n" for one in pairs)


Besides = (
    Preference
    | RubricRule
    | Rating
    | Answer
    | AnswerFeedback
    | Score
    | Pin
    | Schedule
    | Reminder
    | Habits
    | SurveyAnswer
)
"""What a person gave beside examples, or what is known of them."""


def besides_rows(given: Iterable[Besides]) -> str:
    """One JSON object a line, to be stored as UTF-8; ``kind`` says what it is (``_KINDS``)."""
    return "".join(json.dumps(_besides(one), ensure_ascii=False) + "\n" for one in given)


_KINDS: Mapping[type[Besides], tuple[str, tuple[str, ...]]] = {
    Preference: ("pair", ("created_at", "instruction", "input", "first", "second", "picked", "reason")),
    RubricRule: ("rule", ("created_at", "text")),
    Rating: ("vote", ("created_at", "run_id", "prompt_id", "first", "picked")),
    Answer: ("answer", ("created_at", "request", "text")),
    AnswerFeedback: ("opinion", ("given_at", "answer_id", "feedback", "criterion")),
    Score: ("score", ("created_at", "run_id", "prompt_id", "side", "criterion", "score", "note", "asked", "withdrawn")),
    Pin: ("pin", ("created_at", "instruction", "input", "reference", "must", "must_not", "expected")),
    Schedule: ("schedule", ("created_at", "said", "rule", "zone", "next_at", "ended_at")),
    Reminder: ("reminder", ("due_at", "slot", "state", "sent_at", "answered_at")),
    Habits: ("habits", ("wanted", "zone", "quiet_from", "quiet_until", "hour", "rhythm", "snoozed_until")),
    SurveyAnswer: ("survey", ("at", "model_id", "rating", "word")),
}
"""By type: its ``kind``, and which of its fields the line has."""


def _besides(one: Besides) -> dict[str, object]:
    kind, names = _KINDS[type(one)]
    return {"kind": kind} | {name: _plain(getattr(one, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _pair(one: Preference) -> dict[str, object]:
    better, worse = (one.first, one.second) if one.picked == "first" else (one.second, one.first)
    (request, chosen), (_, rejected) = (messages(one.instruction, one.input, text) for text in (better, worse))
    return {"prompt": [request], "chosen": [chosen], "rejected": [rejected]}


def _line(row: Row, authors: Mapping[str, str], own: bool) -> dict[str, str | bool]:
    place = answer_place(row)
    return {name: getattr(row, name) for name in FIELDS} | {
        "category": row.category,
        "origin": row.origin.value,
        "author": authors.get(row.author_id, ""),
        "source": row.source if own or not place else row.source.removesuffix(f", {place}"),
        "approved": row.status is RowStatus.APPROVED,
    }
