"""Blind votes: whose answer is seen first, what a pick means, and what can be rated."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.evaluation.facts import Vote
from agent.reading import read_pick
from agent.votes import Pair, name_answers, named_of, pairs_of, shown_first, task_answers, unrated, vote_of, votes_of
from storage.domain import Picked, RowStatus, Side
from tests.contract.facts import ADA, project, rating, row, run
from tests.fakes.talk import Talk

PEOPLE = [f"slack:U{number}" for number in range(40)]
PROMPTS = [f"row_{number:016x}" for number in range(40)]


def test_each_model_stands_first_about_half_of_the_time_for_everybody_and_everywhere() -> None:
    first = {(who, prompt): shown_first("run_1", prompt, who) == "tuned" for who in PEOPLE for prompt in PROMPTS}
    assert 0.45 < sum(first.values()) / len(first) < 0.55
    for who in PEOPLE:  # of 40 fair coins, fewer than 6 heads or tails come once in 700,000 times
        assert 6 <= sum(first[who, prompt] for prompt in PROMPTS) <= 34
    for prompt in PROMPTS:
        assert 6 <= sum(first[who, prompt] for who in PEOPLE) <= 34


def test_what_one_person_saw_first_says_nothing_about_what_another_did() -> None:
    agree = [shown_first("run_1", prompt, "ana") == shown_first("run_1", prompt, "bo") for prompt in PROMPTS * 5]
    alike = [
        shown_first("run_1", prompt, who) == shown_first("run_2", prompt, who) for prompt in PROMPTS for who in PEOPLE
    ]
    assert 0 < sum(agree) < len(agree)
    assert 0.45 < sum(alike) / len(alike) < 0.55


def test_the_order_is_the_same_in_every_version_of_the_program() -> None:
    """A pair that was shown before an update may be voted on after it."""
    orders = [shown_first("run_1", f"row_{number}", "console:ada") for number in range(8)]
    assert orders == ["tuned", "base", "tuned", "base", "base", "tuned", "tuned", "tuned"]


@pytest.mark.parametrize("first", ["base", "tuned"])
def test_answers_stand_in_the_order_that_votes_are_read_by(first: Side) -> None:
    pair = Pair(prompt_id="row_1", request="?", base="the base's", tuned="the tuned's")
    for place, picked in enumerate(("first", "second")):
        vote = vote_of(rating(first=first, picked=picked))
        assert pair.answers(first)[place] == f"the {vote.picked}'s"


@pytest.mark.parametrize("first", ["base", "tuned"])
def test_no_preference_is_nobodys(first: Side) -> None:
    assert vote_of(rating(first=first, picked="same")).picked == "same"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.store.projects.add(project())
    return talk


def write(talk: Talk, prompts: list[str], answers: list[dict[str, str | None]], **fields: object) -> None:
    """``fields``: what else stands in every request."""
    lines = [{"id": name, "part": "test", "instruction": f"Do {name}", "input": "now", **fields} for name in prompts]
    for name, objects in (("prompts", lines), ("answers", answers)):
        talk.files.write_text(f"runs/run_1/{name}.jsonl", "".join(json.dumps(one) + "\n" for one in objects))


def differing_answers(*names: str) -> list[dict[str, str | None]]:
    return [{"id": name, "base": "one", "tuned": "two"} for name in names]


async def names(talk: Talk) -> list[str]:
    return [pair.prompt_id for pair in await pairs_of(talk.context, "run_1")]


async def test_only_answers_that_differ_are_worth_a_vote(talk: Talk) -> None:
    write(
        talk,
        ["differ", "alike", "alike but for space", "none of base", "unanswered"],
        [
            {"id": "differ", "base": "one", "tuned": "two"},
            {"id": "alike", "base": "one", "tuned": "one"},
            {"id": "alike but for space", "base": "one\n", "tuned": " one"},
            {"id": "none of base", "base": None, "tuned": "two"},
        ],
    )
    assert await pairs_of(talk.context, "run_1") == [
        Pair(prompt_id="differ", request="Do differ\n\nnow", base="one", tuned="two"),
        Pair(prompt_id="none of base", request="Do none of base\n\nnow", base="", tuned="two"),
    ]


async def test_rows_come_before_the_prompts_of_a_pack(talk: Talk) -> None:
    both = [
        {"id": "pack_1", "source": "pack", "instruction": "Do", "input": ""},
        {"id": "row_1", "source": "row", "instruction": "Do", "input": ""},
    ]
    write(talk, [], differing_answers("pack_1", "row_1"))
    talk.files.write_text("runs/run_1/prompts.jsonl", "".join(json.dumps(one) + "\n" for one in both))
    assert await names(talk) == ["row_1", "pack_1"]


async def test_other_kinds_of_requests_are_not_asked_about(talk: Talk) -> None:
    write(talk, ["a"], differing_answers("a"), beyond=True, source="pack")
    assert await names(talk) == []


async def test_requests_that_a_training_row_asks_and_answers_too_are_not_asked_about(talk: Talk) -> None:
    """What they show may be memory, so that no verdict rests on them."""
    texts = {"instruction": "Write the handover for the patient in bed 4", "input": "slept well, ate little"}
    answer = "Bed 4: slept well, ate little. Please weigh her tomorrow."
    write(talk, ["a"], differing_answers("a", "leaked"))
    lines = [
        {"id": "a", "part": "test", "instruction": "Something else altogether", "input": "", "reference": "Yes."},
        {"id": "leaked", "part": "test", **texts, "reference": answer},
    ]
    talk.files.write_text("runs/run_1/prompts.jsonl", "".join(json.dumps(one) + "\n" for one in lines))
    rows = [
        {"id": name, "part": part, **texts, "output": answer} for name, part in (("b", "train"), ("leaked", "test"))
    ]
    talk.files.write_text("runs/run_1/rows.jsonl", "".join(json.dumps(one) + "\n" for one in rows))
    assert await names(talk) == ["a"]


async def test_golden_answers_are_scored_and_not_voted_on(talk: Talk) -> None:
    write(talk, ["a"], differing_answers("a"), part="golden")
    assert await names(talk) == []
    assert [one.id for one in await task_answers(talk.context, "run_1", golden=True)] == ["a"]


async def test_answers_that_were_shown_with_their_names_cannot_be_rated_blind(talk: Talk) -> None:
    write(talk, ["a", "b", "c"], differing_answers("a", "b", "c"))
    for shown in (["b"], ["b"], ["c"]):
        await name_answers(talk.context, "run_1", shown)
    assert await names(talk) == ["a"]
    assert len(await task_answers(talk.context, "run_1")) == 3


async def test_without_files_there_is_nothing_to_rate(talk: Talk) -> None:
    assert await pairs_of(talk.context, "run_1") == []


async def test_each_person_rates_each_pair_once(talk: Talk) -> None:
    write(talk, ["a", "b"], differing_answers("a", "b"))
    await talk.store.ratings.put(rating(prompt_id="a"))
    assert [pair.prompt_id for pair in await unrated(talk.context, run(), ADA.id)] == ["b"]
    assert [pair.prompt_id for pair in await unrated(talk.context, run(), "console:bo")] == ["a", "b"]


async def test_whoever_knows_a_kind_of_request_is_shown_its_pairs_first(talk: Talk) -> None:
    write(talk, ["a", "b"], differing_answers("a", "b"))
    lines = [{"id": name, "instruction": "Do", "category": kind} for name, kind in (("a", "letters"), ("b", "shifts"))]
    talk.files.write_text("runs/run_1/prompts.jsonl", "".join(json.dumps(one) + "\n" for one in lines))
    given = row(author_id="console:bo", category="shifts", status=RowStatus.APPROVED)
    await talk.store.rows.add([given])
    assert [pair.prompt_id for pair in await unrated(talk.context, run(), "console:bo")] == ["b", "a"]
    assert [pair.prompt_id for pair in await unrated(talk.context, run(), ADA.id)] == ["a", "b"]


async def test_votes_are_told_by_model(talk: Talk) -> None:
    picks: list[tuple[Side, Picked]] = [("base", "first"), ("base", "second"), ("tuned", "first"), ("tuned", "same")]
    for number, (first, picked) in enumerate(picks):
        await talk.store.ratings.put(rating(str(number), prompt_id=f"row_{number}", first=first, picked=picked))
    assert await votes_of(talk.context, "run_1") == tuple(
        Vote(prompt_id=f"row_{number}", rater_id=ADA.id, picked=picked)  # type: ignore[arg-type]  # one of the three
        for number, picked in enumerate(("base", "tuned", "tuned", "same"))
    )


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("A", "first"),
        ("a.", "first"),
        ("Answer A", "first"),
        ("the first one", "first"),
        ("erste", "first"),
        ("第一个", "first"),
        (" B ", "second"),
        ("B is better", "second"),
        ("la segunda", "second"),
        ("الثاني", "second"),
        ("same", "same"),
        ("Both equal!", "same"),
        ("about the same", "same"),
        ("gleich gut", "same"),
        ("A story for the board", None),
        ("the base", None),
        ("first aid in the ward", None),
        ("neither", None),
        ("", None),
    ],
)
def test_a_typed_pick_is_nothing_but_a_pick(text: str, picked: str | None) -> None:
    assert read_pick(text) == picked


async def test_what_several_conversations_show_with_its_names_at_the_same_time_is_all_remembered(talk: Talk) -> None:
    shown = {f"row_{number}" for number in range(8)}
    await asyncio.gather(*(name_answers(talk.context, "run_1", [one]) for one in shown))
    assert await named_of(talk.context, "run_1") == shown
