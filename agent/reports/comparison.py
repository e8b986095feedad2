"""Base and tuned, side by side: the figures and answers of one run as data and as Markdown.

It judges nothing yet: it shows what was measured, on how much, and the answers as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agent.numbers import figure
from agent.words import say
from storage.domain import Part


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    id: str
    request: str
    expected: str
    base: str
    tuned: str
    steered: bool
    """Whether it is a validation row: not learned from, but early stopping looked at its loss."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """Mean negative log-likelihood per completion token of the test rows, in nats, and its exponential."""

    base: float
    tuned: float
    base_perplexity: float
    tuned_perplexity: float
    rows: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    name: str
    run: int
    losses: Losses | None
    answers: tuple[SideBySide, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def to_markdown(self) -> str:
        """The same for people: a table, then every request with its answers, quoted so that no markup acts."""
        lines = [say("compare.md_title", name=self.name, number=self.run), ""]
        if self.losses:
            header, *rows = table(self.losses)
            lines += [_cells(header), _cells(["---"] * len(header)), *map(_cells, rows), ""]
        for number, one in enumerate(self.answers, 1):
            lines += [f"## {heading(self, number)}", ""]
            for key, text in texts(one):
                lines += [f"**{say(key)}**", "", *(f"    {line}" for line in text.splitlines() or [""]), ""]
        return "\n".join(lines)


def heading(comparison: Comparison, number: int) -> str:
    """Which test request it is, counted from 1, and whether it was wholly unseen."""
    text = say("compare.side", number=number, total=len(comparison.answers))
    return f"{text} {say('compare.steered')}" if comparison.answers[number - 1].steered else text


def table(losses: Losses) -> list[list[str]]:
    """Header and rows of the figures."""
    return [
        [say("compare.header"), say("compare.base"), say("compare.tuned")],
        [say("compare.loss"), figure(losses.base), figure(losses.tuned)],
        [say("compare.perplexity"), figure(losses.base_perplexity), figure(losses.tuned_perplexity)],
    ]


def texts(one: SideBySide) -> list[tuple[str, str]]:
    """Key of the name, and text, in the order in which they are shown."""
    shown = [("compare.request", one.request), ("compare.expected", one.expected)]
    shown += [("compare.base", one.base), ("compare.tuned", one.tuned)]
    return [(key, text or say("ask.empty_answer")) for key, text in shown]


def side_by_side(prompts: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> tuple[SideBySide, ...]:
    """Join prompts and answers by id, in the order of the prompts; a prompt without an answer is left out."""
    by_id = {str(answer["id"]): answer for answer in answers}
    return tuple(
        SideBySide(
            id=str(prompt["id"]),
            request="\n\n".join(text for text in (str(prompt["instruction"]), str(prompt["input"])) if text),
            expected=str(prompt.get("reference", "")),
            base=str(by_id[str(prompt["id"])].get("base") or ""),
            tuned=str(by_id[str(prompt["id"])].get("tuned") or ""),
            steered=prompt.get("part") == Part.VALIDATION.value,
        )
        for prompt in prompts
        if str(prompt["id"]) in by_id
    )


def _cells(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
