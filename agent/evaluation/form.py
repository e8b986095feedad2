"""Whether an answer has the form that was wanted, and how much of it is there."""

from dataclasses import replace

from dataset.quality.form import STRUCTURE, departures_of
from dataset.quality.sections import list_lines
from storage.domain import AgreedFormat

COUNTS = STRUCTURE | {"list_style", "too_many_words", "too_few_words"}
"""Departures by which an answer has not the form; terms and sections besides are a matter of style."""


def structure_of(found: AgreedFormat) -> AgreedFormat | None:
    """What a project's format says about structure; None if that is nothing.

    Its range of lengths is where its answers happen to lie, and its terms are words of people's: neither is a rule for
    an answer to another request.
    """
    structure = replace(found, lists="", shortest_words=None, longest_words=None, terms=(), tone="")
    return structure if has_form(structure) else None


def has_form(expected: AgreedFormat) -> bool:
    """Whether it says anything that an answer can be checked for."""
    said = (expected.sections, expected.labels, expected.json_keys, expected.lines, expected.lists)
    return any(said) or expected.shortest_words is not None or expected.longest_words is not None


def keeps_form(answer: str, expected: AgreedFormat) -> bool:
    """Whether an answer follows all that the format says about its form. An empty answer keeps none."""
    if not answer.strip():
        return False
    if expected.lists and not list_lines(answer)[expected.lists]:
        return False
    return not any(finding.code in COUNTS for finding in departures_of(answer, expected))


def completeness(answer: str, expected: AgreedFormat) -> float | None:
    """The share of the wanted sections, or of the keys of a JSON object, that are there; None where none are wanted."""
    wanted = len(expected.json_keys or expected.sections)
    if not wanted:
        return None
    codes = [finding.code for finding in departures_of(answer, expected)]
    if "not_json" in codes:
        return 0.0
    return 1 - (codes.count("missing_key" if expected.json_keys else "missing_section") / wanted)
