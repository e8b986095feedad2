"""Whether a judge agrees with people well enough to be believed by a criterion; decided by the interval, never by the figure.

It computes no agreement: ``agent.evaluation.agreement`` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.agreement import Agreement, Rated, agreement

STRONG = 0.80
"""The bar in use for judges: a rank correlation with people of 0.80 or more (arXiv 2510.09738). A judge whose interval ends
below it is shown to be below the bar."""
LEAST = 0.40
"""Rank correlation that has to be shown, at least: from 0.40 on one is called moderate, below it weak (Schober et al. 2018,
Anesth. Analg. 126:1763). Of a judge that has nothing to do with people's scores, whose true correlation is 0, an interval
begins above 0.40 far less often than once in forty times."""
RATED_NEEDED = 20
"""Requests with people's scores from which on people decide whether a judge is believed; below, its probes alone do."""

Code = Literal["too_few", "alike", "below", "unproven", "agrees"]
"""``too_few`` were rated; ``alike``: people gave every answer the same score, so there is nothing to agree on; ``below``:
shown to be below the bar; ``unproven``: not shown to reach ``LEAST``; ``agrees``: neither."""


@dataclass(frozen=True, kw_only=True)
class WithPeople:
    """How a judge's scores by one criterion stand to people's, on the same answers."""

    code: Code
    clusters: int
    """Requests that both scored."""
    agreement: Agreement | None
    """None of fewer requests than tell anything."""

    @property
    def strong(self) -> bool:
        """Whether the figure reaches the bar; its interval may begin below."""
        found = self.agreement.spearman if self.agreement else None
        return self.code == "agrees" and found is not None and found.value >= STRONG


def with_people(rated: Sequence[Rated]) -> WithPeople:
    """``rated``: one criterion's scores, an entry for each answer, ``cluster`` being its request."""
    found = agreement(rated)
    clusters = len({one.cluster for one in rated})
    return WithPeople(code=_code(rated, clusters, found), clusters=clusters, agreement=found)


def _code(rated: Sequence[Rated], clusters: int, found: Agreement | None) -> Code:
    if found is None or clusters < RATED_NEEDED:
        return "too_few"
    if len({one.person for one in rated}) < 2:
        return "alike"
    if found.spearman is None:  # the judge gives everything the same score, or nearly
        return "unproven"
    if found.spearman.high < STRONG:
        return "below"
    return "unproven" if found.spearman.low < LEAST else "agrees"
