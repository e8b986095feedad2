"""A house that remembers what it was told, and answers what a test laid down: ``bot.chat.port.House`` without an agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.events import ButtonPressed, ChatEvent, FormSubmitted, MessageReceived, Sender
from bot.chat.messages import CardFace, ChatMessage, Form, Option
from bot.chat.port import Known, Placement


class DatabaseAway(Exception):
    """As ``storage.errors.StoreUnavailable``, which platforms do not know."""


@dataclass
class FakeHouse:
    events: list[ChatEvent] = field(default_factory=list)
    """What was stored, in order, each once."""
    away: bool = False
    """Nothing can be stored or looked up."""
    cards: dict[str, str] = field(default_factory=dict)
    """The conversation of each card."""
    faces: dict[str, CardFace] = field(default_factory=dict)
    """Of cards, by id."""
    options: list[Option] = field(default_factory=list)
    """What is proposed, whatever is typed."""
    forms: dict[tuple[str, str], Form] = field(default_factory=dict)
    """By card and action."""
    named_forms: dict[str, Form | ChatMessage] = field(default_factory=dict)
    asked_for: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    """The name, person and subject of each form that no card has."""
    wrong: dict[str, str] = field(default_factory=dict)
    """What is wrong with whatever is submitted, by field."""
    placement: Placement = field(default_factory=lambda: Placement(kind="said", text="Write /tune help."))
    placed: list[tuple[str, str, str]] = field(default_factory=list)
    picked_project: str = ""
    """The one that was named with the latest of these commands."""
    queue: dict[str, ChatMessage] = field(default_factory=dict)
    """What is posted, by marker."""
    met: list[Sender] = field(default_factory=list)
    """Those whose groups were told before something was asked about them."""
    overview: list[ChatMessage] = field(default_factory=lambda: [ChatMessage(text="Nothing yet.")])
    projects: dict[str, str] = field(default_factory=dict)
    """The name of the project of a conversation."""

    @property
    def messages(self) -> list[MessageReceived]:
        return [event for event in self.events if isinstance(event, MessageReceived)]

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.messages]

    @property
    def presses(self) -> list[ButtonPressed]:
        return [event for event in self.events if isinstance(event, ButtonPressed)]

    @property
    def submitted(self) -> list[FormSubmitted]:
        return [event for event in self.events if isinstance(event, FormSubmitted)]

    async def meet(self, sender: Sender) -> None:
        self.met.append(sender)

    async def receive(self, event: ChatEvent) -> bool:
        self._look()
        if any(known.id == event.id for known in self.events):
            return False
        self.events.append(event)
        return True

    async def knows(self, conversation_id: str) -> bool:
        self._look()
        return any(event.sender.conversation_id == conversation_id for event in self.events)

    async def known(self, prefix: str) -> Sequence[Known]:
        self._look()
        latest: dict[str, ChatEvent] = {}
        for event in self.events:
            if event.sender.conversation_id.startswith(prefix):
                latest.pop(event.sender.conversation_id, None)
                latest[event.sender.conversation_id] = event
        return [
            Known(
                conversation_id=id,
                address=event.sender.address,
                project=self.projects.get(id),
                heard_last=max(e.at for e in self.events if e.sender.conversation_id == id),
            )
            for id, event in reversed(latest.items())
        ]

    async def conversation_of(self, card_id: str) -> str | None:
        self._look()
        return self.cards.get(card_id)

    async def face_of(self, card_id: str) -> CardFace | None:
        self._look()
        return self.faces.get(card_id)

    async def form_of(self, card_id: str, action: str) -> Form | None:
        self._look()
        return self.forms.get((card_id, action))

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> Form | ChatMessage:
        self._look()
        self.asked_for.append((name, person_id, dict(subject)))
        return self.named_forms[name]

    async def check(self, submitted: FormSubmitted) -> Mapping[str, str]:
        self._look()
        return self.wrong

    async def choices(self, kind: str, person_id: str, prefix: str) -> Sequence[Option]:
        self._look()
        return self.options

    async def place(self, text: str, person_id: str, channel: str, project: str = "") -> Placement:
        self._look()
        self.placed.append((text, person_id, channel))
        self.picked_project = project
        return self.placement

    async def queued(self, marker: str) -> ChatMessage | None:
        self._look()
        return self.queue.get(marker)

    async def home(self, person_id: str) -> Sequence[ChatMessage]:
        self._look()
        return self.overview

    def _look(self) -> None:
        if self.away:
            raise DatabaseAway
