"""The card of the one question after a new model, and its faces after an answer."""

from collections.abc import Mapping
from typing import Any

from agent.replies import Choice, Form, FormField, Quote, ShowCard
from agent.words import say
from storage.domain import ModelVersion, SurveyAnswer

CARD = "survey"
FORM = CARD
SKIP, WORD = "skip", "word"
RATINGS: Mapping[str, int] = {f"rate_{rating}": rating for rating in range(1, 6)}
"""What its buttons do: 1 (not at all) to 5 (very much)."""
LONGEST_ANSWER = 200
"""Characters of the word."""


def survey_card(card_id: str, model: ModelVersion, person_id: str, *, to: str | None) -> ShowCard:
    """The question. ``to``: the person who is asked directly, where others would read along."""
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"model_id": model.id, "project_id": model.project_id, "person_id": person_id},
        title=say("survey.title", name=model.name, version=model.version),
        choices=(*_numbers(), Choice(label=say("survey.skip"), action=SKIP)),
        note=say("survey.note"),
        to=to,
    )


def rated_card(card_id: str, subject: Mapping[str, Any], model: ModelVersion, answer: SurveyAnswer) -> ShowCard:
    """After an answer: what was noted, a way to say why, and the other numbers for whoever thinks again."""
    label = say("survey.change_word" if answer.word else "survey.say_word")
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={name: str(value) for name, value in subject.items()},
        title=say("survey.title_rated", name=model.name, version=model.version, rating=answer.rating),
        quoted=(Quote(name=say("survey.label_word"), text=answer.word),) if answer.word else (),
        choices=(Choice(label=label, action=WORD, form=_form(model, answer.word)), *_numbers(answer.rating)),
        note=say("survey.note_rated"),
        state=answer.event_id,
        edit=True,
    )


def _numbers(but: int = 0) -> tuple[Choice, ...]:
    labels = {1: say("survey.lowest"), 5: say("survey.highest")}
    return tuple(
        Choice(label=labels.get(rating, str(rating)), action=action)
        for action, rating in RATINGS.items()
        if rating != but
    )


def _form(model: ModelVersion, word: str) -> Form:
    hint = say("survey.hint_word", longest=LONGEST_ANSWER)
    return Form(
        name=FORM,
        subject={"model_id": model.id},
        title=say("survey.form"),
        fields=(FormField(name=WORD, label=say("survey.field_word"), value=word, hint=hint),),
        submit=say("survey.send"),
    )
