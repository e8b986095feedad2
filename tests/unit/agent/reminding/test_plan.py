"""When our suggestions come, and when they stop; what a person set comes as they set it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reminding.plan import GAPS, STALE, postponed, scheduled, suggestion, unanswered
from agent.reminding.recurrence import rule_text
from agent.reminding.zones import is_quiet, local_day
from storage.domain import Habits, Reminder, ReminderKind, ReminderState, Schedule

ANA = "console:ana"
NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
"""08:00 in Berlin."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WANTED = Habits(person_id=ANA, wanted=True, zone="Europe/Berlin")


def following(history: list[Reminder], now: datetime = NOW, habits: Habits = WANTED) -> Reminder | None:
    return suggestion(habits, history, None, now)


def sent(one: Reminder, answered: bool = False) -> Reminder:
    return replace(
        one, state=ReminderState.SENT, sent_at=one.due_at, answered_at=one.due_at + HOUR if answered else None
    )


def needed(one: Reminder | None) -> Reminder:
    assert one is not None
    return one


def ignored_to_the_end(habits: Habits = WANTED, begin: datetime = NOW) -> list[Reminder]:
    history: list[Reminder] = []
    now = begin
    while (one := suggestion(habits, history, None, now)) is not None:
        history.append(sent(one))
        now = one.due_at
    return history


def test_the_next_suggestion_is_due_at_the_persons_hour() -> None:
    one = needed(following([]))
    assert (one.slot, one.kind) == ("suggestion:2026-11-21", ReminderKind.SUGGESTION)
    assert one.due_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert one.stale_at == datetime(2026, 11, 21, 20, tzinfo=UTC), "when the quiet hours begin"
    assert (one.person_id, one.conversation_id) == (ANA, ANA)


def test_without_quiet_hours_it_is_stale_at_the_end_of_the_local_day() -> None:
    one = needed(following([], habits=replace(WANTED, quiet_from="08:00")))
    assert one.stale_at == datetime(2026, 11, 21, 23, tzinfo=UTC)


@pytest.mark.parametrize("wanted", [None, False])
def test_nobody_is_sent_what_they_did_not_ask_for(wanted: bool | None) -> None:
    assert following([], habits=replace(WANTED, wanted=wanted)) is None


def test_an_hour_in_the_quiet_hours_moves_to_their_end() -> None:
    early = replace(WANTED, hour="06:00")
    one = needed(following([], habits=early))
    assert one.due_at == datetime(2026, 11, 21, 7, tzinfo=UTC)
    late = replace(WANTED, hour="23:00")
    first = needed(following([], habits=late))
    second = needed(following([sent(first, answered=True)], first.due_at, late))
    assert second.due_at - first.due_at == DAY, "also where its day is the next one"


def test_none_comes_beside_what_they_set_themselves() -> None:
    """A rhythm is at the person's hour too: the two would come at the same minute."""
    rule = rule_text(datetime(2026, 11, 21, 10), "FREQ=WEEKLY;BYDAY=SA")
    weekly = Schedule(
        id="s",
        person_id=ANA,
        conversation_id=ANA,
        rule=rule,
        zone="Europe/Berlin",
        said="",
        event_id="e",
        created_at=NOW,
        next_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
    )
    theirs, _ = scheduled(weekly, datetime(2026, 11, 21, 9, tzinfo=UTC))
    for said in (theirs, sent(theirs)):
        assert needed(following([said])).slot == "suggestion:2026-11-22"
    nothing_to_say = replace(theirs, state=ReminderState.DROPPED)
    assert needed(following([nothing_to_say])).slot == "suggestion:2026-11-21"


def of_hers(at: datetime, recurs: str = "FREQ=DAILY;COUNT=1", **rest: object) -> Schedule:
    """Something that she set, due next then, on the clocks of Berlin."""
    local = at + HOUR
    one = Schedule(
        id="s",
        person_id=ANA,
        conversation_id=ANA,
        rule=rule_text(local.replace(tzinfo=None), recurs),
        zone="Europe/Berlin",
        said="at that time",
        event_id="e",
        created_at=NOW,
        next_at=at,
    )
    return replace(one, **rest)  # type: ignore[arg-type]


def slot_beside(*schedules: Schedule) -> str:
    return needed(suggestion(WANTED, [], None, NOW, schedules)).slot


