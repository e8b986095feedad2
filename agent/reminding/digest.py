"""A project's week, for those who work on it together: who gave what, what changed, runs, versions, what lacks examples.

It shows what anybody of the project may see: examples that were approved, and people by the names under which the project
shows them. Its week ends when it was due, whenever it is said, so that nothing falls between two of them. It records nothing but
which examples waited then: those that are approved later are the next one's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.context import Context
from agent.coverage import Pack, thinnest
from agent.evaluation.collect import needs
from agent.evaluation.tasks import Task
from agent.evaluation_answers import FOR_RUN
from agent.mending import kinds_of
from agent.permissions import Action, may
from agent.planning import counted
from agent.promotion import in_use
from agent.rated import listed
from agent.reminding.told import day
from agent.reminding.zones import clock, instant, local_day
from agent.replies import Say
from agent.rows import waiting
from agent.state import Turn
from agent.weak import tasks_of
from agent.words import harmless, say
from storage.domain import EvaluationState, Reminder, ReminderKind, Row, RowStatus, Run, Schedule

WEEK = timedelta(days=7)
NAMED = 5
"""People who are named, those who gave most first; of the others it is said how many they are."""
KINDS_OF_ONE = 3
"""Kinds of example that are named of what one person gave."""
LACKING = 2
"""Kinds of task that are named with what they need; ``/tune history weak`` has all."""


WAITING = "waiting"
"""In ``Reminder.about`` of a digest: the ids of the examples that waited for a decision when it was said."""
MOST_WAITING = 1000
"""Of which that is kept: of a file of more, nobody decides one by one."""
_TOLD = (EvaluationState.ANSWERING, EvaluationState.DONE)
_DIGESTS_AGO = 4 * WEEK
"""How old the digest before may be, whose waiting examples are this one's once they are approved."""


@dataclass(frozen=True, kw_only=True)
class _Week:
    context: Context
    project_id: str
    since: datetime
    until: datetime
    waited: frozenset[str]
    """The examples that waited when the digest before was said."""

    def has(self, at: datetime) -> bool:
        return self.since < at <= self.until


async def waiting_in(context: Context, project_id: str) -> list[str]:
    """The ids of what waits for a decision, or for its author's yes."""
    rows = await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.PROPOSED])
    return [row.id for row in rows][-MOST_WAITING:]


async def digest_of(context: Context, turn: Turn, schedule: Schedule, reminder: Reminder) -> Say | None:
    """None where nothing happened; where the conversation is about another project by now; and where whoever set it may not
    appoint people any more, which owners may."""
    project_id = schedule.project_id
    conversation = await context.store.conversations.get(turn.conversation_id)
    if project_id is None or conversation.project_id != project_id:
        return None
    if not may(await context.store.projects.role(project_id, schedule.person_id), Action.APPOINT):
        return None
    since = instant(clock(reminder.due_at, schedule.zone) - WEEK, schedule.zone)
    waited = await _waited(context, project_id, reminder)
    week = _Week(context=context, project_id=project_id, since=since, until=reminder.due_at, waited=waited)
    happened = [*await _given(week), *await _changed(week), *await _runs(week), *await _evaluations(week)]
    if not happened:
        return None
    name = harmless((await context.store.projects.get(project_id)).name)
    begin, end = (day(local_day(at, schedule.zone)) for at in (week.since, week.until))
    lines = [say("digest.title", name=name, begin=begin, end=end), *happened, *await _stands(week)]
    return Say(text="\n".join([lines[0], *(f"- {line}" for line in lines[1:]), say("digest.how_to_stop")]))


async def _waited(context: Context, project_id: str, reminder: Reminder) -> frozenset[str]:
    before = [
        one.about[WAITING]
        for one in await context.store.reminders.of_project(project_id)
        if one.kind is ReminderKind.DIGEST
        and WAITING in one.about
        and reminder.due_at - _DIGESTS_AGO <= one.due_at < reminder.due_at
    ]
    return frozenset(before[-1]) if before else frozenset()


async def _given(week: _Week) -> list[str]:
    """In this week, or before and approved in it."""
    rows = await week.context.store.rows.of_project(week.project_id, [RowStatus.APPROVED])
    fresh = [row for row in rows if week.has(row.created_at) or row.id in week.waited]
    if not fresh:
        return []
    return [
        say("digest.given" if len(fresh) > 1 else "digest.given_one", count=len(fresh), names=await _names(week, fresh))
    ]


