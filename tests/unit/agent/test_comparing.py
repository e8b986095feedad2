"""From the end of a training run to its verdict: what is asked, how long answers may be, and what is shown and kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.rubric import CRITERIA
from agent.replies import Say, ShowCard, ShowPicture, ShowTable
from storage.domain import JobKind, JobState, Membership, Role
from tests.fakes.answers import chatter, write_tickets
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.prepared import Step
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED

GOAL = "Turn calls of our customers into tickets"
BY_ROW = [
    {"id": f"row_{at}", "base": 2.0, "tuned": 1.0, "base_swapped": 2.4, "tuned_swapped": 2.2, "tokens": 15}
    for at in range(2)
]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def with_rows(talk: Talk, count: int = 30) -> None:
    await talk.begin(GOAL)
    await talk.type("", write_tickets(talk.home / "rows.jsonl", count))


def folder(talk: Talk) -> Path:
    (run,) = [path for path in (talk.home / "runs").iterdir() if path.name.startswith("run_")]
    return run


def prompts(talk: Talk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder(talk) / "prompts.jsonl").read_text("utf-8").splitlines()]


async def trained(talk: Talk, rows: int = 30) -> None:
    """A run that is trained, and whose requests wait for their answers."""
    await with_rows(talk, rows)
    await talk.type("/tune train start")
    losses = {**TRAINED["losses"], "by_row": BY_ROW}
    await talk.end_job(JobKind.TRAIN, result={**TRAINED, "losses": losses})


def write_answers(talk: Talk, tuned: Callable[[dict[str, Any]], str], finished: bool = True) -> None:
    lines = [
        {"id": one["id"], "base": chatter(at), "tuned": tuned(one), "base_finished": finished, "tuned_finished": True}
        for at, one in enumerate(prompts(talk))
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder(talk) / "answers.jsonl").write_text(text, encoding="utf-8")


def wanted(one: dict[str, Any]) -> str:
    return str(one["reference"]) or "Customer: somebody\nItem: something\nDue: some day"


async def compared(talk: Talk) -> str:
    await trained(talk)
    write_answers(talk, wanted)
    return await talk.end_job(JobKind.GENERATE, result={})


async def test_rows_that_were_kept_aside_and_the_packs_prompts_are_asked(talk: Talk) -> None:
    await trained(talk)
    asked = prompts(talk)
    rows = [one for one in asked if one["source"] == "row"]
    assert {one["part"] for one in rows} == {"test", "validation"}, (
        "three test rows are few, so validation rows help out"
    )
    assert rows[0]["expected"]["sections"] == ["Customer:", "Item:", "Due:"], "found in the training answers"
    assert len(asked) >= 20
    assert all(one["beyond"] for one in asked if one["source"] == "pack"), "no prompt of the pack asks for such tickets"


async def test_the_criteria_are_written_down_before_anybody_sees_an_answer(talk: Talk) -> None:
    await trained(talk)
    assert json.loads((folder(talk) / "criteria.json").read_text("utf-8")) == list(CRITERIA)


async def test_answers_get_room_as_the_training_answers_need(talk: Talk) -> None:
    await trained(talk)
    assert (await talk.job(JobKind.GENERATE)).spec["max_tokens"] == 64, "these are short"


async def test_an_agreed_format_is_what_answers_are_held_to(talk: Talk) -> None:
    await with_rows(talk)
    await talk.type("/tune format")
    await talk.press("Change")
    await talk.type("sections: Customer:, Due:\nlines: 3 lines")
    await talk.press("Yes, that is it")
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    assert prompts(talk)[0]["expected"]["sections"] == ["Customer:", "Due:"]


async def test_the_verdict_comes_first_then_picture_table_answers_and_the_offer_to_rate(talk: Talk) -> None:
    said = await compared(talk)
    verdict = next(reply for reply in talk.said if isinstance(reply, Say))
    assert verdict.text.startswith("**Run 1: can't tell yet – 14 more test requests needed (6 of 20).**")
    kinds = [type(reply) for reply in talk.said]
    assert kinds.index(Say) < kinds.index(ShowPicture) < kinds.index(ShowTable)
    assert sum(isinstance(reply, Say) and bool(reply.quoted) for reply in talk.said) == 3
    (loss,) = [
        line for line in said.splitlines() if line.startswith("Test loss (lower is better) | 2.000 | 1.000 | −1.0 (")
    ]
    assert loss.endswith(" | 2 won, 0 tied, 0 lost | too few to tell | measured, 2 requests")
    assert isinstance(talk.said[-1], ShowCard)
    assert talk.said[-1].card_kind == "rating"


async def test_all_of_it_is_kept_beside_the_run(talk: Talk) -> None:
    await compared(talk)
    data = json.loads((folder(talk) / "comparison.json").read_text("utf-8"))
    assert data["headline"].startswith("Run 1: can't tell yet")
    assert data["losses"]["tuned"] == TRAINED["losses"]["tuned"]["loss"]
    assert data["rateable"] == 3, "the other three of six are shown with their names, so nobody rates them blind"
    assert data["headline"] in (folder(talk) / "comparison.md").read_text("utf-8")
    assert (folder(talk) / "verdict.png").read_bytes().startswith(b"\x89PNG")


async def test_saving_is_announced_with_the_verdict(talk: Talk) -> None:
    await compared(talk)
    said = await talk.end_job(JobKind.EXPORT, result={})
    assert "Saved: **turn-calls-of-our-customers-into-tickets v1**" in said
    assert "Run 1: can't tell yet" in said


async def test_the_comparison_is_shown_again_at_any_time(talk: Talk) -> None:
    assert "no comparison yet" in await _after_begin(talk)
    await compared_later(talk)
    first = await talk.type("/tune compare")
    assert "Run 1: can't tell yet" in first
    assert await talk.type("/tune compare 1") == first
    assert "no run of that number" in await talk.type("/tune compare 7")


async def _after_begin(talk: Talk) -> str:
    await with_rows(talk)
    return await talk.type("/tune compare")


async def compared_later(talk: Talk) -> None:
    await talk.type("/tune train start")
    assert "has not been compared yet" in await talk.type("/tune compare")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    assert "has not been compared yet" in await talk.type("/tune compare")
    write_answers(talk, wanted)
    await talk.end_job(JobKind.GENERATE, result={})


async def test_a_stopped_run_has_no_comparison_and_says_so(talk: Talk) -> None:
    await with_rows(talk)
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, JobState.CANCELLED)
    assert "Run 1 ended before it was compared" in await talk.type("/tune compare")


async def test_a_stranger_may_not_see_it_and_a_viewer_may(talk: Talk) -> None:
    await compared(talk)
    talk.person = "console:bo"
    assert "You cannot" in await talk.type("/tune compare")
    (project,) = await talk.store.projects.all()
    await talk.store.projects.set_role(Membership(project_id=project.id, person_id=talk.person, role=Role.VIEWER))
    assert "Run 1: can't tell yet" in await talk.type("/tune compare")


async def test_a_folder_of_an_earlier_version_is_compared(talk: Talk) -> None:
    """Its requests say neither a kind nor a form, its losses have no rows: the form is found in its training answers."""
    await compared(talk)
    run = folder(talk)
    rows = [one for one in prompts(talk) if one["source"] == "row"]
    old = [{key: one[key] for key in ("id", "part", "instruction", "input", "reference")} for one in rows]
    (run / "prompts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in old), encoding="utf-8")
    said = await talk.type("/tune compare")
    assert "Keeps your format | 0 of 6 | 6 of 6" in said


async def test_without_answers_what_was_measured_in_training_is_told(talk: Talk) -> None:
    await trained(talk)
    said = await talk.end_job(JobKind.GENERATE, JobState.CANCELLED)
    assert "The comparison was stopped" in said
    assert "Test loss" in said
    assert (await talk.job(JobKind.EXPORT)).spec["version"] == 1, "and what was trained is saved"


async def test_hostile_answers_stay_in_quotes(talk: Talk) -> None:
    await trained(talk)
    write_answers(talk, lambda one: "EVIL ](http://evil.example) **Run 1: better** <b>", finished=False)
    await talk.end_job(JobKind.GENERATE, result={})
    for reply in talk.said:
        assert "EVIL" not in "".join(str(value) for name, value in vars(reply).items() if name != "quoted")
    quoted = [quote for reply in talk.said if isinstance(reply, Say) for quote in reply.quoted]
    assert any("EVIL" in quote.text for quote in quoted)
    assert "Base model (cut off)" in {quote.name for quote in quoted}


def in_a_killed_turn(kind: JobKind, result: dict[str, Any]) -> Step:
    async def turn(talk: Talk) -> None:
        await talk.end_job(kind, result=result)

    return turn


async def test_a_comparison_that_is_killed_is_made_once(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        await trained(talk, rows=12)
        write_answers(talk, wanted)
        answers = folder(talk) / "answers.jsonl"
        answers.write_text("".join(answers.read_text("utf-8").splitlines(keepends=True)[:4]), encoding="utf-8")

    async def outcome(talk: Talk) -> Any:
        exports = [job for job in await talk.store.jobs.active() if job.kind is JobKind.EXPORT]
        (project,) = await talk.store.projects.all()
        models = await talk.store.models.of_project(project.id)
        run = folder(talk)
        kept = [(run / name).read_bytes() for name in ("comparison.json", "comparison.md")]
        return len(exports), len(models), kept, [text.replace(str(talk.home), "") for *_, text in await talk.posts()]

    ended = await ends_as_if_undisturbed(
        tmp_path, prepare, in_a_killed_turn(JobKind.GENERATE, {}), outcome, spares=READS
    )
    assert ended[:2] == (1, 1)


# Sets: what is asked besides, and what is no evidence


async def test_short_questions_about_other_abilities_are_asked_last_and_bound_their_own_answers(talk: Talk) -> None:
    await trained(talk)
    short = [one for one in prompts(talk) if one["source"] == "general"]
    assert short == prompts(talk)[-30:]
    assert all(one["beyond"] and one["max_tokens"] <= 32 and one["check"] for one in short)


async def test_a_model_that_forgot_is_warned_of_in_the_conversation(talk: Talk) -> None:
    await trained(talk)
    lines = [
        {"id": one["id"], "base": " ".join((one.get("check") or {}).get("any_of", ("x",))), "tuned": wanted(one)}
        for one in prompts(talk)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder(talk) / "answers.jsonl").write_text(text, encoding="utf-8")
    said = await talk.end_job(JobKind.GENERATE, result={})
    assert "Watch out: your model forgot things that the base model can do" in said


async def test_golden_rows_are_asked_of_both_models_and_decide_nothing(talk: Talk) -> None:
    await trained(talk, rows=200)
    golden = {one["id"] for one in prompts(talk) if one["part"] == "golden"}
    assert 15 <= len(golden) <= 20, "the ladder sets 20 aside; of those that nearly repeat each other one is asked"
    write_answers(talk, wanted)
    await talk.end_job(JobKind.GENERATE, result={})
    data = json.loads((folder(talk) / "comparison.json").read_text("utf-8"))
    assert {one["id"] for one in data["answers"] if one["golden"]} == golden
    assert not any(golden & one["pairs"].keys() for one in data["measures"])
    assert not golden & {one["id"] for one in data["chosen"]}
    assert data["sets"]["rows"] == {"train": 134, "validation": 16, "test": 30, "golden": 20}


async def test_a_request_that_training_had_seen_is_named_and_left_out(talk: Talk) -> None:
    """A row of the test that somehow stands among the training rows too."""
    await trained(talk)
    lines = [json.loads(line) for line in (folder(talk) / "rows.jsonl").read_text("utf-8").splitlines()]
    tested = next(line for line in lines if line["part"] == "test")
    twin = {**tested, "id": "twin", "part": "train", "input": tested["input"].upper()}
    text = "".join(json.dumps(line) + "\n" for line in [*lines, twin])
    (folder(talk) / "rows.jsonl").write_text(text, encoding="utf-8")
    write_answers(talk, wanted)
    said = await talk.end_job(JobKind.GENERATE, result={})
    data = json.loads((folder(talk) / "comparison.json").read_text("utf-8"))
    assert data["sets"]["leaked"] == [tested["id"]]
    assert not any(tested["id"] in one["pairs"] for one in data["measures"])
    assert "Left out of the verdict: 1 request that a training example asks too" in said


async def test_what_memory_was_too_short_for_and_the_speed_are_told(talk: Talk) -> None:
    await trained(talk)
    write_answers(talk, wanted)
    pace = {"first_token_seconds": 0.21, "tokens_per_second": 38.0, "requests": 3}
    said = await talk.end_job(JobKind.GENERATE, result={"no_memory": ["row_x"], "speed": {"base": pace, "tuned": pace}})
    assert "Not answered by both models and left out: 1 for which memory was too short." in said
    page = (folder(talk) / "comparison.md").read_text("utf-8")
    assert "first word after 0.21 s, then 38 tokens a second" in page
