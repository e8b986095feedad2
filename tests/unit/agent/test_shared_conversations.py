"""Conversations that others read along: what is one person's is told them alone, and nothing direct is named there."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from agent.replies import AnyReply, Say, ShowCard, ShowTable
from storage.domain import Membership, Person, Role, RowStatus
from tests.fakes.projects import rows_of, stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL, LABELLED, with_project

SECRET = "Write answers to my own patients"
HOTEL = "Write friendly answers to hotel guests"
WARD, OTHER_CHANNEL = "chat:T:ward", "chat:T:other"


@pytest.fixture
def thread(tmp_path: Path) -> Talk:
    """Ana in a thread of the ward's channel, in which nothing was said yet."""
    return Talk(home=tmp_path, person="chat:T:ana", conversation=f"{WARD}:1.0", shared=True)


@pytest.fixture
async def project(thread: Talk) -> Talk:
    """The same thread with a project."""
    await thread.begin(GOAL)
    return thread


def beside(talk: Talk, person: str, conversation: str, *, shared: bool = True) -> Talk:
    """Somebody in another conversation of the same house."""
    name = person.rpartition(":")[2].capitalize()
    other = Talk(
        home=talk.home,
        person=person,
        name=name,
        conversation=conversation,
        shared=shared,
        store=talk.store,
        saver=talk.saver,
    )
    other._count = 1000 * next(_BLOCKS)
    return other


_BLOCKS = count(1)
"""Of event ids: those of one house differ."""


def direct(talk: Talk, person: str = "chat:T:ana") -> Talk:
    return beside(talk, person, person, shared=False)


def speaks(talk: Talk, person: str) -> Talk:
    """Somebody else in the same thread."""
    other = beside(talk, person, talk.conversation)
    other.shown = talk.shown
    return other


def public(replies: list[AnyReply]) -> Iterator[str]:
    """All that everybody in the thread reads."""
    for reply in replies:
        if isinstance(reply, Say | ShowCard) and (reply.private or reply.to):
            continue
        yield str(reply)


async def directly_in(thread: Talk, person: str) -> Talk:
    """Somebody in their direct conversation, about the project of the thread."""
    other = direct(thread, person)
    await other.type("/tune examples")
    await other.press(next(one.label for one in other.shown[-1].choices if one.action.startswith("open:")))
    return other


def alone(talk: Talk) -> bool:
    return all(isinstance(reply, Say | ShowCard) and reply.private for reply in talk.said)


async def join_as(talk: Talk, person: str, role: Role, name: str = "") -> None:
    shown = name or person.rpartition(":")[2].capitalize()
    await talk.store.people.add(Person(id=person, platform="chat", display_name=shown, created_at=talk.now))
    conversation = await talk.store.conversations.get(talk.conversation)
    assert conversation.project_id is not None
    await talk.store.projects.set_role(Membership(project_id=conversation.project_id, person_id=person, role=role))


class TestForOnePersonAlone:
    async def test_a_refusal(self, project: Talk) -> None:
        bo = speaks(project, "chat:T:bo")
        await bo.type("/tune examples")
        assert (
            bo.text
            == "You cannot look at anything in this project: only an owner, a contributor, a reviewer or a viewer can (Ana)."
        )
        assert alone(bo)

    async def test_a_refusal_to_stop_what_runs(self, thread: Talk) -> None:
        await with_project(thread, rows=12)
        await thread.type("/tune train start")
        bo = speaks(thread, "chat:T:bo")
        assert "You cannot stop" in await bo.type("stop")
        assert alone(bo)

    async def test_an_invitation(self, project: Talk) -> None:
        assert "/tune join" in await project.type("share")
        assert alone(project)

    async def test_the_card_that_forgets_and_what_comes_of_it(self, project: Talk) -> None:
        await project.type(LABELLED.format(n=1))
        await project.type("/tune forget")
        assert alone(project)
        await project.press("Delete my examples")
        assert alone(project)

    async def test_a_late_press(self, project: Talk) -> None:
        await project.type(LABELLED.format(n=1))
        card = project.shown[-1]
        await project.press("Reject", card)
        await project.press("Approve", card)
        assert "decided already" in project.text
        assert alone(project)

    async def test_a_press_of_somebody_who_may_not(self, project: Talk) -> None:
        await project.type(LABELLED.format(n=1))
        bo = speaks(project, "chat:T:bo")
        assert "You cannot approve examples" in await bo.press("Approve")
        assert alone(bo)


