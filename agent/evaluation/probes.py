"""Known-good answers and spoiled ones, by which it is found out whether a judge can be believed, and by which criteria.

It asks no judge: it says what to ask next, and what the answers so far come to.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from math import comb
from pathlib import Path
from typing import Any

from agent.coverage.packs import Expected
from agent.evaluation.rubric import CRITERIA, Rubric, is_ours
from dataset.patterns import follows
from dataset.quality.duplicates import similarity
from dataset.quality.language import words_in
from storage.domain import AgreedFormat

SHIPPED = Path(__file__).parent / "probes.toml"
PROBES = 11
"""For each criterion: the fewest of which a judge may miss one and chance still is as rare as ``CHANCE`` says."""
CHANCE = 0.05
"""How likely a judge may be trusted with any criterion whose preferences have nothing to do with quality."""
MOST_MISSED_AT_FIRST = 2
"""Of the first round, one probe of each criterion. A judge that misses more than half of it is left out at once: one that
tells 95 of 100 apart is, once in 860 times, and the embedded model need not be asked forty times more."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A request with two answers, of which one is worse by one criterion, whatever one may think of the others."""

    id: str
    criterion: str
    request: str
    good: str
    spoiled: str
    reference: str = ""
    note: str = ""
    expected: AgreedFormat | None = None
    own: bool = False
    """Whether it was made of the project's own rows, or is a pick."""
    pick: str = ""
    """Id of the pair of which a person picked the good answer, if it is one."""


Probes = Mapping[str, Sequence[Probe]]
"""By criterion, in the order in which they are put."""
Call = tuple[str, bool]
"""A probe's id, and whether its good answer is shown second."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a judge has shown so far."""

    probes: int
    """Decided: told apart in both orders, or missed."""
    passed: int
    trusted: tuple[str, ...]
    """Criteria by which it told enough apart."""
    out: bool = False
    """Whether it missed so much of the first round that it is left alone."""
    upcoming: tuple[tuple[Probe, bool], ...]
    """What to ask next, the most telling first; each with whether the good answer is shown second. Empty: it is decided."""


def needed(probes: int, criteria: int = len(CRITERIA)) -> int:
    """How many of a criterion's probes have to be told apart; more than there are if no number suffices.

    The judge to be found out prefers one answer of each pair for a reason that has nothing to do with quality, and the
    same one in both orders: it is right with probability 1/2. (One that throws a coin at each call is right in both orders
    with 1/4, one that prefers a position never.) So the chance to pass is the tail of a binomial distribution,
    ``scipy.stats.binom.sf(needed - 1, probes, 0.5)``; for all criteria together it has to stay below ``CHANCE`` (Bonferroni).
    """
    tails = accumulate(comb(probes, right) for right in range(probes, -1, -1))
    return probes + 1 - sum(criteria * tail < CHANCE * 2.0**probes for tail in tails)


