"""Answers on their way out of an attempt: whatever characters a model writes, its lines stay whole."""

import json
from pathlib import Path

import pytest

from storage.domain import JobKind
from trainer.errors import BadOutput
from trainer.run_dir import RunDir, read_json_lines
from trainer.staging import Attempt, publish_answers


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    return RunDir(tmp_path)


def attempt(run: RunDir, content: str) -> Attempt:
    made = Attempt(1, run.attempt(JobKind.GENERATE, 1))
    made.folder.path.mkdir(parents=True)
    made.folder.answers.write_text(content, encoding="utf-8")
    return made


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r\n"])
def test_a_line_separator_inside_an_answer_ends_no_line(run: RunDir, separator: str) -> None:
    line = {"id": "1", "tuned": f"one{separator}two"}
    publish_answers(run, attempt(run, json.dumps(line, ensure_ascii=False) + "\n"), {"answers": 1})
    assert list(read_json_lines(run.answers)) == [line]


@pytest.mark.parametrize("torn", ["", "\n", '{"id": "1"}\n\n', '{"id": "1"}\n{"id":'])
def test_what_is_empty_or_torn_is_not_published(run: RunDir, torn: str) -> None:
    with pytest.raises(BadOutput):
        publish_answers(run, attempt(run, torn), {"answers": 1})


def test_requests_that_the_model_cannot_read_have_no_answers_to_publish(run: RunDir) -> None:
    unread = attempt(run, "")
    unread.folder.answers.unlink()
    publish_answers(run, unread, {"answers": 0, "skipped": ["ask"]})
    assert not run.answers.exists()


@pytest.mark.parametrize("result", [{}, {"answers": 0, "skipped": []}, {"answers": 1, "skipped": ["ask"]}])
def test_answers_that_are_missing_for_no_reason_are_a_fault(run: RunDir, result: dict[str, object]) -> None:
    lost = attempt(run, "")
    lost.folder.answers.unlink()
    with pytest.raises(BadOutput):
        publish_answers(run, lost, result)
