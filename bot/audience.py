"""Who may see the answers to an event: everybody in its conversation, or the person alone.

Facts are read here, from storage; ``bot.render`` decides by them. It knows no platform.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from agent.replies import AnyReply, Say, ShowCard, ShowFile
from agent.state import ASK_RUN
from agent.words import say
from bot.chat.messages import ChatMessage
from bot.render import PUBLIC, Audience, View, outgoing
from storage.domain import Card, EventKind, InboxEvent, Outgoing
from storage.errors import NotFound
from storage.ports import Store


async def addressed(store: Store, event: InboxEvent, replies: Sequence[AnyReply]) -> tuple[list[Outgoing], list[Card]]:
    """The messages to queue in answer to an event, each for those who may see it, and the cards to record."""
    audience = await audience_of(store, event)
    shown = await views_of(store, replies) if audience.shared else {}
    said = list(_with_files_directly(replies, audience))
    return outgoing(event.conversation_id, said, event.received_at, audience, shown)


def _with_files_directly(replies: Sequence[AnyReply], audience: Audience) -> Iterator[AnyReply]:
    """A file for one person alone, where others read along, goes to them directly, and they are told so: what only one
    person sees of a conversation can hold no files (Slack)."""
    for reply in replies:
        view = audience.view_of(reply)
        if isinstance(reply, ShowFile) and reply.to is None and view is not None and view.only_to:
            yield Say(text=say("file.direct"), private=True)
            yield replace(reply, to=view.only_to)
        else:
            yield reply


async def audience_of(store: Store, event: InboxEvent) -> Audience:
    """Where others read along, a command that was given beside the thread is answered to its person alone, and so is what
    is done on a card that they alone see, or answered later to what they asked there."""
    shared = (await store.conversations.get(event.conversation_id)).shared
    if not shared:
        return Audience(person_id=event.person_id)
    cause = await _asked_with(store, event) if event.kind is EventKind.JOB else event
    view = await _view(store, cause)
    return Audience(person_id=cause.person_id, shared=True, view=view)


async def _asked_with(store: Store, event: InboxEvent) -> InboxEvent:
    """The event by which somebody asked what a job has answered; the job's own where it was no question."""
    if not str(event.payload["run_id"]).startswith(ASK_RUN):
        return event
    try:
        job = await store.jobs.get(event.payload["job_id"])
        return await store.inbox.get(job.request_id.partition(":")[2])
    except NotFound:
        return event


async def _view(store: Store, cause: InboxEvent) -> View:
    if cause.payload.get("privately"):
        return View(only_to=cause.person_id, apart=True)
    card_id = cause.payload.get("card_id")
    seen = await _view_of_card(store, card_id) if card_id else None
    return View(only_to=cause.person_id, apart=seen.apart) if seen and seen.only_to else PUBLIC


async def views_of(store: Store, replies: Sequence[AnyReply]) -> Mapping[str, View]:
    """How the cards that are edited are seen at present, by id: a private one does not become public by an edit, nor the
    other way round."""
    edited = [reply.card_id for reply in replies if isinstance(reply, ShowCard) and reply.edit]
    views = {card_id: await _view_of_card(store, card_id) for card_id in edited}
    return {card_id: view for card_id, view in views.items() if view is not None}


async def _view_of_card(store: Store, card_id: str) -> View | None:
    face = await store.outbox.face_of_card(card_id)
    if face is None:
        return None
    message = ChatMessage.from_json(face)
    return View(only_to=message.only_to, apart=message.apart)
