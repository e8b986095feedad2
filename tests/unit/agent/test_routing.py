"""The router is pure and total: whatever comes, in whatever order, there is a stage that answers it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import UnknownEvent
from agent.routing import NODES, route
from agent.state import State
from bot.commands import WORDS

stages = st.sampled_from(["hello", "goal", "examples", "input", "output", "confirm", "edit", "change"])
projects = st.sampled_from([None, "project_1"])
commands = st.none() | st.builds(
    lambda word, rest: {"word": word, "rest": rest},
    st.sampled_from([*WORDS, "unknown"]),
    st.sampled_from(["", "start", "x y"]),
)
messages = st.builds(
    lambda text, files, command: {"kind": "message", "payload": {"text": text, "files": files, "command": command}},
    st.sampled_from(["hello", "yes", "Write our release notes for customers", "", "none"]),
    st.sampled_from([[], [{"name": "a.jsonl", "path": "uploads/a", "size": 3}]]),
    commands,
)
presses = st.builds(
    lambda kind, action: {
        "kind": "press",
        "payload": {"action": action},
        "card": None if kind is None else {"id": "c", "kind": kind, "subject": {}, "labels": {}},
    },
    st.sampled_from([None, "row", "recipe", "forget", "run", "from a later version"]),
    st.sampled_from(["approve", "start", "delete", "nonsense"]),
)
jobs = st.builds(
    lambda run, kind, state: {"kind": "job", "payload": {"run_id": run, "job_id": "j", "kind": kind, "state": state}},
    st.sampled_from(["run_1", "ask_1"]),
    st.sampled_from(["train", "generate", "export", "probe"]),
    st.sampled_from(["done", "failed", "cancelled"]),
)


@given(event=messages | presses | jobs, stage=stages, project=projects)
def test_every_event_has_a_stage_in_every_position(event: dict[str, Any], stage: Any, project: str | None) -> None:
    state: State = {"event": {"id": "e", "person_id": "p", **event}, "stage": stage, "project_id": project}
    assert route(state) in NODES


@given(event=messages, stage=stages)
def test_without_a_project_nothing_that_needs_one_is_reached(event: dict[str, Any], stage: Any) -> None:
    state: State = {"event": {"id": "e", "person_id": "p", **event}, "stage": stage, "project_id": None}
    needs_one = {"take_example", "take_upload", "list_examples", "propose_recipe", "start_training", "forget_rows"}
    assert route(state) not in needs_one


def test_an_event_of_an_unknown_kind_is_an_error_of_ours() -> None:
    with pytest.raises(UnknownEvent):
        route({"event": {"id": "e", "kind": "weather", "payload": {}}})
