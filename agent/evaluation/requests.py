"""Which requests both models answer, what form is wanted of each answer, and how long it may be.

It reads no files; what it returns becomes the lines of ``prompts.jsonl``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal, TypeVar

from agent.coverage.packs import Pack, Prompt
from agent.evaluation.checks import Check
from agent.evaluation.form import has_form, keeps_form, structure_of
from agent.evaluation.general import general_items
from dataset.leakage import repeats
from dataset.patterns import find_patterns
from dataset.quality.sections import key_of
from storage.domain import AgreedFormat, Part, Row

MOST_ROWS = 40
"""Test rows that are answered; with more, the intervals hardly get narrower and minutes go by."""
MOST_GOLDEN = 30
"""Golden rows that are answered: all that the ladder of ``dataset.split`` sets aside."""
HANDFUL = 5
"""Test requests whose answer is known, below which validation rows are answered too."""
IN_ALL = 28
"""Requests that the pack's prompts fill up to: 20 is the least for a verdict, and some are not about the task."""
FROM_PACK = 12
"""Prompts of the pack at least, however many rows there are: they tell whether other abilities suffered."""
FEWEST_OF_ALL = 4
"""Training answers of any kind, before what they have in common is taken for a form."""
FEWEST_OF_KIND = 2
"""The same of one kind: small projects have hardly more of each, and sections that both have are no chance."""

SHORTEST_ANSWER, LONGEST_ANSWER = 64, 512
"""Tokens that an answer is given, at least and at most."""

