"""What one should know about a comparison besides its verdict: sentences, each with the place where it is told.

A message on a phone holds a handful; the page holds all, by section.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from agent.reports.comparison import Comparison

Section = Literal["verdict", "answers", "other", "pins", "scores", "sets", "speed", "next"]
"""In the order of the page: what bears on the verdict; what the answers lack, and what helps; other abilities; pinned
requests; judges and people; which requests were asked; speed; what to collect next."""
SECTIONS: tuple[Section, ...] = get_args(Section)
MOST_IN_MESSAGE = 7


@dataclass(frozen=True, kw_only=True)
class Note:
    section: Section
    text: str
    """One or two sentences, ready to be read."""
    urgent: int = 0
    """0: on the page alone. Of the others the message takes the most urgent first: 1 to 9."""


NoteSource = Callable[[Comparison], Iterable[Note]]


def for_message(notes: Sequence[Note], most: int = MOST_IN_MESSAGE) -> list[str]:
    """The most urgent ones, in the order of the page."""
    urgent = sorted((note for note in notes if note.urgent), key=lambda note: -note.urgent)[:most]
    return [note.text for note in notes if note in urgent]
