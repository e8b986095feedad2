"""What a reminder says of a candidate: why, what is asked for, and the button that does it. It decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.context import Context
from agent.coverage import cells, question
from agent.evaluation.rubric import rubric_of
from agent.planning import counted
from agent.reminding.choosing import NextAction
from agent.reminding.rhythm import FOUNDATION, POLISHED, SPECIALISED
from agent.reminding.worth import Candidate
from agent.reports.criteria import label_of_name
from agent.reports.naming import who
from agent.reports.reminder_card import Told
from agent.words import harmless, say

WRITTEN = frozenset({"cell", "criterion"})
"""Actions that are done by writing an example."""
DRAFT = "draft"


async def told_of(context: Context, candidate: Candidate, *, here: bool) -> Told:
    """``here``: an answer that is written next is taken for it, and drafts are shown beside it; else a button leads there."""
    facts = {name: harmless(one) if isinstance(one, str) else one for name, one in candidate.facts.items()}
    code = candidate.code
    match code:
        case "cell":
            why, ask = (
                say("remind.why_cell"),
                await question_of(context, candidate.project_id, str(candidate.facts["cell"])),
            )
        case "criterion":
            label = await criterion_of(context, candidate.project_id, str(candidate.facts["criterion"]))
            key = "remind.why_criterion_said" if "against" in facts else "remind.why_criterion"
            why, ask = (
                say(key, **facts | {"criterion": label}),
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
        case "comparison":
            about, many = ("pairs", facts.get("pairs")) if "pairs" in facts else ("answers", facts["answers"])
            names = _listed([who(one) for one in facts.get("contenders", ())])
            of = f"evaluation_{about}" if names else "run"
            one = "_one" if many == 1 else ""
            why = say(f"remind.why_comparison_{of}", **facts | {"names": names})
            ask = say(f"remind.ask_comparison_{about}{one}", **facts)
        case _:
            one = "_one" if facts.get("count") == 1 else ""
            why, ask = say(f"remind.why_{code}{one}", **facts), say(f"remind.ask_{code}{one}", **facts)
    done = here and (code in WRITTEN or code == DRAFT)
    return Told(why=why, ask=ask, do="" if done else say(f"remind.do_{code}"), written=here and code in WRITTEN)


async def request_of(context: Context, project_id: str, code: str, facts: Mapping[str, Any]) -> str:
    """What is asked for of an action that is done by writing an example, as things stand now."""
    if code == "cell":
        return await question_of(context, project_id, str(facts["cell"]))
    return say("remind.ask_criterion", criterion=await criterion_of(context, project_id, str(facts["criterion"])))


def command_of(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The command that does an action, and what stands behind it."""
    match code:
        case "draft":
            return "review", ""
        case "comparison":
            what = "evaluation" if "evaluation_id" in facts else "run"
            return "rate", f"{'scores ' if 'answers' in facts else ''}{what} {facts['number']}"
        case "run":
            return ("compare" if facts["state"] == "saved" else "chart"), ""
        case "evaluation":
            return "evaluate", f"v{facts['version']} vs {facts['against']}"
        case _:
            return code, ""  # train, retrain


async def question_of(context: Context, project_id: str, key: str) -> str:
    """The question of a cell of the plan, as the interview asks it."""
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    rows = await counted(context, project_id)
    if pack is None:
        return say("examples.ask_first")
    cell = next((one for one in cells(pack, brief.plan, rows) if one.key == key), None)
    return question(cell, brief.plan, rows, pack)


async def criterion_of(context: Context, project_id: str, name: str) -> str:
    """What people of the project call a criterion."""
    return label_of_name(name, rubric_of(await context.store.briefs.get(project_id)))


def step_in_words(action: NextAction) -> str:
    """Where a project stands in the rhythm that its person chose; empty without one."""
    if action.step is None:
        return ""
    counts = {"approved": action.approved, "new": action.new}
    return say(
        f"remind.step_{action.step.code}", **counts, foundation=FOUNDATION, specialised=SPECIALISED, polished=POLISHED
    )


def _listed(names: Sequence[str]) -> str:
    return say("list.and").join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _ago(days: int) -> str:
    return say("remind.today" if days < 1 else "remind.yesterday" if days == 1 else "remind.days_ago", days=days)
