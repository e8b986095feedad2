"""What a judge gave the answers in both orders -> judgements, and how they stand to people's scores. It asks nobody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from agent.corrections import Rating
from agent.evaluation.calibration import Calibration
from agent.evaluation.facts import Judgement, Moved
from agent.evaluation.length import Padding, longer_by
from agent.evaluation.probes import Padded, paddings
from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.judge import Question, Scored, scored
from agent.ledger import Ledger

T = TypeVar("T")
Both = tuple[T, T]
"""With the base model's answer shown first, and with the tuned one's."""


def both_of(questions: Both[Question], ledger: Ledger) -> Both[Scored] | None:
    """The scores of both orders, if both are there."""
    straight, swapped = (scored(question, ledger) for question in questions)
    return (straight, swapped) if straight and swapped else None


def mean_of(given: Both[Scored], side: str, name: str) -> float:
    """What one side's answer was given by a criterion, 1 to 5: the mean of both orders."""
    straight, swapped = given
    both = (straight.first, swapped.second) if side == "base" else (straight.second, swapped.first)
    return sum(one[name] for one in both) / 2


def distance(rating: Rating, given: Scored) -> float:
    """From people's scores, in points: the mean over what they scored of this request."""
    sides = {"base": given.first, "tuned": given.second}
    gaps = [abs(sides[side][name] - score) for (side, name), score in rating.people.items()]
    return sum(gaps) / len(gaps)


def judgements_of(scores: Mapping[str, Both[Scored]], criteria: Sequence[str]) -> Iterator[Judgement]:
    """``scores``: by request. A judgement flipped if the other answer was given more once the order was turned round."""
    for prompt_id, (straight, swapped) in scores.items():
        for name in criteria:
            base = straight.first[name], swapped.second[name]
            tuned = straight.second[name], swapped.first[name]
            yield Judgement(
                prompt_id=prompt_id,
                criterion=name,
                base=sum(base) / 2,
                tuned=sum(tuned) / 2,
                flipped=(tuned[0] - base[0]) * (tuned[1] - base[1]) < 0,
                reason=straight.reason,
            )


def effect_of(name: str, calibration: Calibration, raw: Sequence[Judgement]) -> Moved:
    """What calibration by a criterion is worth, beside the means as the judge gave them (``raw``)."""
    of_one = [one for one in raw if one.criterion == name]
    return Moved(
        clusters=calibration.clusters,
        before=calibration.before,
        after=calibration.after,
        used=calibration.helps,
        base=sum(one.base for one in of_one) / len(of_one) if of_one else None,
        tuned=sum(one.tuned for one in of_one) / len(of_one) if of_one else None,
    )


def paddings_of(
    questions: Mapping[str, Both[Question]], ledger: Ledger, criteria: Sequence[str]
) -> dict[str, list[Padding]]:
    """By criterion, what was given for length. ``questions``: by case, the plain answer first and the padded one first."""
    given = {case: both for case, asked in questions.items() if (both := both_of(asked, ledger)) is not None}
    told = [one for one in paddings() if one.case in given]
    return {name: [_padding(one, given[one.case], name) for one in told] for name in criteria}


def _padding(one: Padded, given: Both[Scored], name: str) -> Padding:
    plain, padded = (mean_of(given, side, name) for side in ("base", "tuned"))
    return Padding(
        case=one.case,
        longer=longer_by(one.plain, one.padded),
        points=padded - plain,
        at_an_end=plain == padded and plain in (LOWEST, HIGHEST),
    )


def moved_paddings(given: Sequence[Padding], calibration: Calibration | None) -> tuple[Padding, ...]:
    """On the scale on which judgements are, where that was moved to people's."""
    if calibration is None or not calibration.helps:
        return tuple(given)
    return tuple(replace(one, points=calibration.line.slope * one.points) for one in given)


def calibrated(one: Judgement, calibration: Calibration | None) -> Judgement:
    """Where people's scores are, if that is proven to be nearer."""
    if calibration is None or not calibration.helps:
        return one
    return Judgement(
        prompt_id=one.prompt_id,
        criterion=one.criterion,
        base=calibration.apply(one.base),
        tuned=calibration.apply(one.tuned),
        flipped=one.flipped,
        reason=one.reason,
        raw_base=one.base,
        raw_tuned=one.tuned,
    )
