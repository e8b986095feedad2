"""Rows that are taken back: what goes from the files, and what stays."""

import json
from pathlib import Path

import pytest

from agent.forgetting import forget_files
from storage.domain import ModelVersion, Row
from storage.files import Files
from tests.contract.facts import START, row, run

MODEL = ModelVersion(
    id="model_1", project_id="project_one", run_id="run_1", name="tickets", version=1, metrics={}, created_at=START
)
HERS, OTHERS = row("hers"), row("others", author_id="console:bo", event_id="e2")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def lines_of(*rows: Row, output: str = "") -> str:
    return "".join(
        json.dumps({"id": one.id, "output": output or one.output}, ensure_ascii=False) + "\n" for one in rows
    )


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_inside_a_text_ends_no_line(files: Files, separator: str) -> None:
    stays = lines_of(OTHERS, output=f"one{separator}two")
    files.write_text("runs/run_1/rows.jsonl", lines_of(HERS) + stays)
    forget_files(files, "tickets", [HERS], [run()], [])
    assert files.read_text("runs/run_1/rows.jsonl") == stays
