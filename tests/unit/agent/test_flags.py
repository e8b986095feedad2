"""Feature flags: who is shown what, for good; and what is wrong with a definition."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.flags import KNOWN, BadFlags, Flags, read_flags
from agent.words import say
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.linking import linked

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PEOPLE = [f"slack:T1:U{number}" for number in range(2000)]


def on_at(percent: int) -> set[str]:
    flag = read_flags(f"suggestions={percent}%").defined["suggestions"]
    return {person for person in PEOPLE if flag.drawn(person) == "on"}


async def shown(store: Store, flags: Flags, name: str, person: str) -> str:
    return await flags.variant(store, name, person, AT)


class TestADraw:
    def test_is_the_same_today_and_in_another_process(self) -> None:
        """A literal, so that a change of the hash, which would turn features on and off for everybody, is noticed."""
        flag = read_flags("hello=A:50/B:50").defined["hello"]
        drawn = [flag.drawn(f"slack:T1:U{number}") for number in range(8)]
        assert "".join(drawn) == "ABABBBAA"

    def test_keeps_who_was_in_when_the_percentage_is_raised(self) -> None:
        steps = [on_at(percent) for percent in (0, 5, 20, 50, 100)]
        for fewer, more in pairwise(steps):
            assert fewer < more
        assert (steps[0], steps[-1]) == (set(), set(PEOPLE))

    @pytest.mark.parametrize("percent", [5, 20, 50, 80])
    def test_gives_about_as_many_as_it_says(self, percent: int) -> None:
        """Within four standard errors of a share of 2,000."""
        share = 100 * len(on_at(percent)) / len(PEOPLE)
        assert abs(share - percent) < 4 * (percent * (100 - percent) / len(PEOPLE)) ** 0.5

    def test_of_one_flag_says_nothing_of_another(self) -> None:
        flags = read_flags("suggestions=50%, survey=50%").defined
        both = sum(flags["suggestions"].drawn(one) == flags["survey"].drawn(one) == "on" for one in PEOPLE)
        assert abs(both / len(PEOPLE) - 0.25) < 0.04

    @given(st.text())
    def test_knows_a_variant_for_any_account(self, person: str) -> None:
        assert read_flags("hello=A:33.3/B:66.7").defined["hello"].drawn(person) in ("A", "B")


class TestAPerson:
    async def test_without_a_definition_gets_every_feature_and_is_counted_nowhere(self) -> None:
        store = memory_store()
        found = {name: await shown(store, Flags(), name, "console:ana") for name in KNOWN}
        assert found == {"interview": "on", "suggestions": "on", "survey": "on", "hello": "A"}
        assert [one for name in KNOWN for one in await store.exposures.of_flag(name)] == []

    async def test_is_recorded_the_first_time_alone(self) -> None:
        store, flags = memory_store(), read_flags("hello=A:50/B:50")
        for days in range(3):
            await flags.variant(store, "hello", "console:ana", AT + timedelta(days=days))
        (exposure,) = await store.exposures.of_flag("hello")
        assert (exposure.at, exposure.person_id) == (AT, "console:ana")

    async def test_is_one_with_all_linked_accounts(self) -> None:
        store, flags = memory_store(), read_flags("hello=A:50/B:50")
        await linked(store, "console:ana", "slack:T1:U1")
        found = {await shown(store, flags, "hello", one) for one in ("console:ana", "slack:T1:U1")}
        assert len(found) == len(await store.exposures.of_flag("hello")) == 1

    async def test_keeps_the_wording_that_they_saw_first_when_shares_change(self) -> None:
        store = memory_store()
        assert await shown(store, read_flags("hello=A:100"), "hello", "console:ana") == "A"
        assert await shown(store, read_flags("hello=A:1/B:99"), "hello", "console:ana") == "A"
        assert await shown(store, read_flags("hello=B:100"), "hello", "console:ana") == "B", (
            "nobody is given A any more"
        )

    async def test_loses_a_feature_that_is_switched_off(self) -> None:
        """A switch is there to turn something off at once, whoever had it."""
        store = memory_store()
        assert await read_flags("survey=on").is_on(store, "survey", "console:ana", AT)
        assert not await read_flags("survey=off").is_on(store, "survey", "console:ana", AT)
        assert await read_flags("survey=100%").is_on(store, "survey", "console:ana", AT)

    async def test_can_be_given_a_variant_by_hand_with_any_of_their_accounts(self) -> None:
        store = memory_store()
        flags = read_flags("suggestions=0%", '[people]\n"slack:T1:U1" = { suggestions = "on", hello = "B" }')
        await linked(store, "console:ana", "slack:T1:U1")
        assert await shown(store, flags, "suggestions", "console:ana") == "on"
        assert await shown(store, flags, "hello", "console:ana") == "B"
        assert await shown(store, flags, "hello", "console:bo") == "A"
        assert [one.person_id for one in await store.exposures.of_flag("suggestions")] == [], "they were not drawn"


class TestADefinition:
    def test_may_stand_in_the_file_and_the_setting_counts(self) -> None:
        flags = read_flags("survey=20%", 'survey = "80%"\nsuggestions = "off"').defined
        assert flags["survey"].shares == {"on": 20, "off": 80}
        assert flags["suggestions"].shares == {"on": 0, "off": 100}

    @pytest.mark.parametrize("setting", ["", "  ", ",", " ,, "])
    def test_may_be_empty(self, setting: str) -> None:
        assert read_flags(setting).defined == {}

    @pytest.mark.parametrize(
        ("setting", "file", "code"),
        [
            ("suggestions", "", "no_value"),
            ("sugestions=50%", "", "unknown"),
            ("suggestions=50", "", "percent"),
            ("suggestions=150%", "", "percent"),
            ("suggestions=-1%", "", "percent"),
            ("suggestions=nan%", "", "percent"),
            ("suggestions=1e1%", "", "percent"),
            ("suggestions=٥%", "", "percent"),
            ("suggestions=.%", "", "percent"),
            ("suggestions=", "", "percent"),
            ("hello=50%", "", "variant"),
            ("hello=A:50/C:50", "", "variant"),
            ("hello=A:50/A:50", "", "variant"),
            ("hello=A:50/B:60", "", "sum"),
            ("hello=A/B", "", "percent_of"),
            ("survey=50%, suggestions=on, survey=20%", "", "twice"),
            ("", "suggestions = ", "file"),
            ("", 'people = "me"', "people"),
            ("", '[people]\nme = "on"', "people"),
            ("", '[people]\nme = { suggestions = "maybe" }', "variant"),
            ("", "[people]\nme = { suggestions = true }", "variant"),
            ("", '[people]\nme = { nothing = "on" }', "unknown"),
            ("", "[suggestions]\non = 50", "percent"),
        ],
    )
    def test_that_cannot_be_read_is_named_in_a_sentence(self, setting: str, file: str, code: str) -> None:
        with pytest.raises(BadFlags) as bad:
            read_flags(setting, file)
        assert bad.value.code == code
        assert say(f"flags.bad_{code}", **bad.value.values)

    def test_is_named_as_it_was_written(self) -> None:
        with pytest.raises(BadFlags) as bad:
            read_flags(file="survey = true")
        assert bad.value.values["written"] == "true"

    @given(st.text(), st.text())
    def test_of_whatever_text_is_read_or_refused(self, setting: str, file: str) -> None:
        known, refused = set[str](), ""
        try:
            known = set(read_flags(setting, file).defined)
        except BadFlags as bad:
            refused = say(f"flags.bad_{bad.code}", **bad.values)
        assert known <= set(KNOWN)
        assert not (known and refused)
