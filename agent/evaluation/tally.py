"""Requests won, lost and tied, as information beside an interval: they say at how many it differs, not by how much."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.evaluation.distributions import bdtr

_ROUNDING = 1e-9
"""How a computer adds is no difference."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    wins: int
    losses: int
    ties: int

    @property
    def p(self) -> float:
        """The exact sign test's, two-sided, of as many wins as losses; ties tell nothing (Conover 1999, 3.4)."""
        return min(1.0, 2 * bdtr(min(self.wins, self.losses), self.wins + self.losses, 0.5))


def tally(gains: Iterable[float], tolerance: float) -> Tally:
    """``gains``: by how much each request got better. One is tied if it differs by ``tolerance`` or less."""
    each = list(gains)
    wins = sum(gain > tolerance + _ROUNDING for gain in each)
    losses = sum(gain < -tolerance - _ROUNDING for gain in each)
    return Tally(wins=wins, losses=losses, ties=len(each) - wins - losses)
