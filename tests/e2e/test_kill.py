"""``kill -9`` at random points of a whole job, with the real processes: nothing is lost, nothing happens twice.

A person's script goes from the goal over an upload, a training run, the comparison and the saved model to an answer; the long
one goes on to what they think of it, to another version, and to which of the two is used.
Again and again one of chat, supervisor and worker is killed and started again, until the script has come to its end.
The seed is printed; ``THREADTUNE_KILL_SEED`` repeats it.
"""

import asyncio
import json
import os
import random
import secrets
import subprocess
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from storage.domain import EvaluationState, Feedback, JobState, Project, RowStatus, RunState
from storage.ports import Store
from storage.sql import open_store
from tests.e2e.handovers import FINDINGS, write_rows
from tests.e2e.processes import Household, kill, none_lives, until

ROWS = len(FINDINGS)
SCRIPT = """\
Write shift handover notes for nurses on our ward
@upload rows.jsonl
Instruction: Write a handover
Input: bed 99, quiet night
Output: S: bed 99, quiet
@pick Approve
@pick No, thanks
@expect 15 of 24
/tune train
@pick Start
@wait trained 240
@wait evaluated 240
/tune models
@expect v1
/tune ask Write a handover for bed 7
@wait idle 120
@expect answers
"""
SCRIPT = SCRIPT.replace(
    "Instruction: Write a handover\nInput: bed 99, quiet night\nOutput: S: bed 99, quiet\n",
    '"""\nInstruction: Write a handover\nInput: bed 99, quiet night\nOutput: S: bed 99, quiet\n"""\n',
)
LOOP = """\
@pick Not good
@pick Tone
@expect counts against tone
/tune retrain
@pick Start
@wait trained 240
@wait evaluated 240
@wait idle 240
@pick Use version 2
@expect v2 is in use now
@pick Back to version 1
@expect v1 is in use now
@wait idle 60
"""
"""What follows on a version, in the long play."""
WORKER_KILLS_WITHOUT_PROGRESS = 2
"""A job whose worker is lost three times without a new checkpoint fails, as it should: it would never end."""


HOLD = {"THREADTUNE_HOLD_SECONDS_PER_STEP": "0.15"}
"""Makes the tiny run last long enough to be met half-way."""


def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path: Path, household: Household) -> None:
    household.environment.update(HOLD)
    survive(household, tmp_path, kills=10)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_kills_lose_nothing_and_repeat_nothing(tmp_path: Path, tiny: Path) -> None:
    done = 0
    while done < 200:
        folder = tmp_path / f"job-{done}"
        folder.mkdir()
        household = Household(folder / "home", tiny, dict(HOLD))
        try:
            done += survive(household, folder, kills=min(40, 200 - done), script=SCRIPT + LOOP)
        finally:
            household.end()
        print(f"{done} kills survived")


def survive(household: Household, folder: Path, kills: int, script: str = SCRIPT) -> int:
    """Play the script under fire until it ends; returns how many kills it took."""
    seed = int(os.environ.get("THREADTUNE_KILL_SEED") or secrets.randbits(32))
    print(f"THREADTUNE_KILL_SEED={seed}")
    chance = random.Random(seed)
    write_rows(folder)
    file = folder / "job.chat"
    file.write_text(script, encoding="utf-8")
    done, worker_kills, reached = 0, 0, (0, 0, 0)
    chat = household.start("chat", "--script", str(file), "--plain", "--resume")
    trainers: list[subprocess.Popen[bytes]] = []
    wait = chance.uniform(0.2, 6.0)
    struck = time.monotonic()
    deadline = time.monotonic() + 60 + 45 * kills
    tally: Counter[str] = Counter()
    while True:
        assert time.monotonic() < deadline, household.output("chat")[-3000:]
        if chat.poll() is not None:
            assert chat.returncode == 0, household.output("chat")[-3000:]
            break
        if done < kills and time.monotonic() - struck >= wait:
            if (now_at := progress(household)) != reached:
                worker_kills, reached = 0, now_at
            victims = ["chat"] + ["trainer"] * bool(household.trainers())
            victims += ["worker"] * (bool(household.workers()) and worker_kills < WORKER_KILLS_WITHOUT_PROGRESS)
            victim = chance.choice(victims)
            worker_kills += victim == "worker"
            tally[victim] += 1
            if victim == "chat":
                kill(chat)
                chat = household.start("chat", "--script", str(file), "--plain", "--resume")
            elif victim == "trainer":
                orphans = household.workers()
                for process in household.trainers():
                    kill(process)
                until(partial(none_lives, orphans), 20, "a worker whose supervisor is gone stops")
                trainers.append(household.start("trainer"))
            else:
                for process in household.workers():
                    kill(process)
            done += 1
            wait, struck = chance.uniform(0.2, 6.0), time.monotonic()
        time.sleep(0.02)
    print(f"{done} kills: {dict(tally)}")
    until(lambda: not household.workers(), 20, "no worker goes on when everything is done")
    asyncio.run(check(household, versions=2 if LOOP in script else 1))
    household.end()
    for trainer in trainers:
        kill(trainer)
    assert not household.everyone(), "nobody goes on working in this home"
    return max(done, 1)


