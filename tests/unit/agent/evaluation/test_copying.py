"""Answers that stand word for word in the training examples, told from form and from what the request says."""

import pytest

from agent.evaluation.copying import RUN, copied, learned_runs, words

STORY = "the lift stops between the second and the third floor whenever somebody leans on the door"
OTHERS = [
    f"A note of its own, number {at}, about nothing that anybody else has ever written down here." for at in range(9)
]


def test_a_training_answer_said_again_is_a_copy() -> None:
    assert copied(STORY, "What is wrong?", learned_runs([STORY])) == 1


def test_half_a_copy_is_half() -> None:
    own = "and so we told the caretaker about it and he promised to have a look at it soon"
    share = copied(f"{STORY} {own}", "What is wrong?", learned_runs([STORY]))
    assert share is not None
    assert 0.2 < share < 0.5, "runs across the seam are nobody's"


def test_what_the_request_says_is_no_copy() -> None:
    assert copied(STORY, f"Correct this: {STORY}", learned_runs([STORY])) == 0


def test_labels_and_other_form_are_no_copy() -> None:
    """What many training answers have in common is their form."""
    form = "dear neighbour we are sorry that this has happened and thank you for telling us"
    learned = learned_runs([f"{form} {text}" for text in OTHERS])
    assert copied(f"{form} the lamp is out", "Answer.", learned) == 0


@pytest.mark.parametrize("text", ["", "yes", "📦🔨", " ".join("abcdefg")])
def test_an_answer_shorter_than_a_run_says_nothing(text: str) -> None:
    assert copied(text, "Answer.", learned_runs([STORY])) is None


def test_ideographs_are_words() -> None:
    assert words("客户Ana想要3盒") == ["客", "户", "ana", "想", "要", "3", "盒"]
    said = "电梯在二楼和三楼之间停了下来"
    assert len(words(said)) > RUN
    assert copied(said, "怎么了", learned_runs([said])) == 1


def test_a_model_that_repeats_itself_copies_from_nobody() -> None:
    assert copied("flat 12 " * 5_000, "Answer.", learned_runs([STORY])) == 0
