"""What a person types is read by rules; what the rules do not know stays an ordinary text."""

import pytest

from agent.reading import (
    Given,
    GivenScores,
    is_small_talk,
    name_of_goal,
    read_decision,
    read_example,
    read_scores,
    says_a_goal,
    slug_of,
)


def test_an_example_may_stand_in_labelled_lines() -> None:
    text = "Instruction: Write a haiku\nInput: rain\nOutput: Drops on the tin roof\nOne by one"
    assert read_example(text) == Given(
        instruction="Write a haiku", input="rain", output="Drops on the tin roof\nOne by one"
    )


def test_an_example_may_be_one_json_object() -> None:
    assert read_example('{"instruction": "Say hi", "output": "Hi"}') == Given(instruction="Say hi", output="Hi")


def test_a_second_label_belongs_to_the_answer() -> None:
    given = read_example("Request: Explain\nAnswer: First.\nOutput: is a word here")
    assert given is not None
    assert given.output == "First.\nOutput: is a word here"


@pytest.mark.parametrize(
    "text",
    [
        "Write a user story",
        "So, Instruction: do it",
        "Output: only",
        '{"output": "x"}',
        '{"instruction": 3}',
        "{" * 5000,
    ],
)
def test_anything_else_is_no_example(text: str) -> None:
    assert read_example(text) is None


@pytest.mark.parametrize(
    ("text", "decision"), [("Yes.", "approve"), ("OK", "approve"), ("no", "reject"), ("edit it", "edit")]
)
def test_a_decision_is_a_lone_word(text: str, decision: str) -> None:
    assert read_decision(text) == decision


def test_a_sentence_is_no_decision() -> None:
    assert read_decision("yes, and write it shorter") is None


def test_a_project_is_named_after_the_first_words_of_its_goal() -> None:
    assert (
        name_of_goal("I want a model that writes shift handover notes. It should be short.")
        == "Writes shift handover notes"
    )
    assert (
        name_of_goal("Write shift handover notes for the nurses on our ward")
        == "Write shift handover notes for the nurses"
    )
    assert len(name_of_goal("x" * 500)) <= 48


@pytest.mark.parametrize(
    ("name", "slug"), [("Shift Notes!", "shift-notes"), ("交接班记录", "project"), ("../../etc", "etc")]
)
def test_a_slug_is_a_safe_folder_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_goal_needs_a_few_words_in_any_script() -> None:
    assert says_a_goal("Write our release notes briefly")
    assert says_a_goal("为护士撰写交接班记录")
    assert not says_a_goal("hello")
    assert is_small_talk("Thanks!")


@pytest.mark.parametrize(
    ("text", "scores", "why"),
    [
        ("4 3 5 4 4 it forgot the lift", (4, 3, 5, 4, 4), "it forgot the lift"),
        ("4,5,3,4,4", (4, 5, 3, 4, 4), ""),
        ("4, 5, 3, 4, 4, it forgot", (4, 5, 3, 4, 4), "it forgot"),
        (" 4   5 3 4 4 ", (4, 5, 3, 4, 4), ""),
        ("４ ５ ３", (4, 5, 3), ""),
        ("٤ ٥ ٣", (4, 5, 3), ""),
        ("四、五、三", (4, 5, 3), ""),
        ("4 - – 4", (4, None, None, 4), ""),
        ("4 3: too\nlong", (4, 3), "too long"),
        ("4: too long", (4,), "too long"),
        ("4 : trop long", (4,), "trop long"),
        ("４ ３ ： 太长", (4, 3), "太长"),
        ("44344", (44344,), ""),
        ("4.5 4", (4.5, 4), ""),
        ("6", (6,), ""),
    ],
)
def test_scores_are_numbers_and_what_follows_them_is_why(text: str, scores: tuple[float | None, ...], why: str) -> None:
    assert read_scores(text) == GivenScores(scores=scores, why=why)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "- - -",
        "good",
        "3 points about bed 4",
        "4th floor: a note",
        "1. Patient fell",
        "2 3rd floor",
        "bed 4 3 5",
        "4 beds\n5 more",
        "½",
        "1e3",
        "10" * 5000,
    ],
)
def test_what_is_no_row_of_numbers_has_no_scores(text: str) -> None:
    assert read_scores(text) is None


@pytest.mark.parametrize("text", ["1 " * 20_000, "1," * 20_000 + "x", "- " * 20_000, "1 - " * 9_999 + "!"])
def test_a_long_row_of_numbers_is_read_at_once(text: str) -> None:
    """No backtracking: these would take longer than anybody waits."""
    read_scores(text)
