"""What the answers of a dataset have in common: found by counting, for a person to correct and agree to.

It does not ask a model, and does not agree to anything itself.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dataset.quality.form import STRUCTURE, departures_of
from dataset.quality.language import language_of, words_in
from dataset.quality.sections import json_object, key_of, list_lines, openings
from storage.domain import AgreedFormat

__all__ = ["adherence", "find_patterns", "follows", "language_of", "words_in"]

SHARE = 0.8
"""Of the answers that open a section, or have a key, before it is taken for part of the format."""
MOST_LABELS = 8
MOST_WORDS_OF_LABEL = 5
FEWEST_FOR_LABELS = 4
"""Answers; with fewer, two short ones are no classification yet."""
FEWEST_FOR_NUMBERS = 3
"""Answers, before their lengths say anything about the next one's."""
MOST_TERMS = 8
SHARE_OF_TERMS = 0.5

_TERM = re.compile(r"(?<![\w\-])[^\W\d_][\w\-]*(?:/[^\W\d_][\w\-]*)?")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:;。！？：\n•>|*#\"“„(\[\-–]\s*|\d[.)]\s+)$")


def find_patterns(outputs: Sequence[str]) -> AgreedFormat:
    """Return the format that the answers have in common, not agreed to; empty where they have nothing in common.

    One kind of answer is found at a time: JSON objects, labels, or texts with sections, lists, terms and a length.
    """
    outputs = [output for output in outputs if output.strip()]
    if not outputs:
        return AgreedFormat()
    if keys := _json_keys(outputs):
        return AgreedFormat(json_keys=keys)
    if labels := _labels(outputs):
        return AgreedFormat(labels=labels)
    shortest, longest = _word_range(outputs)
    sections = _sections(outputs)
    lists = _lists(outputs)
    return AgreedFormat(
        sections=sections,
        lists=lists,
        lines=None if lists else _lines(outputs),  # a list is as long as what it lists
        shortest_words=shortest,
        longest_words=longest,
        terms=_terms(outputs, sections),
    )


def follows(output: str, agreed: AgreedFormat) -> bool:
    """Whether an answer has the format's structure: sections in order, number of lines, labels, JSON with its keys.

    Agreed or not: what a person agreed to is only told to people, what is compared may be any format.
    """
    structure = replace(agreed, lists="", shortest_words=None, longest_words=None, terms=())
    return not any(finding.code in STRUCTURE for finding in departures_of(output, structure))


def adherence(outputs: Sequence[str], agreed: AgreedFormat) -> float:
    """The share of answers that follow the format, 0 to 1; 0 of no answers."""
    return sum(follows(output, agreed) for output in outputs) / len(outputs) if outputs else 0.0


def _json_keys(outputs: Sequence[str]) -> tuple[str, ...]:
    """Keys that nearly all have, as they come first; none unless nearly all are JSON objects."""
    objects = [found for output in outputs if (found := json_object(output)) is not None]
    if len(objects) < SHARE * len(outputs):
        return ()
    counts = Counter(key for found in objects for key in found)
    return tuple(key for key, count in counts.items() if count >= SHARE * len(objects))


def _labels(outputs: Sequence[str]) -> tuple[str, ...]:
    """The distinct answers, where they are few and short and come again; the commonest first, written as most often."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for output in outputs:
        spellings[output.strip().casefold()][output.strip()] += 1
    are_short = all(words_in(label) <= MOST_WORDS_OF_LABEL and "\n" not in label for label in spellings)
    if len(outputs) < FEWEST_FOR_LABELS or not are_short or len(spellings) > min(MOST_LABELS, len(outputs) * 3 // 4):
        return ()
    by_count = sorted(spellings.values(), key=lambda of_label: -of_label.total())
    return tuple(of_label.most_common(1)[0][0] for of_label in by_count)


def _sections(outputs: Sequence[str]) -> tuple[str, ...]:
    """What opens a section in nearly all answers, written as most often, by its mean place among these."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    orders: list[list[str]] = []
    for output in outputs:
        first = {opening.key: opening.written for opening in reversed(openings(output))}
        orders.append(list(reversed(first)))
        for key, label in first.items():
            written[key][label] += 1
    kept = {key for key, labels in written.items() if labels.total() >= SHARE * len(outputs)}
    places: dict[str, list[int]] = defaultdict(list)
    for order in orders:
        for place, key in enumerate(key for key in order if key in kept):
            places[key].append(place)
    ordered = sorted(places, key=lambda key: sum(places[key]) / len(places[key]))
    return tuple(written[key].most_common(1)[0][0] for key in ordered)


def _lists(outputs: Sequence[str]) -> Literal["", "bullets", "numbers"]:
    """How nearly all lists are written, where at least half of the answers have one."""
    counted = [list_lines(output) for output in outputs]
    styles = [
        "bullets" if lines["bullets"] >= lines["numbers"] else "numbers" for lines in counted if any(lines.values())
    ]
    if not styles or 2 * len(styles) < len(outputs):
        return ""
    if styles.count("bullets") >= SHARE * len(styles):
        return "bullets"
    return "numbers" if styles.count("numbers") >= SHARE * len(styles) else ""


def _lines(outputs: Sequence[str]) -> int | None:
    counts = {sum(bool(line.strip()) for line in output.split("\n")) for output in outputs}
    return counts.pop() if len(counts) == 1 and len(outputs) >= FEWEST_FOR_NUMBERS else None


def _word_range(outputs: Sequence[str]) -> tuple[int, int] | tuple[None, None]:
    """From half of the 5th to one and a half of the 95th percentile: room for the next answer, none for another kind."""
    if len(outputs) < FEWEST_FOR_NUMBERS:
        return None, None
    counts = sorted(words_in(output) for output in outputs)
    last = len(counts) - 1
    return _rounded(counts[round(0.05 * last)] * 0.5) or 1, _rounded(counts[round(0.95 * last)] * 1.5) or 1


def _rounded(words: float) -> int:
    """To fives from 20 on, to tens from 100 on: nobody means 137 words."""
    step = 1 if words < 20 else 5 if words < 100 else 10
    return round(words / step) * step


def _terms(outputs: Sequence[str], sections: Sequence[str]) -> tuple[str, ...]:
    """Words that half of the answers write with a capital amid a sentence, or in capitals; not those of the labels.

    German writes all nouns so: there only words with two capitals count (``OKR``, ``A/B``).
    """
    every_noun = language_of("\n".join(outputs)) == "de"
    labels = {word for label in sections for word in key_of(label).split()}
    counts = Counter(
        term for output in outputs for term in _terms_in(output, every_noun) if term.casefold() not in labels
    )
    fewest = max(2, SHARE_OF_TERMS * len(outputs))
    return tuple(sorted((term for term in counts if counts[term] >= fewest), key=lambda term: (-counts[term], term)))[
        :MOST_TERMS
    ]


def _terms_in(output: str, every_noun: bool) -> set[str]:
    return {
        found[0]
        for found in _TERM.finditer(output)
        if any(map(str.isupper, found[0])) and len(found[0]) > 1 and _is_term(found, every_noun)
    }


def _is_term(found: re.Match[str], every_noun: bool) -> bool:
    word = found[0]
    if sum(map(str.isupper, word)) > 1 or any(map(str.isupper, word[1:])):
        return True
    before = found.string[max(0, found.start() - 5) : found.start()]
    return not every_noun and not _SENTENCE_BEFORE.search(before)
