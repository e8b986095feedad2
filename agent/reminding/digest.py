"""A project's week, for those who work on it together: who gave what, what changed, runs, versions, what is thin.

It shows what anybody of the project may see: examples that were approved, and people by the names under which the project
shows them. It writes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.context import Context
from agent.coverage import thinnest
from agent.permissions import Action, may
from agent.planning import counted
from agent.promotion import in_use
from agent.reminding.told import day
from agent.reminding.zones import local_day
from agent.replies import Say
from agent.rows import waiting
from agent.state import Turn
from agent.words import harmless, say
from storage.domain import Row, RowStatus, Run, Schedule

WEEK = timedelta(days=7)
NAMED = 5
"""People who are named, those who gave most first; of the others it is said how many they are."""


@dataclass(frozen=True, kw_only=True)
class _Week:
    context: Context
    project_id: str
    since: datetime


async def digest_of(context: Context, turn: Turn, schedule: Schedule) -> Say | None:
    """None where nothing happened; where the conversation is about another project by now; and where whoever set it may not
    appoint people any more, which owners may."""
    project_id = schedule.project_id
    conversation = await context.store.conversations.get(turn.conversation_id)
    if project_id is None or conversation.project_id != project_id:
        return None
    if not may(await context.store.projects.role(project_id, schedule.person_id), Action.APPOINT):
        return None
    week = _Week(context=context, project_id=project_id, since=turn.at - WEEK)
    happened = [*await _given(week), *await _changed(week), *await _runs(week)]
    if not happened:
        return None
    name = harmless((await context.store.projects.get(project_id)).name)
    begin, end = (day(local_day(at, schedule.zone)) for at in (week.since, turn.at))
    lines = [say("digest.title", name=name, begin=begin, end=end), *happened, *await _stands(week)]
    return Say(text="\n".join([lines[0], *(f"- {line}" for line in lines[1:]), say("digest.how_to_stop")]))


async def _given(week: _Week) -> list[str]:
    rows = await week.context.store.rows.of_project(week.project_id, [RowStatus.APPROVED])
    fresh = [row for row in rows if row.created_at > week.since]
    if not fresh:
        return []
    return [
        say("digest.given" if len(fresh) > 1 else "digest.given_one", count=len(fresh), names=await _names(week, fresh))
    ]


async def _names(week: _Week, rows: Sequence[Row]) -> str:
    """``Ana 7, Bo 5 and 2 more``: of linked accounts as one person."""
    firsts = await week.context.store.links.first_accounts({row.author_id for row in rows})
    counts = Counter(firsts[row.author_id] for row in rows).most_common()
    named = [say("digest.person", name=await _name(week, who), count=count) for who, count in counts[:NAMED]]
    more = [say("list.more", count=len(counts) - NAMED)] if len(counts) > NAMED else []
    parts = [*named, *more]
    return say("list.and").join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


async def _name(week: _Week, account: str) -> str:
    person = await week.context.store.people.get(account)
    return harmless(person.display_name if person else "") or say("message.somebody")


async def _changed(week: _Week) -> list[str]:
    """What the answers are judged by and asked, by number."""
    store = week.context.store
    rules = [one for one in await store.preferences.rules(week.project_id) if one.created_at > week.since]
    pins = [one for one in await store.pins.of_project(week.project_id) if one.created_at > week.since]
    counts = [("digest.rules", len(rules)), ("digest.pins", len(pins))]
    votes = await _votes(week)
    return [say(key, count=count) for key, count in [*counts, ("digest.votes", votes)] if count]


async def _votes(week: _Week) -> int:
    store = week.context.store
    runs = await store.runs.of_project(week.project_id)
    ratings = [one for run in runs for one in await store.ratings.of_run(run.id)]
    return sum(one.created_at > week.since for one in ratings)


async def _runs(week: _Week) -> list[str]:
    store = week.context.store
    runs = [run for run in await store.runs.of_project(week.project_id) if run.created_at > week.since]
    models = {model.run_id: model for model in await store.models.of_project(week.project_id)}
    lines = [_run(run, models[run.id].version if run.id in models else None) for run in runs]
    promoted = [one for one in await store.promotions.of_project(week.project_id) if one.at > week.since]
    used = await in_use(week.context, week.project_id)
    if promoted and used is not None:
        lines.append(say("digest.in_use", version=used.version))
    return lines


def _run(run: Run, version: int | None) -> str:
    state = say(f"runstate.{run.state.value}")
    if version is None or not run.state.ended:
        return say("digest.run", number=run.number, state=state)
    return say("digest.run_version", number=run.number, state=state, version=version)


async def _stands(week: _Week) -> list[str]:
    """What waits, and what is thin."""
    pending = len(await waiting(week.context, week.project_id))
    lines = [say("digest.waiting", count=pending)] if pending else []
    brief = await week.context.store.briefs.get(week.project_id)
    pack = week.context.packs.get(brief.pack)
    cell = thinnest(pack, brief.plan, await counted(week.context, week.project_id)) if pack else None
    if cell is None:
        return lines
    what = f"{cell.category.plural} {cell.aspect.ask if cell.aspect else ''}".strip()
    return [*lines, say("digest.thin", what=what, have=cell.have, want=cell.want)]
