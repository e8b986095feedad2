"""Answers as everybody reads them: each knows whether training had seen its request."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.facts import Answered
from agent.evaluation.sets import leaks_in
from agent.evidence import evidence_in, seen_in_training
from dataset.leakage import Leakage
from dataset.remembered import Remembered
from storage.files import Files

TEXTS = {"instruction": "Write the handover for the patient in bed 4", "input": "slept well, ate little"}
ANSWER = "Bed 4: slept well, ate little. Please weigh her tomorrow."
OTHER = {"instruction": "Say when the next bus goes", "input": ""}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def write(files: Files, folder: str, **lines: list[dict[str, str]]) -> None:
    for name, objects in lines.items():
        files.write_text(f"{folder}/{name}.jsonl", "".join(json.dumps(one) + "\n" for one in objects))


def a_run(files: Files, source: str = "row") -> None:
    """Two test rows, one of which training had seen."""
    prompts = [
        {"id": "seen", "part": "test", "source": source, **TEXTS, "reference": ANSWER},
        {"id": "unseen", "part": "test", "source": source, **OTHER, "reference": "At nine."},
    ]
    rows = [{"id": "learned", "part": "train", **TEXTS, "output": ANSWER}]
    tested = [{"id": one["id"], "part": "test", **TEXTS, "output": ANSWER} for one in prompts[:1]]
    answers = [{"id": one["id"], "base": "Yes.", "tuned": "No."} for one in prompts]
    write(files, "runs/run_1", rows=[*rows, *tested], prompts=prompts, answers=answers)


def leaked(answers: tuple[Answered, ...]) -> dict[str, bool]:
    return {one.id: one.leaked for one in answers}


def test_what_training_had_seen_is_no_evidence(files: Files) -> None:
    a_run(files)
    found = evidence_in(files, "runs/run_1")
    assert leaked(found.answers) == {"seen": True, "unseen": False}
    assert found.leaks.leaked == {"seen"}
    assert [one.of_verdict for one in found.answers] == [False, True]


def test_a_prompt_of_a_pack_that_somebody_made_an_example_of_is_none_either(files: Files) -> None:
    a_run(files, source="pack")
    assert leaked(evidence_in(files, "runs/run_1").answers)["seen"]


def test_what_one_of_several_versions_had_seen_is_known_of_all(files: Files) -> None:
    a_run(files)
    write(files, "runs/run_2", rows=[{"id": "bus", "part": "train", **OTHER, "output": "At nine."}])
    prompts = [
        {"id": "seen", "part": "test", "source": "row", **TEXTS, "reference": ANSWER},
        {"id": "unseen", "part": "test", "source": "row", **OTHER, "reference": "At nine."},
    ]
    assert seen_in_training(files, ["run_1"], prompts).leaked == {"seen"}
    assert seen_in_training(files, ["run_1", "run_2"], prompts).leaked == {"seen", "unseen"}
    assert seen_in_training(files, [], prompts).leaked == frozenset(), "the base and hosted models learned nothing here"


def test_the_answers_of_a_run_from_before_forms_were_recorded_have_that_of_its_training_answers(files: Files) -> None:
    ticket = "Customer: {0}\nItem: {0}\nDue: {0}"
    rows = [
        {"id": str(at), "part": "train", "instruction": f"Do {at}", "input": "", "output": ticket.format(at)}
        for at in range(6)
    ]
    prompts = [{"id": "a", **OTHER}]
    write(files, "runs/run_1", rows=rows, prompts=prompts, answers=[{"id": "a", "base": "x", "tuned": "y"}])
    (one,) = evidence_in(files, "runs/run_1").answers
    assert one.expected is not None
    assert one.expected.sections == ("Customer:", "Item:", "Due:")


def test_without_files_there_is_none(files: Files) -> None:
    assert evidence_in(files, "runs/run_1").answers == ()


def test_the_same_texts_are_compared_once_and_changed_ones_anew(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press on a card of answers asks several times, and comparing thousands of rows takes seconds."""
    compared = []

    def counted(*given: Any) -> Leakage:
        compared.append(given)
        return leaks_in(*given)

    monkeypatch.setattr("agent.evidence.leaks_in", counted)
    monkeypatch.setattr("agent.evidence._remembered", Remembered(64))
    a_run(files)
    assert evidence_in(files, "runs/run_1") == evidence_in(files, "runs/run_1")
    assert len(compared) == 1
    left = [{"id": "seen", "part": "test", **TEXTS, "output": ANSWER}]
    write(files, "runs/run_1", rows=left)  # the row that training had seen was taken back
    assert leaked(evidence_in(files, "runs/run_1").answers) == {"seen": False, "unseen": False}
    assert len(compared) == 2
