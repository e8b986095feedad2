"""What a platform is told: which conversations and cards are known, which forms there are, what may be picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.replies import AnyReply, Choice, Say, ShowCard
from agent.replies import Form as AgentForm
from agent.replies import FormField as AgentField
from bot.audience import addressed
from bot.chat.events import FormSubmitted, MessageReceived, Sender
from bot.chat.messages import CardFace, ChatMessage, Form, Option
from bot.house import MOST_OPTIONS, OpenHouse
from bot.outbox import marker_of
from bot.receiver import InboxReceiver
from storage.domain import (
    Membership,
    ModelVersion,
    OutboxKind,
    OutboxState,
    Outgoing,
    Project,
    Role,
    Run,
    RunState,
)
from storage.files import Files
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.talk import Talk
from tests.unit.bot.conftest import Clock

ADA, BO = "fake:T:ada", "fake:T:bo"
EDIT = AgentForm(
    name="edit",
    subject={"row_id": "r"},
    title="Edit",
    fields=(AgentField(name="output", label="Answer", value="old", multiline=True),),
    submit="Save",
)


@dataclass
class Scripted:
    """An interview that offers one form, to Ada alone, and finds empty answers wrong."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> AgentForm | Say:
        return EDIT if person_id == ADA else Say(text="Ask Ada.")

    async def check(
        self, name: str, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
    ) -> Mapping[str, str]:
        self.asked.append((name, person_id, subject))
        return {} if values["output"] else {"output": "Please write the answer."}

    async def home(self, person_id: str) -> Sequence[AnyReply]:
        return [Say(text=f"Hello {person_id}"), card("Ask v1")]


def card(*labels: str, edit: bool = False, form: AgentForm | None = EDIT) -> ShowCard:
    choices = tuple(Choice(label=label, action=label.casefold(), form=form) for label in labels)
    return ShowCard(card_id="c", card_kind="row", subject={}, title="An example", choices=choices, edit=edit)


@dataclass
class Set:
    store: Store
    house: OpenHouse
    clock: Clock

    async def say(self, conversation: str, person: str = ADA, *replies: AnyReply) -> None:
        """Say something, and be answered."""
        self.clock.pass_(1)
        sender = Sender(person_id=person, display_name="A", conversation_id=conversation, address={"of": conversation})
        event_id = f"{conversation}@{self.clock.now}"
        await self.house.receive(MessageReceived(id=event_id, sender=sender, text="hello", at=self.clock.now))
        event = await self.store.inbox.claim("w", self.clock.now, timedelta(seconds=9))
        assert event is not None
        messages, cards = await addressed(self.store, event, replies)
        await self.store.inbox.finish(event.id, "w", self.clock.now, messages, cards)

    async def post_all(self, state: OutboxState = OutboxState.POSTED) -> None:
        while item := await self.store.outbox.claim("w", ["fake"], self.clock.now, timedelta(seconds=9)):
            await self.store.outbox.finish(item.id, "w", state, receipt={})

    async def project(self, name: str, owner: str = ADA) -> None:
        self.clock.pass_(1)
        await self.store.projects.add(
            Project(id=name, name=name.title(), slug=name, goal="", owner_id=owner, created_at=self.clock.now)
        )


@pytest.fixture
def at(tmp_path: Path) -> Set:
    store = memory_store()
    return Set(store, OpenHouse(store, InboxReceiver(store, Files(tmp_path)), Scripted()), Clock())


async def test_a_conversation_is_known_once_something_was_said_in_it(at: Set) -> None:
    assert not await at.house.knows("fake:T:c:1")
    await at.say("fake:T:c:1")
    assert await at.house.knows("fake:T:c:1")
    assert not await at.house.knows("fake:T:c:2")


async def test_what_is_known_of_a_channel_is_listed_the_latest_first(at: Set) -> None:
    for conversation in ("fake:T:c:1", "fake:T:c:2", "fake:T:d:1", "fake:T:c:1"):
        await at.say(conversation)
    await at.project("notes")
    await at.store.conversations.set_project("fake:T:c:1", "notes")
    one, two = await at.house.known("fake:T:c:")
    assert (one.conversation_id, one.project, one.heard_last) == (
        "fake:T:c:1",
        "Notes",
        at.clock.now - timedelta(seconds=1),
    )
    assert (two.conversation_id, two.project, two.address) == ("fake:T:c:2", None, {"of": "fake:T:c:2"})


async def test_a_card_is_found_in_the_conversation_where_it_is_shown(at: Set) -> None:
    await at.say("fake:T:c:1", ADA, card("Edit"))
    assert await at.house.conversation_of("c") == "fake:T:c:1"
    assert await at.house.conversation_of("nothing") is None


async def test_the_form_behind_a_button_is_that_of_the_card_as_it_stands(at: Set) -> None:
    await at.say("fake:T:c:1", ADA, card("Edit", "Skip"))
    form = await at.house.form_of("c", "edit")
    assert isinstance(form, Form)
    assert (form.name, form.subject, form.fields[0].value) == ("edit", {"row_id": "r"}, "old")
    await at.say("fake:T:c:1", ADA, card("Skip", edit=True, form=None))
    assert await at.house.form_of("c", "edit") is None, "its button is gone"
    assert await at.house.form_of("c", "skip") is None, "it has no form"
    assert await at.house.form_of("nothing", "edit") is None


async def test_a_card_that_was_refused_has_no_form(at: Set) -> None:
    await at.say("fake:T:c:1", ADA, card("Edit"))
    await at.post_all(OutboxState.REFUSED)
    assert await at.house.form_of("c", "edit") is None


