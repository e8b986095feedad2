"""What a person could do next in a project, found in storage and in the files of its runs: the candidates of ``worth``.

Only what their role allows, and only what may be named where they are. It writes nothing and asks no model.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from agent.complaints import complaints
from agent.contenders import BASE
from agent.context import Context
from agent.coverage import Cell, cells, thinnest
from agent.evaluation.intervals import FEWEST
from agent.evaluation.targets import Target
from agent.evaluation_answers import FOR_RUN
from agent.offering import left_to_rate
from agent.permissions import Action, may
from agent.planning import counted
from agent.promotion import in_use, saved_models
from agent.rated import Rated, kind_of, sides_of
from agent.reminding.worth import (
    NEW_FOR_RETRAINING,
    Candidate,
    missing_decisions,
    missing_evaluation,
    missing_quality,
    missing_retraining,
    missing_training,
    missing_votes,
)
from agent.rows import waiting
from agent.scoring import ANSWERS_AT_ONCE, scores_of
from agent.training import object_of
from agent.votes import PAIRS_AT_ONCE
from storage.domain import Evaluation, EvaluationState, ModelVersion, Project, Role, RowStatus, Run, RunState
from storage.files import Files

UNSEEN_FOR = timedelta(days=30)
"""How long a run that nobody looked at is spoken of: later its examples are no longer those of the project."""
TAKEN_UP = "taken_up"
"""In ``Reminder.about``: the person pressed the button that leads to what its message named."""
_ENDED_BY_ITSELF = (RunState.SAVED, RunState.FAILED)
_TARGETS: TypeAdapter[list[Target]] = TypeAdapter(list[Target])


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A person, a project of theirs, and what is read of it once."""

    context: Context
    person_id: str
    project: Project
    role: Role | None
    now: datetime
    runs: Sequence[Run]
    approved: int
    new: int
    """Approved examples that no run has used."""

    @property
    def latest(self) -> Run | None:
        return self.runs[-1] if self.runs else None

    @property
    def is_training(self) -> bool:
        return any(not run.state.ended for run in self.runs)

    def may(self, action: Action) -> bool:
        return may(self.role, action)


async def candidates(context: Context, person_id: str, project: Project, now: datetime) -> list[Candidate]:
    """All that this person could do in the project, in no order of worth. ``now``: by which things are old."""
    approved = await context.store.rows.of_project(project.id, [RowStatus.APPROVED])
    asked = _Asked(
        context=context,
        person_id=person_id,
        project=project,
        role=await context.store.projects.role(project.id, person_id),
        now=now,
        runs=await context.store.runs.of_project(project.id),
        approved=len(approved),
        new=sum(row.part is None for row in approved),
    )
    found = [await find(asked) for find in _FINDERS]
    return [*(one for one in found if one is not None), *await _cells(asked)]


async def _run(asked: _Asked) -> Candidate | None:
    """The latest run, if it ended by itself and nobody did anything in its conversation, or about it, since."""
    run = asked.latest
    if run is None or run.state not in _ENDED_BY_ITSELF or not asked.may(Action.TRAIN):
        return None
    jobs = await asked.context.store.jobs.of_run(run.id)
    ended = max((job.ended_at for job in jobs if job.ended_at is not None), default=None)
    if ended is None or asked.now - ended > UNSEEN_FOR or await _looked_at(asked, run, ended):
        return None
    facts = {"run_id": run.id, "number": run.number, "state": run.state.value, "days": (asked.now - ended).days}
    return Candidate(code="run", project_id=run.project_id, about=run.id, missing=1.0, facts=facts)


async def _looked_at(asked: _Asked, run: Run, ended: datetime) -> bool:
    store = asked.context.store
    there = await store.conversations.within(run.conversation_id)
    heard = next((heard for one, heard in there if one.id == run.conversation_id), None)
    if heard is not None and heard > ended:
        return True
    evaluations = await store.evaluations.of_project(run.project_id)
    since = [one.created_at > ended for one in evaluations]
    if any(since) or await store.ratings.of_run(run.id) or await store.scores.of_run(run.id):
        return True
    taken_up = [one.about for one in await store.reminders.sent(ended) if one.about.get(TAKEN_UP)]
    return any(one.get("facts", {}).get("run_id") == run.id for one in taken_up)


