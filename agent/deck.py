"""The deck: what waits for a decision, paged through on one card; and how rows are approved, one or many.

It decides nothing by itself. Each button carries the row that it was shown for, so that a second tap, or a tap on an old
face, never decides another row.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from agent.access import rows_here
from agent.checking import checks_of
from agent.context import Context
from agent.replies import Choice, Quote, ShowCard
from agent.reports.cards import linked_source
from agent.reports.forms import row_form
from agent.rows import consent_of, is_model_written, kind_of, waiting
from agent.state import Turn
from agent.words import harmless, say
from storage.domain import Origin, Row, RowStatus, stable_id

DRAFTED = (Origin.DRAFTED, Origin.SYNTHETIC)


def deck_id_of(turn: Turn) -> str:
    """The id of the deck that a turn opens."""
    return stable_id("deck", turn.id)


async def deck_card(
    context: Context,
    turn: Turn,
    project_id: str,
    deck_id: str,
    row_id: str | None = None,
    *,
    after: Row | None = None,
    said: str = "",
    edit: bool = True,
) -> ShowCard:
    """The deck at a row: the one named, if it waits; else the first one that stands after ``after``; else the first.

    ``said``: what came of the press before; it stands first in the note. Where nothing waits, there are no buttons.
    """
    rows = await waiting_here(context, turn, project_id)
    if not rows:
        return ShowCard(
            card_id=deck_id,
            card_kind="review",
            subject={"project_id": project_id},
            title=say("deck.title_empty"),
            note=f"{said} {say('deck.finished')}".strip(),
            state=turn.id,
            edit=edit,
        )
    place = _place(rows, row_id, after)
    row = rows[place]
    checks = await checks_of(context, row)
    near = say("examples.near_duplicate") if row.near_duplicate_of else ""
    drafted = is_model_written(row)
    unseen = say("row.note_unseen") if checks.sensitive else ""
    remarks = (said, near, say("row.note_drafted") if drafted else "", unseen, say("row.note"))
    return ShowCard(
        card_id=deck_id,
        card_kind="review",
        subject={"project_id": project_id},
        title=say("deck.title_draft" if drafted else "deck.title_example", number=place + 1, count=len(rows)),
        fields=_fields(row, await _origin(context, turn, row), await kind_of(context, row), checks.sentences),
        quoted=_quoted(row),
        choices=_choices(rows, place, sensitive=checks.sensitive),
        note=" ".join(remark for remark in remarks if remark),
        state=turn.id,
        edit=edit,
    )


async def waiting_here(context: Context, turn: Turn, project_id: str) -> list[Row]:
    """What waits for a decision and may be shown in this conversation."""
    return await rows_here(context, turn, await waiting(context, project_id))


def is_empty_deck(card: ShowCard) -> bool:
    return not card.choices


def _place(rows: Sequence[Row], row_id: str | None, after: Row | None) -> int:
    for place, row in enumerate(rows):
        if row.id == row_id:
            return place
    if after is None:
        return 0
    return next((place for place, row in enumerate(rows) if _order(row) > _order(after)), 0)


def _order(row: Row) -> tuple[object, ...]:
    """As the store orders rows."""
    return row.created_at, row.id


def _fields(row: Row, origin: str, kind: str, checks: Sequence[str]) -> tuple[Quote, ...]:
    fields = [("deck.origin", origin), ("message.from", linked_source(row)), ("row.kind", kind)]
    fields += [("row.check", check) for check in checks]
    return tuple(Quote(name=say(key), text=text) for key, text in fields if text)


async def _origin(context: Context, turn: Turn, row: Row) -> str:
    if row.passage and row.origin in DRAFTED and not is_model_written(row):
        return say("deck.origin_passage", source=row.source)
    if row.passage and row.origin is Origin.EDITED:
        return say("deck.origin_edited_passage", source=row.source)
    origin = say(f"deck.origin_{row.origin.value}", author=await _author(context, turn, row))
    return f"{origin} {say('deck.origin_document', source=row.source)}" if row.passage else origin


async def _author(context: Context, turn: Turn, row: Row) -> str:
    """Whoever reads the card is "you"; where others read along, people have names."""
    if not turn.shared:
        return say("deck.you" if turn.is_by(row.author_id) else "deck.colleague")
    person = await context.store.people.get(row.author_id)
    return harmless(person.display_name if person else "") or say("deck.colleague")


def _quoted(row: Row) -> tuple[Quote, ...]:
    texts = [("row.instruction", row.instruction), ("row.input", row.input), ("row.output", row.output)]
    if row.passage.strip() != row.output.strip():
        texts.append(("deck.passage", row.passage))
    return tuple(Quote(name=say(key), text=text) for key, text in texts if text)


def _choices(rows: Sequence[Row], place: int, sensitive: bool) -> tuple[Choice, ...]:
    row = rows[place]
    choices = [
        Choice(label=say("row.approve"), action=f"approve:{row.id}", style="primary"),
        Choice(label=say("row.edit"), action=f"edit:{row.id}", form=row_form(row)),
        Choice(label=say("row.reject"), action=f"reject:{row.id}", style="danger"),
    ]
    if sensitive:
        choices[0] = Choice(label=say("row.approve_as_it_is"), action=f"approve:{row.id}")
        choices.insert(0, Choice(label=say("row.redact"), action=f"redact:{row.id}", style="primary"))
    if row.origin in DRAFTED and not row.passage:
        choices.append(Choice(label=say("deck.another"), action=f"another:{row.id}"))
    if place + 1 < len(rows):
        choices.append(Choice(label=say("deck.next"), action=f"show:{rows[place + 1].id}"))
    if place:
        choices.append(Choice(label=say("deck.previous"), action=f"show:{rows[place - 1].id}"))
    rest = len(rows) - place
    if rest > 1:
        action = f"rest:{row.id}:{rows[-1].id}:{rest}"
        choices.append(Choice(label=say("deck.rest", count=rest), action=action))
    return tuple(choices)


@dataclass(frozen=True, kw_only=True)
class Approval:
    approved: Sequence[Row]
    without_consent: Sequence[Row]
    """Somebody else's, who has not agreed to their use: they stay as they are."""


