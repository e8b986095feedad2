"""The local backend: a process of its own that does not outlive us, and that knows nothing of our secrets."""

import json
import sys
from pathlib import Path

import pytest

from tests.unit.trainer.house import eventually
from trainer.backends.local import LocalBackend, LocalHandle
from trainer.machine import is_alive, process_identity, process_started


async def launch(folder: Path, program: str) -> LocalHandle:
    return await LocalBackend().launch(folder, [sys.executable, "-S", "-c", program], {})


async def ended(handle: LocalHandle) -> int:
    async def gone() -> bool:
        return not handle.alive()

    await eventually(gone)
    code = handle.exit_code()
    assert code is not None
    return code


async def test_the_exit_code_is_the_programs_or_its_signals(tmp_path: Path) -> None:
    assert await ended(await launch(tmp_path, "raise SystemExit(7)")) == 7
    assert await ended(await launch(tmp_path, "import os; os.kill(os.getpid(), 9)")) == -9


async def test_what_it_prints_lands_in_the_log(tmp_path: Path) -> None:
    await ended(await launch(tmp_path, "import sys; print('out'); print('err', file=sys.stderr)"))
    assert sorted((tmp_path / "log.txt").read_text().split()) == ["err", "out"]


async def test_it_sees_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "HF_TOKEN", "DATABASE_URL", "PYTHONSTARTUP", "LD_PRELOAD"):
        monkeypatch.setenv(name, "s3cret" if name != "LD_PRELOAD" else "")
    await ended(await launch(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))"))
    environment = json.loads((tmp_path / "log.txt").read_text())
    assert "s3cret" not in environment.values()
    assert "PATH" in environment


async def test_its_input_stays_open_until_it_is_stopped(tmp_path: Path) -> None:
    program = "import os; print('up', flush=True); os.read(0, 1); open('eof', 'w').close()"
    handle = await launch(tmp_path, program)

    async def up() -> bool:
        return (tmp_path / "log.txt").read_text().startswith("up")

    await eventually(up)
    assert handle.alive()
    handle._close_input()
    await ended(handle)
    assert (tmp_path / "eof").exists()


async def test_stopping_takes_everything_that_it_started_with_it(tmp_path: Path) -> None:
    child = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    program = (
        "import signal, subprocess, sys, time; signal.signal(15, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-S', '-c', {child!r}]);"
        "open('child', 'w').write(str(child.pid)); time.sleep(60)"
    )
    handle = await launch(tmp_path, program)

    async def up() -> bool:
        return "up" in (tmp_path / "log.txt").read_text()

    await eventually(up)
    grandchild = process_identity(int((tmp_path / "child").read_text()))
    assert grandchild is not None
    await handle.stop(0.1)
    assert handle.exit_code() == -9

    async def gone() -> bool:
        return not is_alive(grandchild)

    await eventually(gone)


async def test_what_a_worker_leaves_running_ends_with_it(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
        "open('child', 'w').write(str(child.pid))"
    )
    handle = await launch(tmp_path, program)
    await ended(handle)
    child = int((tmp_path / "child").read_text())

    async def gone() -> bool:
        return process_started(child) is None

    await eventually(gone)
