"""The faces of a blind rating: the offer, a pair of answers, and the end. It does not know whose answer is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.replies import Choice, Quote, ShowCard
from agent.words import harmless, say

BEGIN, SCORES, LEAVE, SHOW = "begin", "scores", "leave", "show"
PICKS = ("first", "second", "same")
"""What the buttons of a pair do; each but ``LEAVE`` carries the request that it is about (``first:<prompt id>``)."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one card puts up: pairs of answers, or single answers where more than two models answered."""

    run_id: str
    """The run, or the evaluation, whose answers they are."""
    what: str
    """``run 3`` or ``evaluation 2``."""
    pairs: int = 0
    answers: int = 0

    @property
    def note(self) -> str:
        """What there is to rate, and where it counts."""
        count = self.pairs or self.answers
        key = "offer" if self.pairs else "offer_answers"
        return say(f"rate.{key}" if count > 1 else f"rate.{key}_one", count=count, what=self.what)


def offer_face(card_id: str, offer: Offer, *, know: Sequence[str] = ()) -> ShowCard:
    """The offer to rate; it stays open for everybody in the conversation. ``know``: the names of those who know the task best."""
    notes = [offer.note, say("rate.offer_open")]
    if know:
        notes.append(say("rate.offer_know" if len(know) > 1 else "rate.offer_knows", names=_listed(know)))
    begin = Choice(label=say("rate.now"), action=BEGIN if offer.pairs else SCORES, style="primary")
    scores = [Choice(label=say("rate.scores"), action=SCORES)] if offer.pairs else []
    return ShowCard(
        card_id=card_id,
        card_kind="rating",
        subject={"run_id": offer.run_id},
        title=say("rate.offer_title" if offer.pairs else "rate.offer_title_answers"),
        choices=(begin, *scores),
        note=" ".join(notes),
    )


def asking_face(card_id: str, offer: Offer, project: str, *, to: str) -> ShowCard:
    """The same for somebody who knows the task, directly: why they are asked, and for what."""
    note = f"{say('rate.asked', name=harmless(project))} {offer.note}"
    return replace(offer_face(card_id, offer), note=note, to=to)


def _listed(names: Sequence[str]) -> str:
    """``Ana, Bo and Cyd``."""
    return say("list.and").join(filter(None, [", ".join(names[:-1]), names[-1]]))


def pair_face(
    card_id: str,
    subject: Mapping[str, str],
    *,
    place: int,
    prompts: tuple[str, ...],
    request: str,
    answers: tuple[str, str],
    blind: str,
    said: str = "",
    state: str = "",
    edit: bool = True,
) -> ShowCard:
    """The pair at a place (from 0) among those of the card. Both answers look alike: same words, same style.

    ``blind``: whose answers they are, without saying which is whose.

    What a person would want is not shown: it would tell which answer learned from such, and likeness to it is measured
    elsewhere.
    """
    prompt_id = prompts[place]
    texts = (
        ("rate.request", request),
        *((f"rate.answer_{pick}", text) for pick, text in zip(PICKS, answers, strict=False)),
    )
    choices = [Choice(label=say(f"rate.{pick}"), action=f"{pick}:{prompt_id}") for pick in PICKS]
    if place:
        choices.append(Choice(label=say("rate.back"), action=f"{SHOW}:{prompts[place - 1]}"))
    choices.append(Choice(label=say("rate.stop"), action=LEAVE))
    return ShowCard(
        card_id=card_id,
        card_kind="rating",
        subject=dict(subject),
        title=say("rate.title", number=place + 1, total=len(prompts)),
        quoted=tuple(Quote(name=say(key), text=text or say("ask.empty_answer")) for key, text in texts),
        choices=tuple(choices),
        note=f"{said} {blind} {say('rate.note')}".strip(),
        state=state,
        edit=edit,
    )
