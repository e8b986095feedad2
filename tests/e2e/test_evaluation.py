"""Versions and the base before the same requests, by real processes around a tiny base: what they lost is what the runs told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.handovers import write_rows
from tests.e2e.processes import Household
from tests.e2e.test_journeys import play

SCRIPT = """\
Write shift handover notes for nurses on our ward
@upload rows.jsonl
/tune train start
@wait evaluated 240
@expect Saved:
/tune retrain
@pick Start
@wait trained 240
@wait evaluated 240
@wait idle 240
@expect Evaluation 1
/tune evaluate base v2 v1
@pick Start
@wait idle 240
@expect Evaluation 2 is done.
@expect Perplexity
"""


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def losses(comparison: dict[str, Any]) -> dict[str, list[float]]:
    (found,) = [one for one in comparison["measures"] if one["code"] == "loss"]
    return dict(found["pairs"])


@pytest.mark.soak  # two trainings; the same figures are held by tests/unit/trainer/worker/test_held_out.py
@pytest.mark.timeout(600)
def test_an_evaluation_tells_the_losses_that_the_runs_told(tmp_path: Path, household: Household) -> None:
    write_rows(tmp_path)
    said = play(household, tmp_path, SCRIPT, seconds=500)
    assert "Without test loss" not in said
    runs = sorted(
        (read(path) for path in household.home.glob("runs/run_*/comparison.json")), key=lambda one: one["number"]
    )
    told = {one["number"]: one for path in household.home.glob("evaluations/*/comparison.json") for one in [read(path)]}
    first, second = (losses(one) for one in runs)
    assert first.keys() == second.keys()
    assert first
    (beside,) = told[1]["comparisons"]
    version_2, version_1 = told[2]["comparisons"]
    for name, (base, tuned) in second.items():
        was = first[name][1]
        assert losses(beside)[name] == pytest.approx([was, tuned], rel=1e-4), "the one in use, and the new one"
        assert losses(version_2)[name] == pytest.approx([base, tuned], rel=1e-4)
        assert losses(version_1)[name] == pytest.approx([base, was], rel=1e-4)
    for one in (beside, version_2, version_1):
        assert one["losses"]["rows"] == len(first)
    assert not list(household.home.glob("runs/eval_*")), "nothing of the jobs is left"