Some = TypeVar("Some")
FormIn = Callable[[tuple[str, ...], int], AgreedFormat | None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A line of ``prompts.jsonl``; its fields are those of ``agent.evaluation.facts.Answered``."""

    id: str
    source: Literal["row", "pack", "general"]
    part: str = ""
    """Of the row."""
    beyond: bool = False
    category: str = ""
    instruction: str
    input: str = ""
    reference: str = ""
    expected: AgreedFormat | None = None
    note: str = ""
    check: Check | None = None
    max_tokens: int | None = None
    """Tokens that its answer may have; None: as many as all."""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None or name == "expected"}


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A row of the run."""

    id: str
    part: str
    category: str
    instruction: str
    input: str
    output: str

    @classmethod
    def of_line(cls, line: Mapping[str, Any], categories: Mapping[str, str]) -> "Lesson":
        """Of a line of ``rows.jsonl``. ``categories``: by row."""
        texts = {name: str(line[name]) for name in ("id", "part", "instruction", "input", "output")}
        return cls(**texts, category=categories.get(texts["id"], ""))

    @classmethod
    def of(cls, row: Row, part: Part) -> "Lesson":
        return cls(
            id=row.id,
            part=part.value,
            category=row.category,
            instruction=row.instruction,
            input=row.input,
            output=row.output,
        )


@dataclass(frozen=True, kw_only=True)
class Picked:
    """A prompt of a pack that may be asked."""

    place: int
    """Among the pack's, from 1."""
    prompt: Prompt
    known: bool
    """Whether a training row asks just so."""
    beyond: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What both models are asked, before it is known what form is wanted."""

    held_out: tuple[Lesson, ...]
    golden: tuple[Lesson, ...]
    prompts: tuple[Picked, ...]


def asked_of(rows: Sequence[Lesson], pack: Pack | None) -> Asked:
    """Held-out rows, golden rows, and the pack's prompts: those about what was trained first."""
    prompts = _picked(pack, [row for row in rows if row.part == Part.TRAIN.value]) if pack else []
    held_out = _held_out(rows, known=sum(bool(one.prompt.reference) and not one.beyond for one in prompts))
    golden = spread(_once([row for row in rows if row.part == Part.GOLDEN.value]), MOST_GOLDEN)
    return Asked(held_out=tuple(held_out), golden=tuple(golden), prompts=tuple(_fitting(prompts, len(held_out))))


def requests_of(rows: Sequence[Lesson], pack: Pack | None, formats: Mapping[str, AgreedFormat]) -> tuple[Request, ...]:
    """What ``asked_of`` chooses, each with the form that is wanted. ``formats``: as in ``Brief``."""
    asked, trained = asked_of(rows, pack), [row for row in rows if row.part == Part.TRAIN.value]
    find = cache(form_in)  # it reads all answers, and most requests are compared with the same ones
    own = [_of_row(row, formats, trained, find) for row in (*asked.held_out, *asked.golden)]
    return (*own, *(_of_prompt(pack, one, formats, trained, find) for one in asked.prompts if pack))


def form_of(
    category: str, formats: Mapping[str, AgreedFormat], trained: Sequence[Lesson], find: FormIn | None = None
) -> AgreedFormat | None:
    """The form of a kind's answers: what was agreed for it, else for all, else what the training answers have in common.
    ``find``: ``form_in``, or that with a memory."""
    if agreed := _agreed(category, formats):
        return structure_of(agreed)
    find = find or form_in
    of_kind = tuple(row.output for row in trained if category and row.category == category)
    return find(of_kind, FEWEST_OF_KIND) or find(_of_all(formats, trained), FEWEST_OF_ALL)


def form_in(outputs: Sequence[str], fewest: int = FEWEST_OF_ALL) -> AgreedFormat | None:
    """The form that answers have in common, if it is one that a person would name; that all are one line is none."""
    found = find_patterns(outputs) if len(outputs) >= fewest else AgreedFormat()
    named = found.sections or found.labels or found.json_keys or (found.lines or 0) > 1
    return structure_of(found) if named else None


def _agreed(category: str, formats: Mapping[str, AgreedFormat]) -> AgreedFormat | None:
    """The kind's own; else that of all. Where that of all speaks of other things than structure (a length, a tone), the
    structure of each kind is open still: its card is shown, and what its answers have in common counts."""
    own, of_all = (formats.get(name, AgreedFormat()) for name in (category, ""))
    if own.agreed:
        return own
    settled = of_all == AgreedFormat(agreed=True) or structure_of(of_all) is not None
    return of_all if of_all.agreed and settled else None


def _of_all(formats: Mapping[str, AgreedFormat], trained: Sequence[Lesson]) -> tuple[str, ...]:
    """The answers in which a form of all is looked for; none where people have said already what all have in common."""
    return () if formats.get("", AgreedFormat()).agreed else tuple(row.output for row in trained)


def _form_of_row(
    row: Lesson, formats: Mapping[str, AgreedFormat], trained: Sequence[Lesson], find: FormIn
) -> AgreedFormat | None:
    """What was agreed; else what training answers of its kind, of its instruction, or of all have in common with the
    answer that is wanted: a form that this one has not is none to be held to."""
    if agreed := _agreed(row.category, formats):
        return structure_of(agreed)
    asked = _folded(row.instruction)
    alike = (
        (tuple(other.output for other in trained if row.category and other.category == row.category), FEWEST_OF_KIND),
        (tuple(other.output for other in trained if _folded(other.instruction) == asked), FEWEST_OF_KIND),
        (_of_all(formats, trained), FEWEST_OF_ALL),
    )
    found = (find(outputs, fewest) for outputs, fewest in alike)
    return next((form for form in found if form and keeps_form(row.output, form)), None)


def answer_tokens(lengths: Sequence[int]) -> int:
    """Tokens that an answer may take: half as much again as 95 of 100 training answers (their lengths in tokens) take."""
    if not lengths:
        return LONGEST_ANSWER
    long = sorted(lengths)[math.ceil(0.95 * len(lengths)) - 1]
    return min(LONGEST_ANSWER, max(SHORTEST_ANSWER, math.ceil(1.5 * long)))


def _held_out(rows: Sequence[Lesson], known: int) -> list[Lesson]:
    """The test rows; with too few known answers, these and those besides, the validation rows too."""
    test = _once([row for row in rows if row.part == Part.TEST.value])
    steered = [row for row in rows if row.part == Part.VALIDATION.value] if len(test) + known < HANDFUL else []
    return spread([*test, *steered], MOST_ROWS)


def _once(rows: Sequence[Lesson]) -> list[Lesson]:
    """One of each group of rows that are nearly the same: a model gives them nearly the same answer."""
    again = repeats(rows)
    return [row for row in rows if row.id not in again]


def _fitting(prompts: Sequence[Picked], rows: int) -> list[Picked]:
    """The prompts that are asked beside so many rows: those about the task first."""
    near = spread([one for one in prompts if not one.beyond], max(FROM_PACK, MOST_ROWS - rows))
    far = spread([one for one in prompts if one.beyond], max(FROM_PACK, IN_ALL - rows) - len(near))
    return [*near, *far]


def general_requests() -> tuple[Request, ...]:
    """What tells whether other abilities suffered; the same for every project."""
    return tuple(
        Request(
            id=f"general_{item.id}",
            source="general",
            beyond=True,
            category=item.subject,
            instruction=item.instruction,
            input=item.input,
            check=item.check,
            max_tokens=item.max_tokens,
        )
        for item in general_items()
    )


def _of_row(row: Lesson, formats: Mapping[str, AgreedFormat], trained: Sequence[Lesson], find: FormIn) -> Request:
    return Request(
        id=row.id,
        source="row",
        part=row.part,
        category=row.category,
        instruction=row.instruction,
        input=row.input,
        reference=row.output,
        expected=_form_of_row(row, formats, trained, find),
    )


def _picked(pack: Pack, trained: Sequence[Lesson]) -> list[Picked]:
    kinds, instructions = _kinds(pack, trained), {_folded(row.instruction) for row in trained}
    found = []
    for place, prompt in enumerate(pack.prompts, 1):
        known = _folded(prompt.instruction) in instructions
        beyond = not known and prompt.category not in kinds
        found.append(Picked(place=place, prompt=prompt, known=known, beyond=beyond))
    return found


def _of_prompt(
    pack: Pack, picked: Picked, formats: Mapping[str, AgreedFormat], trained: Sequence[Lesson], find: FormIn
) -> Request:
    """A prompt with the form it asks for. Where it merely assumes the sections of a kind that was trained, or asks just as
    a training row does, the project's own form takes their place, if there is one."""
    prompt = picked.prompt
    own = prompt.expected.agreed_format()
    ours = picked.known or (not picked.beyond and _is_assumed(own, prompt.instruction))
    expected = form_of(prompt.category, formats, trained, find) if ours else own
    return Request(
        id=f"pack_{pack.name}_{picked.place}",
        source="pack",
        beyond=picked.beyond,
        category=prompt.category,
        instruction=prompt.instruction,
        input=prompt.input,
        reference=prompt.reference,
        expected=expected if expected and has_form(expected) else None,
        note=prompt.expected.note or "",
    )


def _is_assumed(form: AgreedFormat, instruction: str) -> bool:
    """Whether a prompt takes sections for granted, rather than to ask for them; JSON, one word or a number of lines are
    always asked for."""
    if not form.sections or form.labels or form.json_keys or form.lines:
        return False
    return not all(key_of(label) in instruction.casefold() for label in form.sections)


def _kinds(pack: Pack, trained: Sequence[Lesson]) -> frozenset[str]:
    """The kinds of the pack that were trained. A category without words is a situation (an unusual case) and no kind of
    task: that a project has unusual cases says nothing about a prompt with one."""
    tell = {category.id for category in pack.categories if category.words}
    return frozenset(row.category for row in trained if row.category in tell)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?:")


def spread(items: Sequence[Some], most: int) -> list[Some]:
    """At most so many of them, evenly spread over their order; the same each time."""
    if len(items) <= most:
        return list(items)
    return [items[at * len(items) // most] for at in range(max(0, most))]
