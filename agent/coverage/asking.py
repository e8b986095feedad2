"""The next question, with how far we are: ``12 of 24. 6 user stories, none with an error case: could you give me one?``

It chooses nothing: the cell comes from ``plan.thinnest``.
"""

from collections.abc import Sequence

from agent.coverage.packs import Pack
from agent.coverage.plan import Cell, cells
from agent.words import say
from storage.domain import CoveragePlan, Row, RowStatus


def question(cell: Cell | None, plan: CoveragePlan, rows: Sequence[Row], pack: Pack) -> str:
    """The sentence that asks for a cell, or says that the plan is full.

    It begins with the rows approved so far, of whatever kind: what people count. Cells count those pending too.
    """
    have, total = sum(row.status is RowStatus.APPROVED for row in rows), plan.total
    so_far = say("coverage.beyond" if have > total else "coverage.so_far", have=have, total=total)
    if cell is None:
        return say("coverage.full", so_far=so_far)
    category, aspect = cell.category, cell.aspect
    if aspect is None:
        alone = (cell.have, cell.want) == (have, total)
        key = ("coverage.some_alone" if alone else "coverage.some") if cell.have else "coverage.none_yet"
        values = {"count": cell.have, "want": cell.want, "plural": category.plural, "ask_for": category.ask}
        return say(key, so_far=so_far, have=have, total=total, **values)
    whole = next((one for one in cells(pack, plan, rows) if one.category == category and one.aspect is None), cell)
    return say(
        "coverage.few_with" if cell.have else "coverage.none_with",
        so_far=so_far,
        count=whole.have,
        plural=category.title if whole.have == 1 else category.plural,
        shown=cell.have,
        aspect=aspect.ask,
    )
