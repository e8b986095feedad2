"""How somebody sets how they are reminded: in words, by buttons, by a form; offered once, on only if they say so."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.coverage import plan_for
from agent.forms import check_form
from agent.reminding.plan import reminder_id, scheduled
from agent.replies import Say, ShowCard
from storage.domain import Habits, Membership, Reminder, ReminderKind, ReminderState, Role, RowStatus, Schedule
from tests.contract.facts import row
from tests.fakes.projects import in_a_project, stage_of
from tests.fakes.reminding import reminded, wants
from tests.fakes.talk import Talk

PROJECT = "project_1"
BO = "console:bo"
THREAD = "chat:T1:C1:thread"
"""A thread of a channel."""


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await in_a_project(talk)
    return talk


@pytest.fixture
async def team(tmp_path: Path) -> Talk:
    """Ana in the thread of a project that others read along."""
    talk = Talk(home=tmp_path, conversation=THREAD, shared=True)
    await in_a_project(talk)
    return talk


async def habits(talk: Talk) -> Habits:
    known = await talk.store.habits.get(talk.person)
    assert known is not None
    return known


async def schedules(talk: Talk) -> list[Schedule]:
    return list(await talk.store.schedules.of_person(talk.person))


def card(talk: Talk) -> ShowCard:
    return next(one for one in reversed(talk.said) if isinstance(one, ShowCard) and one.card_kind == "reminders")


def labels(talk: Talk) -> list[str]:
    return [choice.label for choice in card(talk).choices]


# On and off


async def test_nothing_is_on_before_somebody_says_so(ana: Talk) -> None:
    said = await ana.type("/tune remind")
    assert "My suggestions: off" in said
    assert labels(ana)[0] == "Turn suggestions on"
    assert not await ana.store.habits.all()


async def test_turning_on_asks_for_the_time_zone_once(ana: Talk) -> None:
    assert "Where are you?" in await ana.type("/tune remind on")
    assert await stage_of(ana) == "zone"
    assert "Europe/Berlin" in await ana.type("I live in Berlin")
    known = await habits(ana)
    assert (known.wanted, known.zone) == (True, "Europe/Berlin")
    assert await stage_of(ana) == "examples"
    await ana.type("/tune remind off")
    assert "Where are you?" not in await ana.type("/tune remind on")


async def test_a_place_that_is_not_known_is_asked_for_again_and_can_be_skipped(ana: Talk) -> None:
    await ana.type("/tune remind on")
    assert "no time zone called “Atlantis”" in await ana.type("Atlantis")
    assert await stage_of(ana) == "zone"
    assert "stays open" in await ana.type("/tune skip")
    assert await stage_of(ana) == "examples"


async def test_what_a_clock_shows_is_understood(ana: Talk) -> None:
    await ana.type("/tune remind on")
    await ana.type("it is 14:30 here")  # nine o'clock in UTC
    assert (await habits(ana)).zone == "Asia/Kolkata"


async def test_a_country_with_several_zones_leads_to_buttons(ana: Talk) -> None:
    await ana.type("/tune remind on")
    await ana.type("USA")
    assert "America/Chicago, 03:00 now" in labels(ana)
    await ana.press("America/Chicago, 03:00 now")
    assert (await habits(ana)).zone == "America/Chicago"
    assert await stage_of(ana) == "examples"


async def test_somebody_in_the_middle_of_an_example_goes_on_with_it_afterwards(ana: Talk) -> None:
    await ana.type("Write the user story for resetting a password")
    await ana.type("/tune remind on")
    await ana.type("Berlin")
    assert await stage_of(ana) == "input"


async def test_off_is_off_and_what_was_set_still_comes(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9")
    assert "What you set yourself still comes (1)" in await ana.type("/tune remind off")
    assert (await habits(ana)).wanted is False


async def test_quiet_hours_end_by_a_word_and_not_by_a_missing_one(ana: Talk) -> None:
    await wants(ana)
    for said in ("quiet", "quiet 8 to 8"):
        assert "did not understand these hours" in await ana.type(f"/tune remind {said}")
    assert (await habits(ana)).quiet_from == "21:00"
    assert "no quiet hours" in await ana.type("/tune remind quiet off")


async def test_an_hour_in_the_quiet_hours_is_told_as_what_becomes_of_it(ana: Talk) -> None:
    await wants(ana)
    assert "suggestions come at 08:00" in await ana.type("/tune remind hour 22")
    assert "at 08:00" in await ana.type("/tune remind on")
    assert "at 08:00" in await ana.type("/tune remind")
    await ana.type("/tune remind hour 10")
    assert "Suggestions wait until 11:00" in await ana.type("/tune remind quiet 20 to 11")


async def test_whoever_moves_is_told_that_what_was_set_stays(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9")
    assert "still comes by the clocks of Europe/Berlin" in await ana.type("/tune remind zone Tokyo")
    assert "still comes" not in await ana.type("/tune remind zone Berlin")


# In plain words


async def test_a_time_is_set_in_plain_words_and_told_back(ana: Talk) -> None:
    await wants(ana, wanted=None)
    said = await ana.type("/tune remind every Tuesday at 9")
    assert "every Tuesday at 09:00" in said
    assert "Tuesday 24 November 2026, 09:00 (Europe/Berlin)" in said
    (one,) = await schedules(ana)
    assert (one.said, one.conversation_id) == ("every Tuesday at 9", ana.conversation)
    assert f"{one.next_at:%Y-%m-%d %H:%M}" == "2026-11-24 08:00"


async def test_a_sentence_without_a_slash_sets_one_and_says_how_it_becomes_an_example(ana: Talk) -> None:
    await wants(ana, wanted=None)
    said = await ana.type("Remind me tomorrow at 10 to look at the run")
    assert "I remind you once, on Sunday 22 November 2026, 10:00 (Europe/Berlin)." in said
    assert "/tune add" in said
    (one,) = await schedules(ana)
    assert one.said == "tomorrow at 10 to look at the run"
    assert "/tune add" not in await ana.type("/tune remind me tomorrow at 11"), "that was no example"


async def test_in_an_example_that_is_being_written_it_stays_a_part_of_it(ana: Talk) -> None:
    await ana.type("Write the message that the assistant sends")
    await ana.type("none")
    await ana.type("Remind me tomorrow at 10 to look at the run")
    assert not await schedules(ana)
    (example,) = await ana.store.rows.of_project(PROJECT)
    assert example.output == "Remind me tomorrow at 10 to look at the run"


async def test_nobody_is_reminded_by_somebody_else(ana: Talk) -> None:
    said = await ana.type("/tune remind Bo to give two examples on Friday")
    assert "I remind nobody but you" in said
    assert "Have Bo write to me" in said
    assert not await schedules(ana)


async def test_where_the_time_zone_is_not_known_it_is_asked_for_first_and_then_set(ana: Talk) -> None:
    assert "Where are you?" in await ana.type("/tune remind every Tuesday at 9")
    assert not await schedules(ana)
    assert "every Tuesday at 09:00" in await ana.type("Tokyo")
    (one,) = await schedules(ana)
    assert f"{one.next_at:%H:%M}" == "00:00"
    assert (await habits(ana)).wanted is None, "a reminder of one's own turns nothing else on"


async def test_in_three_hours_needs_no_time_zone(ana: Talk) -> None:
    await ana.type("/tune remind in 3 hours to look at the run")
    (one,) = await schedules(ana)
    assert one.next_at == ana.now + timedelta(hours=3)


@pytest.mark.parametrize("words", ["every blue moon", "at 25:00", "every day at 9, 10, 11, 12 and 13"])
async def test_what_is_no_time_is_told_with_an_example_of_one(ana: Talk, words: str) -> None:
    said = await ana.type(f"/tune remind {words}")
    assert "`" in said
    assert not await schedules(ana)


async def test_they_are_listed_in_a_quotation_and_deleted_by_number(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9 to feed the <model>")
    await ana.type("/tune remind every Friday at 16")
    await ana.type("/tune remind list")
    (listed,) = [one for one in ana.said if isinstance(one, Say)]
    assert "1. every Tuesday at 09:00 (Europe/Berlin)" in listed.text
    assert "<model>" not in listed.text
    assert "<model>" in listed.quoted[0].text
    assert "every Tuesday" in await ana.type("/tune remind delete 1")
    assert [one.said for one in await schedules(ana)] == ["every Friday at 16"]
    assert "no reminder of that number" in await ana.type("/tune remind delete 7")
    assert "Which one?" in await ana.type("/tune remind delete all of them")


async def test_a_turn_that_is_repeated_sets_one(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9")
    event = await ana.store.inbox.get("event-2")
    await ana.interviewer.handle(replace(event, id="event-2"))
    assert len(await schedules(ana)) == 1


# Quiet hours, the hour, the form


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("22 to 7", ("22:00", "07:00")),
        ("21:30-08:00", ("21:30", "08:00")),
        ("from 8 pm until 9 am", ("20:00", "09:00")),
        ("off", ("00:00", "00:00")),
    ],
)
async def test_quiet_hours_in_words(ana: Talk, words: str, quiet: tuple[str, str]) -> None:
    await ana.type(f"/tune remind quiet {words}")
    known = await habits(ana)
    assert (known.quiet_from, known.quiet_until) == quiet


async def test_hours_that_cannot_be_read_change_nothing(ana: Talk) -> None:
    assert "21:00 to 08:00" in await ana.type("/tune remind quiet at night")
    assert "hour 10:00" in await ana.type("/tune remind hour soon")
    assert await ana.store.habits.get(ana.person) is None


async def test_the_form_changes_what_was_changed_in_it(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind")
    await ana.fill("Change times", card(ana), zone="New York", quiet="", hour="8:30")
    known = await habits(ana)
    assert (known.zone, known.quiet_from, known.quiet_until, known.hour) == (
        "America/New_York",
        "00:00",
        "00:00",
        "08:30",
    )
    await ana.type("/tune remind")
    assert "Nothing was changed" in await ana.fill("Change times", card(ana))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("zone", "Atlantis", "no time zone called “Atlantis”"),
        ("quiet", "at night", "Write them like 21:00 to 08:00"),
        ("hour", "soon", "Write it like 10:00"),
    ],
)
async def test_what_is_wrong_in_the_form_is_said_beside_the_field_while_it_is_open(
    ana: Talk, field: str, value: str, says: str
) -> None:
    await ana.type("/tune remind")
    form = ana.form("Change times", card(ana))
    filled = {one.name: one.value for one in form.fields}
    wrong = await check_form(ana.context, form.name, ana.person, form.subject, filled | {field: value})
    assert list(wrong) == [field]
    assert says in wrong[field]


@pytest.mark.parametrize("zone", ["Berlin", "USA", "UTC+2", ""])
async def test_a_form_that_can_be_taken_is_not_held_up(ana: Talk, zone: str) -> None:
    await ana.type("/tune remind")
    form = ana.form("Change times", card(ana))
    filled = {"zone": zone, "quiet": "", "hour": ""}
    assert await check_form(ana.context, form.name, ana.person, form.subject, filled) == {}


# Rhythms


@pytest.mark.parametrize(
    ("label", "code", "rules"),
    [("Four weeks", "weeks", 2), ("Three rounds", "rounds", 1), ("Monthly update", "monthly", 1)],
)
async def test_a_rhythm_of_the_guides_is_chosen_by_a_button(ana: Talk, label: str, code: str, rules: int) -> None:
    await wants(ana, wanted=None)
    await ana.type("/tune remind")
    await ana.press(label)
    assert (await habits(ana)).rhythm == f"{code}:2026-11-21"
    assert len(await schedules(ana)) == rules


async def test_another_rhythm_takes_the_place_of_the_one_before_and_leaves_what_was_set(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Friday at 16")
    await ana.type("/tune remind weeks")
    await ana.type("/tune remind rhythm monthly")
    assert [one.said for one in await schedules(ana)] == ["every Friday at 16", ""]
    await ana.type("/tune remind rhythm off")
    assert [one.said for one in await schedules(ana)] == ["every Friday at 16"]
    assert (await habits(ana)).rhythm == ""


@pytest.mark.parametrize("number", [1, 2])
async def test_to_delete_a_part_of_a_rhythm_ends_it_whole(ana: Talk, number: int) -> None:
    """Its card would go on naming it, and half of it would still come."""
    await wants(ana)
    await ana.type("/tune remind weeks")
    await ana.type("/tune remind every Tuesday at 9")
    assert "There is no rhythm any more." in await ana.type(f"/tune remind delete {number}")
    assert [one.said for one in await schedules(ana)] == ["every Tuesday at 9"]
    assert "Rhythm: none" in await ana.type("/tune remind")


async def test_what_is_set_already_is_not_set_twice(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9 to look")
    assert "You have that reminder already: every Tuesday at 09:00" in await ana.type(
        "/tune remind every Tuesday at 9 to look"
    )
    await ana.type("/tune remind every Tuesday at 9 to write")
    await ana.type("/tune remind every Tuesday at 10 to look")
    assert len(await schedules(ana)) == 3


@pytest.mark.parametrize("number", ["2", "٢", "２"])  # digits of other scripts
async def test_numbers_are_read_in_any_digits(ana: Talk, number: str) -> None:
    await wants(ana)
    await ana.type("/tune remind every Tuesday at 9")
    await ana.type("/tune remind every Friday at 9")
    await ana.type(f"/tune remind delete {number}")
    assert [one.said for one in await schedules(ana)] == ["every Tuesday at 9"]


async def test_a_number_that_no_list_has_is_none(ana: Talk) -> None:
    for number in ("0", "99", "9" * 14, "9" * 5000):
        assert "no reminder of that number" in await ana.type(f"/tune remind delete {number}")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("hour 27", "“27” is no time of day"),
        ("hour 3", "Write `03:00` or `15:00`"),
        ("hour midnight", "Midnight belongs to two days"),
        ("hour 9 and 17", "I did not understand that as one time of day. Write it like `/tune remind hour 10:00`"),
        ("hour soon", "I did not understand that as one time of day"),
        ("hour", "I did not understand that as one time of day"),
        ("quiet 25 to 8", "“25” is no time of day"),
        ("quiet 9 to 5", "Write `05:00` or `17:00`"),
        ("quiet 8 to 8", "they would end when they begin"),
        ("quiet 22", "I did not understand these hours. Write them like `/tune remind quiet 21:00 to 08:00`"),
    ],
)
async def test_what_is_wrong_with_a_time_is_said(ana: Talk, words: str, why: str) -> None:
    await wants(ana)
    assert why in await ana.type(f"/tune remind {words}")
    habits = await ana.store.habits.get(ana.person)
    assert habits is not None
    assert (habits.quiet_from, habits.quiet_until, habits.hour) == ("21:00", "08:00", "10:00")


async def test_a_reminder_of_the_rhythm_says_where_one_is(ana: Talk) -> None:
    await wants(ana)
    await ana.type("/tune remind weeks")
    one = (await schedules(ana))[0]
    await reminded(ana, ReminderKind.SCHEDULED, after=timedelta(days=1), about={"schedule_id": one.id})
    assert "Week 1 of 4: about 50 good examples, of three kinds or so. 0 are approved." in ana.text


# The offer


async def approve(talk: Talk, count: int, first: int = 0) -> None:
    numbers = range(first, first + count)
    rows = [row(str(n), project_id=PROJECT, author_id=talk.person, created_at=talk.now) for n in numbers]
    await talk.store.rows.add([replace(one, status=RowStatus.PENDING) for one in rows])
    await talk.store.rows.approve([one.id for one in rows], talk.person, "consent_1")


async def give(talk: Talk, number: int) -> str:
    await talk.type(f"Instruction: Write note {number} about the number {number}\nOutput: It is {number}.")
    return await talk.press("Approve")


async def test_it_is_offered_once_after_ten_examples_with_a_reason(ana: Talk) -> None:
    await approve(ana, 9)
    assert "Shall I remind you" in await give(ana, 50)
    assert "10 examples are approved" in ana.text
    assert (await habits(ana)).wanted is None
    assert "Shall I remind you" not in await give(ana, 51)


async def test_a_no_is_kept_and_a_yes_turns_it_on(ana: Talk) -> None:
    await approve(ana, 9)
    await give(ana, 50)
    offered = card(ana)
    assert [choice.label for choice in offered.choices] == ["Yes, remind me", "No, thanks"]
    await ana.press("No, thanks")
    assert (await habits(ana)).wanted is False
    await ana.press("Yes, remind me", offered)
    assert (await habits(ana)).wanted is False, "the card was answered"


async def test_a_yes_is_followed_by_the_question_where_one_is(ana: Talk) -> None:
    await approve(ana, 9)
    await give(ana, 50)
    assert "Where are you?" in await ana.press("Yes, remind me")
    assert (await habits(ana)).wanted is True


async def test_the_offer_comes_instead_of_the_next_question_which_follows_its_answer(ana: Talk) -> None:
    await planned(ana)
    asks = "Could you give me"
    await approve(ana, 9)
    said = await give(ana, 50)
    assert asks not in said
    assert "Shall I remind you" in said
    assert asks in await ana.press("No, thanks")


async def test_after_a_yes_the_next_question_waits_for_the_time_zone_too(ana: Talk) -> None:
    await planned(ana)
    await approve(ana, 9)
    await give(ana, 50)
    assert "Could you give me" not in await ana.press("Yes, remind me")
    said = await ana.type("Berlin")
    assert "Europe/Berlin" in said
    assert "Could you give me" in said
    assert "Could you give me" not in await ana.type("/tune remind zone Paris"), "that came between no two examples"


async def test_whoever_leaves_the_time_zone_open_is_asked_for_the_next_example(ana: Talk) -> None:
    await planned(ana)
    await approve(ana, 9)
    await give(ana, 50)
    await ana.press("Yes, remind me")
    assert "Could you give me" in await ana.type("cancel")


async def test_whoever_writes_an_example_instead_of_an_answer_goes_on_with_it(ana: Talk) -> None:
    await approve(ana, 9)
    await give(ana, 50)
    await ana.type("Write the user story for resetting a password")
    await ana.press("No, thanks")
    assert await stage_of(ana) == "input"


async def test_an_offer_that_is_answered_later_repeats_no_question(ana: Talk) -> None:
    await planned(ana)
    await approve(ana, 9)
    await give(ana, 50)
    assert "Could you give me" in await give(ana, 51)
    assert "Could you give me" not in await ana.press("No, thanks")


async def test_in_a_thread_the_question_is_for_all_and_does_not_wait_for_one(team: Talk) -> None:
    await planned(team)
    await approve(team, 9)
    said = await give(team, 50)
    assert "Shall I remind you" in said
    assert "Could you give me" in said


# Among others


async def test_in_a_thread_everything_is_for_the_person_alone(team: Talk) -> None:
    await team.type("/tune remind")
    assert card(team).private
    await team.type("/tune remind on")
    assert all(getattr(one, "private", False) for one in team.said)
    assert await stage_of(team) == "examples", "what is written next may be somebody else's"
    await team.type("/tune remind zone Berlin")
    await team.type("/tune remind every Tuesday at 9")
    (one,) = await schedules(team)
    assert one.conversation_id == team.person, "it comes to her alone"


async def test_nobody_presses_somebody_elses_card(team: Talk) -> None:
    await team.type("/tune remind")
    shown = card(team)
    bo = replace(team, person=BO, name="Bo", said=[], shown=[])
    bo._count = 100
    assert "for somebody else" in await bo.press("Turn suggestions on", shown)
    assert not await team.store.habits.all()


async def test_an_owner_opts_in_to_a_digest_and_ends_it(team: Talk) -> None:
    await wants(team)
    assert "every Monday at 09:00" in await team.type("/tune remind digest Monday 9")
    (one,) = await schedules(team)
    assert (one.conversation_id, one.project_id) == (THREAD, PROJECT)
    await team.type("/tune remind digest Friday at 16")
    assert len(await schedules(team)) == 1, "one takes the place of the other"
    assert "No digest comes here" in await team.type("/tune remind digest off")
    assert not await schedules(team)


@pytest.mark.parametrize(
    "often", ["every day at 9", "every weekday at 8:30", "every Monday and Friday at 9", "every Monday at 9 and 17"]
)
async def test_a_digest_comes_once_a_week_at_most(team: Talk, often: str) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    assert "at most once a week" in await team.type(f"/tune remind digest {often}")
    (one,) = await schedules(team)
    assert one.said == "Monday 9", "what was set stays"
    assert "first Monday" in await team.type("/tune remind digest on the first Monday of the month at 9")


async def test_nobody_but_an_owner_does(team: Talk) -> None:
    await team.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.CONTRIBUTOR))
    bo = replace(team, person=BO, name="Bo", said=[], shown=[])
    bo._count = 100
    await wants(bo)
    for command in ("Monday 9", "off"):
        said = await bo.type(f"/tune remind digest {command}")
        assert "You cannot set or end the digest in this project: only an owner can" in said
    assert not await schedules(bo)


async def digest(team: Talk, days: int = 2) -> str:
    (one,) = await schedules(team)
    about = {"schedule_id": one.id}
    await reminded(team, ReminderKind.DIGEST, after=timedelta(days=days), about=about, project_id=PROJECT)
    return team.text


async def test_a_digest_says_who_gave_what_and_no_word_of_an_example(team: Talk) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await approve(team, 3)
    said = await digest(team)
    assert "New approved examples: 3. Given by Ana (3)." in said
    texts = [one.instruction for one in await team.store.rows.of_project(PROJECT)]
    assert not any(text in said for text in texts)
    assert not any(getattr(one, "private", False) for one in team.said)


async def planned(team: Talk) -> None:
    """Fixtures' project has a plan of user stories and status updates: about twelve of each."""
    plan = plan_for(team.packs["product-manager"], chosen=("user-story", "status-update"))
    await team.store.briefs.change(PROJECT, lambda brief: replace(brief, pack="product-manager", plan=plan))


