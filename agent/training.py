"""A project's approved rows -> a training run: what several stages need of it, once.

It knows the trainer's client, recipes and nothing of torch. Files of a run are written before its job is queued.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.context import ROWS_NEEDED, Context
from agent.coverage.packs import Pack
from agent.evaluation.cost import Cost
from agent.evaluation.requests import Asked, Lesson, answer_tokens, asked_of, general_requests
from agent.lineage import Origin, origins, why_not
from agent.numbers import duration
from agent.promotion import in_use
from agent.replies import Say
from agent.state import Turn
from agent.words import say
from dataset.formats.jsonl import write_jsonl
from dataset.quality.duplicates import near_duplicates, same_requests
from dataset.split import assign, together
from dataset.versions import manifest
from storage.domain import ModelVersion, Part, Row, RowStatus, Run, RunState, stable_id
from storage.domain.recipes import Recipe
from storage.errors import NotFound, StorageError
from storage.files import Files
from trainer.client import TrainRequest
from trainer.recipes import MACHINE_FILE, BaseFacts, DataFacts, Estimate, Recommendation, estimate, preflight, recommend


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would be if it started now."""

    rows: Sequence[Row]
    parts: Mapping[str, Part]
    """By row id."""
    data: DataFacts
    counted: bool
    """Whether the lengths are counts, not guesses."""
    machine: Mapping[str, Any]
    base: str
    """Name of the base, by which its pace on this machine is known."""
    base_facts: BaseFacts
    requests: int
    """That the comparison will ask of what was held out and of the pack."""
    besides: int
    """Golden rows and pinned requests that both models answer too."""
    answer_tokens: int
    """That each of these answers may have; those to short questions about other abilities have bounds of their own."""
    in_use: ModelVersion | None = None
    """With which the new version will be compared too; None without any."""
    origins: Mapping[int, Origin] = field(default_factory=dict)
    """What a run may begin with, by version."""

    def counts(self) -> dict[str, int]:
        counted = Counter(self.parts.values())
        return {part.value: counted[part] for part in Part}

    def recommended(self) -> Recommendation:
        return recommend(self.data, self.machine, self.base_facts, self.base)

    def recipe(self) -> Recipe:
        return self.recommended().recipe

    def estimate(self, recipe: Recipe) -> Estimate:
        return estimate(
            recipe,
            self.data,
            self.machine,
            self.base,
            self.base_facts,
            self.requests + self.besides,
            short_tokens=sum(one.max_tokens or 0 for one in general_requests()),
            answer_tokens=self.answer_tokens,
            sides=3 if self.in_use else 2,
        )

    def left_out(self, recipe: Recipe) -> int:
        """How many rows are too long for the recipe, as far as lengths are known."""
        return self.data.longer_than(recipe.context) if self.counted else 0

    def refused(self, recipe: Recipe) -> tuple[str, Mapping[str, Any]] | None:
        """The code and numbers of what stands against the run, or None."""
        failure = preflight(recipe, self.data, self.machine, self.base_facts)
        if failure:
            return failure.code, failure.numbers
        if self.data.rows - self.left_out(recipe) < ROWS_NEEDED:
            return "row_too_long", {"context": recipe.context, "longest": self.data.longest}
        why = recipe.from_version and why_not(self.origins.get(recipe.from_version), recipe, self.base)
        return (why, {"version": recipe.from_version}) if why else None


async def make_plan(context: Context, project_id: str, turn: Turn) -> Plan:
    """Read the approved rows, and give those without a part the one they would have."""
    rows = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    pack = context.packs.get((await context.store.briefs.get(project_id)).pack)
    parts, lengths, asked = await asyncio.to_thread(_measure, context, project_id, rows, pack)
    machine = await machine_facts(context, turn)
    by_part = {part: [sum(lengths[row.id]) for row in rows if parts.get(row.id) is part] for part in Part}
    data = DataFacts.of_lengths(by_part[Part.TRAIN], by_part[Part.VALIDATION], by_part[Part.TEST])
    return Plan(
        rows=rows,
        parts=parts,
        data=data,
        counted=context.tokens is not None,
        machine=machine,
        base=context.base,
        base_facts=context.base_facts,
        requests=len(asked.held_out) + len(asked.prompts),
        besides=len(asked.golden) + len(await context.store.pins.of_project(project_id)),
        answer_tokens=answer_tokens([lengths[row.id][1] for row in rows if parts.get(row.id) is Part.TRAIN]),
        in_use=await in_use(context, project_id),
        origins=await origins(context, project_id),
    )


async def machine_facts(context: Context, turn: Turn) -> Mapping[str, Any]:
    """Of the machine that trains, or that trained last; empty where nothing is known of any."""
    machines = await context.store.machines.alive(turn.at)
    return machines[0].facts if machines else await asyncio.to_thread(_remembered_machine, context.files)


def _remembered_machine(files: Files) -> Mapping[str, Any]:
    """What the last trainer wrote of its machine, which leaves when it is idle; empty if there was none. It blocks."""
    try:
        return object_of(files.read_text(MACHINE_FILE)) or {}
    except (StorageError, UnicodeDecodeError):
        return {}


_Length = tuple[int, int]
"""Tokens of a row's request and of its answer."""