class TestWhoCan:
    async def refused(self, talk: Talk) -> str:
        return await speaks(talk, "chat:T:stranger").type("/tune train start")

    async def test_a_few_are_named(self, project: Talk) -> None:
        await join_as(project, "chat:T:bo", Role.CONTRIBUTOR)
        await join_as(project, "chat:T:rea", Role.REVIEWER)
        assert (await self.refused(project)).endswith(": only an owner or a contributor can (Ana and Bo).")

    async def test_of_many_it_is_said_how_many(self, project: Talk) -> None:
        for name in ("bo", "cyd", "dan", "eve"):
            await join_as(project, f"chat:T:{name}", Role.CONTRIBUTOR)
        assert (await self.refused(project)).endswith("can (Ana, Bo, Cyd and 2 more).")

    async def test_a_name_notifies_nobody_and_is_no_markup(self, project: Talk) -> None:
        await join_as(project, "chat:T:bo", Role.OWNER, name="<!channel> *Bo*\n@here " + "x" * 100)
        said = await self.refused(project)
        assert "!channel Bo here xxx" in said
        assert not set("<>*@\n") & set(said)

    async def test_a_name_without_anything_to_read_is_none(self, project: Talk) -> None:
        await join_as(project, "chat:T:bo", Role.OWNER, name="***")
        assert (await self.refused(project)).endswith("can (Ana and 1 more).")


class TestProjects:
    async def test_a_project_of_a_direct_conversation_is_not_offered(self, thread: Talk) -> None:
        await direct(thread).begin(SECRET)
        said = await thread.type("/tune train")
        assert "What do you wish a model could do" in said
        assert SECRET not in "".join(public(thread.said))

    async def test_nor_where_a_direct_conversation_has_an_id_of_the_place(self, thread: Talk) -> None:
        await beside(thread, thread.person, f"{WARD}:ana", shared=False).begin(SECRET)
        assert "What do you wish a model could do" in await thread.type("/tune train")

    async def test_nor_beside_the_one_that_is_worked_on(self, project: Talk) -> None:
        await direct(project).begin(SECRET)
        await project.type("/tune new")
        assert [choice.label for choice in project.shown[-1].choices] == ["Begin another", "Stay here"]

    async def test_nor_one_of_another_channel(self, project: Talk) -> None:
        await beside(project, project.person, f"{OTHER_CHANNEL}:1.0").begin(HOTEL)
        await project.type("/tune new")
        assert HOTEL not in str(project.said)

    async def test_one_that_was_picked_from_a_list_of_ones_own_is_told_alone_how_to_go_on(self, thread: Talk) -> None:
        await direct(thread).begin(SECRET)
        (secret,) = await thread.store.projects.of_person(thread.person)
        said = await thread.type(f"/tune new {secret.id}")
        assert "write `/tune join CODE` here" in said
        assert alone(thread)
        assert (await thread.store.conversations.get(thread.conversation)).project_id is None

    async def test_one_of_another_thread_of_the_channel_is(self, project: Talk) -> None:
        second = beside(project, project.person, f"{WARD}:2.0")
        await second.begin(HOTEL)
        third = beside(project, project.person, f"{WARD}:3.0")
        await third.type("/tune examples")
        assert [choice.label for choice in third.shown[-1].choices] == [
            "Write friendly answers to hotel g… (write-friendly-answers-to-hotel-guests)",
            "Write shift handover notes for nur… (write-shift-handover-notes-for-nurses)",
            "Begin another",
        ]

    async def test_only_ones_own_are_offered(self, project: Talk) -> None:
        bo = beside(project, "chat:T:bo", f"{WARD}:2.0")
        assert "What do you wish a model could do" in await bo.type("/tune train")

    async def test_a_channel_whose_name_begins_alike_is_another(self, project: Talk) -> None:
        elsewhere = beside(project, project.person, f"{WARD}2:1.0")
        assert "What do you wish" in await elsewhere.type("/tune train")

    async def test_directly_all_of_them_are_offered(self, project: Talk) -> None:
        ana = direct(project)
        await ana.type("/tune train")
        assert [choice.label[:10] for choice in ana.shown[-1].choices] == ["Write shif", "Begin anot"]


