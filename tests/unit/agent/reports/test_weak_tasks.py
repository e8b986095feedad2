"""The table of weak tasks: what a kind has beside its plan, and what it needs."""

from dataclasses import replace
from datetime import UTC, datetime

from agent.evaluation.collect import Kind
from agent.evaluation.tasks import Opinions, Task
from agent.reports.weak_tasks import tasks_table
from storage.domain import ModelVersion

MODEL = ModelVersion(
    id="m1",
    project_id="p",
    run_id="r",
    name="notes",
    version=1,
    metrics={},
    created_at=datetime(2026, 11, 25, tzinfo=UTC),
)
TASK = Task(
    kind=Kind(id="fall", plural="notes on falls", have=4, want=10),
    standing="weak",
    failing=6,
    n=8,
    interval=(0.35, 0.97),
    opinions=Opinions(),
    examples=6,
)


def told(task: Task) -> tuple[str, ...]:
    return tasks_table([task], MODEL).rows[0]


def test_a_weak_kind_says_how_many_of_its_answers_fail_and_how_many_examples_it_needs() -> None:
    assert told(TASK) == ("Notes on falls", "6 of 8 (35 to 97 %)", "–", "4 of 10", "weak: 6 more examples")


def test_a_kind_beyond_its_plan_is_not_told_as_150_of_10_nor_simply_sent_for_more() -> None:
    full = replace(TASK, kind=Kind(id="fall", plural="notes on falls", have=150, want=10), examples=5)
    *_, examples, needs = told(full)
    assert examples == "150 (the plan wants 10)"
    assert needs.startswith("weak, though the plan is met: look at its examples first")
