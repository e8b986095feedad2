"""What a person asked to be reminded of, how, and what they said of a model: theirs, and gone with the rest."""

from dataclasses import replace
from pathlib import Path

import pytest

from storage.domain import Habits
from tests.contract.facts import START, exposure, link, model, reminder, schedule, survey_answer
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk

PROJECT = "project_1"
SLACK, BO = "slack:T1:U1", "console:bo"
SAID, WORD = "every Tuesday at nine, before the handover", "astonishing"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """Ana has been reminded, has scheduled something and was asked whether it helped; so has Bo."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk)
    await talk.store.models.add(model(project_id=PROJECT))
    for who in (talk.person, BO):
        store, direct = talk.store, {"person_id": who, "conversation_id": who}
        await store.reminders.put(reminder(person_id=who, project_id=PROJECT))
        await store.schedules.put(schedule(who, **direct, project_id=PROJECT, said=SAID, ended_at=START))
        await store.habits.change(who, lambda known: replace(known, wanted=True, zone="Europe/Berlin"))
        await store.surveys.put(survey_answer(person_id=who, word=WORD))
        await store.exposures.put(exposure(person_id=who))
    return talk


async def forget(talk: Talk) -> str:
    await talk.type("/tune forget")
    return await talk.press("Delete my examples")


async def test_they_are_counted_before_and_gone_after_and_those_of_others_stay(talk: Talk) -> None:
    said = await talk.type("/tune forget")
    assert "your time zone and quiet hours: 3." in said
    assert "whether a model helped: 1." in said
    said = await talk.press("Delete my examples")
    assert "with your time zone and quiet hours: 3." in said
    assert "What you said of the models is deleted too: 1." in said
    store = talk.store
    assert [one.person_id for one in await store.reminders.of_project(PROJECT)] == [BO]
    assert await store.schedules.of_person(talk.person, ended=True) == []
    assert len(await store.schedules.of_person(BO, ended=True)) == 1
    assert [one.person_id for one in await store.habits.all()] == [BO]
    assert [one.person_id for one in await store.surveys.all()] == [BO]
    assert [one.person_id for one in await store.exposures.of_flag("digest")] == [BO]
    assert "no examples" in await talk.type("/tune forget")


async def test_no_post_and_no_message_says_their_words_any_more(talk: Talk) -> None:
    for words in (SAID, WORD):
        await talk.type(words)
    assert SAID in str(talk.store.inbox._facts.events)  # type: ignore[attr-defined]  # the store in memory
    await forget(talk)
    for words in (SAID, WORD):
        assert words not in str(talk.store.inbox._facts.events)  # type: ignore[attr-defined]
        assert not [text for _, _, text in await talk.posts() if words in text]


async def test_what_they_scheduled_in_another_project_still_comes(talk: Talk) -> None:
    other = schedule("other", person_id=talk.person, conversation_id=talk.person, project_id="project_2")
    await talk.store.projects.add(replace(await talk.store.projects.get(PROJECT), id="project_2"))
    await talk.store.schedules.put(other)
    await forget(talk)
    assert await talk.store.schedules.of_person(talk.person) == [other]


async def test_those_of_linked_accounts_go_too(talk: Talk) -> None:
    await link(talk.store, talk.person, SLACK)
    await talk.store.schedules.put(schedule("linked", person_id=SLACK, conversation_id=SLACK))
    await talk.store.habits.change(SLACK, lambda known: replace(known, person_id=SLACK))
    assert "your time zone and quiet hours: 4." in await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert await talk.store.schedules.of_person(SLACK) == []
    assert await talk.store.habits.get(talk.person) is None


async def test_whoever_said_no_to_suggestions_is_not_asked_again(talk: Talk) -> None:
    await talk.store.habits.change(talk.person, lambda known: replace(known, wanted=False))
    await forget(talk)
    assert await talk.store.habits.get(talk.person) == Habits(person_id=talk.person, wanted=False)
    assert "no examples" in await talk.type("/tune forget")


async def test_whoever_only_set_their_quiet_hours_has_something_to_take_back(talk: Talk) -> None:
    await forget(talk)
    await talk.store.habits.change(talk.person, lambda known: replace(known, quiet_from="19:00"))
    assert "your time zone and quiet hours: 1." in await talk.type("/tune forget")


async def test_a_turn_that_is_repeated_tells_what_its_card_said(talk: Talk) -> None:
    await talk.type("/tune forget")
    await talk.store.cards.answer(talk.shown[-1].card_id, "delete", f"event-{talk._count + 1}")
    await talk.store.schedules.forget_person(talk.person, PROJECT)  # and then it was killed
    assert "with your time zone and quiet hours: 3." in await talk.press("Delete my examples")
