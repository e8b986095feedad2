"""One judge at work on one comparison: put to the test, compared with people, asked, and asked again.

What other judges say it does not know. Nothing here is asked twice: what was answered lies in ledgers.
"""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.corrections import Rating, cluster_of, shown_with
from agent.evaluation.agreement import Rated
from agent.evaluation.bar import RATED_NEEDED, WithPeople, with_people
from agent.evaluation.calibration import Calibration, calibrate
from agent.evaluation.consistency import Twice, among_voters, flips, noise, with_votes
from agent.evaluation.cost import Cost, at_most
from agent.evaluation.facts import Answered, Ground, Judged, Memory, Vote
from agent.evaluation.intervals import adjusted_interval
from agent.evaluation.length import Padding
from agent.evaluation.probes import Probes, Standing
from agent.evaluation.rubric import Rubric, is_ours
from agent.judge import PATIENCE, Correction, Judge, Pair, Question, Scored, scored
from agent.ledger import Ledger
from agent.opinions import Both, both_of, calibrated, distance, effect_of, judgements_of, mean_of, moved_paddings
from agent.probing import padded, probed, told_rules, unasked
from storage.domain import RubricRule

COMPLETE = 0.8
"""Share of the requests that has to be judged before any judgement counts: what went missing may not be like the rest."""
MOST_REPEATED = 10
"""Requests about which a judge is asked once more, to know its own noise: 20 answers by each criterion."""
_LEAST_GAIN = 0.25
"""The smallest step between two distances from people's scores that can be told from none: half a step of a judge's mean."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is the same for every judge of a comparison."""

    folder: str
    rubric: Rubric
    rules: Sequence[RubricRule]
    probes: Probes
    chosen: Sequence[Answered]
    """The sample that is judged."""
    rated: Sequence[Rating]
    """Requests that people scored, on which a judge is compared with them."""
    corrections: Sequence[Correction]
    votes: Sequence[Vote]
    picks: int
    """Of people's, between two drafts; the earliest are among ``probes``."""
    ledgers: Mapping[str, Ledger]
    """By folder: of this comparison, and of those whose answers are among ``rated``."""

    @property
    def may_be_taught(self) -> bool:
        """Whether corrections can be tried: there are some, and enough scores to see what they do."""
        return bool(self.corrections) and len(self.rated) >= RATED_NEEDED


