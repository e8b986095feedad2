"""The loss chart says with shapes what it says with colours, and its facts are those of the picture."""

import io
import math
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from agent.reports.charts import _png, describe, draw_loss_chart, in_words

CURVE: list[dict[str, Any]] = [
    *({"step": step, "loss": 3.1 - 0.05 * step, "epoch": step / 10} for step in range(1, 31)),
    *({"step": step, "validation_loss": loss} for step, loss in [(0, 3.2), (10, 2.4), (20, 2.1), (30, 2.3)]),
]


def pixels(picture: bytes) -> Any:
    with Image.open(io.BytesIO(picture)) as image:
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


def test_the_picture_in_words_says_where_both_lines_begin_and_end() -> None:
    said = in_words(CURVE, 4)

    assert said.startswith("Line chart of the loss of run 4 over 30 steps.")
    for value in ("3.050", "1.600", "3.200", "2.100 at step 20", "2.300"):
        assert value in said


def test_the_picture_in_words_says_that_there_is_no_validation_loss() -> None:
    assert "no validation loss" in in_words([{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}], 1)


def test_the_picture_is_a_png_that_fits_a_phone() -> None:
    picture = draw_loss_chart(CURVE)

    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.size == (900, 600)
    assert len(picture) < 200_000


def test_without_its_colours_the_picture_still_tells_the_two_lines_apart() -> None:
    """Exchanging which points are training and which validation changes the grey picture, not only its hues."""
    training = draw_loss_chart([{"step": n, "loss": 3 - n / 10} for n in range(8)])
    validation = draw_loss_chart([{"step": n, "validation_loss": 3 - n / 10} for n in range(8)])

    dark = [(pixels(picture).mean(axis=2) < 200)[40:480, 120:880] for picture in (training, validation)]

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
def test_any_curve_can_be_drawn(points: list[dict[str, Any]]) -> None:
    assert pixels(draw_loss_chart(points)).shape == (600, 900, 3)


def test_the_same_curve_gives_the_same_picture_and_no_window_system_is_loaded() -> None:
    first = draw_loss_chart(CURVE)
    _png.cache_clear()
    assert draw_loss_chart(CURVE) == first
    assert "matplotlib.pyplot" not in sys.modules
