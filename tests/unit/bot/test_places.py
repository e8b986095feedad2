"""A command in a channel goes where its project is; a project that the person may not see is neither gone to nor named."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest

from bot.chat.port import Placement
from bot.commands import PRIVATE, PUBLIC
from bot.places import MOST, Places
from storage.domain import Conversation, EventKind, InboxEvent, Membership, Person, Project, Role
from storage.memory import memory_store
from storage.ports import Store
from tests.unit.bot.conftest import Clock

ADA, BO, CY = "fake:T:ada", "fake:T:bo", "fake:T:cy"
CHANNEL = "fake:T:general:"
OTHER = "fake:T:random:"
NAMES = {ADA: "Ada", BO: "*Bo* <!channel>", CY: "Cy"}


class Town:
    """Channels with threads, and people with projects in them."""

    def __init__(self) -> None:
        self.store = memory_store()
        self.clock = Clock()
        self.numbers = count(1)

    async def thread(self, of: str | None, project: str | None, where: str = CHANNEL, shared: bool = True) -> str:
        """A conversation, begun a minute after the last one, about a project of ``of``; its id."""
        self.clock.pass_(60)
        conversation_id = f"{where}{next(self.numbers)}"
        await self.hear(conversation_id, of or ADA, shared)
        if project:
            owner = of or ADA
            await self.store.projects.add(
                Project(
                    id=project, name=project.title(), slug=project, goal="", owner_id=owner, created_at=self.clock.now
                )
            )
            await self.store.conversations.set_project(conversation_id, project)
        return conversation_id

    async def hear(self, conversation_id: str, who: str, shared: bool = True) -> None:
        event = InboxEvent(
            id=f"event-{next(self.numbers)}",
            conversation_id=conversation_id,
            person_id=who,
            kind=EventKind.MESSAGE,
            payload={"text": "hello"},
            received_at=self.clock.now,
        )
        conversation = Conversation(
            id=conversation_id, platform="fake", address={"thread": conversation_id}, shared=shared
        )
        person = Person(id=who, platform="fake", display_name=NAMES[who], created_at=self.clock.now)
        await self.store.inbox.put(event, conversation, person)

    async def let_in(self, who: str, project: str, role: Role = Role.VIEWER) -> None:
        await self.store.projects.set_role(Membership(project_id=project, person_id=who, role=role))

    async def place(self, text: str, who: str = ADA, channel: str = CHANNEL) -> Placement:
        return await Places(self.store).place(text, who, channel)


@pytest.fixture
def town() -> Town:
    return Town()


def ids(placement: Placement) -> Sequence[str]:
    return [choice.conversation_id for choice in placement.choices]


@pytest.mark.parametrize("word", sorted((PRIVATE | PUBLIC) - {"new", "link"}))
async def test_the_one_project_of_the_channel_answers_privately_what_starts_nothing_public(
    town: Town, word: str
) -> None:
    thread = await town.thread(ADA, "notes")
    await town.thread(ADA, "tickets", OTHER)
    placed = await town.place(f"{word} something")
    assert placed.kind == "thread"
    assert placed.where is not None
    assert (placed.where.conversation_id, placed.where.project) == (thread, "Notes")
    assert placed.where.address == {"thread": thread}
    assert placed.where.heard_last == town.clock.now - timedelta(seconds=60)
    assert placed.privately == (word in PRIVATE)
    assert ("“Notes”" in placed.text) == (word in PUBLIC), "a private answer needs no announcement"


async def test_of_several_the_person_picks_and_the_one_heard_from_last_comes_first(town: Town) -> None:
    first = await town.thread(ADA, "notes")
    second = await town.thread(ADA, "tickets")
    placed = await town.place("status")
    assert (placed.kind, placed.privately, ids(placed)) == ("which", True, [second, first])
    town.clock.pass_(60)
    await town.hear(first, ADA)
    assert ids(await town.place("train")) == [first, second]


async def test_a_project_with_several_threads_is_one_choice_that_of_its_latest(town: Town) -> None:
    await town.thread(ADA, "notes")
    later = await town.thread(None, None)
    await town.store.conversations.set_project(later, "notes")
    placed = await town.place("status")
    assert placed.where is not None
    assert placed.where.conversation_id == later


async def test_there_are_no_more_choices_than_a_list_can_show(town: Town) -> None:
    for number in range(MOST + 5):
        await town.thread(ADA, f"project-{number}")
    assert len((await town.place("status")).choices) == MOST


async def test_projects_that_the_person_may_not_see_are_neither_offered_nor_named(town: Town) -> None:
    mine = await town.thread(ADA, "notes")
    await town.thread(BO, "salaries")
    placed = await town.place("status")
    assert placed.where is not None
    assert placed.where.conversation_id == mine
    assert "alaries" not in repr(placed)


async def test_the_projects_of_direct_conversations_are_none_of_the_channel(town: Town) -> None:
    await town.thread(ADA, "diary", where=f"{CHANNEL}direct", shared=False)
    placed = await town.place("status")
    assert placed.kind == "direct"
    assert "iary" not in repr(placed)


async def test_somebody_with_projects_elsewhere_is_answered_directly_and_told_so(town: Town) -> None:
    await town.thread(ADA, "notes", OTHER)
    await town.thread(BO, "salaries")
    placed = await town.place("status")
    assert (placed.kind, placed.where, placed.choices) == ("direct", None, ())
    assert "direct messages" in placed.text


async def test_somebody_new_where_nothing_is_yet_begins_directly(town: Town) -> None:
    assert (await town.place("status", CY)).kind == "direct"


async def test_somebody_without_a_project_is_told_whom_to_ask_and_nothing_of_what_is_there(town: Town) -> None:
    await town.thread(ADA, "salaries")
    await town.thread(BO, "bonuses")
    placed = await town.place("train", CY)
    assert placed.kind == "said"
    assert "Bo !channel and Ada can let you in" in placed.text
    assert "alaries" not in repr(placed)
    assert "onuses" not in repr(placed)


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_may_be_taken_to_its_project(town: Town, role: Role) -> None:
    thread = await town.thread(ADA, "notes")
    await town.let_in(CY, "notes", role)
    placed = await town.place("status", CY)
    assert placed.where is not None
    assert placed.where.conversation_id == thread


async def test_something_new_begins_a_thread_whatever_is_there(town: Town) -> None:
    assert (await town.place("new Sort tickets", CY)).kind == "begin"
    await town.thread(ADA, "notes")
    placed = await town.place("new")
    assert (placed.kind, placed.privately) == ("begin", False)


async def test_a_code_is_taken_directly(town: Town) -> None:
    await town.thread(ADA, "notes")
    placed = await town.place("join k7qf-2m5x-abcd-efgh")
    assert placed.kind == "direct"
    assert "A code is for you alone" in placed.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "/tune train"),
        ("help", "/tune train"),
        ("  HELP ", "/tune train"),
        ("trian", "Did you mean `/tune train`?"),
        ("<!channel> `now`", "/tune train"),
    ],
)
async def test_help_and_a_wrong_word_are_answered_at_once(town: Town, text: str, said: str) -> None:
    await town.thread(ADA, "notes")
    placed = await town.place(text)
    assert (placed.kind, placed.where) == ("said", None)
    assert said in placed.text


async def test_a_channel_whose_name_begins_like_another_has_nothing_of_it(town: Town) -> None:
    await town.thread(ADA, "notes", "fake:T:general-2:")
    assert (await town.place("status")).kind == "direct"


async def test_many_threads_are_looked_through_with_few_questions(town: Town) -> None:
    store: Store = town.store
    for number in range(60):
        await town.thread(BO, f"project-{number}")
    await town.thread(ADA, "notes")
    asked: list[str] = []
    original = store.projects.role

    async def role(project_id: str, person_id: str) -> Role | None:
        asked.append(project_id)
        return await original(project_id, person_id)

    store.projects.role = role  # type: ignore[method-assign]
    await town.place("status")
    assert len(asked) == 1


@pytest.mark.parametrize("named", ["notes", "Notes"])
async def test_a_project_that_was_picked_is_not_asked_for(town: Town, named: str) -> None:
    notes = await town.thread(ADA, "notes")
    await town.thread(ADA, "tickets")
    placed = await Places(town.store).place("status", ADA, CHANNEL, named)
    assert placed.where is not None
    assert placed.where.conversation_id == notes


@pytest.mark.parametrize("named", ["elsewhere", "theirs", "nothing"])
async def test_a_picked_project_has_to_be_theirs_and_of_this_channel(town: Town, named: str) -> None:
    await town.thread(ADA, "notes")
    await town.thread(ADA, "elsewhere", OTHER)
    await town.thread(BO, "theirs")
    placed = await Places(town.store).place("status", ADA, CHANNEL, named)
    assert (placed.kind, "leave `project` out" in placed.text) == ("said", True)
