"""Whether answers fit their requests only because they repeat them: a control that parroting cannot win.

What is wanted of a request shares names and figures with it. So a model that says its request back is more like the wanted
answer than a refusal is. How much of a request a good answer repeats, the wanted answers show: nearly all of it where
spelling is mended, a little where a fact is looked up.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.evaluation.copying import FORM_FROM, FORM_SHARE, words
from agent.evaluation.facts import Answered
from agent.evaluation.intervals import Interval, adjusted_interval
from agent.evaluation.likeness import lifts, points_interval
from agent.evaluation.measures import Measure

Pair = tuple[str, str]
_LEAST = 0.05
"""What an answer may repeat more at another request, however alike those were that were asked: a word pair of 20."""


@dataclass(frozen=True, kw_only=True)
class Echo:
    """Answers that repeat more of their requests than the wanted ones do."""

    tuned: float
    """The share of a request's word pairs that stand in its answer, 0 to 1."""
    wanted: float
    """The same of the answer that is wanted."""
    more: Interval
    """By how much more the tuned model repeats."""
    lead: Interval
    """By how much its answers fit their own requests better than the requests themselves would as answers, in points."""

    @property
    def wins_nothing(self) -> bool:
        """Whether saying the request back would do as well, as far as can be told."""
        return self.lead.low <= 0


def echo(answers: Sequence[Answered], own_request: Measure) -> Echo | None:
    """What the tuned model repeats; None where it is no more than the wanted answers do, or cannot be told.

    Repeated is counted of the request, so that neither saying it five times nor rambling on afterwards hides it.
    """
    known = [one for one in answers if one.id in own_request.pairs]
    asked = own_texts([one.request for one in known])
    both = [
        (tuned, wanted)
        for one, text in zip(known, asked, strict=True)
        if (tuned := repeated(one.tuned, text)) is not None and (wanted := repeated(one.reference, text)) is not None
    ]
    more = adjusted_interval([tuned - wanted for tuned, wanted in both], least=_LEAST, bound=1.0)
    if more is None or more.low <= 0:
        return None
    parroted = lifts(asked, [one.reference for one in known])
    lead = points_interval([own_request.pairs[one.id][1] - lift for one, lift in zip(known, parroted, strict=True)])
    if lead is None:
        return None
    tuned, wanted = (sum(pair[side] for pair in both) / len(both) for side in (0, 1))
    return Echo(tuned=tuned, wanted=wanted, more=more, lead=lead)


def repeated(answer: str, request: str) -> float | None:
    """The share of a request's word pairs that stand in an answer; None of a request of a single word."""
    asked = _pairs(request)
    return len(asked & _pairs(answer)) / len(asked) if asked else None


def own_texts(requests: Sequence[str]) -> list[str]:
    """Each request without the lines that many share, such as an instruction: what is said of its own case.

    A request of which nothing is left stays whole.
    """
    counts = Counter(line for request in requests for line in {line.strip() for line in request.splitlines()})
    form_from = max(FORM_FROM, FORM_SHARE * len(requests))
    own = ["\n".join(line for line in request.splitlines() if counts[line.strip()] < form_from) for request in requests]
    return [text if text.strip() else request for text, request in zip(own, requests, strict=True)]


def _pairs(text: str) -> set[Pair]:
    found = words(text)
    return set(itertools.pairwise(found))
