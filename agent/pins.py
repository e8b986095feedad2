"""The requests that are pinned for good: how one is given, what a version answered to them, and what earlier ones did.

Where a pin's text lies, for whoever has to delete it (``agent.forgetting``), always in a line whose ``id`` is the pin's:
the table of pins; ``runs/<run>/prompts.jsonl`` and ``answers.jsonl`` of each run since; ``evaluations/<id>/prompts.jsonl``,
``answers_<n>.jsonl`` and ``hosted_<n>.jsonl``. Quoted without an id: ``comparison.json`` and ``comparison.md`` of both, and
a judge is never shown a pin. A pin made of somebody's example or question has that person as its author.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.checking import agreed_for
from agent.context import Context
from agent.evaluation.form import structure_of
from agent.evaluation.pinned import PinnedResult, Said, folded_request, pinned_result, prompt_of
from agent.evidence import trained_rows
from agent.promotion import saved_models
from agent.reading import Given
from agent.rows import plain
from agent.training import read_lines
from dataset.quality.characters import is_empty
from storage.domain import AgreedFormat, Brief, Part, Pin, Row, RowStatus, Run
from storage.files import Files

MOST_PINS = 50
"""Each is answered by every version, and read by people when it fails."""
LONGEST_REQUEST = 6000
"""Characters of request and input, as a question to a model may have."""
MOST_TERMS = 10
LONGEST_TERM = 200
LONGEST_REFERENCE = 6000

_FIELDS = {
    "must": "must",
    "must not": "must_not",
    "mustn't": "must_not",
    "answer": "reference",
    "input": "input",
    "format": "format",
}
_FIELD = re.compile(r"^\s*(must not|mustn't|must|answer|input|format)\s*[:：]\s*", re.IGNORECASE)
_BAR = re.compile(r"\s+\|\s+(?=(?:must not|mustn't|must|answer|input|format)\s*[:：])", re.IGNORECASE)
_YES = frozenset({"yes", "y", "agreed", "true", "on"})


@dataclass(frozen=True, kw_only=True)
class PinDraft:
    """A pin as somebody wrote it."""

    instruction: str
    input: str = ""
    reference: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    keeps_format: bool = False
    """Whether the answer has to keep to the agreed format."""


@dataclass(frozen=True, kw_only=True)
class PinFault:
    """What keeps a draft from being pinned: a code, the field it is about, and numbers."""

    code: str
    where: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def read_pin(text: str) -> PinDraft:
    """``request``, then lines ``must: …``, ``must not: …``, ``answer: …``, ``input: …``, ``format: agreed``; each ``must`` is one
    term, and several are several lines. In one line they stand after `` | ``. What follows an answer, or an input, without
    such a word belongs to it."""
    said: dict[str, list[str]] = {"instruction": [""]}
    latest = "instruction"
    for line in _BAR.sub("\n", text.strip()).split("\n"):
        if found := _FIELD.match(line):
            latest = _FIELDS[found.group(1).casefold()]
            said.setdefault(latest, []).append(line[found.end() :])
        else:
            said[latest][-1] += f"\n{line}"
    return pin_draft({name: "\n".join(parts) for name, parts in said.items()})


def pin_draft(values: Mapping[str, str]) -> PinDraft:
    """Of the fields of a form: a term of ``must`` and ``must_not`` on each line."""
    return PinDraft(
        instruction=plain(values.get("instruction", "")),
        input=plain(values.get("input", "")),
        reference=plain(values.get("reference", "")),
        must=_terms(values.get("must", "")),
        must_not=_terms(values.get("must_not", "")),
        keeps_format=plain(values.get("format", "")).casefold() in _YES,
    )


def _terms(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for line in text.split("\n") if (term := " ".join(plain(line).split()))))


def pin_faults(draft: PinDraft, brief: Brief, count: int) -> list[PinFault]:
    """What keeps it from being pinned. ``count``: the pins that there are."""
    found = []
    if count >= MOST_PINS:
        found.append(PinFault(code="too_many", where="instruction", numbers={"most": MOST_PINS}))
    if is_empty(draft.instruction):
        found.append(PinFault(code="no_request", where="instruction"))
    for where, text, most in (
        ("instruction", draft.instruction + draft.input, LONGEST_REQUEST),
        ("reference", draft.reference, LONGEST_REFERENCE),
    ):
        if len(text) > most:
            found.append(PinFault(code="too_long", where=where, numbers={"length": len(text), "limit": most}))
    for where, terms in (("must", draft.must), ("must_not", draft.must_not)):
        if len(terms) > MOST_TERMS or any(len(term) > LONGEST_TERM for term in terms):
            found.append(PinFault(code="terms", where=where, numbers={"most": MOST_TERMS, "limit": LONGEST_TERM}))
    if {one.casefold() for one in draft.must} & {one.casefold() for one in draft.must_not}:
        found.append(PinFault(code="both", where="must_not"))
    if draft.keeps_format and format_to_keep(brief) is None:
        found.append(PinFault(code="no_format", where="format"))
    return found


def format_to_keep(brief: Brief) -> AgreedFormat | None:
    """The agreed format of all answers, as far as an answer can be checked for it."""
    agreed = agreed_for(brief, "")
    return structure_of(agreed) if agreed else None


async def pins_of(context: Context, project_id: str) -> Sequence[Pin]:
    return await context.store.pins.of_project(project_id)


async def same_request(context: Context, project_id: str, draft: PinDraft) -> int:
    """The number of the pin that asks the same; 0 where none does."""
    wanted = folded_request(draft.instruction, draft.input)
    pins = await pins_of(context, project_id)
    return next((n for n, pin in enumerate(pins, 1) if folded_request(pin.instruction, pin.input) == wanted), 0)


async def learned_from(context: Context, project_id: str, draft: PinDraft) -> Row | None:
    """The approved row, not kept aside, that asks the same: a version that was trained on it proves little by passing."""
    wanted = folded_request(draft.instruction, draft.input)
    rows = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    learned = [row for row in rows if row.part in (None, Part.TRAIN)]
    return next((row for row in learned if folded_request(row.instruction, row.input) == wanted), None)


def pinned_prompts(pins: Sequence[Pin]) -> list[dict[str, Any]]:
    """The pins as lines of ``prompts.jsonl``."""
    return [prompt_of(pin) for pin in pins]


async def pinned_of_run(context: Context, run: Run) -> PinnedResult | None:
    """What the version of a run made of the pins, beside the base and the saved versions before it."""
    pins = await pins_of(context, run.project_id)
    if not pins:
        return None
    runs = {one.id: one for one in await context.store.runs.of_project(run.project_id)}
    saved = await saved_models(context, run.project_id)
    earlier = {
        f"v{one.version}": one.run_id
        for one in sorted(saved, key=lambda one: one.version)
        if one.run_id in runs and runs[one.run_id].number < run.number
    }
    mine = await context.store.models.of_run(run.id)
    by = f"v{mine.version}" if mine else "tuned"
    return await asyncio.to_thread(_of_run, context.files, pins, run.id, by, earlier)


def _of_run(files: Files, pins: Sequence[Pin], run_id: str, by: str, earlier: Mapping[str, str]) -> PinnedResult | None:
    """It blocks. ``earlier``: the run by version."""
    ids = {pin.id for pin in pins}
    answers = {
        "base": said_in(files, f"runs/{run_id}/answers.jsonl", "base", ids),
        **{who: said_in(files, f"runs/{one}/answers.jsonl", "tuned", ids) for who, one in earlier.items()},
        by: said_in(files, f"runs/{run_id}/answers.jsonl", "tuned", ids),
    }
    return pinned_result(pins, by, answers, learned_in(files, [run_id], pins))


def said_in(files: Files, name: str, side: str, ids: set[str]) -> dict[str, Said]:
    """What one side answered to the requests of these ids. It blocks."""
    return {
        str(line["id"]): Said(text=str(line.get(side) or ""), finished=line.get(f"{side}_finished") is not False)
        for line in read_lines(files, name)
        if line.get("id") in ids and side in line
    }


def learned_in(files: Files, run_ids: Sequence[str], pins: Sequence[Pin]) -> frozenset[str]:
    """Ids of the pins whose request one of these runs was trained on. It blocks."""
    asked = {
        folded_request(str(row.get("instruction") or ""), str(row.get("input") or ""))
        for run_id in run_ids
        for row in trained_rows(files, run_id)
    }
    return frozenset(pin.id for pin in pins if folded_request(pin.instruction, pin.input) in asked)


def as_given(draft: PinDraft) -> Given:
    """Its texts, as the checks for secrets and personal data take them."""
    rules = "\n".join((*draft.must, *draft.must_not, draft.reference))
    return Given(instruction=draft.instruction, input=draft.input, output=rules)
