"""Which files are read, by what is said of them."""

import pytest

from bot.chat.file_types import READ, is_read
from dataset.formats import sheets


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        *((f"rows.{ending}", "application/octet-stream") for ending in sorted(READ)),
        ("ROWS.JSONL", "application/octet-stream"),
        ("handbook", "text/plain"),
        ("server.log", "text/plain"),
        ("notes.yaml", "text/plain"),
        ("data", "application/json"),
    ],
)
def test_examples_and_documents_in_text_are(name: str, mimetype: str) -> None:
    assert is_read(name, mimetype)


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("report.pdf", "application/pdf"),
        ("rows.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("photo.png", "image/png"),
        ("page.html", "text/html"),
        ("page", "text/html"),
        ("page.html", "text/plain"),
        ("rows.csv.exe", "application/octet-stream"),
        ("rows.zip", "text/plain"),
        ("no type at all", ""),
    ],
)
def test_others_are_not(name: str, mimetype: str) -> None:
    assert not is_read(name, mimetype)


def test_the_endings_are_those_that_a_dataset_is_read_from() -> None:
    assert set(sheets._KINDS) == READ
