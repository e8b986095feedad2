"""What a person gave to a project: all that ``/tune forget`` takes back."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.context import Context
from agent.evaluation.pinned import request_text
from agent.replies import Say, ShowCard
from agent.reports.forget_card import forget_card
from agent.reports.pin_notes import rule_in_words
from agent.rows import in_a_list
from agent.state import Turn
from agent.words import say
from storage.domain import (
    Answer,
    AnswerFeedback,
    Pin,
    Preference,
    Rating,
    Row,
    RowStatus,
    RubricRule,
    Score,
    stable_id,
)


@dataclass(frozen=True, kw_only=True)
class Belongings:
    rows: Sequence[Row]
    """Those that wait for the person's yes among them."""
    picks: Sequence[Preference | RubricRule]
    """Pairs of drafts and of answers, and the rules that were learned from them."""
    votes: Sequence[Rating]
    answers: Sequence[Answer]
    """That the person asked for."""
    opinions: Sequence[AnswerFeedback]
    scores: Sequence[Score]
    """Of single answers, with what was written beside them."""
    pins: Sequence[Pin]
    brought: Sequence[str]
    """The ids of the events with which they sent files, also of those that no row came of."""
    has_files: bool
    """Whether one of those is still there."""

    def __bool__(self) -> bool:
        return self.has_files or any(
            (self.rows, self.picks, self.votes, self.answers, self.opinions, self.scores, self.pins)
        )

    @property
    def judged(self) -> int:
        """Answers and opinions together."""
        return len(self.answers) + len(self.opinions)

    @property
    def events(self) -> set[str]:
        return {one.event_id for one in (*self.rows, *self.picks, *self.scores, *self.pins)}

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
        given = (*self.rows, *self.picks, *self.answers, *self.scores, *self.pins)
        return {text for one in given for text in _quoted(one)}


async def belongings(context: Context, project_id: str, accounts: Collection[str]) -> Belongings:
    """What a person gave to a project with any of these accounts, as of now."""
    store = context.store
    rows = await store.rows.of_project(project_id, list(RowStatus))
    picks: list[Preference | RubricRule] = [
        *await store.preferences.of_project(project_id),
        *await store.preferences.rules(project_id),
    ]
    runs = await store.runs.of_project(project_id)
    votes = [rating for run in runs for rating in await store.ratings.of_run(run.id)]
    opinions = await store.answers.feedback(project_id)
    forget = store.conversations.forget
    brought = [event for one in sorted(accounts) for event in await forget(project_id, one, (), (), "")]
    return Belongings(
        rows=[one for one in rows if one.author_id in accounts],
        picks=[one for one in picks if one.author_id in accounts],
        votes=[one for one in votes if one.rater_id in accounts],
        answers=[one for account in sorted(accounts) for one in await store.answers.of_person(account, project_id)],
        opinions=[one for one in opinions if one.person_id in accounts],
        scores=[one for one in await store.scores.of_project(project_id) if one.rater_id in accounts],
        pins=[one for one in await store.pins.of_project(project_id) if one.author_id in accounts],
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
        picks=len(mine.picks),
        votes=len(mine.votes),
        judged=mine.judged,
        scores=len(mine.scores),
        pins=len(mine.pins),
    )


def _any_left(context: Context, brought: Sequence[str]) -> bool:
    return any(context.files.exists(f"uploads/{stable_id('upload', one)}") for one in brought)


def _quoted(one: Row | Preference | RubricRule | Answer | Score | Pin) -> set[str]:
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
    return {text.strip() for text in texts}
