"""Which answers have which sign of a fault, how many wanted answers have it too, and the training rows it may come from.

It decides nothing: whether so many are a fault is told in ``faults``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from scipy.special import bdtr, bdtrc

from agent.evaluation.copying import MUCH, Run, copied, learned_runs, runs
from agent.evaluation.facts import Answered
from agent.evaluation.form import COUNTS, has_form, keeps_form
from agent.evaluation.measures import looping_from, says_nothing
from agent.evaluation.private import Memory
from agent.evaluation.refusal import refuses
from agent.evaluation.repetition import repetition
from agent.evaluation.requests import Lesson, spread
from agent.evaluation.takeup import taken_up, would_do_for_another
from agent.evaluation.tone import MARKS, marks
from dataset.quality.form import departures_of
from dataset.quality.language import language_of, words_in
from storage.domain import AgreedFormat

SHORT, LONG = 0.5, 2.0
"""Times the wanted length: below and above it an answer is short or long. Of the training answers it is counted how many
are so far from the median of their kind, so that a task whose answers vary is not blamed for it."""
LEAST_WORDS = 5
"""That an answer is longer or shorter by, to be called so: two words instead of one are no fault."""
FEWEST_OF_KIND = 5
"""Training answers of a kind, before its median length is what is wanted."""
FEWEST_LESSONS = 10
"""Training answers of all kinds, before they say what is usual."""
_TONE_REACH = 0.15
"""By how much more than the wanted answers' share a mark of tone may be there, or be missing: the shares of 40 wanted
answers are known no better than that."""
_MOST_LESSONS = 200
"""Training answers that are looked at for what is usual: more say the same."""
_ROWS_SHOWN = 5
_ONE_LANGUAGE = 0.8
"""Share of the training answers whose language is known, from which on it is the one that is wanted."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    code: Any
    """A ``FaultCode``."""
    told: Mapping[str, bool]
    """By request, whether the tuned model's answer has it; those of which it cannot be told are left out."""
    base: int = 0
    """Answers of the base model that have it."""
    usual: float = 0.0
    """Share of the wanted answers that have it."""
    looks: int = 1
    """How many signs the one that is most plain was picked of."""
    degree: Mapping[str, float] = field(default_factory=dict)
    """How plainly an answer has it."""
    rows: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.told.values())


def signs_of(task: Sequence[Answered], lessons: Sequence[Lesson]) -> tuple[Sign, ...]:
    """All signs of the answers to requests of the task."""
    lessons = [one for one in lessons if one.output.strip()]
    if not task:
        return ()
    scene = _Scene(task, lessons)
    found = (_leaked, _empty, _language, _loops, _refuses, _copied, _cut_off, _format, _generic, _short, _long, _tone)
    return tuple(sign for look in found if (sign := look(scene)) is not None)


def spread_over_kinds(sign: Sign, task: Sequence[Answered]) -> tuple[str, ...]:
    """The kinds of answers that have the sign, the one of which the largest share has it first."""
    kinds = {one.id: one.category for one in task if one.category and one.id in sign.told}
    all_of, with_it = Counter(kinds.values()), Counter(kinds[name] for name in kinds if sign.told[name])
    return tuple(sorted(with_it, key=lambda kind: (-with_it[kind] / all_of[kind], -with_it[kind], kind)))


