"""Judges with a known fault, through probes, the bar of agreement with people, and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from agent.evaluation.agreement import Rated
from agent.evaluation.bar import with_people
from agent.evaluation.facts import Answered, Judged, Judgement
from agent.evaluation.length import Padding, longer_by
from agent.evaluation.measures import Measure, judgements
from agent.evaluation.probes import Call, Probe, paddings, shipped, standing
from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.evaluation.verdict import Verdict, verdict
from bench.truth.shown import Shown, by_chance, percent

_REQUESTS = 30
_WORDS = 40
"""Of the base model's answers."""
_SPREAD = 0.4
"""Of the logarithm of how much longer one answer is than another to the same request: half are within a third."""
_CLAIMS = ("better", "worse")
_GAP = 2.0
"""Points between a good and a spoiled answer, to whoever sees it wholly."""


@dataclass(frozen=True)
class Judge:
    """Its score of an answer, before it is rounded and cut to 1 to 5."""

    sees: float = 0.0
    """The part of an answer's quality that it sees."""
    noise: float = 0.5
    longer: float = 0.0
    """Points for an answer that is longer than the other."""
    doubled: float = 0.0
    """Points for an answer that is twice as long as the other; of four times as long it gives two times as many."""
    soon: float = 0.0
    """Points for an answer that is longer, nearly all of them for half as long again: neither a step nor a slope."""
    first: float = 0.0
    """Points for the answer that is shown first."""
    ours: float = 0.0
    """Quality of the middling answers that ship with us, as it sees them: from 2 on they get nearly all points there are."""

    def score(self, quality: float, longer: float, first: bool, chance: np.random.Generator) -> int:
        """``longer``: the logarithm of the ratio of its words to the other's."""
        length = self.longer * np.sign(longer) + self.doubled * longer / np.log(2) + self.soon * np.tanh(2 * longer)
        raw = 3 + self.sees * quality + length / 2 + self.first * (first - 0.5)
        return int(min(5, max(1, round(raw + chance.normal(0, self.noise)))))


@dataclass(frozen=True)
class Lengths:
    """By how much tuned is longer, request by request: of the logarithm of the ratio of words."""

    mean: float
    spread: float = _SPREAD


_OFTEN_LONGER = Lengths(mean=0.21)
"""Tuned writes longer at 7 of 10 requests."""
_LENGTHS = {
    "as long, in the mean": Lengths(mean=0.0),
    "longer at 7 of 10": _OFTEN_LONGER,
    "2.7 times as long": Lengths(mean=1.0),
    "a fifth as long": Lengths(mean=-1.6),
    "20 times as long": Lengths(mean=3.0),
}
_LIKES = {
    "nothing but quality": Judge(sees=1.0),
    "half a point for longer": Judge(sees=1.0, longer=0.5),
    "half a point each doubling": Judge(sees=1.0, doubled=0.5),
    "half a point, given soon": Judge(sees=1.0, soon=0.5),
    "half a point for shorter": Judge(sees=1.0, longer=-0.5),
    "a point for longer": Judge(sees=1.0, longer=1.0),
    "nothing but quality, ours 5": Judge(sees=1.0, ours=2.5),
    "half a point for longer, ours 5": Judge(sees=1.0, longer=0.5, ours=2.5),
    "half each doubling, ours 5": Judge(sees=1.0, doubled=0.5, ours=2.5),
}

_JUDGES = {
    "sees quality": Judge(sees=1.0),
    "sees it, noisy": Judge(sees=1.0, noise=1.0),
    "sees it, very noisy": Judge(sees=1.0, noise=2.0),
    "sees it, likes long ones a little": Judge(sees=1.0, longer=0.5),
    "sees it, the longer the better": Judge(sees=1.0, doubled=0.5),
    "sees it, likes short ones a little": Judge(sees=1.0, longer=-0.5),
    "sees it, likes long ones much": Judge(sees=1.0, longer=2.0),
    "sees it, likes the first much": Judge(sees=1.0, first=2.0),
    "likes long ones, blind": Judge(longer=3.0),
    "likes short ones, blind": Judge(longer=-3.0),
    "likes the first, blind": Judge(first=3.0),
    "throws a coin": Judge(noise=2.0),
    "gives all the same": Judge(noise=0.0),
}


def biased(rounds: int) -> Shown:
    rows = []
    for name, judge in _JUDGES.items():
        chance = np.random.default_rng(8)
        believed = [_believed(judge, chance) for _ in range(rounds)]
        agreed = [with_people(list(_rated(judge, chance))).code == "agrees" for _ in range(rounds)]
        wrong, found = (
            [_compared(judge, gain, _OFTEN_LONGER, chance).code for _ in range(rounds)] for gain in (0.0, 0.5)
        )
        both = [probes and people for probes, people in zip(believed, agreed, strict=True)]
        rows.append([
            name,
            *(percent(sum(each), rounds) for each in (believed, agreed, both)),
            percent(sum(one and code in _CLAIMS for one, code in zip(both, wrong, strict=True)), rounds),
            percent(sum(one and code == "better" for one, code in zip(both, found, strict=True)), rounds),
        ])  # fmt: skip
    return Shown(
        title="Judges with a fault",
        note=f"Percent of {rounds} judges that are believed by any criterion after the shipped probes; that agree with people "
        f"on {_REQUESTS} rated requests; both; and, over all of them, false claims about two equal models of which tuned writes "
        "the longer answer at 7 of 10 requests, and a gain of half a point that is found. Of judges that see nothing less "
        f"than 5 should be believed, and less than 5 claims should be false ({by_chance(rounds)} by chance).",
        head=["judge", "probes", "people", "both", "false claim", "found"],
        rows=rows,
    )


