"""Where an answer departs from the format that was agreed.

It does not know how the format was found, nor judge one that nobody agreed to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from dataset.content import Content
from dataset.quality.findings import Finding
from dataset.quality.language import words_in
from dataset.quality.sections import (
    Opening,
    json_object,
    key_of,
    lines_outside_code,
    list_lines,
    openings,
    opens_with,
    style_of,
)
from storage.domain import AgreedFormat

STRUCTURE = frozenset({"missing_section", "section_order", "not_a_label", "lines", "not_json", "missing_key"})
"""The departures by which an answer is of another structure; the others are a matter of style."""

_FEWEST_LIST_LINES = 2
"""One line that begins with a number may be a sentence."""


def departures(row: Content, agreed: AgreedFormat) -> list[Finding]:
    """Return where the output departs from the format, of weight ``note``; nothing while it is not agreed.

    Codes and their numbers: ``missing_section`` label; ``unknown_section`` label; ``section_order`` label, before (it
    should stand before that one); ``not_a_label`` labels; ``lines`` lines, wanted; ``too_many_words`` and
    ``too_few_words`` words, limit; ``not_json``; ``missing_key`` key; ``list_style`` found, wanted; ``term`` term,
    found.
    """
    return departures_of(row.output, agreed) if agreed.agreed else []


def departures_of(output: str, agreed: AgreedFormat) -> list[Finding]:
    """The same for an answer alone, whether the format was agreed or is only what was found."""
    return [
        *_of_label(output, agreed.labels),
        *_of_json(output, agreed.json_keys),
        *_of_sections(output, agreed.sections),
        *_of_lists(output, agreed.lists),
        *_of_length(output, agreed),
        *_of_terms(output, agreed.terms),
    ]


def _note(code: str, start: int = 0, end: int = 0, **numbers: int | str) -> Finding:
    return Finding(code=code, field="output", weight="note", start=start, end=end, numbers=numbers)


def _of_label(output: str, labels: Sequence[str]) -> Iterator[Finding]:
    """Labels are compared to the letter: ``Positive`` beside ``positive`` teaches a model two answers."""
    if labels and output.strip() not in [label.strip() for label in labels]:
        yield _note("not_a_label", labels=", ".join(labels))


def _of_json(output: str, keys: Sequence[str]) -> Iterator[Finding]:
    if not keys:
        return
    found = json_object(output)
    if found is None:
        yield _note("not_json")
        return
    yield from (_note("missing_key", key=key) for key in keys if key not in found)


def _of_sections(output: str, sections: Sequence[str]) -> Iterator[Finding]:
    if not sections:
        return
    wanted = {key: label for label in sections if (key := key_of(label))}
    found = openings(output)
    order = _order(output, found, wanted)
    yield from (_note("missing_section", label=label) for key, label in wanted.items() if key not in order)
    yield from _out_of_order(order, wanted)
    styles = {style_of(label) for label in sections}
    for opening in found:
        if opening.key not in wanted and opening.style in styles:
            end = opening.start + len(opening.written)
            yield _note("unknown_section", opening.start, end, label=opening.written)


def _order(output: str, found: Sequence[Opening], wanted: Mapping[str, str]) -> list[str]:
    """The keys of the wanted sections as they come, each once; a line may open one without marking it."""
    marked = {opening.start: opening.key for opening in found if opening.key in wanted}
    unmarked = [key for key in wanted if key not in marked.values()]
    order: dict[str, None] = {}
    for start, line in lines_outside_code(output):
        if start in marked:
            order.setdefault(marked[start])
        elif unmarked:
            line_key = key_of(line)
            order |= {key: None for key in unmarked if key not in order and opens_with(line_key, key)}
    return list(order)


def _out_of_order(order: Sequence[str], wanted: Mapping[str, str]) -> Iterator[Finding]:
    """The first pair of neighbours that stand the wrong way round: one such finding says enough."""
    places = list(wanted)
    for earlier, later in pairwise(order):
        if places.index(earlier) > places.index(later):
            yield _note("section_order", label=wanted[later], before=wanted[earlier])
            return


def _of_lists(output: str, wanted: str) -> Iterator[Finding]:
    if not wanted:
        return
    other = "numbers" if wanted == "bullets" else "bullets"
    if list_lines(output)[other] >= _FEWEST_LIST_LINES:
        yield _note("list_style", found=other, wanted=wanted)


def _of_length(output: str, agreed: AgreedFormat) -> Iterator[Finding]:
    lines = sum(bool(line.strip()) for line in output.split("\n"))
    if agreed.lines is not None and lines != agreed.lines:
        yield _note("lines", lines=lines, wanted=agreed.lines)
    words = words_in(output)
    if agreed.longest_words is not None and words > agreed.longest_words:
        yield _note("too_many_words", words=words, limit=agreed.longest_words)
    if agreed.shortest_words is not None and words < agreed.shortest_words:
        yield _note("too_few_words", words=words, limit=agreed.shortest_words)


def _of_terms(output: str, terms: Sequence[str]) -> Iterator[Finding]:
    for term in terms:
        spelling = _spellings(term)
        if spelling is None:
            continue
        for found in spelling.finditer(output):
            if found[0] not in (term, term[:1].upper() + term[1:]):  # a sentence may begin with it
                yield _note("term", *found.span(), term=term, found=found[0])
                break


@lru_cache(maxsize=512)
def _spellings(term: str) -> re.Pattern[str] | None:
    """The term in any case, with hyphens, blanks or nothing between its parts; None for one without letters."""
    parts = [re.escape(part) for part in re.split(r"[\s\-_]+", term) if part]
    if not any(map(str.isalpha, term)):
        return None
    spelled = r"[ \-_]?".join(parts)
    return re.compile(rf"(?<![\w\-])(?:{spelled})(?![\w\-])", re.IGNORECASE)