class _Scene:
    """The answers and what they are held against, computed once."""

    def __init__(self, task: Sequence[Answered], lessons: Sequence[Lesson]) -> None:
        self.task = task
        self.lessons = lessons
        self.sample = spread(lessons, _MOST_LESSONS)
        self.looping_from = looping_from([one.output for one in self.sample])
        self.said = [one for one in task if not says_nothing(one.tuned)]
        """Answers that say something."""
        self.straight = [one for one in self.said if not self.loops(one.tuned) and not refuses(one.tuned)]
        """Those of them that neither loop nor refuse: of the others it is clear why they are long, or alike."""
        self.language = _language_of_all([one.output for one in self.sample])
        self._words: dict[str, list[int]] = defaultdict(list)
        for one in lessons:
            for kind in {one.category, ""}:
                self._words[kind].append(words_in(one.output))

    def loops(self, text: str) -> bool:
        return repetition(text) >= self.looping_from

    @property
    def whole(self) -> list[Answered]:
        """Those that are neither far too short nor in another language: of the others it is clear why they take up little of
        their request, and have little manner."""
        return [
            one
            for one in self.straight
            if not _is_short(words_in(one.tuned), self.wanted_words(one) or 0.0)
            and not self.speaks_otherwise(one, one.tuned)
        ]

    def wanted_language(self, one: Answered) -> str:
        """Empty where it is not known."""
        return language_of(one.reference) if one.reference.strip() else self.language

    def speaks_otherwise(self, one: Answered, text: str) -> bool:
        """Whether a text is in another language than is wanted, where both are known."""
        spoken, wanted = language_of(text), self.wanted_language(one)
        return bool(spoken and wanted) and spoken != wanted

    def length_of_kind(self, kind: str) -> float | None:
        """Median words of the training answers of a kind; of all where it has few; None where there are few at all."""
        if kind and len(self._words[kind]) >= FEWEST_OF_KIND:
            return median(self._words[kind])
        return median(self._words[""]) if len(self._words[""]) >= FEWEST_LESSONS else None

    def wanted_words(self, one: Answered) -> float | None:
        return float(words_in(one.reference)) if one.reference.strip() else self.length_of_kind(one.category)

    def share(self, has: Callable[[Lesson], bool]) -> float:
        """The share of the training answers that have a sign; one of which it is not known counts by half."""
        return (sum(map(has, self.sample)) + 0.5) / (len(self.sample) + 1)

    def rows(self, has: Callable[[Lesson], bool]) -> tuple[str, ...]:
        """The training rows that have it, if they are a minority: else it is what was wanted."""
        found = [one.id for one in self.lessons if has(one)]
        return tuple(found[:_ROWS_SHOWN]) if 2 * len(found) < len(self.lessons) else ()


def _told(answers: Sequence[Answered], has: Callable[[Answered, str], bool]) -> tuple[dict[str, bool], int]:
    return {one.id: has(one, one.tuned) for one in answers}, sum(has(one, one.base) for one in answers)


def _leaked(scene: _Scene) -> Sign | None:
    memory = Memory([f"{one.instruction}\n{one.input}\n{one.output}" for one in scene.lessons])
    found = {one.id: memory.exposed(one.tuned, one.request, one.reference) for one in scene.task}
    places = sorted({row for each in found.values() for one in each for row in one.rows})
    told = {name: any(one.rows for one in each) for name, each in found.items()}
    base = sum(
        any(one.rows for one in memory.exposed(answer.base, answer.request, answer.reference)) for answer in scene.task
    )
    kinds = sorted({one.kind for each in found.values() for one in each if one.rows})
    rows = tuple(scene.lessons[at].id for at in places[:_ROWS_SHOWN])
    return Sign(code="leaked", told=told, base=base, rows=rows, numbers={"kinds": kinds})


def _empty(scene: _Scene) -> Sign | None:
    told, base = _told(scene.task, lambda _, text: says_nothing(text))
    return Sign(code="empty", told=told, base=base)


def _language(scene: _Scene) -> Sign | None:
    """Of answers whose language can be told, and of which it is known in which they should be."""
    told_of = [one for one in scene.straight if scene.wanted_language(one) and language_of(one.tuned)]
    told, base = _told(told_of, scene.speaks_otherwise)
    rows = scene.rows(lambda one: language_of(one.output) not in ("", scene.language)) if scene.language else ()
    return Sign(code="wrong_language", told=told, base=base, rows=rows)


def _language_of_all(texts: Sequence[str]) -> str:
    """The language of nearly all texts whose language is known; empty where there are few, or several languages."""
    spoken = [language for text in texts if (language := language_of(text))]
    most, count = Counter(spoken).most_common(1)[0] if spoken else ("", 0)
    return most if len(spoken) >= FEWEST_LESSONS and count >= _ONE_LANGUAGE * len(spoken) else ""


def _loops(scene: _Scene) -> Sign | None:
    told, base = _told(scene.said, lambda _, text: scene.loops(text))
    degree = {one.id: repetition(one.tuned) for one in scene.said}
    share = scene.share(lambda one: scene.loops(one.output))
    rows = scene.rows(lambda one: scene.loops(one.output))
    return Sign(code="loops", told=told, base=base, usual=share, degree=degree, rows=rows)


def _refuses(scene: _Scene) -> Sign | None:
    told, base = _told(scene.said, lambda one, text: refuses(text) and not refuses(one.reference))
    share, rows = scene.share(lambda one: refuses(one.output)), scene.rows(lambda one: refuses(one.output))
    return Sign(code="refuses", told=told, base=base, usual=share, rows=rows)


