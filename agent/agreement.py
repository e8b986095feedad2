"""The agreed format in words and back: what a person is shown, and how their correction is read. Pure rules.

It does not find patterns (``dataset.patterns`` does) and keeps nothing.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from agent.replies import Quote
from agent.words import say
from storage.domain import AgreedFormat, stable_id


class _NotUnderstood(Exception):
    """A line speaks of a measure in words that are not known, wholly or in part."""


MOST_SECTIONS = 20
LONGEST_SECTION = 80
LONGEST_TONE = 200
"""Characters."""

_LABELLED = re.compile(r"^\s*(sections?|tone|terms?|labels?|words?|lines?|lists?)\s*[:=：]\s*(.*)$", re.IGNORECASE)
_AT_MOST = re.compile(r"(?:at most|up to|max(?:imum)?|no more than)\s+(\d{1,5})\s+words?", re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:at least|min(?:imum)?)\s+(\d{1,5})\s+words?", re.IGNORECASE)
_EXACTLY = re.compile(r"(?:exactly\s+|always\s+)?(\d{1,3})\s+lines?", re.IGNORECASE)
_MEASURES = re.compile(r"\b(?:words?|lines?|length)\b", re.IGNORECASE)
_LISTS = {"bullets": "bullets", "bullet": "bullets", "dashes": "bullets", "numbers": "numbers", "numbered": "numbers"}
_NO_SECTIONS = re.compile(r"^\s*no\s+(?:fixed\s+)?sections?\s*[.!]?\s*$", re.IGNORECASE)
_NO_LIMIT = re.compile(
    r"^(?:(?:no (?:fixed |limit on |limit for )?|any (?:number of )?)(?P<what>lines?|words?|length)|(?P<other>lines?|words?|length)"
    r"\s*[:=]?\s*(?:any|none|no limit))$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+(?=\S))")


def shown_key(category: str) -> str:
    """The answer of a brief under which stands which turn showed the format of a category."""
    return f"format:{category}"


def formats_of(project_id: str) -> str:
    """What the cards about a project's formats are about: they quote what the examples have in common."""
    return f"formats:{project_id}"


def subject_of(project_id: str, category: str, found: AgreedFormat) -> dict[str, str]:
    """What a card is about that shows a format: also which format, so that a yes never means another one."""
    return {
        "project_id": project_id,
        "category": category,
        "formats": formats_of(project_id),
        "shown": stable_id("format", json.dumps(asdict(replace(found, agreed=False)), sort_keys=True)),
    }


def says_something(found: AgreedFormat) -> bool:
    """Whether there is a pattern worth showing: a length alone is none, nor is a single line."""
    return bool(found.sections or found.labels or (found.lines or 0) > 1 or found.json_keys)


def described(found: AgreedFormat) -> tuple[Quote, ...]:
    """The format as named facts, for a card. Sections, labels and terms are people's own words: quotes."""
    facts: list[tuple[str, str]] = []
    if found.sections:
        facts.append(("format.sections", "\n".join(found.sections)))
    if found.labels:
        facts.append(("format.labels", ", ".join(found.labels)))
    if found.json_keys:
        facts.append(("format.json_keys", ", ".join(found.json_keys)))
    if found.lines:
        facts.append(("format.lines", say("format.lines_value", lines=found.lines)))
    if found.lists:
        facts.append(("format.lists", say(f"format.lists_{found.lists}")))
    if found.shortest_words or found.longest_words:
        facts.append(("format.length", _range(found.shortest_words, found.longest_words)))
    if found.tone:
        facts.append(("format.tone", found.tone))
    if found.terms:
        facts.append(("format.terms", ", ".join(found.terms)))
    return tuple(Quote(name=say(key), text=text) for key, text in facts)


def _range(low: int | None, high: int | None) -> str:
    if low and high:
        return say("format.length_between", low=low, high=high)
    return say("format.length_most", high=high) if high else say("format.length_least", low=low)


def corrected(found: AgreedFormat, text: str) -> AgreedFormat | None:
    """The format as a person's lines change it, or None if they say nothing that is understood.

    ``tone: …``, ``terms: a, b``, ``labels: a, b``, ``sections: a, b``, ``at most 120 words``, ``4 lines``, ``bullets``,
    ``no sections``; any other lines are the sections, one a line, in their order.
    """
    changed, sections = found, list[str]()
    for line in filter(str.strip, text.split("\n")):
        try:
            after = _changed_by(changed, line)
        except _NotUnderstood:
            return None
        if after is None:
            sections.append(_BULLET.sub("", line).strip())
        else:
            changed = after
    if sections:
        if not _are_sections(sections):
            return None
        changed = replace(changed, sections=tuple(sections), labels=(), lines=None, json_keys=())
    return None if changed == found else changed


def _are_sections(lines: Sequence[str]) -> bool:
    return len(lines) <= MOST_SECTIONS and all(
        len(line) <= LONGEST_SECTION and not line.endswith("?") for line in lines
    )


