"""The faces of cards: pure functions from facts to ``ShowCard``."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.replies import Choice, Quote, Say, ShowCard
from agent.reports.forms import row_form
from agent.words import say
from storage.domain import Card, Row


def row_card(
    row: Row,
    card_id: str,
    note: str = "",
    *,
    kind: str = "",
    checks: Sequence[str] = (),
    sensitive: bool = False,
    question: str = "",
    drafted: bool = False,
) -> ShowCard:
    """An example that waits for a decision.

    ``checks``: what the checks found, a sentence each. ``sensitive``: something in it has to be decided about first;
    it can be redacted, and approving says that it stays. ``question``: a model's, about what is missing.
    ``drafted``: a model wrote the answer.
    """
    found_in = ("message.from", linked_source(row))
    fields = [found_in, ("row.kind", kind), *(("row.check", sentence) for sentence in checks)]
    notes = [note, say("row.note_drafted") if drafted else "", say("row.note_question") if question else ""]
    notes += [say("row.note_unseen") if sensitive else "", say("row.note")]
    return ShowCard(
        card_id=card_id,
        card_kind="row",
        subject={"row_id": row.id},
        title=say("row.title_drafted" if drafted else "row.title"),
        fields=tuple(Quote(name=say(key), text=text) for key, text in fields if text),
        quoted=(*_texts(row), *((Quote(name=say("row.question"), text=question),) if question else ())),
        choices=_row_choices(row, sensitive),
        note=" ".join(part for part in notes if part),
    )


def linked_source(row: Row) -> str:
    """Where a message or an answer stands that the row was made of, with the link to it, if it has one; empty for any other
    row."""
    if place := answer_place(row):
        return say("answer.source", place=place)
    return row.source if "://" in row.source else ""


def answer_place(row: Row) -> str:
    """Where the model's answer stands that the row came of (``agent.answers``); empty: it came of none, or that is not known."""
    kind, answer_id, place = (*row.source.split(", ", 2), "", "")[:3]
    return place if kind == "conversation" and answer_id.startswith("answer_") else ""


APPROVE_AS_IT_IS = "approve_as_it_is"
"""The action of approving a row in which something was found that had to be decided about."""


def _row_choices(row: Row, sensitive: bool) -> tuple[Choice, ...]:
    approve = Choice(label=say("row.approve"), action="approve", style="primary")
    if sensitive:
        approve = Choice(label=say("row.approve_as_it_is"), action=APPROVE_AS_IT_IS)
    redact = (Choice(label=say("row.redact"), action="redact", style="primary"),) if sensitive else ()
    return (
        *redact,
        approve,
        Choice(label=say("row.edit"), action="edit", form=row_form(row)),
        Choice(label=say("row.reject"), action="reject", style="danger"),
    )


def row_card_decided(row: Row, card_id: str, title_key: str) -> ShowCard:
    """The same card after the decision: no buttons any more."""
    return ShowCard(
        card_id=card_id,
        card_kind="row",
        subject={"row_id": row.id},
        title=say(title_key),
        quoted=_texts(row),
        edit=True,
    )


def _texts(row: Row) -> tuple[Quote, ...]:
    texts = (("row.instruction", row.instruction), ("row.input", row.input), ("row.output", row.output))
    return tuple(Quote(name=say(key), text=text) for key, text in texts if text)


def columns_card(
    card_id: str,
    subject: Mapping[str, str],
    name: str,
    columns: Mapping[str, str],
    sample: Mapping[str, str],
    count: int,
) -> ShowCard:
    """Which column of a file is taken for what, with one record as a sample.

    ``columns``: what is read from where, by ``instruction``, ``input``, ``output``; ``sample``: the texts by the same.
    """
    return ShowCard(
        card_id=card_id,
        card_kind="columns",
        subject=dict(subject),
        title=say("columns.title"),
        fields=(
            Quote(name=say("columns.file"), text=say("columns.records", name=name, count=f"{count:,}")),
            *(Quote(name=say(f"row.{field}"), text=text) for field, text in columns.items()),
        ),
        quoted=tuple(
            Quote(name=say("columns.sample", field=say(f"row.{field}")), text=text)
            for field, text in sample.items()
            if text
        ),
        choices=(
            Choice(label=say("columns.take"), action="take", style="primary"),
            Choice(label=say("columns.swap"), action="swap"),
            Choice(label=say("columns.leave"), action="leave"),
        ),
        note=say("columns.note"),
    )


def document_card(card_id: str, subject: Mapping[str, str], name: str, passages: int) -> ShowCard:
    """A document out of which examples can be proposed."""
    return ShowCard(
        card_id=card_id,
        card_kind="document",
        subject=dict(subject),
        title=say("passages.title"),
        fields=(
            Quote(name=say("passages.name"), text=name),
            Quote(name=say("passages.count"), text=f"{passages:,}"),
        ),
        choices=(
            Choice(label=say("passages.propose"), action="propose", style="primary"),
            Choice(label=say("passages.leave"), action="leave"),
        ),
        note=say("passages.note"),
    )


def closed_card(
    card_id: str, kind: str, subject: Mapping[str, Any], title_key: str, *, private: bool = False
) -> ShowCard:
    """A card that was answered: its title says how, its buttons are gone. ``private``: as it was shown."""
    return ShowCard(
        card_id=card_id,
        card_kind=kind,
        subject={name: str(value) for name, value in subject.items()},
        title=say(title_key),
        edit=True,
        private=private,
    )


def decided_already(card: Card, labels: Mapping[str, str]) -> Say:
    """What a late press is told: which button had decided. ``labels``: of the buttons, by what they do."""
    return Say(text=say("card.answered", label=labels.get(card.answered_with or "", "")), private=True)
