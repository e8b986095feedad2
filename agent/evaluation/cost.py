"""What it costs to have answers judged: the most calls, tokens and seconds. It asks nothing and knows no prices.

Tokens are told by the length of texts, for every provider counts in its own way: three bytes of UTF-8 are taken for one
token. English has about four, Chinese three; so it is rather too many than too few.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

BYTES_OF_A_TOKEN = 3
ASKED_AGAIN = 0.1
"""Share of the calls that may come to nothing and be made again, within what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """At most, where it is an estimate; what was spent, where it is a count."""

    calls: int = 0
    tokens: int = 0
    """Of prompts and completions together; each completion with all the tokens that it is allowed."""
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            seconds=self.seconds + other.seconds,
        )

    def __sub__(self, other: "Cost") -> "Cost":
        """What is left of it, nothing below 0."""
        return Cost(
            calls=max(0, self.calls - other.calls),
            tokens=max(0, self.tokens - other.tokens),
            seconds=max(0.0, self.seconds - other.seconds),
        )

    def covers(self, other: "Cost") -> bool:
        """Whether so many calls and tokens may be spent of it. Seconds are held by the judge's patience."""
        return other.calls <= self.calls and other.tokens <= self.tokens


def tokens_of(text: str) -> int:
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_OF_A_TOKEN)


def one_call(prompt_tokens: int, completion_tokens: int) -> Cost:
    return Cost(calls=1, tokens=prompt_tokens + completion_tokens)


def at_most(calls: Iterable[Cost], *, call_seconds: float | None, at_a_time: int, patience: float) -> Cost:
    """All of these calls, and those that are made again. ``patience``: seconds after which no further call is begun.

    ``call_seconds``: what one takes, where that was measured; None: only the patience is known.
    """
    total = sum(calls, Cost())
    if not total.calls:
        return Cost()
    again = math.ceil(total.calls * ASKED_AGAIN)
    longest = math.ceil(total.tokens / total.calls)
    made = total.calls + again
    expected = patience if call_seconds is None else call_seconds * math.ceil(made / at_a_time)
    return Cost(calls=made, tokens=total.tokens + again * longest, seconds=min(patience, expected))
