"""Wins, losses and ties, with the exact sign test."""

import pytest

from agent.evaluation.tally import tally


def test_what_hardly_differs_is_tied() -> None:
    found = tally([3.0, 1.0, 0.5, -1.0, -1.5], tolerance=1.0)
    assert (found.wins, found.losses, found.ties) == (1, 1, 3)


def test_how_a_computer_adds_is_a_tie() -> None:
    assert tally([0.1 + 0.2 - 0.3] * 9, tolerance=0.0).ties == 9


def test_the_sign_test_is_exact() -> None:
    """Nine of ten: 2 * (1 + 10) / 1024."""
    assert tally([1.0] * 9 + [-1.0] + [0.0] * 5, 0.0).p == pytest.approx(22 / 1024)
    assert tally([], 0.0).p == tally([0.0] * 7, 0.0).p == 1.0
