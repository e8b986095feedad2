"""Examples on their way into the dataset: what several stages do with them, once.

It writes rows under the id of the event that brought them, so that a turn that is repeated writes nothing twice.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.checking import checks_of, reason
from agent.context import GOOD_START, ROWS_NEEDED, Context
from agent.coverage import Pack, aspects_of, category_of, classify_with
from agent.coverage.matching import folded
from agent.pairs import follow
from agent.reading import Given, is_nothing
from agent.replies import Say, ShowCard
from agent.reports.cards import row_card
from agent.state import Position, Turn, answered
from agent.words import say
from dataset.content import Content
from dataset.quality.characters import fault, is_empty, with_plain_line_ends
from dataset.quality.duplicates import are_near, content_hash
from dataset.quality.lengths import MAX_FIELD_CHARACTERS
from storage.domain import Brief, Consent, Origin, Row, RowStatus, stable_id
from storage.errors import Conflict, NotFound

LONGEST_MESSAGE = 60_000
"""Characters of one example; far beyond any context, and cheap to refuse before tokens are counted."""

NEAR_LOOKED_AT = 500
"""Earlier rows that a typed one is compared with; an upload is compared with all, in one go."""


async def consent_of(context: Context, turn: Turn, project_id: str) -> str:
    """The id of the person's consent for the project, recorded now under this event if there is none in force."""
    people = context.store.people
    existing = await people.consent(turn.person_id, project_id)
    if existing is not None:
        return existing.id
    consent = Consent(
        id=stable_id("consent", turn.id),
        person_id=turn.person_id,
        project_id=project_id,
        event_id=turn.id,
        given_at=turn.at,
    )
    await people.put_consent(consent)
    return consent.id


TYPED = "conversation"
"""``Row.source`` of what somebody typed. Of what came of a model's answer, the id of that follows, and where it stands
(``agent.answers``), with commas between them."""


def unfinished_row(turn: Turn, project_id: str, instruction: str) -> Row:
    """A row of which only the request is known yet. It is kept, so that nothing typed is lost; it cannot be approved."""
    row_id = stable_id("row", turn.id, 0)
    return Row(
        id=row_id,
        project_id=project_id,
        instruction=plain(instruction),
        input="",
        output="",
        status=RowStatus.PENDING,
        origin=Origin.GIVEN,
        author_id=turn.person_id,
        event_id=turn.id,
        source=TYPED,
        content_hash=f"unfinished:{row_id}",
        created_at=turn.at,
    )


def with_answer_alone(row: Row, answer: str) -> Row:
    """The unfinished row of which only the answer is known yet: it stands in the input until the request is there."""
    return replace(row, instruction="", input=answer)


def has_answer_alone(row: Row) -> bool:
    return not row.instruction and not row.output and bool(row.input)


def finished(row: Row, output: str, origin: Origin) -> Row:
    """The row with its answer, and the hash that follows from it."""
    text = plain(output)
    return replace(row, output=text, origin=origin, content_hash=content_hash(row.instruction, row.input, text))


async def offer(context: Context, turn: Turn, row: Row, question: str = "") -> Position:
    """Check a complete row, store it as pending and show it for a decision; or say why not.

    ``question``: what a model would still like to know about it, shown beside it; nobody has to answer.
    """
    refused = await content_refusal(context, row)
    if refused:  # whatever the conversation waits for, it goes on waiting for: the text is sent again, mended
        return {"replies": answered(refused)}
    row = await placed(context, row)
    if not await keep(context, row):
        return {"stage": "examples", "row_id": None, "replies": answered(Say(text=say("examples.duplicate")))}
    return await show(context, turn, await context.store.rows.get(row.id), question)


async def keep(context: Context, row: Row) -> bool:
    """Store a complete row as pending, flagged if it reads like an earlier one; False if it is there already."""
    rows = context.store.rows
    try:
        kept = (await rows.add([row]))[0] and await rows.replace(row)
    except Conflict:  # it was dropped as a duplicate already, by this turn before it broke off
        return False
    await follow(context, row)  # also where it is left out: what was blacked out in it is so everywhere
    if not kept:
        await _discard(context, row)
        return False
    near = await _near(context, row)
    if near != row.near_duplicate_of:
        await rows.replace(replace(row, near_duplicate_of=near))
    return True


async def show(context: Context, turn: Turn, row: Row, question: str = "") -> Position:
    """A complete row on a fresh card, and the conversation waits for the decision."""
    card = await decision_card(context, row, stable_id("card", turn.id, 0), question)
    return {"stage": "confirm", "row_id": row.id, "card_id": card.card_id, "replies": answered(card)}


