"""Answers, and the training answers that they are held against, computed once for all signs of faults."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

from agent.evaluation.facts import Answered
from agent.evaluation.measures import looping_from, says_nothing
from agent.evaluation.refusal import refuses
from agent.evaluation.repetition import repetition
from agent.evaluation.requests import Lesson, spread
from dataset.quality.language import language_of, words_in

FaultCode = Literal[
    "leaked",
    "empty",
    "wrong_language",
    "loops",
    "refuses",
    "copied",
    "cut_off",
    "wrong_format",
    "generic",
    "too_short",
    "too_long",
    "wrong_tone",
]
"""The gravest first."""

SHORT, LONG = 0.5, 2.0
"""Times the wanted length: below and above it an answer is short or long. Of the training answers it is counted how many
are so far from the median of their kind, so that a task whose answers vary is not blamed for it."""
LEAST_WORDS = 5
"""That an answer is longer or shorter by, to be called so: two words instead of one are no fault."""
FEWEST_OF_KIND = 5
"""Training answers of a kind, before its median length is what is wanted."""
FEWEST_LESSONS = 10
"""Training answers of all kinds, before they say what is usual."""
MOST_LESSONS = 200
"""Training answers that are looked at for what is usual: more say the same."""
ROWS_SHOWN = 5
_ONE_LANGUAGE = 0.8
"""Share of the training answers whose language is known, from which on it is the one that is wanted."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    code: FaultCode
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


class Scene:
    """The answers and what they are held against, computed once."""

    def __init__(self, task: Sequence[Answered], lessons: Sequence[Lesson]) -> None:
        self.task = task
        self.lessons = lessons
        self.sample = spread(lessons, MOST_LESSONS)
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
            if not is_short(words_in(one.tuned), self.wanted_words(one) or 0.0)
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
        return tuple(found[:ROWS_SHOWN]) if 2 * len(found) < len(self.lessons) else ()


def is_short(words: int, wanted: float) -> bool:
    return words < SHORT * wanted and wanted - words >= LEAST_WORDS


def is_long(words: int, wanted: float) -> bool:
    return words > LONG * wanted and words - wanted >= LEAST_WORDS


def _language_of_all(texts: Sequence[str]) -> str:
    """The language of nearly all texts whose language is known; empty where there are few, or several languages."""
    spoken = [language for text in texts if (language := language_of(text))]
    most, count = Counter(spoken).most_common(1)[0] if spoken else ("", 0)
    return most if len(spoken) >= FEWEST_LESSONS and count >= _ONE_LANGUAGE * len(spoken) else ""
