"""Rows and pins that a person takes back -> the copies of them in files, and the files of questions that were answered.

What a trained model learned from a row cannot be taken out of its weights: models that were not saved go with their
weights, and the saved ones are returned, so that the person can be told.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.agreement import shown_key
from agent.contenders import contenders_in
from agent.context import Context
from agent.evaluated import evaluated
from agent.exporting import folder_of
from agent.raters import asked_file
from agent.reports.evaluation_page import headline_of
from agent.rows import TYPED
from agent.state import ASK_RUN
from agent.training import lines_of, object_of
from agent.words import say
from storage.domain import (
    AgreedFormat,
    Brief,
    EvaluationState,
    ModelVersion,
    Pin,
    Row,
    RowStatus,
    Run,
    RunState,
    stable_id,
)
from storage.errors import NotFound, StorageError
from storage.files import Files

_log = logging.getLogger(__name__)

_ASKED = ("prompts", "answers", "hosted", "held_out")
"""What the names of files begin with that hold requests and answers, and rows whose losses are measured, a line with an id
each."""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    models: Sequence[ModelVersion]
    """Saved ones that were trained with any of the rows."""
    left: Sequence[str]
    """Names of the files and folders that the disk did not let go."""


def forget_files(
    files: Files,
    slug: str,
    rows: Sequence[Row],
    runs: Sequence[Run],
    models: Sequence[ModelVersion],
    uploads: Collection[str] = (),
    voted: Collection[str] = (),
    pins: Sequence[Pin] = (),
    evaluations: Collection[str] = (),
    taught: bool = False,
) -> Forgotten:
    """Remove the rows and pins from every copy. It blocks. One file that the disk holds back does not save the others.

    ``uploads`` are ids of events that brought files of the person, ``voted`` of runs and evaluations on whose answers the
    person voted or that they scored: what their comparisons say goes, and can be made anew of what is left. ``evaluations``
    are all of the project, by id. ``taught``: judges were told words of the person, as rules or beside scores, and may have
    quoted them anywhere: all that judges said goes. The comparison of a run that showed one of the rows
    is removed whole; so are the adapter and the model folder of a run that used one, unless it was saved; and so is
    ``datasets/<slug>/``, which the next run writes anew. A line that cannot be read may be one of the rows, so it goes
    too. Doing it again after a crash does the rest.
    """
    copies = _Copies(files, {row.id for row in rows} | {pin.id for pin in pins})
    copies.delete(f"datasets/{slug}")
    for run in runs:
        _forget_in_run(copies, run, [model for model in models if model.run_id == run.id])
    for event_id in {*uploads, *(row.event_id for row in rows)}:
        copies.delete(f"uploads/{stable_id('upload', event_id)}")
    for folder in _folders_of(copies, evaluations):
        copies.delete_all_in(f"{folder}/attempts")
        _forget_answers(copies, folder)
    for folder in [f"runs/{run.id}" for run in runs] + [f"evaluations/{one}" for one in evaluations]:
        if taught or folder.partition("/")[2] in voted:
            _forget_comparison(copies, folder, judged=taught)
    touched = []
    for model in models:
        folder = f"models/{model.name}/{model.version}"
        copies.drop(f"{folder}/next_tokens.jsonl")  # the likeliest next words of their answers
        if copies.drop(f"{folder}/rows.jsonl"):
            touched.append(model)
    return Forgotten(models=touched, left=list(dict.fromkeys(copies.left)))


def _forget_in_run(copies: "_Copies", run: Run, models: Sequence[ModelVersion]) -> None:
    folder = f"runs/{run.id}"
    copies.delete_all_in(f"{folder}/attempts")
    if run.state is not RunState.SAVED and copies.hold(f"{folder}/rows.jsonl"):
        copies.delete(f"{folder}/adapter")
        for model in models:
            copies.delete(f"models/{model.name}/{model.version}")
    _forget_answers(copies, folder)
    copies.drop(f"{folder}/rows.jsonl")  # what says that a run used a row goes last


def _folders_of(copies: "_Copies", evaluations: Collection[str]) -> list[str]:
    """Where their requests and answers lie: with them, and with jobs of theirs that failed."""
    jobs = [name for name in copies.names("runs") if name.rpartition("_")[0] in evaluations]
    return [*(f"evaluations/{one}" for one in evaluations), *(f"runs/{name}" for name in jobs)]


def _forget_answers(copies: "_Copies", folder: str) -> None:
    """The requests in the folder of a run or of an evaluation, what was answered to them, and what was said about that."""
    asked = [one for one in copies.names(folder) if one.endswith(".jsonl") and one.startswith(_ASKED)]
    if any(copies.hold(f"{folder}/{name}") for name in asked):
        _forget_comparison(copies, folder, judged=True)
    for name in sorted(asked, key=lambda one: one.startswith("prompts")):  # what says that a row was asked goes last
        copies.drop(f"{folder}/{name}")


def _forget_comparison(copies: "_Copies", folder: str, *, judged: bool) -> None:
    """``judged``: with it what judges said, whose reasons may quote what they are about. Of an evaluation, that of its
    pairs too; what they may still spend stays."""
    for name in copies.names(folder):
        if name.startswith("pair_"):
            _forget_comparison(copies, f"{folder}/{name}", judged=judged)
        elif name.startswith(("comparison", "verdict")) or (judged and name.startswith("judgements")):
            copies.delete(f"{folder}/{name}")


class _Copies:
    """The files that may hold rows of these ids. What the disk refuses is noted in ``left``, and the next one follows."""

    def __init__(self, files: Files, ids: set[str]) -> None:
        self._files = files
        self._ids = ids
        self.left: list[str] = []

    def names(self, folder: str) -> list[str]:
        """What lies in a folder; nothing where there is none, or the disk does not tell."""
        with self._going_on(folder):
            return self._files.list(folder)
        return []

    def delete(self, name: str) -> None:
        """Remove a file, or a folder and all below it."""
        with self._going_on(name):
            self._files.delete_tree(name)

    def delete_all_in(self, folder: str) -> None:
        with self._going_on(folder):
            for name in self._files.list(folder):
                self.delete(f"{folder}/{name}")

    def hold(self, name: str) -> bool:
        """Whether a JSON-lines file has a line of one of the rows, or cannot be read."""
        with self._going_on(name):
            return any(map(self._is_one, lines_of(self._files, name)))
        return True

    def drop(self, name: str) -> bool:
        """Rewrite a JSON-lines file without the lines of the rows; returns whether there were any."""
        with self._going_on(name):
            lines = lines_of(self._files, name)
            kept = [line for line in lines if not self._is_one(line)]
            if len(kept) != len(lines):
                self._files.write_text(name, "".join(f"{line}\n" for line in kept))
            return len(kept) != len(lines)
        return True

    def _is_one(self, line: str) -> bool:
        row_id = (object_of(line) or {}).get("id")
        return bool(self._ids) and (row_id in self._ids if isinstance(row_id, str) else True)

    @contextlib.contextmanager
    def _going_on(self, name: str) -> Iterator[None]:
        try:
            yield
        except NotFound:
            return  # somebody else removed it just now
        except (StorageError, OSError) as error:
            _log.warning("%s was not cleared: %s", name, error)
            self.left.append(name)


async def blank_changed(context: Context, before: Row, after: Row) -> None:
    """Blank the message that a row came in, and every quote of a text of it that was changed. An uploaded file stays."""
    pairs = [(getattr(before, name), getattr(after, name)) for name in ("instruction", "input", "output", "passage")]
    changed = {old for old, new in pairs if old != new}
    if changed:
        events = {before.event_id} if before.source.partition(", ")[0] == TYPED else set()
        blank = say("row.blank")
        await context.store.conversations.forget(before.project_id, before.author_id, events, changed, blank)


async def forget_proposed(context: Context, row: Row) -> None:
    """Take back a message that a colleague proposed: its text goes from the row, which stays rejected so that its author
    is not asked again, and from the conversations. No file has it. Repeating it does the rest."""
    texts = {text.strip() for text in (row.instruction, row.input, row.output) if text.strip()}
    if texts:
        events, blank = {row.event_id}, say("forget.blank")
        await context.store.conversations.forget(row.project_id, row.author_id, events, texts, blank, {row.id})
    await context.store.rows.replace(
        replace(
            row,
            instruction="",
            input="",
            output="",
            source="",
            status=RowStatus.REJECTED,
            content_hash=f"declined:{row.id}",
            near_duplicate_of=None,
        )
    )


async def forget_formats(context: Context, project_id: str, accounts: Collection[str]) -> None:
    """Keep of the formats what stands in the examples of others; without any, none. One that lost something is found anew."""
    rows = await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    outputs = [row.output for row in rows if row.author_id not in accounts]

    def without(brief: Brief) -> Brief:
        kept = {name: found for name, found in brief.formats.items() if outputs and _stands_in(found, outputs)}
        lost = {shown_key(name) for name in brief.formats if name not in kept}
        answers = {name: text for name, text in brief.answers.items() if name not in lost}
        return replace(brief, formats=kept, answers=answers)

    await context.store.briefs.change(project_id, without)


def _stands_in(found: AgreedFormat, outputs: Sequence[str]) -> bool:
    """Whether each of its texts stands in an answer; a tone is nobody's text but its writer's, and does not."""
    texts = (*found.sections, *found.labels, *found.json_keys, *found.terms)
    return not found.tone and all(any(text in output for output in outputs) for text in texts)


def forget_exports(files: Files, slug: str) -> Sequence[str]:
    """Remove what was exported of a project, once its rows are gone; returns what the disk did not let go. It blocks."""
    copies = _Copies(files, set())
    copies.delete(folder_of(slug))
    return copies.left


def forget_asked(files: Files, person_id: str) -> Sequence[str]:
    """Remove when the person was asked to rate; returns what the disk did not let go. It blocks."""
    copies = _Copies(files, set())
    copies.delete(asked_file(person_id))
    return copies.left


async def compare_anew(context: Context, project_id: str) -> list[int]:
    """Make the comparisons of evaluations that were removed of what is left; returns the numbers of those of which too
    little is. No judge is asked. What the disk refuses stays removed. It takes some seconds for each."""
    gone = []
    for one in await context.store.evaluations.of_project(project_id):
        done = await asyncio.to_thread(context.files.exists, f"evaluations/{one.id}/comparison.json")
        if done or one.state is not EvaluationState.DONE:
            continue
        await context.store.evaluations.update(one.id, None, {"headlines": []})
        try:
            result = await evaluated(context, one, await contenders_in(context, one), ask=False)
        except (StorageError, OSError) as error:
            _log.warning("evaluation %s was not compared anew: %s", one.id, error)
            continue
        headlines = [headline_of(comparison) for _, comparison in result.comparisons]
        state = EvaluationState.DONE if headlines else EvaluationState.FAILED
        await context.store.evaluations.update(one.id, state, {"headlines": headlines})
        gone += [] if headlines else [one.number]
    return gone


async def forget_questions(context: Context) -> Sequence[str]:
    """Remove the files of every question to a model whose answer was delivered; returns what the disk did not let go.

    One whose answer is being delivered stays: that turn may be repeated after a crash, and reads them again.
    """
    copies = _Copies(context.files, set())
    for run_id in await asyncio.to_thread(context.files.list, "runs"):
        if run_id.startswith(ASK_RUN) and await _is_delivered(context, run_id):
            await asyncio.to_thread(copies.delete, f"runs/{run_id}")
    return copies.left


async def _is_delivered(context: Context, run_id: str) -> bool:
    jobs = await context.store.jobs.of_run(run_id)
    ends = [f"run:{run_id}:{job.kind.value}:{job.id}:{job.state.value}" for job in jobs]
    return bool(ends) and all([await context.store.inbox.is_finished(event_id) for event_id in ends])
