"""The cards about which version is in use: one that was put to use, with the way back; and one that waits for a person."""

from collections.abc import Sequence

from agent.replies import Choice, Quote, ShowCard
from agent.reports.naming import at_start
from agent.words import say
from storage.domain import ModelVersion

CARD = "promotion"
USE, KEEP = "use", "keep"
Headlines = Sequence[tuple[str, str]]
"""With whom a version was compared, as it stands within a sentence, and the verdict."""


def in_use_card(
    card_id: str,
    model: ModelVersion,
    before: ModelVersion | None,
    headlines: Headlines = (),
    *,
    by_person: bool = False,
) -> ShowCard:
    """``before``: the version that was in use until now; None where there was none. ``by_person``: whether somebody had put it
    to use before the verdicts were there."""
    by = [say("loop.note_by_person" if by_person else "loop.note_by_verdict")] if headlines or by_person else []
    values = {"name": model.name, "version": model.version}
    back = say("loop.note_back", version=before.version) if before else say("loop.note_ask")
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject=_subject(model),
        title=say("loop.title_in_use", **values),
        fields=_verdicts(headlines),
        choices=(_use(before, "loop.back_to"),) if before else (),
        note=" ".join([*by, back]),
        ping=bool(headlines),
    )


def waiting_card(card_id: str, model: ModelVersion, used: ModelVersion, headlines: Headlines, why: str) -> ShowCard:
    """A version that does not take the place of ``used`` by itself, with why."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject=_subject(model),
        title=say("loop.title_waits", name=model.name, version=model.version),
        fields=_verdicts(headlines),
        choices=(
            _use(model, "loop.use"),
            Choice(label=say("loop.keep", version=used.version), action=KEEP),
        ),
        note=f"{why} {say('loop.note_waits', version=model.version, used=used.version)}",
        ping=True,
    )


def choosing_card(card_id: str, used: ModelVersion, others: Sequence[ModelVersion], lost: str = "") -> ShowCard:
    """A button for each of the other versions. ``lost``: that the one in use cannot answer any more."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject=_subject(used),
        title=say("loop.title_which"),
        choices=tuple(_use(one, "loop.use") for one in others),
        note=lost or say("loop.note_which", version=used.version, other=others[0].version),
    )


def _subject(model: ModelVersion) -> dict[str, str]:
    return {"project_id": model.project_id, "model_id": model.id}


def _use(model: ModelVersion, key: str) -> Choice:
    return Choice(label=say(key, version=model.version), action=f"{USE}:{model.id}")


def _verdicts(headlines: Headlines) -> tuple[Quote, ...]:
    return tuple(Quote(name=say("loop.beside", who=who), text=at_start(text)) for who, text in headlines)