def _changed_by(current: AgreedFormat, line: str) -> AgreedFormat | None:
    if _NO_SECTIONS.match(line):
        return replace(current, sections=())
    if match := _LABELLED.match(line):
        return _labelled(current, match[1].casefold().rstrip("s"), match[2].strip())
    parts = [part.strip(" .!") for part in re.split(r"[;,；，、،؛]|\band\b", line)]
    measured = [_measured(part) for part in parts if part]
    if any(measured):
        if not all(measured):  # half of it would be dropped in silence
            raise _NotUnderstood
        return replace(current, **{name: value for change in measured if change for name, value in change.items()})
    if _MEASURES.search(line) and re.search(r"\d", line):
        raise _NotUnderstood
    return None


def _measured(part: str) -> dict[str, Any] | None:
    """What ``at most 120 words``, ``4 lines``, ``any length`` or ``bullets`` changes."""
    if match := _AT_MOST.fullmatch(part):
        return {"longest_words": int(match[1])}
    if match := _AT_LEAST.fullmatch(part):
        return {"shortest_words": int(match[1])}
    if (match := _EXACTLY.fullmatch(part)) and int(match[1]):
        return {"lines": int(match[1])}
    if match := _NO_LIMIT.match(part):
        lines = (match["what"] or match["other"]).casefold().startswith("line")
        return {"lines": None} if lines else {"longest_words": None, "shortest_words": None}
    lists = _LISTS.get(part.casefold())
    return {"lists": lists} if lists else None


def _labelled(current: AgreedFormat, name: str, value: str) -> AgreedFormat | None:
    parts = tuple(dict.fromkeys(part for part in map(str.strip, re.split(r"[,;،、，；]", value)) if part))
    match name:
        case "section" if _are_sections(parts):
            return replace(current, sections=parts)
        case "tone":
            return replace(current, tone=value[:LONGEST_TONE])
        case "term":
            return replace(current, terms=parts[:MOST_SECTIONS])
        case "label" if _are_sections(parts):
            return replace(current, labels=parts, sections=())
        case "list" if value.casefold() in _LISTS:
            return replace(current, lists=_LISTS[value.casefold()])  # type: ignore[arg-type]  # one of the two words
        case "word" | "line":
            numbers = [int(number) for number in re.findall(r"\d{1,5}", value)]
            if name == "line" and numbers:
                return replace(current, lines=numbers[0] or None)
            if numbers:
                return replace(
                    current, longest_words=max(numbers), shortest_words=min(numbers) if numbers[1:] else None
                )
    return None


def written(found: AgreedFormat) -> dict[str, str]:
    """The format as the texts of a form, by field: one thing a line. Labels stand where there are no sections."""
    own = {"labels": "\n".join(found.labels)} if found.labels else {"sections": "\n".join(found.sections)}
    limited = found.shortest_words or found.longest_words
    length = _range(found.shortest_words, found.longest_words) if limited else ""
    return {**own, "length": length, "tone": found.tone, "terms": "\n".join(found.terms)}


def filled_in(found: AgreedFormat, values: Mapping[str, str]) -> AgreedFormat:
    """The format as a form's texts change it; what was left as it was, or is not among them, stays as it is."""
    before = written(found)
    values = {name: values[name].strip() for name in before if name in values and values[name].strip() != before[name]}
    changed = found
    if "sections" in values:
        changed = replace(changed, sections=_lines(values["sections"]), labels=(), lines=None, json_keys=())
    if "labels" in values:
        changed = replace(changed, labels=_lines(values["labels"]), sections=())
    if "length" in values:
        shortest, longest = _words(values["length"]) or (None, None)
        changed = replace(changed, shortest_words=shortest, longest_words=longest)
    if "tone" in values:
        changed = replace(changed, tone=values["tone"][:LONGEST_TONE])
    if "terms" in values:
        changed = replace(changed, terms=_lines(values["terms"])[:MOST_SECTIONS])
    return changed


def misfilled(found: AgreedFormat, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong in a form's texts, a sentence by field."""
    after = filled_in(found, values)
    wrong = {}
    for name, lines in (("sections", after.sections), ("labels", after.labels)):
        if lines != getattr(found, name) and not _are_sections(lines):
            wrong[name] = say("form.format_lines", most=MOST_SECTIONS, longest=LONGEST_SECTION)
    length = values.get("length", "").strip()
    if length and length != written(found)["length"] and _words(length) is None:
        wrong["length"] = say("form.format_length")
    return wrong


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_BULLET.sub("", line).strip() for line in text.splitlines() if line.strip()))


def _words(text: str) -> tuple[int | None, int | None] | None:
    """The least and the greatest number of words that ``40 to 120``, ``at most 120`` or ``at least 40 words`` means."""
    numbers = [int(number) for number in re.findall(r"\d{1,5}", text)]
    if len(numbers) == 2:
        return min(numbers), max(numbers)
    if len(numbers) != 1 or not numbers[0]:
        return None
    return (numbers[0], None) if re.search(r"least|min", text, re.IGNORECASE) else (None, numbers[0])
