"""The agent's replies -> messages and cards that the outbox can carry: pure functions.

It knows no platform: each draws a ``ChatMessage`` in its own way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent.replies import AnyReply, Choice, Quote, Say, ShowCard, ShowFile, ShowPicture, ShowTable
from agent.replies import Form as AgentForm
from bot.chat.messages import Button, CardFace, ChatMessage, Enclosure, Field, Form, FormField, Option, Picture, Table
from storage.domain import Card, OutboxKind, Outgoing

LONGEST_LABEL = 75
"""Characters on a button: the least that a platform we know of allows (Slack)."""


def render(reply: AnyReply) -> ChatMessage:
    """Return the message that shows a reply."""
    match reply:
        case Say():
            return ChatMessage(text=reply.text, quoted=_fields(reply.quoted), ping=reply.ping, asks=reply.asks)
        case ShowCard():
            return ChatMessage(card=_face(reply), ping=reply.ping, asks=reply.asks)
        case ShowTable():
            table = Table(title=reply.title, header=reply.header, rows=reply.rows)
            return ChatMessage(text=reply.text, table=table, asks=reply.asks)
        case ShowPicture():
            picture = Picture(path=reply.path, alt=reply.alt)
            return ChatMessage(text=reply.text, picture=picture, asks=reply.asks)
        case ShowFile():
            file = Enclosure(path=reply.path, name=reply.name)
            return ChatMessage(text=reply.text, quoted=_fields(reply.quoted), file=file, asks=reply.asks)


@dataclass(frozen=True, kw_only=True)
class View:
    """Who sees a message in a conversation, as in ``ChatMessage``."""

    only_to: str | None = None
    apart: bool = False


PUBLIC = View()


@dataclass(frozen=True, kw_only=True)
class Audience:
    """For whom the answers to an event are."""

    person_id: str | None = None
    """Who caused it; None: nobody did (a job that ended)."""
    shared: bool = False
    """Whether others read along in its conversation."""
    view: View = field(default=PUBLIC)
    """Of answers that say nothing else by themselves."""

    def view_of(self, reply: AnyReply) -> View | None:
        """Who sees a reply that is posted; None: nobody may, since it is for the person alone and there is none."""
        private = isinstance(reply, Say | ShowCard | ShowFile) and reply.private and self.shared
        if not private or self.view.only_to:
            return self.view
        return View(only_to=self.person_id) if self.person_id else None


ALONE = Audience()
"""Nobody else is there."""


def outgoing(
    conversation_id: str,
    replies: Sequence[AnyReply],
    created_at: datetime,
    audience: Audience = ALONE,
    shown: Mapping[str, View] | None = None,
) -> tuple[list[Outgoing], list[Card]]:
    """Return the messages to queue, in order, and a record of each card shown for the first time.

    ``shown``: how cards that are edited are seen at present; one that is not there is seen as the answers are.
    """
    views = dict(shown or {})
    messages, cards = [], []
    for position, reply in enumerate(replies):
        view = _view(reply, audience, views)
        if view is None:
            continue
        elsewhere = _to(reply, conversation_id)
        messages.append(_outgoing(position, reply, PUBLIC if elsewhere else view, elsewhere))
        if isinstance(reply, ShowCard):
            views[reply.card_id] = view
            if not reply.edit:
                cards.append(_card(elsewhere or conversation_id, reply, created_at))
    return messages, cards


def _view(reply: AnyReply, audience: Audience, shown: Mapping[str, View]) -> View | None:
    if isinstance(reply, ShowCard) and reply.edit and reply.card_id in shown:
        return shown[reply.card_id]
    return audience.view_of(reply)


def _to(reply: AnyReply, conversation_id: str) -> str | None:
    """The person in whose direct conversation a reply is said, if that is another one."""
    to = reply.to if isinstance(reply, Say | ShowCard | ShowFile) else None
    return to if to != conversation_id else None


def _outgoing(position: int, reply: AnyReply, view: View, to: str | None) -> Outgoing:
    card = reply if isinstance(reply, ShowCard) else None
    return Outgoing(
        position=position,
        kind=OutboxKind.EDIT if card and card.edit else OutboxKind.POST,
        message=replace(render(reply), only_to=view.only_to, apart=view.apart).to_json(),
        card_id=card.card_id if card else None,
        to=to,
    )


def _card(conversation_id: str, reply: ShowCard, created_at: datetime) -> Card:
    return Card(
        id=reply.card_id,
        conversation_id=conversation_id,
        kind=reply.card_kind,
        subject=reply.subject,
        actions={_label(choice.label): choice.action for choice in reply.choices},
        created_at=created_at,
    )


def _face(reply: ShowCard) -> CardFace:
    return CardFace(
        card_id=reply.card_id,
        title=reply.title,
        fields=_fields(reply.fields),
        quoted=_fields(reply.quoted),
        buttons=tuple(_button(choice) for choice in reply.choices),
        note=reply.note,
        state=reply.state,
    )


def _button(choice: Choice) -> Button:
    return Button(
        label=_label(choice.label),
        action=choice.action,
        style=choice.style,
        form=form(choice.form) if choice.form else None,
        verdict=choice.verdict,
    )


def form(filled: AgentForm) -> Form:
    """Return the form as a platform shows it."""
    return Form(
        name=filled.name,
        subject=filled.subject,
        title=filled.title,
        fields=tuple(
            FormField(
                name=field.name,
                label=field.label,
                value=field.value,
                hint=field.hint,
                multiline=field.multiline,
                optional=field.optional,
                options=tuple(Option(value=option.value, label=option.label) for option in field.options),
            )
            for field in filled.fields
        ),
        submit=filled.submit,
    )


def _fields(quotes: Sequence[Quote]) -> tuple[Field, ...]:
    return tuple(Field(name=quote.name, value=quote.text) for quote in quotes)


def _label(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
