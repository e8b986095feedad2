"""The coverage plan as people see it: in a sentence, and on a card. What the plan says is ``agent.coverage``'s."""

from collections.abc import Sequence

from agent.context import Context
from agent.coverage import Pack, cells
from agent.replies import Choice, Quote, ShowCard
from agent.words import say
from storage.domain import Brief, CoveragePlan, Row, RowStatus


async def counted(context: Context, project_id: str) -> Sequence[Row]:
    """The rows that count towards a plan: those approved, and those that wait for a decision."""
    return await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.APPROVED])


def targets_in_words(pack: Pack, plan: CoveragePlan) -> str:
    """``6 user stories, 4 release notes``."""
    wanted = [(pack.category(name), number) for name, number in plan.targets.items() if number > 0]
    return ", ".join(
        f"{number} {category.title if number == 1 else category.plural}" for category, number in wanted if category
    )


def plan_card(card_id: str, brief: Brief, pack: Pack, rows: Sequence[Row]) -> ShowCard:
    """Each category with its count and, in words, which aspects are still missing from it."""
    found = cells(pack, brief.plan, rows)
    fields = []
    for cell in (cell for cell in found if cell.aspect is None):
        missing = [
            other.aspect.title
            for other in found
            if other.aspect and other.category == cell.category and not other.have and cell.have
        ]
        value = say("plan.of", have=cell.have, want=cell.want)
        if missing:
            value += " " + say("plan.missing", aspects=", ".join(missing))
        fields.append(Quote(name=cell.category.plural[:1].upper() + cell.category.plural[1:], text=value))
    return ShowCard(
        card_id=card_id,
        card_kind="plan",
        subject={"project_id": brief.project_id},
        title=say("plan.title", pack=pack.title, total=brief.plan.total),
        fields=tuple(fields),
        choices=(
            Choice(label=say("plan.good"), action="good", style="primary"),
            Choice(label=say("plan.change"), action="change"),
        ),
        note=say("plan.note"),
    )