def test_what_they_set_for_later_that_day_holds_ours_back_on_it() -> None:
    evening = NOW + 11 * HOUR
    assert slot_beside(of_hers(evening)) == "suggestion:2026-11-22"
    assert slot_beside(of_hers(evening + DAY)) == "suggestion:2026-11-21", "that is tomorrow"
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert slot_beside(of_hers(late)) == "suggestion:2026-11-21", "in Berlin it is the next day by then"


def test_days_that_recur_are_held_free_beyond_the_next_time() -> None:
    assert slot_beside(of_hers(NOW + 11 * HOUR, "FREQ=WEEKLY;BYDAY=SA,SU,MO")) == "suggestion:2026-11-24"
    daily = of_hers(NOW + 11 * HOUR, "FREQ=DAILY")
    assert suggestion(WANTED, [], None, NOW, [daily]) is None, "there is no day without one"


def test_a_digest_and_a_rule_that_cannot_be_read_hold_nothing_back() -> None:
    digest = of_hers(NOW + 11 * HOUR, "FREQ=DAILY", project_id="p", conversation_id="slack:T:C:1")
    assert slot_beside(digest) == "suggestion:2026-11-21"
    assert slot_beside(of_hers(NOW - DAY, rule="no rule")) == "suggestion:2026-11-21"


def test_a_zone_that_changes_brings_no_second_one_within_hours() -> None:
    """In Auckland it is the next day already."""
    there = replace(WANTED, zone="America/Los_Angeles")
    first = sent(needed(following([], habits=there)))
    moved_at = first.due_at + HOUR
    second = needed(suggestion(replace(WANTED, zone="Pacific/Auckland"), [first], moved_at, moved_at))
    assert second.due_at - first.due_at >= timedelta(hours=12)
    assert second.slot == "suggestion:2026-11-23"


def test_there_is_one_a_day_at_most() -> None:
    one = needed(following([]))
    assert needed(following([sent(one, answered=True)], one.due_at)).slot == "suggestion:2026-11-22"
    dropped = replace(one, state=ReminderState.DROPPED)
    assert needed(following([dropped], one.due_at)).slot == "suggestion:2026-11-22", "nothing was worth saying"


def test_ignored_they_come_less_often_and_stop_after_one_that_says_so() -> None:
    history = ignored_to_the_end()
    days = [local_day(one.due_at, "Europe/Berlin") for one in history]
    assert [(later - earlier).days for earlier, later in pairwise(days)] == [2, 4, 7, 14]
    assert [one.about["last"] for one in history] == [False, False, False, False, True]
    assert [one.about["ignored"] for one in history] == [0, 1, 2, 3, 4]
    assert following(history, history[-1].due_at + 365 * DAY) is None


def test_an_answer_brings_them_back_daily() -> None:
    history = ignored_to_the_end()
    history[-1] = replace(history[-1], answered_at=history[-1].due_at + 3 * DAY)
    one = needed(following(history, history[-1].due_at + 3 * DAY))
    assert one.about == {"ignored": 0, "last": False}


def test_whoever_says_again_how_they_want_them_gets_them_again() -> None:
    history = ignored_to_the_end()
    changed = history[-1].due_at + 30 * DAY + HOUR
    one = needed(suggestion(WANTED, history, changed, changed))
    assert one.due_at > changed
    assert one.about["ignored"] == 0


def test_whoever_opts_in_after_their_hour_gets_the_first_on_the_next_day() -> None:
    afternoon = NOW + 6 * HOUR
    assert needed(suggestion(WANTED, [], afternoon, afternoon)).slot == "suggestion:2026-11-22"


def test_a_process_that_comes_back_in_the_afternoon_still_sends_that_of_today() -> None:
    assert needed(following([], NOW + 6 * HOUR)).slot == "suggestion:2026-11-21"
    assert needed(following([], NOW + 13 * HOUR)).slot == "suggestion:2026-11-22", "it is quiet by then"


def test_snoozed_it_comes_at_the_first_hour_after() -> None:
    snoozed = replace(WANTED, snoozed_until=NOW + 3 * DAY + 5 * HOUR)
    assert needed(following([], habits=snoozed)).slot == "suggestion:2026-11-25"


def test_dropped_ones_are_not_ignored_ones() -> None:
    dropped = [replace(one, state=ReminderState.DROPPED, sent_at=None) for one in ignored_to_the_end()]
    assert unanswered(dropped, None) == 0


