"""One question after a new model: to whoever started the run, once, and answered with a number and perhaps a word."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.flags import read_flags
from agent.replies import ShowCard
from bot.nudges import Nudges
from storage.domain import JobKind, Membership, ModelVersion, ReminderKind, Role, Run, RunState, SurveyAnswer
from tests.fakes.linking import linked
from tests.fakes.projects import in_a_project, stage_of
from tests.fakes.reminding import wants
from tests.fakes.talk import Talk
from trainer.client import ExportRequest

QUESTION = "Does team v1 help you?"
OFFER = "Shall I remind you now and then?"


async def saved(talk: Talk, started_by: str = "", number: int = 1) -> str:
    """A model is saved and announced; returns what is said."""
    run = Run(
        id=f"run_{number}",
        project_id="project_1",
        conversation_id=talk.conversation,
        started_by=started_by or talk.person,
        number=number,
        recipe={},
        state=RunState.SAVING,
        created_at=talk.now,
    )
    await talk.store.runs.add(run)
    model = ModelVersion(
        id=f"model_{number}",
        project_id="project_1",
        run_id=run.id,
        name="team",
        version=0,
        metrics={},
        created_at=talk.now,
    )
    await talk.store.models.add(model)
    return await exported(talk, number)


async def exported(talk: Talk, number: int = 1, attempt: int = 1) -> str:
    request = ExportRequest(run_id=f"run_{number}", base="tiny", name="team", version=number)
    await talk.context.trainer.submit(request, f"export:{number}:{attempt}", talk.now, talk.conversation)
    return await talk.end_job(JobKind.EXPORT, result={})


async def answers(talk: Talk) -> list[SurveyAnswer]:
    return list(await talk.store.surveys.all())


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """A model was saved just now."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk)
    assert QUESTION in await saved(talk)
    return talk


