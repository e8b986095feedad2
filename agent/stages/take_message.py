"""Make an example of a message that a person picked out of a channel."""

from dataclasses import dataclass, replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.answers import offer_beside
from agent.checking import checks_of, sentence
from agent.context import Context
from agent.permissions import Action
from agent.reading import Given
from agent.replies import AnyReply, Say
from agent.reports.consent_card import consent_card
from agent.reports.forms import TEXTS
from agent.rows import content_refusal, new_row, plain
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import harmless, say
from dataset.quality.duplicates import content_hash
from storage.domain import Origin, Person, Row, RowStatus, stable_id
from storage.errors import NotFound

LONGEST_LINK = 500
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What was picked, by what stands in the form's subject: it went out and came back, so nothing of it is believed."""

    author_id: str
    author: str
    """The author's name, fit for a sentence."""
    link: str
    """Empty if there is none that could be shown."""
    was: str
    """The hash of its text (``agent.forms``), by which it is told whether that was changed."""


async def take_message(state: State, runtime: Runtime[Context]) -> Position:
    """One's own message is decided at once, where one is. Somebody else's is theirs: they are asked first, directly."""
    context, turn = runtime.context, turn_of(state)
    project_id = turn.values.get("project", "")
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    message = _message(turn)
    if message is None:
        return {"replies": answered(Say(text=say("message.no_author"), private=True))}
    row = await _row(context, turn, project_id, message)
    if not row.instruction or not row.output:
        return {"replies": answered(Say(text=say("message.incomplete"), private=True))}
    if refused := await content_refusal(context, row):
        return {"replies": answered(replace(refused, private=True))}
    if turn.is_by(message.author_id):
        return await _own(context, turn, state, row)
    return {"replies": answered(*await _ask_author(context, turn, row, message))}


def _message(turn: Turn) -> Message | None:
    """None where nobody could be asked: the author has to be a person of the same platform, and of the same workspace there
    (``slack:T1:U1``: the ids are alike up to the last colon)."""
    author_id, link = turn.subject.get("author", "").strip(), turn.subject.get("link", "").strip()
    place, _, user = author_id.rpartition(":")
    if place != turn.person_id.rpartition(":")[0] or not user or not author_id.isprintable() or " " in author_id:
        return None
    fits = link.startswith(("https://", "http://")) and len(link) <= LONGEST_LINK and link == _plain_link(link)
    return Message(
        author_id=author_id,
        author=harmless(turn.subject.get("author_name", "")) or say("message.somebody"),
        link=link if fits else "",
        was=turn.subject.get("was", ""),
    )


def _plain_link(link: str) -> str:
    """The link without what would end it, or would be read as markup."""
    return "".join(one for one in link if one.isprintable() and not one.isspace() and one not in "<>|*`\"'")


async def _row(context: Context, turn: Turn, project_id: str, message: Message) -> Row:
    """The example as it was filled in."""
    texts = {name: plain(turn.values.get(name, "")) for name in TEXTS}
    changed = message.was not in {content_hash("", "", text) for text in texts.values()}
    row = new_row(turn, project_id, Given(**texts), Origin.EDITED if changed else Origin.GIVEN)
    theirs = not turn.is_by(message.author_id)
    if theirs and message.link:  # the same message is asked about once, whoever proposes it
        row = replace(row, id=stable_id("row", project_id, message.author_id, message.link))
    source = await _source(context, turn, message, theirs)
    return replace(row, author_id=message.author_id, source=source)


async def _source(context: Context, turn: Turn, message: Message, theirs: bool) -> str:
    """``message by Ana, proposed by Bo: https://…``."""
    key = f"message.source{'_proposed' if theirs else ''}{'_link' if message.link else ''}"
    return say(key, author=message.author, proposer=await _proposer(context, turn), link=message.link)


async def _proposer(context: Context, turn: Turn) -> str:
    person = await context.store.people.get(turn.person_id)
    return harmless(person.display_name if person else "") or say("message.somebody")


async def _own(context: Context, turn: Turn, state: State, row: Row) -> Position:
    offered = await offer_beside(context, turn, state, row)
    if offered["replies"][0]["kind"] != "card":  # it is there already
        return offered
    project = await context.store.projects.get(row.project_id)
    taken = answered(Say(text=say("message.taken", name=project.name)))
    return {**offered, "replies": [*taken, *offered["replies"]]}


async def _ask_author(context: Context, turn: Turn, row: Row, message: Message) -> list[AnyReply]:
    """Keep the row where nobody sees it, and ask its author; once, however often the turn is repeated.

    No model reads it before the yes, so that its kind is told only then.
    """
    known = await _known(context, row.id)
    if known is not None and known.event_id != turn.id:
        return [Say(text=say(f"message.known_{known.status.value}"), private=True)]
    row = replace(row, status=RowStatus.PROPOSED)
    if not (await context.store.rows.add([row]))[0]:
        return [Say(text=say("examples.duplicate"), private=True)]
    platform = message.author_id.partition(":")[0]
    author = Person(id=message.author_id, platform=platform, display_name=message.author, created_at=turn.at)
    await context.store.people.add(author)
    project = await context.store.projects.get(row.project_id)
    checks = [sentence(found) for found in (await checks_of(context, row)).findings if found.weight == "ask"]
    card = consent_card(
        stable_id("card", turn.id, "consent"),
        row,
        project=project.name,
        proposer_id=turn.person_id,
        proposer=await _proposer(context, turn),
        link=message.link,
        checks=checks,
    )
    return [card, Say(text=say("message.asked", author=message.author), private=True)]


async def _known(context: Context, row_id: str) -> Row | None:
    try:
        return await context.store.rows.get(row_id)
    except NotFound:
        return None
