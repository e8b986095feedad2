"""What people call a criterion, within a sentence: the project's own word, or ours."""

import re
from collections.abc import Iterable, Sequence

from agent.evaluation.rubric import RUBRIC, Rubric
from agent.words import harmless, knows, say
from storage.domain import Criterion

_REWORDED = re.compile(r"(?P<base>.+)_[0-9a-f]{8}")
"""A name made of a criterion's words (``agent.rubrics``): of one that is none of the rubric's, its words are others by now."""


def label_of(criterion: Criterion) -> str:
    """Its label, which somebody wrote and which is made harmless; of one of ours the word for it; else its name."""
    if criterion.label:
        return harmless(criterion.label)
    return _word_for(criterion.name)


def head_of(criterion: Criterion) -> str:
    """The same at the beginning of a line."""
    label = label_of(criterion)
    return label[:1].upper() + label[1:]


def asks_of(criterion: Criterion) -> str:
    """What it asks, as people are asked: a judge is shown more than they are, and the guide's questions to it say so."""
    ours = next((one for one in RUBRIC if one.asks == criterion.asks), None)
    return say(f"scores.asks_{ours.name}") if ours else criterion.asks


def label_of_name(name: str, rubric: Rubric = ()) -> str:
    """What ``label_of`` says where only the name is at hand: of a criterion of ``rubric``, or of none that is known any more."""
    criterion = next((one for one in rubric if one.name == name), None)
    if criterion is not None:
        return label_of(criterion)
    return say("rubric.earlier_words", label=_word_for(name)) if _REWORDED.fullmatch(name) else _word_for(name)


def _word_for(name: str) -> str:
    match = _REWORDED.fullmatch(name)
    base = match["base"] if match else name
    key = f"rubric.{base}"
    return say(key) if knows(key) else harmless(base.replace("_", " "))


def labels_of(names: Iterable[str], rubric: Sequence[Criterion] = ()) -> str:
    """Several of them as a list within a sentence."""
    return ", ".join(label_of_name(name, rubric) for name in names)
