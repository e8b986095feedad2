"""All that is said about a comparison besides its verdict: each subject is a source of notes."""

from agent.reports.comparison import Comparison
from agent.reports.fault_notes import fault_notes
from agent.reports.judge_notes import judge_notes
from agent.reports.notes import SECTIONS, Note, NoteSource
from agent.reports.people_notes import people_notes
from agent.reports.pin_notes import pin_notes
from agent.reports.scorer_notes import scorer_notes
from agent.reports.sets_notes import sets_notes
from agent.reports.target_notes import target_notes
from agent.reports.verdict_notes import verdict_notes

SOURCES: tuple[NoteSource, ...] = (
    verdict_notes,
    fault_notes,
    judge_notes,
    target_notes,
    scorer_notes,
    people_notes,
    pin_notes,
    sets_notes,
)
"""Within a section, what the first says stands first."""


def notes(comparison: Comparison) -> list[Note]:
    """Every note, in the order of the page."""
    found = [note for source in SOURCES for note in source(comparison)]
    return sorted(found, key=lambda note: SECTIONS.index(note.section))