async def _draft(asked: _Asked) -> Candidate | None:
    rows = await waiting(asked.context, asked.project.id)
    if not rows or not asked.may(Action.REVIEW):
        return None
    return Candidate(
        code="draft",
        project_id=asked.project.id,
        about=rows[-1].id,  # a later one makes it another suggestion
        missing=missing_decisions(len(rows)),
        facts={"count": len(rows)},
    )


async def _comparison(asked: _Asked) -> Candidate | None:
    """Of the latest run that was compared, and of the evaluations that somebody asked for since: the latest whose answers people
    have rated too seldom, and this person can."""
    if not asked.may(Action.RATE):
        return None
    runs = [run for run in asked.runs if "generate" in run.results and run.state is RunState.SAVED]
    since = runs[-1].created_at if runs else None
    evaluations = [
        one
        for one in await asked.context.store.evaluations.of_project(asked.project.id)
        if one.state is EvaluationState.DONE
        and FOR_RUN not in one.results  # such a one follows on a run by itself, whose comparison says what came of it
        and (since is None or one.created_at >= since)
    ]
    latest: list[Rated] = [*reversed(evaluations), *runs[-1:]]
    for rated in latest:
        if found := await _unrated(asked, rated):
            return found
    return None


async def _unrated(asked: _Asked, rated: Rated) -> Candidate | None:
    left = await left_to_rate(asked.context, rated, asked.person_id)
    if left is None or (not left.offer.pairs and await _are_scored(asked.context, rated)):
        return None
    kind, count = ("pairs", left.offer.pairs) if left.offer.pairs else ("answers", left.offer.answers)
    facts = {
        f"{kind_of(rated)}_id": rated.id,
        "number": rated.number,
        kind: count,
        "contenders": list(rated.contenders) if isinstance(rated, Evaluation) else [],
    }
    return Candidate(
        code="comparison",
        project_id=asked.project.id,
        about=f"{rated.id}:{left.count}",
        missing=missing_votes(count, PAIRS_AT_ONCE if left.offer.pairs else ANSWERS_AT_ONCE),
        facts=facts,
    )


async def _are_scored(context: Context, rated: Rated) -> bool:
    """Whether somebody has scored what each contender answered, in as many requests as a criterion needs to decide anything."""
    given: dict[tuple[str, str], set[str]] = {}
    for one in await scores_of(context, rated.id):
        given.setdefault((one.prompt_id, one.rater_id), set()).add(one.side)
    answered = (await sides_of(context, rated.id)).texts
    scored = {prompt for (prompt, _), sides in given.items() if prompt in answered and sides >= answered[prompt].keys()}
    return len(scored) >= FEWEST