def _measure(
    context: Context, project_id: str, rows: Sequence[Row], pack: Pack | None
) -> tuple[Mapping[str, Part], dict[str, _Length], Asked]:
    """Parts and lengths by row id, and what will be asked. It blocks. Near duplicates share a part, and so do rows with one
    request, so that no test row was half seen."""
    lengths = {row.id: length_of(context, row) for row in rows}
    parts: Mapping[str, Part] = {row.id: row.part or Part.TRAIN for row in rows}
    if len(rows) >= ROWS_NEEDED:  # else no run can start: nothing is assigned for good
        alike = together(near_duplicates(rows), same_requests(rows))
        parts = assign({row.id: row.part for row in rows}, salt=project_id, groups=alike)
    return parts, lengths, asked_of([Lesson.of(row, parts[row.id]) for row in rows], pack)


def length_of(context: Context, row: Row | Lesson) -> _Length:
    """In tokens; guessed as ``trainer.staging.read_rows`` does where the base's tokenizer is not on this machine."""
    if context.tokens is None:
        answer = len(row.output.encode()) // 3
        whole = sum(len(text.encode()) for text in (row.instruction, row.input, row.output)) // 3
        return 40 + whole - answer, answer
    return context.tokens.count(row.instruction, row.input, row.output)


async def start(context: Context, project_id: str, turn: Turn, plan: Plan, recipe: Recipe) -> Run:
    """Record the parts for good, write the rows as they are now, and queue the job. Repeating it starts nothing twice.

    Whatever can fail for want of disk comes before the run is recorded: a run that is recorded has a job.
    """
    run_id = run_id_of(turn.id)
    await context.store.rows.assign_parts(plan.parts)
    recorded = {row.id: row for row in await context.store.rows.of_project(project_id, [RowStatus.APPROVED])}
    rows = [recorded[row.id] for row in plan.rows if row.id in recorded]
    await asyncio.to_thread(context.files.write_text, f"runs/{run_id}/rows.jsonl", rows_as_json_lines(rows))
    await asyncio.to_thread(_publish_dataset, context, (await context.store.projects.get(project_id)).slug, rows)
    run = await context.store.runs.add(
        Run(
            id=run_id,
            project_id=project_id,
            conversation_id=turn.conversation_id,
            started_by=turn.person_id,
            number=0,
            recipe=recipe.to_json(),
            state=RunState.TRAINING,
            created_at=turn.at,
        )
    )
    begins = plan.origins.get(recipe.from_version)
    await context.trainer.submit(
        TrainRequest(run_id=run.id, base=context.base, recipe=recipe, from_run=begins.run_id if begins else None),
        request_id=f"train:{run.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )
    return run


def started(run: Run, plan: Plan, judging: Cost) -> Say:
    """What a person is told of a run that begins: its number, how long it takes, and what is asked of judges at most."""
    expected = plan.estimate(Recipe(**run.recipe))
    low, high = duration(expected.seconds_low), duration(expected.seconds_high)
    key = "train.started_judged" if judging.calls else "train.started"
    calls, tokens = f"{judging.calls:,}", f"{judging.tokens:,}"
    return Say(text=say(key, number=run.number, low=low, high=high, calls=calls, tokens=tokens))


def run_id_of(event_id: str) -> str:
    """The run that an event begins."""
    return stable_id("run", event_id)


async def begun(context: Context, event_id: str) -> bool:
    """Whether this event has begun its run already (the turn is repeated after a crash)."""
    try:
        await context.store.runs.get(run_id_of(event_id))
    except NotFound:
        return False
    return True


def _publish_dataset(context: Context, slug: str, rows: Sequence[Row]) -> None:
    """The dataset as of this run, for people: ``datasets/<slug>/rows.jsonl`` and its manifest. It blocks."""
    context.files.write_text(f"datasets/{slug}/rows.jsonl", write_jsonl(rows))
    context.files.write_text(f"datasets/{slug}/manifest.json", json.dumps(manifest(rows).to_json(), indent=2) + "\n")


def rows_as_json_lines(rows: Sequence[Row]) -> str:
    return "".join(
        json.dumps(
            {
                "id": row.id,
                "instruction": row.instruction,
                "input": row.input,
                "output": row.output,
                "part": row.part.value if row.part else Part.TRAIN.value,
            },
            ensure_ascii=False,
        )
        + "\n"
        for row in rows
    )


async def running(context: Context, project_id: str) -> bool:
    """Whether a run of the project has not ended."""
    return any(not run.state.ended for run in await context.store.runs.of_project(project_id))


def read_lines(files: Files, name: str) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file of ours; empty if there is none. It blocks.

    A line that was cut off when a process died, and any other that is no object, counts as not there.
    """
    return [one for line in lines_of(files, name) if (one := object_of(line)) is not None]


def rows_as_trained(files: Files, model: ModelVersion) -> list[dict[str, Any]] | None:
    """What a version was trained on: the rows of its run, or where that folder was deleted by hand, the version's own copy.
    None where neither is there. It blocks."""
    names = (f"runs/{model.run_id}/rows.jsonl", f"models/{model.name}/{model.version}/rows.jsonl")
    return next((read_lines(files, name) for name in names if files.exists(name)), None)


def lines_of(files: Files, name: str) -> list[str]:
    """The lines of a file that hold something; none if there is no such file. It blocks."""
    text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
    return [line for line in text.split("\n") if line.strip()]  # splitlines() cuts at U+2028 too


def object_of(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is; None if it is none."""
    try:
        one = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return one if isinstance(one, dict) else None
