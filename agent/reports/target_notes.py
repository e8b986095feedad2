"""Which targets of the rubric are reached, which are missed, and of which it cannot be told."""

from collections.abc import Iterator, Sequence

from agent.evaluation.targets import Code, Target, targets_of
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of_name
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.words import say

_ORDER: tuple[Code, ...] = ("reached", "missed", "open", "too_few")


def target_notes(comparison: Comparison) -> Iterator[Note]:
    found = targets_of(comparison.measures, comparison.rubric)
    if not found:
        return
    wanted = {one.target for one in found}
    same = f"{wanted.pop():g}" if len(wanted) == 1 else ""
    parts = [_part(comparison, code, [one for one in found if one.code == code], same) for code in _ORDER]
    key = "target.same" if same else "target.each"
    text = say(key, target=same, parts="; ".join(filter(None, parts)), **called(comparison))
    yield Note(section="scores", urgent=5 if any(one.code != "too_few" for one in found) else 0, text=text)


def _part(comparison: Comparison, code: Code, found: Sequence[Target], same: str) -> str:
    if not found:
        return ""
    told = [
        say(
            "target.mean" if same else "target.mean_of",
            criterion=label_of_name(one.criterion, comparison.rubric),
            mean=_score(one.mean),
            low=_score(max(1.0, one.low)),
            high=_score(min(5.0, one.high)),
            target=f"{one.target:g}",
        )
        for one in found
    ]
    return say(f"target.{code}", criteria=", ".join(told))


def _score(value: float) -> str:
    return f"{value:.1f}"
