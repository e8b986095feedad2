"""The comparison of real runs: a format that is learned is told with its interval, and shuffled rows are not called better."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.intervals import FEWEST
from tests.e2e.processes import Household
from tests.e2e.repairs import UNSEEN, pack, rows_as_json_lines
from tests.e2e.test_journeys import play
from tests.real_base import real_base

SCRIPT = """\
Write repair tickets out of what our tenants say
@pick You decide the rest
@upload rows.jsonl
@expect 40 of 40
/tune train
@pick Change
epochs {epochs}
@pick Start
@wait trained 600
@wait evaluated 600
@expect Saved:
/tune compare
@expect Run 1: your model
"""


def compared(household: Household, folder: Path, rows: str, epochs: int) -> dict[str, Any]:
    """Train SmolLM2-135M-Instruct on the rows, and return ``comparison.json``."""
    household.base = real_base().path
    packs = household.home / "packs"
    packs.mkdir(parents=True)
    (packs / "repairs.toml").write_text(pack(), encoding="utf-8")
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    play(household, folder, SCRIPT.format(epochs=epochs), seconds=880)
    (path,) = household.home.glob("runs/run_*/comparison.json")
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    print(data["headline"])
    return data


def measure(data: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in data["measures"] if one["code"] == code]
    return dict(found)


@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_forty_rows_of_a_strict_format_teach_it_and_the_verdict_says_so(tmp_path: Path, household: Household) -> None:
    """Never seen: 24 requests of the pack, besides the test rows."""
    data = compared(household, tmp_path, rows_as_json_lines(), epochs=3)
    assert data["verdict"]["code"] == "better"
    form = measure(data, "format")
    assert form["n"] >= len(UNSEEN) >= FEWEST
    assert form["base"] < 0.1
    assert form["tuned"] > 0.9
    assert form["difference"]["low"] > 0.6
    assert measure(data, "own_request")["difference"]["low"] > 0, "and the tickets say what their notes say"
    assert f"{round(form['tuned'] * form['n'])} of {form['n']} answers" in data["headline"]
    assert "95 % interval" in data["headline"]


@pytest.mark.soak  # a second training; the control itself is held by tests/unit/agent/evaluation/test_belonging.py
@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_the_same_rows_shuffled_are_not_called_better(tmp_path: Path, household: Household) -> None:
    """Each note has the ticket of another: the format is learned all the same, and nothing else.

    Which rows are kept aside differs from run to run. Mostly it is said outright that the answers fit any request; where
    chance lets them fit their own a little, they fit it worse than before, and that is said.
    """
    data = compared(household, tmp_path, rows_as_json_lines(shuffled=True), epochs=2)
    assert measure(data, "format")["outcome"] == "better"
    assert measure(data, "own_request")["outcome"] != "better"
    assert data["verdict"]["code"] in ("request_ignored", "mixed")
    assert "is better at this task" not in data["headline"]
