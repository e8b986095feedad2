"""The set that tells whether a model forgot what it could do: small, checkable, and nobody's task."""

from dataclasses import replace

import pytest

from agent.coverage.packs import load_packs
from agent.evaluation.general import Item, general_items, lost
from agent.evaluation.measures import measured
from agent.evaluation.requests import general_requests
from agent.evaluation.verdict import verdict
from tests.fakes.answers import general_answers, right


def test_it_is_large_enough_to_tell_something_and_small_enough_to_cost_little() -> None:
    items = general_items()
    assert len(items) == len({item.id for item in items}) == len({item.instruction for item in items}) == 30
    assert sum(item.max_tokens for item in items) <= 30 * 32
    assert len({item.subject for item in items}) >= 6
    assert len({item.language for item in items}) >= 4


@pytest.mark.parametrize("item", general_items(), ids=lambda item: item.id)
def test_every_item_has_a_right_answer_and_none_passes_by_silence_or_by_saying_it_back(item: Item) -> None:
    assert item.check.passed(right(item))
    assert not item.check.passed("")
    assert not item.check.passed("I do not know.")
    if item.id != "repeat_word" and item.subject != "reading":
        assert not item.check.passed(item.instruction)


def test_no_pack_asks_the_same() -> None:
    packs = load_packs().packs.values()
    asked = {prompt.instruction.casefold() for pack in packs for prompt in pack.prompts}
    assert not asked & {item.instruction.casefold() for item in general_items()}


def test_they_are_marked_and_bound_their_own_answers() -> None:
    requests = general_requests()
    assert {one.source for one in requests} == {"general"}
    line = requests[0].to_json()
    assert line["beyond"] is True
    assert line["max_tokens"] == general_items()[0].max_tokens
    assert line["check"]["any_of"]


def test_a_model_that_forgot_is_told_although_it_says_nothing_about_the_task() -> None:
    answers = general_answers(tuned="As a user, I want a capital, so that I can travel.")
    (measure,) = [one for one in measured(answers, (), ()) if one.code == "general"]
    assert (measure.base, measure.tuned, measure.n) == (1.0, 0.0, 30)
    told = verdict([measure], None)
    assert told.outcomes == {"general": "worse"}
    assert told.code == "nothing_measured"
    assert [one.id for one in lost(answers)] == [one.id for one in answers]


def test_a_few_lost_answers_are_no_proof() -> None:
    answers = general_answers()
    few = [*(replace(one, tuned="no idea") for one in answers[:2]), *answers[2:]]
    (measure,) = [one for one in measured(few, (), ()) if one.code == "general"]
    assert verdict([measure], None).outcomes == {"general": "no_difference"}
    assert len(lost(few)) == 2


def test_what_it_learned_besides_never_makes_a_model_better() -> None:
    (measure,) = [one for one in measured(general_answers(base="no idea"), (), ()) if one.code == "general"]
    assert measure.role == "beside"
    assert verdict([measure], None).code == "nothing_measured"
