"""What our files are called where people see them."""

import pytest

from bot.chat.file_names import name_of


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("rows.jsonl", "rows-tt-1.jsonl"),
        ("runs/run_1/loss.png", "loss-tt-1.png"),
        ("/etc/passwd", "passwd-tt-1"),
        ("..", "file-tt-1"),
        ("", "file-tt-1"),
        (".jsonl", "jsonl-tt-1"),
        ("C:\\rows.jsonl", "rows-tt-1.jsonl"),
        ("ملف.jsonl", "ملف-tt-1.jsonl"),
        ("a\u202eb<c>.md", "a_b_c_-tt-1.md"),
        ("x" * 500 + "." + "y" * 500, "x" * 80 + "-tt-1." + "y" * 19),
    ],
)
def test_any_name_becomes_one_that_a_platform_and_a_disk_take(name: str, called: str) -> None:
    assert name_of(name, "tt-1") == called


def test_without_a_marker_it_stays_what_it_was() -> None:
    assert name_of("runs/run_1/loss.png") == "loss.png"