def _copied(scene: _Scene) -> Sign | None:
    """Where the wanted answers stand in the training rows too, an answer that does is none the worse for it."""
    learned = learned_runs([one.output for one in scene.lessons])

    def share(text: str, request: str) -> float:
        return copied(text, request, learned) or 0.0

    told, base = _told(scene.said, lambda one, text: share(text, one.request) >= MUCH)
    known = [one for one in scene.task if one.reference.strip()]
    wanted = fmean(share(one.reference, one.request) >= MUCH for one in known) if known else 0.0
    usual = max(wanted, _copies_of_each_other(scene, learned))
    degree = {one.id: share(one.tuned, one.request) for one in scene.said}
    return Sign(code="copied", told=told, base=base, usual=usual, degree=degree)


def _copies_of_each_other(scene: _Scene, learned: Collection[Run]) -> float:
    """The share of the training answers that stand for the most part in others of them."""
    counts = Counter(run for one in scene.lessons for run in runs(one.output))
    elsewhere = {run for run in learned if counts[run] > 1}
    return scene.share(lambda one: (copied(one.output, f"{one.instruction}\n{one.input}", elsewhere) or 0.0) >= MUCH)


def _cut_off(scene: _Scene) -> Sign | None:
    """Answers that did not end; of those that loop it is known why."""
    straight = [one for one in scene.said if not scene.loops(one.tuned)]
    cut = [one for one in straight if not one.tuned_finished]
    wanted = [(words_in(one.tuned), length) for one in cut if (length := scene.wanted_words(one))]
    room = bool(wanted) and median(words / length for words, length in wanted) < 1
    told = {one.id: not one.tuned_finished for one in straight}
    base = sum(not one.base_finished for one in straight)
    return Sign(code="cut_off", told=told, base=base, numbers={"room": room})


def _format(scene: _Scene) -> Sign | None:
    held = [(one, one.expected) for one in scene.said if one.expected is not None and has_form(one.expected)]
    forms = {one.id: form for one, form in held}
    told, base = _told([one for one, _ in held], lambda one, text: not keeps_form(text, forms[one.id]))
    by_kind = {one.category: form for one, form in reversed(held)}

    def departs(one: Lesson) -> bool:
        form = by_kind.get(one.category)
        return form is not None and not keeps_form(one.output, form)

    of_kinds = [one for one in scene.sample if one.category in by_kind]
    usual = (sum(map(departs, of_kinds)) + 0.5) / (len(of_kinds) + 1) if of_kinds else 0.0
    counts = Counter(found for one, form in held if told[one.id] for found in _departures(one.tuned, form))
    numbers = {"departures": [(code, what, count) for (code, what), count in counts.most_common(3)]}
    degree = {one.id: float(len(_departures(one.tuned, form))) for one, form in held}
    return Sign(
        code="wrong_format", told=told, base=base, usual=usual, degree=degree, rows=scene.rows(departs), numbers=numbers
    )


def _departures(text: str, form: AgreedFormat) -> set[tuple[str, str]]:
    """By which an answer has not its form: a code, and the section or key that it is about."""
    found = [one for one in departures_of(text, form) if one.code in COUNTS]
    return {(one.code, str(one.numbers.get("label") or one.numbers.get("key") or "")) for one in found}


def _generic(scene: _Scene) -> Sign | None:
    """Answers that would do for another request as well, or take up less of their own than wanted answers do."""
    told_of = [one for one in scene.whole if not (one.expected and one.expected.labels)]
    lessons = spread(scene.lessons, max(FEWEST_LESSONS, len(told_of)))
    if len(lessons) < FEWEST_LESSONS or not told_of:
        return None
    asked = [f"{one.instruction}\n\n{one.input}" for one in lessons]
    outputs = [one.output for one in lessons]
    wanted = taken_up(asked, outputs)
    limit = _least_taken_up(wanted)
    requests = [one.request for one in told_of]
    sides = [[one.tuned for one in told_of], [one.base for one in told_of]]
    has, base = (_generic_ones(requests, side, limit) for side in sides)
    shares = taken_up(requests, sides[0])
    numbers = {
        "alike": sum(would_do_for_another(requests, sides[0])),
        "taken": _percent(shares),
        "wanted": _percent(wanted),
    }
    return Sign(
        code="generic",
        told={one.id: each for one, each in zip(told_of, has, strict=True)},
        base=sum(base),
        usual=fmean(_generic_ones(asked, outputs, limit)),
        degree={one.id: 1 - (share or 0.0) for one, share in zip(told_of, shares, strict=True)},
        numbers=numbers,
    )


def _generic_ones(requests: Sequence[str], answers: Sequence[str], limit: float) -> list[bool]:
    twins, shares = would_do_for_another(requests, answers), taken_up(requests, answers)
    return [twin or (share is not None and share <= limit) for twin, share in zip(twins, shares, strict=True)]


