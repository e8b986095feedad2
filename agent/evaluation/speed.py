"""How quickly base and tuned model answer one request at a time, as a generate job measured it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Pace:
    first_token_seconds: float
    """From the request to the first token: the median of a few requests."""
    tokens_per_second: float
    """After the first."""


@dataclass(frozen=True, kw_only=True)
class Speed:
    base: Pace
    tuned: Pace


def speed_of(result: Mapping[str, Any]) -> Speed | None:
    """``result``: of a generate job. None unless both sides were timed, each by numbers above 0."""
    told = result.get("speed")
    found = [_pace(told.get(side)) for side in ("base", "tuned")] if isinstance(told, Mapping) else [None]
    base, tuned = (found * 2)[:2]
    return Speed(base=base, tuned=tuned) if base and tuned else None


def _pace(told: object) -> Pace | None:
    if not isinstance(told, Mapping):
        return None
    try:
        first, rate = float(told["first_token_seconds"]), float(told["tokens_per_second"])
    except (KeyError, TypeError, ValueError):
        return None
    return Pace(first_token_seconds=first, tokens_per_second=rate) if first > 0 and rate > 0 else None
