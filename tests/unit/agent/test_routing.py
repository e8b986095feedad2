"""The router is pure and total: whatever comes, in whatever order, there is a stage that answers it."""

import ast
import inspect
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import routing
from agent.errors import UnknownEvent
from agent.routing import FORKS, NODES, route
from agent.stages import STAGES
from agent.state import ANSWERING, Outcome, Stage, State, as_heard
from bot.commands import EXPRESS, WORDS, parse

CARDS = tuple(routing._BY_CARD)
POSITIONS = get_args(Stage)
EXAMPLE = "Instruction: Write a note\nOutput: S: a note"
DOCUMENT = "\n\n".join(["A paragraph of a document that somebody pasted, with more than one sentence in it. " * 4] * 5)

stages = st.sampled_from(get_args(Stage))
projects = st.sampled_from([None, "project_1"])
commands = st.none() | st.builds(
    lambda word, rest: {"word": word, "rest": rest},
    st.sampled_from([*WORDS, "unknown"]),
    st.sampled_from(["", "start", "x y"]),
)
texts = st.sampled_from(
    [
        "hello",
        "yes",
        "cancel",
        "done",
        "Write our release notes for customers",
        "",
        "none",
        EXAMPLE,
        DOCUMENT,
        "写一份交接记录",
    ]
)
messages = st.builds(
    lambda text, files, command: {"kind": "message", "payload": {"text": text, "files": files, "command": command}},
    texts,
    st.sampled_from([[], [{"name": "a.jsonl", "path": "uploads/a", "size": 3}]]),
    commands,
)
presses = st.builds(
    lambda kind, action, known: {
        "kind": "press",
        "payload": {"action": action},
        "card": None
        if kind is None
        else {"id": "c", "kind": kind, "subject": {}, "labels": {action: "Label"} if known else {}},
    },
    st.sampled_from([None, *CARDS, "run", "from a later version"]),
    st.sampled_from(["approve", "redact", "start", "delete", "decide", "change:kind", "approve:row_1", "nonsense"]),
    st.booleans(),
)
jobs = st.builds(
    lambda run, kind, state: {"kind": "job", "payload": {"run_id": run, "job_id": "j", "kind": kind, "state": state}},
    st.sampled_from(["run_1", "ask_1"]),
    st.sampled_from(["train", "generate", "export", "probe"]),
    st.sampled_from(["done", "failed", "cancelled"]),
)


def state_of(event: Mapping[str, Any], stage: Any, project: str | None) -> State:
    return {"event": {"id": "e", "person_id": "p", **event}, "stage": stage, "project_id": project}


@given(event=messages | presses | jobs, stage=stages, project=projects)
def test_every_event_has_a_stage_in_every_position(event: dict[str, Any], stage: Any, project: str | None) -> None:
    assert route(state_of(event, stage, project)) in NODES


@given(event=messages, stage=stages)
def test_without_a_project_nothing_that_needs_one_is_reached(event: dict[str, Any], stage: Any) -> None:
    safe = {"say_hello", "learn_goal", "begin_project", "share_project", "list_models", "ask_model", "explain"}
    safe |= {"link_accounts", "show_stats", "set_reminders"}
    takes_words = {"edit_row", "learn_reason", "take_feedback", "change_recipe", "take_answer"}
    takes_words |= {"agree_format", "change_plan", "edit_rubric", "learn_rule", "answer_survey"}
    assert route(state_of(event, stage, None)) in safe | takes_words


