"""Files of a run that a dying process cut off, or a disk spoiled: what is left of them is told, and the run goes on."""

import json
from pathlib import Path

import pytest

from agent.comparing import headline_of
from agent.training import read_lines
from agent.votes import name_answers, pairs_of
from storage.domain import JobKind, RunState
from storage.files import Files
from tests.contract.facts import run
from tests.fakes import curves
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent import test_comparing as comparing
from tests.unit.agent import test_following_a_run as following

CUT = '{"step": 3, "lo'


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def state_of(talk: Talk) -> RunState:
    return (await talk.store.runs.get(comparing.folder(talk).name)).state


@pytest.mark.parametrize("line", [CUT, "x", "[1]", "3", "null", "[" * 100_000, "\ufffd"])
def test_a_line_that_is_no_object_counts_as_not_there(tmp_path: Path, line: str) -> None:
    (tmp_path / "metrics.jsonl").write_text(f'{{"step": 1}}\n{line}\n{{"step": 2}}\n', "utf-8")
    assert read_lines(Files(tmp_path), "metrics.jsonl") == [{"step": 1}, {"step": 2}]


def test_a_letter_that_was_cut_in_two_spoils_its_line_alone(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_bytes('{"id": "row_1"}\n{"tuned": "Ä'.encode()[:-1])
    assert read_lines(Files(tmp_path), "answers.jsonl") == [{"id": "row_1"}]


async def test_a_training_whose_curve_was_cut_off_is_reported_and_compared(talk: Talk) -> None:
    await following.with_rows(talk)
    await following.running(talk, curves.LEARNING)
    metrics = comparing.folder(talk) / "metrics.jsonl"
    metrics.write_text(metrics.read_text() + CUT)
    assert "Learning" in await talk.end_job(JobKind.TRAIN, result=TRAINED)
    assert await state_of(talk) is RunState.COMPARING
    assert (await talk.job(JobKind.GENERATE)).run_id == comparing.folder(talk).name


async def test_a_chart_that_cannot_be_drawn_does_not_cost_the_run(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(points: object) -> bytes:
        raise MemoryError

    await following.with_rows(talk)
    await following.running(talk, curves.LEARNING)
    monkeypatch.setattr("agent.curves.draw_loss_chart", fails)
    assert "Learning" in await talk.end_job(JobKind.TRAIN, result=TRAINED)
    assert await state_of(talk) is RunState.COMPARING


async def test_answers_that_were_cut_off_are_compared_as_far_as_they_are_there(talk: Talk) -> None:
    await comparing.trained(talk)
    comparing.write_answers(talk, comparing.wanted)
    answers = comparing.folder(talk) / "answers.jsonl"
    whole = answers.read_text()
    answers.write_text(whole[:-20])
    await talk.end_job(JobKind.GENERATE, result={})
    told = json.loads((comparing.folder(talk) / "comparison.json").read_text("utf-8"))
    assert len(told["answers"]) == len(whole.splitlines()) - 1
    assert await state_of(talk) is RunState.SAVING


async def test_whichever_file_is_spoiled_every_command_has_its_answer(talk: Talk) -> None:
    await comparing.compared(talk)
    commands = {
        "rows.jsonl": ["/tune compare"],
        "prompts.jsonl": ["/tune compare", "/tune rate"],
        "answers.jsonl": ["/tune compare", "/tune rate"],
        "named.json": ["/tune compare", "/tune rate"],
        "metrics.jsonl": ["/tune chart"],
    }
    for name, told in commands.items():
        path = comparing.folder(talk) / name
        whole = path.read_text() if path.exists() else ""
        for spoiled in ("x", '{"id": "row_1"}\n'):
            path.write_text(spoiled)
            for command in told:
                assert await talk.type(command), (name, spoiled, command)
        path.write_text(whole)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"3", b'{"headline": null}', b"\xff"])
def test_a_spoiled_comparison_has_no_headline(tmp_path: Path, content: bytes) -> None:
    files = Files(tmp_path)
    files.write_bytes("runs/run_1/comparison.json", content)
    assert headline_of(files, run()) == ""


@pytest.mark.parametrize("content", [b"", b"{", b'"row_1"', b"[[1]]", b"\xff"])
async def test_a_spoiled_list_of_named_answers_names_none_and_is_written_anew(talk: Talk, content: bytes) -> None:
    talk.files.write_bytes("runs/run_1/named.json", content)
    talk.files.write_text("runs/run_1/prompts.jsonl", '{"id": "row_1", "instruction": "x"}\n')
    talk.files.write_text("runs/run_1/answers.jsonl", '{"id": "row_1", "base": "a", "tuned": "b"}\n')
    assert len(await pairs_of(talk.context, "run_1")) == 1
    await name_answers(talk.context, "run_1", ["row_1"])
    assert await pairs_of(talk.context, "run_1") == []