async def decision_card(context: Context, row: Row, card_id: str, question: str = "") -> ShowCard:
    """The card on which a row is decided: its texts, its kind, and what the checks found."""
    checks = await checks_of(context, row)
    return row_card(
        row,
        card_id,
        say("examples.near_duplicate") if row.near_duplicate_of else "",
        kind=await kind_of(context, row),
        checks=checks.sentences,
        sensitive=checks.sensitive,
        question=question,
        drafted=is_model_written(row),
    )


async def _discard(context: Context, row: Row) -> None:
    """A row that turned out to be there already: what was kept of it while it was unfinished goes."""
    if any(other.id == row.id for other in await context.store.rows.of_project(row.project_id, [RowStatus.PENDING])):
        await context.store.rows.reject(row.id)


async def _near(context: Context, row: Row) -> str | None:
    """The id of an earlier row that reads nearly the same, among the latest ones."""
    rows = await context.store.rows.of_project(row.project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    earlier = [other for other in rows if other.output and other.id != row.id][-NEAR_LOOKED_AT:]
    return await asyncio.to_thread(lambda: next((other.id for other in earlier if are_near(row, other)), None))


async def placed(context: Context, row: Row) -> Row:
    """The row with its category and aspects, as far as they can be told; one that has a category keeps it.

    By the pack's words; else it is of the kind that was asked for last; else a model may choose. The aspect that was
    asked for counts as shown by a row of that category: whoever answers a question means its answer.
    """
    brief = await context.store.briefs.get(row.project_id)
    pack = context.packs.get(brief.pack)
    if pack is None:
        return row
    texts = (row.instruction, row.input, row.output)
    category = row.category or by_words(pack, brief, texts)
    asked, _, asked_aspect = brief.asked_cell.partition("/")
    answers = not row.category and pack.category(asked) is not None and category in ("", asked)
    if answers:
        category = asked
    if not category:
        category = await classify_with(context.model, pack, texts, _planned(pack, brief))
    aspects = {*row.aspects, *aspects_of(pack, category, *texts)}
    if answers and asked_aspect:
        aspects.add(asked_aspect)
    return replace(row, category=category, aspects=tuple(sorted(aspects)))


def by_words(pack: Pack, brief: Brief, texts: tuple[str, str, str]) -> str:
    """The category that a row's words surely name, among all of the pack, else among those of the plan; or empty."""
    planned = _planned(pack, brief)
    for among in ((), planned) if planned else ((),):
        category, sure = category_of(pack, *texts, among=among)
        if sure:
            return category
    return ""


def untold(pack: Pack, brief: Brief) -> str:
    """The kind of rows that nobody asked for and no word names: the first of the plan where words tell no kinds apart
    (whether a case is an unusual one), for most cases are everyday ones; else empty."""
    if any(category.words for category in pack.categories):
        return ""
    return next(iter(_planned(pack, brief)), pack.categories[0].id)


def by_hint(pack: Pack, hint: str) -> str:
    """The category that a file names in its own words; or empty."""
    said = folded(hint)
    for category in pack.categories:
        if said and said in (folded(category.id), folded(category.title), folded(category.plural)):
            return category.id
    category_id, sure = category_of(pack, hint, "", "") if said else ("", False)
    return category_id if sure else ""


def _planned(pack: Pack, brief: Brief) -> Collection[str]:
    return [name for name in brief.plan.targets if pack.category(name)]


async def kind_of(context: Context, row: Row) -> str:
    """A row's category and aspects in the pack's words; empty while the category is not known."""
    pack = context.packs.get((await context.store.briefs.get(row.project_id)).pack)
    category = pack.category(row.category) if pack else None
    if pack is None or category is None:
        return ""
    aspects = ", ".join(aspect.title for aspect in pack.aspects if aspect.id in row.aspects)
    return say("row.kind_aspects", kind=category.title, aspects=aspects) if aspects else category.title


def plain(text: str) -> str:
    """A text as it is kept: line ends are line feeds, nothing stands around it."""
    return with_plain_line_ends(text).strip()


def is_model_written(row: Row) -> bool:
    """Whether a model wrote the answer; one taken word for word from a document is people's own."""
    return row.origin in (Origin.DRAFTED, Origin.SYNTHETIC) and row.output.strip() not in row.passage


LONGEST_CELL = 60
"""Characters of a request in a list."""
_SHOWN_OF_REQUEST = 24
"""Of which the request has so many where an input follows: rows of one request differ by their inputs."""


def in_a_list(row: Row) -> str:
    """A row's request and input on one line, cut for a table."""
    request, given = (" ".join(text.split()) for text in (row.instruction, row.input))
    if len(request) + len(given) >= LONGEST_CELL and given:
        request = _cut(request, _SHOWN_OF_REQUEST)
    return _cut(f"{request} {given}".strip(), LONGEST_CELL)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def numbered(complete: Sequence[Row]) -> dict[str, int]:
    """The number of each example of a project by its id, as lists show it: in the order in which they were given."""
    return {row.id: number for number, row in enumerate(complete, 1)}


def new_row(turn: Turn, project_id: str, given: Given, origin: Origin = Origin.GIVEN) -> Row:
    row = unfinished_row(turn, project_id, given.instruction)
    return finished(replace(row, input="" if is_nothing(given.input) else plain(given.input)), given.output, origin)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a text cannot become a row."""

    where: str
    """``instruction``, ``input`` or ``output``; empty: the whole of it."""
    code: str
    numbers: Mapping[str, str] = field(default_factory=dict)


async def content_refusal(context: Context, row: Row, key: str = "examples.refused") -> Say | None:
    """The sentence that refuses a text that cannot become a row: the same rules as for uploads. None if it can. ``key``: of the
    sentence about a field, which says what to do."""
    return _refused(next(faults(context, row), None), key)


def character_refusal(row: Row) -> Say | None:
    """The sentence that refuses a text which cannot even be kept: characters that none may hold, or far too many."""
    return _refused(next(_character_faults(row), None))


def faults(context: Context, row: Content) -> Iterator[Fault]:
    """What stands against a row, the worst first.

    What is not given yet (an unfinished row's answer) is not missed. Lengths in tokens are checked where the base
    model's tokenizer is at hand; a text that is far too long for any is not counted.
    """
    characters = list(_character_faults(row))
    yield from characters
    if any(fault.code == "message_too_long" for fault in characters):
        return
    for name, text in _texts(row):
        if marker := context.tokens.marker_in(text) if context.tokens else None:
            yield Fault(where=name, code="control_tokens", numbers={"marker": marker})
    yield from _too_long(context, row)


def _too_long(context: Context, row: Content) -> Iterator[Fault]:
    """Longer than the model can take; where that is not known, than any file may hold a field."""
    if context.tokens is None:
        for name, text in _texts(row):
            if len(text) > MAX_FIELD_CHARACTERS:
                numbers = {"characters": f"{len(text):,}", "limit": f"{MAX_FIELD_CHARACTERS:,}"}
                yield Fault(where=name, code="too_long_field", numbers=numbers)
        return
    tokens = sum(context.tokens.count(row.instruction, row.input, row.output))
    if tokens > context.longest_row:
        words = round(context.longest_row * 0.75, -2)
        limits = {"limit": f"{context.longest_row:,}", "words": f"{words:,.0f}"}
        yield Fault(where="", code="too_long", numbers={"tokens": f"{tokens:,}", **limits})


def _character_faults(row: Content) -> Iterator[Fault]:
    for name, text in _texts(row):
        found = fault(text)
        if found:
            yield Fault(where=name, code=found[0], numbers={"character": found[1]})
        elif text and name != "input" and is_empty(text):
            yield Fault(where=name, code="empty_field")
    characters = sum(len(text) for _, text in _texts(row))
    if characters > LONGEST_MESSAGE:
        yield Fault(where="", code="message_too_long", numbers={"length": f"{characters:,}"})


def _texts(row: Content) -> tuple[tuple[str, str], ...]:
    return ("instruction", row.instruction), ("input", row.input), ("output", row.output)


def _refused(found: Fault | None, key: str = "examples.refused") -> Say | None:
    if found is None:
        return None
    if not found.where:
        return Say(text=say(f"examples.{found.code}", **found.numbers))
    return Say(text=say(key, reason=reason(found.code, {**found.numbers, "field": found.where})))


async def in_hand(context: Context, row_id: str | None) -> Row | None:
    """The row that was begun; also one that this very turn has dropped before it broke off."""
    try:
        row = await context.store.rows.get(row_id or "")
    except NotFound:
        return None
    return None if row.status is RowStatus.APPROVED else row


async def waiting(context: Context, project_id: str) -> list[Row]:
    """Complete rows that wait for a decision; one of which only the request is known does not."""
    pending = await context.store.rows.of_project(project_id, [RowStatus.PENDING])
    return [row for row in pending if row.output]


async def progress(context: Context, project_id: str) -> str:
    """How far the dataset is, in a sentence or two."""
    approved = await context.store.rows.count(project_id, RowStatus.APPROVED)
    pending = len(await waiting(context, project_id))
    key = "too_few" if approved < ROWS_NEEDED else "enough" if approved < GOOD_START else "good"
    text = say(f"progress.{key}", approved=approved, needed=ROWS_NEEDED, good=GOOD_START)
    return text + (" " + say("progress.pending", pending=pending) if pending else "")
