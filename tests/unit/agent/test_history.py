"""What versions were and reached over time, what each kind of task lacks, and how its collection begins."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from agent.complaints import complaints
from agent.evaluating import evaluation_of
from agent.history import tracks, versions
from agent.replies import ShowCard, ShowPicture, ShowTable
from agent.reports.history_chart import Track
from storage.domain import Answer, AnswerFeedback, Feedback
from tests.fakes.linking import linked
from tests.fakes.prepared import Prepared
from tests.fakes.talk import Talk
from tests.unit.agent.test_loop import answered, begin, good, poor, project_of, trained


def table(talk: Talk, title: str) -> ShowTable:
    return next(one for one in talk.said if isinstance(one, ShowTable) and one.title.startswith(title))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Two versions, the second better and in use."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    home.mkdir()
    return asyncio.run(Prepared.by(Talk(home=home), with_two_versions))


async def with_two_versions(talk: Talk) -> None:
    await begin(talk)
    await trained(talk, poor)
    await trained(talk, good)
    await answered(talk, {"tuned": poor})


@pytest.fixture
def talk(prepared: Prepared) -> Talk:
    return prepared.again()


async def test_the_table_says_what_came_what_changed_what_was_found_and_what_is_in_use(talk: Talk) -> None:
    await talk.type("/tune history")
    found = table(talk, "Versions")
    assert [row[0] for row in found.rows] == ["v2", "v1"]
    assert found.rows[0][4] == "base model: better; version 1: better"
    assert found.rows[0][5].startswith("since 2026-")
    assert found.rows[1][5] == f"on {talk.now:%Y-%m-%d}"


async def test_other_words_behind_it_are_not_taken_for_anything(talk: Talk) -> None:
    assert "I know /tune history and /tune history weak" in (await talk.type("/tune history of v1")).replace("`", "")
    assert "I know" not in await talk.type("/tune history Weak.")


async def test_the_chart_joins_what_was_measured_on_the_same_requests_and_says_so_in_words(talk: Talk) -> None:
    await talk.type("/tune history")
    (shown,) = [one for one in talk.said if isinstance(one, ShowPicture)]
    assert (talk.home / shown.path).read_bytes().startswith(b"\x89PNG")
    assert "keeps your format: version 1 at 0, version 2 at 100 (the same" in shown.alt


def drawn(found: list[Track]) -> set[int]:
    return {version for track in found for one in track.stretches for version, _ in one.points}


async def test_what_a_version_answered_again_beside_a_later_one_counts_for_it(talk: Talk) -> None:
    """The test requests of the first run may be others than those of the second; the second comparison has the same for both."""
    project = await project_of(talk)
    first = (await versions(talk.context, project))[0]
    (talk.home / "runs" / first.model.run_id / "comparison.json").unlink()
    found = await tracks(talk.context, project)
    assert drawn(found) == {1, 2}
    form = next(track for track in found if track.code == "format")
    assert [points for stretch in form.stretches for points in stretch.points] == [(1, 0.0), (2, 100.0)]


async def test_a_version_whose_comparisons_were_deleted_has_no_scores(talk: Talk) -> None:
    project = await project_of(talk)
    first, second = await versions(talk.context, project)
    (talk.home / "runs" / first.model.run_id / "comparison.json").unlink()
    (talk.home / "evaluations" / evaluation_of(second.model.run_id) / "comparison.json").unlink()
    assert drawn(await tracks(talk.context, project)) == {2}
    await talk.type("/tune history")
    assert table(talk, "Versions").rows[1][4] == "–"


async def test_of_a_version_whose_rows_were_deleted_it_is_not_said_what_was_new(talk: Talk) -> None:
    first, _ = await versions(talk.context, await project_of(talk))
    (talk.home / "runs" / first.model.run_id / "rows.jsonl").unlink()
    await talk.type("/tune history")
    second, gone = (row[2] for row in table(talk, "Versions").rows)
    assert (gone, "new" in second) == ("–", False)
    assert int(second) > 0


async def test_each_kind_says_how_it_does_and_what_it_needs(talk: Talk) -> None:
    await talk.type("/tune history weak")
    found = table(talk, "How version 2 does")
    assert found.header == ("Kind", "Failing", "Called good", "Examples", "Needs")
    assert all(row[4] for row in found.rows)
    assert any("more examples" in row[4] for row in found.rows)


async def test_what_people_said_of_answers_counts_by_kind_and_version(talk: Talk) -> None:
    project = await project_of(talk)
    one, two = (version.model.id for version in await versions(talk.context, project))
    await talk.type("/tune history weak")
    kinds = [row[0] for row in table(talk, "How version 2 does").rows]
    pack = talk.packs[(await talk.store.briefs.get(project)).pack]
    kind = next(one for one in pack.categories if one.plural.casefold() == kinds[0].casefold())
    for place, (model, feedback) in enumerate([(two, Feedback.GOOD), (two, Feedback.NOT_GOOD), (one, Feedback.GOOD)]):
        request = f"{kind.title} {kind.title}"
        answer = Answer(
            id=f"answer-{place}",
            project_id=project,
            model_id=model,
            asked_by=talk.person,
            request=request,
            text="…",
            created_at=talk.now,
        )
        await talk.store.answers.add(answer)
        await talk.store.answers.put_feedback(
            AnswerFeedback(
                answer_id=answer.id, person_id=talk.person, feedback=feedback, event_id=f"e{place}", given_at=talk.now
            )
        )
    await talk.type("/tune history weak")
    assert "1 of 2" in [row[2] for row in table(talk, "How version 2 does").rows]


async def test_what_people_found_wrong_counts_by_criterion(talk: Talk) -> None:
    project = await project_of(talk)
    model = (await versions(talk.context, project))[1].model.id
    await talk.type("/tune history weak")
    assert "found wrong" not in talk.text
    for number, criterion in enumerate(["tone", "tone", "accuracy", "", "one_that_is_gone", *["tone"] * 5]):
        answer = Answer(
            id=f"answer-{number}",
            project_id=project,
            model_id=model,
            asked_by=talk.person,
            request="…",
            text="…",
            created_at=talk.now,
        )
        await talk.store.answers.add(answer)
        given = AnswerFeedback(
            answer_id=answer.id,
            person_id=talk.person,
            feedback=Feedback.NOT_GOOD if criterion else Feedback.GOOD,
            event_id=f"e{number}",
            given_at=talk.now,
            criterion=criterion,
        )
        await talk.store.answers.put_feedback(given)
    await talk.type("/tune history weak")
    assert "of all that they judged: tone 7 of 10 (35 to 93 %), accuracy 1 of 10 (0 to 45 %)." in talk.text
    assert "beyond chance, for tone." in talk.text


async def test_one_person_has_one_voice_with_whichever_account_they_speak(talk: Talk) -> None:
    project = await project_of(talk)
    model = (await versions(talk.context, project))[1].model
    answer = Answer(
        id="answer",
        project_id=project,
        model_id=model.id,
        asked_by=talk.person,
        request="…",
        text="…",
        created_at=talk.now,
    )
    await talk.store.answers.add(answer)
    for number, (person, criterion) in enumerate([("console:ana", "tone"), ("slack:T1:ana", "accuracy")]):
        given = AnswerFeedback(
            answer_id=answer.id,
            person_id=person,
            feedback=Feedback.NOT_GOOD,
            event_id=f"e{number}",
            given_at=talk.now + timedelta(minutes=number),
            criterion=criterion,
        )
        await talk.store.answers.put_feedback(given)
    assert [(one.criterion, one.count, one.n) for one in await complaints(talk.context, model)] == [
        ("accuracy", 1, 2),
        ("tone", 1, 2),
    ]
    await linked(talk.store, "console:ana", "slack:T1:ana")
    assert [(one.criterion, one.count, one.n) for one in await complaints(talk.context, model)] == [("accuracy", 1, 1)]


async def test_one_tap_begins_to_collect_a_kind(talk: Talk) -> None:
    await talk.type("/tune history weak")
    card = next(one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "weak")
    kind = card.choices[0].action.partition(":")[2]
    said = await talk.press(card.choices[0].label)
    brief = await talk.store.briefs.get(await project_of(talk))
    assert brief.asked_cell == f"{kind}/"
    pack = talk.packs[brief.pack]
    category = pack.category(kind)
    assert category is not None
    assert category.ask in said


async def test_one_tap_shows_what_training_again_takes(talk: Talk) -> None:
    await talk.type("/tune history weak")
    said = await talk.press("Retrain and compare")
    assert "since version 2" in said
    assert "Ready to train" in said


async def test_without_a_version_there_is_no_history(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await begin(talk, rows=12)
    assert "`/tune train` makes one" in await talk.type("/tune history")