async def _train(asked: _Asked) -> Candidate | None:
    """The first run, or another one with what was approved since the last; none while one is under way."""
    if asked.is_training or not asked.may(Action.TRAIN):
        return None
    if await saved_models(asked.context, asked.project.id):
        missing, count = missing_retraining(asked.new), asked.new
        about = str(count // NEW_FOR_RETRAINING)
        facts = {"count": count, "approved": asked.approved}
        found = Candidate(code="retrain", project_id=asked.project.id, about=about, missing=missing, facts=facts)
    else:
        about = str(asked.approved // NEW_FOR_RETRAINING)
        missing, facts = missing_training(asked.approved), {"count": asked.approved}
        found = Candidate(code="train", project_id=asked.project.id, about=about, missing=missing, facts=facts)
    return found if missing else None


async def _criterion(asked: _Asked) -> Candidate | None:
    """Of the comparison of the version in use, the criterion whose mean is furthest below its target, where that is no chance;
    else that against which people count its answers most, where that is none either."""
    used = await in_use(asked.context, asked.project.id)
    if used is None or not asked.may(Action.GIVE):
        return None
    return await _below_target(asked, used) or await _complained_of(asked, used)


async def _complained_of(asked: _Asked, used: ModelVersion) -> Candidate | None:
    found = await complaints(asked.context, used)
    weakest = next((one for one in found if one.is_weak), None)
    if weakest is None:
        return None
    facts = {"criterion": weakest.criterion, "against": weakest.count, "answers": weakest.n}
    return Candidate(
        code="criterion",
        project_id=asked.project.id,
        about=f"{used.run_id}:{weakest.criterion}:{asked.new}",
        missing=weakest.count / weakest.n,
        facts={**facts, "version": used.version, "name": used.name},
    )


async def _below_target(asked: _Asked, used: ModelVersion) -> Candidate | None:
    targets = await asyncio.to_thread(_targets_in, asked.context.files, f"runs/{used.run_id}/comparison.json")
    missed = [one for one in targets if one.code == "missed"]
    weakest = max(missed, key=lambda one: missing_quality(one.mean, one.target), default=None)
    if weakest is None:
        return None
    return Candidate(
        code="criterion",
        project_id=asked.project.id,
        about=f"{used.run_id}:{weakest.criterion}:{asked.new}",
        missing=missing_quality(weakest.mean, weakest.target),
        facts={
            "criterion": weakest.criterion,
            "mean": round(weakest.mean, 1),
            "target": weakest.target,
            "version": used.version,
            "name": used.name,
            "answers": weakest.n,
        },
    )


async def _evaluation(asked: _Asked) -> Candidate | None:
    """The latest version beside another, where no evaluation of it is recent; none while one goes on."""
    saved = await saved_models(asked.context, asked.project.id)
    evaluations = await asked.context.store.evaluations.of_project(asked.project.id)
    going = any(one.state is EvaluationState.ANSWERING for one in evaluations)
    if not saved or going or not asked.may(Action.EVALUATE):
        return None
    latest, done = _latest(saved), _last_done(evaluations)
    if done is None and len(saved) < 2:
        return None  # its run has compared it with the base already
    pins = await asked.context.store.pins.of_project(asked.project.id)
    newer = done is None or f"v{latest.version}" not in done.contenders
    missing = missing_evaluation(
        newer_version=newer,
        newer_pins=done is not None and any(pin.created_at > done.created_at for pin in pins),
        days=(asked.now - done.created_at).days if done else 0,
    )
    if not missing:
        return None
    before = max((one.version for one in saved if one.version < latest.version), default=0)
    return Candidate(
        code="evaluation",
        project_id=asked.project.id,
        about=f"{latest.id}:{done.id if done else ''}",
        missing=missing,
        facts={
            "version": latest.version,
            "name": latest.name,
            "against": f"v{before}" if before else BASE,
            "why": "version" if newer else "pins" if missing == 1.0 else "age",
            "days": (asked.now - done.created_at).days if done else 0,
        },
    )


async def _cells(asked: _Asked) -> list[Candidate]:
    """The thinnest cell of the plan, and the other kinds of example that lack some: somebody may have none of the thinnest."""
    brief = await asked.context.store.briefs.get(asked.project.id)
    pack = asked.context.packs.get(brief.pack)
    if pack is None or not asked.may(Action.GIVE):
        return []
    rows = await counted(asked.context, asked.project.id)
    first = thinnest(pack, brief.plan, rows)
    if first is None:
        return []
    kinds = [cell for cell in cells(pack, brief.plan, rows) if cell.aspect is None and not cell.is_full]
    others = sorted((cell for cell in kinds if cell.category != first.category), key=lambda cell: cell.share)
    return [_of_cell(asked, cell) for cell in (first, *others)]


def _of_cell(asked: _Asked, cell: Cell) -> Candidate:
    return Candidate(
        code="cell",
        project_id=asked.project.id,
        about=f"{cell.key}:{cell.have}",
        missing=1.0 - cell.share,
        facts={"cell": cell.key, "have": cell.have, "want": cell.want},
    )


_FINDERS: Sequence[Callable[[_Asked], Awaitable[Candidate | None]]] = (
    _run,
    _draft,
    _comparison,
    _train,
    _criterion,
    _evaluation,
)


def _latest(saved: Sequence[ModelVersion]) -> ModelVersion:
    return max(saved, key=lambda one: one.version)


def _last_done(evaluations: Sequence[Evaluation]) -> Evaluation | None:
    done = [one for one in evaluations if one.state is EvaluationState.DONE]
    return max(done, key=lambda one: one.created_at, default=None)


def _targets_in(files: Files, name: str) -> list[Target]:
    """Which targets a comparison found to be reached or missed; none of one that cannot be read. It blocks."""
    try:
        text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
        return _TARGETS.validate_python((object_of(text) or {}).get("targets") or [])
    except ValidationError:
        return []