@given(
    stage=stages,
    project=projects,
    outcome=st.sampled_from([None, *get_args(Outcome)]),
    files=st.sampled_from([[], [{"id": "e0"}]]),
    event=messages | presses,
)
def test_every_fork_leads_to_one_of_its_ends(
    stage: Any, project: str | None, outcome: Any, files: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    state: State = {**state_of(event, stage, project), "outcome": outcome or "", "upload_events": files}
    for name, (choose, ends) in FORKS.items():
        assert choose(state) in ends, name
        assert set(ends) <= {"wait", *NODES}


@given(outcome=st.sampled_from(get_args(Outcome)), event=presses)
def test_a_card_of_a_project_that_one_has_left_leads_no_further(outcome: Any, event: dict[str, Any]) -> None:
    state: State = {**state_of(event, "examples", None), "outcome": outcome}
    for name in ("confirm_row", "take_upload", "map_columns", "review_rows", "change_plan", "agree_format"):
        assert FORKS[name][0](state) == "wait", name


@pytest.mark.parametrize("word", sorted(set(WORDS) - EXPRESS))
def test_a_command_is_heard_in_every_position(word: str) -> None:
    """With its slash a command always acts; only a reason and a better answer are left by the stage that asked for them."""
    event = {
        "kind": "message",
        "payload": {"text": f"/tune {word}", "files": [], "command": command_of(f"/tune {word}")},
    }
    left = {
        ("skip", "reason"): "learn_reason",
        ("skip", "better"): "take_feedback",
        ("back", "better"): "take_feedback",
    }
    acts = routing._BY_WORD.get(word, "propose_recipe")
    at = {stage: route(state_of(as_heard({"id": "e", **event}, stage), stage, "project_1")) for stage in POSITIONS}
    assert at == {stage: left.get((word, stage), acts) for stage in POSITIONS}


@pytest.mark.parametrize("stage", POSITIONS)
def test_a_bare_word_is_a_part_of_an_example_that_is_being_written(stage: str) -> None:
    event = {"id": "e", "kind": "message", "payload": {"text": "skip", "files": [], "command": command_of("skip")}}
    heard = route(state_of(as_heard(event, stage), stage, "project_1"))
    assert (heard == "skip_question") is (stage not in ANSWERING)


@pytest.mark.parametrize("text", ["go back", "where are we?", "undo"])
@pytest.mark.parametrize("stage", POSITIONS)
def test_some_phrases_are_commands_wherever_they_are_said(text: str, stage: str) -> None:
    event = {"id": "e", "kind": "message", "payload": {"text": text, "files": [], "command": command_of(text)}}
    assert as_heard(event, stage)["payload"]["command"] is not None


def command_of(text: str) -> dict[str, Any]:
    command = parse(text)
    assert command is not None
    return vars(command)


@pytest.mark.parametrize("stage", sorted(set(get_args(Stage)) - {"edit", "reason", "better", "change", "hello"}))
def test_a_whole_example_is_heard_whatever_was_asked(stage: str) -> None:
    event = {"kind": "message", "payload": {"text": EXAMPLE, "files": [], "command": None}}
    assert route(state_of(event, stage, "project_1")) == "take_example"


@pytest.mark.parametrize("stage", sorted(set(get_args(Stage)) - {"hello"}))
def test_a_file_is_taken_whatever_was_asked(stage: str) -> None:
    file = {"name": "a.jsonl", "path": "uploads/a", "size": 3}
    event = {"kind": "message", "payload": {"text": "", "files": [file], "command": None}}
    assert route(state_of(event, stage, "project_1")) == "take_upload"


@pytest.mark.parametrize("kind", CARDS)
def test_a_cards_button_acts_by_the_card_and_not_by_where_one_is(kind: str) -> None:
    card = {"id": "c", "kind": kind, "subject": {}, "labels": {"act": "Act"}}
    event = {"kind": "press", "payload": {"action": "act"}, "card": card}
    at = {stage: route(state_of(event, stage, "project_1")) for stage in POSITIONS}
    assert at == dict.fromkeys(POSITIONS, routing._BY_CARD[kind])


def test_a_button_that_the_card_never_had_is_explained() -> None:
    card = {"id": "c", "kind": "row", "subject": {}, "labels": {"approve": "Approve"}}
    event = {"kind": "press", "payload": {"action": "frobnicate"}, "card": card}
    assert route(state_of(event, "examples", "project_1")) == "explain"


def test_every_stage_that_stands_in_the_graph_is_written_and_reached() -> None:
    assert set(NODES) == set(STAGES)
    named = {node.value for node in ast.walk(ast.parse(inspect.getsource(routing))) if isinstance(node, ast.Constant)}
    assert set(NODES) <= named


@pytest.mark.parametrize("stage", ["hello", "examples", "confirm"])
@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [("ratings", "A", "rate_answers"), ("scorings", "4 3 5 4 4", "score_answers"), ("scorings", "2", "score_answers")],
)
def test_votes_and_scores_in_words_are_heard_while_such_a_card_is_open(
    stage: str, key: Any, text: str, expected: str
) -> None:
    """Also where nothing was ever said: whoever is asked directly may answer so."""
    event = {"kind": "message", "payload": {"text": text, "files": [], "command": None}}
    state = state_of(event, stage, "project_1")
    assert route({**state, key: {"p": {}}}) == expected  # type: ignore[misc]  # a key of the state
    assert route(state) != expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate", "rate_answers"),
        ("rate evaluation 2", "rate_answers"),
        ("rate scores", "score_answers"),
        ("rate scores evaluation 2", "score_answers"),
    ],
)
def test_pairs_are_rated_and_answers_scored(text: str, expected: str) -> None:
    event = {
        "kind": "message",
        "payload": {"text": f"/tune {text}", "files": [], "command": command_of(f"/tune {text}")},
    }
    assert route(state_of(event, "examples", "project_1")) == expected


def test_the_offer_to_rate_leads_to_either() -> None:
    for action, expected in (("begin", "rate_answers"), ("scores", "score_answers")):
        card = {"id": "c", "kind": "rating", "subject": {}, "labels": {}}
        event = {"kind": "press", "payload": {"action": action}, "card": card}
        assert route(state_of(event, "examples", "project_1")) == expected


def test_an_event_of_an_unknown_kind_is_an_error_of_ours() -> None:
    with pytest.raises(UnknownEvent):
        route({"event": {"id": "e", "kind": "weather", "payload": {}}})
