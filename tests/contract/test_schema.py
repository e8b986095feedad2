"""The schema: what the migrations build is what the code expects, and what it asks for often has an index."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, event, insert, text

from storage.domain import EvaluationState, EventKind, JobKind, OutboxKind, OutboxState, ReminderState, RowStatus
from storage.errors import Conflict, NotFound
from storage.ports import Store
from storage.sql import OpenStore, open_store
from storage.sql.engine import READERS
from storage.sql.tables import conversations, events, metadata, outbox
from tests.contract.facts import (
    ADA,
    MINUTE,
    START,
    answer,
    card,
    conversation,
    edit,
    evaluation,
    exposure,
    feedback,
    installation,
    job,
    message,
    model,
    pin,
    post,
    preference,
    project,
    promotion,
    rating,
    reminder,
    row,
    run,
    schedule,
    score,
    survey_answer,
    to,
)

ONE = conversation()


async def test_the_migrations_build_the_tables_of_the_code(database_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        ours = {"include_name": lambda name, kind, parents: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=ours), metadata))

    store = await open_store(database_url)
    assert await store.database.read(differences) == []
    await store.aclose()


async def test_sqlite_waits_for_the_disk_and_lets_readers_go_on(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)

    def pragmas(connection: Connection) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await store.database.read(pragmas) == ["wal", 2, 1, 10_000, 1]
    async with store.checkpointer() as saver:
        cursor = await saver.conn.execute("PRAGMA synchronous")  # type: ignore[attr-defined]  # it is SQLite's saver
        assert await cursor.fetchone() == (2,)
    await store.aclose()


async def test_of_writers_that_share_a_commit_each_hears_its_own_fate(database_url: str) -> None:
    store = await open_store(database_url)
    await store.projects.add(project())
    outcomes = await asyncio.gather(
        store.rows.add([row("1")]),
        store.rows.add([row("2"), row("3", project_id="none")]),  # refused by us
        store.jobs.submit(job("1", conversation("nowhere"))),  # refused by the database
        store.rows.add([row("4")]),
        store.projects.get("none"),
        store.runs.add(run("1")),
        return_exceptions=True,
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds[:5] == [list, NotFound, NotFound, list, NotFound]
    assert [found.id for found in await store.rows.of_project("project_one")] == ["row_1", "row_4"]
    assert len(await store.runs.of_project("project_one")) == 1
    await store.aclose()


async def test_slow_readers_hold_up_no_writer(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    may_end = threading.Event()
    reads = [asyncio.create_task(store.database.read(lambda _: may_end.wait(30))) for _ in range(2 * READERS)]
    await asyncio.sleep(0)
    try:
        await store.projects.add(project())
        assert not any(read.done() for read in reads)
    finally:
        may_end.set()
    assert all(await asyncio.gather(*reads))
    await store.aclose()


async def test_a_writer_that_is_cancelled_does_not_harm_the_others(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    tasks = [asyncio.create_task(store.projects.add(project(str(number)))) for number in range(6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[3].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in outcomes] == [True, False, False, True, False, False]
    ids = {one.id for one in await store.projects.all()}
    assert {"project_1", "project_2", "project_4", "project_5"} <= ids
    await store.aclose()


async def _a_day(store: Store) -> None:
    """Ask for everything that a bot or a supervisor asks for again and again."""
    await store.inbox.put(message("e1"), ONE, ADA)
    await store.inbox.put(message("stop", express=True), ONE, ADA)
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.claim_express("w", START, MINUTE)
    await store.inbox.renew("e1", "w", START)
    await store.inbox.finish("e1", "w", START, [post(0, "card_1"), edit("card_1", 1)], [card()])
    await store.inbox.release("stop", "w", START)
    await store.inbox.pending(ONE.id)
    await store.inbox.put(message("moved"), replace(ONE, address={"thread": "2"}), ADA)
    await store.conversations.within("console:")
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.renew(item.id, "w", START)
    await store.outbox.finish(item.id, "w", OutboxState.POSTED, {})
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    assert item.kind is OutboxKind.EDIT
    await store.outbox.retry_later(item.id, "w", START)
    await store.outbox.receipt_of_card("card_1")
    await store.outbox.face_of_card("card_1")
    await store.outbox.put(ONE.id, "e2", [to(ADA.id)], START)
    await store.outbox.waiting(ONE.id)
    await store.outbox.by_cause("e1")
    await store.cards.latest(ONE.id)
    await store.cards.answer("card_1", "approve", "press")
    await store.transcript.add(ONE.id, ADA.id, {}, START, outbox_id=1, card_id="card_1")
    await store.transcript.edit("card_1", {})
    await store.transcript.since(ONE.id, 0)
    await store.projects.add(project())
    await store.projects.of_person(ADA.id)
    await store.people.consent(ADA.id, "project_one", "row_1")
    await store.rows.add([row()])
    await store.rows.of_project("project_one", [RowStatus.PENDING])
    await store.rows.count("project_one", RowStatus.PENDING)
    await store.rows.replace(row(content="other"))
    await store.rows.classify("row_1", "bugs", ["error case"])
    await store.rows.approve(["row_1"], ADA.id, "consent")
    await store.rows.reopen("row_1")
    await store.rows.forget_author(ADA.id, "project_one")
    await store.briefs.change("project_one", lambda brief: brief)
    await store.briefs.get("project_one")
    await store.preferences.add(preference())
    await store.preferences.decide("preference_1", "first", "", None, None)
    await store.preferences.of_project("project_one")
    await store.preferences.rules("project_one")
    await store.preferences.remove_rule("rule_1")
    await store.preferences.forget_author(ADA.id, "project_one")
    await store.ratings.put(rating())
    await store.ratings.of_run("run_1")
    await store.ratings.forget_rater(ADA.id, "project_one")
    await store.scores.put([score()])
    await store.scores.of_run("run_1")
    await store.scores.of_project("project_one")
    await store.scores.withdraw("score_1")
    await store.scores.forget_rater(ADA.id, "project_one")
    await store.pins.add(pin())
    await store.pins.of_project("project_one")
    await store.pins.remove("pin_1")
    await store.pins.forget_author(ADA.id, "project_one")
    await store.evaluations.add(evaluation())
    await store.evaluations.of_project("project_one")
    await store.evaluations.update("evaluation_1", EvaluationState.DONE)
    await store.answers.add(answer())
    await store.answers.put_feedback(feedback())
    await store.answers.feedback("project_one")
    await store.answers.of_person(ADA.id, "project_one")
    await store.answers.forget_person(ADA.id, "project_one")
    await store.installations.put(installation())
    await store.installations.get("slack:T1")
    await store.installations.all("slack")
    await store.installations.delete("slack:T1")
    await store.installations.issue_state("random", START)
    await store.installations.consume_state("random", START)
    await store.projects.join("unknown", ADA.id, START)
    await store.jobs.submit(job("1", ONE))
    await store.jobs.lease("s", list(JobKind), START, MINUTE)
    await store.jobs.renew("job_1", 1, START)
    await store.jobs.active(ONE.id)
    await store.jobs.of_run("run_1")
    await store.runs.add(run())
    await store.runs.of_project("project_one")
    await store.models.of_run("run_1")
    await store.models.add(model())
    await _a_day_of_reminders(store)


async def _a_day_of_reminders(store: Store) -> None:
    await store.reminders.put(reminder(project_id="project_one"))
    await store.reminders.claim("w", START, MINUTE)
    await store.reminders.finish(reminder().id, "w", ReminderState.SENT, {}, START)
    await store.reminders.composed(reminder().id, {})
    await store.reminders.answered(reminder().id, START)
    await store.reminders.next_due()
    await store.reminders.of_person(ADA.id)
    await store.reminders.of_project("project_one")
    await store.reminders.sent(START)
    await store.reminders.forget_person(ADA.id, "project_one")
    await store.schedules.put(schedule())
    await store.schedules.of_person(ADA.id)
    await store.schedules.all()
    await store.schedules.advance("schedule_1", START, START)
    await store.schedules.end("schedule_1", START)
    await store.habits.change(ADA.id, lambda known: replace(known, wanted=True))
    await store.habits.get(ADA.id)
    await store.habits.all()
    await store.promotions.put(promotion())
    await store.promotions.of_project("project_one")
    await store.surveys.put(survey_answer())
    await store.surveys.of_model("model_1")
    await store.surveys.forget_person(ADA.id, "project_one")
    await store.exposures.put(exposure())
    await store.exposures.of_flag("digest")
    await store.exposures.of_person(ADA.id)


async def _asked(store: OpenStore) -> list[tuple[str, Any]]:
    """The distinct statements of a day, with their parameters."""
    asked: dict[str, Any] = {}

    @event.listens_for(store.engine, "before_cursor_execute")
    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.setdefault(statement, parameters[0] if many else parameters)

    await _a_day(store)
    event.remove(store.engine, "before_cursor_execute", remember)
    return list(asked.items())


async def test_nothing_that_is_asked_often_reads_a_whole_table(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    asked = await _asked(store)
    assert len(asked) > 60

    def scans(connection: Connection) -> list[str]:
        found = []
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            found += [f"{step.detail}: {statement}" for step in plan if _reads_all(step.detail)]
        return found

    assert await store.database.read(scans) == []
    await store.aclose()


def _reads_all(step: str) -> bool:
    """A scan of a table itself; one over an index that holds only what is unfinished is what we want."""
    return step.startswith("SCAN ") and "USING" not in step and "CONSTANT" not in step


def _a_busy_year(connection: Connection) -> None:
    """200 conversations of two channels, with 10,000 events, and 2,000 cards that were edited four times each."""
    places = [
        {"id": f"slack:T:C{number % 2}:{number}", "platform": "slack", "address": {}, "shared": True}
        for number in range(200)
    ]
    connection.execute(insert(conversations), places)
    said = [
        {
            "id": f"e{number}",
            "conversation_id": places[number % 200]["id"],
            "person_id": ADA.id if number % 3 else None,
            "kind": EventKind.MESSAGE,
            "payload": {},
            "received_at": START + number * MINUTE,
            "express": False,
            "attempts": 1,
            "finished_at": START,
        }
        for number in range(10_000)
    ]
    connection.execute(insert(events), said)
    shown = [
        {
            "conversation_id": places[0]["id"],
            "cause": f"e{number}",
            "position": 0,
            "kind": OutboxKind.EDIT,
            "message": {},
            "card_id": f"card_{number // 5}",
            "state": OutboxState.POSTED,
            "queued_at": START,
        }
        for number in range(10_000)
    ]
    connection.execute(insert(outbox), shown)
    connection.execute(text("ANALYZE"))


async def test_after_a_busy_year_a_conversation_is_found_without_reading_all(database_url: str) -> None:
    store = await open_store(database_url)
    await store.database.write(_a_busy_year)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    found = {one.id: heard for one, heard in await store.conversations.within("slack:T:C1:")}
    assert (len(found), found["slack:T:C1:199"]) == (100, START + 9_799 * MINUTE)
    assert await store.outbox.face_of_card("card_1") == {}
    assert await store.outbox.receipt_of_card("card_1") is None
    event.remove(store.engine, "before_cursor_execute", remember)

    def plans(connection: Connection) -> list[str]:
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        found = []
        for statement, given in asked:
            steps = connection.exec_driver_sql(f"{explain} {statement}", given).all()
            found.append("\n".join(str(step[-1]) for step in steps))
        return found

    within, face, receipt = await store.database.read(plans)
    assert "ix_inbox_events_heard" in within, within
    for plan in (face, receipt):
        assert "ix_outbox_card" in plan, plan
    for plan in (within, face, receipt):
        assert "Seq Scan on inbox_events" not in plan, plan
        assert "Seq Scan on outbox" not in plan, plan
        assert not any(_reads_all(step) for step in plan.splitlines()), plan
    await store.aclose()


@pytest.mark.postgres
async def test_postgres_uses_the_small_indexes_to_claim(postgres_url: str) -> None:
    store = await open_store(postgres_url)
    asked = [(statement, given) for statement, given in await _asked(store) if "FOR NO KEY UPDATE" in statement]

    def plans(connection: Connection) -> str:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(
            str(connection.exec_driver_sql(f"EXPLAIN {statement}", given).scalars().all()) for statement, given in asked
        )

    found = await store.database.read(plans)
    for index in ("ix_inbox_events_unfinished", "ix_outbox_unfinished", "ix_reminders_due"):
        assert index in found
    await store.aclose()


async def test_what_a_refused_writer_wrote_is_undone_and_nothing_else(database_url: str) -> None:
    def change_of_mind(connection: Connection) -> None:
        connection.execute(text("UPDATE projects SET goal = 'half'"))
        raise NotFound("after writing")

    store = await open_store(database_url)
    await store.projects.add(project())
    outcomes = await asyncio.gather(
        store.rows.add([row("1")]),
        store.database.write(change_of_mind),
        store.rows.add([row("2")]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [list, NotFound, list]
    assert (await store.projects.get("project_one")).goal == ""
    assert await store.rows.count("project_one", RowStatus.PENDING) == 2
    await store.aclose()


async def test_a_constraint_is_a_conflict_in_our_words(database_url: str) -> None:
    store = await open_store(database_url)
    await store.projects.add(project("one"))
    await store.projects.add(project("two"))
    with pytest.raises(Conflict):
        await store.database.write(lambda c: c.execute(text("UPDATE projects SET slug = 'same'")).rowcount)
    assert {found.slug for found in await store.projects.all()} == {"ticket-writer", "ticket-writer-2"}
    await store.aclose()
