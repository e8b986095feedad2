"""What people say of versions, and which variant of a feature they were shown, on every adapter."""

import asyncio

import pytest

from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, exposure, link, model, project, survey_answer

BO, SLACK = "console:bo", "slack:T1:U1"


@pytest.fixture(autouse=True)
async def _versions(store: Store) -> None:
    for name, of in (("1", "one"), ("2", "one"), ("3", "two")):
        await store.projects.add(project(of))
        await store.models.add(model(name, project_id=f"project_{of}"))


class TestSurveys:
    async def test_a_persons_latest_answer_about_a_version_counts(self, store: Store) -> None:
        first = survey_answer(word="slow \x00 'x'; --", rating=1)
        other = survey_answer(person_id=BO, at=START + MINUTE)
        for one in (first, other, first):
            await store.surveys.put(one)
        assert await store.surveys.of_model("model_1") == [first, other]
        corrected = survey_answer(word="", rating=5, at=START + 2 * MINUTE, event_id="e2")
        await store.surveys.put(corrected)
        assert await store.surveys.of_model("model_1") == [other, corrected]
        assert await store.surveys.of_model("model_2") == []

    async def test_all_come_in_order_of_time(self, store: Store) -> None:
        given = [survey_answer("model_3"), survey_answer("model_1", at=START + MINUTE)]
        for one in reversed(given):
            await store.surveys.put(one)
        assert await store.surveys.all() == given

    async def test_a_version_that_is_not_known_is_not_asked_about(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.surveys.put(survey_answer("model_none"))
        assert await store.surveys.all() == []

    async def test_a_person_takes_back_what_they_said_of_a_projects_versions(self, store: Store) -> None:
        kept = [survey_answer("model_1", person_id=BO), survey_answer("model_3")]
        for one in (survey_answer("model_1"), survey_answer("model_2"), *kept):
            await store.surveys.put(one)
        assert await store.surveys.forget_person(ADA.id, "project_one") == 2
        assert await store.surveys.forget_person(ADA.id, "project_one") == 0
        assert await store.surveys.all() == kept


class TestExposures:
    async def test_the_variant_that_was_shown_first_is_the_persons(self, store: Store) -> None:
        assert await store.exposures.put(exposure()) == "on"
        assert await store.exposures.put(exposure(variant="off", at=START + MINUTE)) == "on"
        assert await store.exposures.put(exposure("survey", variant="off")) == "off"
        assert await store.exposures.put(exposure(person_id=BO, variant="off", at=START - MINUTE)) == "off"
        assert await store.exposures.of_flag("digest") == [
            exposure(person_id=BO, variant="off", at=START - MINUTE),
            exposure(),
        ]
        assert await store.exposures.of_person(ADA.id) == [exposure(), exposure("survey", variant="off")]

    async def test_a_person_is_shown_the_same_with_every_account(self, store: Store) -> None:
        await store.exposures.put(exposure())
        await link(store, ADA.id, SLACK)
        assert await store.exposures.put(exposure(person_id=SLACK, variant="off")) == "on"
        assert await store.exposures.of_flag("digest") == [exposure()]

    async def test_of_accounts_that_are_linked_afterwards_the_first_decides(self, store: Store) -> None:
        later = exposure(variant="off", at=START + MINUTE)
        first = exposure(person_id=SLACK)
        for one in (later, first):
            await store.exposures.put(one)
        await link(store, ADA.id, SLACK)
        for account in (ADA.id, SLACK):
            assert await store.exposures.put(exposure(person_id=account, variant="third")) == "on"
        assert await store.exposures.of_flag("digest") == [first, later]

    async def test_several_who_expose_at_once_agree(self, store: Store) -> None:
        variants = [f"variant {number}" for number in range(8)]
        shown = await asyncio.gather(*(store.exposures.put(exposure(variant=one)) for one in variants))
        assert len(set(shown)) == 1
        assert [one.variant for one in await store.exposures.of_flag("digest")] == shown[:1]

    async def test_a_person_takes_them_back(self, store: Store) -> None:
        for one in (exposure(), exposure("survey"), exposure(person_id=BO)):
            await store.exposures.put(one)
        assert await store.exposures.forget_person(ADA.id) == 2
        assert await store.exposures.forget_person(ADA.id) == 0
        assert await store.exposures.of_person(ADA.id) == []
        assert await store.exposures.of_flag("digest") == [exposure(person_id=BO)]
