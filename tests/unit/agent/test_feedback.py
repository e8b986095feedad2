"""What people think of an answer: recorded for each of them, and an example only when somebody wants one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.forms import check_form
from agent.replies import LONGEST_VALUE, Say, ShowCard, ShowFile
from bot.chat.events import MessageReceived
from storage.domain import Criterion, Feedback, JobKind, Membership, Origin, Role, Row, RowStatus
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.prepared import Step
from tests.fakes.projects import stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_asking import REQUEST, TEXTS, served, two_versions, write_answer

BO = "console:bo"
CRITERIA = ["Accuracy", "Format", "Relevance", "Completeness", "Tone"]
ANSWER = TEXTS["team-v2"]
BETTER = "S: bed 9\nB: fell at 3\nA: none\nR: watch"


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await asked(talk)
    return talk


async def asked(talk: Talk) -> None:
    await two_versions(talk)
    served(talk)
    await talk.type(f"/tune ask {REQUEST}")


async def bo_as(ana: Talk, role: Role) -> Talk:
    """Bo, who reads along in Ana's conversation."""
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=role))
    bo = Talk(home=ana.home, person=BO, conversation=ana.conversation, name="Bo", store=ana.store, saver=ana.saver)
    bo._count = 1000
    return bo


async def thought(talk: Talk) -> dict[str, Feedback]:
    return {one.person_id: one.feedback for one in await talk.store.answers.feedback("project_1")}


async def against(talk: Talk) -> dict[str, str]:
    """The criterion that each person found the answer to fail by."""
    return {one.person_id: one.criterion for one in await talk.store.answers.feedback("project_1")}


async def rows(talk: Talk) -> list[Row]:
    return list(await talk.store.rows.of_project("project_1"))


def answer_card(talk: Talk) -> ShowCard:
    return next(card for card in talk.shown if card.card_kind == "answer")


# The card


async def test_an_answer_is_a_card_with_what_can_be_said_of_it(ana: Talk) -> None:
    card = answer_card(ana)
    assert [(choice.label, choice.verdict) for choice in card.choices] == [
        ("Good", "good"),
        ("Not good", "bad"),
        ("Improve", ""),
        ("Pin", ""),
    ]
    form = ana.form("Improve", card)
    assert [(field.name, field.value) for field in form.fields] == [
        ("instruction", REQUEST),
        ("output", ANSWER),
        ("why", ""),
    ]
    kept = await ana.store.answers.get(card.subject["answer_id"])
    assert (kept.request, kept.text, kept.asked_by, kept.model_id) == (REQUEST, ANSWER, ana.person, "model_team_2")


async def test_only_the_tuned_side_is_judged_and_both_are_kept(ana: Talk) -> None:
    await ana.type(f"/tune ask both: {REQUEST}")
    card = ana.shown[-1]
    assert [quote.text for quote in card.quoted] == [TEXTS["base"], ANSWER]
    assert "The buttons are about team v2." in card.note
    assert (await ana.store.answers.get(card.subject["answer_id"])).text == ANSWER
    kept = await ana.store.answers.of_person(ana.person, "project_1")
    assert [(one.model_id, one.text) for one in kept if one.text == TEXTS["base"]] == [(None, TEXTS["base"])]


async def test_the_base_models_answer_has_no_buttons(ana: Talk) -> None:
    await ana.type(f"/tune ask base: {REQUEST}")
    (said,) = ana.said
    assert isinstance(said, Say)


@pytest.mark.parametrize("nothing", [" \n", "\u202e" * 9])
async def test_an_empty_answer_cannot_be_a_good_one(ana: Talk, nothing: str) -> None:
    served(ana, {"team-v2": nothing})
    await ana.type(f"/tune ask {REQUEST}")
    assert [choice.label for choice in ana.shown[-1].choices] == ["Not good", "Improve", "Pin"]
    await ana.press("Not good")
    assert [choice.label for choice in ana.shown[-1].choices] == [*CRITERIA, "Improve"]


async def test_what_no_form_can_hold_is_improved_by_a_message(ana: Talk) -> None:
    served(ana, {"team-v2": "x" * (LONGEST_VALUE + 1)})
    await ana.type(f"/tune ask {REQUEST}")
    assert not [choice.label for choice in ana.shown[-1].choices if choice.form and choice.label != "Pin"]