async def test_a_form_that_no_card_has_or_why_there_is_none(at: Set) -> None:
    assert isinstance(await at.house.form("example", ADA, {}), Form)
    refused = await at.house.form("example", BO, {})
    assert refused == ChatMessage(text="Ask Ada.")


async def test_what_is_wrong_in_a_form_is_told_by_field(at: Set) -> None:
    sender = Sender(person_id=ADA, display_name="A", conversation_id=ADA, address={})
    submitted = FormSubmitted(
        id="f", sender=sender, form="edit", subject={"row_id": "r"}, values={"output": ""}, at=at.clock.now
    )
    assert await at.house.check(submitted) == {"output": "Please write the answer."}
    interview = at.house.interview
    assert isinstance(interview, Scripted)
    assert interview.asked == [("edit", ADA, {"row_id": "r"})]


async def test_the_overview_is_drawn_as_messages(at: Set) -> None:
    hello, models = await at.house.home(ADA)
    assert hello.text == f"Hello {ADA}"
    assert models.card is not None
    assert models.card.buttons[0].form is not None


async def add_model(at: Set, project: str, version: int) -> None:
    run = Run(
        id=f"{project}-{version}",
        project_id=project,
        conversation_id="fake:T:c:1",
        started_by=ADA,
        number=0,
        recipe={},
        state=RunState.SAVED,
        created_at=at.clock.now,
    )
    await at.store.runs.add(run)
    model = ModelVersion(
        id=f"model-{project}-{version}",
        project_id=project,
        run_id=run.id,
        name=project,
        version=0,
        metrics={},
        created_at=at.clock.now,
    )
    await at.store.models.add(model)


async def test_what_may_be_picked_is_the_persons_own_the_latest_first(at: Set) -> None:
    await at.project("release-notes")
    await at.project("salaries", owner=BO)
    await at.project("tickets", owner=BO)
    await at.store.projects.set_role(Membership(project_id="tickets", person_id=ADA, role=Role.VIEWER))
    await add_model(at, "release-notes", 1)
    await add_model(at, "release-notes", 2)
    await add_model(at, "salaries", 1)
    projects = await at.house.choices("project", ADA, "")
    assert [option.value for option in projects] == ["tickets", "release-notes"]
    models = await at.house.choices("model", ADA, "")
    assert models == [
        Option(value="release-notes-v2", label="Release-Notes, version 2"),
        Option(value="release-notes-v1", label="Release-Notes, version 1"),
    ]
    runs = await at.house.choices("run", ADA, "")
    assert [option.label for option in runs] == ["Run 2 of Release-Notes", "Run 1 of Release-Notes"]
    assert await at.house.choices("salary", ADA, "") == []


@pytest.mark.parametrize(("typed", "found"), [("rel", 1), ("REL", 1), ("tick", 1), ("zzz", 0), (" ", 2)])
async def test_what_was_typed_narrows_the_choice(at: Set, typed: str, found: int) -> None:
    await at.project("release")
    await at.project("tickets")
    assert len(await at.house.choices("project", ADA, typed)) == found


async def test_there_are_no_more_choices_than_platforms_show(at: Set) -> None:
    for number in range(MOST_OPTIONS + 3):
        await at.project(f"project-{number}")
    assert len(await at.house.choices("project", ADA, "")) == MOST_OPTIONS


async def test_a_form_of_the_overview_is_found_although_its_card_is_queued_nowhere(at: Set) -> None:
    await at.project("notes")
    await add_model(at, "notes", 1)
    form = await at.house.form_of("home:notes", "ask:model-notes-1")
    assert form is not None
    assert (form.name, form.subject) == ("ask", {"model": "model-notes-1"})
    assert await at.house.form_of("home:notes", "ask:gone") is None
    assert await at.house.form_of("home:notes", "other") is None


async def test_the_real_interviewer_is_asked_just_so(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    house = OpenHouse(talk.store, talk.receiver, talk.interviewer)
    refused = await house.form("example", ADA, {"text": "hello", "author": BO, "author_name": "Bo", "link": ""})
    assert isinstance(refused, ChatMessage)
    assert "no project" in refused.text
    assert all(isinstance(message, ChatMessage) for message in await house.home(ADA))


async def test_a_message_that_is_posted_is_known_by_its_mark(at: Set) -> None:
    await at.say("fake:T:c:1", ADA, Say(text="For you alone."))
    item = await at.store.outbox.claim("w", ["fake"], at.clock.now, timedelta(seconds=9))
    assert item is not None
    found = await at.house.queued(marker_of(item.id))
    assert found is not None
    assert found.text == "For you alone."
    for unknown in (marker_of(item.id + 1), "tt-", "tt-1'", "tt-9999999999999999999999", "x"):
        assert await at.house.queued(unknown) is None


async def test_a_card_that_is_posted_is_known_as_it_stands_now(at: Set) -> None:
    def card(title: str, kind: OutboxKind) -> Outgoing:
        message = ChatMessage(card=CardFace(card_id="c1", title=title)).to_json()
        return Outgoing(position=0, kind=kind, message=message, card_id="c1")

    await at.say("fake:T:c:1")
    for title, kind in (("Page 1", OutboxKind.POST), ("Page 2", OutboxKind.EDIT)):
        await at.store.outbox.put("fake:T:c:1", title, [card(title, kind)], at.clock.now)
    (item,) = await at.store.outbox.by_cause("Page 1")
    found = await at.house.queued(marker_of(item.id))
    assert found is not None
    assert found.card == CardFace(card_id="c1", title="Page 2")
