"""The examples that we ship hold to what we ask of everybody's: valid, varied, in one format, short enough to train."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from dataset.formats.columns import apply, propose
from dataset.formats.records import GivenRow
from dataset.formats.sheets import read_sheet_file
from dataset.quality.duplicates import content_hash, near_duplicates

EXAMPLES = Path(__file__).parents[3] / "examples"
COUNTS = {"dataset.jsonl": 24, "handover.jsonl": 100}


@dataclass(frozen=True)
class Numbered:
    id: str
    instruction: str
    input: str
    output: str


def rows_of(name: str) -> list[GivenRow]:
    sheet = read_sheet_file(EXAMPLES / name, name)
    mapping = propose(sheet)
    assert mapping is not None
    assert mapping.sure
    reading = apply(sheet, mapping)
    assert reading.refusals == []
    return reading.rows


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_is_valid_and_none_repeats_another(name: str) -> None:
    rows = rows_of(name)

    assert len(rows) == COUNTS[name]
    assert len({content_hash(row.instruction, row.input, row.output) for row in rows}) == len(rows)
    assert near_duplicates([Numbered(str(row.line), row.instruction, row.input, row.output) for row in rows]) == {}


def test_the_product_managers_answers_are_short_enough_to_train_on_a_laptop() -> None:
    words = [len(row.output.split()) for row in rows_of("dataset.jsonl")]

    assert min(words) >= 60
    assert max(words) <= 160


def test_each_product_managers_task_has_its_own_headings_always_in_the_same_order() -> None:
    headings = defaultdict(list)
    for row in rows_of("dataset.jsonl"):
        task = row.instruction.split(" of ")[0].rstrip(".")
        paragraphs = [paragraph.split("\n")[0] for paragraph in row.output.split("\n\n")]
        lines = [line.split(":")[0] for line in paragraphs if re.match(r"[A-Z][A-Za-z ,-]*:", line)]
        headings[task].append(lines)

    assert len(headings) == 8
    for task, found in headings.items():
        assert len(found) == 3, task
        assert found == [found[0]] * 3, task
        assert len(found[0]) >= 2, task


def test_the_examples_keep_tabs_trailing_blanks_and_long_lines_away() -> None:
    for row in (row for name in COUNTS for row in rows_of(name)):
        assert "\t" not in row.output
        assert all(line == line.rstrip() for line in row.output.splitlines()), row.line


def test_a_handover_note_has_four_short_lines_in_the_strict_order() -> None:
    for row in rows_of("handover.jsonl"):
        lines = row.output.split("\n")
        assert [line.split(": ")[0] for line in lines] == [
            "Situation",
            "Background",
            "Assessment",
            "Recommendation",
        ], row.line
        assert all(line.endswith(".") and len(line) <= 100 for line in lines), row.line
        assert row.instruction == "Write the handover note."
        assert row.input


@pytest.mark.parametrize(("script", "dataset"), [("demo.chat", "handover.jsonl"), ("documents.chat", "dataset.jsonl")])
def test_the_example_typed_in_a_script_is_the_first_row_so_that_it_is_counted_once(script: str, dataset: str) -> None:
    said = (EXAMPLES / script).read_text(encoding="utf-8")
    typed = re.search(r'"""\nInstruction: (.*?)\nInput: (.*?)\nOutput:\n(.*?)\n"""', said, re.DOTALL)
    assert typed is not None
    first = rows_of(dataset)[0]

    assert typed.groups() == (first.instruction, first.input, first.output)