def lengths(rounds: int) -> Shown:
    rows = []
    for how, each in _LENGTHS.items():
        for likes, judge in _LIKES.items():
            chance = np.random.default_rng(9)
            same = [_measured(judge, 0.0, each, chance, is_padded=True, requests=_REQUESTS) for _ in range(rounds)]
            bare = [_compared(judge, 0.0, each, chance, is_padded=False).code for _ in range(rounds)]
            codes = [verdict(found, None).code for found in same]
            gained = [_compared(judge, 1.0, each, chance).code for _ in range(rounds)]
            intervals = [one.at_equal_length for (one,) in same if one.at_equal_length is not None]
            rows.append([
                how,
                likes,
                percent(sum(code in (*_CLAIMS, "by_length") for code in codes), rounds),
                percent(sum(code in _CLAIMS for code in bare), rounds),
                percent(sum(code in _CLAIMS for code in codes), rounds),
                percent(sum(one.low <= 0 <= one.high for one in intervals), rounds),
                percent(sum(code == "better" for code in gained), rounds),
            ])  # fmt: skip
    return Shown(
        title="Judges and length",
        note=f"Percent of {rounds} comparisons with {_REQUESTS} requests, by how long tuned's answers are beside the base model's and by "
        "what the judge likes. Of two equal models: how often it would be called different by its scores as they were given; how often at "
        "equal length by these answers alone; and as it is done, with what it gives for the same in more words. Less than 5 should be. "
        f"“Ours 5”: it gives nearly all of our middling answers 5 points, in few words and in many. "
        f"Then how often the interval at equal length holds 0, and how often a gain of one point is found ({by_chance(rounds)} by chance).",
        head=["tuned's answers", "judge gives", "as given", "without paddings", "claimed", "holds", "found"],
        rows=rows,
    )


def _believed(judge: Judge, chance: np.random.Generator) -> bool:
    probes = shipped()
    told: dict[Call, bool] = {}
    while upcoming := (now := standing(probes, told)).upcoming:
        probe, swapped = upcoming[0]
        told[probe.id, swapped] = _told_apart(judge, probe, swapped, chance)
    return bool(now.trusted)


def _told_apart(judge: Judge, probe: Probe, swapped: bool, chance: np.random.Generator) -> bool:
    longer = longer_by(probe.spoiled, probe.good)
    good = judge.score(_GAP / 2, longer, not swapped, chance)
    return good > judge.score(-_GAP / 2, -longer, swapped, chance)


def _rated(judge: Judge, chance: np.random.Generator) -> Iterator[Rated]:
    """Two answers to each request, of known quality and by chance the longer one; asked in both orders."""
    for place in range(_REQUESTS):
        shared, longer = chance.normal(0, 0.7), chance.normal(0, _SPREAD)
        for by in (longer, -longer):
            quality = shared + chance.normal(0, 0.8)
            person = min(5.0, max(1.0, round(3 + quality + chance.normal(0, 0.3))))
            yield Rated(cluster=str(place), judge=_twice(judge, quality, by, chance), person=person)


def _twice(judge: Judge, quality: float, longer: float, chance: np.random.Generator) -> float:
    return sum(judge.score(quality, longer, first, chance) for first in (True, False)) / 2


def _padded(judge: Judge, chance: np.random.Generator) -> tuple[Padding, ...]:
    """What it gives the shipped answers in more words."""
    given = []
    for one in paddings():
        longer = longer_by(one.plain, one.padded)
        padded, plain = (_twice(judge, judge.ours, by, chance) for by in (longer, -longer))
        at_an_end = padded == plain and plain in (LOWEST, HIGHEST)
        given.append(Padding(case=one.case, longer=longer, points=padded - plain, at_an_end=at_an_end))
    return tuple(given)


def _compared(
    judge: Judge,
    gain: float,
    lengths: Lengths,
    chance: np.random.Generator,
    *,
    is_padded: bool = True,
    requests: int = _REQUESTS,
) -> Verdict:
    (measure,) = _measured(judge, gain, lengths, chance, is_padded=is_padded, requests=requests)
    return verdict([measure], None)


def _measured(
    judge: Judge, gain: float, lengths: Lengths, chance: np.random.Generator, *, is_padded: bool, requests: int
) -> list[Measure]:
    given, answers = [], []
    for place in range(requests):
        base, longer = chance.normal(0, 0.8), chance.normal(lengths.mean, lengths.spread)
        tuned = base + gain + chance.normal(0, 0.5)
        words = max(1, round(_WORDS * float(np.exp(longer))))
        longer = float(np.log((1 + words) / (1 + _WORDS)))
        name = str(place)
        scores = _twice(judge, base, -longer, chance), _twice(judge, tuned, longer, chance)
        given.append(Judgement(prompt_id=name, criterion="accuracy", base=scores[0], tuned=scores[1], flipped=False))
        answers.append(Answered(id=name, source="row", request="", base="word " * _WORDS, tuned="word " * words))
    padded = {"accuracy": _padded(judge, chance)} if is_padded else {}
    return judgements(Judged(judge="", trusted=True, judgements=tuple(given), padded=padded), answers)