@settings(max_examples=40)
@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"]
    ),
    hour=st.integers(0, 23),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    answers=st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_over_both_changes_of_the_clocks_never_twice_a_day_never_in_the_quiet_hours(
    zone: str, hour: int, quiet: tuple[int, int], answers: list[bool]
) -> None:
    habits = Habits(
        person_id=ANA,
        wanted=True,
        zone=zone,
        hour=f"{hour:02}:00",
        quiet_from=f"{quiet[0]:02}:00",
        quiet_until=f"{quiet[1]:02}:00",
    )
    history: list[Reminder] = []
    for begin in (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 25, tzinfo=UTC)):
        now = begin
        for answered in answers:
            one = suggestion(habits, history, begin, now)
            if one is None:
                break
            assert one.due_at < one.stale_at
            assert not is_quiet(one.due_at, habits)
            history.append(sent(one, answered))
            now = one.due_at + HOUR
    days = [local_day(one.due_at, zone) for one in history]
    assert len(days) == len(set(days))
    assert len({one.slot for one in history}) == len(history)


def test_one_that_was_put_off_counts_for_the_day_on_which_it_came() -> None:
    first = sent(needed(following([])))
    again = replace(first, id="again", slot=f"snooze:{first.id}", due_at=NOW + DAY, sent_at=NOW + DAY)
    answered = replace(again, answered_at=NOW + DAY + HOUR)
    assert needed(following([first, answered], NOW + DAY)).slot == "suggestion:2026-11-23"
    quiet = replace(answered, slot=f"{first.slot}:after-quiet")
    assert needed(following([first, quiet], NOW + DAY)).slot == "suggestion:2026-11-23"


def schedule(recurs: str = "FREQ=DAILY") -> Schedule:
    return Schedule(
        id="s",
        person_id=ANA,
        project_id="p",
        conversation_id="slack:T:C:1",
        rule=rule_text(datetime(2026, 11, 21, 23, 30), recurs),
        zone="Europe/Berlin",
        said="every day at 23:30",
        event_id="e",
        created_at=NOW,
        next_at=datetime(2026, 11, 21, 22, 30, tzinfo=UTC),
    )


def test_what_a_person_set_comes_in_their_quiet_hours_too() -> None:
    one, following = scheduled(schedule(), schedule().next_at)
    assert (one.due_at, following) == (schedule().next_at, schedule().next_at + DAY)
    assert (one.slot, one.kind) == ("schedule:s:2026-11-21T23:30", ReminderKind.DIGEST), "a project's, in its channel"
    mine, _ = scheduled(replace(schedule(), conversation_id=ANA), schedule().next_at)
    assert mine.kind is ReminderKind.SCHEDULED
    assert (one.conversation_id, one.project_id, one.about) == ("slack:T:C:1", "p", {"schedule_id": "s"})
    assert postponed(one, WANTED, one.due_at) is None


def test_it_is_stale_after_a_day_or_when_the_next_is_due() -> None:
    weekly, _ = scheduled(schedule("FREQ=WEEKLY"), schedule().next_at)
    assert weekly.stale_at == weekly.due_at + STALE
    twice, _ = scheduled(schedule("FREQ=DAILY;BYHOUR=9,23;BYMINUTE=30"), schedule().next_at)
    assert twice.stale_at == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def test_of_what_was_missed_the_last_is_sent() -> None:
    one, following = scheduled(schedule(), schedule().next_at + 5 * DAY + HOUR)
    assert one.slot == "schedule:s:2026-11-26T23:30"
    assert following == schedule().next_at + 6 * DAY


@pytest.mark.parametrize("kind", [ReminderKind.SURVEY, ReminderKind.SUGGESTION])
def test_ours_wait_once_for_the_end_of_the_quiet_hours(kind: ReminderKind) -> None:
    night = datetime(2026, 11, 21, 23, tzinfo=UTC)
    survey = replace(needed(following([])), kind=kind, slot="survey:m", due_at=night)
    later = needed(postponed(survey, WANTED, night))
    assert later.due_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert later.stale_at > later.due_at
    assert later.id != survey.id
    assert postponed(later, WANTED, night) is None
    assert postponed(survey, WANTED, NOW + 3 * HOUR) is None
    assert postponed(survey, None, night) is None


def test_the_gaps_grow() -> None:
    assert list(GAPS) == sorted(set(GAPS))