async def given_by(talk: Talk, kinds: str, first: int = 100) -> None:
    """Approved examples of a person, a kind for each word."""
    rows = [
        row(str(first + n), project_id=PROJECT, author_id=talk.person, category=kind, created_at=talk.now)
        for n, kind in enumerate(kinds.split())
    ]
    await talk.store.rows.add([replace(one, status=RowStatus.PENDING) for one in rows])
    await talk.store.rows.approve([one.id for one in rows], talk.person, "consent_1")


async def test_it_says_who_gave_how_many_of_which_kind(team: Talk) -> None:
    await wants(team)
    await planned(team)
    await team.type("/tune remind digest Monday 9")
    await given_by(team, "user-story user-story status-update")
    bo = replace(team, person=BO, name="Bo", said=[], shown=[])
    bo._count = 100
    await team.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.CONTRIBUTOR))
    await bo.type("/tune plan")
    await given_by(bo, "user-story unheard-of", first=200)
    said = await digest(team)
    assert (
        "New approved examples: 5. Given by Ana (2 user stories for basic features, 1 status update) and "
        "Bo (1 user story for a basic feature, 1 of other kinds)." in said
    )


async def test_before_there_is_a_model_it_names_two_kinds_with_what_the_plan_wants_of_each(team: Talk) -> None:
    await wants(team)
    await planned(team)
    await team.type("/tune remind digest Monday 9")
    await given_by(team, "user-story " * 4)
    wanted = (await team.store.briefs.get(PROJECT)).plan.targets
    said = await digest(team)
    assert (
        f"What lacks examples most: status updates ({wanted['status-update']} more, by your plan) and "
        f"user stories for basic features ({wanted['user-story'] - 4} more, by your plan)." in said
    )


