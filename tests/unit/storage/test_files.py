"""Names cannot leave the home folder, files appear whole, and a disk's refusals have a code."""

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import NotFound, StoreUnavailable, UnsafePath
from storage.files import Files, safe_name


@pytest.fixture
def files(tmp_path: Path) -> Files:
    home = tmp_path / "home"
    home.mkdir()
    return Files(home)


def test_what_was_written_is_read_back(files: Files) -> None:
    files.write_text("runs/r1/rows.jsonl", "größer\n")
    files.append("runs/r1/rows.jsonl", "更多\n")
    assert files.read_text("runs/r1/rows.jsonl") == "größer\n更多\n"
    assert files.list("runs/r1") == ["rows.jsonl"]
    assert files.list("runs/none") == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a/./b",
        "a//b",
        "a/",
        "a\0b",
        "..\\x",
        "C:\\x",
        "a" * 256,
        "a/" * 600 + "b",
    ],
)
def test_a_name_that_could_lead_out_is_refused(files: Files, name: str) -> None:
    for act in (files.path, files.exists, files.read_text, files.list, files.delete, files.delete_tree):
        with pytest.raises(UnsafePath):
            act(name)
    with pytest.raises(UnsafePath):
        files.write_text(name, "x")
    with pytest.raises(UnsafePath):
        files.append(name, "x")


def test_a_symbolic_link_leading_out_is_refused(files: Files, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (files.home / "link").symlink_to(outside)
    (files.home / "loop").symlink_to(files.home / "loop")
    for name in ("link", "link/secret", "loop"):
        with pytest.raises(UnsafePath):
            files.write_text(name, "x")
    assert list(outside.iterdir()) == []


def test_a_home_folder_that_is_itself_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    Files(tmp_path / "home").write_text("a", "x")
    assert (tmp_path / "real" / "a").read_text() == "x"


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_text("a", "old")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable) as refused:
        files.write_text("a", "new")
    assert refused.value.code == "disk_full"
    assert files.read_text("a") == "old"
    assert [path.name for path in files.home.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "read_only"), (errno.EIO, "unreachable")],
)
def test_every_refusal_of_the_disk_has_a_code(
    files: Files, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreUnavailable) as refused:
        files.append("a/b", "x")
    assert refused.value.code == code


def test_what_is_not_there(files: Files) -> None:
    with pytest.raises(NotFound):
        files.read_text("nothing")
    files.delete("nothing")
    files.delete_tree("nothing")
    assert not files.exists("nothing")


def test_deleting_a_tree_does_not_follow_links(files: Files, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "photo").write_text("x")
    files.write_text("run/a", "x")
    (files.home / "run" / "link").symlink_to(precious)
    files.delete_tree("run")
    assert not files.exists("run")
    assert (precious / "photo").exists()


def test_free_space_is_known_before_the_home_folder_exists(tmp_path: Path) -> None:
    assert Files(tmp_path / "not" / "yet").disk_free() > 0


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("rows.jsonl", "rows.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\rows.jsonl", "rows.jsonl"),
        (".bashrc", "bashrc"),
        ("日本語 データ.jsonl", "日本語_データ.jsonl"),
        ("rm -rf $(x);.jsonl", "rm_-rf_x_.jsonl"),
        ("gpj.\u202etxt.exe", "gpj._txt.exe"),
        ("a\0b\n.txt", "a_b_.txt"),
        ("NUL.txt", "file_NUL.txt"),
        ("..", "file"),
        ("", "file"),
        ("x" * 500 + ".jsonl", "x" * 114 + ".jsonl"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(hostile: str, kept: str) -> None:
    assert safe_name(hostile) == kept


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_stored(hostile: str) -> None:
    name = safe_name(hostile)
    assert 0 < len(name.encode()) <= 120
    assert "/" not in name
    assert not name.startswith((".", "-"))
    Files(Path("/nowhere")).path(name)


def test_of_two_that_want_a_folder_alone_one_waits_for_the_other(tmp_path: Path) -> None:
    files, seen = Files(tmp_path), []

    def change() -> None:
        with Files(tmp_path).alone("runs/run_1"):
            seen.append(files.exists("runs/run_1/done"))

    with files.alone("runs/run_1"):
        other = threading.Thread(target=change)
        other.start()
        with files.alone("runs/run_2"):
            other.join(0.05)
        assert not seen
        files.write_text("runs/run_1/done", "")
    other.join()
    assert seen == [True]
