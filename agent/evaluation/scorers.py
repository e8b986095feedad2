"""A criterion counts once in a verdict, whoever scored it."""

from collections.abc import Sequence
from dataclasses import replace

from agent.evaluation.intervals import FEWEST
from agent.evaluation.measures import Measure


def one_scorer(measures: Sequence[Measure]) -> list[Measure]:
    """Where people scored a criterion on ``FEWEST`` requests, a judge's scores of it are shown and decide nothing.

    Otherwise one and the same thing would be tested twice, which costs every other criterion certainty (Holm), and a judge
    could outvote those whom it stands in for. Of fewer requests people's scores decide nothing in any case.
    """
    by_people = {_criterion(one) for one in measures if one.scored_by == "people" and one.n >= FEWEST}
    return [
        replace(one, role="beside") if one.scored_by == "judge" and _criterion(one) in by_people else one
        for one in measures
    ]


def _criterion(measure: Measure) -> str:
    return measure.code.partition("_")[2]