def progress(household: Household) -> tuple[int, int, int]:
    """What the supervisor counts as progress too: the latest checkpointed step, attempts that ended, and the most answers
    of an attempt; one that only took over the answers of an earlier one has made none."""
    steps = [int(path.parent.name[5:]) for path in household.home.glob("runs/*/attempts/*/checkpoints/*/state.json")]
    ends = [*household.home.glob("runs/*/attempts/*/result.json")]
    answered = [path.read_bytes().count(b"\n") for path in household.home.glob("runs/*/attempts/*/answers.jsonl")]
    return max(steps, default=0), len(ends), max(answered, default=0)


async def check(household: Household, versions: int) -> None:
    """What must hold after the script has come to its end, whatever was killed on the way."""
    store = await open_store(f"sqlite:///{household.home / 'threadtune.db'}", household.home)
    try:
        (project,) = await store.projects.all()
        rows = await store.rows.of_project(project.id, [RowStatus.APPROVED])
        assert len(rows) == ROWS + 1, "no approved row is lost, none is there twice"
        runs = await store.runs.of_project(project.id)
        assert [run.state for run in runs] == [RunState.SAVED] * versions
        for run in runs:
            jobs = await store.jobs.of_run(run.id)
            assert [(job.kind.value, job.state) for job in jobs] == [
                ("train", JobState.DONE),
                ("generate", JobState.DONE),
                ("export", JobState.DONE),
            ]
            check_run_folder(household.home / "runs" / run.id)
        assert len(await store.models.of_project(project.id)) == versions
        lines = await store.transcript.since("console:terminal", 0)
        posts = [line.outbox_id for line in lines if line.outbox_id is not None]
        assert len(posts) == len(set(posts)), "no post is made twice"
        texts = Counter(json.dumps(line.message, sort_keys=True) for line in lines)
        for once in ("Run 1 is started", "Run 1 is trained", "Saved: **", "v1 answers:", "15 of 24"):
            expected = versions if once == "Saved: **" else 1
            assert sum(count for text, count in texts.items() if once in text) == expected, once
        if versions == 2:
            await check_loop(store, project, texts)
    finally:
        await store.aclose()


async def check_loop(store: Store, project: Project, texts: Counter[str]) -> None:
    """What people thought and decided is counted once, and the versions were held against each other once."""
    (thought,) = await store.answers.feedback(project.id)
    assert (thought.feedback, thought.criterion) == (Feedback.NOT_GOOD, "tone")
    (evaluation,) = await store.evaluations.of_project(project.id)
    assert evaluation.state is EvaluationState.DONE
    versions = {model.id: model.version for model in await store.models.of_project(project.id)}
    promotions = await store.promotions.of_project(project.id)
    assert [(versions[one.model_id], one.by) for one in promotions] == [(1, "verdict"), (2, "person"), (1, "person")]
    for once in ("it counts against tone", "Run 2 is started", "v1 is in use now"):
        assert sum(count for text, count in texts.items() if once in text) == 1, once


def check_run_folder(folder: Path) -> None:
    """Every attempt wrote its own folder only, and the curve has every step once."""
    for attempt in (folder / "attempts").iterdir():
        if (attempt / "spec.json").exists():
            spec = json.loads((attempt / "spec.json").read_text("utf-8"))
            assert attempt.name == f"{spec['kind']}-{spec['token']}"
    points = [json.loads(line) for line in (folder / "metrics.jsonl").read_text("utf-8").splitlines()]
    steps = [point["step"] for point in points if "loss" in point]
    assert steps == list(range(1, len(steps) + 1)), "the run went on from its checkpoint: no step is missing or doubled"
    assert (folder / "comparison.json").exists()
