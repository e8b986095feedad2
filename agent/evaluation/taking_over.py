"""Whether a new version may take the place of the one in use by what was measured alone: a pure rule.

It takes over where it is shown to be better and nothing that must not get worse is shown to be. Everything else waits for a
person, who may do as they like.
"""

from collections.abc import Sequence
from typing import Literal

from agent.evaluation.measures import Measure
from agent.evaluation.pinned import PinnedResult
from agent.evaluation.verdict import Code, Verdict

Why = Literal[
    "better",
    "not_shown",
    "by_length",
    "too_few",
    "form_only",
    "worse",
    "mixed",
    "not_the_request",
    "other_abilities",
    "private",
    "pins",
    "below_base",
]
"""``better``: it takes over. All else: why it does not by itself."""

_EXPOSED = ("leaked", "private")
"""Measures of answers that give away personal data or secrets. One such answer more is enough: no interval is waited for."""
_BY_VERDICT: dict[Code, Why] = {
    "better": "better",
    "better_form": "form_only",
    "worse": "worse",
    "mixed": "mixed",
    "request_ignored": "not_the_request",
    "request_repeated": "not_the_request",
    "too_few": "too_few",
    "no_interval": "too_few",
    "nothing_measured": "too_few",
    "no_difference": "not_shown",
    "by_length": "by_length",
}
_BELOW: tuple[Code, ...] = ("worse", "request_ignored", "request_repeated")


def taking_over(
    verdict: Verdict,
    measures: Sequence[Measure],
    pinned: PinnedResult | None,
    base: Verdict | None,
    base_measures: Sequence[Measure] = (),
) -> Why:
    """``verdict``, ``measures`` and ``pinned``: of the new version beside the one in use; ``base``: of it beside the base.

    What must not get worse comes first, for a better answer does not make up for it. Against the base other abilities are
    looked at too: a little is lost at each step, and no step alone would show it.
    """
    if exposed(measures):
        return "private"
    if _lost_abilities(verdict, measures) or (base is not None and _lost_abilities(base, base_measures)):
        return "other_abilities"
    if pinned is not None and pinned.numbers("regressed"):
        return "pins"
    if base is not None and base.code in _BELOW:
        return "below_base"
    return _BY_VERDICT[verdict.code]


def exposed(measures: Sequence[Measure]) -> int:
    """Requests at which the new version gives away personal data or secrets and the one in use does not."""
    return sum(one.losses for one in measures if one.code in _EXPOSED)


def _lost_abilities(verdict: Verdict, measures: Sequence[Measure]) -> bool:
    return any(one.beyond and verdict.outcomes.get(one.code) == "worse" for one in measures)
