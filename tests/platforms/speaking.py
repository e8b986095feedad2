"""What a person can do and see wherever they talk to us: the contract suite is written in these words alone."""

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from tests.platforms.serving import House


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message of ours as it stands before a person's eyes, without anything that only one platform has."""

    text: str = ""
    """All its words in reading order, but for what follows below."""
    buttons: tuple[str, ...] = ()
    """What can be pressed or picked, by its words."""
    pictures: tuple[str, ...] = ()
    """What each picture shows, in words, as a screen reader has it."""
    files: tuple[str, ...] = ()
    """The names of files to keep."""
    private: bool = False
    """Shown to this person alone, where others read along."""
    direct: bool = False
    """In their direct conversation, while they talk in a shared one."""
    edited: bool = False
    """Seen before, and different since."""


class Speaker(Protocol):
    """A person in a conversation: a direct one, or one in which others take part."""

    @property
    def id(self) -> str:
        """As the house knows them: ``<platform>:<user>``."""

    @property
    def name(self) -> str:
        """As others know them."""

    @property
    def conversation(self) -> str:
        """The id of the conversation in which they talk."""

    @abstractmethod
    async def say(self, text: str) -> None:
        """Write a message. It has been stored when this returns."""

    @abstractmethod
    async def command(self, text: str) -> None:
        """Give a command, ``text`` being what stands behind ``/tune``."""

    @abstractmethod
    async def press(self, label: str) -> None:
        """Press the button with this label, of the newest message that has it."""

    @abstractmethod
    async def pick(self, label: str) -> None:
        """Pick an option by its words, of the newest message that has it."""

    @abstractmethod
    async def fill(self, label: str, values: Mapping[str, str]) -> None:
        """Press a button behind which there is a form, fill in these fields by label, and send it."""

    @abstractmethod
    async def upload(self, name: str, content: bytes) -> None:
        """Send a file."""

    @abstractmethod
    async def read(self) -> Sequence[Seen]:
        """Wait until everything is answered; return what is new or different since the last time: first what was edited,
        then what is new, in order."""

    @abstractmethod
    async def all(self) -> Sequence[Seen]:
        """Everything that stands before their eyes now, in order; in a terminal, which redraws nothing, as it was printed
        first."""


class Reader:
    """Reads where a message stays before people's eyes, and is edited in place."""

    room: "Room"
    _read: Mapping[Hashable, Seen] = MappingProxyType({})

    @abstractmethod
    def shown(self) -> Iterable[tuple[Hashable, Seen]]:
        """Our messages as they stand now, each with what it is known by."""

    @abstractmethod
    async def press(self, label: str) -> None: ...

    async def pick(self, label: str) -> None:
        await self.press(label)

    async def read(self) -> Sequence[Seen]:
        await self.room.house.settled()
        before, now = self._read, dict(self.shown())
        self._read = now
        edited = [replace(one, edited=True) for key, one in now.items() if key in before and before[key] != one]
        return [*edited, *(one for key, one in now.items() if key not in before)]

    async def all(self) -> Sequence[Seen]:
        await self.room.house.settled()
        return [seen for _, seen in self.shown()]


class Room(Protocol):
    """A platform with the whole house behind it."""

    name: str
    house: House

    @abstractmethod
    def alone(self, name: str) -> Speaker:
        """A person in their direct conversation with us."""

    @abstractmethod
    def together(self, *names: str) -> Sequence[Speaker]:
        """People in one conversation, which the first thing that any of them says begins."""

    @abstractmethod
    async def restart(self) -> None:
        """End the process and begin another one on the same home folder, while people's screens stay as they are."""
