"""The loss chart says with shapes what it says with colours, and its facts are those of the picture."""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from agent.reports.charts import describe, draw_loss_chart

CURVE: list[dict[str, Any]] = [
    *({"step": step, "loss": 3.1 - 0.05 * step, "epoch": step / 10} for step in range(1, 31)),
    *({"step": step, "validation_loss": loss} for step, loss in [(0, 3.2), (10, 2.4), (20, 2.1), (30, 2.3)]),
]


def pixels(path: Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_facts_of_a_curve() -> None:
    assert describe(CURVE) == {
        "steps": 30,
        "loss_first": pytest.approx(3.05),
        "loss_last": pytest.approx(1.6),
        "validation_first": 3.2,
        "validation_last": 2.3,
        "validation_best": 2.1,
        "validation_best_step": 20,
        "validations": 4,
        "not_finite": 0,
    }


def test_lines_may_come_in_any_order_and_a_repeated_step_counts_once_with_its_last_value() -> None:
    assert describe(CURVE[::-1]) == describe(CURVE)

    again = describe([*CURVE, {"step": 30, "loss": 1.7}])

    assert again["loss_last"] == 1.7


def test_the_earliest_of_equal_bests_is_the_best() -> None:
    facts = describe([{"step": 20, "validation_loss": 2.0}, {"step": 10, "validation_loss": 2.0}])

    assert facts["validation_best_step"] == 10


def test_a_line_about_something_else_does_not_disturb() -> None:
    assert describe([*CURVE, {"event": "resumed", "tokens_per_second": 310.0}]) == describe(CURVE)


def test_what_is_not_known_is_none() -> None:
    assert describe([])["steps"] == 0
    assert describe([])["loss_first"] is None
    assert describe([{"step": 1, "loss": 2.0}])["validation_best"] is None


def test_a_loss_that_is_no_number_is_left_out_and_counted() -> None:
    facts = describe(
        [*CURVE, {"step": 31, "loss": math.nan}, {"step": 32, "loss": None}, {"step": 33, "loss": math.inf}]
    )

    assert facts["loss_last"] == pytest.approx(1.6)
    assert facts["steps"] == 33
    assert facts["not_finite"] == 3


def test_the_picture_is_a_png_that_fits_a_phone(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "r" / "chart.png"

    draw_loss_chart(CURVE, path)

    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.size == (900, 600)
    assert path.stat().st_size < 200_000


def test_without_its_colours_the_picture_still_tells_the_two_lines_apart(tmp_path: Path) -> None:
    """Exchanging which points are training and which validation changes the grey picture, not only its hues."""
    draw_loss_chart([{"step": n, "loss": 3 - n / 10} for n in range(8)], tmp_path / "training.png")
    draw_loss_chart([{"step": n, "validation_loss": 3 - n / 10} for n in range(8)], tmp_path / "validation.png")

    dark = [
        (pixels(tmp_path / name).mean(axis=2) < 200)[40:480, 120:880] for name in ("training.png", "validation.png")
    ]

    assert (dark[0] != dark[1]).mean() > 0.002


@pytest.mark.parametrize(
    "points",
    [
        [],
        [{"step": 1, "loss": 2.0}],
        [{"step": 0, "validation_loss": 2.0}],
        [{"step": 1, "loss": math.nan}],
        [{"step": n, "loss": 0.0} for n in range(20)],
        [{"step": n * 1000, "loss": 1e9 / (n + 1)} for n in range(5000)],
    ],
)
def test_any_curve_can_be_drawn(points: list[dict[str, Any]], tmp_path: Path) -> None:
    draw_loss_chart(points, tmp_path / "chart.png")

    assert pixels(tmp_path / "chart.png").shape == (600, 900, 3)


def test_the_same_curve_gives_the_same_picture_and_no_window_system_is_loaded(tmp_path: Path) -> None:
    draw_loss_chart(CURVE, tmp_path / "one.png")
    draw_loss_chart(CURVE, tmp_path / "other.png")

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
    assert "matplotlib.pyplot" not in sys.modules
