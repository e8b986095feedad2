"""Judges with a known fault, through probes, the bar of agreement with people, and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from agent.evaluation.agreement import Rated
from agent.evaluation.bar import with_people
from agent.evaluation.facts import Answered, Judged, Judgement
from agent.evaluation.measures import judgements
from agent.evaluation.probes import Call, Probe, shipped, standing
from agent.evaluation.verdict import verdict
from bench.truth.shown import Shown, by_chance, percent

_REQUESTS = 30
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
    first: float = 0.0
    """Points for the answer that is shown first."""

    def score(self, quality: float, longer: bool, first: bool, chance: np.random.Generator) -> int:
        raw = 3 + self.sees * quality + self.longer * (longer - 0.5) + self.first * (first - 0.5)
        return int(min(5, max(1, round(raw + chance.normal(0, self.noise)))))


_JUDGES = {
    "sees quality": Judge(sees=1.0),
    "sees it, noisy": Judge(sees=1.0, noise=1.0),
    "sees it, very noisy": Judge(sees=1.0, noise=2.0),
    "sees it, likes long ones a little": Judge(sees=1.0, longer=0.5),
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
        wrong, found = ([_verdict(judge, gain, chance) for _ in range(rounds)] for gain in (0.0, 0.5))
        both = [probes and people for probes, people in zip(believed, agreed, strict=True)]
        rows.append([
            name,
            *(percent(sum(each), rounds) for each in (believed, agreed, both)),
            percent(sum(one and code != "no_difference" for one, code in zip(both, wrong, strict=True)), rounds),
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


def _believed(judge: Judge, chance: np.random.Generator) -> bool:
    probes = shipped()
    told: dict[Call, bool] = {}
    while upcoming := (now := standing(probes, told)).upcoming:
        probe, swapped = upcoming[0]
        told[probe.id, swapped] = _told_apart(judge, probe, swapped, chance)
    return bool(now.trusted)


def _told_apart(judge: Judge, probe: Probe, swapped: bool, chance: np.random.Generator) -> bool:
    longer = len(probe.good) > len(probe.spoiled)
    good = judge.score(_GAP / 2, longer, not swapped, chance)
    return good > judge.score(-_GAP / 2, not longer, swapped, chance)


def _rated(judge: Judge, chance: np.random.Generator) -> Iterator[Rated]:
    """Two answers to each request, of known quality and by chance the longer one; asked in both orders."""
    for place in range(_REQUESTS):
        shared, longer = chance.normal(0, 0.7), chance.random() < 0.5
        for is_longer in (longer, not longer):
            quality = shared + chance.normal(0, 0.8)
            person = min(5.0, max(1.0, round(3 + quality + chance.normal(0, 0.3))))
            yield Rated(cluster=str(place), judge=_twice(judge, quality, is_longer, chance), person=person)


def _twice(judge: Judge, quality: float, longer: bool, chance: np.random.Generator) -> float:
    return sum(judge.score(quality, longer, first, chance) for first in (True, False)) / 2


def _verdict(judge: Judge, gain: float, chance: np.random.Generator) -> str:
    given = []
    for place in range(_REQUESTS):
        base, longer = chance.normal(0, 0.8), chance.random() < 0.7
        tuned = base + gain + chance.normal(0, 0.5)
        given.append(
            Judgement(
                prompt_id=str(place),
                criterion="accuracy",
                base=_twice(judge, base, not longer, chance),
                tuned=_twice(judge, tuned, longer, chance),
                flipped=False,
            )
        )
    answers = [Answered(id=one.prompt_id, source="row", request="", base="", tuned="") for one in given]
    return verdict(judgements(Judged(judge="", trusted=True, judgements=tuple(given)), answers), None).code
