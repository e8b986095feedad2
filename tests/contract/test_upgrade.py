"""A database that an earlier version made, with facts in it, is brought up to date and loses none of them."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.domain import Brief, Consent, Feedback, ReminderState, RowStatus
from storage.sql import OpenStore, open_store
from storage.sql.engine import PostgresDatabase, SqliteDatabase, parse_url, postgres_engine, sqlite_engine
from storage.sql.schema import newest_revision, upgrade
from tests.contract.facts import (
    ADA,
    MINUTE,
    START,
    answer,
    conversation,
    exposure,
    feedback,
    installation,
    model,
    post,
    preference,
    project,
    promotion,
    rating,
    reminder,
    row,
    score,
    survey_answer,
    to,
)

_STATUSES = (RowStatus.PENDING, RowStatus.APPROVED, RowStatus.REJECTED)
"""Those that the first version knew."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    with request.getfixturevalue("postgres_server").temporary_database() as url:
        yield url


def _as_0001_left_it(connection: Connection) -> None:
    """A project with a row of each status, written in the columns that there were."""
    upgrade(connection, "0001")
    made = {"created_at": START.isoformat(sep=" "), "owner": ADA.id}
    connection.execute(
        text(
            "INSERT INTO projects (id, name, slug, goal, owner_id, created_at)"
            " VALUES ('project_one', 'Ticket writer', 'ticket-writer', '', :owner, :created_at)"
        ),
        made,
    )
    for number, status in enumerate(_STATUSES):
        old = {
            **made,
            "id": f"row_{number}",
            "hash": f"hash of {number}",
            "output": f"Ticket {number}",
            "status": status.value,
        }
        connection.execute(
            text(
                "INSERT INTO rows (id, project_id, instruction, input, output, status, origin, author_id, event_id,"
                " source, content_hash, created_at) VALUES (:id, 'project_one', 'Write a ticket', '', :output,"
                " :status, 'given', :owner, 'e1', 'conversation', :hash, :created_at)"
            ),
            old,
        )


def _as_0003_left_it(connection: Connection) -> None:
    """A conversation that was in the middle of a run: what was said, a card with its receipt, a consent."""
    upgrade(connection, "0003")
    at = {"at": START.isoformat(sep=" "), "ada": ADA.id, "later": (START + MINUTE).isoformat(sep=" ")}
    for statement in (
        (
            "INSERT INTO conversations (id, platform, address, project_id)"
            " VALUES ('console:one', 'console', '{\"channel\": \"one\"}', 'project_one')"
        ),
        (
            "INSERT INTO inbox_events (id, conversation_id, person_id, kind, payload, received_at, express, attempts,"
            " finished_at) VALUES ('e1', 'console:one', :ada, 'message', '{}', :at, false, 1, :at)"
        ),
        (
            "INSERT INTO inbox_events (id, conversation_id, person_id, kind, payload, received_at, express, attempts)"
            " VALUES ('run:1', 'console:one', NULL, 'job', '{}', :later, false, 0)"
        ),
        (
            "INSERT INTO outbox (conversation_id, cause, position, kind, message, card_id, state, receipt, queued_at)"
            " VALUES ('console:one', 'e1', 0, 'post', '{\"text\": \"hello\"}', 'card_1', 'posted', '{\"line\": 1}', :at)"
        ),
        (
            "INSERT INTO outbox (conversation_id, cause, position, kind, message, card_id, state, queued_at)"
            " VALUES ('console:one', 'e1', 1, 'edit', '{\"text\": \"changed\"}', 'card_1', 'waiting', :at)"
        ),
        (
            "INSERT INTO consents (id, person_id, project_id, event_id, given_at)"
            " VALUES ('consent_1', :ada, 'project_one', 'e1', :at)"
        ),
    ):
        connection.execute(text(statement), at)


def _as_0006_left_it(connection: Connection) -> None:
    """A person with two accounts, who was heard in their direct conversation, and a version of their model."""
    _as_0003_left_it(connection)
    upgrade(connection, "0006")
    at = {"at": START.isoformat(sep=" "), "ada": ADA.id}
    for statement in (
        (
            "INSERT INTO projects (id, name, slug, goal, owner_id, created_at)"
            " VALUES ('project_one', 'Ticket writer', 'ticket-writer', '', :ada, :at)"
        ),
        (
            "INSERT INTO models (id, project_id, run_id, name, version, metrics, created_at)"
            " VALUES ('model_1', 'project_one', 'run_1', 'ticket-writer', 1, '{}', :at)"
        ),
        "INSERT INTO links (account_id, person_id) VALUES (:ada, :ada), ('slack:T:ada', :ada)",
    ):
        connection.execute(text(statement), at)


