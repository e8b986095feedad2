"""What a reminder says of a candidate: why, what is asked for, and the button that does it. It decides nothing."""

from agent.context import Context
from agent.coverage import cells, question
from agent.evaluation.rubric import rubric_of
from agent.planning import counted
from agent.reminding.worth import Candidate
from agent.reports.criteria import label_of_name
from agent.reports.naming import who
from agent.reports.reminder_card import Told
from agent.words import harmless, say

WRITTEN = frozenset({"cell", "criterion"})
"""Actions that are done by writing an example."""


async def told_of(context: Context, candidate: Candidate, *, here: bool) -> Told:
    """``here``: an answer that is written next is taken for it; else a button leads there."""
    facts = {name: harmless(one) if isinstance(one, str) else one for name, one in candidate.facts.items()}
    code = candidate.code
    match code:
        case "cell":
            why, ask = say("remind.why_cell"), await _question(context, candidate)
        case "criterion":
            label = await _criterion(context, candidate)
            why, ask = (
                say("remind.why_criterion", **facts | {"criterion": label}),
                say("remind.ask_criterion", criterion=label),
            )
        case "run":
            why, ask = (
                say(f"remind.why_run_{facts['state']}", **facts, ago=_ago(int(facts["days"]))),
                say("remind.ask_run"),
            )
        case "evaluation":
            values = facts | {"against": who(str(candidate.facts["against"]))}
            why, ask = say(f"remind.why_evaluation_{facts['why']}", **values), say("remind.ask_evaluation", **values)
        case _:
            one = "_one" if facts.get("count", facts.get("pairs")) == 1 else ""
            why, ask = say(f"remind.why_{code}{one}", **facts), say(f"remind.ask_{code}{one}", **facts)
    written = here and code in WRITTEN
    return Told(why=why, ask=ask, do="" if written else say(f"remind.do_{code}"))


async def _question(context: Context, candidate: Candidate) -> str:
    """The question of the cell, as the interview asks it."""
    brief = await context.store.briefs.get(candidate.project_id)
    pack = context.packs.get(brief.pack)
    assert pack is not None, "a cell is one of a pack"
    rows = await counted(context, candidate.project_id)
    cell = next((one for one in cells(pack, brief.plan, rows) if one.key == candidate.facts["cell"]), None)
    return question(cell, brief.plan, rows, pack)


async def _criterion(context: Context, candidate: Candidate) -> str:
    brief = await context.store.briefs.get(candidate.project_id)
    return label_of_name(str(candidate.facts["criterion"]), rubric_of(brief))


def _ago(days: int) -> str:
    return say("remind.today" if days < 1 else "remind.yesterday" if days == 1 else "remind.days_ago", days=days)