def _percent(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return 100 * fmean(known) if known else None


def _least_taken_up(wanted: Sequence[float | None]) -> float:
    """Half of what nine of ten wanted answers take up at least; below 0 where too few are known."""
    known = sorted(share for share in wanted if share is not None)
    return known[len(known) // 10] / 2 if len(known) >= FEWEST_LESSONS else -1.0


def _short(scene: _Scene) -> Sign | None:
    return _of_length(scene, "too_short", _is_short, -1.0)


def _long(scene: _Scene) -> Sign | None:
    return _of_length(scene, "too_long", _is_long, 1.0)


def _is_short(words: int, wanted: float) -> bool:
    return words < SHORT * wanted and wanted - words >= LEAST_WORDS


def _is_long(words: int, wanted: float) -> bool:
    return words > LONG * wanted and words - wanted >= LEAST_WORDS


def _of_length(scene: _Scene, code: str, is_off: Callable[[int, float], bool], sign: float) -> Sign | None:
    wanted = {one.id: length for one in scene.straight if (length := scene.wanted_words(one))}
    told_of = [one for one in scene.straight if one.id in wanted]
    told, base = _told(told_of, lambda one, text: is_off(words_in(text), wanted[one.id]))

    def lesson_is_off(one: Lesson) -> bool:
        length = scene.length_of_kind(one.category)
        return length is not None and is_off(words_in(one.output), length)

    off = [one for one in told_of if told[one.id]]
    numbers = {
        "words": median(words_in(one.tuned) for one in off) if off else None,
        "wanted": median(wanted[one.id] for one in off) if off else None,
    }
    degree = {one.id: sign * (words_in(one.tuned) + 1) / (wanted[one.id] + 1) for one in told_of}
    usual, rows = scene.share(lesson_is_off), scene.rows(lesson_is_off)
    return Sign(code=code, told=told, base=base, usual=usual, degree=degree, rows=rows, numbers=numbers)


def _tone(scene: _Scene) -> Sign | None:
    """The mark of manner that tells the answers most plainly from the training answers of the same kinds."""
    whole = scene.whole
    kinds = {one.category for one in whole}
    lessons = spread([one for one in scene.lessons if one.category in kinds], _MOST_LESSONS)
    outputs = [one.output for one in lessons]
    if len(lessons) < 2 * FEWEST_LESSONS or not whole:
        return None
    theirs, wanted = marks([one.tuned for one in whole], outputs), marks(outputs, outputs)
    candidates = [
        found for name in MARKS if name in theirs and (found := _mark(name, whole, theirs[name], lessons, wanted[name]))
    ]
    plainest = min(candidates, key=lambda found: found.chance, default=None)
    if plainest is None:
        return None
    base_has = marks([one.base for one in whole], outputs)[plainest.name]
    return Sign(
        code="wrong_tone",
        told=plainest.told,
        base=sum(has is plainest.more for has in base_has),
        usual=plainest.usual,
        looks=2 * len(candidates),
        rows=plainest.rows,
        numbers={"sign": plainest.name, "more": plainest.more, "share": 100 * plainest.share},
    )


@dataclass(frozen=True, kw_only=True)
class _Mark:
    name: str
    more: bool
    told: Mapping[str, bool]
    """By request, whether the answer departs: has it where few wanted answers have it, or lacks it where most have it."""
    share: float
    """Of the wanted answers that have the mark."""
    usual: float
    """Share of answers that may depart."""
    chance: float
    rows: tuple[str, ...]


def _mark(
    name: str,
    answers: Sequence[Answered],
    has: Sequence[bool | None],
    lessons: Sequence[Lesson],
    wanted: Sequence[bool | None],
) -> _Mark | None:
    """One mark, in the direction in which the answers depart; None where it can be told of too few."""
    told = {one.id: each for one, each in zip(answers, has, strict=True) if each is not None}
    known = [(one.id, each) for one, each in zip(lessons, wanted, strict=True) if each is not None]
    if len(told) < FEWEST_LESSONS or len(known) < 2 * FEWEST_LESSONS:
        return None
    share = (sum(each for _, each in known) + 0.5) / (len(known) + 1)
    count = sum(told.values())
    more = count > share * len(told)
    usual = min(1.0, (share if more else 1 - share) + _TONE_REACH)
    departs = {name: each is more for name, each in told.items()}
    chance = float(bdtrc(count - 1, len(told), usual) if more else bdtr(count, len(told), 1 - usual))
    rows = [row for row, each in known if each is more] if usual < 0.5 else []
    return _Mark(
        name=name, more=more, told=departs, share=share, usual=usual, chance=chance, rows=tuple(rows[:_ROWS_SHOWN])
    )
