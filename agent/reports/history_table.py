"""The versions of a project as a table: when, with how many examples, what was different, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.numbers import figure
from agent.replies import ShowTable
from agent.reports.recipe_card import number
from agent.words import say
from storage.domain import ModelVersion
from storage.domain.recipes import Recipe
from trainer.recipes import BOUNDS


@dataclass(frozen=True, kw_only=True)
class Version:
    model: ModelVersion
    rows: int | None
    """Examples of its run that are still there; None where that is not known, as their files were deleted by hand."""
    added: int | None
    """Of these, such as the version before did not have."""
    recipe: Recipe
    verdict: str
    """Code of the verdict beside the base; empty where it was not compared."""
    beside: tuple[str, str]
    """The number of the version that was in use then, and the verdict's code; both empty where there was none."""
    in_use: tuple[tuple[datetime, datetime | None], ...]
    """From when until when; None: it still is."""


def history_table(versions: Sequence[Version], most: int) -> ShowTable:
    """The latest on top, ``most`` of them."""
    before: dict[int, Version | None] = {
        one.model.version: earlier for one, earlier in zip(versions, [None, *versions], strict=False)
    }
    rows = tuple(
        (
            f"v{one.model.version}",
            f"{one.model.created_at:%Y-%m-%d}",
            _rows(one),
            _changed(one.recipe, before[one.model.version]),
            _verdict(one),
            _used(one),
        )
        for one in reversed(versions[-most:])
    )
    names = ("version", "made", "rows", "changed", "verdict", "in_use")
    text = say("history.text", shown=len(rows), all=len(versions))
    header = tuple(say(f"history.header_{name}") for name in names)
    return ShowTable(title=say("history.title"), header=header, rows=rows, text=text)


def _rows(one: Version) -> str:
    if one.rows is None:
        return figure(None)
    return str(one.rows) if one.added is None else say("history.rows", count=one.rows, added=one.added)


def _changed(recipe: Recipe, before: Version | None) -> str:
    began = [say("history.continued", version=recipe.from_version)] if recipe.from_version else []
    if before is None:
        return ", ".join(began) or figure(None)
    told = [
        say("history.changed", name=say(f"recipe.{name}"), before=number(old), after=number(new))
        for name in BOUNDS
        if (old := getattr(before.recipe, name)) != (new := getattr(recipe, name))
    ]
    return ", ".join([*began, *told]) or say("history.same")


def _verdict(one: Version) -> str:
    own = say(f"history.verdict_{one.verdict}") if one.verdict else ""
    told = [say("history.beside_base", verdict=own)] if own else []
    version, code = one.beside
    if version:
        told.append(say("history.beside", version=version, verdict=say(f"history.verdict_{code}")))
    return "; ".join(told) or figure(None)


def _used(one: Version) -> str:
    """The days on which it was in use, each span once: it may have been put to use several times in one day."""
    return ", ".join(dict.fromkeys(_span(since, until) for since, until in one.in_use)) or figure(None)


def _span(since: datetime, until: datetime | None) -> str:
    begin = f"{since:%Y-%m-%d}"
    if until is None:
        return say("history.since", since=begin)
    end = f"{until:%Y-%m-%d}"
    return say("history.day", day=begin) if begin == end else say("history.span", since=begin, until=end)