async def test_what_was_given_in_one_week_and_approved_in_the_next_counts_once(team: Talk) -> None:
    """Somebody gives examples, somebody else decides about them: after the digest of that week."""
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    late, rejected = (row(name, project_id=PROJECT, author_id=BO) for name in ("late", "rejected"))
    for one in (late, rejected):
        await team.store.rows.add([replace(one, status=RowStatus.PENDING, created_at=team.now)])
    assert await digest(team) == "", "nothing is approved, and nothing else happened"
    await team.store.rows.approve([late.id], team.person, "consent_1")
    await team.store.rows.reject(rejected.id)
    assert "One new approved example, given by somebody (1)." in await digest(team, days=7)
    assert await digest(team, days=7) == ""


async def test_a_digest_that_comes_late_leaves_nothing_out_and_says_nothing_twice(team: Talk) -> None:
    """Its week ends when it was due, whenever it is said."""
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await approve(team, 3)
    team.wait(timedelta(days=2))
    (one,) = await schedules(team)
    slot = "schedule:1"
    late = Reminder(
        id=reminder_id(team.person, slot),
        person_id=team.person,
        conversation_id=THREAD,
        project_id=PROJECT,
        kind=ReminderKind.DIGEST,
        slot=slot,
        due_at=team.now,
        stale_at=team.now + timedelta(days=1),
        about={"schedule_id": one.id},
    )
    await team.store.reminders.put(late)
    team.wait(timedelta(hours=5))  # nothing runs
    await approve(team, 2, first=50)
    assert await team.store.reminders.claim("me", team.now, timedelta(minutes=1)) is not None
    await team.store.reminders.finish(late.id, "me", ReminderState.SENT, {}, team.now)
    await team.answer_all()
    assert "New approved examples: 3." in team.text
    team._waited -= timedelta(hours=5)
    assert "New approved examples: 2." in await digest(team, days=7)


