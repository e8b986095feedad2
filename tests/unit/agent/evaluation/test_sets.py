"""What was asked is counted by what it is, and what training had seen is named and is no evidence."""

import json
import math
from dataclasses import asdict
from typing import Any

import pytest

from agent.evaluation.answers import joined
from agent.evaluation.facts import Answered
from agent.evaluation.measures import measured, votes_measure
from agent.evaluation.sets import leaks_in, losses_apart, sets_of, with_leaks
from dataset.leakage import NO_LEAKS
from storage.domain import Part


def row(name: str, part: str, text: str, answer: str = "Fine.") -> dict[str, Any]:
    return {"id": name, "part": part, "instruction": "Write a ticket.", "input": text, "output": answer}


def asked(line: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**{key: line[key] for key in ("id", "part", "instruction", "input")}, "source": "row", **more}


ROWS = [
    row("t1", "train", "The sink in flat 12 leaks since Monday."),
    row("t2", "train", "The lift stops between two floors."),
    row("v1", "validation", "A tile fell from the roof of the shed."),
    row("clean", "test", "The garage door does not close any more."),
    row("seen", "test", "the sink in flat 12 leaks since monday", "Mend the sink."),
    row("gold", "golden", "The bell of the second floor is silent."),
]
PACK = {"id": "pack_1", "source": "pack", "part": "", "instruction": "Write a ticket.", "input": ROWS[1]["input"]}
GENERAL = {"id": "general_x", "source": "general", "part": "", "beyond": True, "instruction": "2 + 2?", "input": ""}
PROMPTS = [*(asked(one, reference=one["output"]) for one in ROWS[2:]), {**PACK, "reference": ""}, GENERAL]


def answers(*without: str) -> tuple[Answered, ...]:
    lines = [{"id": one["id"], "base": "no", "tuned": "Fine."} for one in PROMPTS if one["id"] not in without]
    return joined(PROMPTS, lines)


def test_requests_are_counted_by_what_they_are() -> None:
    sets = sets_of(ROWS, answers(), NO_LEAKS, {})
    assert sets.rows == {"train": 2, "validation": 1, "test": 2, "golden": 1}
    assert sets.asked == {"validation": 1, "test": 2, "golden": 1, "pack": 1, "general": 1}
    assert sets.held_out == 4
    assert sets.next is not None
    assert sets.next.rows == 30


def test_what_training_has_seen_is_named_row_or_prompt() -> None:
    leaks = leaks_in(ROWS, PROMPTS)
    assert leaks.leaked == {"seen", "pack_1"}
    assert sets_of(ROWS, answers(), leaks, {}).leaked == ("pack_1", "seen")


def test_what_leaked_takes_no_part_in_any_measure_of_the_verdict() -> None:
    marked = with_leaks(answers(), leaks_in(ROWS, PROMPTS).leaked)
    verdict = {one.id for one in marked if one.of_verdict}
    assert verdict == {"v1", "clean"}
    for measure in measured(marked, (), ["Fine."]):
        assert measure.beyond or set(measure.pairs) <= verdict
    assert votes_measure((), marked) is None


def test_golden_answers_are_there_to_be_rated_and_decide_nothing() -> None:
    (gold,) = [one for one in answers() if one.id == "gold"]
    assert gold.golden
    assert not gold.of_verdict
    assert not gold.beyond


def test_a_test_row_that_leaked_counts_in_no_loss() -> None:
    rows = [{"id": name, "base": 2.0 + at, "tuned": 1.0, "tokens": 10 * (at + 1)} for at, name in enumerate("ab")]
    told = {"base": {}, "tuned": {}, "rows": 2, "tokens": 30, "by_row": rows}
    found = losses_apart(told, {"a"})
    assert found is not None
    assert found["base"] == {"loss": 3.0, "perplexity": pytest.approx(math.exp(3.0))}
    assert (found["rows"], found["tokens"], [one["id"] for one in found["by_row"]]) == (1, 20, ["b"])
    assert losses_apart(told, {"a", "b"}) is None
    assert losses_apart(told, {"c"}) is told
    assert losses_apart(None, {"a"}) is None


def test_sums_of_an_earlier_run_stay_as_they_are() -> None:
    told = {"base": {"loss": 2.0}, "tuned": {"loss": 1.0}, "rows": 3, "tokens": 60}
    assert losses_apart(told, {"a"}) is told


def test_what_nobody_answered_is_counted_with_its_reason() -> None:
    results = {
        "generate": {"skipped": ["a"], "no_memory": ["b", "c"]},
        "train": {"losses": {"no_memory": ["d"], "by_row": []}},
    }
    sets = sets_of(ROWS, answers("clean"), NO_LEAKS, results)
    assert (sets.too_long, sets.no_memory, sets.losses_without) == (1, 2, 1)


def test_a_folder_of_an_earlier_version_has_no_parts_and_no_results() -> None:
    old = [{"id": "a", "instruction": "x", "input": "", "output": "y"}]
    sets = sets_of(old, (), leaks_in(old, [{"id": "b"}]), {"train": {"losses": None}})
    assert sum(sets.rows.values()) == 0
    assert sets.leaked == ()


def test_it_can_be_written_as_json() -> None:
    sets = sets_of(ROWS, answers(), leaks_in(ROWS, PROMPTS), {})
    assert json.loads(json.dumps(asdict(sets)))["rows"][Part.GOLDEN.value] == 1


def test_test_rows_that_repeat_others_are_counted_and_take_no_part_in_the_losses() -> None:
    text = "The lift in the north wing stops between floors and its emergency light is broken."
    rows = [
        row("train", "train", "Another thing altogether, about a boiler"),
        row("a", "test", text),
        row("b", "test", text.upper()),
    ]
    leaks = leaks_in(rows, [])
    assert len(leaks.repeated) == 1
    assert sets_of(rows, [], leaks, {}).repeated == 1
    by_row = [{"id": name, "tokens": 10, "base": 2.0, "tuned": 1.0} for name in ("a", "b")]
    apart = losses_apart({"by_row": by_row, "rows": 2, "tokens": 20}, leaks.repeated)
    assert apart is not None
    assert apart["rows"] == 1
