"""What makes people come back: reminders, the question after a new model, and which version is in use."""

from collections.abc import Sequence

from agent.words import say
from storage.domain import JobKind
from tests.fakes import curves
from tests.fakes.train_results import TRAINED
from tests.platforms.journeys import GOAL, WHOLE_EXAMPLE, finds, finds_text, with_project
from tests.platforms.meaning import plain
from tests.platforms.speaking import Room, Speaker
from tests.platforms.test_training import MODEL, saved

SNOOZES = tuple(say(f"remind.snooze_{one}") for one in ("hour", "tomorrow", "week"))
ALWAYS = (*SNOOZES, say("remind.later"), say("remind.stop"))


async def trained_again(room: Room, speaker: Speaker) -> None:
    """A second version, which could not be compared with the first and so waits for a person."""
    await speaker.command("train")
    await speaker.read()
    await speaker.press(say("recipe.start"))
    await speaker.read()
    job = await room.house.publish(JobKind.TRAIN, {"step": 1, "steps": 2, "epoch": 1.0, "epochs": 2})
    curves.write_curve(room.house.home, job.run_id, curves.LEARNING)
    for kind, result in ((JobKind.TRAIN, TRAINED), (JobKind.GENERATE, {}), (JobKind.EXPORT, {})):
        await room.house.end(kind, result)
        await room.house.settled()


async def test_a_reminder_names_one_thing_and_its_answer_becomes_an_example(room: Room, ana: Speaker) -> None:
    await with_project(ana)
    await room.house.remind(ana.id, ana.conversation)
    (reminder,) = await ana.read()
    assert plain(reminder.text).startswith(plain(say("remind.title", name=GOAL)))
    assert plain(say("remind.note_here")) in plain(reminder.text)
    assert reminder.buttons == ALWAYS
    await ana.say(WHOLE_EXAMPLE)
    finds(await ana.read(), "row.title")


async def test_a_reminder_is_put_off_set_aside_or_the_last_one(room: Room, ana: Speaker) -> None:
    await with_project(ana)
    pressed = (("remind.later", "remind.not_now"), ("remind.snooze_hour", None), ("remind.stop", "remind.stopped"))
    for label, answer in pressed:
        await room.house.remind(ana.id, ana.conversation)
        await ana.read()
        await ana.press(say(label))
        closed, told = await ana.read()
        assert closed.edited
        assert closed.buttons == ()
        assert plain(told.text).startswith(
            plain(say(answer) if answer else say("remind.snoozed", when="")).rstrip(". ")
        )


async def test_a_reminder_is_read_by_its_person_alone(room: Room, team: Sequence[Speaker]) -> None:
    ana, bo = team
    await with_project(ana)
    await bo.read()
    if room.name == "terminal":
        return  # there is one place for everybody
    await room.house.remind(ana.id, ana.conversation)
    assert await ana.read() == await bo.read() == [], "where others read along nothing is said"
    await room.house.remind(ana.id, ana.id)
    (reminder,) = await ana.read()
    assert reminder.direct
    assert reminder.buttons[-5:] == ALWAYS
    assert await bo.read() == []


async def test_whether_a_model_helps_is_asked_in_one_question_and_then_whether_to_remind(
    room: Room, ana: Speaker
) -> None:
    await saved(room, ana)
    await ana.press("4")
    rated, offered = await ana.read()
    assert rated.edited
    assert plain(say("survey.title_rated", name=MODEL, version=1, rating=4)) in plain(rated.text)
    assert plain(offered.text).startswith(plain(say("reminders.offer_title")))
    await ana.fill(say("survey.say_word"), {say("survey.field_word"): "quick, *mostly*"})
    finds(await ana.read(), "survey.word_kept")
    await ana.press(say("reminders.offer_no"))
    await ana.read()
    (answer,) = await room.house.store.surveys.all()
    assert (answer.rating, answer.word, answer.person_id) == (4, "quick, *mostly*", ana.id)
    habits = await room.house.store.habits.get(ana.id)
    assert habits is not None
    assert habits.wanted is False


async def test_the_question_after_a_model_is_for_whoever_made_it(room: Room, team: Sequence[Speaker]) -> None:
    ana, bo = team
    if room.name == "terminal":
        return  # there is one place for everybody
    await saved(room, ana)
    title = plain(say("survey.title", name=MODEL, version=1))
    (asked,) = [one for one in await ana.all() if title in plain(one.text)]
    assert asked.direct
    assert not [one for one in await bo.all() if title in plain(one.text)]


async def test_a_version_waits_is_used_and_gone_back_from_by_a_button_each(room: Room, ana: Speaker) -> None:
    await saved(room, ana)
    await trained_again(room, ana)
    waiting = finds_text(await ana.read(), say("loop.title_waits", name=MODEL, version=2))
    assert waiting.buttons == (say("loop.use", version=2), say("loop.keep", version=1))
    await ana.press(say("loop.use", version=2))
    seen = await ana.read()
    used = finds_text(seen, say("loop.title_in_use", name=MODEL, version=2))
    assert used.buttons == (say("loop.back_to", version=1),)
    finds(seen, "survey.title", name=MODEL, version=2)
    await ana.press(say("loop.back_to", version=1))
    finds_text(await ana.read(), say("loop.title_in_use", name=MODEL, version=1))


async def test_another_version_is_chosen_by_a_command(room: Room, ana: Speaker) -> None:
    await saved(room, ana)
    await ana.command("use")
    finds(await ana.read(), "loop.only", version=1)
    await trained_again(room, ana)
    await ana.read()
    await ana.command("use v2")
    finds_text(await ana.read(), say("loop.title_in_use", name=MODEL, version=2))
    await ana.command("use")
    (which,) = await ana.read()
    assert which.buttons == (say("loop.use", version=1),)
    await ana.command("history")
    finds(await ana.read(), "history.title")
