"""Criteria that came after the answers are told apart from those that stood before."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.evaluation.rubric import RUBRIC
from agent.registered import late_in, register
from storage.domain import Criterion
from storage.files import Files

OWN = Criterion(name="plain_words_0a1b2c3d", label="Plain words", asks="a", poor="p", good="g", excellent="e")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_what_was_added_or_reworded_is_late_and_what_is_called_otherwise_is_not(files: Files) -> None:
    register(files, "run", RUBRIC)
    renamed = replace(RUBRIC[0], label="Truth", target=4.5)
    assert late_in(files, "run", (renamed, *RUBRIC[1:], OWN)) == ("plain_words_0a1b2c3d",)
    assert late_in(files, "run", RUBRIC[:2]) == ()


def test_of_a_run_that_wrote_nothing_down_none_is_late(files: Files) -> None:
    assert late_in(files, "run", (*RUBRIC, OWN)) == ()


@pytest.mark.parametrize("text", ["", "{}", "[[[", "[1, 2]", '"accuracy"', "\xff"])
def test_a_damaged_file_accuses_nobody(files: Files, text: str) -> None:
    files.write_bytes("runs/run/criteria.json", text.encode("latin-1"))
    assert late_in(files, "run", RUBRIC) == ()
