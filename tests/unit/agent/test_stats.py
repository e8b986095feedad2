"""Did it help? Every figure from facts that were planted, with the people behind it, and nothing of any one of them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from agent.flags import Flags, read_flags
from agent.reports.stats_notes import stats_lines
from agent.stats import FEWEST_RATERS, Stats, stats_of, stats_of_all, to_json
from storage.domain import Exposure, ReminderKind
from storage.ports import Store
from tests.fakes.deeds import DAY, NOW, Planted
from tests.fakes.linking import linked

ANA, BO = "console:ana", "slack:T1:bo"


@pytest.fixture
async def planted() -> Planted:
    found = Planted()
    await found.project()
    return found


async def everything(planted: Planted, flags: Flags | None = None) -> Stats:
    return await stats_of_all(planted.store, flags or Flags(), NOW)


async def test_an_empty_house_is_told_in_plain_words() -> None:
    stats = await everything(Planted())
    told = "\n".join(stats_lines(stats))
    assert (stats.projects, stats.models, stats.people) == (0, 0, 0)
    for sentence in ("Projects: 0. Models made: 0.", "nobody has answered", "nobody has made one", "none was sent"):
        assert sentence in told


async def test_people_are_counted_once_with_all_their_accounts(planted: Planted) -> None:
    await planted.words(ANA, 1)
    await planted.words("discord:ana", 2)
    await linked(planted.store, ANA, "discord:ana")
    await planted.words(BO, 20)
    stats = await everything(planted)
    assert (stats.people, dict(stats.active)) == (2, {7: 1, 28: 2})


async def test_whoever_made_a_model_is_a_share_of_all_people(planted: Planted) -> None:
    for person in (ANA, BO, "console:cyd", "console:dee"):
        await planted.words(person, 5)
    await planted.model(ANA, 2)
    await planted.model(ANA, 1)
    stats = await everything(planted)
    assert (stats.models, stats.makers) == (2, 1)
    assert stats.made is not None
    assert stats.made.mean == 0.25
    assert stats.made.low < 0.25 < stats.made.high
    assert "People who made a model: 1 of 4 (" in "\n".join(stats_lines(stats))


async def test_returning_is_asked_of_those_alone_whose_second_week_is_over(planted: Planted) -> None:
    await planted.words(ANA, 30, 21)
    await planted.words(BO, 30, 26, 10)
    await planted.words("console:new", 13, 1)
    stats = await everything(planted)
    assert stats.observed == 2
    assert stats.returned is not None
    assert stats.returned.mean == 0.5, "Bo came in the first week and in the third"


async def test_the_time_to_the_first_model_is_a_median_of_those_who_made_one(planted: Planted) -> None:
    for person, hello, first in ((ANA, 10, 9), (BO, 10, 6), ("console:cyd", 20, 1)):
        await planted.words(person, hello)
        await planted.model(person, first)
        await planted.model(person, 0.5)
    await planted.words("console:none", 3)
    stats = await everything(planted)
    assert stats.first_model_days == pytest.approx(4)
    assert "4.0 days (the median of 3 who made one)" in "\n".join(stats_lines(stats))


async def test_a_model_from_before_the_first_word_that_is_known_tells_no_time(planted: Planted) -> None:
    """Of one project: what was said in a conversation that has gone on to another one is not heard of here."""
    await planted.words(ANA, 3, project="project_team")
    await planted.model(ANA, 5)
    await planted.words(BO, 3, project="project_team")
    await planted.model(BO, 1)
    stats = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
    assert stats.first_model_days == 2
    assert "2.0 days (the median of 1 who made one)" in "\n".join(stats_lines(stats))


async def test_satisfaction_counts_a_person_once_whatever_number_of_models_they_rated(planted: Planted) -> None:
    models = [await planted.model(ANA, 3) for _ in range(3)]
    for model in models:
        await planted.says(ANA, model, 5)
    await planted.says(BO, models[0], 2)
    stats = await everything(planted)
    assert stats.satisfaction is not None
    assert (stats.satisfaction.mean, stats.satisfaction.n, stats.answers) == (3.5, 2, 4)
    assert "fewer than 20 people, so this says little" in "\n".join(stats_lines(stats))


class TestReminders:
    async def test_an_answer_counts_within_a_day_and_each_person_once(self, planted: Planted) -> None:
        for days_ago in (9, 8, 7, 6):
            await planted.reminded(ANA, days_ago, answered_after=0.5)
        await planted.reminded(BO, 5, answered_after=1.5)
        await planted.reminded(BO, 4)
        found = (await everything(planted)).reminders[ReminderKind.SUGGESTION]
        assert (found.sent, found.answered, found.people) == (6, 4, 2)
        assert found.share is not None
        assert found.share.mean == 0.5, "the mean of Ana's all and Bo's none"

    async def test_one_whose_day_is_not_over_is_not_counted_yet(self, planted: Planted) -> None:
        await planted.reminded(ANA, 0.9)
        await planted.reminded(ANA, 40)
        assert (await everything(planted)).reminders == {}

    async def test_ours_and_those_that_were_asked_for_are_told_apart(self, planted: Planted) -> None:
        await planted.reminded(ANA, 3, answered_after=0.1)
        await planted.reminded(ANA, 2, kind=ReminderKind.SCHEDULED)
        await planted.reminded(ANA, 2, kind=ReminderKind.DIGEST)
        told = "\n".join(stats_lines(await everything(planted)))
        assert "Our own reminders that were answered within a day: 1 of 1" in told
        assert "Reminders that people had asked for, answered within a day: 0 of 1" in told


class TestOfOnesOwnProjects:
    async def test_nothing_of_other_projects_is_in_it(self, planted: Planted) -> None:
        other = await planted.project("other", owner=BO)
        await planted.words(ANA, 3, project="project_team")
        await planted.words(BO, 3, project=other.id)
        model = await planted.model(BO, 1, project=other.id)
        await planted.says(BO, model, 1)
        await planted.reminded(BO, 3, project=other.id)
        stats = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
        assert (stats.projects, stats.people, stats.models, stats.answers) == (1, 1, 0, 0)
        assert stats.reminders == {}

    async def test_our_suggestions_belong_to_the_project_that_their_message_named(self, planted: Planted) -> None:
        await planted.reminded(ANA, 3, answered_after=0.5)
        (one,) = await planted.store.reminders.of_person(ANA)
        assert (await stats_of(planted.store, ["project_team"], {ANA}, NOW)).reminders == {}
        await planted.store.reminders.composed(one.id, {"project_id": "project_team"})
        found = (await stats_of(planted.store, ["project_team"], {ANA}, NOW)).reminders[ReminderKind.SUGGESTION]
        assert (found.sent, found.answered) == (1, 1)

    async def test_what_a_colleague_answered_cannot_be_read_from_an_average(self, planted: Planted) -> None:
        model = await planted.model(ANA, 3)
        await planted.says(ANA, model, 5)
        assert (await stats_of(planted.store, ["project_team"], {ANA}, NOW)).hidden is False, "one's own is one's own"
        await planted.says(BO, model, 1)
        hidden = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
        assert hidden.satisfaction is None
        assert f"fewer than {FEWEST_RATERS} people answered" in "\n".join(stats_lines(hidden))
        await planted.says("console:cyd", model, 3)
        told = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
        assert told.satisfaction is not None
        assert told.satisfaction.mean == 3
        assert (await everything(planted)).satisfaction is not None

    async def test_nor_from_two_averages_with_one_answer_between_them(self, planted: Planted) -> None:
        model = await planted.model(ANA, 9)
        for days_ago, (person, rating) in enumerate({ANA: 5, BO: 1, "console:cyd": 3}.items(), start=6):
            await planted.says(person, model, rating, days_ago)
        before = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
        for days_ago, person in ((5, "console:dee"), (4, "console:eli")):
            await planted.says(person, model, 1, days_ago)
            assert (await stats_of(planted.store, ["project_team"], {ANA}, NOW)).satisfaction == before.satisfaction
        assert "counted three at a time" in "\n".join(stats_lines(before))
        await planted.says("console:fay", model, 1, 3)
        after = await stats_of(planted.store, ["project_team"], {ANA}, NOW)
        assert after.satisfaction is not None
        assert (after.satisfaction.mean, after.satisfaction.n) == (2, 6)
        assert "counted three at a time" not in "\n".join(stats_lines(await everything(planted)))


async def test_a_flag_is_read_out_by_variant_from_exposure_to_outcome(planted: Planted) -> None:
    flags = read_flags("hello=A:50/B:50")
    for number in range(60):
        person = f"console:{number}"
        await flags.variant(planted.store, "hello", person, NOW - 20 * DAY)
        await planted.words(person, 20)
    exposures = await planted.store.exposures.of_flag("hello")
    for one in exposures:
        if one.variant == "B":
            await planted.model(one.person_id, 18)
    (read,) = (await everything(planted, flags)).read_outs
    made = read.outcomes[0]
    assert (made.outcome, made.means, made.code) == ("made_model", {"A": 0.0, "B": 1.0}, "higher")
    told = "\n".join(stats_lines(await everything(planted, flags)))
    assert "Flag `hello` (A 50 %, B 50 %)." in told
    assert "Higher for B: +100 of 100 people (" in told
    assert "Days to the first model: A nobody yet, B 2.0" in told
    assert "Too few to tell: it takes 20 people of each." in told


async def test_nothing_personal_is_in_any_figure(planted: Planted) -> None:
    await planted.words(ANA, 20, 12)
    model = await planted.model(ANA, 2)
    await planted.says(ANA, model, 4, word="my boss Eve hates it")
    await planted.reminded(ANA, 3)
    flags = read_flags("survey=50%", '[people]\n"console:ana" = { hello = "B" }')
    await flags.variant(planted.store, "survey", ANA, NOW)
    stats = await everything(planted, flags)
    for text in (json.dumps(to_json(stats)), "\n".join(stats_lines(stats))):
        for secret in (ANA, "ana", "boss", "secret of mine", "project_team", model):
            assert secret not in text


class Counted:
    """A port that counts what is asked of it."""

    def __init__(self, port: Any, calls: list[str]) -> None:
        self._port, self._calls = port, calls

    def __getattr__(self, name: str) -> Any:
        self._calls.append(name)
        return getattr(self._port, name)


def counting(store: Store) -> tuple[Store, list[str]]:
    calls: list[str] = []
    names = ("projects", "statistics", "surveys", "reminders", "exposures", "links", "models", "runs", "people")
    return replace(store, **{name: Counted(getattr(store, name), calls) for name in names}), calls


async def test_it_takes_as_many_queries_of_many_people_as_of_one(planted: Planted) -> None:
    flags = read_flags("hello=A:50/B:50")
    asked = []
    for number in range(30):
        person = f"console:{number}"
        await planted.words(person, 20, 10)
        await planted.says(person, await planted.model(person, 5), 4)
        await planted.reminded(person, 3)
        await planted.store.exposures.put(Exposure(flag="hello", person_id=person, variant="A", at=NOW))
        store, calls = counting(planted.store)
        await stats_of_all(store, flags, NOW)
        asked.append(len(calls))
    assert set(asked) == {7}, asked


async def test_json_has_every_figure_with_its_interval(planted: Planted) -> None:
    for number in range(4):
        await planted.words(f"console:{number}", 20, 10)
        await planted.says(f"console:{number}", await planted.model(f"console:{number}", 5), 4)
    found = to_json(await everything(planted, read_flags("hello=A:50/B:50")))
    assert found == json.loads(json.dumps(found))
    assert set(found["satisfaction"]) == {"mean", "low", "high", "n"}
    assert found["days_to_first_model"] == pytest.approx(15)
    assert found["flags"]["hello"]["outcomes"]["returned"]["code"] == "too_few"
