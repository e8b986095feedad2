"""Which version is in use, on every adapter."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import START, model, project, promotion


@pytest.fixture(autouse=True)
async def _versions(store: Store) -> None:
    for name in ("one", "two"):
        await store.projects.add(project(name))
    for name in ("1", "2"):
        await store.models.add(model(name))


async def test_they_stand_in_the_order_in_which_they_were_made_whatever_the_clocks_say(store: Store) -> None:
    made = [
        promotion("9", by="verdict", person_id=None, why="better"),
        promotion("5", model_id="model_2", at=START.replace(year=2020)),
        promotion("7"),  # back again
    ]
    assert await store.promotions.of_project("project_one") == []
    assert [await store.promotions.put(one) for one in made] == made
    assert await store.promotions.of_project("project_one") == made
    assert await store.promotions.of_project("project_two") == []


async def test_one_that_is_put_again_changes_nothing_not_even_what_is_in_use(store: Store) -> None:
    for one in (promotion("1"), promotion("2", model_id="model_2")):
        await store.promotions.put(one)
    assert await store.promotions.put(promotion("1", model_id="model_2", why="other")) == promotion("1")
    assert [one.model_id for one in await store.promotions.of_project("project_one")] == ["model_1", "model_2"]


async def test_one_that_is_put_by_several_at_once_is_there_once(store: Store) -> None:
    same = [replace(promotion(), why=str(number)) for number in range(6)]
    returned = await asyncio.gather(*map(store.promotions.put, same))
    assert len({one.why for one in returned}) == 1
    assert await store.promotions.of_project("project_one") == returned[:1]


@pytest.mark.parametrize("unknown", [{"project_id": "project_none"}, {"model_id": "model_none"}])
async def test_a_known_version_of_a_known_project_is_put_to_use(store: Store, unknown: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        await store.promotions.put(promotion(**unknown))
    assert await store.promotions.of_project("project_one") == []
