"""The face of an answer that is scored blind, and the form for it. It does not know whose answer it is."""

from collections.abc import Mapping, Sequence

from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.replies import Choice, Form, FormField, Option, Quote, ShowCard
from agent.reports.criteria import asks_of, label_of, labels_of
from agent.words import say
from storage.domain import Criterion

LEAVE, SHOW, EACH, GIVE, SKIP = "leave", "show", "each", "give", "skip"
"""What its buttons do; each but ``LEAVE`` carries the answer that it is about (``give:4:<item id>``, ``each:<item id>``)."""
FORM = "scores"
WHY = "why"
"""The field of a reason; those of scores are called ``score_<criterion>``."""
_LONGEST_OPTION = 75
"""Characters of an option (Slack)."""


def field_of(criterion: str) -> str:
    return f"score_{criterion}"


def answer_face(
    card_id: str,
    subject: Mapping[str, str],
    criteria: Sequence[Criterion],
    *,
    place: int,
    items: tuple[str, ...],
    request: str,
    answer: str,
    blind: str,
    given: Mapping[str, int] | None = None,
    why: str = "",
    said: str = "",
    comes_back: bool = False,
    state: str = "",
    edit: bool = True,
) -> ShowCard:
    """The answer at a place (from 0) among those of the card.

    The first five buttons are the scores 1 to 5, in this order: where buttons are pressed by their number, a typed 4 is
    a 4. ``blind``: whose it may be. ``given``: what this person gave it before, by criterion. ``comes_back``: they scored it before
    these criteria were there.
    """
    item = items[place]
    form = _form(card_id, criteria, item, given or {}, why)
    quick = [
        Choice(label=say(f"scores.overall_{score}"), action=f"{GIVE}:{score}:{item}")
        for score in range(LOWEST, HIGHEST + 1)
    ]
    each = [Choice(label=say("scores.each"), action=f"{EACH}:{item}", form=form)] if len(criteria) > 1 else []
    skip = [Choice(label=say("scores.skip"), action=f"{SKIP}:{item}")] if comes_back else []
    back = [Choice(label=say("scores.back"), action=f"{SHOW}:{items[place - 1]}")] if place else []
    return ShowCard(
        card_id=card_id,
        card_kind="scores",
        subject=dict(subject),
        title=say("scores.title", number=place + 1, total=len(items)),
        fields=tuple(Quote(name=_name(one), text=_anchors(one)) for one in criteria),
        quoted=(
            Quote(name=say("rate.request"), text=request),
            Quote(name=say("scores.answer"), text=answer or say("ask.empty_answer")),
        ),
        choices=(*quick, *each, *skip, *back, Choice(label=say("scores.stop"), action=LEAVE)),
        note=" ".join(filter(None, [said, say("scores.comes_back") if comes_back else "", blind, _note(criteria)])),
        state=state,
        edit=edit,
    )


def how_to_score(criteria: Sequence[Criterion]) -> str:
    """What to write, where there are no forms."""
    names = labels_of([one.name for one in criteria], criteria)
    return say("scores.how", count=len(criteria), criteria=names, example=_example(criteria))


def _note(criteria: Sequence[Criterion]) -> str:
    if len(criteria) == 1:
        return say("scores.note_one")
    return say("scores.note", count=len(criteria), example=_example(criteria))


def _example(criteria: Sequence[Criterion]) -> str:
    numbers = " ".join(str((4, 3, 5, 4)[at % 4]) for at in range(len(criteria)))
    return f"{numbers} {say('scores.example_why')}"


def _name(criterion: Criterion) -> str:
    name = label_of(criterion)
    return name[:1].upper() + name[1:]


def _anchors(criterion: Criterion) -> str:
    return say(
        "scores.anchors",
        asks=asks_of(criterion),
        poor=criterion.poor,
        good=criterion.good,
        excellent=criterion.excellent,
    )


def _form(card_id: str, criteria: Sequence[Criterion], item: str, given: Mapping[str, int], why: str) -> Form:
    return Form(
        name=FORM,
        subject={"card_id": card_id, "item": item},
        title=say("scores.form"),
        fields=(
            *(_select(one, given.get(one.name)) for one in criteria),
            FormField(
                name=WHY, label=say("scores.form_why"), value=why, hint=say("scores.form_why_hint"), optional=True
            ),
        ),
        submit=say("scores.send"),
    )


def _select(criterion: Criterion, given: int | None) -> FormField:
    """None of them has to be picked: nobody can tell of every answer whether it is right."""
    anchors = {1: criterion.poor, 3: criterion.good, 5: criterion.excellent}
    options = [
        Option(
            value=str(score),
            label=say("scores.option", score=score, anchor=anchors[score])[:_LONGEST_OPTION]
            if score in anchors
            else str(score),
        )
        for score in range(LOWEST, HIGHEST + 1)
    ]
    return FormField(
        name=field_of(criterion.name),
        label=_name(criterion),
        value=str(given) if given else "",
        hint=asks_of(criterion),
        optional=True,
        options=tuple(options),
    )
