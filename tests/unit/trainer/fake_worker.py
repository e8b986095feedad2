"""A worker without torch: obeys the files of ``trainer.run_dir``, and misbehaves on demand.

Run as ``python fake_worker.py <behaviour>[,<behaviour of attempt 2>...] <attempt folder>``; the last behaviour serves
all later attempts. It "trains" six steps with a checkpoint at every second one, or answers, or exports. A program
of its own on purpose: it exists to be killed, so nothing of the real worker's help may reach it.
"""

import json
import os
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

STEPS = 6


def main(behaviours: str, folder: Path) -> None:
    spec = json.loads((folder / "spec.json").read_text())
    planned = behaviours.split(",")
    behaviour = planned[min(spec["token"], len(planned)) - 1]
    print("Authorization: Bearer hf_abcdefghijklmnop")
    if behaviour == "hang":
        hang()
    threading.Thread(target=leave_with_parent, daemon=True).start()
    if behaviour == "crash":
        sys.exit("Traceback: something is wrong with HF_TOKEN=hf_1234567890")
    if behaviour == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "silent":
        time.sleep(60)
    if behaviour == "garbage":
        (folder / "metrics.jsonl").write_bytes(b'\xff\xfe\n{"step": NaN}\n[1]\n{"step": 1, "loss": NaN}\n{"ste')
        (folder / "result.json").write_text('{"token": 1, "result"')
        return
    if behaviour == "diverged":
        failure = {"code": "diverged", "numbers": {"step": 3}, "detail": "token=abcdef"}
        finish(folder, {"token": spec["token"], "failure": failure})
        return
    if behaviour == "too-long":
        finish(folder, {"token": spec["token"], "result": {"answers": 0, "skipped": ["ask"]}})
        return
    if spec["kind"] == "generate":
        (folder / "answers.jsonl").write_text('{"id": "p1", "base": "a", "tuned": "b"}\n')
    elif spec["kind"] == "export":
        write_adapter(Path(spec["destination"]))
    elif spec["kind"] == "train":
        train(spec, folder, behaviour)
    finish(folder, {"token": spec["token"], "result": {"steps": STEPS, "attempt": spec["token"]}})


def train(spec: dict[str, Any], folder: Path, behaviour: str) -> None:
    first = 1 + max(
        (int(path.parent.name[5:]) for kept in spec["resume_from"] for path in Path(kept).glob("step-*/state.json")),
        default=0,
    )
    last = 10**6 if behaviour == "slow" else STEPS
    for step in range(first, last + 1):
        if behaviour == "slow":
            time.sleep(0.02)
        if (folder / "token").read_text().strip() != str(spec["token"]):
            sys.exit(0)
        if (folder / "cancel").exists():
            write_adapter(folder / "adapter")
            finish(folder, {"token": spec["token"], "cancelled": True, "result": {"steps": step}})
            sys.exit(0)
        with (folder / "metrics.jsonl").open("a") as file:
            point = {"step": step, "steps": STEPS, "epoch": 1, "loss": 3 / step, "attempt": spec["token"]}
            file.write(json.dumps({**point, "tokens_per_second": 50.0, "phase": "training"}) + "\n")
        if step % 2 == 0:
            (folder / f"checkpoints/step-{step}").mkdir(parents=True)
            (folder / f"checkpoints/step-{step}/state.json").write_text("{}")
        if behaviour == "crash-later" and step == 3:
            sys.exit(3)
    write_adapter(folder / "adapter", torn=behaviour == "torn")


def write_adapter(folder: Path, torn: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_config.json").write_text("{}")
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    data = struct.pack("<Q", len(header)) + header + b"12345678"
    (folder / "adapter_model.safetensors").write_bytes(data[:-3] if torn else data)
    (folder / "optimizer.pkl").write_bytes(b"never published")


def hang() -> None:
    """Hear neither a signal that can be ignored, nor the supervisor's death, nor anything in the folder."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(1)


def leave_with_parent() -> None:
    while os.read(0, 1024):  # not sys.stdin: a thread that waits in it aborts the interpreter at its end
        pass
    os._exit(0)


def finish(folder: Path, result: dict[str, Any]) -> None:
    (folder / "result.tmp").write_text(json.dumps(result))
    (folder / "result.tmp").rename(folder / "result.json")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
