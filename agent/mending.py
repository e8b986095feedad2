"""What a comparison found wrong with the answers -> cards that help against it, with one tap; and the kinds of the plan.

Which remedy helps is ``remedies``' to say; what is done when a button is pressed is ``stages.follow_remedy``'s.
"""

from collections.abc import Sequence

from agent.context import Context
from agent.coverage import cells
from agent.curves import Findings
from agent.evaluation.collect import Kind
from agent.evaluation.faults import Fault
from agent.planning import counted
from agent.remedies import Deed, Remedy, Shortcoming, remedies_against
from agent.replies import ShowCard
from agent.reports.comparison import Comparison
from agent.reports.diagnoses import remedy_card
from agent.state import Turn
from agent.training import make_plan
from storage.domain import Run, stable_id
from storage.domain.recipes import Recipe

_BASE_TOO = 0.5
"""Of the tuned model's answers with a fault: from so many of the base's on, it has the fault as well."""


async def kinds_of(context: Context, project_id: str) -> tuple[Kind, ...]:
    """The kinds of the coverage plan, and how many examples there are of each; none without a pack."""
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    if pack is None:
        return ()
    found = cells(pack, brief.plan, await counted(context, project_id))
    return tuple(
        Kind(id=cell.category.id, plural=cell.category.plural, have=cell.have, want=cell.want)
        for cell in found
        if cell.aspect is None
    )


async def mending_cards(context: Context, run: Run, turn: Turn, comparison: Comparison) -> list[ShowCard]:
    """At most two cards, the most helpful first; none where nothing is wrong. Repeating it makes the same cards.

    What the run's curve has suggested already is not suggested again, nor is a setting that another run had.
    """
    if not comparison.faults:
        return []
    kinds = {kind.id: kind for kind in await kinds_of(context, run.project_id)}
    recommended = (await make_plan(context, run.project_id, turn)).recipe()
    others = [Recipe(**one.recipe) for one in await context.store.runs.of_project(run.project_id) if one.id != run.id]
    said = Findings.of(run)
    if said and said.remedy and said.remedy.recipe:
        others.append(said.remedy.recipe)
    found = [_shortcoming(fault, list(kinds.values())) for fault in comparison.faults]
    done = (run.results.get("train") or {}).get("epochs_done")
    remedies = remedies_against(found, Recipe(**run.recipe), recommended, others, epochs_done=done)
    return [_card(remedy, run, turn, place, kinds) for place, remedy in enumerate(remedies)]


def _card(remedy: Remedy, run: Run, turn: Turn, place: int, kinds: dict[str, Kind]) -> ShowCard:
    plural = kinds[remedy.kind].plural if remedy.deed is Deed.GIVE_EXAMPLES and remedy.kind in kinds else ""
    return remedy_card(remedy, run, stable_id("card", turn.id, "mending", place), plural)


def _shortcoming(fault: Fault, kinds: Sequence[Kind]) -> Shortcoming:
    """Of the kinds in which it happens, the one with the fewest examples is where another one helps most."""
    hit = [kind for kind in kinds if kind.id in fault.kinds]
    thinnest = min(hit, key=lambda kind: (kind.have, fault.kinds.index(kind.id)), default=None)
    wanted = fault.numbers.get("wanted") if fault.code in ("too_short", "too_long") else None
    return Shortcoming(
        code=fault.code,
        row_ids=fault.rows,
        kind=thinnest.id if thinnest else "",
        words=round(wanted) if wanted else None,
        base_too=fault.base >= _BASE_TOO * fault.count,
        room=bool(fault.numbers.get("room")),
    )