def _as_0007_left_it(connection: Connection) -> None:
    """An answer that somebody found not good, when nobody was asked why."""
    _as_0006_left_it(connection)
    upgrade(connection, "0007")
    at = {"at": START.isoformat(sep=" "), "ada": ADA.id}
    for statement in (
        (
            "INSERT INTO answers (id, project_id, asked_by, request, text, created_at)"
            " VALUES ('answer_1', 'project_one', :ada, 'Write it', 'It', :at)"
        ),
        (
            "INSERT INTO answer_feedback (answer_id, person_id, feedback, event_id, given_at)"
            " VALUES ('answer_1', :ada, 'not_good', 'e1', :at)"
        ),
    ):
        connection.execute(text(statement), at)


def _as_0009_left_it(connection: Connection) -> None:
    """Scores of five people, when nobody wrote down which criteria were before them; two projects, one with its own criteria."""
    _as_0007_left_it(connection)
    upgrade(connection, "0009")
    at = {"ada": ADA.id, "at": START.isoformat(sep=" ")}
    own = '{"criteria": [{"name": "accuracy"}, {"name": "tone_1a2b3c4d"}]}'
    for statement in (
        (
            "INSERT INTO projects (id, name, slug, goal, owner_id, created_at)"
            " VALUES ('project_two', 'Note writer', 'note-writer', '', :ada, :at)"
        ),
        f"INSERT INTO briefs (project_id, document) VALUES ('project_two', '{own.replace(':', chr(92) + ':')}')",
    ):
        connection.execute(text(statement), at)
    given = (  # project, rater, side, criterion, event, minute
        ("project_one", "left out four", "base", "accuracy", "e1", 0),
        ("project_two", "as a whole", "base", "overall", "e1", 0),
        ("project_two", "all there is", "base", "accuracy", "e1", 0),
        ("project_two", "all there is", "base", "tone_1a2b3c4d", "e1", 0),
        ("project_two", "before the change", "base", "accuracy", "e1", 0),
        ("project_two", "before the change", "base", "tone", "e1", 0),
        ("project_two", "before and after", "base", "tone", "e1", 0),
        ("project_two", "before and after", "base", "accuracy", "e2", 1),
        ("project_two", "before and after", "tuned", "tone", "e3", 2),
    )
    for number, (project_id, rater, side, criterion, event, minute) in enumerate(given):
        connection.execute(
            text(
                "INSERT INTO scores (id, project_id, run_id, prompt_id, side, criterion, score, note, rater_id, event_id,"
                " created_at, withdrawn) VALUES (:id, :project, 'run_1', 'row_1', :side, :criterion, 4, '', :rater, :event,"
                " :at, false)"
            ),
            {
                "id": f"score_{number}",
                "project": project_id,
                "side": side,
                "criterion": criterion,
                "rater": rater,
                "event": event,
                "at": (START + minute * MINUTE).isoformat(sep=" "),
            },
        )


async def _made_by(url: str, revision: Callable[[Connection], None]) -> None:
    parsed = parse_url(url)
    database = (
        SqliteDatabase(sqlite_engine(parsed))
        if parsed.drivername.startswith("sqlite")
        else PostgresDatabase(postgres_engine(parsed))
    )
    await database.write(revision)
    await database.close()


