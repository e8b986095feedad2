"""A criterion is called as the project calls it, else by our word for it."""

from dataclasses import replace

from agent.evaluation.rubric import RUBRIC
from agent.reports.criteria import label_of, label_of_name, labels_of
from storage.domain import Criterion

BRIEF = Criterion(name="short_words", label="Plain *words*", asks="A?", poor="p", good="g", excellent="e")


def test_the_projects_own_label_is_shown_without_markup() -> None:
    assert label_of(BRIEF) == "Plain words"
    assert label_of(replace(RUBRIC[0], label="Correct facts")) == "Correct facts"


def test_one_of_ours_has_its_word_and_any_other_its_name() -> None:
    assert label_of(RUBRIC[3]) == "completeness"
    assert label_of(replace(BRIEF, label="")) == "short words"


def test_a_name_alone_is_looked_up_in_the_rubric() -> None:
    assert labels_of(["accuracy", "short_words"], [*RUBRIC, BRIEF]) == "accuracy, Plain words"
    assert label_of_name("gone_since", RUBRIC) == "gone since"
