"""A short answer is right by a rule, however it is wrapped; nothing that merely looks like it is."""

import json

import pytest

from agent.evaluation.checks import Check, check_from_json

PARIS = Check(any_of=("Paris",))
RED = Check(any_of=("red",), none_of=("green",))
JSON = Check(json_keys=("name", "age"))


@pytest.mark.parametrize("answer", ["Paris", "It is PARIS.", "**Paris**, of course", "Ｐａｒｉｓ", "paris\nparis"])
def test_the_word_counts_wherever_it_stands(answer: str) -> None:
    assert PARIS.passed(answer)


@pytest.mark.parametrize("answer", ["", " ", "\u200b", "London", "Parisian fashion", "Par is", "comparison"])
def test_another_word_or_a_part_of_one_does_not(answer: str) -> None:
    assert not PARIS.passed(answer)


def test_a_number_is_a_word_too() -> None:
    seven = Check(any_of=("7", "seven"))
    assert seven.passed("There are 7 days.")
    assert seven.passed("Seven!")
    assert not seven.passed("There are 17.")
    assert not seven.passed("70")


def test_naming_every_choice_is_no_answer() -> None:
    assert RED.passed("It is red.")
    assert not RED.passed("It is red or green.")


def test_ideographs_are_found_within_a_sentence() -> None:
    assert Check(any_of=("北京",)).passed("中国的首都是北京。")
    assert not Check(any_of=("北京",)).passed("中国的首都是南京。")


def test_what_should_be_short_is_short() -> None:
    short = Check(any_of=("banana",), longest_words=2)
    assert short.passed("Banana.")
    assert not short.passed("The word you want me to repeat is banana.")


@pytest.mark.parametrize("answer", ['{"name": "Ann", "age": 30}', '```json\n{"name": "Ann", "age": 30}\n```'])
def test_json_counts_with_or_without_a_fence(answer: str) -> None:
    assert JSON.passed(answer)


@pytest.mark.parametrize("answer", ['{"name": "Ann"}', "name: Ann, age: 30", '{"name": "Ann", "age": ', "{" * 5000])
def test_what_is_no_such_json_does_not_count(answer: str) -> None:
    assert not JSON.passed(answer)


def test_a_check_survives_a_file() -> None:
    for check in (PARIS, RED, JSON, Check(any_of=("banana",), longest_words=2)):
        assert check_from_json(json.loads(json.dumps(check.to_json()))) == check


@pytest.mark.parametrize("data", [None, 3, "Paris", []])
def test_what_is_no_check_is_none(data: object) -> None:
    assert check_from_json(data) is None


def test_a_check_of_another_time_is_read_as_far_as_it_is_known() -> None:
    assert check_from_json({"any_of": ["Paris"], "longest_words": "many", "colour": "red"}) == PARIS
