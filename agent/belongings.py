"""What a person gave to a project: all that ``/tune forget`` takes back, and ``/tune export mine`` hands out."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agent.context import Context
from agent.evaluation.pinned import request_text
from agent.exporting import Besides
from agent.replies import Say, ShowCard
from agent.reports.forget_card import forget_card
from agent.reports.pin_notes import rule_in_words
from agent.rows import in_a_list
from agent.state import Turn
from agent.words import say
from storage.domain import (
    Answer,
    AnswerFeedback,
    Habits,
    Pin,
    Preference,
    Rating,
    Reminder,
    Row,
    RowStatus,
    RubricRule,
    Schedule,
    Score,
    SurveyAnswer,
    stable_id,
)

_Due = TypeVar("_Due", Reminder, Schedule)


@dataclass(frozen=True, kw_only=True)
class Belongings:
    rows: Sequence[Row]
    """Those that wait for the person's yes among them, and those with a better answer of theirs to a colleague's question."""
    picks: Sequence[Preference | RubricRule]
    """Pairs of drafts and of answers, and the rules that were learned from them."""
    votes: Sequence[Rating]
    answers: Sequence[Answer]
    """That the person asked for."""
    opinions: Sequence[AnswerFeedback]
    scores: Sequence[Score]
    """Of single answers, with what was written beside them."""
    pins: Sequence[Pin]
    wishes: Sequence[Schedule]
    """What they asked to be reminded of, about the project or about none."""
    reminded: Sequence[Reminder]
    """What they were reminded of, or will be, likewise."""
    habits: Sequence[Habits]
    """How they want to be reminded, in whatever project."""
    surveyed: Sequence[SurveyAnswer]
    """What they say of the project's versions."""
    brought: Sequence[str]
    """The ids of the events with which they sent files, also of those that no row came of."""
    has_files: bool
    """Whether one of those is still there."""

    def __bool__(self) -> bool:
        return self.has_files or bool(self.rows) or any(self.counts.values())

    @property
    def counts(self) -> Mapping[str, int]:
        """How much there is besides rows, by the last part of the keys of its sentences."""
        return {
            "picks": len(self.picks),
            "votes": len(self.votes),
            "answers": len(self.answers) + len(self.opinions),
            "scores": len(self.scores),
            "pins": len(self.pins),
            "reminders": len(self.wishes) + len(self.reminded) + len(self.habits),
            "surveyed": len(self.surveyed),
        }

    @property
    def besides_rows(self) -> Sequence[Besides]:
        """All that is not an example, what it is together."""
        return [
            *self.picks,
            *self.votes,
            *self.answers,
            *self.opinions,
            *self.scores,
            *self.pins,
            *self.wishes,
            *self.reminded,
            *self.habits,
            *self.surveyed,
        ]

    @property
    def events(self) -> set[str]:
        """Those of wishes about no project may have come from a conversation about another one, which is let alone."""
        wishes = [one for one in self.wishes if one.project_id is not None]
        return {one.event_id for one in (*self.rows, *self.picks, *self.scores, *self.pins, *wishes, *self.surveyed)}

    @property
    def voted(self) -> set[str]:
        """The runs and evaluations whose answers the person compared or scored."""
        return {one.run_id for one in self.votes} | {one.run_id for one in self.scores}

    @property
    def taught(self) -> bool:
        """Whether judges may have been told words of the person: rules, and what stands beside scores."""
        return any(isinstance(one, RubricRule) for one in self.picks) or any(one.note for one in self.scores)

    @property
    def ids(self) -> set[str]:
        """By which cards and forms name them."""
        return {*(one.id for one in (*self.rows, *self.picks, *self.answers)), *self.brought}

    @property
    def texts(self) -> set[str]:
        """As posts quote them."""
        given = (*self.rows, *self.picks, *self.answers, *self.scores, *self.pins, *self.wishes, *self.surveyed)
        return {text for one in given for text in _quoted(one)}


