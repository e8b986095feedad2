"""The mark of manner that tells answers most plainly from the wanted ones, as a sign of another tone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.evaluation.distributions import bdtr, bdtrc
from agent.evaluation.facts import Answered
from agent.evaluation.requests import Lesson, spread
from agent.evaluation.scene import FEWEST_LESSONS, MOST_LESSONS, ROWS_SHOWN, Scene, Sign
from agent.evaluation.tone import MARKS, marks

_TONE_REACH = 0.15
"""By how much more than the wanted answers' share a mark of tone may be there, or be missing: the shares of 40 wanted
answers are known no better than that."""


def wrong_tone(scene: Scene) -> Sign | None:
    """The mark of manner that tells the answers most plainly from the training answers of the same kinds."""
    whole = scene.whole
    kinds = {one.category for one in whole}
    lessons = spread([one for one in scene.lessons if one.category in kinds], MOST_LESSONS)
    outputs = [one.output for one in lessons]
    if len(lessons) < 2 * FEWEST_LESSONS or not whole:
        return None
    theirs, wanted = marks([one.tuned for one in whole], outputs), marks(outputs, outputs)
    candidates = [
        found for name in MARKS if name in theirs and (found := _mark(name, whole, theirs[name], lessons, wanted[name]))
    ]
    plainest = min(candidates, key=lambda found: found.chance, default=None)
    if plainest is None:
        return None
    base_has = marks([one.base for one in whole], outputs)[plainest.name]
    return Sign(
        code="wrong_tone",
        told=plainest.told,
        base=sum(has is plainest.more for has in base_has),
        usual=plainest.usual,
        looks=2 * len(candidates),
        rows=plainest.rows,
        numbers={"sign": plainest.name, "more": plainest.more, "share": 100 * plainest.share},
    )


@dataclass(frozen=True, kw_only=True)
class _Mark:
    name: str
    more: bool
    told: Mapping[str, bool]
    """By request, whether the answer departs: has it where few wanted answers have it, or lacks it where most have it."""
    share: float
    """Of the wanted answers that have the mark."""
    usual: float
    """Share of answers that may depart."""
    chance: float
    rows: tuple[str, ...]


def _mark(
    name: str,
    answers: Sequence[Answered],
    has: Sequence[bool | None],
    lessons: Sequence[Lesson],
    wanted: Sequence[bool | None],
) -> _Mark | None:
    """One mark, in the direction in which the answers depart; None where it can be told of too few."""
    told = {one.id: each for one, each in zip(answers, has, strict=True) if each is not None}
    known = [(one.id, each) for one, each in zip(lessons, wanted, strict=True) if each is not None]
    if len(told) < FEWEST_LESSONS or len(known) < 2 * FEWEST_LESSONS:
        return None
    share = (sum(each for _, each in known) + 0.5) / (len(known) + 1)
    count = sum(told.values())
    more = count > share * len(told)
    usual = min(1.0, (share if more else 1 - share) + _TONE_REACH)
    departs = {name: each is more for name, each in told.items()}
    chance = bdtrc(count - 1, len(told), usual) if more else bdtr(count, len(told), 1 - usual)
    rows = [row for row, each in known if each is more] if usual < 0.5 else []
    return _Mark(
        name=name, more=more, told=departs, share=share, usual=usual, chance=chance, rows=tuple(rows[:ROWS_SHOWN])
    )
