"""What people write about times is understood wholly, or they are told what is missing. Nothing is guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.reminding import told
from agent.reminding.errors import Unclear
from agent.reminding.recurrence import next_after
from agent.reminding.when import Understood, read

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
"""A Saturday, 14:30 in Berlin."""


def understood(text: str) -> Understood:
    return read(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("said", "means", "first"),
    [
        ("every Tuesday at 9", "every Tuesday at 09:00", "11-24 09:00"),
        ("Tuesdays @ 9", "every Tuesday at 09:00", "11-24 09:00"),
        ("Please remind me every tue at 9 o'clock.", "every Tuesday at 09:00", "11-24 09:00"),
        ("every weekday at 8:30", "every weekday, Monday to Friday, at 08:30", "11-23 08:30"),
        ("from Monday to Friday at 8.30", "every weekday, Monday to Friday, at 08:30", "11-23 08:30"),
        ("mon-fri at 17", "every weekday, Monday to Friday, at 17:00", "11-23 17:00"),
        ("daily at 17:00", "every day at 17:00", "11-21 17:00"),
        ("every morning", "every day at 09:00", "11-22 09:00"),
        ("every Monday morning", "every Monday at 09:00", "11-23 09:00"),
        ("every day at noon", "every day at 12:00", "11-22 12:00"),
        ("every day at 5pm", "every day at 17:00", "11-21 17:00"),
        ("every day at 12 am", "every day at 00:00", "11-22 00:00"),
        ("at half past five in the afternoon every day", "every day at 17:30", "11-21 17:30"),
        ("quarter to 9 on Mondays", "every Monday at 08:45", "11-23 08:45"),
        ("every day at 9, 13 and 17", "every day at 09:00, 13:00 and 17:00", "11-21 17:00"),
        ("at 9 every day and at 17", "every day at 09:00 and 17:00", "11-21 17:00"),
        ("every Tuesday and Thursday at 9am and 5pm", "every Tuesday and Thursday at 09:00 and 17:00", "11-24 09:00"),
        ("every two weeks on Friday at 14:00", "every 2 weeks on Friday at 14:00", "11-27 14:00"),
        ("every other Tuesday at 0900", "every 2 weeks on Tuesday at 09:00", "11-24 09:00"),
        ("every second day at 9", "every 2 days at 09:00", "11-23 09:00"),
        ("every 3rd week on Friday", "every 3 weeks on Friday at 10:00", "11-27 10:00"),
        ("every second day of the month", "every month on day 2 at 10:00", "12-02 10:00"),
        ("fortnightly", "every 2 weeks on Saturday at 10:00", "12-05 10:00"),
        ("every 3 days at 8", "every 3 days at 08:00", "11-24 08:00"),
        ("Mondays and Thursdays at 9:30 am", "every Monday and Thursday at 09:30", "11-23 09:30"),
        ("every weekend", "every Saturday and Sunday at 10:00", "11-22 10:00"),
        ("weekly", "every Saturday at 10:00", "11-28 10:00"),
        ("monthly", "every month on day 21 at 10:00", "12-21 10:00"),
        ("on the first Monday of the month at 9", "every month on its first Monday at 09:00", "12-07 09:00"),
        (
            "on the fifth Monday of the month at 9",
            "every month on its fifth Monday at 09:00 (in months that have one)",
            "11-30 09:00",
        ),
        ("second Tuesday of each month", "every month on its second Tuesday at 10:00", "12-08 10:00"),
        ("last Friday of the month at 16:00", "every month on its last Friday at 16:00", "11-27 16:00"),
        ("every first working day of the month at 9", "every month on its first working day at 09:00", "12-01 09:00"),
        ("on the 15th of each month", "every month on day 15 at 10:00", "12-15 10:00"),
        ("on the 1st and 15th of each month", "every month on day 1 and 15 at 10:00", "12-01 10:00"),
        ("on the 31st of each month", "every month on its last day at 10:00", "11-30 10:00"),
        ("at the end of the month", "every month on its last day at 10:00", "11-30 10:00"),
        (
            "on the 30th of every month",
            "every month on day 30 at 10:00 (or on the last day of a month that is shorter)",
            "11-30 10:00",
        ),
        ("every 3 months on the 1st", "every 3 months on day 1 at 10:00", "12-01 10:00"),
        ("every year on 24 December", "every year on 24 December at 10:00", "12-24 10:00"),
        ("tomorrow at 10", "once, on Sunday 22 November 2026 at 10:00", "11-22 10:00"),
        ("tonight", "once, on Saturday 21 November 2026 at 20:00", "11-21 20:00"),
        ("in 3 days", "once, on Tuesday 24 November 2026 at 10:00", "11-24 10:00"),
        ("in 2 hours", "once, on Saturday 21 November 2026 at 16:30", "11-21 16:30"),
        ("in half an hour", "once, on Saturday 21 November 2026 at 15:00", "11-21 15:00"),
        ("next Friday", "once, on Friday 27 November 2026 at 10:00", "11-27 10:00"),
        ("Saturday at 9", "once, on Saturday 28 November 2026 at 09:00", "11-28 09:00"),
        ("Saturday at 15", "once, on Saturday 21 November 2026 at 15:00", "11-21 15:00"),
        ("next week", "once, on Monday 23 November 2026 at 10:00", "11-23 10:00"),
        ("next month", "once, on Tuesday 1 December 2026 at 10:00", "12-01 10:00"),
        ("on December 24th at 9", "once, on Thursday 24 December 2026 at 09:00", "12-24 09:00"),
        ("24.12. at 9", "once, on Thursday 24 December 2026 at 09:00", "12-24 09:00"),
        ("2026-12-24 at 9:00", "once, on Thursday 24 December 2026 at 09:00", "12-24 09:00"),
        ("12/24 at 9", "once, on Thursday 24 December 2026 at 09:00", "12-24 09:00"),
        ("every day at 9 for 2 weeks", "every day at 09:00, until Friday 4 December 2026", "11-22 09:00"),
        (
            "every Tuesday at 9 until 31 December",
            "every Tuesday at 09:00, until Thursday 31 December 2026",
            "11-24 09:00",
        ),
        ("every day at 9, 5 times", "every day at 09:00, 5 times in all", "11-22 09:00"),
        ("starting Monday every day at 9", "every day at 09:00", "11-23 09:00"),
        ("１２:30 every day", "every day at 12:30", "11-22 12:30"),
    ],
)
def test_plain_words_are_understood(said: str, means: str, first: str) -> None:
    found = understood(said)
    assert told.when(found.rule, BERLIN) == means
    assert f"{found.first_at.astimezone(ZoneInfo(BERLIN)):%m-%d %H:%M}" == first
    assert next_after(found.rule, BERLIN, NOW) == found.first_at


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("every Tuesday at 9 to review my drafts", "review my drafts"),
        ("EVERY TUESDAY AT 9 TO REVIEW", "REVIEW"),
        ("every Tuesday at 9: look at the drafts", "look at the drafts"),
        ("remind me to Review the Drafts every Tuesday at 9", "Review the Drafts"),
        ("remind me about Monday's meeting every Tuesday at 9", "Monday's meeting"),
        ("every Tuesday at 9", ""),
    ],
)
def test_what_to_be_reminded_of_may_stand_with_it(said: str, note: str) -> None:
    found = understood(said)
    assert (told.when(found.rule, BERLIN), found.note) == ("every Tuesday at 09:00", note)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "empty"),
        ("remind me", "empty"),
        ("x" * 400, "too_long"),
        ("banana", "not_understood"),
        ("every banana", "not_understood"),
        ("every 0 days", "not_understood"),
        ("every Tuesday at 9 or so", "not_understood"),
        ("today at 9", "past"),
        ("yesterday", "past"),
        ("at 9 yesterday", "past"),
        ("3 days ago", "past"),
        ("every Tuesday at 9 for 0 times", "not_understood"),
        ("13/11/2026 at 9", "past"),
        ("every day until 1 January 2026", "past"),
        ("in 99999999999999999999 days", "too_far"),
        ("24 December 2099", "too_far"),
        ("in 99999999999999999999 hours", "too_far"),
        ("every 99999999999 days", "too_rare"),
        ("every hour", "too_often"),
        ("each second", "too_often"),
        ("every 30 minutes", "too_often"),
        ("every day at 9, 10, 11, 12 and 13", "too_often"),
        ("twice a day", "too_often"),
        ("twice a week", "which_days"),
        ("every month on Monday", "which_days"),
        ("12/11 at 9", "which_date"),
        ("30 February", "no_such_day"),
        ("on the 32nd of each month", "no_such_day"),
        ("on the seventh Monday of the month", "not_understood"),
        ("on the 7th Monday of the month", "no_such_day"),
        ("at 9", "every_or_once"),
        ("Monday and Thursday", "every_or_once"),
        ("on the 15th", "every_or_once"),
        ("every second Tuesday", "every_second"),
        ("biweekly", "two_meanings"),
        ("every day for 0 days", "not_understood"),
        ("in 0 days", "past"),
        ("every", "not_understood"),
        ("every Tuesday at 25", "bad_time"),
        ("every Tuesday at 9:75", "bad_time"),
        ("every Tuesday at 13 pm", "bad_time"),
        ("every day at 5", "am_or_pm"),
        ("every day at 5:30", "am_or_pm"),
        ("every day at midnight", "midnight"),
        ("every day at 9 and 17:30", "same_minute"),
        ("tomorrow at 9 and 17", "one_time"),
        ("every Tuesday at 9am and Thursday at 5pm", "own_times"),
        ("Tuesdays at 9 and Thursdays at 10 to feed it", "own_times"),
        ("on the 30th of each month at 9 and 17", "one_time"),
        ("on the 15th and 30th of each month", "one_day"),
        ("first and last working day of the month", "one_day"),
    ],
)
def test_what_is_unclear_is_asked_for(said: str, code: str) -> None:
    with pytest.raises(Unclear) as unclear:
        understood(said)
    assert unclear.value.code == code
    assert told.unclear(unclear.value), "there is a sentence, and it can be filled in"


def test_the_time_that_is_taken_where_none_is_named_is_the_persons() -> None:
    assert told.when(read("every Friday", NOW, BERLIN, "07:30").rule, BERLIN) == "every Friday at 07:30"


def test_hours_from_now_are_hours_over_a_change_of_the_clocks() -> None:
    night = datetime(2026, 10, 24, 23, 45, tzinfo=UTC)  # 01:45 in Berlin; 03:00 becomes 02:00 an hour later
    assert read("in 2 hours", night, BERLIN).first_at == night + timedelta(hours=2)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("every Tuesday at 9 Tokyo time", "every Tuesday at 9 Tokyo time"),
        ("in 1 second", "in 1 second"),
        ("every tusday at 9", "tusday"),
        ("every", "every"),
        ("every day for 0 days", "for 0 day"),
    ],
)
def test_what_was_not_understood_is_quoted_as_it_was_written(said: str, quoted: str) -> None:
    with pytest.raises(Unclear) as unclear:
        understood(said)
    assert unclear.value.about["rest"] == quoted


def test_nobody_is_quoted_with_markup() -> None:
    with pytest.raises(Unclear) as unclear:
        understood("every *bold* <b>[x](y)</b> `code` @everyone")
    assert not set(str(unclear.value.about["rest"])) & set("*_`<>[]@")


_WORDS = [
    "every",
    "each",
    "day",
    "week",
    "month",
    "tuesday",
    "fri",
    "weekday",
    "weekend",
    "first",
    "second",
    "last",
    "31st",
    "15th",
    "at",
    "on",
    "the",
    "of",
    "in",
    "until",
    "from",
    "to",
    "for",
    "and",
    ",",
    "9",
    "5pm",
    "17:30",
    "noon",
    "2",
    "3",
    "99999999999",
    "times",
    "24",
    "december",
    "29",
    "february",
    "12/11",
    "2026-13-45",
    "next",
    "tomorrow",
    "morning",
    "starting",
    "hours",
    "§",
    "§0",
    "§9",
    ":",
]


@given(st.one_of(st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join), st.text(max_size=60)))
@example("§0 every")
@example("٣ days")
@example("in ٣ days")
@example("at ٩٩")
@example("²⁰ every day")
@example("every year on §0")
@example("\x00 every day \u202e at 9")
@example("until §3 every day")
def test_whatever_is_written_is_a_rule_or_a_question(text: str) -> None:
    try:
        found = understood(text)
    except Unclear as problem:
        sentence = told.unclear(problem)
    else:
        assert found.first_at > NOW
        assert next_after(found.rule, BERLIN, NOW) == found.first_at
        assert len(found.rule) < 200
        sentence = told.when(found.rule, BERLIN)
    assert sentence


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Bo to give two examples on Friday", "Bo"),
        ("bo to give two examples on Friday", "bo"),
        ("remind Bo every Friday at 9", "Bo"),
        ("@bo.miller about the drafts tomorrow at 10", "bo.miller"),
        ("Anna Lena to review on Monday", "Anna Lena"),
        ("him to look at it tomorrow", "him"),
    ],
)
def test_whoever_names_somebody_else_is_told_that_each_sets_their_own(said: str, who: str) -> None:
    with pytest.raises(Unclear) as problem:
        understood(said)
    assert (problem.value.code, problem.value.about) == ("somebody_else", {"who": who})
    assert f"Have {who} write to me" in told.unclear(problem.value)


@pytest.mark.parametrize("said", ["us every Friday at 9", "everybody to review", "the team on Fridays", "Us"])
def test_whoever_means_all_is_told_of_the_digest(said: str) -> None:
    with pytest.raises(Unclear) as problem:
        understood(said)
    assert problem.value.code == "others"
    assert "/tune remind digest" in told.unclear(problem.value)


@pytest.mark.parametrize("said", ["tommorow to feed it", "evry Tuesday at 9", "Tuseday to feed it"])
def test_a_mistyped_time_is_nobodys_name(said: str) -> None:
    with pytest.raises(Unclear) as problem:
        understood(said)
    assert problem.value.code == "not_understood"