async def test_the_trainers_answer_is_judged_like_any_other(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await two_versions(talk)
    await talk.type(f"/tune ask {REQUEST}")
    write_answer(talk, (await talk.job(JobKind.GENERATE)).run_id, {"tuned": ANSWER})
    await talk.end_job(JobKind.GENERATE, result={})
    card = answer_card(talk)
    assert (card.ping, card.to) == (True, None)
    await talk.press("Not good")
    assert await thought(talk) == {talk.person: Feedback.NOT_GOOD}


async def test_what_was_asked_privately_is_answered_directly(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path, shared=True)
    await two_versions(talk)
    text = f"/tune ask {REQUEST}"
    await talk.receiver.receive(
        MessageReceived(id="event-99", sender=talk._sender(), text=text, at=talk.now, privately=True)
    )
    await talk.answer_all()
    write_answer(talk, (await talk.job(JobKind.GENERATE)).run_id, {"tuned": ANSWER})
    await talk.end_job(JobKind.GENERATE, result={})
    assert answer_card(talk).to == talk.person


async def test_a_question_that_an_earlier_version_queued_is_answered_without_buttons(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await two_versions(talk)
    await talk.type(f"/tune ask {REQUEST}")
    run_id = (await talk.job(JobKind.GENERATE)).run_id
    (tmp_path / f"runs/{run_id}/question.jsonl").unlink()
    write_answer(talk, run_id, {"tuned": ANSWER})
    assert ANSWER in await talk.end_job(JobKind.GENERATE, result={})
    assert talk.shown == []


# Good and not good


async def test_good_is_recorded_and_makes_nothing_an_example_by_itself(ana: Talk) -> None:
    await ana.press("Good")
    assert await thought(ana) == {ana.person: Feedback.GOOD}
    assert await rows(ana) == []
    (noted,) = ana.said
    assert isinstance(noted, ShowCard)
    assert noted.private
    assert [choice.label for choice in noted.choices] == ["Keep it as an example", "Not good"]


async def test_a_good_answer_is_kept_as_an_example_of_whoever_asked(ana: Talk) -> None:
    await ana.press("Good")
    said = await ana.press("Keep it as an example")
    assert "A model drafted this answer" in said
    (row,) = await rows(ana)
    assert (row.status, row.origin, row.author_id) == (RowStatus.PENDING, Origin.DRAFTED, ana.person)
    assert (row.instruction, row.output) == (REQUEST, ANSWER)
    answer_id = answer_card(ana).subject["answer_id"]
    assert row.source.startswith(f"conversation, {answer_id}, "), "it leads back to the answer"
    assert "Approved" in await ana.type("approve")


async def test_one_that_cannot_be_kept_as_it_is_says_what_to_do(ana: Talk) -> None:
    served(ana, {"team-v2": "S: bed 9\x1b[2J"})
    await ana.type(f"/tune ask {REQUEST}")
    await ana.press("Good")
    said = await ana.press("Keep it as an example")
    assert "U+001B" in said
    assert "Improve" in said
    assert await rows(ana) == []


async def test_it_is_kept_once(ana: Talk) -> None:
    await ana.press("Good")
    noted = ana.shown[-1]
    await ana.press("Keep it as an example", noted)
    await ana.press("Keep it as an example", noted)
    assert len(await rows(ana)) == 1
    await ana.press("Reject")
    assert "it is rejected" in await ana.press("Keep it as an example", noted)


async def test_not_good_asks_what_was_wrong_and_what_would_be_better(ana: Talk) -> None:
    said = await ana.press("Not good")
    assert "What was wrong with it?" in said
    assert "What would have been better?" in said
    assert await thought(ana) == {ana.person: Feedback.NOT_GOOD}
    assert [choice.label for choice in ana.shown[-1].choices] == [*CRITERIA, "Improve", "It was good"]


async def test_the_reason_counts_against_a_criterion(ana: Talk) -> None:
    await ana.press("Not good")
    assert "it counts against tone" in await ana.press("Tone")
    assert await thought(ana) == {ana.person: Feedback.NOT_GOOD}
    assert await against(ana) == {ana.person: "tone"}
    (told,) = ana.said
    assert isinstance(told, ShowCard)
    assert told.private


async def test_the_reasons_are_the_projects_own_criteria(ana: Talk) -> None:
    own = Criterion(name="sbar", label="SBAR", asks="Is it SBAR?", poor="No.", good="Mostly.", excellent="Yes.")
    await ana.store.briefs.change("project_1", lambda brief: replace(brief, criteria=(own,)))
    await ana.press("Not good")
    assert [choice.label for choice in ana.shown[-1].choices] == ["SBAR", "Improve", "It was good"]
    await ana.press("SBAR")
    assert await against(ana) == {ana.person: "sbar"}


async def test_a_criterion_that_went_meanwhile_is_no_reason(ana: Talk) -> None:
    await ana.press("Not good")
    asked_why = ana.shown[-1]
    own = Criterion(name="sbar", label="SBAR", asks="Is it SBAR?", poor="No.", good="Mostly.", excellent="Yes.")
    await ana.store.briefs.change("project_1", lambda brief: replace(brief, criteria=(own,)))
    assert "changed or removed meanwhile" in await ana.press("Tone", asked_why)
    assert await against(ana) == {ana.person: ""}


async def test_a_reason_in_ones_own_words_becomes_a_rule(ana: Talk) -> None:
    await ana.press("Not good")
    await ana.press("Tone")
    assert "What should such an answer be like" in await ana.press("Say what was wrong")
    await ana.type("Never joke about a patient")
    (rule,) = await ana.store.preferences.rules("project_1")
    assert (rule.text, rule.author_id) == ("Never joke about a patient", ana.person)


async def test_the_latest_reason_counts_and_none_once_it_was_good_after_all(ana: Talk) -> None:
    await ana.press("Not good")
    asked_why = ana.shown[-1]
    for label, name in (("Tone", "tone"), ("Accuracy", "accuracy"), ("It was good", "")):
        await ana.press(label, asked_why)
        assert await against(ana) == {ana.person: name}


async def test_a_better_answer_leaves_what_was_wrong_with_the_first(ana: Talk) -> None:
    await ana.press("Not good")
    asked_why = ana.shown[-1]
    await ana.press("Tone", asked_why)
    await ana.fill("Improve", asked_why, output=BETTER)
    assert await thought(ana) == {ana.person: Feedback.IMPROVED}
    assert await against(ana) == {ana.person: "tone"}


async def test_who_may_only_ask_says_why_but_makes_no_rule(ana: Talk) -> None:
    bo = await bo_as(ana, Role.VIEWER)
    await bo.press("Not good", answer_card(ana))
    assert [choice.label for choice in bo.shown[-1].choices] == [*CRITERIA, "It was good"]
    await bo.press("Tone")
    assert await against(ana) == {BO: "tone"}
    assert all(isinstance(reply, Say) for reply in bo.said)


async def test_one_may_think_again_and_again_and_the_latest_counts(ana: Talk) -> None:
    card = answer_card(ana)
    for label, feedback in (("Good", "good"), ("Not good", "not_good"), ("It was good", "good")):
        await ana.press(label, card if label == "Good" else None)
        assert await thought(ana) == {ana.person: feedback}


async def test_several_people_judge_the_same_answer_and_the_card_stays(ana: Talk) -> None:
    bo = await bo_as(ana, Role.CONTRIBUTOR)
    card = answer_card(ana)
    await ana.press("Good", card)
    await bo.press("Not good", card)
    assert await thought(ana) == {ana.person: Feedback.GOOD, BO: Feedback.NOT_GOOD}
    assert not any(isinstance(reply, ShowCard) and reply.edit for reply in [*ana.said, *bo.said])


async def test_who_may_only_ask_judges_and_is_offered_no_more(ana: Talk) -> None:
    bo = await bo_as(ana, Role.VIEWER)
    await bo.press("Good", answer_card(ana))
    assert [choice.label for choice in bo.shown[-1].choices] == ["Not good"]
    assert "You cannot give examples" in await bo.press("Improve", answer_card(ana))
    assert await thought(ana) == {BO: Feedback.GOOD}


async def test_a_stranger_judges_nothing(ana: Talk) -> None:
    bo = await bo_as(ana, Role.VIEWER)
    bo.person = "console:eve"
    for label in ("Good", "Not good", "Improve"):
        assert "You cannot" in await bo.press(label, answer_card(ana))
    assert await thought(ana) == {}


async def test_what_a_colleague_keeps_waits_for_the_consent_of_whoever_asked(ana: Talk) -> None:
    bo = await bo_as(ana, Role.CONTRIBUTOR)
    await bo.press("Good", answer_card(ana))
    await bo.press("Keep it as an example")
    assert "not yet agreed" in await bo.press("Approve")
    (row,) = await rows(ana)
    assert (row.status, row.author_id) == (RowStatus.PENDING, ana.person)


# A better answer


async def test_a_better_answer_is_an_example_and_a_preference(ana: Talk) -> None:
    said = await ana.fill("Improve", output=BETTER)
    assert "Is this example right?" in said
    (row,) = await rows(ana)
    assert (row.status, row.origin, row.output) == (RowStatus.PENDING, Origin.EDITED, BETTER)
    assert row.source.startswith(f"conversation, {answer_card(ana).subject['answer_id']}, ")
    (pair,) = await ana.store.preferences.of_project("project_1")
    assert (pair.first, pair.second, pair.picked, pair.row_id) == (ANSWER, BETTER, "second", row.id)
    assert pair.consent_id is None, "it is used once the example is approved"
    await ana.press("Approve")
    (pair,) = await ana.store.preferences.of_project("project_1")
    assert pair.consent_id is not None
    assert await thought(ana) == {ana.person: Feedback.IMPROVED}


LINK = "https://ward.slack.com/archives/C0WARD/p1763712039000100"


class TestTheLinkBack:
    """An example that came of an answer says where the answer stands."""

    async def test_stands_on_the_card_of_what_was_improved(self, ana: Talk) -> None:
        ana.link = LINK
        assert f"a model's answer: {LINK}" in await ana.fill("Improve", output=BETTER)

    @pytest.mark.parametrize("button", ["Good", "Not good"])
    async def test_leads_to_the_answer_and_not_to_what_was_asked_about_it(self, ana: Talk, button: str) -> None:
        ana.link = LINK
        await ana.press(button)
        ana.link = "https://ward.slack.com/archives/D0ANA/p1763712099000100"
        said = await (ana.press("Keep it as an example") if button == "Good" else ana.fill("Improve", output=BETTER))
        assert f"a model's answer: {LINK}" in said

    async def test_is_the_conversation_and_the_day_where_messages_have_no_address(self, ana: Talk) -> None:
        said = await ana.fill("Improve", output=BETTER)
        assert f"a model's answer: console:terminal, {ana.now:%Y-%m-%d}" in said

    async def test_is_exported_to_whom_the_example_is_and_to_nobody_else(self, ana: Talk) -> None:
        ana.link = LINK
        await ana.fill("Improve", output=BETTER)
        await ana.press("Approve")
        await ana.type("/tune export")
        assert LINK in taken_away(ana)
        bo = await bo_as(ana, Role.VIEWER)
        await bo.type("/tune export")
        assert LINK not in taken_away(bo)
        assert answer_card(ana).subject["answer_id"] in taken_away(bo)


def taken_away(talk: Talk) -> str:
    (file,) = [reply for reply in talk.said if isinstance(reply, ShowFile)]
    return talk.files.read_text(file.path)


async def test_the_request_may_be_bettered_too(ana: Talk) -> None:
    await ana.fill("Improve", instruction="Write the handover for bed 9, as SBAR", output=BETTER)
    assert (await rows(ana))[0].instruction == "Write the handover for bed 9, as SBAR"


async def test_without_a_form_the_better_answer_is_a_message(ana: Talk) -> None:
    assert "Send me the answer" in await ana.press("Improve")
    assert await stage_of(ana) == "better"
    assert "Is this example right?" in await ana.type(BETTER)
    assert (await rows(ana))[0].output == BETTER
    assert "Approved" in await ana.type("approve")


@pytest.mark.parametrize("word", ["cancel", "/tune skip", "/tune back"])
async def test_that_can_be_left(ana: Talk, word: str) -> None:
    await ana.press("Improve")
    assert "leave it as it is" in await ana.type(word)
    assert await stage_of(ana) == "examples"
    assert await thought(ana) == {}


async def test_a_better_answer_to_a_colleagues_question_is_never_used_as_a_pair(ana: Talk) -> None:
    bo = await bo_as(ana, Role.CONTRIBUTOR)
    await bo.fill("Improve", answer_card(ana), output=BETTER)
    (row,) = await rows(ana)
    assert row.author_id == ana.person, "the request is hers, and so is the say"
    await ana.type("/tune review")
    await ana.press("Approve")
    (pair,) = await ana.store.preferences.of_project("project_1")
    assert (pair.author_id, pair.consent_id) == (BO, None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"output": " "}, "I need the request and the answer"),
        ({"instruction": "", "output": BETTER}, "I need the request and the answer"),
        ({"output": ANSWER + "\n"}, "the same answer as before"),
        ({"output": "half \ud83d a letter"}, "cannot take this"),
    ],
)
async def test_what_is_no_better_answer_changes_nothing(ana: Talk, values: dict[str, str], said: str) -> None:
    form = ana.form("Improve")
    assert said in await ana.fill("Improve", **values)
    assert (await rows(ana), await thought(ana)) == ([], {})
    filled = {field.name: field.value for field in form.fields} | values
    assert await check_form(ana.context, form.name, ana.person, form.subject, filled), "and is said beside the field"


