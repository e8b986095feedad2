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


def test_one_that_was_worded_anew_since_is_called_so_and_its_name_is_no_code() -> None:
    reworded = replace(RUBRIC[3], name="completeness_3f9a21c0", excellent="Names every part.")
    assert label_of(reworded) == label_of_name(reworded.name, [reworded]) == "completeness"
    assert label_of_name(reworded.name, RUBRIC) == "completeness (in earlier words)"
    assert label_of_name("short_words_00c0ffee", RUBRIC) == "short words (in earlier words)"
