"""Judging costs no more than was estimated, whatever happens; several judges hold up nobody; each knows its own noise."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.allowance import NAME, allowance_in
from agent.evaluation.cost import Cost
from agent.evaluation.facts import Answered, Judged
from agent.evaluation.rubric import CRITERIA
from agent.judging import allow, allow_the_rest, judged, judging_cost
from agent.sitting import MOST_REPEATED
from storage.domain import Origin, Row, RowStatus
from tests.fakes.judged_runs import PROJECT, RUN, by_worth, in_a_run, mixed, scored_by_people, valued
from tests.fakes.judges import Asked, RuledJudge, Scores, always_five, perfect
from tests.fakes.mortal import Killed
from tests.fakes.talk import START, Talk
from tests.unit.agent.test_judging import ONCE_CALLS

ANSWERS = valued(12, mixed)
HONEST = by_worth(CRITERIA, perfect)
FOLDER = f"runs/{RUN}"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    return await in_a_run(Talk(home=tmp_path))


async def judge_with(talk: Talk, *models: RuledJudge, answers: Sequence[Answered] = ANSWERS) -> Judged:
    return await judged(replace(talk.context, judges=models), RUN, answers)


# The estimate


async def test_what_was_estimated_is_enough_and_is_hardly_more_than_a_tenth_too_much(talk: Talk) -> None:
    model = RuledJudge(HONEST)
    found = await judge_with(talk, model)
    assert (found.judged, found.unavailable, found.left) == (12, "", None)
    assert found.spent is not None
    assert found.spent.calls == len(model.asked) == ONCE_CALLS + 2 * 12 + MOST_REPEATED
    allowed = allowance_in(talk.files, FOLDER).allowed
    assert allowed is not None
    assert found.spent.calls <= allowed.calls <= 1.25 * found.spent.calls, "a probe of each criterion may be missed"


async def test_what_is_known_needs_no_estimate(talk: Talk) -> None:
    await judge_with(talk, RuledJudge(HONEST))
    talk.files.delete(f"{FOLDER}/{NAME}")
    found = await judge_with(talk, RuledJudge(HONEST))
    assert (found.spent, found.judged) == (Cost(), 12)


async def test_before_there_are_answers_the_longest_examples_stand_for_the_requests(talk: Talk) -> None:
    empty = await judging_cost(replace(talk.context, judges=(RuledJudge(perfect),)), PROJECT, requests=12)
    rows = [
        Row(
            id=f"row_{place}",
            project_id=PROJECT,
            instruction=f"Request {place}",
            input="",
            output=f"{place} " + "word " * 200,
            status=RowStatus.PENDING,
            origin=Origin.GIVEN,
            source="message",
            author_id=talk.person,
            event_id="e",
            content_hash=f"h{place}",
            created_at=START,
        )
        for place in range(5)
    ]
    await talk.store.rows.add(rows)
    await talk.store.rows.approve([row.id for row in rows], talk.person, "c")
    model = RuledJudge(perfect)
    found = await judging_cost(replace(talk.context, judges=(model,)), PROJECT, requests=12)
    assert (found.calls, model.asked) == (empty.calls, [])
    assert found.tokens > empty.tokens
    two = await judging_cost(
        replace(talk.context, judges=(model, RuledJudge(perfect, name="other"))), PROJECT, requests=12
    )
    assert (two.calls, two.seconds) == (2 * found.calls, found.seconds)
    assert await judging_cost(talk.context, PROJECT, requests=400) == await judging_cost(talk.context, PROJECT)
    assert not talk.files.exists("runs/not_yet")
    asked = (await judge_with(talk, RuledJudge(HONEST))).spent
    assert asked is not None
    assert asked.calls <= found.calls, "twelve requests, and five examples to stand for them"


async def test_the_judge_stops_at_what_was_allowed_and_a_new_estimate_lets_it_go_on(talk: Talk) -> None:
    await allow(talk.context, FOLDER, Cost(calls=ONCE_CALLS + 10, tokens=10**9))
    model = RuledJudge(HONEST)
    found = await judge_with(talk, model)
    assert (found.unavailable, found.judged, found.judgements, len(model.asked)) == ("budget", 5, (), ONCE_CALLS + 10)
    assert found.left is not None
    assert 14 + MOST_REPEATED <= found.left.calls < 30
    again = RuledJudge(HONEST)
    assert (await judge_with(talk, again)).judged == 5
    assert again.asked == [], "asking again is not allowed, however often"
    context = replace(talk.context, judges=(RuledJudge(HONEST),))
    assert await allow_the_rest(context, RUN, ANSWERS) == found.left
    done = await judge_with(talk, RuledJudge(HONEST))
    assert (done.judged, done.unavailable, done.left) == (12, "", None)


async def test_tokens_are_held_to_as_well_as_calls(talk: Talk) -> None:
    await allow(talk.context, FOLDER, Cost(calls=10_000, tokens=5_000))
    model = RuledJudge(HONEST)
    found = await judge_with(talk, model)
    assert found.unavailable == "budget"
    assert found.spent is not None
    assert 0 < found.spent.tokens <= 5_000
    assert len(model.asked) == found.spent.calls < 10


async def test_calls_that_nobody_heard_the_end_of_are_spent_too(talk: Talk) -> None:
    """Killed again and again: what is asked in all never passes what was allowed."""
    await allow(talk.context, FOLDER, Cost(calls=60, tokens=10**9))
    asked = 0
    for _ in range(100):
        calls = itertools.count(1)

        def dies(calls: "itertools.count[int]" = calls) -> None:
            if next(calls) == 8:
                raise Killed

        model = RuledJudge(HONEST, before=dies)
        try:
            found = await judge_with(talk, model)
        except Killed:
            asked += len(model.asked)
            continue
        asked += len(model.asked)
        break
    assert found.unavailable == "budget"
    assert asked == 60


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"allowed": 5, "spent": "much"}', '{"spent": {"calls": -4}}'])
async def test_a_damaged_file_stops_nobody(talk: Talk, damage: str) -> None:
    talk.files.write_text(f"{FOLDER}/{NAME}", damage)
    assert allowance_in(talk.files, FOLDER).spent == Cost()
    found = await judge_with(talk, RuledJudge(HONEST))
    assert found.judged == (0 if "allowed" in damage else 12)


# Several judges


async def test_several_judges_are_each_put_to_the_test_and_their_mean_counts(talk: Talk) -> None:
    mild = RuledJudge(by_worth(CRITERIA, perfect, lambda value: min(5, value + 1)), name="mild")
    found = await judge_with(talk, RuledJudge(HONEST, name="strict"), mild, RuledJudge(always_five, name="blind"))
    assert found.judge == "strict + mild"
    assert [(one.judge, one.trusted) for one in found.each] == [("strict", True), ("mild", True), ("blind", False)]
    worths = dict(zip([one.id for one in ANSWERS], map(mixed, range(12)), strict=True))
    for one in found.judgements:
        base, tuned = worths[one.prompt_id]
        assert (one.base, one.tuned) == ((base + min(5, base + 1)) / 2, (tuned + min(5, tuned + 1)) / 2)
    assert found.opposed is not None
    assert found.opposed.value == 0


async def test_what_was_allowed_may_end_while_it_is_asked_about_length(talk: Talk) -> None:
    await allow(talk.context, FOLDER, Cost(calls=ONCE_CALLS - 7, tokens=10**9))
    model = RuledJudge(HONEST)
    found = await judge_with(talk, model)
    assert (found.unavailable, found.judged, len(model.asked)) == ("budget", 0, ONCE_CALLS - 7)
    assert found.left is not None
    assert 7 + 2 * 12 + MOST_REPEATED <= found.left.calls <= 1.25 * (7 + 2 * 12 + MOST_REPEATED)
    await allow_the_rest(replace(talk.context, judges=(model,)), RUN, ANSWERS)
    done = await judge_with(talk, RuledJudge(HONEST))
    assert (done.unavailable, done.judged, len(done.padded["accuracy"])) == ("", 12, 11)


async def test_answers_that_were_judged_before_length_was_asked_about_say_that_this_is_left_and_what_it_takes(
    talk: Talk,
) -> None:
    await judge_with(talk, RuledJudge(HONEST))
    (name,) = talk.files.list("judges")
    lines = talk.files.read_text(f"judges/{name}").splitlines(keepends=True)
    talk.files.write_text(f"judges/{name}", "".join(lines[: ONCE_CALLS - 22]))
    spent = allowance_in(talk.files, FOLDER)
    await allow(talk.context, FOLDER, Cost())
    found = await judge_with(talk, RuledJudge(HONEST))
    assert (found.unavailable, found.judged, found.padded["accuracy"]) == ("budget", 12, ())
    assert found.left is not None
    assert 22 <= found.left.calls <= 25
    assert found.spent == spent.spent
    await allow_the_rest(talk.context, RUN, ANSWERS)
    found = await judge_with(talk, RuledJudge(HONEST))
    assert (found.unavailable, found.left, len(found.padded["accuracy"])) == ("", None, 11)


async def test_one_that_is_away_holds_up_nobody_and_is_asked_the_next_time(talk: Talk) -> None:
    there, away = RuledJudge(HONEST, name="there"), RuledJudge(HONEST, name="away", before=lambda: "down")
    found = await judge_with(talk, away, there)
    assert (found.judge, found.judged, found.unavailable) == ("there", 12, "")
    assert [one.unavailable for one in found.each] == ["down", ""]
    back = RuledJudge(HONEST, name="away")
    found = await judge_with(talk, back, RuledJudge(HONEST, name="there"))
    assert (found.judge, len(back.asked)) == ("away + there", ONCE_CALLS + 2 * 12 + MOST_REPEATED)


async def test_killed_while_one_of_several_answers_none_goes_on_in_secret(talk: Talk) -> None:
    def dies() -> None:
        raise Killed

    other = RuledJudge(HONEST, name="other")
    with pytest.raises(Killed):
        await judge_with(talk, RuledJudge(HONEST, name="mortal", before=dies), other)
    asked = len(other.asked)
    await asyncio.sleep(0.05)
    assert len(other.asked) == asked


# Noise


async def test_a_judge_that_repeats_itself_has_no_noise(talk: Talk) -> None:
    found = await judge_with(talk, RuledJudge(HONEST))
    assert {(one.scores, one.same, one.deviation) for one in found.noise.values()} == {(2 * MOST_REPEATED, 20, 0.0)}
    assert set(found.noise) == set(CRITERIA)


async def test_a_noisy_judge_is_found_out_by_the_same_question_in_other_clothes(talk: Talk) -> None:
    """It gives a point more whenever the answers stand first in the message: which says nothing about them."""

    def noisy(asked: Asked) -> tuple[Scores, Scores] | str:
        first = next(iter(asked)) == "answer_a"
        return by_worth(CRITERIA, perfect, lambda value: value + first)(asked)

    found = await judge_with(talk, RuledJudge(noisy), answers=valued(12, lambda number: (1 + number % 3, 2)))
    one = found.noise["accuracy"]
    assert (one.scores, one.same) == (20, 0)
    assert one.deviation == pytest.approx(0.5**0.5)


async def test_what_was_asked_again_changes_no_score(talk: Talk) -> None:
    def wild(asked: Asked) -> tuple[Scores, Scores] | str:
        return always_five(asked) if next(iter(asked)) == "answer_a" else HONEST(asked)

    plain = await judge_with(talk, RuledJudge(HONEST))
    talk.files.delete(f"{FOLDER}/judgements.jsonl")
    await allow(talk.context, FOLDER, Cost(calls=1000, tokens=10**9))
    assert (await judge_with(talk, RuledJudge(wild))).judgements == plain.judgements


# How far it is


async def test_how_far_it_is_can_be_seen_while_it_judges_and_no_longer(talk: Talk) -> None:
    seen: list[tuple[int, int]] = []
    context = talk.context

    def look() -> None:
        if far := context.judging.get(RUN):
            seen.append(far)

    model = RuledJudge(HONEST, before=look)
    await judged(replace(context, judges=(model,)), RUN, ANSWERS)
    assert seen[0] == (0, 12)
    assert seen[-1] == (12, 12)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {done for done, _ in seen} == set(range(13))
    assert context.judging == {}


async def test_people_and_corrections_are_part_of_the_estimate(talk: Talk) -> None:
    answers = valued(24, mixed)
    context = replace(talk.context, judges=(RuledJudge(HONEST),))
    plain = await judging_cost(context, PROJECT, requests=24)
    await scored_by_people(talk, answers, note="The dates are missing.")
    found = await judge_with(talk, RuledJudge(HONEST), answers=answers)
    assert (found.unavailable, found.judged) == ("", 24)
    allowed = allowance_in(talk.files, FOLDER).allowed
    assert allowed is not None
    assert allowed.calls > plain.calls
