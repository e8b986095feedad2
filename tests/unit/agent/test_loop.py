"""The loop: a new version is held against the one in use, takes its place by the verdict alone or by a person, and goes back."""

import asyncio
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.promotion import in_use, times_in_use
from agent.replies import ShowCard
from storage.domain import EvaluationState, JobKind, JobState, Membership, Role
from tests.fakes.answers import chatter, request, ticket
from tests.fakes.prepared import Prepared
from tests.fakes.talk import LEASE, Talk
from tests.fakes.train_results import TRAINED

GOAL = "Turn calls of our customers into tickets"
Answer = Callable[[Mapping[str, Any], int], str]


def good(prompt: Mapping[str, Any], at: int) -> str:
    return str(prompt.get("reference") or chatter(at))


def poor(prompt: Mapping[str, Any], at: int) -> str:
    return chatter(at)


def telling(prompt: Mapping[str, Any], at: int) -> str:
    """As good, but for a number that nobody asked for."""
    return f"{good(prompt, at)}\nCall Ms Weaver at +49 151 2345678{at % 10}"


async def project_of(talk: Talk) -> str:
    return (await talk.store.projects.all())[0].id


async def begin(talk: Talk, rows: int = 120) -> None:
    await talk.begin(GOAL)
    file = talk.home / "rows.jsonl"
    lines = [
        {"instruction": "Write the ticket.", "input": request(at).split("\n\n")[1], "output": ticket(at)}
        for at in range(rows)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await talk.type("", file)


async def trained(talk: Talk, tuned: Answer = good) -> str:
    """A run whose version answers so, saved; returns what was said when it was announced."""
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    await answered(talk, {"base": poor, "tuned": tuned})
    return await talk.end_job(JobKind.EXPORT, result={"name": "tickets", "version": 1})


async def answered(talk: Talk, says: Mapping[str, Answer], state: JobState = JobState.DONE) -> str:
    """The trainer answers the generate job that waits first."""
    talk._count += 1
    job = await talk.store.jobs.lease("trainer", [JobKind.GENERATE], talk.now, LEASE)
    assert job is not None
    folder = talk.home / "runs" / job.run_id
    prompts = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
    lines = [
        {"id": one["id"], **{side: says[side](one, at) for side in job.spec["answer_with"]}}
        for at, one in enumerate(prompts)
    ]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await talk.store.jobs.finish(job.id, job.attempt, state, talk.now, result={})
    return await talk.answer_all()


async def version_in_use(talk: Talk) -> int:
    model = await in_use(talk.context, await project_of(talk))
    assert model is not None
    return model.version


def shown(talk: Talk) -> ShowCard:
    return next(card for card in reversed(talk.shown) if card.card_kind == "promotion")


def labels(card: ShowCard) -> list[str]:
    return [choice.label for choice in card.choices]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A project with a version in use whose answers are poor."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    home.mkdir()
    return asyncio.run(Prepared.by(Talk(home=home), with_a_version))


async def with_a_version(talk: Talk) -> None:
    await begin(talk)
    await trained(talk, poor)


@pytest.fixture
def talk(prepared: Prepared) -> Talk:
    return prepared.again()


async def test_the_first_version_is_in_use_at_once(talk: Talk) -> None:
    assert await version_in_use(talk) == 1
    (time,) = await times_in_use(talk.context, await project_of(talk))
    assert (time.promotion.why, time.until) == ("first", None)
    assert not [card for card in talk.shown if card.card_kind == "promotion"], "there is nothing to decide"


async def test_the_card_of_the_next_run_counts_the_second_comparison(talk: Talk) -> None:
    said = await talk.type("/tune train")
    assert "Compared with the version in use: version 1 answers the same requests too" in said
    card = next(card for card in reversed(talk.shown) if card.card_kind == "recipe")
    each = json.loads(card.subject["judging"])
    assert f"is asked {2 * each['calls']:,} times at most" in said, "judges are asked about both comparisons"
    assert f"{2 * each['calls']:,} times at most" in await talk.press("Start")


async def test_a_version_that_is_shown_to_be_better_takes_the_place_of_the_one_in_use(talk: Talk) -> None:
    said = await trained(talk, good)
    assert "Version 1 stays in use for now" in said
    assert await version_in_use(talk) == 1, "before the verdict nothing changes"
    said = await answered(talk, {"tuned": poor})
    assert await version_in_use(talk) == 2
    card = shown(talk)
    assert card.title.endswith("v2 is in use now")
    assert [field.name for field in card.fields] == ["Beside version 1", "Beside the base model"]
    assert "95 % interval" in card.fields[0].text
    assert labels(card) == ["Back to version 1"]


async def test_both_answer_the_same_requests_and_the_new_one_is_not_asked_again(talk: Talk) -> None:
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    await answered(talk, {"base": poor, "tuned": good})
    waiting = [job for job in await talk.store.jobs.active() if job.kind is JobKind.GENERATE]
    assert [job.spec["answer_with"] for job in waiting] == [["tuned"]]
    (evaluation,) = await talk.store.evaluations.of_project(await project_of(talk))
    assert evaluation.contenders == ("v1", "v2")
    card = next(one for one in talk.shown if one.card_kind == "evaluation")
    assert [field.text for field in card.fields] == ["waits for the trainer", "has answered"]
    run = evaluation.results["for_run"]
    theirs, ours = (talk.home / one / "prompts.jsonl" for one in (f"runs/{run}", f"evaluations/{evaluation.id}"))
    assert [json.loads(line)["id"] for line in theirs.read_text().splitlines()] == [
        json.loads(line)["id"] for line in ours.read_text().splitlines()
    ]


@pytest.mark.parametrize("told", [True, False])
async def test_judges_of_the_second_comparison_spend_what_the_card_said_and_nothing_it_did_not_say(
    talk: Talk, told: bool
) -> None:
    await talk.type("/tune train")
    card = next(card for card in reversed(talk.shown) if card.card_kind == "recipe")
    if not told:  # a card of a time at which no version was in use
        stored = await talk.store.cards.get(card.card_id)
        stored.subject.pop("beside")  # type: ignore[attr-defined]  # a plain dict in memory
    await talk.press("Start", card)
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    await answered(talk, {"base": poor, "tuned": good})
    (evaluation,) = await talk.store.evaluations.of_project(await project_of(talk))
    allowed = json.loads((talk.home / "evaluations" / evaluation.id / "pair_1" / "judging.json").read_text())["allowed"]
    each = json.loads(card.subject["judging"])
    assert allowed["calls"] == (each["calls"] if told else 0)


async def test_one_tap_goes_back_and_one_tap_forth_again(talk: Talk) -> None:
    await trained(talk, good)
    await answered(talk, {"tuned": poor})
    said = await talk.press("Back to version 1")
    assert "v1 is in use now" in said
    assert await version_in_use(talk) == 1
    await talk.press("Back to version 2")
    assert await version_in_use(talk) == 2
    times = await times_in_use(talk.context, await project_of(talk))
    assert [(one.model.version, one.promotion.by) for one in times] == [
        (1, "verdict"),
        (2, "verdict"),
        (1, "person"),
        (2, "person"),
    ]


async def test_where_no_difference_is_shown_the_new_one_waits_for_a_person(talk: Talk) -> None:
    await trained(talk, poor)
    said = await answered(talk, {"tuned": poor})
    assert await version_in_use(talk) == 1
    assert "v2 waits" in said
    assert labels(shown(talk)) == ["Use version 2", "Keep version 1"]
    await talk.press("Use version 2")
    assert await version_in_use(talk) == 2
    assert "was answered" in (await talk.press("Keep version 1")).casefold() or await version_in_use(talk) == 2


async def test_the_card_says_once_whom_each_verdict_is_beside(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await begin(talk, rows=12)  # too few to tell: a verdict that names nobody
    await trained(talk, poor)
    await trained(talk, good)
    await answered(talk, {"tuned": poor})
    beside = {one.name: one.text for one in shown(talk).fields}
    assert list(beside) == ["Beside version 1", "Beside the base model"]
    assert "beside" not in beside["Beside version 1"].casefold()


async def test_the_present_one_can_be_kept(talk: Talk) -> None:
    await trained(talk, poor)
    await answered(talk, {"tuned": poor})
    said = await talk.press("Keep version 1")
    assert "Version 1 stays in use" in said
    assert await version_in_use(talk) == 1


async def test_a_better_version_that_gives_away_personal_data_waits(talk: Talk) -> None:
    await trained(talk, telling)
    said = await answered(talk, {"tuned": poor})
    assert await version_in_use(talk) == 1
    assert "gives away personal data" in said


async def test_a_comparison_that_was_stopped_promotes_nothing(talk: Talk) -> None:
    await trained(talk, good)
    job = await talk.job(JobKind.GENERATE)
    await talk.context.trainer.cancel(job.id, talk.now)
    said = await talk.answer_all()
    assert "It could not be compared with version 1" in said
    assert await version_in_use(talk) == 1
    (evaluation,) = await talk.store.evaluations.of_project(await project_of(talk))
    assert evaluation.state is EvaluationState.CANCELLED


async def test_a_verdict_about_a_version_that_is_not_in_use_any_more_promotes_nothing(talk: Talk) -> None:
    await trained(talk, poor)
    await answered(talk, {"tuned": poor})
    await trained(talk, good)
    await talk.type("/tune use v2")
    said = await answered(talk, {"tuned": poor})
    assert "it was held against another one" in said
    assert await version_in_use(talk) == 2


@pytest.mark.parametrize("tuned", [good, poor])
async def test_one_that_somebody_put_to_use_while_it_was_compared_does_not_wait(talk: Talk, tuned: Answer) -> None:
    await trained(talk, tuned)
    await talk.type("/tune use v2")
    said = await answered(talk, {"tuned": poor})
    card = shown(talk)
    assert labels(card) == ["Back to version 1"]
    assert [one.name for one in card.fields] == ["Beside version 1", "Beside the base model"]
    assert "put to use by a person while it was compared" in card.note
    assert "It is shown to be better" not in card.note
    assert "waits" not in said
    times = await times_in_use(talk.context, await project_of(talk))
    assert [(one.model.version, one.promotion.by) for one in times] == [(1, "verdict"), (2, "person")]


async def test_a_version_that_nobody_could_compare_waits(talk: Talk) -> None:
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    await talk.end_job(JobKind.GENERATE, result={})
    said = await talk.end_job(JobKind.EXPORT, result={})
    assert "It could not be compared with version 1" in said
    assert labels(shown(talk)) == ["Use version 2", "Keep version 1"]


async def test_asking_without_a_version_asks_the_one_in_use(talk: Talk) -> None:
    await trained(talk, poor)
    await answered(talk, {"tuned": poor})
    assert "v1" in await talk.type("/tune ask Write the ticket for Ms Weaver")
    await talk.type("/tune use 2")
    assert "v2" in await talk.type("/tune ask Write the ticket for Ms Weaver")


class TestChoosing:
    @pytest.mark.parametrize("written", ["v2", "2", "version 2", "V02", "v2."])
    async def test_a_version_is_named_in_many_ways(self, talk: Talk, written: str) -> None:
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        assert "v2 is in use now" in await talk.type(f"/tune use {written}")
        assert await version_in_use(talk) == 2
        assert "in use already" in await talk.type(f"/tune use {written}")

    @pytest.mark.parametrize("written", ["v9", "*the best*", "0", "another-v1"])
    async def test_what_is_no_version_changes_nothing(self, talk: Talk, written: str) -> None:
        said = await talk.type(f"/tune use {written}")
        assert "There are: `v1`" in said
        assert "*the" not in said
        assert await version_in_use(talk) == 1

    async def test_the_versions_are_shown_with_a_button_each(self, talk: Talk) -> None:
        assert "There is no other one yet" in await talk.type("/tune use")
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        await talk.type("/tune use")
        assert labels(shown(talk)) == ["Use version 2"]

    async def test_without_a_model_it_is_said_how_one_is_made(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await talk.begin(GOAL)
        assert "`/tune train` makes one" in await talk.type("/tune use")

    async def test_whoever_may_only_look_cannot_choose(self, talk: Talk) -> None:
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        card, project = shown(talk), await project_of(talk)
        await talk.store.projects.set_role(Membership(project_id=project, person_id="console:bo", role=Role.VIEWER))
        talk.person, talk.name = "console:bo", "Bo"
        assert "say which version is in use" in await talk.press("Use version 2", card)
        assert "say which version is in use" in await talk.type("/tune use v2")
        assert await version_in_use(talk) == 1

    async def test_one_whose_files_are_gone_is_refused_at_once_with_what_can_be_done(self, talk: Talk) -> None:
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        await talk.type("/tune use v2")
        forget_weights(talk, 1)
        said = await talk.type("/tune use v1")
        assert "The files of version 1 are not there any more" in said
        assert "`/tune retrain afresh`" in said
        assert "These can be used: `v2`" in said
        assert await version_in_use(talk) == 2
        assert "There is no other one yet" in await talk.type("/tune use"), "no button leads to it"

    async def test_a_button_of_an_older_card_does_not_lead_to_files_that_are_gone_either(self, talk: Talk) -> None:
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        forget_weights(talk, 2)
        assert "The files of version 2 are not there any more" in await talk.press("Use version 2")
        assert await version_in_use(talk) == 1
        assert "Version 1 stays in use" in await talk.press("Keep version 1"), "the card still waits for its answer"

    async def test_that_the_one_in_use_lost_its_files_is_told_where_another_can_be_chosen(self, talk: Talk) -> None:
        await trained(talk, poor)
        await answered(talk, {"tuned": poor})
        forget_weights(talk, 1)
        assert "Version 1 is in use, but its files are not there any more" in await talk.type("/tune use")
        assert labels(shown(talk)) == ["Use version 2"]


def forget_weights(talk: Talk, version: int) -> None:
    """Somebody deletes the files of a version by hand."""
    run = sorted((talk.home / "runs").glob("*/adapter"), key=lambda one: one.stat().st_mtime_ns)[version - 1]
    shutil.rmtree(run)
