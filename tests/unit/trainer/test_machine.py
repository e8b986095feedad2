"""What the machine says of itself."""

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


def test_a_system_without_such_a_file_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_PROC", tmp_path)
    assert machine.has_bfloat16() is False
