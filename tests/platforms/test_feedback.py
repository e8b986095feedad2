"""What is thought of an answer becomes data: a count against a criterion, a row and a pair, or an offer; on every platform."""

from collections.abc import Sequence

from agent.words import say
from storage.domain import Feedback, RowStatus
from tests.platforms.journeys import finds, with_project, with_version
from tests.platforms.meaning import plain
from tests.platforms.speaking import Room, Seen, Speaker
from tests.platforms.test_training import MODEL

CRITERIA = ("Accuracy", "Format", "Relevance", "Completeness", "Tone")
ANSWER, BETTER = "Customer: somebody", "Customer: Bo\nItem: nails"


async def asked(room: Room, speaker: Speaker) -> Seen:
    """A version answers; returns its answer as it is shown."""
    await with_project(speaker)
    await with_version(room.house, speaker)
    room.house.tuned.texts[f"{MODEL}-v1"] = ANSWER
    await speaker.command("ask Bo wants nails")
    return (await speaker.read())[-1]


async def thought(room: Room) -> list[tuple[str, Feedback, str]]:
    """Who thought what, and what it counts against."""
    (project,) = await room.house.store.projects.all()
    found = await room.house.store.answers.feedback(project.id)
    return [(one.person_id, one.feedback, one.criterion) for one in found]


async def test_what_is_not_good_counts_against_a_criterion(room: Room, ana: Speaker) -> None:
    await asked(room, ana)
    await ana.press(say("answer.bad"))
    why = finds(await ana.read(), "answer.noted_bad")
    assert plain(say("answer.noted_bad_note")) in plain(why.text)
    assert why.buttons == (*CRITERIA, say("answer.improve"), say("answer.was_good"))
    await ana.press("Tone")
    told = finds(await ana.read(), "rule.against", criterion="tone")
    assert await thought(room) == [(ana.id, Feedback.NOT_GOOD, "tone")]
    assert told.buttons == (say("rule.say_wrong"),)


async def test_a_reason_in_ones_own_words_is_a_rule_for_good_answers(room: Room, ana: Speaker) -> None:
    await asked(room, ana)
    await ana.press(say("answer.bad"))
    await ana.read()
    await ana.press("Tone")
    await ana.read()
    await ana.fill(say("rule.say_wrong"), {say("rubric.field_rule"): "Never *joke* about a customer"})
    assert "joke" in (await ana.read())[-1].text
    (project,) = await room.house.store.projects.all()
    (rule,) = await room.house.store.preferences.rules(project.id)
    assert (rule.text, rule.author_id) == ("Never *joke* about a customer", ana.id)


async def test_a_better_answer_is_a_row_and_a_pair_with_the_consent_of_its_approval(room: Room, ana: Speaker) -> None:
    await asked(room, ana)
    await ana.fill(say("answer.improve"), {say("answer.better"): BETTER})
    await ana.read()
    (project,) = await room.house.store.projects.all()
    (pair,) = await room.house.store.preferences.of_project(project.id)
    assert (pair.first, pair.second, pair.picked, pair.consent_id) == (ANSWER, BETTER, "second", None)
    assert pair.row_id is not None
    row = await room.house.store.rows.get(pair.row_id)
    assert (row.output, row.status, row.author_id) == (BETTER, RowStatus.PENDING, ana.id)
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")
    (pair,) = await room.house.store.preferences.of_project(project.id)
    consent = await room.house.store.people.consent(ana.id, project.id)
    assert consent is not None
    assert pair.consent_id == consent.id
    assert await thought(room) == [(ana.id, Feedback.IMPROVED, "")]


async def test_a_good_answer_is_kept_as_an_example_if_somebody_wants_that(room: Room, ana: Speaker) -> None:
    await asked(room, ana)
    await ana.press(say("answer.good"))
    offered = finds(await ana.read(), "answer.noted_good")
    assert offered.buttons == (say("answer.keep"), say("answer.bad"))
    (project,) = await room.house.store.projects.all()
    kept = await room.house.store.rows.count(project.id, RowStatus.APPROVED)
    await ana.press(say("answer.keep"))
    finds(await ana.read(), "row.title_drafted")
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")
    assert await room.house.store.rows.count(project.id, RowStatus.APPROVED) == kept + 1
    assert await thought(room) == [(ana.id, Feedback.GOOD, "")]


async def test_what_somebody_thinks_is_between_them_and_us(room: Room, team: Sequence[Speaker]) -> None:
    ana, bo = team
    await asked(room, ana)
    await bo.read()
    await ana.press(say("answer.bad"))
    why = finds(await ana.read(), "answer.noted_bad")
    shared = room.name != "terminal"
    assert (why.private or why.direct) is shared
    assert bool(await bo.read()) is not shared, "at one terminal everybody reads everything"
    await ana.press("Accuracy")
    await ana.read()
    assert await thought(room) == [(ana.id, Feedback.NOT_GOOD, "accuracy")]
