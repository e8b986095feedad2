"""Which rows were learned from and which were held out, which requests were asked, and what of them training had seen.

It knows rows and prompts as a run's folder holds them, and no files.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.evaluation.facts import Answered
from dataset.leakage import Closest, Leakage, leakage, repeats
from dataset.split import Rung, next_rung
from storage.domain import Part

_MOST_PAIRS = 5
"""Of the closest pairs, that are told."""


@dataclass(frozen=True, kw_only=True)
class Sets:
    rows: Mapping[str, int]
    """Of the run, by part; those that are in no part of ours are not counted."""
    asked: Mapping[str, int]
    """Requests that both models answered: ``test``, ``validation``, ``golden``, ``pack``, ``general``."""
    leaked: tuple[str, ...] = ()
    """Of the requests that were asked, and of the test rows, those that a training row asks too: no evidence."""
    closest: tuple[Closest, ...] = ()
    """The pairs of a held-out request and a training row that are nearest to each other, those that leaked first."""
    repeated: int = 0
    """Test rows that ask what another one asks, and so are not asked again."""
    same_input: int = 0
    """Held-out rows whose input stands in a training row under another instruction."""
    too_long: int = 0
    """Requests that the model could not read at once, and that nobody answered."""
    no_memory: int = 0
    """Requests for which memory was too short, and that nobody answered."""
    losses_without: int = 0
    """Test rows for which memory was too short when losses were measured."""
    next: Rung | None = None
    """The next step of the ladder by which rows are held out; None at its top."""

    @property
    def held_out(self) -> int:
        return sum(count for part, count in self.rows.items() if part != Part.TRAIN)


@dataclass(frozen=True, kw_only=True)
class _Text:
    """A row, or a prompt of a pack, as ``dataset.leakage`` compares them."""

    id: str
    instruction: str
    input: str
    output: str


def leaks_in(rows: Sequence[Mapping[str, Any]], prompts: Sequence[Mapping[str, Any]]) -> Leakage:
    """What is near to a training row, of all held-out rows and of a pack's prompts. ``rows``, ``prompts``: the lines of
    ``rows.jsonl`` and ``prompts.jsonl``."""
    trained = [_text(row) for row in rows if row.get("part") == Part.TRAIN]
    own = [_text(row) for row in rows if row.get("part") != Part.TRAIN]
    asked = [_text(prompt, "reference") for prompt in prompts if prompt.get("source") == "pack"]
    tested = [_text(row) for row in rows if row.get("part") == Part.TEST]
    return replace(leakage(trained, [*own, *asked]), repeated=repeats(tested))


def _text(row: Mapping[str, Any], output: str = "output") -> _Text:
    names = ("id", "instruction", "input", output)
    return _Text(
        **dict(zip(("id", "instruction", "input", "output"), (str(row.get(n) or "") for n in names), strict=True))
    )


def with_leaks(answers: Sequence[Answered], leaked: Collection[str]) -> tuple[Answered, ...]:
    """The same answers, each of which says whether its request leaked."""
    return tuple(replace(one, leaked=one.id in leaked) for one in answers)


def sets_of(
    rows: Sequence[Mapping[str, Any]],
    answers: Sequence[Answered],
    leaks: Leakage,
    results: Mapping[str, Any],
) -> Sets:
    """``results``: of the run's train and generate jobs, by kind."""
    parts = Counter(str(row.get("part")) for row in rows)
    tested = {str(row.get("id")) for row in rows if row.get("part") == Part.TEST}
    matters = tested | {one.id for one in answers if not one.beyond}
    generated, losses = results.get("generate") or {}, (results.get("train") or {}).get("losses") or {}
    nearest = sorted(leaks.closest, key=lambda one: (not one.leaked, -one.request, one.id))
    return Sets(
        rows={part.value: parts[part.value] for part in Part},
        asked=dict(Counter(map(_kind, answers))),
        leaked=tuple(sorted(leaks.leaked & matters)),
        closest=tuple(nearest[:_MOST_PAIRS]),
        repeated=len(leaks.repeated),
        same_input=len(leaks.same_input),
        too_long=len(generated.get("skipped") or ()),
        no_memory=len(generated.get("no_memory") or ()),
        losses_without=len(losses.get("no_memory") or ()),
        next=next_rung(len(rows)),
    )


def _kind(one: Answered) -> str:
    if one.source != "row":
        return one.source
    return "golden" if one.golden else "validation" if one.steered else "test"


def losses_apart(losses: Mapping[str, Any] | None, leaked: Collection[str]) -> Mapping[str, Any] | None:
    """The losses of a train job without the rows that leaked, or only repeat others; None if that leaves none. Sums that
    were not told row by row stay as they are."""
    rows = (losses or {}).get("by_row") or ()
    left = [row for row in rows if str(row["id"]) not in leaked]
    if losses is None or len(left) == len(rows):
        return losses
    return {**losses, **losses_in_all(left)} if left else None


def losses_in_all(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What a train job tells of these rows together, with them: ``rows`` are of its ``by_row``."""
    tokens = sum(int(row["tokens"]) for row in rows)
    sides = {side: _in_all(rows, side, tokens) for side in ("base", "tuned")}
    return {**sides, "rows": len(rows), "tokens": tokens, "by_row": list(rows)}


def _in_all(rows: Sequence[Mapping[str, Any]], side: str, tokens: int) -> dict[str, float]:
    """The mean over all tokens, and its perplexity, as ``trainer.worker.row_losses`` has them."""
    mean = math.fsum(float(row[side]) * int(row["tokens"]) for row in rows) / max(1, tokens)
    return {"loss": mean, "perplexity": math.exp(min(mean, 700.0))}
