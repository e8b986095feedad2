"""Who is asked to rate: those who know the task, once a day at most; nobody in, or because of, a direct conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.offering import offers_to_rate
from agent.raters import knowers, known_kinds
from agent.replies import ShowCard
from agent.state import Turn
from agent.votes import votes_of
from storage.domain import GroupRole, Membership, Person, Role, Row, RowStatus
from storage.files import Files
from tests.contract.facts import row
from tests.fakes.linking import linked
from tests.fakes.mortal import Killed
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import LABELS, PROJECT, compared, face

ANA, BO, CY, DEE, EVA = (f"chat:T:{name}" for name in ("ana", "bo", "cy", "dee", "eva"))


@pytest.fixture
async def thread(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await in_a_thread(talk)
    return talk


async def in_a_thread(talk: Talk) -> None:
    """Ana in a thread of a channel, with a run that was compared; Bo, Cy, Dee and Eva gave or approved examples."""
    talk.person, talk.conversation, talk.shared = ANA, "chat:T:ward:1.0", True
    await in_a_project(talk)
    await compared(talk)
    for person, role in ((BO, Role.VIEWER), (CY, Role.REVIEWER), (DEE, Role.CONTRIBUTOR), (EVA, Role.CONTRIBUTOR)):
        await join(talk, person, role)
    given = [
        *examples(BO, 2),
        *examples(CY, 3, "cy", approved_by=CY),
        *examples(DEE, 1, "dee"),
        *examples(EVA, 4, "eva"),
    ]
    await talk.store.rows.add(given)


async def join(talk: Talk, person: str, role: Role) -> None:
    name = person.rpartition(":")[2].capitalize()
    await talk.store.people.add(Person(id=person, platform="chat", display_name=name, created_at=talk.now))
    await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=person, role=role))


def examples(
    author: str, count: int, name: str = "bo", category: str = "", approved_by: str | None = None
) -> list[Row]:
    return [
        row(
            f"{name}_{at}_{category}",
            project_id=PROJECT,
            author_id=author if approved_by is None else "chat:T:gone",
            approved_by=approved_by,
            status=RowStatus.APPROVED,
            category=category,
        )
        for at in range(count)
    ]


def asked(talk: Talk) -> list[str | None]:
    """Who was asked directly in the last turn."""
    return [one.to for one in offers(talk) if one.to]


def offers(talk: Talk) -> Sequence[ShowCard]:
    return [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "rating"]


class TestWhoKnowsTheTask:
    async def test_whoever_gave_or_approved_most_examples_first_three_at_most(self, thread: Talk) -> None:
        assert await knowers(thread.context, PROJECT, {""}) == [EVA, CY, BO]

    async def test_of_these_kinds_alone(self, thread: Talk) -> None:
        await thread.store.rows.add(examples(DEE, 9, "dee", category="letters"))
        assert await knowers(thread.context, PROJECT, {"letters"}) == [DEE]
        assert await knowers(thread.context, PROJECT, {"shifts"}) == []
        assert await known_kinds(thread.context, PROJECT, DEE) == {"", "letters"}

    async def test_a_person_with_two_accounts_is_asked_once_with_the_one_that_gave_more(self, thread: Talk) -> None:
        await linked(thread.store, BO, EVA)
        assert await knowers(thread.context, PROJECT, {""}) == [EVA, CY, DEE]
        assert await known_kinds(thread.context, PROJECT, BO) == await known_kinds(thread.context, PROJECT, EVA)

    async def test_whoever_has_a_role_by_a_group_may_be_asked(self, thread: Talk) -> None:
        await thread.store.rows.add(examples("chat:T:fay", 9, "fay"))
        await thread.store.links.set_groups("chat:T:fay", "chat:T:", ["chat:T:nurses"])
        given = GroupRole(project_id=PROJECT, group_id="chat:T:nurses", name="Nurses", role=Role.VIEWER)
        await thread.store.projects.set_group_role(given)
        assert await knowers(thread.context, PROJECT, {""}) == ["chat:T:fay", EVA, CY]

    async def test_nobody_without_a_role_and_nothing_that_was_not_approved(self, thread: Talk) -> None:
        await thread.store.rows.add(examples("chat:T:stranger", 9, "stranger"))
        pending = [replace(one, status=RowStatus.PENDING) for one in examples(DEE, 9, "pending")]
        await thread.store.rows.add(pending)
        assert await knowers(thread.context, PROJECT, {""}) == [EVA, CY, BO]


class TestAsking:
    async def test_they_are_named_in_the_thread_and_asked_directly(self, thread: Talk) -> None:
        await thread.type("/tune compare")
        here, *others = offers(thread)
        assert "Eva, Cy and Bo know these kinds of requests best" in here.note
        assert here.to is None
        assert asked(thread) == [EVA, CY, BO]
        assert all("You are asked because you gave or approved examples of “Team”" in one.note for one in others)

    async def test_the_button_works_in_the_direct_conversation(self, thread: Talk) -> None:
        await thread.type("/tune compare")
        offer = next(one for one in offers(thread) if one.to == EVA)
        eva = replace(thread, person=EVA, name="Eva", conversation=EVA, shared=False, said=[], _count=500)
        await eva.press("Rate now", offer)
        assert face(eva).title.startswith("Pair 1 of 3")
        await eva.type("A")
        await eva.press(LABELS[0], face(eva))
        assert [vote.rater_id for vote in await votes_of(eva.context, "run_1")] == [EVA, EVA]

    async def test_nobody_is_asked_again_within_a_day(self, thread: Talk) -> None:
        await thread.type("/tune compare")
        await thread.type("/tune compare")
        assert asked(thread) == []
        assert "Eva" in offers(thread)[0].note, "their names tell nobody anything new"
        thread.wait(timedelta(days=1))
        await thread.type("/tune compare")
        assert asked(thread) == [EVA, CY, BO]

    async def test_whoever_asks_is_not_asked(self, thread: Talk) -> None:
        thread.person = EVA
        await thread.type("/tune compare")
        assert asked(thread) == [CY, BO]

    async def test_in_a_direct_conversation_nobody_is_named_and_nobody_asked(self, thread: Talk) -> None:
        thread.shared = False
        await thread.type("/tune compare")
        (here,) = offers(thread)
        assert "Eva" not in str(here)

    async def test_a_note_that_cannot_be_read_forbids_nothing(self, thread: Talk) -> None:
        await thread.type("/tune compare")
        for path in (thread.home / "asked").iterdir():
            path.write_text("[{" * 5000)
        await thread.type("/tune compare")
        assert asked(thread) == [EVA, CY, BO]

    async def test_once_votes_suffice_nobody_is_asked_any_more(self, tmp_path: Path) -> None:
        talk = Talk(home=tmp_path)
        await compared(talk, pairs=30)
        for _ in range(7):
            await talk.type("/tune rate")
            for _ in range(3):
                answers = [quote.text for quote in face(talk).quoted[1:]]
                said = await talk.press(LABELS[answers[0].startswith("plain")], face(talk))
        assert "The votes suffice: people prefer your model" in said
        assert "`/tune rate`" not in said
        turn = Turn({"id": "event-x", "person_id": talk.person, "payload": {}})
        assert await offers_to_rate(talk.context, await talk.store.runs.get("run_1"), turn) == []


class FilesOfADyingProcess(Files):
    """The process ends when it has noted that somebody is asked."""

    def write_text(self, name: str, text: str) -> None:
        super().write_text(name, text)
        if name.startswith("asked/"):
            raise Killed


async def test_a_turn_killed_when_it_has_noted_whom_it_asks_asks_them(thread: Talk) -> None:
    alive = thread.context
    thread.become(replace(alive, files=FilesOfADyingProcess(thread.home)))
    with pytest.raises(Killed):
        await thread.type("/tune compare")
    assert len(list((thread.home / "asked").iterdir())) == 1
    thread.become(alive)
    thread.wait(timedelta(minutes=5))
    await thread.answer_all()
    assert asked(thread) == [EVA, CY, BO]
