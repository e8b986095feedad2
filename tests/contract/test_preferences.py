"""Pairs of answers, what was picked of them and the rules learned, on every adapter."""

from dataclasses import replace
from typing import Any

import pytest

from storage.domain import Preference, RubricRule
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, preference, project, row, rule


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def pairs(store: Store, project_id: str = "project_one") -> list[Preference]:
    return list(await store.preferences.of_project(project_id))


async def rules(store: Store, project_id: str = "project_one") -> list[RubricRule]:
    return list(await store.preferences.rules(project_id))


async def test_a_pair_comes_back_whole_whatever_it_holds(store: Store) -> None:
    hostile = preference("1", instruction="nul \x00", input="half \ud83d", first="مرحبا", second="你好 ' \" ; --")
    await store.preferences.add(hostile)
    assert await store.preferences.get("preference_1") == hostile
    assert await pairs(store) == [hostile]


async def test_a_pair_that_is_there_is_left_as_it_is(store: Store) -> None:
    await store.preferences.add(preference())
    await store.preferences.add(preference(first="other"))
    assert await store.preferences.get("preference_1") == preference()


async def test_a_pick_is_recorded_and_can_be_corrected(store: Store) -> None:
    await store.preferences.add(preference())
    decided = await store.preferences.decide("preference_1", "first", "it is shorter", "row_1", "consent_1")
    assert decided == replace(
        preference(), picked="first", reason="it is shorter", row_id="row_1", consent_id="consent_1"
    )
    corrected = await store.preferences.decide("preference_1", "second", "", None, None)
    assert corrected == replace(preference(), picked="second")
    assert await pairs(store) == [corrected]
    await store.preferences.add(preference())  # again, after a crash
    assert await pairs(store) == [corrected]


async def test_pairs_and_rules_are_in_order_of_creation_then_of_id(store: Store) -> None:
    for name, minutes in (("b", 1), ("a", 1), ("c", 0)):
        await store.preferences.add(preference(name, created_at=START + minutes * MINUTE))
        await store.preferences.add_rule(rule(name, created_at=START + minutes * MINUTE))
    assert [pair.id for pair in await pairs(store)] == ["preference_c", "preference_a", "preference_b"]
    assert [one.id for one in await rules(store)] == ["rule_c", "rule_a", "rule_b"]


async def test_a_rule_that_is_there_is_left_as_it_is(store: Store) -> None:
    learned = rule(preference_id="preference_1", text="Kürzer, 更短, أقصر \x00")
    await store.preferences.add_rule(learned)
    await store.preferences.add_rule(rule(text="other"))
    assert await rules(store) == [learned]


async def test_they_need_a_project_and_what_is_asked_for_must_be_there(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.preferences.add(preference(project_id="none"))
    with pytest.raises(NotFound):
        await store.preferences.add_rule(rule(project_id="none"))
    with pytest.raises(NotFound):
        await store.preferences.get("none")
    with pytest.raises(NotFound):
        await store.preferences.decide("none", "first", "", None, None)
    assert (await pairs(store, "none"), await rules(store, "none")) == ([], [])


async def test_an_author_is_forgotten_with_pairs_and_rules(store: Store) -> None:
    await store.projects.add(project("two"))
    for name, changes in {"1": {}, "bo": {"author_id": "console:bo"}, "far": {"project_id": "project_two"}}.items():
        await store.preferences.add(preference(name, **changes))
        await store.preferences.add_rule(rule(name, **changes))
    await store.preferences.add_rule(rule("2"))
    assert await store.preferences.forget_author(ADA.id, "project_one") == 3
    assert await store.preferences.forget_author(ADA.id, "project_one") == 0
    assert [pair.id for pair in await pairs(store)] == ["preference_bo"]
    assert [one.id for one in await rules(store)] == ["rule_bo"]
    assert (len(await pairs(store, "project_two")), len(await rules(store, "project_two"))) == (1, 1)
    with pytest.raises(NotFound):
        await store.preferences.get("preference_1")


async def test_an_author_of_rows_is_forgotten_with_the_pairs_that_rest_on_them(store: Store) -> None:
    await store.rows.add([row("1"), row("2", author_id="console:bo")])
    for name, row_id in {"a": "row_1", "b": "row_2", "c": None}.items():
        await store.preferences.add(preference(name, author_id="console:bo", row_id=row_id))
    assert await store.preferences.forget_author(ADA.id, "project_one") == 1
    assert [pair.id for pair in await pairs(store)] == ["preference_b", "preference_c"]


async def test_the_texts_of_a_pair_are_replaced_and_what_was_decided_stays(store: Store) -> None:
    await store.preferences.add(preference())
    decided = await store.preferences.decide("preference_1", "second", "shorter", "row_1", "consent_1")
    texts: dict[str, Any] = {"instruction": "nul \x00", "input": "", "first": "half \ud83d", "second": "مرحبا"}
    await store.preferences.reword(replace(preference(author_id="console:bo"), **texts))
    assert await pairs(store) == [replace(decided, **texts)]
    with pytest.raises(NotFound):
        await store.preferences.reword(preference("none"))


async def test_a_rule_is_taken_back_for_good(store: Store) -> None:
    await store.preferences.add_rule(rule("1"))
    await store.preferences.add_rule(rule("2"))
    assert await store.preferences.remove_rule("rule_1") is True
    assert await store.preferences.remove_rule("rule_1") is False
    assert [one.id for one in await rules(store)] == ["rule_2"]
