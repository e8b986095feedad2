"""What a loss curve says, as a code and its numbers; the words are upstairs.

Pure. It does not know where the points come from: ``runs/<id>/metrics.jsonl``, or a job still running. Thresholds rest
on these sources, by their short names in the docstrings, or on runs of SmolLM2-135M described beside them:

  guide    the product managers' guide: its problem logs, ``2.45 -> 2.42`` and ``0.15 -> 0.02 -> 0.001``
  olmo     OLMo et al., "2 OLMo 2 Furious", 2025 (arXiv 2501.00656): a spike lies seven standard deviations above
  hoaglin  Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993: the modified z-score
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from trainer.curve import Curve, Step, Validation, curve_of, expected, scatter

CODES = ("too_early", "learning", "not_learning", "overfitting", "diverging", "spike", "suspiciously_fast")

_BETTER = 0.98
"""A loss below this share of the first one is an improvement: the guide's log of a run that does not learn ends at
0.988 of where it began, its good one at 0.53 after one epoch."""
_WORSE = 1.02
"""A validation loss above this share of the best one is worse. It is over the same rows each time, so this is no noise."""
_EXPLODED = 1.5
"""A loss that ends above this share of where it was has left the valley."""
_DOUBLED = 2.0
"""The same within the first epoch, where rows of 1.5 and rows of 4 nats follow each other in any order."""
_NEAR_ZERO = 0.15
"""Nats a token, where the guide's log of a run that is too good begins: 86% sure of every token on average. Nobody's
own words can be told so surely after two readings."""
_FAST_EPOCHS = 2.0
_SPIKE_SIGMAS = 7.0
"""Standard deviations above what was to be expected (olmo), measured robustly (hoaglin)."""
_PEAK_SIGMAS = 3.5
"""From here on a value is an outlier (hoaglin): less than a spike, but where the rows of a spike stand there too, it is them."""
_SPIKE_SHARE = 1.5
"""And at least so many times what was to be expected: in a very even curve little things stand out."""
_SPIKE_HEIGHT = 0.5
"""And at least so many nats: where the loss is near zero already, a multiple of it is nothing."""
_LEAST_SCATTER = 0.08
"""Of what is expected: the standard deviation that a curve is taken to have at least."""
_SPIKES_TOLD = 5
_ENOUGH_FOR_SPIKES = 24
_ENOUGH_TO_LEARN = 12
"""Measured: with six rows and what we recommend, the three steps of the first epoch gained 1.9%."""
_ENOUGH_STEPS = 100
"""After so many steps a run that has not got better is told, also in the midst of its first epoch."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    code: str
    """One of ``CODES``; where several hold, the one that comes first in ``diverging``, ``suspiciously_fast``,
    ``overfitting``, ``spike``, ``not_learning``, ``learning``."""
    also: tuple[str, ...] = ()
    """The others that hold."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """As far as known.

    Always: ``epochs_done``, ``first_loss``, ``last_loss`` (training: means of the first and the last whole epoch, or of
    a third of the steps at either end), ``first_validation_loss``, ``best_validation_loss``, ``last_validation_loss``,
    ``best_step``, ``best_epoch``, ``validations`` (how many). not_learning: ``training_fell``, whether at least the training loss did, and
    ``validation_rose``, whether the validation loss ended above where it began.
    overfitting: ``since_epoch``, where the validation loss was best; 0 if nothing was better than the base.
    diverging: ``step``, the last or broken one (``broken``); of a run that was given up also ``learning_rate`` and ``row_ids``.
    suspiciously_fast: ``near_zero_epoch`` and ``near_zero_loss``.
    spike: ``spike_steps``, the first five; of the highest ``spike_step``, ``spike_loss`` and ``spike_expected``;
    ``spike_row_ids``, the rows to look at, and ``spike_epochs``, in how many epochs the first of them stood out.
    """

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "also": list(self.also), "numbers": dict(self.numbers)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Diagnosis":
        return cls(code=data["code"], also=tuple(data["also"]), numbers=data["numbers"])


def read(points: Sequence[Mapping[str, Any]]) -> Diagnosis:
    """Diagnose a curve, whole or so far: points with ``step`` and any of ``epoch``, ``loss``, ``labels``, ``row_ids``,
    ``validation_loss``. A training loss that is no finite number, None among them, has left all bounds."""
    curve = curve_of(points)
    found = {code: numbers for code, reads in _READERS.items() if (numbers := reads(curve)) is not None}
    ends = _ends(curve)
    if "diverging" in found:
        return Diagnosis(code="diverging", numbers={**ends, **found["diverging"]})
    code, *also = [*found, *([] if found else ["too_early"])]
    numbers = {key: value for of_code in found.values() for key, value in of_code.items()}
    return Diagnosis(code=code, also=tuple(also), numbers={**ends, **numbers})


def given_up(points: Sequence[Mapping[str, Any]], failure: Mapping[str, Any]) -> Diagnosis:
    """The diagnosis of a run that its worker gave up with the failure ``diverged`` and these numbers."""
    said = {key: failure[key] for key in ("step", "learning_rate", "row_ids") if failure.get(key) is not None}
    return Diagnosis(code="diverging", numbers={**_ends(curve_of(points)), **said})


def _diverging(curve: Curve) -> dict[str, Any] | None:
    """The training loss broke, or ended far above where it was: by whole epochs, which are over the same rows; before
    there are two of them, only if all the last quarter lies above all of the first, and twice as high."""
    steps, means = curve.steps, curve.epoch_means()
    if curve.broken_at is not None:
        return {"step": curve.broken_at, "broken": True}
    if len(means) >= 2:
        exploded = means[-1] > _EXPLODED * min(means)
    else:
        first, last = _two_ends(steps, max(4, len(steps) // 4))
        exploded = bool(first) and min(last) > max(first) and median(last) > _DOUBLED * median(first)
    return {"step": steps[-1].step} if exploded else None


def _suspiciously_fast(curve: Curve) -> dict[str, Any] | None:
    """From within the first two epochs on, the training loss stays near zero: the answers repeat each other, or stand in
    the requests. Single steps are not looked at, but medians of three."""
    steps = curve.steps
    middles = [median(step.loss for step in steps[max(0, place - 2) : place + 1]) for place in range(len(steps))]
    since = len(middles)
    while since and middles[since - 1] < _NEAR_ZERO:
        since -= 1
    epoch = steps[since].epoch if len(steps) - since >= 4 else None
    if epoch is None or epoch > _FAST_EPOCHS:
        return None
    return {"near_zero_epoch": epoch, "near_zero_loss": middles[-1]}


def _overfitting(curve: Curve) -> dict[str, Any] | None:
    """The last two validations are worse than the best, while the training loss fell: one worse validation may be a bump,
    and where the training loss did not fall nothing is learned by heart."""
    best = _best(curve.validations)
    if best is None or _trend(curve) != "fell":
        return None
    after = [validation.loss for validation in curve.validations if validation.step > best.step]
    if len(after) < 2 or min(after[-2:]) <= _WORSE * best.loss:
        return None
    return {"since_epoch": best.epoch}


def _spike(curve: Curve) -> dict[str, Any] | None:
    """Steps that stand far above their neighbours, after which the loss is back: rows that are unlike all others.

    Far is measured by the scatter of all steps around what was to be expected of them, so that the ups and downs of
    tiny batches, of which every run has as many as it has hard rows, are no spikes. Measured on 18 rows: without a
    fault the highest step lay 1.6 deviations above the others with batches of 2, and 2.7 with batches of 1 (4.8 while
    only one epoch was done); with one answer of random letters it lay 9.8 above them.
    """
    if len(curve.steps) < _ENOUGH_FOR_SPIKES:
        return None
    awaited = [expected(curve.steps, place) for place in range(len(curve.steps))]
    peaks = _peaks([(step, value) for step, value in zip(curve.steps, awaited, strict=True) if value])
    spikes = [peak for peak in peaks if peak.is_spike]
    if not spikes:
        return None
    rows, epochs = _culprits(curve.steps, spikes, peaks)
    highest = max(spikes, key=lambda peak: peak.deviations)
    return {
        "spike_steps": [spike.step.step for spike in spikes[:_SPIKES_TOLD]],
        "spike_step": highest.step.step,
        "spike_loss": highest.step.loss,
        "spike_expected": highest.expected,
        "spike_row_ids": rows,
        "spike_epochs": epochs,
    }


@dataclass(frozen=True, kw_only=True)
class _Peak:
    """A step that stands above its neighbours."""

    step: Step
    expected: float
    deviations: float

    @property
    def is_spike(self) -> bool:
        least = max(_SPIKE_SHARE * self.expected, self.expected + _SPIKE_HEIGHT)
        return self.deviations > _SPIKE_SIGMAS and self.step.loss > least


def _peaks(known: Sequence[tuple[Step, float]]) -> list[_Peak]:
    """The steps that are outliers among all (hoaglin), by what share they stand above what was to be expected. The mean
    of few labels varies more, by the square root of how many fewer they are."""
    if not known:
        return []
    spread = max(_LEAST_SCATTER, scatter([step.loss / value - 1 for step, value in known]))
    usual = median(step.labels for step, _ in known)
    found = []
    for step, value in known:
        wider = math.sqrt(max(1.0, usual / step.labels)) if step.labels else 1.0
        deviations = (step.loss / value - 1) / (spread * wider)
        if deviations > _PEAK_SIGMAS:
            found.append(_Peak(step=step, expected=value, deviations=deviations))
    return found


def _culprits(steps: Sequence[Step], spikes: Sequence[_Peak], peaks: Sequence[_Peak]) -> tuple[list[str], int]:
    """The rows of spikes that are to be looked at, and in how many epochs they stood out: those that were on a peak more
    than once, and more often than not; else those that were most often; else all of the highest spike."""
    suspects = {row for spike in spikes for row in spike.step.row_ids}
    often = Counter(row for peak in peaks for row in set(peak.step.row_ids) & suspects)
    seen = Counter(row for step in steps for row in set(step.row_ids))
    again = [row for row, count in often.most_common() if count > 1]
    if again:
        most = [row for row in again if 2 * often[row] > seen[row]] or [r for r in again if often[r] == often[again[0]]]
        return sorted(most, key=lambda row: (-often[row], row)), often[most[0]]
    return list(max(spikes, key=lambda spike: spike.deviations).step.row_ids), 1


def _not_learning(curve: Curve) -> dict[str, Any] | None:
    """Nothing got better although every row was seen, in more steps than the rate needs to rise, or in all there are."""
    made = curve.steps[-1].step if curve.steps else 0
    seen = curve.epochs_done >= 1 and (made >= _ENOUGH_TO_LEARN or made == curve.planned)
    if not (seen or made >= _ENOUGH_STEPS) or _improved(curve) is not False:
        return None
    rose = len(curve.validations) >= 2 and curve.validations[-1].loss > _WORSE * curve.validations[0].loss
    return {"training_fell": _trend(curve) == "fell", "validation_rose": rose}


def _learning(curve: Curve) -> dict[str, Any] | None:
    return {} if _improved(curve) else None


_READERS: Mapping[str, Callable[[Curve], dict[str, Any] | None]] = {
    "diverging": _diverging,
    "suspiciously_fast": _suspiciously_fast,
    "overfitting": _overfitting,
    "spike": _spike,
    "not_learning": _not_learning,
    "learning": _learning,
}
"""In the order in which they count: what makes a run useless, what makes its figures mean something else, what went
wrong in it, how it goes."""


def _improved(curve: Curve) -> bool | None:
    """Whether the model got better; None while nothing tells. The validation loss decides where there are two of
    them, since it is what a person will see of the model; before that the training loss."""
    if len(curve.validations) >= 2:
        first, *later = curve.validations
        return min(validation.loss for validation in later) < _BETTER * first.loss
    trend = _trend(curve)
    return None if trend is None else trend == "fell"


def _trend(curve: Curve) -> str | None:
    """``fell``, ``rose`` or ``even``: what the training loss did; None where there is too little of it. Whole epochs
    are compared where there are two. Before that the steps are over different rows: then only a third at the end counts
    that lies beyond all of a third at the beginning, at half or twice its loss."""
    means = curve.epoch_means()
    if len(means) >= 2:
        return "fell" if means[-1] < _BETTER * means[0] else "rose" if means[-1] > _WORSE * means[0] else "even"
    first, last = _two_ends(curve.steps, max(4, len(curve.steps) // 3))
    if not first:
        return None
    if max(last) < min(first) and _DOUBLED * fmean(last) < fmean(first):
        return "fell"
    return "rose" if min(last) > max(first) and fmean(last) > _DOUBLED * fmean(first) else "even"


def _two_ends(steps: Sequence[Step], size: int) -> tuple[list[float], list[float]]:
    """The losses of so many steps at the beginning and at the end; empty where they would overlap."""
    if len(steps) < 2 * size:
        return [], []
    return [step.loss for step in steps[:size]], [step.loss for step in steps[-size:]]


def _ends(curve: Curve) -> dict[str, Any]:
    numbers: dict[str, Any] = {"epochs_done": curve.epochs_done}
    means, losses = curve.epoch_means(), [step.loss for step in curve.steps]
    if losses:
        third = max(1, len(losses) // 3)
        whole = len(means) >= 2
        numbers["first_loss"] = means[0] if whole else fmean(losses[:third])
        numbers["last_loss"] = means[-1] if whole else fmean(losses[-third:])
    best = _best(curve.validations)
    if best is not None:
        numbers["first_validation_loss"] = curve.validations[0].loss
        numbers["best_validation_loss"] = best.loss
        numbers["last_validation_loss"] = curve.validations[-1].loss
        numbers["best_step"], numbers["best_epoch"] = best.step, best.epoch
        numbers["validations"] = len(curve.validations)
    return numbers


def _best(validations: Sequence[Validation]) -> Validation | None:
    """At equal losses the earlier one."""
    return min(validations, key=lambda validation: (validation.loss, validation.step), default=None)
