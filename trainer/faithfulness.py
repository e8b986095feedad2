"""Whether a server answers as the original does: by the next tokens that both expect after the same requests.

Pure functions of numbers. Equal texts would ask for too much (the last bit of a weight can turn a sentence), and for too
little: a wrong template often shows in the second sentence only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Expected = Sequence[tuple[str, float]]
"""Tokens as text, with the natural logarithm of their probability, the likeliest first."""

TOLERANCE = 0.15
"""Mean absolute difference of log-probabilities. Measured on SmolLM2-135M with an adapter of rank 16, over the ten
likeliest next tokens of twelve requests, served by llama.cpp: 0.04 for the merged model in 16 bits, 0.11 in 8 bits or
with the adapter beside the 4-bit base; 0.28 with another system prompt, 0.71 with none, 1.0 with another model's
template, 1.4 for the base alone, 2.8 without a template."""
FEWEST = 3
"""Tokens of one request that can be compared, at least."""
UNLIKE = 100.0
"""The difference from an answer with nothing in it to compare: far beyond what two models can differ by."""


@dataclass(frozen=True, kw_only=True)
class Original:
    """What the trained model expects after one request, and what its base does."""

    messages: Sequence[Mapping[str, str]]
    tuned: Expected
    base: Expected


def difference(wanted: Expected, found: Mapping[str, float]) -> float:
    """The mean absolute difference of the log-probabilities of the ``wanted`` tokens.

    ``found`` holds the likeliest tokens of the server; one that is not among them is less likely than all of these, so
    it counts with the least that its difference can be. Infinite if there is nothing to compare.
    """
    floor = min(found.values(), default=None)
    if floor is None or len(wanted) < FEWEST:
        return UNLIKE
    gaps = [abs(found[token] - value) if token in found else max(0.0, value - floor) for token, value in wanted]
    return sum(gaps) / len(gaps)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How a server's answers compare with the original's, over all requests."""

    from_tuned: float
    from_base: float
    requests: int

    @property
    def faithful(self) -> bool:
        """Near enough to the trained model, and nearer to it than to the base: an adapter that hardly changes anything
        could be left out without a trace otherwise."""
        return self.from_tuned <= TOLERANCE and self.from_tuned < self.from_base


def likeness(originals: Sequence[Original], found: Sequence[Mapping[str, float]]) -> Likeness:
    """``found``: the server's next tokens after each of the requests of the originals (one at least), in their order."""
    pairs = list(zip(originals, found, strict=True))
    return Likeness(
        from_tuned=sum(difference(original.tuned, one) for original, one in pairs) / len(pairs),
        from_base=sum(difference(original.base, one) for original, one in pairs) / len(pairs),
        requests=len(pairs),
    )
