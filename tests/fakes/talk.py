"""A conversation without a platform: what a person does in one line, what they are answered in another.

The store, the graph and the checkpointer are real (in memory); the trainer is played by hand through the store's jobs.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from agent.context import Context
from agent.coverage import Pack, load_packs
from agent.interviewer import Interviewer, open_interviewer
from agent.replies import AnyReply, Choice, Form, Say, ShowCard, ShowFile, ShowPicture, ShowTable
from bot.audience import addressed
from bot.chat.events import Attachment, ButtonPressed, FormSubmitted, MessageReceived, Sender
from bot.receiver import InboxReceiver
from storage.domain import InboxEvent, Job, JobFailure, JobKind, JobState
from storage.files import Files
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.mortal import Fate, MortalSaver
from tests.fakes.train_results import write_adapter
from trainer.client import TrainerClient

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=20)


@cache
def shipped_packs() -> Mapping[str, Pack]:
    return load_packs().packs


@dataclass
class Talk:
    """One person in one conversation."""

    home: Path
    person: str = "console:ana"
    conversation: str = "console:terminal"
    name: str = "Ana"
    shared: bool = False
    """Whether others read along."""
    link: str = ""
    """Address of the message in which something is pressed, where the platform has one."""
    store: Store = field(default_factory=memory_store)
    model: ScriptedChatModel = field(default_factory=ScriptedChatModel)
    saver: InMemorySaver = field(default_factory=InMemorySaver)
    said: list[AnyReply] = field(default_factory=list)
    """The replies of the last turn."""
    shown: list[ShowCard] = field(default_factory=list)
    """Every card that was posted, the latest last."""
    packs: Mapping[str, Pack] = field(default_factory=shipped_packs)
    _count: int = 0
    _waited: timedelta = timedelta()
    _causes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = Files(self.home)
        self.context = Context(
            store=self.store,
            files=self.files,
            trainer=TrainerClient(self.store.jobs),
            model=self.model,
            base="tiny",
            tokens=None,
            packs=self.packs,
        )
        self.receiver = InboxReceiver(self.store, self.files)
        self.interviewer: Interviewer = open_interviewer(self.context, self.saver)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self._count) + self._waited

    def wait(self, time: timedelta) -> None:
        """Let time pass: the leases of a process that died end."""
        self._waited += time

    def count_on(self) -> None:
        """Something happens that the person did not do."""
        self._count += 1

    def forked(self) -> "Talk":
        """The same conversation once more, in a store and with models of its own; its home folder is the same."""
        shared = {id(one): one for one in (self.packs, self.context.packs, self.interviewer)}
        other = deepcopy(self, shared)
        other.interviewer = open_interviewer(other.context, other.saver)
        return other

    def become(self, context: Context) -> None:
        """Go on as another process, with other parts."""
        self.context = context
        self.interviewer = replace(self.interviewer, context=context)

    def become_mortal(self, store: Store, fate: Fate) -> None:
        """Go on as a process that dies by fate."""
        assert isinstance(self.saver, MortalSaver)
        self.saver.fate = fate
        self.become(replace(self.context, store=store, trainer=TrainerClient(store.jobs)))

    async def posts(self) -> list[tuple[str, int, str]]:
        """Everything that was queued for the person: cause, position and text."""
        items = [item for cause in self._causes for item in await self.store.outbox.by_cause(cause)]
        return [(item.cause, item.position, str(item.message)) for item in items]

    def _sender(self) -> Sender:
        return Sender(
            person_id=self.person,
            display_name=self.name,
            conversation_id=self.conversation,
            address={"name": "terminal"},
            shared=self.shared,
        )

    async def type(self, text: str, *files: Path | Attachment) -> str:
        """Send a message, and answer everything that is in the inbox; returns what was said, as one text."""
        self._count += 1
        attachments = tuple(
            Attachment(name=file.name, path=file, size=file.stat().st_size) if isinstance(file, Path) else file
            for file in files
        )
        event = MessageReceived(
            id=f"event-{self._count}", sender=self._sender(), text=text, at=self.now, attachments=attachments
        )
        await self.receiver.receive(event)
        return await self.answer_all()

    async def press(self, label: str, card: ShowCard | None = None) -> str:
        """Press a button of a card, by default of the card shown last that has it."""
        self._count += 1
        target = card or next(c for c in reversed(self.shown) if any(x.label == label for x in c.choices))
        action = _choice(target, label).action
        event = ButtonPressed(
            id=f"event-{self._count}",
            sender=self._sender(),
            card_id=target.card_id,
            action=action,
            label=label,
            at=self.now,
            link=self.link,
        )
        await self.receiver.receive(event)
        return await self.answer_all()

    def form(self, label: str, card: ShowCard | None = None) -> Form:
        """The form behind a button, by default of the card shown last that has it."""
        form = _choice(card or self._with_button(label), label).form
        assert form is not None, f"{label} has no form"
        return form

    async def fill(self, label: str, card: ShowCard | None = None, /, **values: str) -> str:
        """Fill in the form behind a button, what is not named as it stands there, and send it."""
        target = card or self._with_button(label)
        form = self.form(label, target)
        filled = {field.name: field.value for field in form.fields} | values
        return await self.send_form(form.name, form.subject, filled, target.card_id, _choice(target, label).action)

    async def send_form(
        self,
        form: str,
        subject: Mapping[str, str],
        values: Mapping[str, str],
        card_id: str | None = None,
        action: str = "",
    ) -> str:
        """Send a form that was filled in; without a card, one that no button has opened."""
        self._count += 1
        event = FormSubmitted(
            id=f"event-{self._count}",
            sender=self._sender(),
            form=form,
            subject=subject,
            values=values,
            at=self.now,
            card_id=card_id,
            action=action,
            link=self.link,
        )
        await self.receiver.receive(event)
        return await self.answer_all()

    def _with_button(self, label: str) -> ShowCard:
        """The card shown last that has the button."""
        return next(card for card in reversed(self.shown) if any(choice.label == label for choice in card.choices))

    async def begin(self, goal: str) -> str:
        """Say the goal, and leave the questions about it to the agent; returns all that was said on the way."""
        said = await self.type(goal)
        return f"{said}\n{await self.press('You decide the rest')}"

    async def answer_all(self) -> str:
        """Answer whatever waits in the inbox, as the dispatcher would."""
        self.said = []
        inbox = self.store.inbox
        while event := await inbox.claim_express("me", self.now, LEASE) or await inbox.claim("me", self.now, LEASE):
            self._causes += [event.id] * (event.id not in self._causes)
            handle = self.interviewer.handle_express if event.express else self.interviewer.handle
            await self._finish(event, await handle(event))
        return self.text

    async def _finish(self, event: InboxEvent, replies: list[AnyReply]) -> None:
        messages, cards = await addressed(self.store, event, replies)
        await self.store.inbox.finish(event.id, "me", self.now, messages, cards)
        self.said += replies
        self.shown += [reply for reply in replies if isinstance(reply, ShowCard) and not reply.edit]

    @property
    def text(self) -> str:
        """What was said in the last turn, without buttons."""
        return "\n".join(_text(reply) for reply in self.said)

    async def job(self, kind: JobKind) -> Job:
        """The job of that kind that waits."""
        return next(job for job in await self.store.jobs.active() if job.kind is kind)

    async def end_job(
        self,
        kind: JobKind,
        state: JobState = JobState.DONE,
        result: dict[str, Any] | None = None,
        failure: JobFailure | None = None,
    ) -> str:
        """Play the trainer: lease the job that waits, and end it; then the conversation hears of it."""
        self._count += 1
        job = await self.store.jobs.lease("trainer", [kind], self.now, LEASE)
        assert job is not None
        if kind is JobKind.EXPORT and state is JobState.DONE:
            write_adapter(self.home, job.run_id)
        await self.store.jobs.finish(job.id, job.attempt, state, self.now, result=result, failure=failure)
        return await self.answer_all()


def _choice(card: ShowCard, label: str) -> Choice:
    return next(choice for choice in card.choices if choice.label == label)


def _text(reply: AnyReply) -> str:
    match reply:
        case Say():
            return "\n".join([reply.text, *(f"{quote.name}: {quote.text}" for quote in reply.quoted)])
        case ShowCard():
            values = [f"{quote.name}: {quote.text}" for quote in (*reply.fields, *reply.quoted)]
            return "\n".join([reply.title, *values, reply.note])
        case ShowTable():
            return "\n".join([reply.title, reply.text, *(" | ".join(row) for row in (reply.header, *reply.rows))])
        case ShowPicture():
            return f"{reply.text}\n{reply.alt}"
        case ShowFile():
            quoted = [f"{quote.name}: {quote.text}" for quote in reply.quoted]
            return "\n".join([reply.text, *quoted, f"File: {reply.name}"])
