"""Facts of the machine that the trainer runs on, and who of its processes still lives.

It does not know jobs. It asks the kernel's files and, for the graphics card, the driver's own tool; never torch.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.estimates import MACHINE_FILE
from trainer.run_dir import write_atomically

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")


def process_started(pid: int) -> int | None:
    """When the process started, in clock ticks since the machine did; None if there is no such process (one that
    has ended and only waits to be reaped counts as none), or if this system does not say."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    state, *rest = stat[stat.rindex(")") + 2 :].split()  # the name before it may hold spaces and brackets
    return None if state in "ZX" else int(rest[18])


def _kernel_key() -> str:
    """Names this boot of this machine and, in a container, the container: where a process number means one process."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return hashlib.sha256(f"{boot} {os.readlink(_PROC / 'self/ns/pid')}".encode()).hexdigest()[:12]
    except OSError:
        return ""


def process_identity(pid: int) -> str | None:
    """``<machine key>:<pid>:<start>``, or None where the system does not tell."""
    started, key = process_started(pid), _kernel_key()
    return f"{key}:{pid}:{started}" if started is not None and key else None


def is_dead(identity: str) -> bool:
    """Whether the process of that identity has provably ended: never true of one on another machine."""
    return _lives(identity) is False


def is_alive(identity: str) -> bool:
    """Whether the process of that identity provably lives on this machine."""
    return _lives(identity) is True


def _lives(identity: str) -> bool | None:
    """None where it cannot be told from here."""
    key, _, rest = identity.partition(":")
    pid, _, started = rest.partition(":")
    if not key or key != _kernel_key() or not pid.isdigit() or not started.isdigit():
        return None
    return process_started(int(pid)) == int(started)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who holds a lease: a supervisor process at work on a home folder. Its text goes into ``Job.lease_owner``."""

    home: str
    """A digest of the home folder's path."""
    process: str
    """``process_identity``, or a name that proves nothing."""

    @classmethod
    def of(cls, home: Path, pid: int) -> "Owner":
        return cls(home=_digest(home), process=process_identity(pid) or f"{socket.gethostname()}-{pid}")

    def __str__(self) -> str:
        return f"trainer/{self.home}/{self.process}"

    def left_behind(self, owner: str | None) -> bool:
        """Whether ``owner`` was a supervisor of this home on this machine that has provably died."""
        if owner is None or owner == str(self):
            return False
        kind, _, rest = owner.partition("/")
        home, _, process = rest.partition("/")
        return kind == "trainer" and home == self.home and is_dead(process)


def machine_id(home: Path) -> str:
    """The same for the same machine and home folder, through restarts."""
    return f"{socket.gethostname()}-{_digest(home)}"


def _digest(home: Path) -> str:
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:8]


@dataclass(frozen=True, kw_only=True)
class Gpu:
    name: str
    memory_bytes: int


def find_gpu() -> Gpu | None:
    """The first graphics card that NVIDIA's driver reports; None if there is none. Takes up to 10 s."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        answer = subprocess.run(
            [tool, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        name, _, mebibytes = answer.stdout.splitlines()[0].rpartition(",")
        return Gpu(name=name.strip(), memory_bytes=int(mebibytes) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def cores() -> int:
    """Processors that this process may use, with a container's quota taken into account; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        if quota != "max":
            allowed = min(allowed, int(quota) // int(period))
    return max(1, allowed)


def memory() -> tuple[int, int] | None:
    """All memory and what is free for a new process, in bytes, with a container's limit taken into account; None
    where the system does not say."""
    try:
        lines = (_PROC / "meminfo").read_text().splitlines()
        sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
        total, free = sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, KeyError, ValueError, IndexError):
        return None
    with contextlib.suppress(OSError, ValueError):
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text()) - _reclaimable()
        total, free = min(total, limit), min(free, max(0, limit - used))
    return total, free


def _reclaimable() -> int:
    """Bytes of file cache that the container gives back when memory is short."""
    lines = (_CGROUP / "memory.stat").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)


def has_bfloat16() -> bool:
    """Whether the processor says that it multiplies matrices in bfloat16; False where the system does not tell. The
    worker tries it before it relies on it."""
    try:
        lines = (_PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2].split() for line in lines if re.match(r"(flags|Features)\s*:", line)), [])
    return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags)


def facts(home: Path, gpu: Gpu | None, seconds_per_token: dict[str, float]) -> dict[str, Any]:
    """What ``storage.domain.Machine.facts`` holds, with ``bfloat16``, ``gpu_memory_bytes`` and ``pid``
    besides."""
    total, free = memory() or (None, None)
    return {
        "cores": cores(),
        "bfloat16": has_bfloat16(),
        "memory_bytes": total,
        "memory_free_bytes": free,
        "disk_free_bytes": shutil.disk_usage(home).free,
        "gpu": gpu.name if gpu else None,
        "gpu_memory_bytes": gpu.memory_bytes if gpu else None,
        "seconds_per_token": dict(seconds_per_token),
        "pid": os.getpid(),
    }


_LASTING = ("cores", "bfloat16", "memory_bytes", "gpu", "gpu_memory_bytes", "seconds_per_token")


def remember(home: Path, facts: Mapping[str, Any]) -> None:
    """Write down which facts last, unless they stand there already. A disk that refuses costs an estimate, no more."""
    text = json.dumps({name: facts[name] for name in _LASTING}, indent=2) + "\n"
    path = home / MACHINE_FILE
    with contextlib.suppress(OSError):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text)


class Speeds:
    """Seconds per token by base model, measured in real training runs and kept through restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            self.by_base = {str(base): float(seconds) for base, seconds in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self.by_base = {}

    def learn(self, base: str, points: Sequence[Mapping[str, Any]]) -> None:
        """Take the median of a run's tokens per second."""
        speeds = sorted(
            speed for point in points if isinstance(speed := point.get("tokens_per_second"), int | float) and speed > 0
        )
        if speeds:
            self.by_base[base] = 1 / speeds[len(speeds) // 2]
            with contextlib.suppress(OSError):
                write_atomically(self._path, json.dumps(self.by_base))
