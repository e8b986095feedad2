"""What came of a feature, by the variant that people were shown: planted differences, and those who do not count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.flags import Flag, read_flags
from agent.readouts import WINDOW, Compared, Deeds, ReadOut, read_out
from agent.reports.stats_notes import read_out_lines
from storage.domain import Exposure

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LATER = AT + WINDOW
DAY = timedelta(days=1)
HELLO = read_flags("hello=A:50/B:50").defined["hello"]


def shown(person: str, variant: str, at: datetime = AT, flag: str = "hello") -> Exposure:
    return Exposure(flag=flag, person_id=person, variant=variant, at=at)


def groups(a: int, b: int) -> list[Exposure]:
    return [shown(f"a{number}", "A") for number in range(a)] + [shown(f"b{number}", "B") for number in range(b)]


def read(
    exposures: list[Exposure],
    deeds: dict[str, Deeds],
    flag: Flag = HELLO,
    at: datetime = LATER,
    people: dict[str, str] | None = None,
) -> ReadOut:
    return read_out(flag, exposures, people or {}, deeds, at)


def of(found: ReadOut, outcome: str) -> Compared:
    return next(one for one in found.outcomes if one.outcome == outcome)


def test_a_planted_difference_is_found_with_its_interval() -> None:
    """2 of 40 make a model with A, 24 of 40 with B."""
    made = [*(f"a{number}" for number in range(2)), *(f"b{number}" for number in range(24))]
    found = of(read(groups(40, 40), {one: Deeds(made=[AT + 3 * DAY]) for one in made}), "made_model")
    assert (found.means, found.people) == ({"A": 2 / 40, "B": 24 / 40}, {"A": 40, "B": 40})
    assert found.difference is not None
    assert found.difference.low > 0.3
    assert found.code == "higher"


def test_each_variant_has_an_interval_of_its_own() -> None:
    deeds = {
        f"b{number}": Deeds(made=[AT + 3 * DAY], ratings=[(AT + 4 * DAY, 4 + number % 2)], days={(AT + 2 * DAY).date()})
        for number in range(24)
    }
    found = read(groups(40, 40), deeds)
    for outcome in ("made_model", "active_days", "days_to_model", "satisfaction"):
        compared = of(found, outcome)
        interval, mean = compared.intervals["B"], compared.means["B"]
        assert interval is not None
        assert mean is not None
        assert interval.low < mean == interval.mean < interval.high
        assert interval.n == compared.people["B"]
    none_at_all = of(found, "made_model").intervals["A"]
    assert none_at_all is not None
    assert (none_at_all.low, round(none_at_all.high, 2)) == (0, 0.07)
    assert of(found, "satisfaction").intervals["A"] is None
    told = read_out_lines(found)
    assert "A 0 % (0 % to 7 %, of 40), B 60 % (44 % to 75 %, of 40)" in told[1]
    assert "A nobody yet, B 4.5 (4.3 to 4.7, of 24)" in told[-1]


def test_no_difference_is_called_none() -> None:
    made = [f"{group}{number}" for group in "ab" for number in range(10)]
    found = of(read(groups(30, 30), {one: Deeds(made=[AT + DAY]) for one in made}), "made_model")
    assert found.difference is not None
    assert found.difference.low < 0 < found.difference.high
    assert found.code == "open"


def test_fewer_than_twenty_of_a_group_are_too_few_however_clear_it_looks() -> None:
    found = of(read(groups(19, 40), {f"b{number}": Deeds(made=[AT + DAY]) for number in range(40)}), "made_model")
    assert found.code == "too_few"
    assert found.difference is not None, "it is shown all the same"
    assert found.difference.low > 0


def test_coming_back_means_the_second_week() -> None:
    first_week, second_week, third_week = ({(AT + days * DAY).date()} for days in (6, 7, 14))
    deeds = {"a0": Deeds(days=first_week), "a1": Deeds(days=second_week), "a2": Deeds(days=third_week)}
    assert of(read(groups(4, 0), deeds), "returned").means["A"] == 1 / 4


def test_engagement_is_on_how_many_of_the_days_that_follow_somebody_did_anything() -> None:
    often = {(AT + days * DAY).date() for days in (0, 1, 5, 13, 14)}
    once = {AT.date()}
    deeds = {f"a{number}": Deeds(days=once) for number in range(30)} | {
        f"b{number}": Deeds(days=often) for number in range(30)
    }
    found = of(read(groups(30, 30), deeds), "active_days")
    assert (found.means, found.code) == ({"A": 0.0, "B": 3.0}, "higher")
    assert found.difference is not None
    assert found.difference.low > 2


def test_what_came_before_or_after_the_window_is_not_counted() -> None:
    deeds = {
        "a0": Deeds(made=[AT - DAY], ratings=[(AT - DAY, 1)]),
        "a1": Deeds(made=[AT + WINDOW], ratings=[(AT + WINDOW, 1)]),
        "a2": Deeds(made=[AT + 2 * DAY, AT + DAY], ratings=[(AT + DAY, 4), (AT + 2 * DAY, 5)]),
    }
    found = read(groups(3, 0), deeds)
    assert of(found, "made_model").means["A"] == 1 / 3
    assert (of(found, "days_to_model").means["A"], of(found, "days_to_model").people["A"]) == (1.0, 1)
    assert (of(found, "satisfaction").means["A"], of(found, "satisfaction").people["A"]) == (4.5, 1)


def test_whoever_was_shown_it_too_lately_is_watched_still() -> None:
    exposures = [*groups(2, 0), shown("late", "A", LATER - WINDOW + timedelta(seconds=1))]
    found = read(exposures, {})
    assert (found.watched, found.people["A"]) == (1, 3)
    assert of(found, "made_model").people["A"] == 2


def test_nobody_at_all_is_told_as_nobody() -> None:
    found = read([], {})
    assert all(one.means == {"A": None, "B": None} and one.code == "too_few" for one in found.outcomes)


def test_accounts_that_were_linked_later_are_one_person_who_counts_if_both_saw_the_same() -> None:
    same = [shown("console:ana", "A"), shown("slack:ana", "A", AT + DAY)]
    other = [shown("console:bo", "A"), shown("slack:bo", "B", AT + DAY)]
    people = {one: one.replace("slack", "console") for one in ("slack:ana", "slack:bo")}
    found = read([*same, *other], {}, people=people, at=LATER + DAY)
    assert (found.people, found.left_out) == ({"A": 2, "B": 0}, 1)
    assert of(found, "made_model").people == {"A": 1, "B": 0}


def test_whoever_came_in_by_a_larger_percentage_is_in_neither_group() -> None:
    few, more = (read_flags(f"survey={percent}%").defined["survey"] for percent in (20, 60))
    people = [f"p{number}" for number in range(200)]
    exposures = [shown(one, few.drawn(one), flag="survey") for one in people]
    before, after = read(exposures, {}, flag=few), read(exposures, {}, flag=more)
    crossed = sum(few.drawn(one) != more.drawn(one) for one in people)
    assert (before.left_out, after.left_out) == (0, crossed)
    assert 50 < crossed < 110
    assert of(after, "returned").people["on"] == sum(few.drawn(one) == "on" for one in people)
    assert before.control == "off"


def test_whoever_was_chosen_by_hand_was_not_drawn_and_does_not_count() -> None:
    by_hand = replace(HELLO, people={"a0": "A"})
    found = read(groups(2, 2), {}, flag=by_hand)
    assert (found.left_out, of(found, "returned").people) == (1, {"A": 1, "B": 2})


@pytest.mark.parametrize(("made_in_b", "code"), [(13, "open"), (24, "higher")])
def test_four_outcomes_are_corrected_together(made_in_b: int, code: str) -> None:
    """5 of 40 against 13 of 40 would be told from chance alone (p 0.04), and is not among four."""
    deeds = {
        **{f"a{number}": Deeds(made=[AT + number * DAY / 9], ratings=[(AT, 3 + number % 2)]) for number in range(5)},
        **{f"b{n}": Deeds(made=[AT + n % 5 * DAY / 9], ratings=[(AT, 3 + n % 2)]) for n in range(made_in_b)},
    }
    found = of(read(groups(40, 40), deeds), "made_model")
    assert found.difference is not None
    assert found.difference.p < 0.05
    assert found.code == code
