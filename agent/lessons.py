"""What people wrote beside their scores: each a correction that a judge may learn from, until it is taken back.

It names nobody: how one person scores is told to that person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.replies import ShowCard
from agent.reports.rubric_card import offer_card
from agent.rules import worded
from agent.state import Turn
from storage.domain import Score, stable_id
from storage.errors import NotFound

LOW = 2
"""Scores up to which what stands beside them says what is wrong with an answer: below the guide's anchor of 3."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """The scores that one person gave to one answer at once, with the words that stand beside all of them."""

    number: int
    """Within the project, from 1, in the order in which they were given."""
    scores: tuple[Score, ...]

    @property
    def first(self) -> Score:
        return self.scores[0]

    @property
    def note(self) -> str:
        return self.first.note

    @property
    def withdrawn(self) -> bool:
        return all(one.withdrawn for one in self.scores)


async def lessons_of(context: Context, project_id: str) -> Sequence[Lesson]:
    """All of a project, those that were taken back among them."""
    found: dict[tuple[str, str, str, str, str], list[Score]] = {}
    for one in await context.store.scores.of_project(project_id):
        if one.note.strip():
            found.setdefault((one.rater_id, one.event_id, one.run_id, one.prompt_id, one.note), []).append(one)
    return [Lesson(number=number, scores=tuple(scores)) for number, scores in enumerate(found.values(), 1)]


async def offer_rule(context: Context, turn: Turn, project_id: str) -> ShowCard | None:
    """Whether what a person wrote beside their latest low score shall be a rule; each is offered once, and then never again."""
    mine = [one for one in await lessons_of(context, project_id) if turn.is_by(one.first.rater_id)]
    low = [one for one in mine if not one.withdrawn and min(score.score for score in one.scores) <= LOW]
    if not low or not worded(context, low[-1].note) or await refusal(context, project_id, turn.person_id, Action.GIVE):
        return None
    card_id = stable_id("card", low[-1].first.id, low[-1].first.event_id, "rule")
    try:
        await context.store.cards.get(card_id)
    except NotFound:
        return offer_card(card_id, project_id, turn.person_id, low[-1].note)
    return None


async def lesson_of_card(context: Context, project_id: str, card_id: str) -> Lesson | None:
    """The one that was offered on this card; None where its author has taken it back since."""
    for one in await lessons_of(context, project_id):
        if card_id == stable_id("card", one.first.id, one.first.event_id, "rule"):
            return one
    return None


async def withdraw(context: Context, lesson: Lesson, withdrawn: bool) -> None:
    """Say that it teaches nobody any more, or does again. The scores themselves stay as they are."""
    for one in lesson.scores:
        await context.store.scores.withdraw(one.id, withdrawn)
