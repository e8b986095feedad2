"""A saved version is whole, proven and honest, or it is not there."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from storage.domain import JobKind
from tests.fakes.tiny_gguf import NAME
from tests.unit.trainer.worker.conftest import MakeAttempt, make_rows
from trainer.worker import adapters, gguf_adapter
from trainer.worker import export as exporting
from trainer.worker.__main__ import outcome
from trainer.worker.attempt import Attempt
from trainer.worker.card import model_card
from trainer.worker.export import export
from trainer.worker.failures import Overtaken


@pytest.fixture
def saving(make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path) -> Any:
    def make(number: int = 1, **changes: Any) -> Attempt:
        settings = {
            "adapter": str(trained.folder.adapter),
            "rows": trained.spec.rows,
            "destination": str(tmp_path / "models" / "stories" / "1"),
            "card": {"goal": "Write <b>stories</b>\n# like ours"},
            "recipe": None,
            "base_provenance": {"name": "tests/tiny-llama", "path": "/srv/models/tiny", "source": "folder"},
        }
        return make_attempt(number, kind=JobKind.EXPORT, **{**settings, **changes})

    return make


def altered(source: Path, folder: Path, change: Any) -> Path:
    """A copy of an adapter with every tensor changed."""
    shutil.copytree(source, folder)
    tensors = adapters.read_tensors(source / adapters.WEIGHTS)
    adapters.write_tensors(folder / adapters.WEIGHTS, {name: change(name, t) for name, t in tensors.items()})
    return folder


def test_a_version_holds_the_adapter_the_rows_their_provenance_and_a_card(saving: Any, trained: Attempt) -> None:
    attempt = saving()
    result = export(attempt).result
    assert result is not None
    folder = Path(attempt.spec.destination)
    assert {path.name for path in folder.iterdir()} == {
        "adapter_model.safetensors",
        "adapter_config.json",
        "rows.jsonl",
        "provenance.json",
        "README.md",
    }
    assert set(result["files"]) == {path.name for path in folder.iterdir()}
    assert result["files"]["rows.jsonl"]["sha256"] == adapters.sha256(Path(trained.spec.rows or ""))
    assert result["verified"]["max_logit_difference"] <= exporting.TOLERANCE
    assert result["verified"]["max_logit_difference_from_base"] > 0.01
    assert result["verified"]["b_norm"] > 0
    provenance = json.loads((folder / "provenance.json").read_text())
    assert provenance["run_id"] == "run_1"
    assert (provenance["name"], provenance["version"]) == ("stories", "1")
    assert provenance["base"] == {"name": "tests/tiny-llama", "source": "folder"}
    assert provenance["recipe"] == json.loads(trained.folder.result.read_text())["result"]["recipe"]
    assert provenance["rows"]["parts"] == {"train": 11, "validation": 3, "test": 2, "golden": 0}
    assert provenance["training"]["losses"] == json.loads(trained.folder.result.read_text())["result"]["losses"]
    for path in folder.iterdir():
        assert attempt.spec.base.encode() not in path.read_bytes()  # no path of this machine leaves it


def test_the_card_says_what_was_measured_and_obeys_nobody(saving: Any, trained: Attempt) -> None:
    attempt = saving()
    export(attempt)
    card = (Path(attempt.spec.destination) / "README.md").read_text()
    losses = json.loads(trained.folder.result.read_text())["result"]["losses"]
    assert card.startswith('---\nbase_model: "tests/tiny-llama"\nlibrary_name: "peft"\n')
    assert f"| test loss | 2 | {losses['base']['loss']:.4f} | {losses['tuned']['loss']:.4f} |" in card
    assert "# stories, version 1\n" in card
    assert "> Write \\<b\\>stories\\</b\\> \\# like ours\n" in card
    assert "did not improve" not in card


def test_the_card_says_when_nothing_improved_and_when_nothing_was_measured(trained: Attempt) -> None:
    training = json.loads((trained.folder.adapter / "training.json").read_text())
    provenance = {
        "run_id": "run_1",
        "base": {"name": "b"},
        "recipe": None,
        "rows": {"parts": {"train": 1, "validation": 1, "test": 1}, "left_out": []},
        "versions": {},
        "training": training,
    }
    training["losses"]["tuned"] = {"loss": 9.0, "perplexity": 9.0}
    training["validation"]["improved"] = False
    card = model_card(provenance, {})
    assert "**Training did not improve the validation loss.**" in card
    assert "**Training did not improve the test loss.**" in card
    assert "Not measured" in model_card(provenance | {"training": {}}, {})


def test_a_version_appears_whole_or_not_at_all(saving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "model_card", failing)
    attempt = saving()
    failure = outcome(attempt, export).failure
    assert failure is not None
    assert failure.code == "no_disk"
    assert list(Path(attempt.spec.destination).parent.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda name, tensor: torch.zeros_like(tensor), "adapter_zero"),
        (lambda name, tensor: tensor / 0, "adapter_unreadable"),
        (lambda name, tensor: tensor[:1], "adapter_unreadable"),
    ],
)
def test_an_adapter_that_is_not_one_is_refused(
    saving: Any, trained: Attempt, tmp_path: Path, change: Any, code: str
) -> None:
    attempt = saving(adapter=str(altered(trained.folder.adapter, tmp_path / "altered", change)))
    failure = outcome(attempt, export).failure
    assert failure is not None
    assert failure.code == code
    assert not Path(attempt.spec.destination).exists()


def test_a_torn_adapter_is_refused(saving: Any, trained: Attempt, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    shutil.copytree(trained.folder.adapter, folder)
    data = (folder / adapters.WEIGHTS).read_bytes()
    (folder / adapters.WEIGHTS).write_bytes(data[:-10])
    failure = outcome(saving(adapter=str(folder)), export).failure
    assert failure is not None
    assert failure.code == "adapter_unreadable"


def test_what_was_saved_must_answer_as_the_run_did(saving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk gives back other numbers than it was given."""
    write = adapters.write_folder

    def writing(folder: Path, model: Any, tensors: adapters.Tensors, name: str) -> None:
        write(folder, model, {key: tensor * 1.5 for key, tensor in tensors.items()}, name)

    monkeypatch.setattr(adapters, "write_folder", writing)
    attempt = saving()
    failure = outcome(attempt, export).failure
    assert failure is not None
    assert failure.code == "export_unfaithful"
    assert failure.numbers["max_logit_difference"] > exporting.TOLERANCE
    assert list(Path(attempt.spec.destination).parent.iterdir()) == []