async def _names(week: _Week, rows: Sequence[Row]) -> str:
    """``Ana (4 user stories, 3 release notes), Bo (5) and 2 more``: of linked accounts as one person."""
    firsts = await week.context.store.links.first_accounts({row.author_id for row in rows})
    pack = week.context.packs.get((await week.context.store.briefs.get(week.project_id)).pack)
    counts = Counter(firsts[row.author_id] for row in rows).most_common()
    named = [
        say(
            "digest.person",
            name=await _name(week, who),
            what=_what([row for row in rows if firsts[row.author_id] == who], pack),
        )
        for who, _ in counts[:NAMED]
    ]
    more = [say("list.more", count=len(counts) - NAMED)] if len(counts) > NAMED else []
    return _listed([*named, *more])


def _what(rows: Sequence[Row], pack: Pack | None) -> str:
    """How many of which kinds; their number alone where no kind is known."""
    kinds = Counter(row.category for row in rows if pack and pack.category(row.category)).most_common(KINDS_OF_ONE)
    if pack is None or not kinds:
        return str(len(rows))
    named = []
    for name, count in kinds:
        kind = pack.category(name)
        assert kind is not None, "only known ones were counted"
        named.append(say("digest.kind", count=count, kind=kind.title if count == 1 else kind.plural))
    rest = len(rows) - sum(count for _, count in kinds)
    return ", ".join([*named, *([say("digest.other_kinds", count=rest)] if rest else [])])


def _listed(parts: Sequence[str]) -> str:
    return say("list.and").join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


async def _name(week: _Week, account: str) -> str:
    person = await week.context.store.people.get(account)
    return harmless(person.display_name if person else "") or say("message.somebody")


async def _changed(week: _Week) -> list[str]:
    """What the answers are judged by and asked, by number."""
    store = week.context.store
    rules = [one for one in await store.preferences.rules(week.project_id) if week.has(one.created_at)]
    pins = [one for one in await store.pins.of_project(week.project_id) if week.has(one.created_at)]
    votes = [one for one in await store.ratings.of_project(week.project_id) if week.has(one.created_at)]
    scores = [one for one in await store.scores.of_project(week.project_id) if week.has(one.created_at)]
    counts = {
        "digest.rules": len(rules),
        "digest.pins": len(pins),
        "digest.votes": len(votes),
        "digest.scores": len(
            {(one.run_id, one.prompt_id, one.side, one.rater_id) for one in scores}
        ),  # not each criterion
    }
    return [say(key, count=count) for key, count in counts.items() if count]


async def _evaluations(week: _Week) -> list[str]:
    """Those that somebody asked for; one that follows on a run by itself belongs to that."""
    return [
        say(
            "digest.evaluation" if one.state.ended else "digest.evaluation_goes_on",
            number=one.number,
            names=listed(one),
        )
        for one in await week.context.store.evaluations.of_project(week.project_id)
        if one.state in _TOLD and FOR_RUN not in one.results and week.has(one.created_at)
    ]


async def _runs(week: _Week) -> list[str]:
    store = week.context.store
    runs = [run for run in await store.runs.of_project(week.project_id) if week.has(run.created_at)]
    models = {model.run_id: model for model in await store.models.of_project(week.project_id)}
    lines = [_run(run, models[run.id].version if run.id in models else None) for run in runs]
    promoted = [one for one in await store.promotions.of_project(week.project_id) if week.has(one.at)]
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
    """What waits, and what lacks examples."""
    pending = len(await waiting(week.context, week.project_id))
    lines = [say("digest.waiting", count=pending)] if pending else []
    lacking = await _lacking(week)
    if lacking:
        return [*lines, say("digest.lacking", listed=_listed(lacking))]
    brief = await week.context.store.briefs.get(week.project_id)
    pack = week.context.packs.get(brief.pack)
    cell = thinnest(pack, brief.plan, await counted(week.context, week.project_id)) if pack else None
    if cell is None:
        return lines
    what = f"{cell.category.plural} {cell.aspect.ask if cell.aspect else ''}".strip()
    return [*lines, say("digest.thin", what=what, have=cell.have, want=cell.want)]


async def _lacking(week: _Week) -> list[str]:
    """The kinds of task that need examples most, each with how many and why: by how the version in use does, or, before there
    is one, by the plan."""
    used = await in_use(week.context, week.project_id)
    if used is not None:
        tasks = [one for one in await tasks_of(week.context, used) if one.examples]
        return [_task(one) for one in tasks[:LACKING]]
    planned = needs((), (), {}, await kinds_of(week.context, week.project_id))
    return [say("digest.lacks_plan", kind=one.plural, count=one.examples) for one in planned[:LACKING]]


def _task(one: Task) -> str:
    values = {"kind": one.kind.plural, "count": one.examples, "failing": one.failing, "n": one.n}
    return say(f"digest.lacks_{one.standing}", **values)
