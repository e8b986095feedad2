"""Propose examples out of a document, a few at a time: each keeps the passage that it comes from. They wait in the deck."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.coverage import Pack, aspects_of
from agent.deck import deck_card, deck_id_of
from agent.drafting import one_line, propose_pair
from agent.goals import project_now
from agent.permissions import Action
from agent.reading import Given
from agent.replies import AnyReply, Choice, Quote, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.rows import by_words, content_refusal, keep, new_row, untold
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.formats.labelled import read_labelled
from dataset.formats.passages import QUESTION_MARKS, Passage, passages
from dataset.formats.sheets import read_sheet_file
from storage.domain import Brief, Origin, Project, Row, RowStatus, stable_id
from storage.errors import NotFound

AT_ONCE = 6
"""Examples proposed in one go: as many as a person looks through without tiring."""
PATIENCE = 60.0
"""Seconds after which the model is not asked about a further passage; headings and questions are read on."""
_LONGEST_GOAL = 300


@dataclass(frozen=True, kw_only=True)
class Document:
    id: str
    """Of the pasted row, or the path of the upload: what the ids of its examples follow from."""
    name: str
    text: str
    project_id: str
    author_id: str
    pasted: Row | None = None


async def take_document(state: State, runtime: Runtime[Context]) -> Position:
    """The card of a document was pressed: propose its first examples, or the next ones, or leave it."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    document = await _document(context, turn, state)
    if document is None:
        return {"replies": answered(Say(text=say("document.gone")))}
    refused = await refusal(context, document.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    position = await _settle(context, state, document)
    if turn.action == "leave":
        return {**position, "replies": answered(_closed(turn, "document.title_left", document))}
    return {**position, "replies": answered(*await _propose(context, turn, document))}


async def _document(context: Context, turn: Turn, state: State) -> Document | None:
    assert turn.card is not None, "only after a press"
    subject = turn.card["subject"]
    try:
        if "row_id" in subject:
            row = await context.store.rows.get(str(subject["row_id"]))
            text = row.instruction or row.input
            name = say("document.pasted")
            return Document(
                id=row.id, name=name, text=text, project_id=row.project_id, author_id=row.author_id, pasted=row
            )
        path, name = str(subject["path"]), str(subject["name"])
        sheet = await asyncio.to_thread(read_sheet_file, context.files.path(path), name)
    except (NotFound, OSError):
        return None
    project_id = subject.get("project_id") or state.get("project_id")
    if not sheet.document or not project_id:
        return None
    return Document(
        id=path,
        name=name,
        text=sheet.document,
        project_id=str(project_id),
        author_id=str(subject.get("person_id") or turn.person_id),
    )


async def _settle(context: Context, state: State, document: Document) -> Position:
    """A text that was kept as a row's request is none: nothing is begun any longer."""
    if document.pasted is None:
        return {}
    if document.pasted.status is RowStatus.PENDING:
        await context.store.rows.reject(document.pasted.id)
    return {"stage": "examples", "row_id": None} if state.get("row_id") == document.pasted.id else {}


def _closed(turn: Turn, title_key: str, document: Document) -> ShowCard:
    assert turn.card is not None, "only after a press"
    card = closed_card(turn.card["id"], "document", turn.card["subject"], "document.title_more")
    return replace(card, title=say(title_key, name=document.name))


async def _propose(context: Context, turn: Turn, document: Document) -> list[AnyReply]:
    assert turn.card is not None, "only after a press"
    found = await asyncio.to_thread(passages, document.text)
    start = int(turn.card["subject"].get("start", 0))
    project = await project_now(context, document.project_id)
    brief = await context.store.briefs.get(project.id)
    proposing = _Proposing(
        context=context,
        turn=turn,
        document=document,
        project=project,
        brief=brief,
        pack=context.packs.get(brief.pack),
        passages=found.passages,
        rows={row.id: row for row in await context.store.rows.of_project(project.id)},
        deadline=asyncio.get_running_loop().time() + PATIENCE,
    )
    until = start
    for passage in found.passages[start:]:
        if len(proposing.proposed) >= AT_ONCE:
            break
        await proposing.read(passage)
        until = passage.number
    left = len(found.passages) - until
    return [
        _closed(turn, "document.title_read", document),
        Say(text=_report(document, proposing)),
        *await _deck(context, turn, project.id, proposing.proposed),
        *([_more(turn, document, until, left)] if left else []),
    ]


async def _deck(context: Context, turn: Turn, project_id: str, proposed: Sequence[str]) -> list[ShowCard]:
    if not proposed:
        return []
    return [await deck_card(context, turn, project_id, deck_id_of(turn), proposed[0], edit=False)]


def _report(document: Document, proposing: "_Proposing") -> str:
    key = "document.proposed" if proposing.proposed else "document.nothing"
    said = [say(key, name=document.name, count=len(proposing.proposed))]
    if proposing.proposed and proposing.left_out:
        said.append(say("document.left_out", count=proposing.left_out))
    if proposing.model_away:
        said.append(say("document.without_model", reason=proposing.model_away))
    return " ".join(said)


def _more(turn: Turn, document: Document, until: int, left: int) -> ShowCard:
    assert turn.card is not None, "only after a press"
    fields = (("passages.name", document.name), ("document.not_read", f"{left:,}"))
    return ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="document",
        subject={**{name: str(value) for name, value in turn.card["subject"].items()}, "start": str(until)},
        title=say("document.title_more"),
        fields=tuple(Quote(name=say(key), text=text) for key, text in fields),
        choices=(
            Choice(label=say("document.more"), action="more", style="primary"),
            Choice(label=say("passages.leave"), action="leave"),
        ),
    )


