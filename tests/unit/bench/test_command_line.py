"""``python -m bench``: what is measured unless asked otherwise, and what is printed."""

import json
from pathlib import Path

import pytest

from bench import __main__ as command_line
from bench import train
from bench.tables import table


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["bench", *arguments])
    return command_line.main()


def test_what_is_measured_unless_asked_otherwise() -> None:
    options = command_line._parser().parse_args(["train"])
    assert (options.rounds, options.steps, options.rows_a_step, options.rank) == (3, 4, 4, 16)
    assert options.only is None
    assert not options.even
    assert options.threads >= 1
    options = command_line._parser().parse_args(["generate"])
    assert (options.rounds, options.prompts, options.tokens, options.adapter) == (3, 24, 64, None)


def test_without_a_base_one_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(monkeypatch, "train", "--base", str(tmp_path)) == 2
    assert "make setup" in capsys.readouterr().err


def test_the_table_is_printed_and_the_figures_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, base: Path
) -> None:
    monkeypatch.setattr(train, "run", lambda options: (f"a table of {options.steps} steps", {"rounds": {}}))
    kept = tmp_path / "figures.json"
    assert call(monkeypatch, "train", "--base", str(base), "--steps", "9", "--json", str(kept)) == 0
    assert capsys.readouterr().out == "a table of 9 steps\n"
    assert json.loads(kept.read_text()) == {"rounds": {}}


@pytest.mark.parametrize("arguments", [[], ["sleep"], ["train", "--steps", "many"]])
def test_what_it_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        call(monkeypatch, *arguments)


def test_figures_stand_to_the_right_below_their_heads() -> None:
    assert table(["", "x"], [["ours", "1.00"], ["theirs", "10.00"]]).splitlines() == [
        "            x",
        "------  -----",
        "ours     1.00",
        "theirs  10.00",
    ]