async def belongings(context: Context, project_id: str, accounts: Collection[str]) -> Belongings:
    """What a person gave to a project with any of these accounts, as of now."""
    store = context.store
    rows = await store.rows.of_project(project_id, list(RowStatus))
    picks: list[Preference | RubricRule] = [
        *await store.preferences.of_project(project_id),
        *await store.preferences.rules(project_id),
    ]
    votes = await store.ratings.of_project(project_id)
    opinions = await store.answers.feedback(project_id)
    forget = store.conversations.forget
    brought = [event for one in sorted(accounts) for event in await forget(project_id, one, (), (), "")]
    versions = await store.models.of_project(project_id)
    said = [one for version in versions for one in await store.surveys.of_model(version.id)]
    bettered = {one.row_id for one in picks if isinstance(one, Preference) and one.author_id in accounts}
    return Belongings(
        rows=[one for one in rows if one.author_id in accounts or one.id in bettered],
        picks=[one for one in picks if one.author_id in accounts],
        votes=[one for one in votes if one.rater_id in accounts],
        answers=[one for account in sorted(accounts) for one in await store.answers.of_person(account, project_id)],
        opinions=[one for one in opinions if one.person_id in accounts],
        scores=[one for one in await store.scores.of_project(project_id) if one.rater_id in accounts],
        pins=[one for one in await store.pins.of_project(project_id) if one.author_id in accounts],
        wishes=await _about(project_id, accounts, lambda one: store.schedules.of_person(one, ended=True)),
        reminded=await _about(project_id, accounts, store.reminders.of_person),
        habits=await _habits(context, accounts),
        surveyed=[one for one in said if one.person_id in accounts],
        brought=brought,
        has_files=await asyncio.to_thread(_any_left, context, brought),
    )


async def offer_to_forget(context: Context, turn: Turn, project_id: str) -> ShowCard | Say:
    """What would be deleted of the project, on a card that asks once more; a sentence where there is nothing."""
    mine = await belongings(context, project_id, turn.person_ids)
    if not mine:
        return Say(text=say("forget.nothing"), private=True)
    return forget_card(
        stable_id("card", turn.id, 0),
        await context.store.projects.get(project_id),
        turn.person_id,
        accounts=turn.person_ids,
        rows=len(mine.rows),
        counts=mine.counts,
    )


async def _about(
    project_id: str, accounts: Collection[str], of_person: Callable[[str], Awaitable[Sequence[_Due]]]
) -> list[_Due]:
    """Those about the project or about none, of these accounts alone, whichever others are linked with them."""
    found = [one for account in sorted(accounts) for one in await of_person(account) if one.person_id == account]
    return [one for one in found if one.project_id in (project_id, None)]


async def _habits(context: Context, accounts: Collection[str]) -> list[Habits]:
    found = [await context.store.habits.get(account) for account in sorted(accounts)]
    given = {one.person_id: one for one in found if one is not None and one.person_id in accounts}
    return [one for one in given.values() if one != one.without_all_but_a_no]


def _any_left(context: Context, brought: Sequence[str]) -> bool:
    return any(context.files.exists(f"uploads/{stable_id('upload', one)}") for one in brought)


def _quoted(one: Row | Preference | RubricRule | Answer | Score | Pin | Schedule | SurveyAnswer) -> set[str]:
    """The texts by which posts quote what was given: a row's fields, and its request as a comparison and a list show it."""
    match one:
        case Row():
            whole = "\n\n".join(text for text in (one.instruction, one.input) if text)
            texts = [one.instruction, one.input, one.output, one.passage, whole, in_a_list(one)]
        case Preference():
            texts = [one.instruction, one.input, one.first, one.second, one.reason]
        case RubricRule():
            texts = [one.text]
        case Answer():
            texts = [one.request, one.text]
        case Score():
            texts = [one.note]
        case Pin():
            texts = [one.instruction, one.input, one.reference, request_text(one), rule_in_words(one)]
        case Schedule():
            texts = [one.said]
        case SurveyAnswer():
            texts = [one.word]
    return {text.strip() for text in texts}
