"""Show what is known about the judge, and let people take back, or use again, what they taught it."""

import asyncio
import json
import re
from collections.abc import Sequence

from langgraph.runtime import Runtime
from pydantic import TypeAdapter, ValidationError

from agent.access import refusal
from agent.context import Context
from agent.evaluation.facts import Judged
from agent.evaluation.rubric import rubric_of
from agent.lessons import Lesson, lessons_of, withdraw
from agent.permissions import Action
from agent.replies import Say, ShowCard
from agent.reports.judge_card import BACK, RULE, USE, LessonFacts, judge_card
from agent.rules import keep_rule, may_take_back
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import stable_id
from storage.errors import StorageError
from storage.files import Files

_JUDGED: TypeAdapter[Judged] = TypeAdapter(Judged)
_NUMBERED = re.compile(r"(?P<verb>take\s+back|back|use)\s+#?(?P<number>[0-9]{1,6})(?:\s+again)?", re.IGNORECASE)


async def show_judge(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune judge``, for whoever may look, alone; ``back 2`` and ``use 2`` stand for the buttons of entry 2."""
    context, turn = runtime.context, turn_of(state)
    project_id = str(turn.card["subject"]["project_id"]) if turn.card else state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    lessons = await lessons_of(context, project_id)
    if turn.card is not None:
        verb, _, score_id = turn.action.partition(":")
        found = next((one for one in lessons if score_id in {score.id for score in one.scores}), None)
        return {"replies": answered(*await _act(context, turn, project_id, verb, found, "judge.gone"))}
    if not turn.rest:
        return {"replies": answered(await _card(context, turn, project_id, lessons))}
    match = _NUMBERED.fullmatch(turn.rest.strip(" .!"))
    if match is None:
        return {"replies": answered(Say(text=say("judge.how"), private=True))}
    found = next((one for one in lessons if one.number == int(match["number"])), None)
    verb = USE if match["verb"].casefold() == USE else BACK
    return {"replies": answered(*await _act(context, turn, project_id, verb, found, "judge.no_number"))}


async def _act(
    context: Context, turn: Turn, project_id: str, verb: str, lesson: Lesson | None, missing: str
) -> list[Say | ShowCard]:
    if lesson is None or verb not in (BACK, USE, RULE):
        return [Say(text=say(missing), private=True)]
    author_id = lesson.first.rater_id
    mine = turn.is_by(author_id)
    if not mine and (verb == RULE or not await may_take_back(context, project_id, turn.person_id, author_id)):
        refused = await refusal(context, project_id, turn.person_id, Action.MODERATE)
        return [refused or Say(text=say("card.gone"), private=True)]
    if verb == RULE:
        refused = await refusal(context, project_id, turn.person_id, Action.RUBRIC)
        kept = refused or await keep_rule(context, turn, project_id, lesson.note)
        return [kept or Say(text=say("rule.empty"), private=True)]
    await withdraw(context, lesson, verb == BACK)
    said = Say(text=say("judge.taken_back" if verb == BACK else "judge.used"), private=True)
    return [said, await _card(context, turn, project_id, await lessons_of(context, project_id))]


async def _card(context: Context, turn: Turn, project_id: str, lessons: Sequence[Lesson]) -> ShowCard:
    """Of the latest run that was compared: what was found out about the judge there."""
    runs = await context.store.runs.of_project(project_id)
    judged = await asyncio.to_thread(_latest, context.files, [run.id for run in reversed(runs)])
    owns = await may_take_back(context, project_id, turn.person_id, "")
    facts = [
        LessonFacts(
            number=one.number,
            scores=one.scores,
            note=one.note,
            withdrawn=one.withdrawn,
            theirs=turn.is_by(one.first.rater_id),
            open_to_edit=owns or turn.is_by(one.first.rater_id),
        )
        for one in lessons
    ]
    rubric = rubric_of(await context.store.briefs.get(project_id))
    return judge_card(stable_id("card", turn.id, "judge"), project_id, judged, facts, rubric)


def _latest(files: Files, run_ids: Sequence[str]) -> Judged | None:
    """It blocks. A file that cannot be read, or was written before judges were told of so, says nothing."""
    for run_id in run_ids:
        name = f"runs/{run_id}/comparison.json"
        try:
            if files.exists(name):
                return _JUDGED.validate_python(json.loads(files.read_bytes(name)).get("judged"))
        except (ValueError, RecursionError, AttributeError, ValidationError, StorageError):
            continue
    return None
