"""A person's own things, gathered for their overview. It writes nothing."""

from agent.context import Context
from agent.coverage import thinnest
from agent.planning import counted
from agent.promotion import in_use, saved_models
from agent.reminding.cards import in_short
from agent.replies import AnyReply
from agent.reports.home import Overview, overview
from storage.domain import ModelVersion, Project, RowStatus

SHOWN = 10
"""Projects, the latest first: a home page has room for no more (Slack: 100 blocks)."""


async def home(context: Context, person_id: str) -> list[AnyReply]:
    """The projects in which the person has a role: examples, the latest run, saved models, and what may be asked at once;
    and what they are reminded of."""
    projects = await context.store.projects.of_person(person_id)
    found = [await _overview(context, project) for project in projects[:SHOWN]]
    habits = await context.store.habits.get(person_id)
    reminders = in_short(habits, await context.store.schedules.of_person(person_id))
    return overview(found, len(projects) - len(found), reminders)


async def _overview(context: Context, project: Project) -> Overview:
    rows = await counted(context, project.id)
    brief = await context.store.briefs.get(project.id)
    pack = context.packs.get(brief.pack)
    runs = await context.store.runs.of_project(project.id)
    jobs = await context.store.jobs.of_run(runs[-1].id) if runs else []
    return Overview(
        project=project,
        approved=sum(row.status is RowStatus.APPROVED for row in rows),
        waiting=sum(row.status is RowStatus.PENDING and bool(row.output) for row in rows),
        wanted=thinnest(pack, brief.plan, rows) if pack else None,
        run=runs[-1] if runs else None,
        job=next((job for job in reversed(jobs) if not job.state.ended), None),
        models=await _models(context, project.id),
    )


async def _models(context: Context, project_id: str) -> list[ModelVersion]:
    """The one in use first, then the others, the latest before earlier ones."""
    used = await in_use(context, project_id)
    return sorted(await saved_models(context, project_id), key=lambda one: (one != used, -one.version))
