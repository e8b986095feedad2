"""The lines of a run's ``prompts.jsonl`` and ``answers.jsonl`` -> what was answered.

Folders of earlier runs can be read too: their requests are rows that name neither a kind nor a format.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from agent.evaluation.checks import check_from_json
from agent.evaluation.facts import Answered, RowLoss
from agent.evaluation.pinned import PINNED
from storage.domain import AgreedFormat, Part

_SOURCES: Mapping[str, Literal["pack", "general"]] = {"pack": "pack", "general": "general"}
_TEXTS = ("sections", "labels", "json_keys", "terms")
"""Fields of a format that JSON knows as lists."""


def joined(prompts: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> tuple[Answered, ...]:
    """Requests and answers joined by id, in the order of the requests; a request that nobody answered is left out, and
    so is a line that is none of either. Pinned requests are looked at elsewhere: they are no sample of what is to come."""
    by_id = {str(answer["id"]): answer for answer in answers if "id" in answer}
    whole = [one for one in prompts if {"id", "instruction"} <= one.keys() and one.get("source") != PINNED]
    return tuple(_answered(prompt, by_id[str(prompt["id"])]) for prompt in whole if str(prompt["id"]) in by_id)


def _answered(prompt: Mapping[str, Any], answer: Mapping[str, Any]) -> Answered:
    return Answered(
        id=str(prompt["id"]),
        source=_SOURCES.get(str(prompt.get("source")), "row"),
        steered=prompt.get("part") == Part.VALIDATION.value,
        beyond=bool(prompt.get("beyond")),
        golden=prompt.get("part") == Part.GOLDEN.value,
        category=str(prompt.get("category") or ""),
        request="\n\n".join(text for text in (str(prompt["instruction"]), str(prompt.get("input") or "")) if text),
        reference=str(prompt.get("reference") or ""),
        base=str(answer.get("base") or ""),
        tuned=str(answer.get("tuned") or ""),
        base_finished=bool(answer.get("base_finished", True)),
        tuned_finished=bool(answer.get("tuned_finished", True)),
        expected=_expected(prompt.get("expected")),
        note=str(prompt.get("note") or ""),
        check=check_from_json(prompt.get("check")),
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
