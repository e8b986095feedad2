"""Pinned requests, on every adapter."""

from dataclasses import replace

import pytest

from storage.domain import AgreedFormat
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, pin, project


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def test_a_pin_comes_back_whole_with_what_is_expected_of_the_answer(store: Store) -> None:
    odd = pin(
        instruction="nul \x00 half \ud83d",
        input="Kettle, cracked lid",
        reference="Refund: 39 euros",
        must=("39", "euros"),
        must_not=("sorry",),
        expected=AgreedFormat(sections=("Refund:",), lines=4, agreed=True),
    )
    await store.pins.add(odd)
    assert await store.pins.of_project("project_one") == [odd]


async def test_pinning_again_changes_nothing(store: Store) -> None:
    await store.pins.add(pin())
    await store.pins.add(pin(instruction="another"))
    assert await store.pins.of_project("project_one") == [pin()]


async def test_pins_stand_in_order_and_are_removed_one_by_one(store: Store) -> None:
    for name, minutes in (("b", 1), ("a", 1), ("c", 0)):
        await store.pins.add(pin(name, created_at=START + minutes * MINUTE))
    assert await store.pins.remove("pin_a") is True
    assert await store.pins.remove("pin_a") is False
    assert [one.id for one in await store.pins.of_project("project_one")] == ["pin_c", "pin_b"]


async def test_a_pin_needs_a_project(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.pins.add(pin(project_id="none"))


async def test_an_author_is_forgotten_in_one_project_and_nobody_else(store: Store) -> None:
    await store.projects.add(project("two"))
    bo, far = replace(pin("bo"), author_id="console:bo"), pin("far", project_id="project_two")
    for one in (pin("1"), pin("2"), bo, far):
        await store.pins.add(one)
    assert await store.pins.forget_author(ADA.id, "project_one") == 2
    assert await store.pins.forget_author(ADA.id, "project_one") == 0
    assert await store.pins.of_project("project_one") == [bo]
    assert await store.pins.of_project("project_two") == [far]
