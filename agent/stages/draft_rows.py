"""Have a model draft examples of what is thinnest: ``/tune draft [how many] [about what]``. They wait in the deck."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.coverage import Cell, Pack, aspects_of, category_of, thinnest
from agent.deck import deck_card, deck_id_of
from agent.drafting import EXAMPLES_NEEDED, draft_answer, draft_given
from agent.goals import project_now
from agent.permissions import Action
from agent.reading import Given
from agent.replies import AnyReply, Say
from agent.rows import content_refusal, finished, keep, new_row
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.quality.duplicates import INSTRUCTION_THRESHOLD, THRESHOLD, similarity
from storage.domain import CoveragePlan, Origin, Project, Row, RowStatus, stable_id

USUAL, MOST = 5, 10
MOST_SIMPLE = 5
"""With the embedded model: a draft takes it about 15 seconds on two cores."""
PATIENCE = 80.0
"""Seconds after which no further draft is begun: with the one in hand the person waits two minutes at the worst."""
COMPARED = 300
"""Earlier requests that a drafted one is compared with, the latest."""
_ASKED = re.compile(r"(\d{1,6})(?:\s+|$)")


@dataclass
class Tally:
    """What became of the drafts that were asked for."""

    drafted: list[str] = field(default_factory=list)
    """Ids of rows."""
    alike: int = 0
    unusable: int = 0
    stopped: str = ""
    """Why the model was not asked for the others."""


async def draft_rows(state: State, runtime: Runtime[Context]) -> Position:
    """What was drafted is kept at once, row by row: it stays if the model fails or the process ends half-way."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    approved = await context.store.rows.count(project_id, RowStatus.APPROVED)
    if approved < EXAMPLES_NEEDED:
        too_few = say("draft.too_few", approved=approved, needed=EXAMPLES_NEEDED)
        return {"replies": answered(Say(text=too_few))}
    asked, topic = _asked(turn.rest)
    count = min(asked, MOST if context.model.clever else MOST_SIMPLE)
    tally = await _draft(context, turn, await project_now(context, project_id), count, topic)
    replies: list[AnyReply] = [Say(text=_report(context, tally, asked, count))]
    if tally.drafted:
        deck_id = deck_id_of(turn)
        replies.append(await deck_card(context, turn, project_id, deck_id, tally.drafted[0], edit=False))
    return {"replies": answered(*replies)}


def _asked(rest: str) -> tuple[int, str]:
    """How many, and about what."""
    number = _ASKED.match(rest)
    if number is None:
        return USUAL, rest.strip()
    return max(1, int(number[1])), rest[number.end() :].strip()


async def _draft(context: Context, turn: Turn, project: Project, count: int, topic: str) -> Tally:
    rows = await context.store.rows.of_project(project.id)
    kept = [row for row in rows if row.status is not RowStatus.REJECTED and row.output]
    made = {row.id for row in rows if row.event_id == turn.id}
    brief = await context.store.briefs.get(project.id)
    pack = context.packs.get(brief.pack)
    cells = _cells(pack, brief.plan, [row for row in kept if row.id not in made], count, topic)
    drafting = _Drafting(context=context, turn=turn, project=project, pack=pack, topic=topic, known=kept)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    for ordinal, cell in enumerate(cells):
        if stable_id("row", turn.id, ordinal) in made:  # drafted before a crash
            drafting.tally.drafted.append(stable_id("row", turn.id, ordinal))
        elif drafting.tally.stopped:
            break
        elif asyncio.get_running_loop().time() > deadline:
            drafting.tally.stopped = say("draft.out_of_time")
        else:
            await drafting.draft(ordinal, cell)
    return drafting.tally


def _cells(pack: Pack | None, plan: CoveragePlan, rows: Sequence[Row], count: int, topic: str) -> list[Cell | None]:
    """What each draft is to be of: the kind that the topic names, else the thinnest cells, one after the other."""
    if pack is None:
        return [None] * count
    named, sure = category_of(pack, topic, "", "") if topic else ("", False)
    category = pack.category(named) if sure else None
    if category:
        return [Cell(category=category, aspect=None, have=0, want=count)] * count
    found: list[Cell | None] = []
    planned = list(rows)
    for _ in range(count):
        cell = thinnest(pack, plan, planned)
        found.append(cell)
        if cell:
            aspects = (cell.aspect.id,) if cell.aspect else ()
            planned.append(replace(rows[0], category=cell.category.id, aspects=aspects))
    return found


