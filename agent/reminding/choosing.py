"""The one next action of a reminder: over all projects that may be named where it is said, by the facts of now.

It writes nothing. How a reminder looks stands in ``agent.reports.reminder_card``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.context import Context
from agent.permissions import Action, may
from agent.reminding.candidates import candidates
from agent.reminding.rhythm import Step, read_chosen, step_of
from agent.reminding.worth import Candidate, best, worth
from agent.reminding.zones import local_day
from storage.domain import Conversation, Project, Reminder, ReminderKind, ReminderState, RowStatus

MOST_PROJECTS = 10
"""That are looked into, the latest first: whoever has more works on these."""
KEY, DECLINED = "key", "declined"
"""In ``Reminder.about``: what its message named (``Candidate.key``), and whether the person said "Not now" to it."""
_OURS = (ReminderKind.SUGGESTION, ReminderKind.SCHEDULED)


@dataclass(frozen=True, kw_only=True)
class NextAction:
    project: Project
    candidate: Candidate | None
    """None: nothing is worth saying."""
    step: Step | None
    """Of the rhythm that the person chose, in this project."""
    approved: int
    """Its approved examples."""
    new: int
    """Those of them that no run has used."""


async def next_actions(context: Context, reminder: Reminder, now: datetime) -> list[NextAction]:
    """What is worth most for the reminder's person, in each project that may be named there; the latest project first."""
    projects = await _projects(context, reminder)
    ignored = await _ignored(context, reminder)
    habits = await context.store.habits.get(reminder.person_id)
    rhythm, zone = (read_chosen(habits.rhythm), habits.zone) if habits else (None, None)
    found: list[NextAction] = []
    for project in projects:
        rows = await context.store.rows.of_project(project.id, [RowStatus.APPROVED])
        approved, new = len(rows), sum(row.part is None for row in rows)
        step = step_of(rhythm, local_day(now, zone), approved=approved, new=new) if rhythm else None
        offered = await candidates(context, reminder.person_id, project, now)
        chosen = best(offered, step.focus if step else (), ignored)
        found.append(NextAction(project=project, candidate=chosen, step=step, approved=approved, new=new))
    return found


def worth_most(found: Sequence[NextAction]) -> NextAction | None:
    """None where there is no project."""
    return max(found, key=_worth, default=None)


def _worth(action: NextAction) -> float:
    """Of equals the first counts: that of the latest project."""
    focus = action.step.focus if action.step else ()
    return worth(action.candidate, focus) if action.candidate else 0.0


async def _projects(context: Context, reminder: Reminder) -> Sequence[Project]:
    """The reminder's own project, or all of the person's; where others read along, that of the conversation alone."""
    store = context.store
    conversation = await store.conversations.get(reminder.conversation_id)
    wanted = _wanted(reminder, conversation)
    theirs = await store.projects.of_person(reminder.person_id)
    if wanted is None and conversation.shared:
        return []
    here = [one for one in theirs if wanted in (None, one.id)]
    roles = [await store.projects.role(one.id, reminder.person_id) for one in here]
    return [one for one, role in zip(here, roles, strict=True) if may(role, Action.VIEW)][:MOST_PROJECTS]


def _wanted(reminder: Reminder, conversation: Conversation) -> str | None:
    if not conversation.shared:
        return reminder.project_id
    return conversation.project_id if reminder.project_id in (None, conversation.project_id) else None


async def _ignored(context: Context, reminder: Reminder) -> str:
    """What the latest reminder before this one named, if the person did not act on it; empty if they did."""
    sent = [
        one
        for one in await context.store.reminders.of_person(reminder.person_id)
        if one.state is ReminderState.SENT and one.id != reminder.id and one.kind in _OURS and one.about.get(KEY)
    ]
    last = max(sent, key=lambda one: (one.sent_at or one.due_at, one.id), default=None)
    if last is None or (last.answered_at is not None and not last.about.get(DECLINED)):
        return ""
    return str(last.about[KEY])
