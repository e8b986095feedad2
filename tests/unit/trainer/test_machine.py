"""What the machine says of itself."""

import json
from pathlib import Path

import pytest

from trainer import machine


@pytest.mark.parametrize(
    ("cpuinfo", "found"),
    [
        ("processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16\n", True),
        ("processor\t: 0\nFeatures\t: fp asimd bf16\n", True),
        ("processor\t: 0\nflags\t\t: fpu avx2\n", False),
        ("model name\t: the bf16 machine\n", False),
        ("", False),
    ],
    ids=["x86", "arm", "an older processor", "a name", "nothing"],
)
def test_bfloat16_is_read_from_the_processors_flags(
    cpuinfo: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo, encoding="utf-8")
    monkeypatch.setattr(machine, "_PROC", tmp_path)
    assert machine.has_bfloat16() is found


def test_what_lasts_is_remembered_and_what_changes_is_not(tmp_path: Path) -> None:
    facts = machine.facts(tmp_path, machine.Gpu(name="NVIDIA T4", memory_bytes=2**34), {"smol": 0.01})
    machine.remember(tmp_path, facts)
    written = json.loads((tmp_path / "machine.json").read_text(encoding="utf-8"))
    assert (written["gpu"], written["gpu_memory_bytes"], written["seconds_per_token"]) == (
        "NVIDIA T4",
        2**34,
        {"smol": 0.01},
    )
    assert written["cores"] == machine.cores()
    assert not {"memory_free_bytes", "disk_free_bytes", "pid"} & written.keys()


def test_the_same_is_not_written_again(tmp_path: Path) -> None:
    facts = machine.facts(tmp_path, None, {})
    machine.remember(tmp_path, facts)
    before = (tmp_path / "machine.json").stat().st_ino
    machine.remember(tmp_path, {**facts, "memory_free_bytes": 1})
    assert (tmp_path / "machine.json").stat().st_ino == before
    machine.remember(tmp_path, {**facts, "cores": 99})
    assert json.loads((tmp_path / "machine.json").read_text(encoding="utf-8"))["cores"] == 99


def test_a_disk_that_refuses_is_no_matter(tmp_path: Path) -> None:
    machine.remember(tmp_path / "gone", machine.facts(tmp_path, None, {}))


def test_a_system_without_such_a_file_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_PROC", tmp_path)
    assert machine.has_bfloat16() is False