def standing(probes: Probes, told: Mapping[Call, bool]) -> Standing:
    """What the calls so far come to. ``told``: whether the good answer was given more by the probe's criterion.

    ``probes`` has an entry for each criterion of the rubric, also where there are none to put: all count for the bar.
    A probe counts as told apart if it was in both orders; equal scores tell nothing. The second order is asked only
    after the first was right. A criterion is closed as soon as it is won or cannot be won any more.
    """
    bar = needed(PROBES, max(1, len(probes)))
    outcomes = {name: [_outcome(probe, told) for probe in of_one] for name, of_one in probes.items()}
    decided = [outcome for of_one in outcomes.values() for outcome in of_one if outcome is not None]
    trusted = tuple(name for name, of_one in outcomes.items() if of_one.count(True) >= bar)
    first = [outcomes[name][0] for name, of_one in probes.items() if of_one and not of_one[0].own]
    out = first.count(False) > max(MOST_MISSED_AT_FIRST, len(first) // 2)
    closed = {name for name, of_one in outcomes.items() if out or name in trusted or _is_lost(of_one, bar)}
    upcoming = [
        (place, probe)
        for name, of_one in probes.items()
        for place, probe in enumerate(of_one)
        if name not in closed and outcomes[name][place] is None
    ]
    upcoming.sort(key=lambda one: one[0])  # round by round: no criterion is asked to its end before the next begins
    return Standing(
        probes=len(decided),
        passed=decided.count(True),
        trusted=() if out else trusted,
        out=out,
        upcoming=tuple((probe, (probe.id, False) in told) for _, probe in upcoming),
    )


def _outcome(probe: Probe, told: Mapping[Call, bool]) -> bool | None:
    orders = [told.get((probe.id, swapped)) for swapped in (False, True)]
    if False in orders:
        return False
    return None if None in orders else True


def _is_lost(outcomes: Sequence[bool | None], bar: int) -> bool:
    return outcomes.count(False) > len(outcomes) - bar


@cache
def shipped() -> Probes:
    """``PROBES`` for each criterion, from the cases that come with us. No two criteria begin with the same case."""
    cases = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["cases"]
    made = {
        name: [_of_case(cases[(number + shift) % len(cases)], name) for number in range(PROBES)]
        for shift, name in enumerate(CRITERIA)
    }
    return {name: tuple(probes) for name, probes in made.items()}


@dataclass(frozen=True, kw_only=True)
class Padded:
    """A request with a middling answer, and with one that says the same in more words: no more, and no less.

    Middling by every criterion, so that there are points left to give: a judge that gives good answers all points gives as
    many to long ones, and nobody sees what length is worth to it.
    """

    case: str
    request: str
    plain: str
    padded: str
    reference: str = ""
    note: str = ""
    expected: AgreedFormat | None = None


@cache
def paddings() -> Sequence[Padded]:
    """One for each case that comes with us, by which is told what length alone is worth to a judge (``agent.evaluation.length``)."""
    cases = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["cases"]
    return tuple(
        Padded(case=case["name"], plain=case["middling"].strip(), padded=case["padded"].strip(), **_asked(case))
        for case in cases
    )


def _of_case(case: Mapping[str, Any], criterion: str) -> Probe:
    return Probe(
        id=f"{case['name']}/{criterion}",
        criterion=criterion,
        good=case["good"].strip(),
        spoiled=case["spoiled"][criterion].strip(),
        **_asked(case),
    )


def _asked(case: Mapping[str, Any]) -> dict[str, Any]:
    """The request, and what is known of good answers to it."""
    return {
        "request": case["request"].strip(),
        "reference": case.get("reference", "").strip(),
        "note": case.get("note", ""),
        "expected": Expected.model_validate(case["format"]).agreed_format(),
    }


# Of the project's own rows

OWN = 4
"""Of a criterion's probes, at most so many are of the project: a judge has to know its way about there too, and what
was asked of it once need not be asked again for the next project."""
OWN_ROWS = 10
"""Rows from which on there are any."""
_FEWEST_WORDS = 12
"""Of an answer, before half of it is a worse answer and another row's is a wrong one."""
_LONGEST = 3_000
"""Characters of a row that is taken: a probe should not cost more than what it is for."""
_MOST_ROWS = 40
"""That are looked through."""
_ANOTHER = 0.4
"""Similarity below which another row's answer is about something else."""


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """A row that people stand behind."""

    id: str
    request: str
    reference: str
    expected: AgreedFormat | None = None


def own(rows: Sequence[OwnRow]) -> Probes:
    """Probes of what can be spoiled by rule: format, relevance, completeness; at most ``OWN`` of each, in order of id.

    The good answer is the row's own, so the judge is not shown it as a reference. It takes a tenth of a second.
    """
    if len(rows) < OWN_ROWS:
        return {}
    usable = [row for row in sorted(rows, key=lambda row: row.id) if _is_usable(row)][:_MOST_ROWS]
    spoiled: dict[str, Iterator[tuple[OwnRow, str]]] = {
        "format": ((row, _misshapen(row)) for row in usable),
        "relevance": ((row, _of_another(row, usable)) for row in usable),
        "completeness": ((row, _half(row, repeat=place % 2 == 0)) for place, row in enumerate(usable)),
    }
    return {
        name: tuple(islice((_of_row(row, name, worse) for row, worse in pairs if worse), OWN))
        for name, pairs in spoiled.items()
    }


def _is_usable(row: OwnRow) -> bool:
    return words_in(row.reference) >= _FEWEST_WORDS and len(row.request + row.reference) <= _LONGEST


def with_own(rows: Sequence[OwnRow]) -> Probes:
    """The shipped probes, of which the project's own take the place of the last ones; the first round stays as it is."""
    mine = own(rows)
    probes = shipped()
    return {
        name: [of_one[0], *mine.get(name, ()), *of_one[1 : len(of_one) - len(mine.get(name, ()))]]
        for name, of_one in probes.items()
    }


# What people picked


@dataclass(frozen=True, kw_only=True)
class Picked:
    """Two answers to a request, of which a person picked one and said why."""

    id: str
    request: str
    better: str
    worse: str


def of_rubric(rubric: Rubric, rows: Sequence[OwnRow], picks: Sequence[Picked]) -> Probes:
    """The probes of each criterion of a rubric; none where there is nothing by which a judge could be found out.

    One that is ours word for word has those of ``with_own``. Another that is about content has people's picks, the
    earliest ``PROBES``: whoever gives more by it has to give more to what people pick. Always the same ones, so that
    the bar is not tried anew with each pick. What a pick says about manner nobody knows, so such a criterion has none.
    It takes a tenth of a second.
    """
    ours = with_own(rows)
    bar = needed(PROBES, max(1, len(rubric)))
    told = picks[:PROBES] if len(picks) >= bar else []
    return {
        one.name: ours[one.name]
        if is_ours(one)
        else [_of_pick(pick, one.name) for pick in told if one.about == "content"]
        for one in rubric
    }


def _of_pick(pick: Picked, criterion: str) -> Probe:
    return Probe(
        id=f"{pick.id}/{criterion}",
        criterion=criterion,
        request=pick.request,
        good=pick.better,
        spoiled=pick.worse,
        own=True,
        pick=pick.id,
    )


def _of_row(row: OwnRow, criterion: str, worse: str) -> Probe:
    return Probe(
        id=f"{row.id}/{criterion}",
        criterion=criterion,
        request=row.request,
        good=row.reference,
        spoiled=worse,
        expected=row.expected,
        own=True,
    )


def _misshapen(row: OwnRow) -> str:
    """The answer on one line, where the format wants more and the row keeps to it; else empty."""
    if row.expected is None or not follows(row.reference, row.expected):
        return ""
    line = " ".join(row.reference.split())
    return "" if follows(line, row.expected) else line


def _of_another(row: OwnRow, rows: Sequence[OwnRow]) -> str:
    """The answer to another request, as different as any; empty where all are alike."""
    others = [other.reference for other in rows if other.id != row.id]
    worst = min(others, key=lambda text: similarity(text, row.reference), default="")
    return worst if worst and similarity(worst, row.reference) < _ANOTHER else ""


def _half(row: OwnRow, repeat: bool) -> str:
    """The first half of the answer; with ``repeat`` twice, so that it is as long as the whole."""
    half = row.reference[: len(row.reference) // 2]
    half = (half.rpartition(" ")[0] or half).strip()
    return f"{half}\n\n{half}" if repeat else half
