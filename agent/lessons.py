"""What people wrote beside their scores: each a correction that a judge may learn from, until it is taken back.

It names nobody: how one person scores is told to that person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.context import Context
from storage.domain import Score


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


async def withdraw(context: Context, lesson: Lesson, withdrawn: bool) -> None:
    """Say that it teaches nobody any more, or does again. The scores themselves stay as they are."""
    for one in lesson.scores:
        await context.store.scores.withdraw(one.id, withdrawn)
