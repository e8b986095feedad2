"""The card by which the author of a message is asked whether it may be used, and its faces after the answer."""

from collections.abc import Sequence

from agent.replies import Choice, Quote, ShowCard
from agent.words import say
from storage.domain import Row

YES, NO, FORGET = "yes", "no", "forget"
"""What its buttons do. The last one comes with a yes: what was agreed to can be taken back."""


def consent_card(
    card_id: str, row: Row, *, project: str, proposer_id: str, proposer: str, link: str, checks: Sequence[str] = ()
) -> ShowCard:
    """The example as it would be used, in full, shown to its author directly.

    ``checks``: what looks secret or personal in it, a sentence each.
    """
    facts = [("consent.proposer", proposer), ("consent.project", project), ("consent.link", link)]
    facts += [("row.check", sentence) for sentence in checks]
    texts = (("row.instruction", row.instruction), ("row.input", row.input), ("row.output", row.output))
    return ShowCard(
        card_id=card_id,
        card_kind="consent",
        subject={
            "row_id": row.id,
            "project_id": row.project_id,
            "author_id": row.author_id,
            "proposer_id": proposer_id,
        },
        title=say("consent.title"),
        fields=tuple(Quote(name=say(key), text=text) for key, text in facts if text),
        quoted=tuple(Quote(name=say(key), text=text) for key, text in texts if text),
        choices=(
            Choice(label=say("consent.yes"), action=YES, style="primary"),
            Choice(label=say("consent.no"), action=NO),
        ),
        note=" ".join([say("consent.note"), *([say("consent.note_check")] if checks else [])]),
        to=row.author_id,
    )


def agreed_card(card_id: str, subject: dict[str, str]) -> ShowCard:
    """After a yes: it says so, and how that is taken back."""
    return ShowCard(
        card_id=card_id,
        card_kind="consent",
        subject=subject,
        title=say("consent.title_yes"),
        choices=(Choice(label=say("consent.forget"), action=FORGET),),
        note=say("consent.note_yes"),
        edit=True,
    )
