"""The table of versions: when each was in use."""

from datetime import UTC, datetime

import pytest

from agent.reports.history_table import Version, history_table
from storage.domain import ModelVersion
from storage.domain.recipes import Recipe

MORNING, EVENING, NEXT = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((25, 9), (25, 18), (27, 9)))


def version(*in_use: tuple[datetime, datetime | None]) -> Version:
    model = ModelVersion(
        id="m1",
        project_id="p",
        run_id="r",
        name="notes",
        version=1,
        metrics={},
        created_at=datetime(2026, 11, 25, tzinfo=UTC),
    )
    return Version(model=model, rows=30, added=30, recipe=Recipe(), verdict="", beside=("", ""), in_use=in_use)


@pytest.mark.parametrize(
    ("in_use", "told"),
    [
        ([], "–"),
        ([(MORNING, None)], "since 2026-11-25"),
        ([(MORNING, EVENING)], "on 2026-11-25"),
        ([(MORNING, NEXT)], "2026-11-25 to 2026-11-27"),
        ([(MORNING, EVENING), (EVENING, EVENING), (NEXT, None)], "on 2026-11-25, since 2026-11-27"),
    ],
)
def test_a_span_says_its_days_once(in_use: list[tuple[datetime, datetime | None]], told: str) -> None:
    assert history_table([version(*in_use)], 8).rows[0][-1] == told