async def approve_rows(context: Context, turn: Turn, rows: Sequence[Row]) -> Approval:
    """Approve rows of one project: one's own, which gives consent, and those of others whose consent is in force.

    The picks that such a row came of may be used from then on as well. Doing it again changes nothing.
    """
    by_author: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_author[row.author_id].append(row)
    approved: list[Row] = []
    without: list[Row] = []
    for theirs in by_author.values():
        for consent_id, agreed in (await _by_consent(context, turn, theirs)).items():
            if consent_id is None:
                without += agreed
                continue
            await context.store.rows.approve([row.id for row in agreed], turn.person_id, consent_id)
            await _allow_picks(context, agreed, consent_id)
            approved += agreed
    return Approval(approved=approved, without_consent=without)


async def may_approve(context: Context, turn: Turn, row: Row) -> bool:
    """Whether there is consent to rest an approval on: one's own is given by approving."""
    return turn.is_by(row.author_id) or None not in await _by_consent(context, turn, [row])


async def _by_consent(context: Context, turn: Turn, rows: Sequence[Row]) -> dict[str | None, list[Row]]:
    """Rows of one author by the consent in force for them: one for the whole project, or for each row its own."""
    author_id, project_id = rows[0].author_id, rows[0].project_id
    if turn.is_by(author_id):
        return {await consent_of(context, turn, project_id): list(rows)}
    people = context.store.people
    if whole := await people.consent(author_id, project_id):
        return {whole.id: list(rows)}
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        alone = await people.consent(author_id, project_id, row.id)
        found[alone.id if alone else None].append(row)
    return found


async def _allow_picks(context: Context, rows: Sequence[Row], consent_id: str) -> None:
    """A pick rests on the consent that its author gave by the row that came of it."""
    authors = {row.id: await context.store.links.accounts(row.author_id) for row in rows}
    for pair in await context.store.preferences.of_project(rows[0].project_id):
        if pair.row_id and pair.picked and not pair.consent_id and pair.author_id in authors.get(pair.row_id, ()):
            await context.store.preferences.decide(pair.id, pair.picked, pair.reason, pair.row_id, consent_id)


async def rest_of(context: Context, turn: Turn, project_id: str, first: str, last: str, count: int) -> list[Row] | None:
    """The rows that "Approve the rest" was counted over and that wait still; None if others wait among them by now."""
    rows = await context.store.rows.of_project(project_id)
    places = {row.id: place for place, row in enumerate(rows)}
    if first not in places or last not in places:
        return None
    between = rows[places[first] : places[last] + 1]
    found = await rows_here(context, turn, [row for row in between if row.status is RowStatus.PENDING and row.output])
    return found if len(found) <= count else None
