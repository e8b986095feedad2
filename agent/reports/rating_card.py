"""The faces of a blind rating: the offer, a pair of answers, and the end. It does not know whose answer is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.replies import Choice, Quote, ShowCard
from agent.words import harmless, say
from storage.domain import Run

BEGIN, SCORES, LEAVE, SHOW = "begin", "scores", "leave", "show"
PICKS = ("first", "second", "same")
"""What the buttons of a pair do; each but ``LEAVE`` carries the request that it is about (``first:<prompt id>``)."""


def offer_face(card_id: str, run: Run, *, pairs: int, know: Sequence[str] = ()) -> ShowCard:
    """The offer to rate so many pairs of a run's answers; it stays open for everybody in the conversation.

    ``know``: the names of those who know the task best.
    """
    notes = [say("rate.offer_note" if pairs > 1 else "rate.offer_note_one", pairs=pairs, number=run.number)]
    if know:
        notes.append(say("rate.offer_know" if len(know) > 1 else "rate.offer_knows", names=_listed(know)))
    return ShowCard(
        card_id=card_id,
        card_kind="rating",
        subject={"run_id": run.id},
        title=say("rate.offer_title"),
        choices=(
            Choice(label=say("rate.now"), action=BEGIN, style="primary"),
            Choice(label=say("rate.scores"), action=SCORES),
        ),
        note=" ".join(notes),
    )


def asking_face(card_id: str, run: Run, project: str, *, pairs: int, to: str) -> ShowCard:
    """The same for somebody who knows the task, directly: why they are asked, and for what."""
    offer = offer_face(card_id, run, pairs=pairs)
    note = say("rate.asked_for" if pairs > 1 else "rate.asked_for_one", pairs=pairs, number=run.number)
    return replace(offer, note=f"{say('rate.asked', name=harmless(project))} {note}", to=to)


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
    said: str = "",
    state: str = "",
    edit: bool = True,
) -> ShowCard:
    """The pair at a place (from 0) among those of the card. Both answers look alike: same words, same style.

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
        note=f"{said} {say('rate.note')}".strip(),
        state=state,
        edit=edit,
    )
