"""The training benchmark: one task for all, in turns, and a table of medians."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import machine
from bench import train as bench
from bench.contender import CONTENDERS
from bench.train import figures_of, make_task, play, table_of
from tests.unit.bench.conftest import Options

TOLD = {"seconds": 2.0, "processor_seconds": 4.0, "held_out": 3.0, "peak_memory_bytes": 2e9}


@pytest.fixture
def without_trl(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "trl" else real(name))


def test_the_task_has_the_steps_and_rows_that_were_asked_for(options: Options) -> None:
    task = make_task(options(steps=5, rows_a_step=3, rank=7))
    assert [len(batch) for batch in task["batches"]] == [3] * 5
    assert task["rank"] == 7
    trained = {row["row_id"] for batch in task["batches"] for row in batch}
    assert len(trained) == 10  # of 16 rows, 6 are held out
    assert not trained & {row["row_id"] for row in task["held_out"]}
    assert task == make_task(options(steps=5, rows_a_step=3, rank=7))


def test_rows_are_of_mixed_lengths_unless_asked_for_as_they_are(options: Options) -> None:
    def spread(task: dict[str, Any]) -> int:
        lengths, _ = bench._sizes(task)
        return max(lengths) - min(lengths)

    assert spread(make_task(options())) > spread(make_task(options(even=True)))


def test_everybody_has_a_turn_in_each_round_and_nobody_is_always_the_first() -> None:
    turns: list[str] = []

    def turn(name: str) -> dict[str, float]:
        turns.append(name)
        return {**TOLD, "seconds": float(len(turns))}

    found = play(["a", "b", "c"], 3, turn)
    assert "".join(turns) == "abc" + "bca" + "cab"
    assert [one["seconds"] for one in found["a"]] == [1, 6, 8]


def test_who_does_not_come_to_an_end_is_left_out_and_the_others_go_on() -> None:
    turns: list[str] = []

    def turn(name: str) -> dict[str, float] | None:
        turns.append(name)
        return None if name == "b" and turns.count("b") == 2 else TOLD

    found = play(["a", "b"], 3, turn)
    assert "".join(turns) == "ab" + "ba" + "a"
    assert {name: len(rounds) for name, rounds in found.items()} == {"a": 3}
    assert play(["a"], 3, lambda name: None) == {}


def test_figures_are_of_the_steps() -> None:
    [speed] = figures_of([TOLD], tokens=100, least_seconds=0.5)["tokens_per_second"]
    assert speed == 50
    assert figures_of([TOLD], 100, 0.5)["tokens_per_processor_second"] == [25]
    assert figures_of([TOLD], 100, 0.5)["share_of_peak"] == [0.25]


def test_the_table_tells_medians_and_compares_with_the_first() -> None:
    figures = {
        "ours": figures_of([{**TOLD, "seconds": seconds} for seconds in (1.0, 2.0, 50.0)], 100, 0.5),
        "theirs": figures_of([{**TOLD, "seconds": 6.0, "processor_seconds": 8.0, "held_out": 2.97}], 100, 0.5),
    }
    head, _, ours, theirs = (line.split("  ") for line in table_of(figures).splitlines())
    cells = [[cell.strip() for cell in line if cell.strip()] for line in (head, ours, theirs)]
    assert cells[0][:2] == ["tokens/s", "ours is x"]
    assert cells[1] == ["ours", "50", "1.00", "1.00", "25 %", "2.0 GB", "3.0000", "+0.00 %"]
    assert cells[2] == ["theirs", "17", "3.00", "2.00", "8 %", "2.0 GB", "2.9700", "+1.01 %"]


def test_all_are_given_the_same_task_and_threads(
    options: Options, monkeypatch: pytest.MonkeyPatch, without_trl: None
) -> None:
    asked: list[dict[str, Any]] = []

    def in_a_process(settings: dict[str, Any]) -> dict[str, float]:
        asked.append(settings)
        return TOLD

    monkeypatch.setattr(bench, "_in_a_process", in_a_process)
    monkeypatch.setattr(machine, "matmul_peak", lambda dtype: 1e9)
    text, figures = bench.run(options())
    names = [name for name in CONTENDERS if "trl" not in name]
    assert sorted(settings["name"] for settings in asked) == sorted(names * 2)
    assert len({json.dumps({**settings, "name": ""}) for settings in asked}) == 1
    assert "TRL is not installed" in text
    assert "12 rows of" in text
    assert all(name in text for name in names)
    assert list(figures["rounds"]) == names
    json.dumps(figures)


def test_names_that_cannot_be_measured_are_refused(options: Options, without_trl: None) -> None:
    with pytest.raises(SystemExit, match="There are: threadtune, "):
        bench.run(options(only=["nobody"]))
    with pytest.raises(SystemExit, match="needs TRL"):
        bench.run(options(only=["threadtune", "trl-float32"]))


def test_a_process_that_dies_is_told_and_gives_no_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dying = tmp_path / "dying"
    dying.write_text("#!/bin/sh\necho no room for it >&2\nexit 3\n")
    dying.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(dying))
    assert bench._in_a_process({"name": "trl"}) is None
    assert "trl ended early and is left out (3): no room for it" in capsys.readouterr().err
