"""A whole comparison for people, as Markdown: the verdict, the table, what fell short, and every answer.

What people and models wrote stands in indented blocks, where no markup acts.
"""

import re

from agent.evaluation.choosing import changes
from agent.evaluation.facts import Answered
from agent.reports import markdown
from agent.reports.comparison import Comparison
from agent.reports.naming import called, head
from agent.reports.notes import SECTIONS
from agent.reports.pin_notes import pinned_lines
from agent.reports.telling import notes
from agent.reports.verdict_words import headline, table
from agent.words import say

_MOST_RANKED = 10
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed, which would move a terminal's cursor, and those that turn text around."""


def page(comparison: Comparison) -> str:
    lines = [say("compare.md_title", name=markdown.plain(comparison.name), **called(comparison)), ""]
    lines += [f"**{headline(comparison)}**", ""]
    if comparison.measures:
        header, *rows = table(comparison)
        lines += [*markdown.table(header, rows), "", say("compare.table_text"), ""]
    lines += _notes(comparison)
    if comparison.listed:
        lines += [say("compare.md_answers"), "", *_ranked(comparison)]
    for one in comparison.listed:
        lines += [f"### {heading(comparison, one)}", ""]
        for name, text in texts(comparison, one):
            lines += markdown.block(name, text)
    lines += pinned_lines(comparison.pinned) if comparison.pinned and comparison.pinned.outcomes else []
    return _UNSEEN.sub("", "\n".join(lines))


def heading(comparison: Comparison, one: Answered) -> str:
    """Which request it is, counted from 1, and what it is no proof of."""
    number, _ = comparison.answer(one.id)
    text = say("compare.side", number=number, total=len(comparison.answers))
    marks = {"compare.steered": one.steered, "compare.beyond": one.beyond}
    marks |= {"sets.mark_golden": one.golden, "sets.mark_leaked": one.leaked}
    return " ".join([text, *(say(key) for key, holds in marks.items() if holds)])


def texts(comparison: Comparison, one: Answered) -> list[tuple[str, str]]:
    """Name and text, in the order in which they are shown; what nobody wants is left out."""
    wanted = [(say("compare.expected"), one.reference)] if one.reference else []
    sides = [
        (_side(head(comparison, "base"), one.base_finished), one.base),
        (_side(head(comparison, "tuned"), one.tuned_finished), one.tuned),
    ]
    return [
        (name, text or say("ask.empty_answer"))
        for name, text in [(say("compare.request"), one.request), *wanted, *sides]
    ]


def _ranked(comparison: Comparison) -> list[str]:
    """Which requests gained most and lost most, by number: where to look first."""
    by_change = changes(comparison.task, comparison.measures)
    ranked = sorted(by_change, key=lambda name: (-by_change[name], name))  # as the answers that are shown are chosen
    gained = [name for name in ranked if by_change[name] > 0]
    lost = [name for name in reversed(ranked) if by_change[name] < 0]
    lines = list[str]()
    for key, moved in (("compare.md_gained", gained), ("compare.md_lost", lost)):
        if numbers := ", ".join(str(comparison.answer(name)[0]) for name in moved[:_MOST_RANKED]):
            lines += [say(key, numbers=numbers), ""]
    return lines


def _notes(comparison: Comparison) -> list[str]:
    """All of them, below a heading for each section that has any."""
    told, lines = notes(comparison), list[str]()
    for section in SECTIONS:
        if texts := [note.text for note in told if note.section == section]:
            lines += [say(f"notes.{section}"), "", *(f"- {text}" for text in texts), ""]
    return lines


def _side(name: str, finished: bool) -> str:
    return name if finished else f"{name} {say('compare.cut_off')}"
