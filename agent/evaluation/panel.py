"""Several judges of the same answers -> one opinion, and how far they differ. It asks nobody."""

from collections.abc import Sequence
from dataclasses import replace

from agent.evaluation.consistency import flips, share
from agent.evaluation.facts import Judged, Judgement
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.length import Padding


def panel(members: Sequence[Judged]) -> Judged:
    """What they say together: by each criterion the mean of those that may be believed by it.

    Of one member it is what that one says. A member that is away, or is not believed, holds up nobody: it is told of in
    ``members``, and the others' scores count without it.
    """
    if len(members) == 1:
        return members[0]
    counted = [one for one in members if one.judgements] or [one for one in members if one.trusted] or list(members)
    together = _together(counted)
    rubric = members[0].rubric
    believed = {name for one in counted for name in one.criteria}
    return Judged(
        judge=" + ".join(one.judge for one in counted),
        trusted=any(one.trusted for one in members),
        probes=sum(one.probes for one in members),
        passed=sum(one.passed for one in members),
        judgements=together,
        criteria=tuple(one.name for one in rubric if one.name in believed),
        rubric=rubric,
        requests=max(one.requests for one in members),
        judged=len({one.prompt_id for one in together}),
        unavailable="" if together else next((one.unavailable for one in members if one.unavailable), ""),
        flips=flips(together),
        voters=members[0].voters,
        votes_compared=members[0].votes_compared,
        members=tuple(replace(one, judgements=()) for one in members),
        opposed=opposed(counted),
        padded=_padded(counted),
    )


def _together(members: Sequence[Judged]) -> tuple[Judgement, ...]:
    given: dict[tuple[str, str], list[Judgement]] = {}
    for member in members:
        for one in member.judgements:
            given.setdefault((one.prompt_id, one.criterion), []).append(one)
    return tuple(_mean(of_one) for of_one in given.values())


def _padded(members: Sequence[Judged]) -> dict[str, tuple[Padding, ...]]:
    """What the mean of their scores gives for length, of the cases that all who count by a criterion have scored."""
    found: dict[str, tuple[Padding, ...]] = {}
    for name in dict.fromkeys(name for one in members for name in one.criteria):
        each = [{one.case: one for one in member.padded.get(name, ())} for member in members if name in member.criteria]
        shared = [case for case in each[0] if all(case in of_one for of_one in each)]
        found[name] = tuple(
            replace(
                each[0][case],
                points=sum(of_one[case].points for of_one in each) / len(each),
                at_an_end=any(of_one[case].at_an_end for of_one in each),
            )
            for case in shared
        )
    return found


def _mean(given: Sequence[Judgement]) -> Judgement:
    """``flipped``: whether it was so for any of them."""
    count = len(given)
    raw = [(one.raw_base, one.raw_tuned) for one in given]
    return replace(
        given[0],
        base=sum(one.base for one in given) / count,
        tuned=sum(one.tuned for one in given) / count,
        raw_base=sum(base for base, _ in raw if base is not None) / count if _all(raw) else None,
        raw_tuned=sum(tuned for _, tuned in raw if tuned is not None) / count if _all(raw) else None,
        flipped=any(one.flipped for one in given),
    )


def _all(raw: Sequence[tuple[float | None, float | None]]) -> bool:
    return all(base is not None and tuned is not None for base, tuned in raw)


def opposed(members: Sequence[Judged]) -> Coefficient | None:
    """The share of scores in which one of them prefers the base model's answer and another the tuned one's.

    Of the criteria by which at least two are believed; each request counts once. None where there are none.
    """
    gains: dict[tuple[str, str], list[float]] = {}
    for member in members:
        for one in member.judgements:
            gains.setdefault((one.prompt_id, one.criterion), []).append(one.tuned - one.base)
    by_request: dict[str, list[bool]] = {}
    for (prompt, _), of_one in gains.items():
        if len(of_one) >= 2:
            by_request.setdefault(prompt, []).append(min(of_one) < 0 < max(of_one))
    return share([sum(told) / len(told) for told in by_request.values()])