@pytest.fixture
async def upgraded(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by(empty_url, _as_0001_left_it)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


@pytest.fixture
async def in_the_middle(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by(empty_url, _as_0003_left_it)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


@pytest.fixture
async def before_reminders(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by(empty_url, _as_0006_left_it)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


@pytest.fixture
async def before_reasons(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by(empty_url, _as_0007_left_it)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


@pytest.fixture
async def before_asked(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by(empty_url, _as_0009_left_it)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


async def test_rows_of_the_skeleton_are_all_there_and_say_nothing_new(upgraded: OpenStore) -> None:
    found = await upgraded.rows.of_project("project_one")
    assert found == [row(str(number), status=status) for number, status in enumerate(_STATUSES)]
    assert [(one.category, one.aspects, one.passage) for one in found] == [("", (), "")] * 3


async def test_the_interview_goes_on_with_a_project_of_the_skeleton(upgraded: OpenStore) -> None:
    await upgraded.rows.classify("row_1", "stories", ["error case"])
    assert (await upgraded.rows.get("row_1")).aspects == ("error case",)
    assert await upgraded.rows.reopen("row_2") is True
    assert await upgraded.rows.add([row("9", "hash of 0")]) == [False]
    assert await upgraded.briefs.get("project_one") == Brief(project_id="project_one")
    await upgraded.briefs.change("project_one", lambda brief: replace(brief, pack="general"))
    await upgraded.preferences.add(preference())
    await upgraded.ratings.put(rating())
    assert (await upgraded.briefs.get("project_one")).pack == "general"
    assert await upgraded.ratings.of_run("run_1") == [rating()]


async def test_a_conversation_of_the_terminal_is_read_by_nobody_else_and_goes_on(in_the_middle: OpenStore) -> None:
    store, one = in_the_middle, replace(conversation(), project_id="project_one", shared=False)
    assert await store.conversations.get(one.id) == one
    assert await store.conversations.within("console:") == [(one, START)]
    event = await store.inbox.claim("w", START, MINUTE)
    assert event is not None
    assert event.id == "run:1"
    await store.inbox.finish("run:1", "w", START, [post(), to("slack:T:bo", 1)], [])
    assert await store.outbox.waiting("slack:T:bo") == 1


async def test_cards_that_were_shown_keep_their_receipt_and_have_a_face(in_the_middle: OpenStore) -> None:
    assert await in_the_middle.outbox.receipt_of_card("card_1") == {"line": 1}
    assert await in_the_middle.outbox.face_of_card("card_1") == {"text": "changed"}


async def test_consent_that_was_given_covers_the_whole_project_still(in_the_middle: OpenStore) -> None:
    people = in_the_middle.people
    given = Consent(id="consent_1", person_id=ADA.id, project_id="project_one", event_id="e1", given_at=START)
    assert await people.consent(ADA.id, "project_one") == given
    assert await people.consent(ADA.id, "project_one", "row_1") == given
    await people.put_consent(replace(given, id="consent_2", person_id="slack:T:bo", row_id="row_1"))
    assert await people.consent("slack:T:bo", "project_one") is None


async def test_what_is_new_can_be_used_at_once(in_the_middle: OpenStore) -> None:
    await in_the_middle.projects.add(project())
    await in_the_middle.answers.add(answer())
    await in_the_middle.answers.put_feedback(feedback())
    await in_the_middle.installations.put(installation())
    await in_the_middle.installations.issue_state("random", START + MINUTE)
    assert await in_the_middle.answers.feedback("project_one") == [feedback()]
    assert await in_the_middle.installations.all("slack") == [installation()]
    assert await in_the_middle.installations.consume_state("random", START) is True


async def test_people_are_reminded_where_they_were_heard_and_nobody_is_asked_for_more(
    before_reminders: OpenStore,
) -> None:
    store = before_reminders
    assert await store.habits.all() == await store.habits.all(wanted=False) == []
    assert await store.schedules.all() == []
    assert await store.reminders.next_due() is None
    due = reminder(conversation_id=conversation().id, project_id="project_one")
    await store.reminders.put(due)
    assert await store.reminders.put(replace(due, id="reminder_2", person_id="slack:T:ada")) is False
    assert await store.reminders.claim("w", START, MINUTE) == due
    await store.reminders.finish(due.id, "w", ReminderState.SENT, {}, START)
    assert await store.inbox.pending(conversation().id) == 2


async def test_versions_that_were_saved_can_be_put_to_use_and_asked_about(before_reminders: OpenStore) -> None:
    store = before_reminders
    assert await store.models.of_project("project_one") == [model()]
    assert await store.promotions.of_project("project_one") == []
    await store.promotions.put(promotion())
    await store.surveys.put(survey_answer())
    assert await store.exposures.put(exposure()) == "on"
    assert await store.promotions.of_project("project_one") == [promotion()]
    assert await store.surveys.of_model("model_1") == [survey_answer()]


async def test_an_opinion_from_before_reasons_counts_against_nothing(before_reasons: OpenStore) -> None:
    before = feedback(feedback=Feedback.NOT_GOOD)
    assert await before_reasons.answers.feedback("project_one") == [before]
    await before_reasons.answers.put_feedback(replace(before, criterion="tone"))
    assert await before_reasons.answers.feedback("project_one") == [replace(before, criterion="tone")]


async def test_who_scored_before_it_was_kept_is_taken_to_have_seen_the_criteria_of_the_upgrade(
    before_asked: OpenStore,
) -> None:
    """But for those whose latest scores are by one that is gone: of them it is known that the rubric was changed since."""
    found = [*await before_asked.scores.of_project("project_one"), *await before_asked.scores.of_project("project_two")]
    own = ("accuracy", "tone_1a2b3c4d")
    assert {(one.rater_id, one.side): one.asked for one in found} == {
        ("left out four", "base"): ("accuracy", "format", "relevance", "completeness", "tone"),
        ("as a whole", "base"): own,
        ("all there is", "base"): own,
        ("before the change", "base"): ("accuracy", "tone"),
        ("before and after", "base"): own,
        ("before and after", "tuned"): ("tone",),
    }
    await before_asked.scores.put([score(asked=("tone",))])
    assert [one.asked for one in await before_asked.scores.of_project("project_one")][-1:] == [("tone",)]


async def test_a_database_is_brought_up_to_date_once(empty_url: str) -> None:
    await _made_by(empty_url, _as_0001_left_it)
    revision = text("SELECT version_num FROM alembic_version")
    for _ in range(2):
        store = await open_store(empty_url)
        assert await store.database.read(lambda c: c.execute(revision).scalars().all()) == [newest_revision()]
        assert await store.projects.get("project_one") == project()
        await store.aclose()