class TestJoining:
    async def code(self, talk: Talk, role: str = "contributor") -> str:
        found = re.search(r"/tune join (\S+)`", await talk.type(f"/tune share {role}"))
        assert found
        return found[1]

    async def test_a_colleague_joins_in_the_thread_and_nothing_is_dropped(self, project: Talk) -> None:
        code = await self.code(project)
        await project.type("Write the handover for bed 9")
        assert await stage_of(project) == "input"
        assert "Welcome to **Write shift" in await speaks(project, "chat:T:bo").type(f"/tune join {code}")
        assert await stage_of(project) == "input"

    async def test_a_code_of_a_direct_project_names_nothing_in_a_thread(self, thread: Talk) -> None:
        ana = direct(thread)
        await ana.begin(SECRET)
        bo = speaks(thread, "chat:T:bo")
        said = await bo.type(f"/tune join {await self.code(ana)}")
        assert "You are a contributor of that project now" in said
        assert SECRET not in said
        assert alone(bo)
        assert (await thread.store.conversations.get(thread.conversation)).project_id is None
        assert "Which project" in await direct(bo, "chat:T:bo").type("/tune examples")

    async def test_an_owner_may_bring_it_into_the_thread(self, thread: Talk) -> None:
        ana = direct(thread)
        await ana.begin(SECRET)
        assert SECRET in await thread.type(f"/tune join {await self.code(ana)}")


class TestExamples:
    async def test_one_that_was_begun_directly_is_not_shown(self, project: Talk) -> None:
        await (await directly_in(project, project.person)).type(LABELLED.format(n=7))
        for command in ("/tune review", "/tune examples", "/tune examples pending", "/tune review 1"):
            await project.type(command)
            assert "bed 7" not in "".join(public(project.said)), command
        assert "have not agreed yet" in await project.type("/tune review")

    async def test_once_its_author_agreed_it_is(self, project: Talk) -> None:
        ana = await directly_in(project, project.person)
        await ana.type(LABELLED.format(n=7))
        await ana.press("Approve")
        await project.type("/tune examples")
        assert isinstance(project.said[0], ShowTable)
        assert "bed 7" in str(project.said[0].rows)

    async def test_what_was_given_in_the_thread_is_shown_there(self, project: Talk) -> None:
        await join_as(project, "chat:T:bo", Role.CONTRIBUTOR)
        await speaks(project, "chat:T:bo").type(LABELLED.format(n=8))
        await project.type("/tune review")
        assert "bed 8" in project.text
        assert "Bo gave the request and the answer." in project.text, "people have names where others read along"

    async def test_the_rest_that_is_approved_is_what_was_shown(self, project: Talk) -> None:
        for n in (1, 2):
            await project.type(LABELLED.format(n=n))
        await join_as(project, "chat:T:bo", Role.CONTRIBUTOR)
        await (await directly_in(project, "chat:T:bo")).type(LABELLED.format(n=7))
        await project.type("/tune review")
        assert "The rest is approved: 2 of 24" in await project.press("Approve the rest (2)")
        assert [row.status for row in await rows_of(project)] == [RowStatus.APPROVED] * 2 + [RowStatus.PENDING]

    async def test_one_that_is_half_written_directly_is_not_told(self, project: Talk) -> None:
        ana = await directly_in(project, project.person)
        await ana.type("Write the handover for bed 13")
        assert "bed 13" in await ana.type("/tune status")
        assert "bed 13" not in await project.type("/tune status")

    async def test_one_that_was_rejected_directly_is_not_opened_again_in_the_thread(self, project: Talk) -> None:
        ana = await directly_in(project, project.person)
        await ana.type(LABELLED.format(n=7))
        await ana.press("Reject")
        await project.type("/tune back")
        assert "bed 7" not in "".join(public(project.said))
        assert "bed 7" in await ana.type("/tune back")


async def test_the_list_says_who_gave_what_once_several_did(project: Talk) -> None:
    await project.type(LABELLED)
    await project.press("Approve")
    assert "Given by" not in await listed(project)
    await join_as(project, "chat:T:bo", Role.CONTRIBUTOR)
    bo = speaks(project, "chat:T:bo")
    await bo.type(LABELLED.replace("Output: ", "Output: Once more: "))
    await bo.press("Approve")
    rows = await listed(project)
    assert rows["Given by"] == ["Ana", "Bo"]


async def listed(talk: Talk) -> dict[str, list[str]]:
    """The columns of the list of examples."""
    await talk.type("/tune examples")
    table = next(one for one in talk.said if isinstance(one, ShowTable))
    return {name: [row[at] for row in table.rows] for at, name in enumerate(table.header)}