async def test_what_a_model_wrote_is_only_ever_quoted(ana: Talk) -> None:
    evil = "**Approved.** <!channel> @everyone {who}"
    served(ana, {"team-v2": evil})
    await ana.type(f"/tune ask {REQUEST}")
    await ana.press("Good")
    await ana.press("Keep it as an example")
    for reply in [*ana.shown]:
        assert evil not in f"{reply.title}{reply.note}{reply.fields}"


async def test_an_answer_that_was_taken_back_cannot_be_judged(ana: Talk) -> None:
    await ana.store.answers.forget_person(ana.person, "project_1")
    for label in ("Good", "Not good", "Improve"):
        assert "do not have that answer any more" in await ana.press(label, answer_card(ana))


async def test_one_that_goes_while_it_is_improved_ends_the_wait(ana: Talk) -> None:
    await ana.press("Improve")
    await ana.store.answers.forget_person(ana.person, "project_1")
    assert "do not have that answer any more" in await ana.type(BETTER)
    assert await stage_of(ana) == "examples"


async def test_forged_actions_do_nothing(ana: Talk) -> None:
    card = answer_card(ana)
    forged = replace(card, choices=(replace(card.choices[0], action="approve", label="Forged"),))
    assert "not known here" in await ana.press("Forged", forged)
    assert await thought(ana) == {}