@dataclass(kw_only=True)
class Sitting:
    judge: Judge
    case: Case
    moved_on: Callable[[], None] = lambda: None
    """Called whenever more requests may have been judged."""
    done: int = field(default=0, init=False)
    """Requests of the sample that were judged so far."""
    _made: dict[tuple[str, bool], Both[Question]] = field(default_factory=dict, init=False)
    """Questions by request, and whether with corrections: they take time to make."""
    _again: dict[bool, dict[str, Question]] = field(default_factory=dict, init=False)
    _padded: Mapping[str, Sequence[Padding]] = field(default_factory=dict, init=False)

    async def held(self) -> Judged:
        """What comes of it. It raises nothing that a judge may do."""
        judge, case = self.judge, self.case
        shown = await probed(judge, case.probes, case.rules)
        if not self._is_worth_asking(shown):
            return self._without_scores(shown)
        self._padded, left = await padded(judge)
        await asyncio.to_thread(self._unanswered)  # builds all questions: seconds, where corrections are looked through
        left += await self._ask([pair for one in case.rated for pair in self._both_asked(one.folder, one.answered)])
        memory = await self._memory()
        taught = bool(memory and memory.used)
        left += await self._ask_sample(taught)
        if taught:
            again = [self._questions(one.folder, one.answered, taught=True) for one in case.rated]
            left += await self._ask(
                [
                    (one, case.ledgers[rating.folder])
                    for rating, both in zip(case.rated, again, strict=True)
                    for one in both
                ]
            )
        await self._ask([(one, case.ledgers[case.folder]) for one in self._repeated(taught).values()])
        return await asyncio.to_thread(self._outcome, shown, memory, taught, bool(left or shown.upcoming))

    async def most(self) -> Cost:
        """What it may still take, if the judge proves itself."""
        judge, case = self.judge, self.case
        probes = await unasked(judge, case.probes, case.rules)
        return at_most(
            [judge.cost(one) for one in [*probes, *await asyncio.to_thread(self._unanswered)]],
            call_seconds=judge.call_seconds,
            at_a_time=judge.at_a_time,
            patience=PATIENCE,
        )

    def _unanswered(self) -> list[Question]:
        case, ledger = self.case, self.case.ledgers[self.case.folder]
        rated = [pair for one in case.rated for pair in self._both_asked(one.folder, one.answered)]
        if case.may_be_taught:
            taught = [(self._questions(one.folder, one.answered, taught=True), one.folder) for one in case.rated]
            rated += [(one, case.ledgers[folder]) for both, folder in taught for one in both]
        samples = [
            [(one, ledger) for answered in case.chosen for one in self._questions(case.folder, answered, taught=taught)]
            + [(one, ledger) for one in self._repeated(taught).values()]
            for taught in ((False, True) if case.may_be_taught else (False,))
        ]
        dearest = max(samples, key=lambda sample: len(_open(sample)))
        return list(_open([*rated, *dearest]))

    def _is_worth_asking(self, shown: Standing) -> bool:
        """It told good from spoiled by some criterion; or people's scores can tell, and it did not fail at once."""
        return bool(shown.trusted) or (not shown.out and not shown.upcoming and len(self.case.rated) >= RATED_NEEDED)

    def _without_scores(self, shown: Standing) -> Judged:
        judge = self.judge
        return Judged(
            judge=judge.model.name,
            trusted=False,
            probes=shown.probes,
            passed=shown.passed,
            rubric=tuple(self.case.rubric),
            picks=self.case.picks,
            unavailable=judge.unavailable or judge.silence if shown.upcoming else "",
        )

    # What it is asked

    def _questions(self, folder: str, one: Answered, *, taught: bool) -> Both[Question]:
        """In both orders; ``taught``: with what people corrected elsewhere."""
        name = (cluster_of(folder, one), taught)
        if name not in self._made:
            pair = self._pair(folder, one, taught)
            self._made[name] = (self.judge.question(pair), self.judge.question(pair.swapped()))
        return self._made[name]

    def _pair(self, folder: str, one: Answered, taught: bool, again: bool = False) -> Pair:
        return Pair(
            request=one.request,
            first=one.base,
            second=one.tuned,
            reference=one.reference,
            note=one.note,
            expected=one.expected,
            rules=told_rules(self.case.rules),
            corrections=shown_with(folder, one, self.case.corrections) if taught else (),
            again=again,
        )

    def _both_asked(self, folder: str, one: Answered) -> list[tuple[Question, Ledger]]:
        return [(question, self.case.ledgers[folder]) for question in self._questions(folder, one, taught=False)]

    def _repeated(self, taught: bool) -> dict[str, Question]:
        """By request, the question of the first order in other clothes."""
        case = self.case
        if taught not in self._again:
            self._again[taught] = {
                one.id: self.judge.question(self._pair(case.folder, one, taught, again=True))
                for one in case.chosen[:MOST_REPEATED]
            }
        return self._again[taught]

    async def _ask_sample(self, taught: bool) -> int:
        """Request by request, so that it can be told how far it is; returns how many questions are left."""
        case = self.case
        ledger = case.ledgers[case.folder]
        every = [self._questions(case.folder, one, taught=taught) for one in case.chosen]

        def count() -> None:
            self.done = sum(all(ledger.get(one.key) is not None for one in both) for both in every)
            self.moved_on()

        count()
        return await self._ask([(one, ledger) for both in every for one in both], count)

    async def _ask(self, asked: Sequence[tuple[Question, Ledger]], after: Callable[[], None] = lambda: None) -> int:
        """Ask what was not answered yet; returns how many are left. ``after`` each round of calls it is said so."""
        judge = self.judge
        while left := _open(asked):
            batch = [one for one in left if judge.may_ask(one)][: judge.at_a_time]
            if not batch:
                break
            first = left[batch[0]]
            await judge.ask([one for one in batch if left[one] is first], first)
            after()
        return len(left)

    # What comes of it

    async def _memory(self) -> Memory | None:
        """Whether corrections bring its scores nearer to people's, on requests whose own corrections it is not shown.

        The first order alone is asked: whatever a place is worth, it is worth the same with corrections and without.
        """
        case = self.case
        if not case.corrections:
            return None
        if not case.may_be_taught:
            return Memory(corrections=len(case.corrections), used=False)
        taught = {
            one.cluster: (await asyncio.to_thread(self._questions, one.folder, one.answered, taught=True))[0]
            for one in case.rated
        }
        await self._ask([(taught[one.cluster], case.ledgers[one.folder]) for one in case.rated])
        gains = []
        for one in case.rated:
            ledger = case.ledgers[one.folder]
            before = scored(self._questions(one.folder, one.answered, taught=False)[0], ledger)
            after = scored(taught[one.cluster], ledger)
            if before and after:
                gains.append(distance(one, before) - distance(one, after))
        gain = adjusted_interval(gains, least=_LEAST_GAIN)
        used = gain is not None and gain.n >= RATED_NEEDED and gain.low > 0
        return Memory(corrections=len(case.corrections), used=used, gain=gain)

    def _outcome(self, shown: Standing, memory: Memory | None, taught: bool, unfinished: bool) -> Judged:
        judge, case = self.judge, self.case
        people, calibrations = self._with_people(taught)
        grounds = self._grounds(shown, people)
        found = self._scores(taught)
        if taught and not self._counts(found):  # with corrections it is not done yet
            taught, found = False, self._scores(taught=False)
            people, calibrations = self._with_people(taught)
            grounds = self._grounds(shown, people)
        raw = tuple(judgements_of(found, tuple(grounds))) if self._counts(found) else ()
        agreeing, share = with_votes(raw, case.votes)
        return Judged(
            judge=judge.model.name,
            trusted=bool(grounds),
            probes=shown.probes,
            passed=shown.passed,
            judgements=tuple(calibrated(one, calibrations.get(one.criterion)) for one in raw),
            criteria=tuple(grounds),
            rubric=tuple(case.rubric),
            grounds=grounds,
            requests=len(case.chosen),
            judged=len(found),
            unavailable=judge.unavailable or judge.silence if unfinished else "",
            flips=flips(raw),
            noise=noise(self._twice(taught)),
            people=people,
            votes=share,
            votes_compared=agreeing,
            voters=among_voters(case.votes)[1],
            padded={name: moved_paddings(self._padded[name], calibrations.get(name)) for name in grounds},
            moved={name: effect_of(name, one, raw) for name, one in calibrations.items()},
            picks=case.picks,
            memory=Memory(corrections=memory.corrections, used=taught, gain=memory.gain) if memory else None,
        )

    def _counts(self, found: Mapping[str, Both[Scored]]) -> bool:
        return len(found) >= math.ceil(COMPLETE * len(self.case.chosen))

    def _grounds(self, shown: Standing, people: Mapping[str, WithPeople]) -> dict[str, Ground]:
        """Why it is believed, by criterion. Where people have scored enough, their word stands above any probe."""
        grounds: dict[str, Ground] = {}
        for one in self.case.rubric:
            code = people[one.name].code if one.name in people else "too_few"
            if code in ("below", "unproven"):
                continue
            if one.name in shown.trusted:
                grounds[one.name] = "probes" if is_ours(one) else "picks"
            elif code == "agrees":
                grounds[one.name] = "people"
        return grounds

    def _with_people(self, taught: bool) -> tuple[dict[str, WithPeople], dict[str, Calibration]]:
        rated: dict[str, list[Rated]] = {}
        for one in self.case.rated:
            ledger = self.case.ledgers[one.folder]
            given = both_of(self._questions(one.folder, one.answered, taught=taught), ledger)
            if given is None:
                continue
            for (side, name), score in one.people.items():
                rated.setdefault(name, []).append(
                    Rated(cluster=one.cluster, judge=mean_of(given, side, name), person=score)
                )
        calibrations = {name: found for name, of_one in rated.items() if (found := calibrate(of_one)) is not None}
        return {name: with_people(of_one) for name, of_one in rated.items()}, calibrations

    def _scores(self, taught: bool) -> dict[str, Both[Scored]]:
        case = self.case
        ledger = case.ledgers[case.folder]
        every = {one.id: both_of(self._questions(case.folder, one, taught=taught), ledger) for one in case.chosen}
        return {name: both for name, both in every.items() if both is not None}

    def _twice(self, taught: bool) -> Iterator[Twice]:
        case = self.case
        ledger, repeated = case.ledgers[case.folder], self._repeated(taught)
        for one in case.chosen[:MOST_REPEATED]:
            first = scored(self._questions(case.folder, one, taught=taught)[0], ledger)
            again = scored(repeated[one.id], ledger)
            if first and again:
                for name in first.first:
                    yield Twice(criterion=name, first=first.first[name], again=again.first[name])
                    yield Twice(criterion=name, first=first.second[name], again=again.second[name])


def _open(asked: Sequence[tuple[Question, Ledger]]) -> "dict[Question, Ledger]":
    """What has no answer yet, each question once."""
    left: dict[str, tuple[Question, Ledger]] = {}
    for question, ledger in asked:
        if ledger.get(question.key) is None:
            left.setdefault(question.key, (question, ledger))
    return dict(left.values())
