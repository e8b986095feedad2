"""What to collect next: of which kinds of requests more examples are missing, how many, and why.

It invents no effect: how much better a model gets by five more examples nobody knows beforehand. A number rests on the
project's own plan, or on the training guide's "10 to 15 examples addressing gaps" after a round.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.distributions import bdtrc
from agent.evaluation.facts import Answered
from agent.evaluation.faults import Fault
from agent.evaluation.intervals import FEWEST, LEVEL

FEWEST_OF_KIND = 5
"""Answers of a kind before anything is said about it."""
FAILING = 0.25
"""Share of a kind's answers that may have a fault or have got worse; it is weak if more have, by the exact binomial test."""
GAP = 10
"""Examples for the kinds that are weak, in all: what the guide adds after a round, at least."""
FEWEST_EXAMPLES = 3
"""Of a weak kind: of fewer there is little to learn."""
MOST_NEEDS = 3


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request as the coverage plan has it."""

    id: str
    plural: str
    """As the pack calls several: ``refunds``."""
    have: int
    want: int


@dataclass(frozen=True, kw_only=True)
class Need:
    kind: str
    plural: str
    examples: int
    why: Literal["weak", "plan"]
    """``weak``: its answers fail; ``plan``: the plan wants more of them."""
    have: int
    failing: int = 0
    """Answers with a fault, or that got worse, of ``n``."""
    n: int = 0


@dataclass(frozen=True, kw_only=True)
class Collect:
    needs: tuple[Need, ...]
    """The most needed first."""
    requests: int
    """Test requests with a known answer that are missing until a verdict may rest on what answers say."""


def collect(
    answers: Sequence[Answered], faults: Sequence[Fault], changes: Mapping[str, float], kinds: Sequence[Kind]
) -> Collect:
    """``changes``: by how much each answer got better, by request (``choosing.changes``). ``kinds``: those of the plan.

    Weak kinds come first, the weakest before the others; each gets what the plan still wants of it, or its part of ``GAP``
    if that is more. Then those of which the plan wants most, as a share of what it wants.
    """
    known = sum(one.of_verdict and bool(one.reference.strip()) for one in answers)
    found = needs(answers, faults, changes, kinds)
    return Collect(needs=found[:MOST_NEEDS], requests=max(0, FEWEST - known))


def failing_of(faults: Sequence[Fault], changes: Mapping[str, float]) -> frozenset[str]:
    """Requests whose answer has a fault, or got worse."""
    worse = {name for name, change in changes.items() if change < 0}
    return frozenset(worse.union(*(fault.ids for fault in faults)))


def needs(
    answers: Sequence[Answered], faults: Sequence[Fault], changes: Mapping[str, float], kinds: Sequence[Kind]
) -> tuple[Need, ...]:
    """All that ``collect`` knows of, the most needed first."""
    task = [one for one in answers if one.of_verdict]
    weak = _weak(task, failing_of(faults, changes), kinds)
    part = max(FEWEST_EXAMPLES, GAP // max(1, len(weak)))
    wanted = [
        Need(
            kind=kind.id,
            plural=kind.plural,
            examples=max(part, kind.want - kind.have),
            why="weak",
            have=kind.have,
            failing=count,
            n=n,
        )
        for kind, count, n in weak
    ]
    found = {need.kind for need in wanted}
    thin = sorted((kind for kind in kinds if kind.have < kind.want and kind.id not in found), key=_share)
    wanted += [
        Need(kind=one.id, plural=one.plural, examples=one.want - one.have, why="plan", have=one.have) for one in thin
    ]
    return tuple(wanted)


def _weak(task: Sequence[Answered], failing: Collection[str], kinds: Sequence[Kind]) -> list[tuple[Kind, int, int]]:
    """Kinds of which more than ``FAILING`` of the answers fail, as far as can be told; with how many of how many.

    Several kinds are tested, each at its part of 0.05 (Bonferroni).
    """
    ids: dict[str, list[str]] = defaultdict(list)
    for one in task:
        ids[one.category].append(one.id)
    tested = [kind for kind in kinds if len(ids[kind.id]) >= FEWEST_OF_KIND]
    found = []
    for kind in tested:
        count, n = sum(name in failing for name in ids[kind.id]), len(ids[kind.id])
        if count and bdtrc(count - 1, n, FAILING) <= LEVEL / len(tested):
            found.append((kind, count, n))
    return sorted(found, key=lambda one: (-one[1] / one[2], one[0].id))


def _share(kind: Kind) -> tuple[float, str]:
    return kind.have / kind.want, kind.id
