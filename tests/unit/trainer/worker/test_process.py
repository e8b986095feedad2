"""The real process: it leaves a result, and it dies with whoever started it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.domain import JobKind
from tests.unit.trainer.worker.conftest import MakeAttempt
from trainer.run_dir import EXIT_NO_RESULT, EXIT_OVERTAKEN, EXIT_PARENT_GONE
from trainer.worker.attempt import Attempt

ROOT = Path(__file__).parents[4]


def start(path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "trainer.worker", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def until(condition: object, process: subprocess.Popen[bytes]) -> None:
    while not condition():  # type: ignore[operator]
        assert process.poll() is None, process.communicate()[0].decode()
        time.sleep(0.05)


def has_stepped(attempt: Attempt) -> bool:
    return attempt.folder.metrics.exists() and '"loss"' in attempt.folder.metrics.read_text()


@pytest.mark.timeout(120)
def test_a_worker_trains_leaves_its_result_last_and_exits_with_0(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt()
    with start(attempt.folder.path) as process:
        assert process.stdin is not None
        process.wait()
        assert process.stdout is not None
        log = process.stdout.read().decode()
    assert process.returncode == 0, log
    assert json.loads(attempt.folder.result.read_text())["result"]["steps"] == 6
    assert "Warning" not in log


@pytest.mark.timeout(120)
def test_the_end_of_standard_input_ends_the_worker_in_the_midst_of_its_work(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt(hold_seconds_per_step=60)
    with start(attempt.folder.path) as process:
        until(lambda: has_stepped(attempt), process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == EXIT_PARENT_GONE
    assert not attempt.folder.result.exists()


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the end of standard input tells")
def test_a_worker_dies_with_its_parent_even_if_another_process_holds_its_input_open(
    make_attempt: MakeAttempt,
) -> None:
    attempt = make_attempt(hold_seconds_per_step=60)
    reading, writing = os.pipe()
    starting = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'trainer.worker', sys.argv[1]], stdin=0)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starting, str(attempt.folder.path)], cwd=ROOT, stdin=reading, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        until(lambda: has_stepped(attempt), parent)
        parent.send_signal(signal.SIGKILL)
    try:
        while _runs(worker):
            time.sleep(0.05)
    finally:
        os.close(reading)
        os.close(writing)
    assert not attempt.folder.result.exists()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.timeout(120)
def test_a_worker_whose_parent_was_gone_before_it_started_does_nothing(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt()
    ended = subprocess.run(
        [sys.executable, "-m", "trainer.worker", str(attempt.folder.path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ended.returncode == EXIT_PARENT_GONE
    assert not attempt.folder.result.exists()


@pytest.mark.timeout(120)
def test_a_worker_of_another_token_leaves_nothing(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt(kind=JobKind.PROBE)
    attempt.folder.token.write_text("2")
    before = sorted(attempt.folder.path.iterdir())
    with start(attempt.folder.path) as process:
        assert process.wait() == EXIT_OVERTAKEN
    assert sorted(attempt.folder.path.iterdir()) == before


@pytest.mark.timeout(120)
def test_a_folder_without_a_spec_is_told_by_the_exit_code(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        assert process.wait() == EXIT_NO_RESULT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells")
def test_everything_else_on_the_machine_goes_first(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt(hold_seconds_per_step=60)
    with start(attempt.folder.path) as process:
        until(lambda: attempt.folder.metrics.exists(), process)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) >= 10
        assert Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip() == "800"
        process.kill()
