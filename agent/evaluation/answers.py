"""The lines of a run's ``prompts.jsonl`` and ``answers.jsonl`` -> what was answered.

Folders of earlier runs can be read too: their requests are rows that name neither a kind nor a format.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.evaluation.facts import Answered, RowLoss
from storage.domain import AgreedFormat, Part

_TEXTS = ("sections", "labels", "json_keys", "terms")
"""Fields of a format that JSON knows as lists."""


def joined(prompts: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> tuple[Answered, ...]:
    """Requests and answers joined by id, in the order of the requests; a request that nobody answered is left out, and
    so is a line that is none of either."""
    by_id = {str(answer["id"]): answer for answer in answers if "id" in answer}
    whole = [prompt for prompt in prompts if {"id", "instruction"} <= prompt.keys()]
    return tuple(_answered(prompt, by_id[str(prompt["id"])]) for prompt in whole if str(prompt["id"]) in by_id)


def _answered(prompt: Mapping[str, Any], answer: Mapping[str, Any]) -> Answered:
    return Answered(
        id=str(prompt["id"]),
        source="pack" if prompt.get("source") == "pack" else "row",
        steered=prompt.get("part") == Part.VALIDATION.value,
        beyond=bool(prompt.get("beyond")),
        category=str(prompt.get("category") or ""),
        request="\n\n".join(text for text in (str(prompt["instruction"]), str(prompt.get("input") or "")) if text),
        reference=str(prompt.get("reference") or ""),
        base=str(answer.get("base") or ""),
        tuned=str(answer.get("tuned") or ""),
        base_finished=bool(answer.get("base_finished", True)),
        tuned_finished=bool(answer.get("tuned_finished", True)),
        expected=_expected(prompt.get("expected")),
        note=str(prompt.get("note") or ""),
    )


def _expected(data: object) -> AgreedFormat | None:
    """The format of a request; None where it has none that can be read."""
    try:
        return format_from_json(data) if isinstance(data, dict) and data else None
    except TypeError:  # a field of another time
        return None


def row_losses(losses: Mapping[str, Any] | None) -> tuple[RowLoss, ...]:
    """The losses of a train job's result, row by row; none of a run from before they were told so."""
    names = ("base", "tuned", "base_swapped", "tuned_swapped")
    return tuple(
        RowLoss(id=str(row["id"]), tokens=int(row["tokens"]), **{name: row.get(name) for name in names})
        for row in (losses or {}).get("by_row") or ()
    )


def format_from_json(data: Mapping[str, Any]) -> AgreedFormat:
    """The format that ``dataclasses.asdict`` and JSON made of one."""
    fields: dict[str, Any] = {name: tuple(value) if name in _TEXTS else value for name, value in data.items()}
    return AgreedFormat(**fields)