@dataclass
class _Proposing:
    """One turn's proposals."""

    context: Context
    turn: Turn
    document: Document
    project: Project
    brief: Brief
    pack: Pack | None
    passages: Sequence[Passage]
    rows: dict[str, Row]
    """The project's rows: what was proposed before a crash is found among them."""
    deadline: float
    proposed: list[str] = field(default_factory=list)
    left_out: int = 0
    model_away: str = ""

    async def read(self, passage: Passage) -> None:
        """Propose the examples of a passage."""
        given, origin = _questions(passage), Origin.GIVEN
        if not given:
            known = self._id(passage, 0) in self.rows  # nobody is asked again for what was proposed before a crash
            one = Given(instruction="") if known else await self._pair(passage)
            given, origin = [one] if one else [], Origin.DRAFTED
        kept = [await self._keep(passage, ordinal, one, origin) for ordinal, one in enumerate(given)]
        self.left_out += not any(kept)

    def _id(self, passage: Passage, ordinal: int) -> str:
        return stable_id("row", self.document.id, passage.number, ordinal)

    async def _pair(self, passage: Passage) -> Given | None:
        """By a clever model; else from the heading; else, where there is none, what a small model makes of it."""
        by_heading = self._from_heading(passage)
        if by_heading and not self.context.model.clever:
            return by_heading
        return await self._ask(passage) or by_heading

    def _from_heading(self, passage: Passage) -> Given | None:
        """The goal is what is asked, the heading is about what: both are in the person's own language."""
        earlier = {one.heading for one in self.passages[: passage.number - 1]}
        if not passage.heading or passage.heading in earlier:
            return None
        return Given(instruction=one_line(self.project.goal, _LONGEST_GOAL), input=passage.heading, output=passage.text)

    async def _ask(self, passage: Passage) -> Given | None:
        if self.model_away or asyncio.get_running_loop().time() > self.deadline:
            return None
        given = await propose_pair(self.context, self.project, passage.text, passage.heading)
        reason = self.context.model.unavailable_reason
        if given is None and reason and reason != "empty":
            self.model_away = say(f"draft.reason_{reason}")
        return given

    async def _keep(self, passage: Passage, ordinal: int, given: Given, origin: Origin) -> bool:
        row_id = self._id(passage, ordinal)
        before = self.rows.get(row_id)
        if before is not None:
            self.proposed += [row_id] if before.event_id == self.turn.id else []
            return before.event_id == self.turn.id
        row = replace(
            new_row(self.turn, self.project.id, given, origin),
            id=row_id,
            author_id=self.document.author_id,
            source=f"{self.document.name}:{passage.line}",
            passage=passage.text,
            created_at=self.turn.at + timedelta(microseconds=len(self.proposed)),  # the deck shows them in this order
        )
        row = self._sorted(row)
        if await content_refusal(self.context, row) or not await keep(self.context, row):
            return False
        self.proposed.append(row.id)
        return True

    def _sorted(self, row: Row) -> Row:
        if self.pack is None:
            return row
        texts = (row.instruction, row.input, row.output)
        category = by_words(self.pack, self.brief, texts) or untold(self.pack, self.brief)
        return replace(row, category=category, aspects=aspects_of(self.pack, category, *texts))


_ASKED = re.compile(
    r"\W{0,4}(?:question|request|q|frage|anfrage|pregunta|solicitud|问题|问|سؤال)\W{0,4}[:：]\W{0,4}(?P<question>\S[^\n]*)\n(?=\s*\S)",
    re.IGNORECASE,
)
"""A first line that names what is asked; the answer follows in the lines below, with labels of its own."""
_MOST_QUESTIONS = 20
"""Of one passage."""


def _questions(passage: Passage) -> list[Given]:
    """Questions with their answers, as they stand in the document: a heading that asks, or lines under labels."""
    if passage.heading.endswith(QUESTION_MARKS):
        return [Given(instruction=passage.heading, output=passage.text)]
    labelled = read_labelled(passage.text.split("\n"))
    if labelled is None or len(labelled[0]) != 2:
        asked = _ASKED.match(passage.text)
        return (
            [Given(instruction=asked["question"].strip(), output=passage.text[asked.end() :].strip())] if asked else []
        )
    (question, answer), records = labelled
    pairs = [(record.values.get(question, ""), record.values.get(answer, "")) for record in records]
    return [Given(instruction=asked, output=told) for asked, told in pairs if asked and told][:_MOST_QUESTIONS]