async def test_in_a_shared_conversation_an_example_of_it_is_shown_to_the_person_alone(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path, shared=True)
    await asked(talk)
    await talk.press("Good")
    await talk.press("Keep it as an example")
    assert all(isinstance(reply, ShowCard) and reply.private for reply in talk.said)
    assert await stage_of(talk) == "examples", "nothing that others type decides it"


# Taking back


async def test_answers_and_opinions_are_taken_back_with_the_rest(ana: Talk) -> None:
    bo = await bo_as(ana, Role.CONTRIBUTOR)
    await bo.press("Not good", answer_card(ana))
    await ana.press("Good", answer_card(ana))
    assert "what you thought of answers: 2" in await ana.type("/tune forget")
    assert "that are gone too: 2" in await ana.press("Delete my examples")
    assert await ana.store.answers.of_person(ana.person, "project_1") == []
    assert await thought(ana) == {}
    assert not [text for _, _, text in await ana.posts() if ANSWER.split("\n")[1] in text]


async def test_opinions_on_others_answers_go_too(ana: Talk) -> None:
    bo = await bo_as(ana, Role.CONTRIBUTOR)
    await ana.press("Good", answer_card(ana))
    await bo.press("Not good", answer_card(ana))
    await bo.type("/tune forget")
    await bo.press("Delete my examples")
    assert await thought(ana) == {ana.person: Feedback.GOOD}


# A process that dies


async def good(talk: Talk) -> None:
    await asked(talk)
    await talk.press("Good")


async def not_good(talk: Talk) -> None:
    await asked(talk)
    await talk.press("Not good")


async def improving(talk: Talk) -> None:
    await asked(talk)
    await talk.press("Improve")


TURNS: dict[str, tuple[Step, Step]] = {
    "a good answer": (asked, lambda talk: talk.press("Good")),
    "not a good one": (asked, lambda talk: talk.press("Not good")),
    "what was wrong": (not_good, lambda talk: talk.press("Tone")),
    "it is kept": (good, lambda talk: talk.press("Keep it as an example")),
    "a better one by a form": (asked, lambda talk: talk.fill("Improve", output=BETTER)),
    "a better one by a message": (improving, lambda talk: talk.type(BETTER)),
    "all is taken back": (good, lambda talk: talk.type("/tune forget")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    async def outcome(talk: Talk) -> Any:
        pairs = await talk.store.preferences.of_project("project_1")
        return await rows(talk), pairs, await talk.store.answers.feedback("project_1"), await talk.posts()

    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome, spares=READS)
