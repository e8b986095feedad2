"""``python -m bench evaluate``: the real pipeline on planted differences, in few rounds."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.intervals import FEWEST
from bench import __main__ as command_line
from bench import evaluate
from bench.truth import coverage, judges, models, raters, rivals, told, votes
from bench.truth.remembering import remembered_likeness
from bench.truth.shown import Shown
from bench.truth.spoiling import material


@pytest.fixture(scope="module", autouse=True)
def _likeness_once() -> Iterator[None]:
    """Most of what a table takes: tables of one module compare the same texts."""
    with remembered_likeness():
        yield


def column(shown: Shown, head: str) -> list[float]:
    return [float(row[list(shown.head).index(head)]) for row in shown.rows]


def test_it_needs_no_base_model_and_keeps_its_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "figures.json"
    arguments = ["evaluate", "--rounds", "small", "--threads", "1", "--json", str(kept)]
    monkeypatch.setattr("sys.argv", ["bench", *arguments])
    of_all = evaluate.tables(evaluate.SMALL)
    monkeypatch.setattr(evaluate, "tables", lambda rounds: (of_all[0], of_all[2]) if rounds == evaluate.SMALL else ())
    assert command_line.main() == 0
    shown = capsys.readouterr().out
    figures = json.loads(kept.read_text())
    assert [one["title"] for one in figures["tables"]] == ["Intervals of shares", "Intervals of scores from 1 to 5"]
    assert all(f"### {one['title']}\n" in shown for one in figures["tables"])


@pytest.mark.parametrize("rounds", ["0", "1", "-5", "many"])
def test_a_number_of_rounds_that_shows_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, rounds: str) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "evaluate", "--rounds", rounds])
    with pytest.raises(SystemExit):
        command_line.main()


def test_the_figures_in_the_documents_were_made_of_the_rows_that_ship() -> None:
    told = (Path(__file__).parents[3] / "docs/evaluation.md").read_text(encoding="utf-8")
    assert material().named in told, "examples/*.jsonl are others now: print the tables anew (python -m bench evaluate)"


@pytest.mark.parametrize("place", range(len(evaluate.tables(2))))
def test_every_table_can_be_made_and_stands_in_the_documents(place: int) -> None:
    told = (Path(__file__).parents[3] / "docs/evaluation.md").read_text(encoding="utf-8")
    shown = evaluate.tables(2)[place]()
    assert f"### {shown.title}\n" in told
    assert shown.rows
    assert {len(row) for row in shown.rows} == {len(shown.head)}


@pytest.mark.parametrize("size", [str(size) for size in coverage.SIZES])
def test_intervals_of_real_rows_hold_the_truth(size: str) -> None:
    """95 of 100, less three standard errors of 300 rounds."""
    assert min(column(coverage.points(300, material()), size)) >= 95 - 3.8


def test_equal_models_are_called_equal() -> None:
    """At most 5 of 100, and three standard errors more of the 6 times 5 comparisons."""
    claims = column(models.false_claims(5, material()), "any")
    assert sum(claims) / len(claims) <= 5 + 12


def test_looking_after_every_vote_misleads_nobody() -> None:
    shown = votes.looks(25)
    assert max(column(shown, "ever wrong")) <= 5 + 13
    assert column(shown, "t ever")[0] > column(shown, "ever preferred")[0]
    assert column(shown, "ever preferred")[-1] > 90


def test_a_judge_that_sees_nothing_is_not_believed_and_one_that_does_is() -> None:
    shown = judges.biased(20)
    found = dict(zip([row[0] for row in shown.rows], column(shown, "probes"), strict=True))
    assert found["sees quality"] > 90
    assert max(share for name, share in found.items() if name.endswith("blind") or name == "throws a coin") <= 15


def test_calibration_is_a_help_to_who_scores_a_point_too_high_and_to_nobody_who_is_right() -> None:
    shown = raters.calibrations(30)
    found = dict(zip([row[0] for row in shown.rows], column(shown, "30"), strict=True))
    assert found["1 too high"] > 80
    assert found["just right"] <= 5 + 8


@pytest.mark.parametrize(("up", "down"), [(4, 0), (5, 0), (9, 2), (8, 2), (10, 3), (2, 9), (3, 3)])
def test_tangos_interval_leaves_out_0_where_mcnemars_test_rejects_it(up: int, down: int) -> None:
    draws = np.array([[1.0] * up + [-1.0] * down + [0.0] * (FEWEST - up - down)])
    low, high = rivals.tangos(draws)
    assert (low[0] > 0 or high[0] < 0) == ((up - down) ** 2 / (up + down) > 3.8415)
    assert low[0] < (up - down) / FEWEST < high[0]


def test_what_is_hard_to_find_is_shown_too_large_and_what_is_easy_is_not() -> None:
    times = told.exaggerated(30)
    small, *_, large = times.rows
    assert float(small[list(times.head).index("40 times")]) > 1.5
    assert float(large[list(times.head).index("60 times")]) == pytest.approx(1, abs=0.1)


def test_a_judge_that_likes_length_claims_nothing_too_often_and_still_finds_what_is_there() -> None:
    """At most 5 of 100 in the mean, and three standard errors more of 25 times 8 comparisons."""
    shown = judges.lengths(8)
    assert np.mean(column(shown, "claimed")) <= 5 + 5
    assert np.mean(column(shown, "as given")) > 30
    assert float(shown.rows[0][-1]) > 80, "of equally long answers by a judge that sees quality"
