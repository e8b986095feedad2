"""The rubric by which answers are scored: criteria, 1 to 5, as data; and the form in which a judge scores two answers.

The shipped criteria and their anchors are those of the training guide ("Evaluation Rubric"). It asks no model.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from storage.domain import Brief, Criterion

LOWEST, HIGHEST = 1, 5
TARGET = 4.0
"""Mean score from which on a model is good enough, by the guide: 4 or more across all criteria."""


RUBRIC = (
    Criterion(
        name="accuracy",
        asks="Is what it says right, by the request, the reference and the note?",
        poor="Factual errors.",
        good="Mostly accurate.",
        excellent="Completely accurate.",
    ),
    Criterion(
        name="format",
        about="form",
        asks="Does it have the form that `format` describes: sections, lines, lists, labels, length?",
        poor="Inconsistent.",
        good="Follows most patterns.",
        excellent="Perfect structure.",
    ),
    Criterion(
        name="relevance",
        asks="Does it answer this request, for this case?",
        poor="Generic advice, or about something else.",
        good="Keeps to the subject.",  # the guide says "PM-focused", since its examples are of product managers
        excellent="Highly specific to the case.",
    ),
    Criterion(
        name="completeness",
        asks="Is everything in it that the request asks for and gives?",
        poor="Missing key elements.",
        good="Covers most needs.",
        excellent="Comprehensive.",
    ),
    Criterion(
        name="tone",
        about="form",
        asks="Do the words suit whoever reads the answer?",
        poor="Inappropriate.",
        good="Professional.",
        excellent="Perfect for the context.",
    ),
)
CRITERIA = tuple(one.name for one in RUBRIC)

Rubric = Sequence[Criterion]


def rubric_of(brief: Brief) -> tuple[Criterion, ...]:
    """The project's own criteria, or those of the training guide."""
    return brief.criteria or RUBRIC


def is_ours(criterion: Criterion) -> bool:
    """Whether it asks, in every word, what a shipped criterion asks: what people call it and its target may differ."""
    return any(wording(criterion) == wording(one) for one in RUBRIC)


def wording(criterion: Criterion) -> tuple[str, ...]:
    """All of it that a judge is told. Another wording is another question."""
    return criterion.name, criterion.asks, criterion.poor, criterion.good, criterion.excellent


Score = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]

SHORT_REASON = 160
"""Characters that the form allows a reason where an engine keeps to it: about 40 tokens, a second or two for the embedded one.
A longer one is no fault: it is cut."""


class Scores(BaseModel):
    """What one answer is given, by each criterion of a rubric (``opinion_of``)."""

    def by_criterion(self) -> Mapping[str, int]:
        return self.model_dump(by_alias=True)


class Opinion(BaseModel):
    """What a judge makes of two answers. The reason stands first, so that the scores follow from it."""

    reason: str = Field(json_schema_extra={"maxLength": SHORT_REASON})
    answer_a: Scores
    answer_b: Scores


@lru_cache(maxsize=64)
def scores_of(criteria: tuple[str, ...]) -> type[Scores]:
    """The form of one answer's scores: a whole number from 1 to 5 under each criterion's name."""
    # A criterion may have any name, also one that a pydantic model has for itself (copy, json): so names are aliases.
    fields: dict[str, Any] = {
        f"score_{place}": (Score, Field(alias=name, title=name)) for place, name in enumerate(criteria)
    }
    return create_model("Scores", __base__=Scores, **fields)


@lru_cache(maxsize=64)
def opinion_of(criteria: tuple[str, ...]) -> type[Opinion]:
    """The form of an opinion by these criteria, as a schema that an engine can be held to."""
    scores = scores_of(criteria)
    return create_model("Opinion", __base__=Opinion, answer_a=(scores, ...), answer_b=(scores, ...))
