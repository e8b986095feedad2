"""Whether answers belong to their own requests, or would do for any other: a control that form cannot win.

A model that was trained on answers of other requests learns their form, their length and their words, and so every
likeness to a reference rises. What does not rise is that an answer fits its own request more than others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.evaluation.echo import Echo, echo
from agent.evaluation.facts import Answered
from agent.evaluation.intervals import FEWEST, Interval, nats_interval
from agent.evaluation.likeness import lifts, points_interval
from agent.evaluation.measures import Measure
from dataset.quality.language import language_of, words_in

MOST_TRAINING = 40
"""Training rows that are looked at."""
_FEWEST_WORDS = 5
"""Of an answer: one word may well belong to its request, and share none of its letters."""

By = Literal["own_request", "own_loss", "shared"]


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """By how much more answers fit their own request than others'; 0 is not at all."""

    by: By
    """What it was measured by: likeness to the answers that were wanted, the loss of these, or what an answer shares with
    the request's own text."""
    base: Interval
    tuned: Interval
    training: Interval | None = None
    """How much more the training answers share with their own request than with others', in points; None where that says
    nothing."""
    echo: Echo | None = None
    """How much of their requests the tuned model's answers repeat; None where it is no more than the wanted ones do."""

    @property
    def counts(self) -> bool:
        return self.tuned.n >= FEWEST

    @property
    def lost(self) -> bool:
        """Whether the tuned model's answers belong to no request in particular, as far as can be told.

        It takes proof that answers to these requests can do better: the base's do, or those that were learned from. Of
        some tasks (poems, translations) no answer shows by its letters what was asked.
        """
        proofs = (self.base, self.training if self.by == "shared" else None)
        possible = [one.mean for one in proofs if one is not None and one.low > 0]
        return self.counts and bool(possible) and self.tuned.low <= 0 and self.tuned.high < max(possible)

    @property
    def repeated(self) -> bool:
        """Whether the tuned model's answers fit their requests by repeating them, as far as can be told."""
        return self.counts and self.echo is not None and self.echo.wins_nothing

    @property
    def mixed_up(self) -> bool:
        """Whether the training answers, too, share nothing with their own requests, as far as can be told."""
        return self.training is not None and self.training.n >= FEWEST and self.training.low <= 0


def belonging(
    answers: Sequence[Answered], measures: Sequence[Measure], training: Sequence[tuple[str, str]]
) -> Belonging | None:
    """By the first means that has enough requests; None if there is none at all. ``training``: requests and answers.

    Where one answer was learned for every request, nothing can be told: it fits them all.
    """
    if training and len({answer.strip() for _, answer in training}) == 1:
        return None
    shared = _shared(answers, training)
    found = [one for one in (*map(_of_measure, measures), shared) if one is not None]
    counting = [one for one in found if one.counts]
    best = next(iter(counting), None) or next(iter(found), None)
    if best is None or best is shared:
        return best
    own = next((one for one in measures if one.code == "own_request"), None)
    return replace(best, training=shared.training if shared else None, echo=echo(answers, own) if own else None)


def _of_measure(measure: Measure) -> Belonging | None:
    if measure.code not in ("own_request", "own_loss") or measure.n < 2:
        return None
    by: By = "own_request" if measure.code == "own_request" else "own_loss"
    interval = points_interval if by == "own_request" else nats_interval
    base, tuned = (interval([pair[side] for pair in measure.pairs.values()]) for side in (0, 1))
    return Belonging(by=by, base=base, tuned=tuned) if base and tuned else None


def _shared(answers: Sequence[Answered], training: Sequence[tuple[str, str]]) -> Belonging | None:
    """What answers share with their request's own text; None where they are in another language, or single words."""
    told = [one for one in answers if one.of_verdict and not (one.expected and one.expected.labels)]
    told = [one for one in told if words_in(one.tuned) >= _FEWEST_WORDS]
    training = training[:MOST_TRAINING]
    if not training or not _one_language(training):
        return None
    requests = [one.request for one in told]
    base, tuned = (
        points_interval(lifts(texts, requests)) for texts in ([o.base for o in told], [o.tuned for o in told])
    )
    if base is None or tuned is None:
        return None
    learned = lifts([answer for _, answer in training], [request for request, _ in training])
    return Belonging(by="shared", base=base, tuned=tuned, training=points_interval(learned))


def _one_language(training: Sequence[tuple[str, str]]) -> bool:
    """Whether requests and answers are in one language, as far as it is known."""
    asked = language_of("\n".join(request for request, _ in training))
    said = language_of("\n".join(answer for _, answer in training))
    return not asked or not said or asked == said