def test_saving_again_after_a_crash_finds_the_same_version(saving: Any) -> None:
    first = export(saving(1)).result
    second = export(saving(2)).result
    assert first is not None
    assert second is not None
    assert first["files"]["adapter_model.safetensors"] == second["files"]["adapter_model.safetensors"]


def test_another_model_in_its_place_is_not_overwritten(saving: Any, trained: Attempt, tmp_path: Path) -> None:
    attempt = saving(1)
    export(attempt)
    before = {path.name: path.read_bytes() for path in Path(attempt.spec.destination).iterdir()}
    other = altered(trained.folder.adapter, tmp_path / "other", lambda name, tensor: tensor * 2)
    failure = outcome(saving(2, adapter=str(other)), export).failure
    assert failure is not None
    assert failure.code == "destination_exists"
    assert {path.name: path.read_bytes() for path in Path(attempt.spec.destination).iterdir()} == before


def test_a_worker_that_was_overtaken_saves_nothing(saving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = saving()
    verify = exporting.verify

    def overtaking(*arguments: Any) -> Any:
        attempt.folder.token.write_text("2")
        return verify(*arguments)

    monkeypatch.setattr(exporting, "verify", overtaking)
    with pytest.raises(Overtaken):
        export(attempt)
    assert list(Path(attempt.spec.destination).parent.iterdir()) == []


def test_the_rows_as_trained_are_saved_byte_for_byte(saving: Any) -> None:
    attempt = saving()
    export(attempt)
    lines = (Path(attempt.spec.destination) / "rows.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == make_rows()


# The copy for the embedded engine


@pytest.fixture
def served(saving: Any, engine_base: Path) -> Any:
    """As ``saving``, of a base that came with a GGUF file."""
    provenance = {"name": "tests/tiny-llama", "source": "registry", "gguf": NAME, "gguf_sha256": "as recorded"}

    def make(**changes: Any) -> Attempt:
        attempt: Attempt = saving(**{"base": str(engine_base.parent), "base_provenance": provenance, **changes})
        return attempt

    return make


def saved(attempt: Attempt) -> tuple[dict[str, Any], set[str]]:
    """Export; what was found of the engine, and the files of the version."""
    result = export(attempt).result
    assert result is not None
    names = {path.name for path in Path(attempt.spec.destination or "").iterdir()}
    assert set(result["files"]) == names
    return result["verified"]["engine"], names


def test_a_version_holds_a_copy_that_was_proven_in_the_embedded_engine(served: Any) -> None:
    attempt = served()
    engine, names = saved(attempt)
    folder = Path(attempt.spec.destination)
    assert engine["kept"]
    assert engine["places"] == 8
    assert engine["tuned"] <= engine["allowed"]
    assert "adapter.gguf" in names
    provenance = json.loads((folder / "provenance.json").read_text())
    assert provenance["engine"] == {
        "adapter_sha256": adapters.sha256(folder / "adapter.gguf"),
        "base_sha256": "as recorded",
    }


def test_without_a_gguf_base_a_version_has_no_copy_and_is_as_good(saving: Any) -> None:
    attempt = saving()
    engine, names = saved(attempt)
    assert engine == {"kept": False, "code": "no_engine_base"}
    assert "adapter.gguf" not in names
    assert json.loads((Path(attempt.spec.destination) / "provenance.json").read_text())["engine"] is None


def test_a_copy_that_answers_otherwise_is_not_kept_and_the_adapter_is(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf_adapter, "_in_rotary_pairs", lambda rows, module, config: rows)
    engine, names = saved(served())
    assert (engine["kept"], engine["code"]) == (False, "unfaithful")
    assert engine["tuned"] > engine["allowed"]
    assert "adapter.gguf" not in names
    assert "adapter_model.safetensors" in names


def test_a_crash_of_the_engine_takes_neither_the_worker_nor_the_version(
    served: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The child kills itself as a fault in native code would."""
    crashing = tmp_path / "python"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crashing))
    engine, names = saved(served())
    assert engine == {"kept": False, "code": "engine_failed"}
    assert "adapter.gguf" not in names


def test_of_a_family_whose_rows_lie_otherwise_no_copy_is_tried(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf_adapter, "MODEL_TYPES", frozenset({"mistral"}))
    engine, names = saved(served())
    assert engine == {"kept": False, "code": "other_architecture"}
    assert "adapter.gguf" not in names
