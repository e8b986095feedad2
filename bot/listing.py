"""What there is: models and datasets, as tables for eyes, lines for ears, or JSON for programs.

It reads the store and changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.words import say
from bot.platforms.console.text import one_line
from storage.domain import ModelVersion, Part, Project, RowStatus, RunState
from storage.errors import NotFound
from storage.ports import Store

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Listing:
    title: str
    empty: str
    """What is said when there is nothing."""
    header: Mapping[str, str]
    """Words by JSON name, in order."""
    rows: Sequence[Mapping[str, Any]]
    """Values by JSON name."""

    def as_json(self) -> str:
        return json.dumps(list(self.rows), indent=2, ensure_ascii=False)

    def as_lines(self) -> list[str]:
        """One line for each row, every value with its name."""
        return [
            "; ".join(f"{words}: {_shown(row[name])}" for name, words in self.header.items()) for row in self.rows
        ] or [self.empty]

    def as_table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(title=self.title, title_justify="left")
        for words in self.header.values():
            table.add_column(words, overflow="fold")
        for row in self.rows:
            table.add_row(*(Text(_shown(row[name])) for name in self.header))
        return table


async def models(store: Store, home: Path) -> Listing:
    """The versions whose files are there: a number is given when saving begins, the run is SAVED when it ended well."""
    rows = [_model(model, home) for model in await store.models.all() if await _saved(store, model)]
    names = ("name", "version", "created", "loss_before", "loss_after", "folder")
    return _listing("models", names, rows)


async def datasets(store: Store) -> Listing:
    rows = [await _dataset(store, project) for project in await store.projects.all()]
    names = ("name", "approved", "pending", "train", "validation", "test", "unassigned")
    return _listing("datasets", names, rows)


def _listing(what: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Listing:
    return Listing(
        title=say(f"cli.{what}_title"),
        empty=say(f"cli.no_{what}"),
        header={name: say(f"cli.column_{name}") for name in names},
        rows=rows,
    )


async def _saved(store: Store, model: ModelVersion) -> bool:
    try:
        return (await store.runs.get(model.run_id)).state is RunState.SAVED
    except NotFound:
        return False


def _model(model: ModelVersion, home: Path) -> dict[str, Any]:
    return {
        "name": model.name,
        "version": model.version,
        "created": model.created_at.isoformat(timespec="minutes"),
        "loss_before": model.metrics.get("base_loss"),
        "loss_after": model.metrics.get("tuned_loss"),
        "folder": str(home / "models" / model.name / str(model.version)),
    }


async def _dataset(store: Store, project: Project) -> dict[str, Any]:
    rows = await store.rows.of_project(project.id, {RowStatus.APPROVED, RowStatus.PENDING})
    approved = [row for row in rows if row.status is RowStatus.APPROVED]
    parts = {part.value: sum(row.part is part for row in approved) for part in Part}
    return {
        "name": project.name,
        "slug": project.slug,
        "approved": len(approved),
        "pending": sum(row.status is RowStatus.PENDING and bool(row.output) for row in rows),
        **parts,
        "unassigned": sum(row.part is None for row in approved),
    }


def _shown(value: Any) -> str:
    if value is None:
        return say("cli.unknown")
    return f"{value:.3f}" if isinstance(value, float) else one_line(str(value))