async def test_it_names_nobody_who_took_their_examples_back(team: Talk) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await approve(team, 3)
    await team.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=Role.REVIEWER))
    await team.store.rows.add([row("bo", project_id=PROJECT, author_id=BO, created_at=team.now)])
    await team.store.rows.approve([row("bo").id], BO, "consent_2")
    bo = replace(team, person=BO, name="Bo", said=[], shown=[])
    await bo.type("/tune forget")
    await bo.press("Delete my examples")
    said = await digest(team)
    assert "New approved examples: 3. Given by Ana (3)." in said
    assert "Bo" not in said


async def test_it_is_planned_as_one_for_all(team: Talk) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await team.type("/tune remind every Tuesday at 9")
    kinds = [scheduled(one, one.next_at)[0].kind for one in await schedules(team)]
    assert kinds == [ReminderKind.DIGEST, ReminderKind.SCHEDULED]


@pytest.mark.parametrize("kind", [ReminderKind.SUGGESTION, ReminderKind.SCHEDULED, ReminderKind.SURVEY])
async def test_nothing_else_is_ever_said_among_others(team: Talk, kind: ReminderKind) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await approve(team, 12)
    (one,) = await schedules(team)
    await reminded(team, kind, after=timedelta(days=2), about={"schedule_id": one.id}, project_id=PROJECT)
    assert team.said == []


async def test_a_week_in_which_nothing_happened_has_none(team: Talk) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    assert await digest(team) == ""


async def test_who_is_no_owner_any_more_sends_none(team: Talk) -> None:
    await wants(team)
    await team.type("/tune remind digest Monday 9")
    await approve(team, 3)
    project = await team.store.projects.get(PROJECT)
    assert project.owner_id == team.person
    await team.store.projects.set_role(Membership(project_id=PROJECT, person_id=team.person, role=Role.CONTRIBUTOR))
    assert await digest(team) == ""
