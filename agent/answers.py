"""From an answer that a version gave to an example: as it is, or as a person would have it.

The example is of whoever asked: the request is theirs. It waits for approval like any other, and names the answer that it
came of, by which the version is found, and where that stands.
"""

from collections.abc import Mapping
from dataclasses import replace

from agent.context import Context
from agent.pairs import example_of
from agent.reading import Given
from agent.rows import TYPED, new_row, offer
from agent.state import Position, State, Turn
from storage.domain import Answer, Origin, Preference, Row, stable_id


def as_it_is(turn: Turn, answer: Answer) -> Row:
    """The request and the model's answer. Whoever keeps it, and however often, it is one row."""
    row = _row(turn, answer, answer.request, answer.text, Origin.DRAFTED)
    return replace(row, id=stable_id("row", answer.id))


def as_wished(turn: Turn, answer: Answer, request: str, better: str) -> Row:
    """The same with the answer that a person would want, and perhaps a better request."""
    return _row(turn, answer, request, better, Origin.EDITED)


def _row(turn: Turn, answer: Answer, request: str, text: str, origin: Origin) -> Row:
    row = new_row(turn, answer.project_id, Given(instruction=request, output=text), origin)
    return replace(row, author_id=answer.asked_by, source=f"{TYPED}, {answer.id}, {_place(turn)}")


def linked(turn: Turn, subject: Mapping[str, str]) -> dict[str, str]:
    """The subject of a card that follows on an answer's: with the link to where the answer stands, if there is one."""
    link = _link(turn)
    return {**subject, **({"link": link} if link else {})}


def _place(turn: Turn) -> str:
    """Where the answer stands: the link to it; without one, the conversation and the day."""
    return _link(turn) or f"{turn.conversation_id}, {turn.at:%Y-%m-%d}"


def _link(turn: Turn) -> str:
    """That of the answer's own card, which what follows on it has; else of the message in which somebody acted."""
    subject = turn.card["subject"] if turn.card else {}
    return str(subject.get("link") or turn.link)


async def prefer(context: Context, turn: Turn, answer: Answer, row: Row, why: str = "") -> str:
    """Keep which of the two answers is better; returns the pair's id, the same for the same better answer of a person however
    often they send it. Whoever asked and improves it has given both texts: the pair may be used once they consent, as with the
    pick between two drafts. Otherwise nobody can agree for both, and it is never used.

    To be called once the example was offered: the pair rests on it.
    """
    mine = turn.is_by(answer.asked_by)
    consent = await context.store.people.consent(turn.person_id, answer.project_id) if mine else None
    pair_id = stable_id("preference", answer.id, min(turn.person_ids), row.content_hash)
    row_id = await example_of(context, row, turn.person_ids)
    if (
        row_id is None and not mine
    ):  # the example was there already: nothing came of it that could be used, or taken back
        return pair_id
    await context.store.preferences.add(
        Preference(
            id=pair_id,
            project_id=answer.project_id,
            instruction=row.instruction,
            input="",
            first=answer.text,
            second=row.output,
            author_id=turn.person_id,
            event_id=turn.id,
            created_at=turn.at,
            picked="second",
            reason=why,
            row_id=row_id,
            consent_id=consent.id if consent else None,
        )
    )
    kept = await context.store.preferences.get(pair_id)
    if why and kept.reason != why:  # said when it was sent once more
        await context.store.preferences.decide(pair_id, "second", why, kept.row_id, kept.consent_id)
    return pair_id


async def offer_beside(context: Context, turn: Turn, state: State, row: Row) -> Position:
    """As ``rows.offer``, for an example that did not come out of the interview: what is in hand there stays in hand, and
    the buttons of the card decide."""
    offered = await offer(context, turn, row)
    free = state.get("stage") in ("examples", "better") and state.get("project_id") == row.project_id
    if free and not turn.shared:
        return offered
    left: Position = {"stage": "examples"} if state.get("stage") == "better" else {}
    return {**left, "replies": offered["replies"]}
