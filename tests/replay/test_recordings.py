"""Recorded conversations go as they went: the same words of the person and the model, the same answers of ours.

Where a change of the interview is meant to change them, record them afresh and read the difference:
``THREADTUNE_RECORD=1 pytest tests/replay``.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.talk import Talk
from tests.replay.recording import Playback, load, play, save

RECORDINGS = sorted((Path(__file__).parent / "conversations").glob("*.json"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
async def test_a_recorded_conversation_goes_as_it_went(path: Path, tmp_path: Path) -> None:
    recording = load(path)
    talk = Talk(tmp_path)
    model = Playback(clever=recording["clever"], unavailable=recording.get("unavailable", "empty"))
    talk.become(replace(talk.context, model=model))
    for number, turn in enumerate(recording["turns"], 1):
        model.answers = list(turn.get("model", []))
        said = await play(talk, turn, tmp_path)
        if os.environ.get("THREADTUNE_RECORD"):
            turn["said"] = said
        assert said == turn["said"], f"turn {number}"
        assert not model.answers, f"turn {number}: the model was asked less often than when it was recorded"
    if os.environ.get("THREADTUNE_RECORD"):
        save(path, recording)


def test_there_are_recordings() -> None:
    assert RECORDINGS
