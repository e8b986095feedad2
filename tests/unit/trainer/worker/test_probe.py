"""What the machine can do, measured with the base itself."""

import pytest

from storage.domain import JobKind
from tests.unit.trainer.worker.conftest import MakeAttempt
from trainer.worker import probe as probing
from trainer.worker.probe import probe


def test_the_pace_of_training_is_measured(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_SECONDS", 0.0)
    result = probe(make_attempt(kind=JobKind.PROBE)).result
    assert result is not None
    assert result["seconds_per_token"] > 0
    assert result["tokens_per_second"] == pytest.approx(1 / result["seconds_per_token"])
    assert result["passes"] == 1
    assert result["cores"] >= 1
    assert result["memory_bytes"] > result["memory_free_bytes"] > 0
    assert (result["gpu"] is None) == (result["gpu_memory_bytes"] is None)
    assert result["base"] == "tests/tiny-llama"


def test_a_probe_can_be_cancelled(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt(kind=JobKind.PROBE)
    attempt.folder.cancel.touch()
    assert probe(attempt).cancelled
