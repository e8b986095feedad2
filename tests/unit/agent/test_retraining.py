"""Training again: what came since, whether to continue or begin afresh, and what may never be continued."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.growth import Growth
from agent.lineage import Origin, origins, why_not
from agent.replies import ShowCard, ShowTable
from agent.retraining import LONG_SECONDS, MOST_STEPS, advised, continuing, growth
from agent.state import Turn
from agent.training import Plan, make_plan
from storage.domain import JobKind, RowStatus
from storage.domain.recipes import Recipe
from tests.fakes.talk import START, Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_loop import begin, project_of


async def trained(talk: Talk) -> None:
    """A run of whose rows the worker told the hash, saved without a comparison."""
    await talk.type("/tune train start")
    await finished(talk)


async def finished(talk: Talk) -> None:
    job = await talk.job(JobKind.TRAIN)
    rows = (talk.home / "runs" / job.run_id / "rows.jsonl").read_bytes()
    await talk.end_job(JobKind.TRAIN, result=TRAINED | {"rows_sha256": hashlib.sha256(rows).hexdigest()})
    await talk.end_job(JobKind.GENERATE, result={})
    await talk.end_job(JobKind.EXPORT, result={})


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await begin(talk, rows=24)
    await trained(talk)
    return talk


async def give(talk: Talk, count: int) -> None:
    file = talk.home / "more.jsonl"
    lines = [
        {"instruction": "Write the ticket.", "input": f"Ms {chr(65 + at)} rang", "output": f"{at} {chr(65 + at) * 9}"}
        for at in range(count)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await talk.type("", file)


async def plan_of(talk: Talk) -> Plan:
    event: dict[str, Any] = {"id": "e", "conversation_id": "c", "person_id": "p", "received_at": START.isoformat()}
    return await make_plan(talk.context, await project_of(talk), Turn(event))


def card(talk: Talk) -> ShowCard:
    return next(one for one in reversed(talk.shown) if one.card_kind == "recipe")


def recipe(talk: Talk) -> Recipe:
    return Recipe(**json.loads(card(talk).subject["recipe"]))


async def test_what_came_since_is_told_by_whom_and_kind(talk: Talk) -> None:
    await give(talk, 3)
    await talk.type("/tune retrain")
    (table,) = [one for one in talk.said if isinstance(one, ShowTable)]
    assert table.title == "What came since version 1"
    assert table.header == ("Given by", "Kind", "Examples")
    assert {row[0] for row in table.rows} == {"Ana"}
    assert sum(int(row[2]) for row in table.rows) == 3
    assert "New examples: 3, beside the 24" in table.text


async def test_nothing_starts_before_somebody_says_so(talk: Talk) -> None:
    await talk.type("/tune retrain")
    assert not await talk.store.jobs.active()
    await talk.press("Start")
    job = await talk.job(JobKind.TRAIN)
    assert (job.spec["recipe"]["from_version"], job.spec["from_run"]) == (0, None)


async def test_a_quick_run_is_advised_to_begin_afresh_and_may_continue_all_the_same(talk: Talk) -> None:
    said = await talk.type("/tune retrain")
    assert "I recommend afresh: it is quick enough here" in said
    assert recipe(talk).from_version == 0
    said = await talk.press("Continue version 1 instead")
    assert "version 1, and goes on with what it has learned" in said
    assert recipe(talk).from_version == 1
    await talk.press("Start")
    (first,) = await talk.store.models.of_project(await project_of(talk))
    job = await talk.job(JobKind.TRAIN)
    assert (job.spec["recipe"]["from_version"], job.spec["from_run"]) == (1, first.run_id)


async def test_a_word_picks_the_way(talk: Talk) -> None:
    await talk.type("/tune retrain continue")
    assert recipe(talk).from_version == 1
    await talk.press("Train afresh instead")
    assert recipe(talk).from_version == 0
    assert "I know `/tune retrain continue`" in await talk.type("/tune retrain sideways")


async def test_a_first_run_has_nothing_to_continue(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await begin(talk, rows=24)
    assert "this is the first run" in await talk.type("/tune retrain")
    assert "Continue" not in " ".join(choice.label for choice in card(talk).choices)


class TestWhatMayBeContinued:
    async def test_a_version_whose_rows_were_deleted_may_not_nor_what_came_of_it(self, talk: Talk) -> None:
        await talk.type("/tune retrain continue")
        await talk.press("Start")
        await finished(talk)
        project = await project_of(talk)
        assert {name: (one.intact, one.steps) for name, one in (await origins(talk.context, project)).items()} == {
            1: (True, 1),
            2: (True, 2),
        }
        first = (await talk.store.models.of_project(project))[0]
        rows = talk.home / "runs" / first.run_id / "rows.jsonl"
        rows.write_text("".join(f"{line}\n" for line in rows.read_text().splitlines()[1:]))
        assert {name: one.intact for name, one in (await origins(talk.context, project)).items()} == {
            1: False,
            2: False,
        }

    async def test_a_card_from_before_does_not_start_either(self, talk: Talk) -> None:
        await talk.type("/tune retrain continue")
        (first,) = await talk.store.models.of_project(await project_of(talk))
        (talk.home / "runs" / first.run_id / "rows.jsonl").write_text("")
        said = await talk.press("Start")
        assert "learned from examples that were deleted since" in said
        assert not await talk.store.jobs.active()

    async def test_asked_to_continue_what_cannot_be_it_says_so_and_begins_afresh(self, talk: Talk) -> None:
        (first,) = await talk.store.models.of_project(await project_of(talk))
        (talk.home / "runs" / first.run_id / "rows.jsonl").write_text("")
        said = await talk.type("/tune retrain continue")
        assert "It cannot be continued, so this run would begin afresh" in said
        assert recipe(talk).from_version == 0

    async def test_another_size_is_refused_before_anything_starts(self, talk: Talk) -> None:
        await talk.type("/tune retrain continue")
        await talk.press("Change")
        await talk.type("rank 8")
        assert "cannot be continued with these settings" in await talk.press("Start")

    async def test_a_version_whose_adapter_was_deleted_is_not_continued_and_that_is_said_before_anything_starts(
        self, talk: Talk
    ) -> None:
        (model,) = await talk.store.models.of_project(await project_of(talk))
        (talk.home / "runs" / model.run_id / "adapter" / "adapter_model.safetensors").unlink()
        said = await talk.type("/tune retrain continue")
        assert "the files of version 1 are not there" in said
        assert "this run would begin afresh" in said

    async def test_where_its_rows_were_deleted_by_hand_its_own_copy_tells_what_is_new(self, talk: Talk) -> None:
        await give(talk, 3)
        (model,) = await talk.store.models.of_project(await project_of(talk))
        kept = talk.home / "models" / model.name / str(model.version) / "rows.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        (talk.home / "runs" / model.run_id / "rows.jsonl").rename(kept)
        assert "New examples: 3, beside the 24" in await talk.type("/tune retrain")
        kept.unlink()
        said = await talk.type("/tune retrain")
        assert "I cannot tell which examples are new" in said
        assert "beside the 0" not in said

    @pytest.mark.parametrize(
        ("change", "base", "code"),
        [
            ({}, "tiny", ""),
            ({"rank": 8}, "tiny", "start_unfit"),
            ({"alpha": 8}, "tiny", "start_unfit"),
            ({"adapted_share": 0.5}, "tiny", "start_unfit"),
            ({}, "another", "start_unfit"),
        ],
    )
    def test_base_size_strength_and_share_have_to_be_the_same(self, change: Any, base: str, code: str) -> None:
        origin = Origin(version=1, run_id="r", recipe=Recipe(), base="tiny", intact=True, steps=1)
        assert why_not(origin, replace(Recipe(from_version=1), **change), base) == code


class TestAdvice:
    """The rule of docs/loop.md, one reason at a time, from a version that should be continued."""

    @pytest.fixture
    async def plan(self, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> Plan:
        """Of a run that takes longer than ``LONG_SECONDS``."""
        plan = await plan_of(talk)
        slow = replace(plan.estimate(plan.recipe()), seconds_high=LONG_SECONDS + 1)
        monkeypatch.setattr(Plan, "estimate", lambda self, recipe: slow)
        return plan

    @pytest.fixture
    def grown(self, plan: Plan) -> Growth:
        assert plan.in_use is not None
        return Growth(since=plan.in_use, added=tuple(plan.rows[:6]), had=24)

    def test_to_continue_where_little_came_and_to_begin_again_is_slow(self, plan: Plan, grown: Growth) -> None:
        assert (advised(plan, grown).way, advised(plan, grown).why) == ("continue", "slow")

    def test_afresh_for_each_reason(self, plan: Plan, grown: Growth) -> None:
        origin = plan.origins[1]
        reasons = {
            "corrected": (plan, replace(grown, changed=1)),
            "grown": (plan, replace(grown, added=tuple(plan.rows[:7]))),
            "chain": (replace(plan, origins={1: replace(origin, steps=MOST_STEPS)}), grown),
            "start_forgotten": (replace(plan, origins={1: replace(origin, intact=False)}), grown),
            "start_gone": (replace(plan, origins={}), grown),
        }
        for why, (facts, came) in reasons.items():
            assert (advised(facts, came).way, advised(facts, came).why) == ("afresh", why)


async def test_rows_that_read_otherwise_or_are_not_used_any_more_are_counted(talk: Talk) -> None:
    (model,) = await talk.store.models.of_project(await project_of(talk))
    before = await growth(talk.context, model)
    assert (before.added, before.had, before.changed, before.gone) == ((), 24, 0, 0)
    rows = await talk.store.rows.of_project(model.project_id, [RowStatus.APPROVED])
    learned = [row for row in rows if row.part == "train"]
    await talk.store.rows.reopen(learned[0].id)
    assert (await growth(talk.context, model)).gone == 1


def test_a_continued_run_has_the_shape_of_what_it_continues_and_the_settings_of_today() -> None:
    origin = Origin(version=4, run_id="r", recipe=Recipe(rank=8, epochs=9), base="tiny", intact=True, steps=1)
    assert continuing(Recipe(epochs=2), origin) == Recipe(rank=8, epochs=2, from_version=4)