@dataclass
class _Drafting:
    """One turn's drafts."""

    context: Context
    turn: Turn
    project: Project
    pack: Pack | None
    topic: str
    known: list[Row]
    """Rows that a draft should not repeat; what is drafted joins them."""
    tally: Tally = field(default_factory=Tally)

    async def draft(self, ordinal: int, cell: Cell | None) -> None:
        """One row: its request, then its answer. It is stored as soon as it is there."""
        given = await self._request(cell)
        if given is None:
            return
        row = replace(
            new_row(self.turn, self.project.id, given, Origin.SYNTHETIC),
            id=stable_id("row", self.turn.id, ordinal),
            source="draft",
            category=cell.category.id if cell else "",
            created_at=self.turn.at + timedelta(microseconds=ordinal),  # the deck shows them in this order
        )
        answer = await draft_answer(self.context, row)
        if answer is None:
            return self._missed()
        row = self._sorted(finished(row, answer, Origin.SYNTHETIC), cell)
        if await content_refusal(self.context, row):
            self.tally.unusable += 1
        elif not await keep(self.context, row):
            self.tally.alike += 1
        else:
            self.known.append(row)
            self.tally.drafted.append(row.id)

    async def _request(self, cell: Cell | None) -> Given | None:
        """A request that is not like one that is known; one that is gets a second chance."""
        avoid = [_asks(row.instruction, row.input) for row in self.known]
        given = None
        for temperature in (0.8, 1.1):
            given = await draft_given(
                self.context, self.project, cell, avoid=avoid, topic=self.topic, temperature=temperature
            )
            if given is None and self._is_away():
                break
            if given and not await asyncio.to_thread(_is_known, given, self.known[-COMPARED:]):
                return given
            avoid += [_asks(given.instruction, given.input)] if given else []
        if given is None:
            self._missed()
        else:
            self.tally.alike += 1
        return None

    def _is_away(self) -> bool:
        return (self.context.model.unavailable_reason or "empty") != "empty"

    def _missed(self) -> None:
        """An answer without words is passed over; a model that is slow or away is not asked again."""
        if self._is_away():
            reason = say(f"draft.reason_{self.context.model.unavailable_reason}")
            self.tally.stopped = say("draft.model_away", reason=reason)
        else:
            self.tally.unusable += 1

    def _sorted(self, row: Row, cell: Cell | None) -> Row:
        """The row in the cell that it was drafted for; without one, by the words of the pack."""
        if self.pack is None:
            return row
        texts = (row.instruction, row.input, row.output)
        category = cell.category.id if cell else category_of(self.pack, *texts)[0]
        shown = {*aspects_of(self.pack, category, *texts), *((cell.aspect.id,) if cell and cell.aspect else ())}
        return replace(row, category=category, aspects=tuple(sorted(shown)))


def _asks(instruction: str, input: str) -> str:
    return " ".join(f"{instruction} {input}".split())


def _is_known(given: Given, known: Sequence[Row]) -> bool:
    """Whether a reader would take the request for one that is there; the answer, by which rows are near too, is not yet."""
    subject = given.input or given.instruction
    return any(
        similarity(subject, row.input or row.instruction) >= THRESHOLD
        and similarity(given.instruction, row.instruction) >= INSTRUCTION_THRESHOLD
        for row in known
    )


def _report(context: Context, tally: Tally, asked: int, count: int) -> str:
    said = [say("draft.made", asked=asked, drafted=len(tally.drafted))]
    if count < asked:
        said.append(say("draft.cut", limit=count))
    if tally.alike:
        said.append(say("draft.alike", count=tally.alike))
    if tally.unusable:
        said.append(say("draft.unusable", count=tally.unusable))
    if tally.stopped:
        said.append(say("draft.stopped", reason=tally.stopped))
    if not tally.drafted:
        said.append(say("draft.by_hand"))
    elif not context.model.clever:
        said.append(say("draft.rough"))
    return " ".join(said)
