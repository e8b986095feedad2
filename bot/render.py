"""The agent's replies -> messages and cards that the outbox can carry: pure functions.

It knows no platform: each draws a ``ChatMessage`` in its own way.
"""

from collections.abc import Sequence
from datetime import datetime

from agent.replies import AnyReply, Choice, Quote, Say, ShowCard, ShowPicture, ShowTable
from agent.replies import Form as AgentForm
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Form, FormField, Option, Picture, Table
from storage.domain import Card, OutboxKind, Outgoing

LONGEST_LABEL = 75
"""Characters on a button: the least that a platform we know of allows (Slack)."""


def render(reply: AnyReply) -> ChatMessage:
    """Return the message that shows a reply."""
    match reply:
        case Say():
            return ChatMessage(text=reply.text, quoted=_fields(reply.quoted), ping=reply.ping)
        case ShowCard():
            return ChatMessage(card=_face(reply))
        case ShowTable():
            table = Table(title=reply.title, header=reply.header, rows=reply.rows)
            return ChatMessage(text=reply.text, table=table)
        case ShowPicture():
            return ChatMessage(text=reply.text, picture=Picture(path=reply.path, alt=reply.alt))


def outgoing(
    conversation_id: str, replies: Sequence[AnyReply], created_at: datetime
) -> tuple[list[Outgoing], list[Card]]:
    """Return the messages to queue, in order, and a record of each card shown for the first time."""
    messages = [_outgoing(position, reply) for position, reply in enumerate(replies)]
    cards = [
        _card(conversation_id, reply, created_at) for reply in replies if isinstance(reply, ShowCard) and not reply.edit
    ]
    return messages, cards


def _outgoing(position: int, reply: AnyReply) -> Outgoing:
    card = reply if isinstance(reply, ShowCard) else None
    return Outgoing(
        position=position,
        kind=OutboxKind.EDIT if card and card.edit else OutboxKind.POST,
        message=render(reply).to_json(),
        card_id=card.card_id if card else None,
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
