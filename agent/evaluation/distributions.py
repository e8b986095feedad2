"""The distributions and the search for a root that evaluation counts with: SciPy's, loaded when the first is asked for.

A process that answers messages starts without them.
"""

from collections.abc import Callable
from typing import Any


def bdtr(successes: float, trials: int, chance: float) -> float:
    """The probability of at most so many successes."""
    from scipy import special

    return float(special.bdtr(successes, trials, chance))


def bdtrc(successes: float, trials: int, chance: float) -> float:
    """The probability of more successes than that."""
    from scipy import special

    return float(special.bdtrc(successes, trials, chance))


def betaincinv(a: float, b: float, share: float) -> float:
    """The quantile of a beta distribution."""
    from scipy import special

    return float(special.betaincinv(a, b, share))


def ndtri(share: float) -> float:
    """The quantile of the normal distribution."""
    from scipy import special

    return float(special.ndtri(share))


def stdtr(freedom: float, t: float) -> float:
    """The probability of at most t, by Student's distribution."""
    from scipy import special

    return float(special.stdtr(freedom, t))


def stdtrit(freedom: Any, share: float) -> Any:
    """The quantile of Student's distribution; ``freedom`` may be an array, and then the answer is one."""
    from scipy import special

    return special.stdtrit(freedom, share)


def nctdtr(freedom: float, noncentrality: float, t: float) -> float:
    """The probability of at most t, by the noncentral t distribution."""
    from scipy import special

    return float(special.nctdtr(freedom, noncentrality, t))


def brentq(function: Callable[[float], float], low: float, high: float, xtol: float = 2e-12) -> float:
    """Where a function is 0 between two places at which its signs differ (Brent's method)."""
    from scipy import optimize

    return float(optimize.brentq(function, low, high, xtol=xtol))
