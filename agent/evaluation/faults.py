"""What is wrong with a model's answers, as the training guide sorts it: too short, too verbose, generic, of another form
or tone; and what has the same remedies: loops, copies, refusals, answers in another language, that are cut off, or that
give away what stood in training rows.

**From when on it is said.** Each fault is a sign that an answer has or has not, told by a rule (``signs_of``). Some wanted
answers have it too, by chance or by right: their share is taken from the training answers, and one in ten (``TOLERATED``)
is allowed in any case. A fault is said if more answers have the sign than that, by the exact binomial test, one-sided; all
faults are tested together by Holm's method at 0.05, so that of 20 sets of faultless answers 19 are told nothing. Fewer
than ``FEWEST_ANSWERS`` answers say nothing: of these, half would have to have the sign. Only of what a training row gave away
one answer is enough, for that is no matter of chance.

It says nothing about the base model: a fault that both have is one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, get_args

from agent.evaluation.distributions import bdtrc, betaincinv
from agent.evaluation.facts import Answered
from agent.evaluation.intervals import LEVEL, adjusted_interval, holm
from agent.evaluation.measures import Measure
from agent.evaluation.requests import Lesson
from agent.evaluation.rubric import TARGET
from agent.evaluation.scene import FaultCode, Sign
from agent.evaluation.signs import signs_of, spread_over_kinds

CODES: tuple[FaultCode, ...] = get_args(FaultCode)
TOLERATED = 0.1
"""Share of answers that may have any sign before it is a fault."""
FEWEST_ANSWERS = 10
"""Answers about the task below which nothing is told from chance: at a tenth that is tolerated, five of ten are shown to
be more (p = 0.0016), and of five answers it would take four."""
_FEWEST_SCORES = 20


@dataclass(frozen=True, kw_only=True)
class Fault:
    code: FaultCode
    count: int
    """Answers of the tuned model that have it."""
    n: int
    """Answers of which it could be told."""
    low: float
    high: float
    """The share of all such answers that have it: 95 % interval (Clopper & Pearson 1934), 0 to 1."""
    base: int
    """Answers of the base model that have it, of those of which it could be told."""
    usual: float
    """Share that is taken for usual: that of the training answers, and ``TOLERATED`` at least."""
    p: float
    """That so many have it where the usual share does; before the correction for several faults."""
    ids: tuple[str, ...] = ()
    """Of the requests whose answers have it, those first that show it most plainly."""
    kinds: tuple[str, ...] = ()
    """Categories in which it happens, the one where most of the answers have it first."""
    rows: tuple[str, ...] = ()
    """Ids of training rows that have the sign themselves, or from which it comes: worth a look."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """``too_short``, ``too_long``: words, wanted (medians). ``wrong_format``: departures (code, place of the section
    or key in the format, count; the most frequent first). ``generic``: alike (answers), taken, wanted (percent of a request's own words). ``wrong_tone``: sign,
    more (whether too many have it), share (of the wanted answers, percent); or score (1 to 5), low, high. ``cut_off``: room
    (whether the wanted answers are as long as there was room for). ``leaked``: kinds (of data)."""


def answer_faults(
    answers: Sequence[Answered], lessons: Sequence[Lesson], measures: Sequence[Measure] = ()
) -> tuple[Fault, ...]:
    """The faults of the tuned model's answers, the gravest first.

    ``lessons``: the training rows. ``measures``: those of the comparison, among which a judge's or people's scores for
    tone may be.
    """
    task = [one for one in answers if one.of_verdict]
    signs = signs_of(task, lessons)
    enough = [sign for sign in signs if len(sign.told) >= FEWEST_ANSWERS and sign.code != "leaked"]
    tested: dict[FaultCode, tuple[float, float]] = {sign.code: _test(sign) for sign in enough}
    certain: Collection[str] = holm({code: p for code, (_, p) in tested.items()})
    found = [
        _fault(sign, task, *tested.get(sign.code, (0.0, 0.0)))
        for sign in signs
        if sign.code in certain or (sign.code == "leaked" and sign.count)
    ]
    if not any(one.code == "wrong_tone" for one in found):
        found += _scored_tone(measures)
    return tuple(sorted(found, key=lambda one: CODES.index(one.code)))


def _test(sign: Sign) -> tuple[float, float]:
    """The share that is usual, and the chance of so many answers with the sign, or more, at that share."""
    usual = max(TOLERATED, sign.usual)
    chance = bdtrc(sign.count - 1, len(sign.told), usual) if sign.count and usual < 1 else 1.0
    return usual, min(1.0, chance * sign.looks)


def _fault(sign: Sign, task: Sequence[Answered], usual: float, p: float) -> Fault:
    flagged = [name for name, has in sign.told.items() if has]
    low, high = share_bounds(len(flagged), len(sign.told))
    return Fault(
        code=sign.code,
        count=len(flagged),
        n=len(sign.told),
        low=low,
        high=high,
        base=sign.base,
        usual=usual,
        p=p,
        ids=tuple(sorted(flagged, key=lambda name: (-sign.degree.get(name, 0.0), name))),
        kinds=spread_over_kinds(sign, task),
        rows=sign.rows,
        numbers=sign.numbers,
    )


def share_bounds(count: int, n: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper & Pearson 1934, Biometrika 26:404)."""
    low = betaincinv(count, n - count + 1, LEVEL / 2) if count else 0.0
    high = betaincinv(count + 1, n - count, 1 - LEVEL / 2) if count < n else 1.0
    return low, high


def _scored_tone(measures: Sequence[Measure]) -> list[Fault]:
    """That a trusted judge, or people, score the tone below the target, as far as can be told."""
    for measure in measures:
        if measure.code not in ("scored_tone", "judged_tone") or measure.n < _FEWEST_SCORES:
            continue
        scores = {name: tuned for name, (_, tuned) in measure.pairs.items()}
        missed = adjusted_interval([score - TARGET for score in scores.values()], least=0.5)
        if missed is None or missed.high >= 0:
            continue
        below = [name for name, score in scores.items() if score < TARGET]
        low, high = share_bounds(len(below), len(scores))
        numbers = {"score": fmean(scores.values()), "low": missed.low + TARGET, "high": missed.high + TARGET}
        return [
            Fault(
                code="wrong_tone",
                count=len(below),
                n=len(scores),
                low=low,
                high=high,
                base=sum(base < TARGET for base, _ in measure.pairs.values()),
                usual=TOLERATED,
                p=missed.p,
                ids=tuple(sorted(below, key=lambda name: (scores[name], name))),
                numbers={**numbers, "scored_by": measure.scored_by},
            )
        ]
    return []
