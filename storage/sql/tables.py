"""The tables, and how a value of the domain is written in a column.

It does not know what the facts mean: rules about them stand in the repositories, one file each.
"""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeEngine

_ESCAPED = "\x01"


class FreeText(TypeDecorator[str]):
    """Text as people and models write it, whatever it holds.

    PostgreSQL refuses NUL and both databases refuse half a surrogate pair; a text with either is kept as JSON
    behind a marker, so that it comes back as it was. On PostgreSQL it sorts by code point, as on SQLite.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TEXT(collation="C"))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        plain = str(value)
        return plain if _storable(plain) else _ESCAPED + json.dumps(plain)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(_ESCAPED):
            return value
        return str(json.loads(value.removeprefix(_ESCAPED)))


def _storable(plain: str) -> bool:
    if "\x00" in plain or plain.startswith(_ESCAPED):
        return False
    return plain.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in plain)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC to the microsecond. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[StrEnum]):
    """A member of an enumeration, by its value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)


_Sequence = BigInteger().with_variant(Integer, "sqlite")
"""Grows with each insertion; an id is never used twice (``sqlite_autoincrement``)."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that ``where`` selects."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def one_of(column: ColumnElement[StrEnum], *codes: StrEnum) -> ColumnElement[bool]:
    """``column IN (...)`` with the codes written out: with parameters in their place no partial index is used."""
    return column.in_([literal_column(f"'{code.value}'") for code in codes])


def _conversation() -> Column[str]:
    return Column("conversation_id", FreeText, ForeignKey("conversations.id"), nullable=False)


def _project() -> Column[str]:
    return Column("project_id", FreeText, ForeignKey("projects.id"), nullable=False)


conversations = Table(
    "conversations",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("platform", FreeText, nullable=False),
    Column("address", JSON, nullable=False),
    Column("project_id", FreeText),
    Column("shared", Boolean, nullable=False, server_default=false()),
    # Who works on the inbox of the conversation, on which event, until when, and when it may be tried again.
    Column("inbox_owner", FreeText),
    Column("inbox_event_id", FreeText),
    Column("inbox_until", UtcTime),
    Column("inbox_not_before", UtcTime),
    # The same of its outgoing side.
    Column("outbox_owner", FreeText),
    Column("outbox_item_id", BigInteger),
    Column("outbox_until", UtcTime),
    Column("outbox_not_before", UtcTime),
)

people = Table(
    "people",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("platform", FreeText, nullable=False),
    Column("display_name", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

events = Table(
    "inbox_events",
    metadata,
    Column("seq", _Sequence, primary_key=True),
    Column("id", FreeText, nullable=False, unique=True),
    _conversation(),
    Column("person_id", FreeText),
    Column("kind", Code, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("express", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("finished_at", UtcTime),
    Column("finished_by", FreeText),
    # The lease of an express event; that of any other stands on its conversation.
    Column("owner", FreeText),
    Column("until", UtcTime),
    Column("not_before", UtcTime),
    _some("ix_inbox_events_unfinished", "seq", where="finished_at IS NULL"),
    _some("ix_inbox_events_unfinished_of", "conversation_id", "seq", where="finished_at IS NULL"),
    _some("ix_inbox_events_heard", "conversation_id", "received_at", where="person_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Sequence, primary_key=True),
    _conversation(),
    Column("cause", FreeText, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("message", JSON, nullable=False),
    Column("card_id", FreeText),
    Column("state", Code, nullable=False),
    Column("address", JSON(none_as_null=True)),
    Column("receipt", JSON(none_as_null=True)),
    Column("error", FreeText),
    Column("queued_at", UtcTime, nullable=False),
    Column("posted_by", FreeText),
    UniqueConstraint("conversation_id", "cause", "position"),
    Index(None, "cause", "position"),
    _some("ix_outbox_card", "card_id", "id", where="card_id IS NOT NULL"),
    _some("ix_outbox_unfinished", "id", where="state IN ('waiting', 'posting')"),
    _some("ix_outbox_unfinished_of", "conversation_id", "id", where="state IN ('waiting', 'posting')"),
    sqlite_autoincrement=True,
)

cards = Table(
    "cards",
    metadata,
    Column("seq", _Sequence, primary_key=True),
    Column("id", FreeText, nullable=False, unique=True),
    _conversation(),
    Column("kind", FreeText, nullable=False),
    Column("subject", JSON, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("answered_with", FreeText),
    Column("answered_by_event", FreeText),
    Index(None, "conversation_id", "seq"),
    sqlite_autoincrement=True,
)

transcript = Table(
    "transcript",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("conversation_id", FreeText, nullable=False),
    Column("speaker", FreeText, nullable=False),
    Column("message", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("outbox_id", BigInteger, unique=True),
    Column("card_id", FreeText),
    Column("revision", Integer, nullable=False),
    Index(None, "conversation_id", "id"),
    _some("ix_transcript_card", "card_id", "id", where="card_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

projects = Table(
    "projects",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("name", FreeText, nullable=False),
    Column("slug", FreeText, nullable=False, unique=True),
    Column("goal", FreeText, nullable=False),
    Column("owner_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("project_id", FreeText, ForeignKey("projects.id"), primary_key=True),
    Column("person_id", FreeText, primary_key=True),
    Column("role", Code, nullable=False),
    Index(None, "person_id"),
)

links = Table(
    "links",
    metadata,
    Column("account_id", FreeText, primary_key=True),
    Column("person_id", FreeText, nullable=False),  # the first of the person's accounts
    Index(None, "person_id"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("created_by", FreeText, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_by", FreeText),
)

person_groups = Table(
    "person_groups",
    metadata,
    Column("person_id", FreeText, primary_key=True),
    Column("group_id", FreeText, primary_key=True),
    Index(None, "group_id"),
)

group_roles = Table(
    "group_roles",
    metadata,
    Column("project_id", FreeText, ForeignKey("projects.id"), primary_key=True),
    Column("group_id", FreeText, primary_key=True),
    Column("name", FreeText, nullable=False),
    Column("role", Code, nullable=False),
    Index(None, "group_id"),
)

invites = Table(
    "invites",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("role", Code, nullable=False),
    Column("created_by", FreeText, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_by", FreeText),
)

consents = Table(
    "consents",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("person_id", FreeText, nullable=False),
    Column("project_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("given_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    Column("row_id", FreeText),
    Index(None, "person_id", "project_id"),
)

rows = Table(
    "rows",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("instruction", FreeText, nullable=False),
    Column("input", FreeText, nullable=False),
    Column("output", FreeText, nullable=False),
    Column("status", Code, nullable=False),
    Column("origin", Code, nullable=False),
    Column("author_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("source", FreeText, nullable=False),
    Column("content_hash", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("consent_id", FreeText),
    Column("approved_by", FreeText),
    Column("part", Code),
    Column("near_duplicate_of", FreeText),
    Column("category", FreeText, nullable=False, server_default=""),
    Column("aspects", JSON, nullable=False, server_default="[]"),
    Column("passage", FreeText, nullable=False, server_default=""),
    Index(None, "project_id", "created_at", "id"),
    Index(None, "project_id", "status"),
    Index(None, "project_id", "author_id"),
    _some("uq_rows_content", "project_id", "content_hash", where="status IN ('pending', 'approved')", unique=True),
)

briefs = Table(
    "briefs",
    metadata,
    Column("project_id", FreeText, ForeignKey("projects.id"), primary_key=True),
    Column("document", JSON, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("instruction", FreeText, nullable=False),
    Column("input", FreeText, nullable=False),
    Column("first", FreeText, nullable=False),
    Column("second", FreeText, nullable=False),
    Column("author_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("picked", FreeText),
    Column("reason", FreeText, nullable=False),
    Column("row_id", FreeText),
    Column("consent_id", FreeText),
    Index(None, "project_id", "created_at", "id"),
    Index(None, "project_id", "author_id"),
)

rubric_rules = Table(
    "rubric_rules",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("text", FreeText, nullable=False),
    Column("author_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("preference_id", FreeText),
    Index(None, "project_id", "created_at", "id"),
    Index(None, "project_id", "author_id"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("run_id", FreeText, nullable=False),
    Column("prompt_id", FreeText, nullable=False),
    Column("rater_id", FreeText, nullable=False),
    Column("first", FreeText, nullable=False),
    Column("picked", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "run_id", "created_at", "id"),
    Index(None, "project_id", "rater_id"),
)

scores = Table(
    "scores",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("run_id", FreeText, nullable=False),
    Column("prompt_id", FreeText, nullable=False),
    Column("side", FreeText, nullable=False),
    Column("criterion", FreeText, nullable=False),
    Column("score", Integer, nullable=False),
    Column("note", FreeText, nullable=False),
    Column("rater_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("asked", JSON, nullable=False, server_default="[]"),
    Index(None, "run_id", "created_at", "id"),
    Index(None, "project_id", "created_at", "id"),
    Index(None, "project_id", "rater_id"),
)

pins = Table(
    "pins",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("instruction", FreeText, nullable=False),
    Column("input", FreeText, nullable=False),
    Column("reference", FreeText, nullable=False),
    Column("must", JSON, nullable=False),
    Column("must_not", JSON, nullable=False),
    Column("expected", JSON(none_as_null=True)),
    Column("author_id", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "project_id", "created_at", "id"),
    Index(None, "project_id", "author_id"),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("number", Integer, nullable=False),
    Column("contenders", JSON, nullable=False),
    Column("conversation_id", FreeText, nullable=False),
    Column("asked_by", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Code, nullable=False),
    Column("results", JSON, nullable=False),
    UniqueConstraint("project_id", "number"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("model_id", FreeText),
    Column("asked_by", FreeText, nullable=False),
    Column("request", FreeText, nullable=False),
    Column("text", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "project_id", "asked_by"),
)

answer_feedback = Table(
    "answer_feedback",
    metadata,
    Column("answer_id", FreeText, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", FreeText, primary_key=True),
    Column("feedback", Code, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("given_at", UtcTime, nullable=False),
    Column("criterion", FreeText, nullable=False, server_default=""),
)

installations = Table(
    "installations",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("platform", FreeText, nullable=False),
    Column("data", JSON, nullable=False),
    Column("installed_at", UtcTime, nullable=False),
    Index(None, "platform", "id"),
)

install_states = Table(
    "install_states",
    metadata,
    # SHA-256 of the state: whoever reads the table cannot install with what it holds.
    Column("id", FreeText, primary_key=True),
    Column("until", UtcTime, nullable=False),
    Index(None, "until"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("seq", _Sequence, primary_key=True),
    Column("id", FreeText, nullable=False, unique=True),
    Column("request_id", FreeText, nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    Column("run_id", FreeText, nullable=False),
    Column("spec", JSON, nullable=False),
    Column("state", Code, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("conversation_id", FreeText, ForeignKey("conversations.id")),
    Column("attempt", Integer, nullable=False),
    Column("lease_owner", FreeText),
    Column("lease_until", UtcTime),
    Column("cancel_requested", Boolean, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("progress_version", Integer, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("failure", JSON(none_as_null=True)),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Index(None, "run_id", "seq"),
    _some("ix_jobs_active", "seq", where="state IN ('queued', 'running')"),
    sqlite_autoincrement=True,
)

runs = Table(
    "runs",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("conversation_id", FreeText, nullable=False),
    Column("started_by", FreeText, nullable=False),
    Column("number", Integer, nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("state", Code, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("results", JSON, nullable=False),
    UniqueConstraint("project_id", "number"),
)

models = Table(
    "models",
    metadata,
    Column("id", FreeText, primary_key=True),
    _project(),
    Column("run_id", FreeText, nullable=False),
    Column("name", FreeText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("project_id", "version"),
    Index(None, "run_id"),
)

machines = Table(
    "machines",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("facts", JSON, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

promotions = Table(
    "promotions",
    metadata,
    Column("seq", _Sequence, primary_key=True),
    Column("id", FreeText, nullable=False, unique=True),
    _project(),
    Column("model_id", FreeText, ForeignKey("models.id"), nullable=False),
    Column("by", FreeText, nullable=False),
    Column("person_id", FreeText),
    Column("event_id", FreeText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("why", FreeText, nullable=False),
    Index(None, "project_id", "seq"),
    sqlite_autoincrement=True,
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("person_id", FreeText, nullable=False),
    _conversation(),
    Column("project_id", FreeText, ForeignKey("projects.id")),
    Column("kind", Code, nullable=False),
    Column("slot", FreeText, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("stale_at", UtcTime, nullable=False),
    Column("state", Code, nullable=False),
    Column("about", JSON, nullable=False),
    Column("sent_at", UtcTime),
    Column("answered_at", UtcTime),
    # Who claimed it, kept when it has ended, and until when.
    Column("owner", FreeText),
    Column("until", UtcTime),
    UniqueConstraint("person_id", "slot"),
    Index(None, "project_id", "due_at", "id"),
    _some("ix_reminders_due", "due_at", "id", where="state IN ('due')"),
    _some("ix_reminders_sent", "sent_at", "id", where="state IN ('sent')"),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", FreeText, primary_key=True),
    Column("person_id", FreeText, nullable=False),
    Column("project_id", FreeText, ForeignKey("projects.id")),
    _conversation(),
    Column("rule", FreeText, nullable=False),
    Column("zone", FreeText, nullable=False),
    Column("said", FreeText, nullable=False),
    Column("event_id", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "person_id", "created_at", "id"),
    _some("ix_schedules_running", "next_at", "id", where="ended_at IS NULL"),
)

habits = Table(
    "habits",
    metadata,
    Column("seq", _Sequence, primary_key=True),  # grows with each change: of linked accounts the highest counts
    Column("person_id", FreeText, nullable=False, unique=True),
    Column("wanted", Boolean),
    Column("zone", FreeText),
    Column("quiet_from", FreeText, nullable=False),
    Column("quiet_until", FreeText, nullable=False),
    Column("hour", FreeText, nullable=False),
    Column("rhythm", FreeText, nullable=False),
    Column("snoozed_until", UtcTime),
    Column("asked_at", UtcTime),
    Column("event_id", FreeText, nullable=False),
    Index(None, "wanted", "person_id"),
    sqlite_autoincrement=True,
)

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("model_id", FreeText, ForeignKey("models.id"), primary_key=True),
    Column("person_id", FreeText, primary_key=True),
    Column("rating", Integer, nullable=False),
    Column("word", FreeText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("event_id", FreeText, nullable=False),
)

exposures = Table(
    "exposures",
    metadata,
    Column("flag", FreeText, primary_key=True),
    Column("person_id", FreeText, primary_key=True),
    Column("variant", FreeText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "person_id"),
)
