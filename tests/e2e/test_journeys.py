"""Whole journeys of a person through the real product, played by scripts in the terminal."""

import hashlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.platforms.console.script import effort, parse
from tests.contract.postgres_server import PostgresServer
from tests.e2e.handovers import write_rows
from tests.e2e.processes import REPOSITORY, Household, kill, until
from tests.fakes.tiny_gguf import write_tiny_gguf


def play(household: Household, folder: Path, script: str, *options: str, seconds: float = 280) -> str:
    """Play a script to its end; returns the transcript."""
    path = folder / "journey.chat"
    path.write_text(script, encoding="utf-8")
    done = household.run("chat", "--script", str(path), "--plain", *options, seconds=seconds)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


def test_a_run_goes_on_while_nobody_is_there_and_can_be_stopped_half_way(tmp_path: Path, household: Household) -> None:
    household.environment["THREADTUNE_HOLD_SECONDS_PER_STEP"] = "1"
    write_rows(tmp_path)
    play(household, tmp_path, "Write shift handover notes for nurses\n@upload rows.jsonl\n/tune train start\n")
    until(lambda: steps_done(household) >= 2, 120, "the trainer trains on after the chat has ended")
    said = play(
        household,
        tmp_path,
        "/tune status\n@expect Run 1 is training\n/tune stop\n@expect stopping run 1\n"
        "@wait idle 120\n@expect Run 1 was stopped\n/tune train\n@expect Ready to train\n",
    )
    assert "Run 1 is trained" not in said
    assert not household.workers()


def steps_done(household: Household) -> int:
    """Steps that workers have reported, of all runs."""
    found = list(household.home.glob("runs/*/attempts/train-*/metrics.jsonl"))
    return sum('"loss"' in line for path in found for line in path.read_text("utf-8").splitlines())


def test_a_whole_interview_of_24_rows_far_from_product_management(household: Household) -> None:
    """Every way of giving, in as few messages as that takes; the script itself expects what is said on the way."""
    script = REPOSITORY / "examples" / "interview.chat"
    done = household.run("chat", "--script", str(script), "--plain", seconds=200)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    asked = effort(parse(script.read_text("utf-8").split("\n")))
    assert (asked.messages, asked.presses, asked.files) == (11, 13, 2), "a person's attention: it should only shrink"
    print(f"24 rows took {asked}")
    with sqlite3.connect(household.home / "threadtune.db") as database:
        rows = database.execute("SELECT status, origin, author_id, consent_id, category, source, passage FROM rows")
        found = rows.fetchall()
    assert len(found) == 24
    assert {status for status, *_ in found} == {"approved"}
    assert {origin for _, origin, *_ in found} == {"given", "drafted"}
    assert all(author and consent and category and source for _, _, author, consent, category, source, _ in found)
    assert sum(bool(passage) for *_, passage in found) == 6
    assert not any("posteo" in path.read_text("utf-8", "ignore") for path in household.home.rglob("*.jsonl"))


def test_a_saved_version_answers_at_once_while_the_next_one_is_trained(
    tmp_path: Path, tiny: Path, household: Household
) -> None:
    """With a base that has a GGUF file: the embedded engine serves it, and nobody waits for the trainer."""
    household.base = with_gguf(tiny, tmp_path / "base")
    write_rows(tmp_path)
    play(
        household,
        tmp_path,
        "Write shift handover notes for nurses\n@upload rows.jsonl\n/tune train start\n@wait evaluated 240\n@expect Saved:\n",
    )
    (saved,) = (household.home / "models").glob("*/1")
    assert (saved / "adapter.gguf").is_file()
    for trainer in household.trainers():  # the next one is slow: it takes the setting when it begins
        kill(trainer)
    household.environment["THREADTUNE_HOLD_SECONDS_PER_STEP"] = "30"
    steps = steps_done(household)
    play(household, tmp_path, "/tune train start\n")
    until(lambda: steps_done(household) > steps, 120, "the next run trains")
    said = play(
        household,
        tmp_path,
        "/tune ask v1: Write a handover for bed 7\n@expect v1 answers:\n"
        "/tune ask both: Write a handover for bed 7\n@expect The base model and\n/tune status\n@expect Run 2 is training\n",
    )
    assert "answering" not in said, "no job of the trainer's was waited for"


def with_gguf(base: Path, folder: Path) -> Path:
    """A copy of the base as `make setup` leaves one that came from a GGUF file: beside it, and recorded."""
    path = write_tiny_gguf(shutil.copytree(base, folder))
    hashes = {
        file.name: {"size": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in folder.iterdir()
    }
    recorded = {"name": "tiny", "source": "registry", "gguf": path.name, "gguf_sha256": hashes[path.name]["sha256"]}
    (folder / "provenance.json").write_text(json.dumps({**recorded, "files": hashes}), encoding="utf-8")
    return folder


@pytest.mark.postgres
def test_two_conversations_in_two_processes_share_one_postgresql(
    tmp_path: Path, tiny: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.database()
    households = [Household(tmp_path / name / "home", tiny, {"THREADTUNE_DATABASE": url}) for name in ("one", "two")]
    chats = []
    try:
        for household in households:
            folder = household.home.parent
            folder.mkdir()
            write_rows(folder)
            script = folder / "share.chat"
            script.write_text(
                "Write shift handover notes for nurses\n@upload rows.jsonl\n@expect 14 of 14\n/tune examples\n"
                "@expect 14 approved\n",
                encoding="utf-8",
            )
            chats.append(household.start("chat", "--script", str(script), "--plain", "--conversation", folder.name))
        for chat, household in zip(chats, households, strict=True):
            assert chat.wait(120) == 0, household.output("chat")
    finally:
        for household in households:
            household.end()


def test_a_damaged_database_is_one_sentence_and_nothing_is_touched(tmp_path: Path, household: Household) -> None:
    household.home.mkdir(parents=True)
    database = household.home / "threadtune.db"
    database.write_bytes(os.urandom(4096))
    before = database.read_bytes()
    done = household.run("chat", "--plain")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert str(database) in done.stdout + done.stderr
    assert database.read_bytes() == before
