"""Examples on their way into the dataset: what several stages do with them, once.

It writes rows under the id of the event that brought them, so that a turn that is repeated writes nothing twice.
"""

import asyncio
from dataclasses import replace

from agent.context import GOOD_START, ROWS_NEEDED, Context
from agent.reading import Given
from agent.replies import Say
from agent.reports.cards import row_card
from agent.state import Position, Turn, answered
from agent.uploads import reason
from agent.words import say
from dataset.quality.characters import fault, is_empty, with_plain_line_ends
from dataset.quality.duplicates import are_near, content_hash
from storage.domain import Consent, Origin, Row, RowStatus, stable_id

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
        source="conversation",
        content_hash=f"unfinished:{row_id}",
        created_at=turn.at,
    )


def finished(row: Row, output: str, origin: Origin) -> Row:
    """The row with its answer, and the hash that follows from it."""
    text = plain(output)
    return replace(row, output=text, origin=origin, content_hash=content_hash(row.instruction, row.input, text))


async def offer(context: Context, turn: Turn, row: Row) -> Position:
    """Check a complete row, store it as pending and show it for a decision; or say why not."""
    refused = await content_refusal(context, row)
    if refused:  # whatever the conversation waits for, it goes on waiting for: the text is sent again, mended
        return {"replies": answered(refused)}
    rows = context.store.rows
    if not (await rows.add([row]))[0] or not await rows.replace(row):
        await _discard(context, row)
        return {"stage": "examples", "row_id": None, "replies": answered(Say(text=say("examples.duplicate")))}
    near = await _near(context, row)
    if near and row.near_duplicate_of != near:
        await rows.replace(replace(row, near_duplicate_of=near))
    card = row_card(row, stable_id("card", turn.id, 0), say("examples.near_duplicate") if near else "")
    return {"stage": "confirm", "row_id": row.id, "card_id": card.card_id, "replies": answered(card)}


async def _discard(context: Context, row: Row) -> None:
    """A row that turned out to be there already: what was kept of it while it was unfinished goes."""
    if any(other.id == row.id for other in await context.store.rows.of_project(row.project_id, [RowStatus.PENDING])):
        await context.store.rows.reject(row.id)


async def _near(context: Context, row: Row) -> str | None:
    """The id of an earlier row that reads nearly the same, among the latest ones."""
    rows = await context.store.rows.of_project(row.project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    earlier = [other for other in rows if other.output and other.id != row.id][-NEAR_LOOKED_AT:]
    return await asyncio.to_thread(lambda: next((other.id for other in earlier if are_near(row, other)), None))


def plain(text: str) -> str:
    """A text as it is kept: line ends are line feeds, nothing stands around it."""
    return with_plain_line_ends(text).strip()


LONGEST_CELL = 60
"""Characters of a request in a list."""


def in_a_list(row: Row) -> str:
    """A row's request and input on one line, cut for a table."""
    request = " ".join(f"{row.instruction} {row.input}".split())
    return request if len(request) <= LONGEST_CELL else request[: LONGEST_CELL - 1] + "…"


def new_row(turn: Turn, project_id: str, given: Given, origin: Origin = Origin.GIVEN) -> Row:
    row = unfinished_row(turn, project_id, given.instruction)
    return finished(replace(row, input=plain(given.input)), given.output, origin)


async def content_refusal(context: Context, row: Row) -> Say | None:
    """The sentence that refuses a text that cannot become a row: the same rules as for uploads. None if it can.

    What is not given yet (an unfinished row's answer) is not missed. Lengths in tokens are checked where the base
    model's tokenizer is at hand.
    """
    texts = {"instruction": row.instruction, "input": row.input, "output": row.output}
    for field, text in texts.items():
        found = fault(text)
        if found:
            return _refused(found[0], field=field, character=found[1])
        if text and field != "input" and is_empty(text):
            return _refused("empty_field", field=field)
        marker = context.tokens.marker_in(text) if context.tokens else None
        if marker:
            return _refused("control_tokens", field=field, marker=marker)
    characters = len(row.instruction) + len(row.input) + len(row.output)
    if characters > LONGEST_MESSAGE:
        return Say(text=say("examples.message_too_long", length=f"{characters:,}"))
    if context.tokens is None:
        return None
    tokens = sum(context.tokens.count(row.instruction, row.input, row.output))
    if tokens <= context.longest_row:
        return None
    words = round(context.longest_row * 0.75, -2)
    return Say(
        text=say("examples.too_long", tokens=f"{tokens:,}", limit=f"{context.longest_row:,}", words=f"{words:,.0f}")
    )


def _refused(code: str, **numbers: str) -> Say:
    return Say(text=say("examples.refused", reason=reason(code, numbers)))


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
