"""The one question after a new model: whether it is asked, and what may stand in its answer."""

from dataclasses import replace
from datetime import timedelta

from agent.cards import known_card
from agent.context import Context
from agent.drafting import cleaned, one_line
from agent.promotion import in_use, saved_models
from agent.reminding.plan import reminder_id
from agent.replies import ShowCard
from agent.reports.survey_card import LONGEST_ANSWER, survey_card
from agent.state import Turn
from agent.words import say
from dataset.quality.characters import is_empty
from storage.domain import ModelVersion, Reminder, ReminderKind, Run, SurveyAnswer, stable_id

UNDECIDED = timedelta(days=7)
"""After so long, whoever made a version is asked about it although nobody has said whether it is to be used. For as long again
the question is worth sending."""


async def question(context: Context, turn: Turn, run: Run, model: ModelVersion, *, to: str | None) -> list[ShowCard]:
    """The card for whoever started the run; nothing if it was shown before. ``to``: them, where they are asked directly.

    Its id is that of the version, so that however often a version is announced, it is asked about once.
    """
    card_id = _card_of(model)
    if await known_card(context, card_id) is not None:
        return []
    if not await context.flags.is_on(context.store, "survey", run.started_by, turn.at):
        return []
    return [survey_card(card_id, model, run.started_by, to=to)]


async def ask_later(context: Context, turn: Turn, run: Run, model: ModelVersion, *, alone: bool) -> None:
    """Have the question wait for a version that nobody may ever decide about. Repeating it plans nothing twice.

    ``alone``: whether its maker is asked here, where nobody reads along; else it is in their direct conversation.
    """
    slot, due = f"survey:{model.id}", turn.at + UNDECIDED
    await context.store.reminders.put(
        Reminder(
            id=reminder_id(run.started_by, slot),
            person_id=run.started_by,
            conversation_id=turn.conversation_id if alone else run.started_by,
            project_id=run.project_id,
            kind=ReminderKind.SURVEY,
            slot=slot,
            due_at=due,
            stale_at=due + UNDECIDED,
            about={"run_id": run.id},
        )
    )


async def asked_late(context: Context, turn: Turn, reminder: Reminder) -> list[ShowCard]:
    """The question that waited; nothing if it was asked since, if a later version was made, or of somebody who wants no
    reminders of ours."""
    if turn.shared:
        return []
    run = await context.store.runs.get(str(reminder.about["run_id"]))
    saved, used = await saved_models(context, run.project_id), await in_use(context, run.project_id)
    habits = await context.store.habits.get(reminder.person_id)
    unwanted = habits is not None and habits.wanted is False
    if unwanted or used is None or saved[-1].run_id != run.id:
        return []
    asked = await question(context, turn, run, saved[-1], to=None)
    waits = say("survey.note_waits", version=saved[-1].version, used=used.version)
    return [replace(card, note=f"{card.note} {waits}") for card in asked]


async def is_open(context: Context, run: Run, model: ModelVersion) -> bool:
    """Whether it was asked, and neither answered nor skipped."""
    card = await known_card(context, _card_of(model))
    return card is not None and not card.answered_with and await given(context, model.id, run.started_by) is None


def _card_of(model: ModelVersion) -> str:
    return stable_id("card", "survey", model.id)


async def given(context: Context, model_id: str, person_id: str) -> SurveyAnswer | None:
    """What the person has said of the version."""
    answers = await context.store.surveys.of_model(model_id)
    return next((one for one in answers if one.person_id == person_id), None)


def word_of(context: Context, text: str) -> str:
    """A person's words as an answer holds them: one line, without marks of turns."""
    return one_line(cleaned(context, text) or "", LONGEST_ANSWER)


def misworded(context: Context, text: str) -> str:
    """What is wrong with the words; empty if nothing is."""
    length = len(" ".join(text.split()))
    if length > LONGEST_ANSWER:
        return say("survey.word_long", length=f"{length:,}", longest=LONGEST_ANSWER)
    return say("survey.word_empty") if is_empty(text) or not word_of(context, text) else ""
