"""What versions reached over time, as far as it may be compared: values on the same requests belong together, others do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST_SHARED = 5
"""Requests that versions have to have in common for their values to be joined; below ``intervals.FEWEST`` they are drawn as
few."""
_KEPT = 0.5
"""Share of the requests that a stretch has in common which it keeps when an older version joins it: a line through many
versions that rests on a handful of requests would say less than two shorter ones."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One measure of one version."""

    version: int
    values: Mapping[str, float]
    """By request; the same key means the same request, with the same wanted answer."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Versions that were asked the same, and their means over what they have in common."""

    points: tuple[tuple[int, float], ...]
    """Version and mean, the earliest first."""
    requests: int


def stretches(reached: Sequence[Reached]) -> list[Stretch]:
    """The versions in order, cut wherever too few requests are shared. It begins with the latest: that is looked at most."""
    groups: list[list[Reached]] = []
    shared: set[str] = set()
    for one in sorted((one for one in reached if one.values), key=lambda one: -one.version):
        both = shared & one.values.keys()
        if groups and len(both) >= max(FEWEST_SHARED, _KEPT * len(shared)):
            groups[-1].append(one)
            shared = both
        else:
            groups.append([one])
            shared = set(one.values)
    return [_stretch(group) for group in reversed(groups)]


def _stretch(group: Sequence[Reached]) -> Stretch:
    shared = set.intersection(*(set(one.values) for one in group))
    points = [(one.version, sum(one.values[name] for name in shared) / len(shared)) for one in reversed(group)]
    return Stretch(points=tuple(points), requests=len(shared))
