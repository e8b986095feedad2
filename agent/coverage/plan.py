"""Which pack, how many rows of what, and which cell is the thinnest: pure rules, the same answer for the same facts.

It asks nobody and words nothing. How a person's correction changes a plan stands in ``changing``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.coverage.matching import Text
from agent.coverage.packs import FALLBACK, Aspect, Category, Pack
from storage.domain import CoveragePlan, Row, RowStatus

TOTAL = 24
FEWEST = 3
"""Rows of a category that a plan has at least, if its total allows: of fewer there is little to learn."""
ROOM = 4
"""Rows per category on average: a plan that a person did not choose has at most a quarter of its total as categories."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One thing to ask for: rows of a category, or such rows that show an aspect."""

    category: Category
    aspect: Aspect | None
    have: int
    want: int

    @property
    def key(self) -> str:
        """As plans and briefs keep it: ``user-story/error-case``; of a whole category ``user-story/``."""
        return f"{self.category.id}/{self.aspect.id if self.aspect else ''}"

    @property
    def is_full(self) -> bool:
        return self.have >= self.want

    @property
    def share(self) -> float:
        return self.have / self.want


def suggest(packs: Mapping[str, Pack], goal: str, instructions: Sequence[str] = ()) -> list[Pack]:
    """All packs, the one that fits the goal best first; ``instructions`` are of rows given already, and count less."""
    texts = [(Text.of(goal), 3), *((Text.of(instruction), 1) for instruction in instructions)]

    def fit(pack: Pack) -> int:
        return sum(weight * _fit(pack, text) for text, weight in texts)

    return sorted(packs.values(), key=lambda pack: (-fit(pack), _fallback(pack), pack.name))


def plan_for(pack: Pack, total: int = TOTAL, chosen: Sequence[str] = (), goal: str = "") -> CoveragePlan:
    """A plan over the categories that were chosen (ids), else those that the goal names, else the pack's first ones.

    Their numbers stand in the proportion of the pack's targets, none below ``FEWEST`` unless the total is too small.
    """
    total = max(1, total)
    categories = [category for category in pack.categories if category.id in chosen][:total]
    if not categories:
        categories = (_named_in(goal, pack) or list(pack.categories))[: max(1, total // ROOM)]
    return CoveragePlan(total=total, targets=divided(total, {category.id: category.target for category in categories}))


def divided(total: int, weights: Mapping[str, int], fewest: int = FEWEST) -> dict[str, int]:
    """The total in the proportion of the weights, by largest remainder; no part below ``fewest`` if that can be."""
    fewest = min(fewest, total // max(1, len(weights)))
    raised: dict[str, int] = {}
    while True:
        parts = _proportional(
            total - sum(raised.values()), {name: weight for name, weight in weights.items() if name not in raised}
        )
        low = [name for name, part in parts.items() if part < fewest]
        if not low:
            return {name: raised.get(name, parts.get(name, 0)) for name in weights}
        raised |= dict.fromkeys(low, fewest)


def cells(pack: Pack, plan: CoveragePlan, rows: Sequence[Row]) -> list[Cell]:
    """Everything that the plan wants, each category before its aspects; what a person skipped is not among it."""
    counted = [row for row in rows if _counts(row)]
    found: list[Cell] = []
    for category, want in _wanted(pack, plan):
        own = [row for row in counted if row.category == category.id]
        found.append(Cell(category=category, aspect=None, have=len(own), want=want))
        for aspect in pack.aspects_of(category):
            if aspect.needed and f"{category.id}/{aspect.id}" not in plan.skipped:
                have = sum(aspect.id in row.aspects for row in own)
                due = max(1, round(aspect.needed * want))
                found.append(Cell(category=category, aspect=aspect, have=have, want=due))
    return found


def thinnest(pack: Pack, plan: CoveragePlan, rows: Sequence[Row]) -> Cell | None:
    """What to ask for next, or None when the plan is full.

    The category furthest below its target, by share. Once it has ``FEWEST`` rows: an aspect of it that lags behind
    the category itself (at first one that no row shows), the one that is rarest in all rows before others.
    """
    all_cells = cells(pack, plan, rows)
    open_ones = [cell for cell in all_cells if cell.aspect is None and not cell.is_full]
    have, total = progress(pack, plan, rows)
    if have >= total:
        return None
    category = min(open_ones, key=lambda cell: cell.share)
    if category.have < FEWEST:
        return category
    shown: dict[str, int] = {}
    for cell in all_cells:
        if cell.aspect:
            shown[cell.aspect.id] = shown.get(cell.aspect.id, 0) + cell.have
    lagging = [
        cell
        for cell in all_cells
        if cell.aspect and cell.category == category.category and not cell.is_full and cell.share < category.share
    ]
    return min(lagging, key=lambda cell: (cell.share, shown[cell.aspect.id] if cell.aspect else 0), default=category)


def progress(pack: Pack, plan: CoveragePlan, rows: Sequence[Row]) -> tuple[int, int]:
    """Rows towards the plan, and rows that it wants.

    A category above its target does not make up for another. A row that could not be sorted, or that is of a kind the
    plan does not have, counts for the whole: nobody is asked without end because we do not know what was given.
    """
    own = [cell for cell in cells(pack, plan, rows) if cell.aspect is None]
    planned = {cell.category.id for cell in own}
    elsewhere = sum(_counts(row) and row.category not in planned for row in rows)
    total = sum(cell.want for cell in own)
    return min(total, elsewhere + sum(min(cell.have, cell.want) for cell in own)), total


def skips(plan: CoveragePlan, category_id: str) -> bool:
    """Whether the person does not want to be asked for this category at all."""
    return f"{category_id}/" in plan.skipped or category_id in plan.skipped


def _wanted(pack: Pack, plan: CoveragePlan) -> list[tuple[Category, int]]:
    """What the plan says of categories that the pack (still) has."""
    known = [(pack.category(name), want) for name, want in plan.targets.items() if want > 0 and not skips(plan, name)]
    return [(category, want) for category, want in known if category is not None]


def _counts(row: Row) -> bool:
    """An example that waits for its answer is none yet."""
    return row.status in (RowStatus.APPROVED, RowStatus.PENDING) and bool(row.output.strip())


def _proportional(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Largest remainder (Hamilton); of equal remainders the earlier one has the row."""
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: -(total * weights[name] % whole))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def _named_in(goal: str, pack: Pack) -> list[Category]:
    """The categories that a text names, the most plainly named ones first."""
    text = Text.of(goal)
    hits = {category.id: len(text.found(_names(category))) for category in pack.categories}
    return sorted((category for category in pack.categories if hits[category.id]), key=lambda one: -hits[one.id])


def _names(category: Category) -> tuple[str, ...]:
    return (category.title, category.plural, category.area, *category.words)


def _fit(pack: Pack, text: Text) -> int:
    """A task's word counts as much as three categories that are named; one category alone may be named by chance."""
    tasks = len(text.found(pack.tasks))
    named = sum(bool(text.found(_names(category))) for category in pack.categories)
    return 3 * tasks + named if tasks or named > 1 else 0


def _fallback(pack: Pack) -> int:
    return FALLBACK.index(pack.name) if pack.name in FALLBACK else -1
