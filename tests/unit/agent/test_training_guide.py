"""docs/training-models.md and the card say the same: names, bounds, presets, and words that can be written."""

import re
from pathlib import Path

import pytest

from agent.changes import read_changes
from agent.reports.recipe_card import number
from agent.words import say
from trainer.recipes import BOUNDS, PRESETS

PAGE = (Path(__file__).parents[3] / "docs" / "training-models.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("field", BOUNDS)
def test_every_setting_is_described_by_its_name_with_its_bounds(field: str) -> None:
    (row,) = [row for row in ROWS if row[0] == say(f"recipe.{field}")]
    low, high = BOUNDS[field]
    assert row[3] == f"{number(low)} to {number(high)}"


@pytest.mark.parametrize("name", PRESETS)
def test_presets_stand_there_with_their_numbers(name: str) -> None:
    (row,) = [row for row in ROWS if row[0] == f"`{name}`, {say(f'preset.{name}')}"]
    preset = PRESETS[name]
    assert row[1:5] == [str(preset.learning_rate), str(preset.batch_size), str(preset.epochs), str(preset.context)]


def test_everything_that_may_be_written_after_change_is_understood() -> None:
    (paragraph,) = re.findall(r"^After \*\*Change\*\*.*?\n\n", PAGE, re.DOTALL | re.MULTILINE)
    written = [re.sub(r"\s+", " ", text) for text in re.findall(r"`([^`]+)`", paragraph)]
    assert len(written) > 8
    for text in written:
        assert text == "done" or not read_changes(text).empty, text