class TestTheQuestion:
    async def test_says_what_the_numbers_mean_and_who_sees_them(self, talk: Talk) -> None:
        card = survey(talk)
        assert [one.label for one in card.choices] == ["1, not at all", "2", "3", "4", "5, very much", "Skip"]
        assert "Owners of the project see the average, never who said what." in card.note
        assert "once for this version" in card.note

    async def test_is_asked_once_of_a_version_and_anew_of_the_next(self, talk: Talk) -> None:
        assert QUESTION not in await exported(talk, attempt=2), "it is announced once more"
        assert "Does team v2 help you?" not in await saved(talk, number=2), "which one is used is the first question"
        assert "Does team v2 help you?" in await talk.press("Use version 2")

    async def test_goes_to_whoever_started_the_run_alone_where_others_read_along(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path, conversation="slack:T1:C1:1", person="slack:T1:ana", shared=True)
        await in_a_project(talk)
        await saved(talk, started_by="slack:T1:bo")
        (card,) = [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "survey"]
        assert card.to == "slack:T1:bo"

    async def test_is_not_asked_of_those_for_whom_it_is_switched_off(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await in_a_project(talk)
        talk.become(replace(talk.context, flags=read_flags("survey=0%")))
        assert QUESTION not in await saved(talk)
        (exposure,) = await talk.store.exposures.of_flag("survey")
        assert (exposure.variant, exposure.person_id) == ("off", talk.person)


class TestAVersionThatNobodyDecidesAbout:
    """It waits beside the one in use, and its maker says nothing. The bot's own clock finds what is due."""

    @pytest.fixture
    async def waiting(self, talk: Talk) -> Talk:
        await talk.press("Skip")
        await saved(talk, number=2)
        return talk

    async def test_is_asked_about_after_a_week_with_what_can_be_done(self, waiting: Talk) -> None:
        assert "help you?" not in await after(waiting, timedelta(days=6))
        said = await after(waiting, timedelta(days=1, hours=1))
        assert "Does team v2 help you?" in said
        assert "`/tune ask v2: …` tries it, `/tune use v2` puts it to use." in said
        await waiting.press("4")
        assert [(one.model_id, one.rating) for one in await answers(waiting)] == [("model_2", 4)]

    async def test_is_asked_about_once_however_often_that_is_due(self, waiting: Talk) -> None:
        assert "Does team v2 help you?" in await after(waiting, timedelta(days=8))
        assert await exported(waiting, number=2, attempt=2), "announced once more, it waits once more"
        assert "help you?" not in await after(waiting, timedelta(days=8))
        assert "help you?" not in await waiting.press("Use version 2")

    async def test_is_not_asked_about_again_once_somebody_has_decided(self, waiting: Talk) -> None:
        assert "Does team v2 help you?" in await waiting.press("Use version 2")
        assert "help you?" not in await after(waiting, timedelta(days=8))

    async def test_is_let_alone_where_a_later_one_was_made(self, waiting: Talk) -> None:
        await saved(waiting, number=3)
        said = await after(waiting, timedelta(days=8))
        assert "v2 help" not in said
        assert "Does team v3 help you?" in said

    async def test_is_not_asked_of_those_who_want_no_reminders_of_ours(self, waiting: Talk) -> None:
        await wants(waiting, wanted=False)
        assert "help you?" not in await after(waiting, timedelta(days=8))

    async def test_is_asked_about_directly_where_others_read_along(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path, conversation="slack:T1:C1:1", person="slack:T1:ana", shared=True)
        await in_a_project(talk)
        await saved(talk)
        await saved(talk, number=2)
        (due,) = await talk.store.reminders.of_person("slack:T1:ana")
        assert (due.kind, due.conversation_id) == (ReminderKind.SURVEY, "slack:T1:ana")


async def after(talk: Talk, time: timedelta) -> str:
    """What is said of its own accord once time has passed."""
    talk.wait(time)
    await Nudges(store=talk.store, worker_id="nudges", clock=lambda: talk.now).look()
    return await talk.answer_all()


class TestANumber:
    async def test_is_kept_and_shown(self, talk: Talk) -> None:
        said = await talk.press("4")
        assert "You gave team v1 4 of 5" in said
        (answer,) = await answers(talk)
        assert (answer.rating, answer.word, answer.person_id) == (4, "", talk.person)

    async def test_can_be_changed_and_the_word_stays(self, talk: Talk) -> None:
        await talk.press("4")
        await talk.fill("Say why", rated(talk), word="quick")
        await talk.press("2", rated(talk))
        assert [(one.rating, one.word) for one in await answers(talk)] == [(2, "quick")]

    async def test_pressed_again_after_a_crash_is_one_answer(self, talk: Talk) -> None:
        card = survey(talk)
        for _ in range(2):
            await talk.press("5, very much", card)
        assert [one.rating for one in await answers(talk)] == [5]

    async def test_of_somebody_else_is_refused(self, talk: Talk) -> None:
        card = survey(talk)
        talk.person = "console:bo"
        assert "was for somebody else" in await talk.press("1, not at all", card)
        assert await answers(talk) == []

    async def test_counts_for_the_person_with_whichever_account_they_press(self, talk: Talk) -> None:
        card = survey(talk)
        await talk.press("4", card)
        await linked(talk.store, "console:ana", "slack:T1:ana")
        talk.person = "slack:T1:ana"
        await talk.press("2", card)
        assert [(one.person_id, one.rating) for one in await answers(talk)] == [("console:ana", 2)]


class TestAWord:
    async def test_is_given_in_a_form(self, talk: Talk) -> None:
        await talk.press("3")
        said = await talk.fill("Say why", rated(talk), word="  too  wordy \n still ")
        assert "Your words: too wordy still" in said
        assert [(one.rating, one.word) for one in await answers(talk)] == [(3, "too wordy still")]

    async def test_or_as_a_message_where_there_are_no_forms(self, talk: Talk) -> None:
        await talk.press("3")
        assert "`cancel` leaves it out" in await talk.press("Say why", rated(talk))
        assert await stage_of(talk) == "survey"
        assert "I noted that" in await talk.type("Saves me an hour a day")
        assert [one.word for one in await answers(talk)] == ["Saves me an hour a day"]
        assert await stage_of(talk) == "examples"

    async def test_can_be_left_out_after_all(self, talk: Talk) -> None:
        await talk.press("3")
        await talk.press("Say why", rated(talk))
        assert "leave it at the number" in await talk.type("cancel")
        assert [one.word for one in await answers(talk)] == [""]

    @pytest.mark.parametrize(
        ("word", "told"), [("x" * 201, "201 characters, and 200"), (" \u200b ", "no words in that")]
    )
    async def test_that_cannot_be_kept_changes_nothing(self, talk: Talk, word: str, told: str) -> None:
        await talk.press("3")
        card = rated(talk)
        form = talk.form("Say why", card)
        wrong = await talk.interviewer.check(form.name, talk.person, form.subject, {"word": word})
        assert told in wrong["word"]
        assert told in await talk.fill("Say why", card, word=word)
        assert [one.word for one in await answers(talk)] == [""]

    async def test_goes_on_with_the_example_that_was_in_hand(self, talk: Talk) -> None:
        await talk.type("Write the release note for the export")
        before = await stage_of(talk)
        await talk.press("3", survey(talk))
        await talk.press("Say why", rated(talk))
        await talk.type("good")
        assert await stage_of(talk) == before == "input"


class TestSkipping:
    async def test_records_nothing_and_is_not_asked_again(self, talk: Talk) -> None:
        assert "I do not ask about this version again" in await talk.press("Skip")
        assert await answers(talk) == []
        assert QUESTION not in await exported(talk, attempt=2)

    async def test_is_no_vow(self, talk: Talk) -> None:
        card = survey(talk)
        await talk.press("Skip", card)
        await talk.press("4", card)
        assert [one.rating for one in await answers(talk)] == [4]


class TestOneQuestionAtATime:
    """Which version is to be used, whether it helps, whether to remind: each once the one before it is answered."""

    async def test_the_offer_of_reminders_waits_for_the_answer(self, talk: Talk) -> None:
        assert OFFER not in talk.text
        assert OFFER in await talk.press("4")
        assert OFFER not in await talk.press("2", rated(talk)), "it is made once"

    async def test_or_for_a_no_to_the_question(self, talk: Talk) -> None:
        assert OFFER in await talk.press("Skip")

    async def test_what_is_not_asked_holds_nothing_up(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await in_a_project(talk)
        talk.become(replace(talk.context, flags=read_flags("survey=0%")))
        assert OFFER in await saved(talk)

    @pytest.mark.parametrize("label", ["Use version 2", "Keep version 1"])
    async def test_a_version_that_waits_is_asked_about_once_somebody_has_decided(self, talk: Talk, label: str) -> None:
        said = await saved(talk, number=2)
        assert "which version do you want to use?" in said
        assert "v2 help you?" not in said
        assert "v2 help you?" in await talk.press(label)

    async def test_a_colleague_who_decides_is_not_asked_what_the_maker_is(self, talk: Talk) -> None:
        await talk.store.projects.set_role(Membership(project_id="project_1", person_id="console:bo", role=Role.OWNER))
        await saved(talk, number=2)
        talk.person = "console:bo"
        await talk.press("Use version 2")
        (card,) = [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "survey"]
        assert card.to == "console:ana"


async def test_a_card_of_a_version_that_is_gone_says_so(talk: Talk) -> None:
    card = survey(talk)
    facts: Any = talk.store.models
    facts._facts.models.clear()
    assert "That version is gone" in await talk.press("4", card)


def survey(talk: Talk) -> ShowCard:
    return next(one for one in reversed(talk.shown) if one.card_kind == "survey")


def rated(talk: Talk) -> ShowCard:
    """The face of the card after an answer: the card as it is edited."""
    return next(one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "survey" and one.edit)
