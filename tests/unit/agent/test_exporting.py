"""Examples as a file to take away: who gets which, in a form that can be uploaded again, and gone once they are taken back."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.replies import ShowFile
from storage.domain import (
    Answer,
    AnswerFeedback,
    Feedback,
    Membership,
    Origin,
    Person,
    Preference,
    Role,
    Row,
    RowStatus,
)
from tests.contract.facts import row
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.projects import in_a_project, rows_of
from tests.fakes.reminding import wants
from tests.fakes.talk import START, Talk
from tests.unit.agent.test_sharing import colleague
from tests.unit.agent.test_survey import saved

KEYS = ["instruction", "input", "output", "category", "origin", "author", "source", "approved"]
BO = "console:bo"


def given(number: int, **more: Any) -> Row:
    facts = {
        "id": f"row-{number}",
        "project_id": "project_1",
        "instruction": f"Write a handover {number}",
        "input": f"bed {number}\u2028drain 40 ml",
        "output": f'Situation: bed {number} – "stable"\n* شكراً 好的',
        "content_hash": f"hash-{number}",
        "author_id": "console:ana",
        "status": RowStatus.APPROVED,
    }
    return row(**(facts | more))


ROWS = (
    given(1, category="handover", source="beds.csv:4"),
    given(2, author_id=BO, origin=Origin.EDITED),
    given(3, status=RowStatus.PENDING),
    given(4, author_id=BO, status=RowStatus.PENDING),
    given(5, status=RowStatus.REJECTED),
    given(6, status=RowStatus.PROPOSED),
    given(7, status=RowStatus.PENDING, output="", input=""),
)


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await with_rows(talk)
    return talk


async def with_rows(talk: Talk, rows: Sequence[Row] = ROWS) -> None:
    await in_a_project(talk)
    await talk.store.rows.add(rows)


async def joined(talk: Talk, role: Role | None) -> Talk:
    """Bo in a conversation with the project, in this role."""
    bo = colleague(talk)
    await in_a_project_of_another(bo)
    if role:
        await talk.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=role))
    return bo


async def in_a_project_of_another(talk: Talk) -> None:
    await talk.type("hello")
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    position: Any = {"stage": "examples", "project_id": "project_1", "row_id": None}
    await talk.interviewer.graph.aupdate_state(config, position, as_node="explain")


def exported(talk: Talk) -> list[dict[str, Any]]:
    (file,) = [reply for reply in talk.said if isinstance(reply, ShowFile)]
    return [json.loads(line) for line in talk.files.read_text(file.path).split("\n")[:-1]]


def requests(talk: Talk) -> list[str]:
    return [line["instruction"] for line in exported(talk)]


async def test_the_approved_rows_with_where_each_came_from(talk: Talk) -> None:
    said = await talk.type("/tune export")
    assert "The approved examples of **Team**: 2, one a line." in said
    assert "File: team.jsonl" in said
    first, second = exported(talk)
    assert list(first) == list(second) == KEYS, "a table of any tool has the same columns in each row"
    assert first["output"] == ROWS[0].output
    assert (first["category"], first["author"], first["source"]) == ("handover", "Ana", "beds.csv:4")
    assert (second["origin"], second["author"]) == ("edited", "")
    assert all(line["approved"] is True for line in (first, second))


@pytest.mark.parametrize("word", ["/tune export", "export", "tune export"])
async def test_it_is_asked_for_like_any_command(talk: Talk, word: str) -> None:
    await talk.type(word)
    assert len(exported(talk)) == 2


async def test_what_one_gave_holds_what_waits_for_a_decision(talk: Talk) -> None:
    said = await talk.type("/tune export Mine.")
    assert "What you gave to **Team**: 2 examples, one a line, 1 of them not approved yet." in said
    assert [(line["instruction"], line["approved"]) for line in exported(talk)] == [
        ("Write a handover 1", True),
        ("Write a handover 3", False),
    ]


async def test_other_words_behind_it_export_nothing(talk: Talk) -> None:
    said = await talk.type("/tune export everything of everybody")
    assert "`/tune export mine`" in said
    assert talk.files.list("exports") == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.CONTRIBUTOR])
async def test_whoever_may_look_gets_what_is_approved_and_no_more(talk: Talk, role: Role) -> None:
    bo = await joined(talk, role)
    await bo.type("/tune export")
    assert requests(bo) == ["Write a handover 1", "Write a handover 2"]


async def test_without_a_role_one_gets_what_one_gave_alone(talk: Talk) -> None:
    bo = await joined(talk, None)
    assert "You cannot" in await bo.type("/tune export")
    assert talk.files.list("exports") == []
    await bo.type("/tune export mine")
    assert requests(bo) == ["Write a handover 2", "Write a handover 4"]


@pytest.mark.parametrize(
    ("command", "told"), [("export", "no approved examples"), ("export mine", "given no complete")]
)
async def test_nothing_to_export_makes_no_file(tmp_path: Path, command: str, told: str) -> None:
    talk = Talk(home=tmp_path)
    await with_rows(talk, ROWS[4:])
    assert told in await talk.type(f"/tune {command}")
    assert talk.files.list("exports/team") == []


async def test_each_export_stays_what_it_was(talk: Talk) -> None:
    await talk.type("/tune export")
    await talk.store.rows.reject("row-2")
    await talk.type("/tune export")
    assert len(exported(talk)) == 1
    assert len(talk.files.list("exports/team")) == 2


def lines_of(talk: Talk, name: str) -> list[dict[str, Any]]:
    file = next(reply for reply in talk.said if isinstance(reply, ShowFile) and reply.name == name)
    return [json.loads(line) for line in talk.files.read_text(file.path).splitlines()]


class TestAllElseThatIsOnes:
    async def test_is_in_a_file_beside_the_examples(self, talk: Talk) -> None:
        store, project = talk.store, "project_1"
        await wants(talk, quiet_from="22:30")
        await talk.type("/tune remind every Tuesday at 9")
        await store.preferences.add(pair("mine", consent_id="consent"))
        await store.preferences.add(pair("theirs", author_id=BO))
        await store.answers.add(
            Answer(
                id="a",
                project_id=project,
                model_id=None,
                asked_by=talk.person,
                request="Bed 9?",
                text="Dry.",
                created_at=talk.now,
            )
        )
        said = AnswerFeedback(
            answer_id="a",
            person_id=talk.person,
            feedback=Feedback.NOT_GOOD,
            event_id="e",
            given_at=talk.now,
            criterion="tone",
        )
        await store.answers.put_feedback(said)
        assert "your time zone and quiet hours" in await talk.type("/tune export mine")
        given = {line.pop("kind"): line for line in lines_of(talk, "team-mine-besides.jsonl")}
        assert set(given) == {"pair", "answer", "opinion", "schedule", "habits"}
        assert (given["habits"]["zone"], given["habits"]["quiet_from"]) == ("Europe/Berlin", "22:30")
        assert given["schedule"]["said"] == "every Tuesday at 9"
        assert (given["opinion"]["feedback"], given["opinion"]["criterion"]) == ("not_good", "tone")
        assert given["answer"]["text"] == "Dry."

    async def test_what_one_said_of_a_model_is_in_it(self, talk: Talk) -> None:
        await saved(talk)
        await talk.press("4")
        await talk.type("/tune export mine")
        (line,) = [one for one in lines_of(talk, "team-mine-besides.jsonl") if one["kind"] == "survey"]
        assert (line["model_id"], line["rating"]) == ("model_1", 4)


class TestPairs:
    async def test_are_as_trainers_of_preferences_read_them(self, talk: Talk) -> None:
        await talk.store.preferences.add(pair("p", consent_id="consent"))
        said = await talk.type("/tune export pairs")
        assert "of which the better one is known: 1, one a line" in said
        assert lines_of(talk, "team-pairs.jsonl") == [
            {
                "prompt": [{"role": "user", "content": "Write the handover.\n\nbed 9"}],
                "chosen": [{"role": "assistant", "content": "Bed 9 is stable."}],
                "rejected": [{"role": "assistant", "content": "Bed."}],
            }
        ]

    @pytest.mark.parametrize("change", [{"picked": None}, {"consent_id": None}, {"second": "Bed. "}])
    async def test_without_a_pick_a_consent_or_a_difference_are_not_used(
        self, talk: Talk, change: dict[str, Any]
    ) -> None:
        await talk.store.preferences.add(replace(pair("p", consent_id="consent"), **change))
        assert "no pairs to export yet" in await talk.type("/tune export pairs")
        assert talk.files.list("exports/team") == []

    async def test_are_for_whoever_may_look(self, talk: Talk) -> None:
        await talk.store.preferences.add(pair("p", consent_id="consent"))
        bo = await joined(talk, None)
        assert "You cannot" in await bo.type("/tune export pairs")
        await talk.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=Role.VIEWER))
        await bo.type("/tune export pairs")
        assert len(lines_of(bo, "team-pairs.jsonl")) == 1


def pair(id: str, author_id: str = "console:ana", consent_id: str | None = None) -> Preference:
    """Of two answers the second is the better one."""
    return Preference(
        id=id,
        project_id="project_1",
        instruction="Write the handover.",
        input="bed 9",
        first="Bed.",
        second="Bed 9 is stable.",
        author_id=author_id,
        event_id="event",
        created_at=START,
        picked="second",
        consent_id=consent_id,
    )


class TestTakenElsewhere:
    async def test_an_export_can_be_uploaded_into_another_project_as_it_is(self, talk: Talk, tmp_path: Path) -> None:
        await talk.type("/tune export")
        (file,) = [reply for reply in talk.said if isinstance(reply, ShowFile)]
        (tmp_path / "elsewhere").mkdir()
        other = Talk(home=tmp_path / "elsewhere")
        await in_a_project(other)
        said = await other.type("", talk.files.path(file.path))
        assert "2 of 2 rows accepted, and approved as yours." in said
        taken = [(one.instruction, one.output) for one in await rows_of(other)]
        assert taken == [(one.instruction, one.output) for one in ROWS[:2]]

    async def test_an_example_that_ends_a_line_in_any_way_stays_one_line(self, talk: Talk) -> None:
        await talk.type("/tune export")
        (file,) = [reply for reply in talk.said if isinstance(reply, ShowFile)]
        assert talk.files.read_bytes(file.path).count(b"\n") == 2

    async def test_a_hostile_name_of_an_author_is_one_harmless_line(self, talk: Talk) -> None:
        name = "../*x*\u202e`<@U0BO>\ud800\n[a](b)"
        await talk.store.people.add(Person(id=BO, platform="console", display_name=name, created_at=talk.now))
        await talk.type("/tune export")
        assert exported(talk)[1]["author"] == "../xU0BO a(b)"


class TestWhereOthersReadAlong:
    @pytest.mark.parametrize("command", ["export", "export mine"])
    async def test_the_file_comes_directly_to_who_asked_and_nothing_of_it_to_the_thread(
        self, tmp_path: Path, command: str
    ) -> None:
        talk = Talk(home=tmp_path, shared=True, conversation="console:c:1")
        await with_rows(talk)
        await talk.type(f"/tune {command}")
        thread, direct = await talk.store.outbox.by_cause("event-2")
        assert (thread.conversation_id, thread.message["only_to"], thread.message["file"]) == (
            "console:c:1",
            talk.person,
            None,
        )
        assert "Team" not in thread.message["text"]
        assert direct.conversation_id == talk.person
        assert direct.message["file"]["name"].startswith("team")


class TestForgotten:
    async def test_what_was_exported_goes_whoever_had_asked_for_it(self, talk: Talk) -> None:
        bo = await joined(talk, Role.VIEWER)
        await bo.type("/tune export")
        await talk.type("/tune export mine")
        assert len(talk.files.list("exports/team")) == 2
        said = await talk.type("/tune forget")
        assert "exports" in said
        await talk.press("Delete my examples")
        assert talk.files.list("exports/team") == []

    async def test_another_projects_exports_stay(self, talk: Talk) -> None:
        talk.files.write_text("exports/team-2/1.jsonl", "{}\n")
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert talk.files.list("exports/team-2") == ["1.jsonl"]

    async def test_what_is_taken_back_while_the_file_is_made_is_not_in_it(self, talk: Talk) -> None:
        rows, of_project = talk.store.rows, talk.store.rows.of_project
        read = 0

        async def then_taken_back(*args: Any) -> Sequence[Row]:
            nonlocal read
            found, read = await of_project(*args), read + 1
            if read == 1:
                await rows.forget_author(BO, "project_1")
            return found

        rows.of_project = then_taken_back  # type: ignore[assignment]
        await talk.type("/tune export")
        assert requests(talk) == ["Write a handover 1"]


async def test_a_turn_killed_anywhere_makes_the_same_file_once(tmp_path: Path) -> None:
    async def outcome(talk: Talk) -> dict[str, Any]:
        names = talk.files.list("exports/team")
        return {
            "posts": await talk.posts(),
            "files": {name: talk.files.read_text(f"exports/team/{name}") for name in names},
        }

    ended = await ends_as_if_undisturbed(
        tmp_path, with_rows, lambda talk: talk.type("/tune export mine"), outcome, before=True
    )
    assert len(ended["files"]) == 1
