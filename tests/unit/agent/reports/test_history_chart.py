"""The chart of versions over time, and the same in words."""

import pytest
from matplotlib.figure import Figure

from agent.evaluation.tracks import Stretch
from agent.reports.history_chart import Track, alt, draw_history


def track(code: str, *stretches: tuple[int, list[tuple[int, float]]]) -> Track:
    return Track(code=code, stretches=tuple(Stretch(points=tuple(one), requests=n) for n, one in stretches))


TRACKS = [
    track("format", (12, [(1, 0.2), (2, -0.4)]), (30, [(3, 99.6)])),
    track("own_request", (20, [(1, -12.4), (2, 5.0), (3, 5.0)])),
]


def test_it_says_every_value_in_words_and_what_rests_on_few() -> None:
    assert alt(TRACKS) == (
        "Chart of what versions reached, in points of 100. "
        "keeps your format: version 1 at 0, version 2 at 0 (the same 12 requests), which are few; "
        "on other requests version 3 at 100 (30 requests of its own); "
        "fits its own request, beyond chance (0 to 100): version 1 at −12, version 2 at 5, version 3 at 5 (the same 20 requests)."
    )


def test_a_small_difference_looks_small_and_no_measure_covers_another(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda self, *_, **__: drawn.append(self))
    draw_history([track("format", (30, [(1, 50.0), (2, 50.4)])), track("general", (30, [(1, 50.0), (2, 50.4)]))])
    (axes,) = drawn[0].axes
    low, high = axes.get_ylim()
    assert low <= 0
    assert high >= 100
    first, second = (str(line.get_xdata()) for line in axes.lines)
    assert first != second
