"""How a version does at each kind of task, and how many examples each kind would need, as far as that can be known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.collect import FAILING, FEWEST_OF_KIND, Kind, Need, failing_of, needs
from agent.evaluation.distributions import betaincinv
from agent.evaluation.facts import Answered
from agent.evaluation.faults import Fault
from agent.evaluation.intervals import LEVEL
from agent.evaluation.power import MOST_MISSING, items_needed

Standing = Literal["weak", "plan", "unknown", "unclear", "good"]
"""``weak``: more of its answers fail than may. ``plan``: the plan wants more examples. ``unknown``: too few test requests.
``unclear``: enough for a share, too few to tell it from what may fail. ``good``: fewer fail than may."""


@dataclass(frozen=True, kw_only=True)
class Opinions:
    """What people said of a kind's answers."""

    good: int = 0
    bad: int = 0

    @property
    def n(self) -> int:
        return self.good + self.bad


@dataclass(frozen=True, kw_only=True)
class Task:
    kind: Kind
    standing: Standing
    failing: int
    n: int
    """Test requests of the kind."""
    interval: tuple[float, float] | None
    """Of the share that fails, 95 %; None of fewer than ``FEWEST_OF_KIND``."""
    opinions: Opinions
    examples: int = 0
    """That it needs: by the plan, or as its part of what the guide adds after a round. 0: none, or not known."""
    requests: int = 0
    """Test requests that are missing until more can be said, about; ``MOST_MISSING`` for as many or more."""


def tasks(
    answers: Sequence[Answered],
    faults: Sequence[Fault],
    changes: Mapping[str, float],
    kinds: Sequence[Kind],
    opinions: Mapping[str, Opinions],
) -> list[Task]:
    """A task for each kind of the plan, those that need examples first. As in ``collect``, no effect is invented: how much
    better a model gets by some examples nobody knows beforehand."""
    wanted = {one.kind: one for one in needs(answers, faults, changes, kinds)}
    failing = failing_of(faults, changes)
    found = [_task(kind, answers, failing, wanted.get(kind.id), opinions.get(kind.id, Opinions())) for kind in kinds]
    order: tuple[Standing, ...] = ("weak", "plan", "unclear", "unknown", "good")
    return sorted(found, key=lambda one: (order.index(one.standing), -one.examples))


def _task(
    kind: Kind, answers: Sequence[Answered], failing: frozenset[str], need: Need | None, opinions: Opinions
) -> Task:
    own = [one.id for one in answers if one.of_verdict and one.category == kind.id]
    count, n = sum(name in failing for name in own), len(own)
    standing = need.why if need else _standing(count, n)
    return Task(
        kind=kind,
        standing=standing,
        failing=count,
        n=n,
        interval=exact_interval(count, n) if n >= FEWEST_OF_KIND else None,
        opinions=opinions,
        examples=need.examples if need else 0,
        requests=_missing(count, n),
    )


def _standing(count: int, n: int) -> Standing:
    if n < FEWEST_OF_KIND:
        return "unknown"
    return "good" if exact_interval(count, n)[1] <= FAILING else "unclear"


def _missing(count: int, n: int) -> int:
    """Test requests after which the share that fails could be told from what may, if it stays as it is."""
    if n < FEWEST_OF_KIND:
        return FEWEST_OF_KIND - n
    low, high = exact_interval(count, n)
    if high <= FAILING or low > FAILING:
        return 0
    share = count / n
    needed = items_needed(share - FAILING, math.sqrt(share * (1 - share)) or math.sqrt(FAILING * (1 - FAILING)))
    return MOST_MISSING if needed >= MOST_MISSING else max(1, needed - n)


def exact_interval(count: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by the exact binomial test (Clopper & Pearson 1934, Biometrika 26:404)."""
    low = betaincinv(count, n - count + 1, LEVEL / 2) if count else 0.0
    high = betaincinv(count + 1, n - count, 1 - LEVEL / 2) if count < n else 1.0
    return low, high
