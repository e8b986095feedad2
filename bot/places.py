"""Where a command is answered that was given in a channel, outside any thread.

A channel holds threads, and a thread a project. Only what the person may look into counts, and only that is ever named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.access import projects_open_to
from agent.express import help_text, unknown_text
from agent.permissions import Action
from agent.words import harmless, say
from bot.chat.port import Known, Placement
from bot.commands import PRIVATE, Command, parse
from storage.domain import Conversation, Project
from storage.ports import Store

MOST = 100
"""Projects to pick from: what Slack can show in one list; Discord has pages. The one heard from last comes first."""
NAMED = 3
"""People who are named to somebody who has no project."""


@dataclass(frozen=True)
class Places:
    store: Store

    async def place(self, text: str, person_id: str, channel: str, project: str = "") -> Placement:
        """As ``bot.chat.port.House.place``."""
        command = parse(f"/tune {text}")
        assert command is not None, "behind the slash stands a word, a wrong one or none, which is help"
        match command.word:
            case "help":
                return Placement(kind="said", text=help_text())
            case "unknown":
                return Placement(kind="said", text=unknown_text(command.rest))
            case "new":
                return Placement(kind="begin", text=say("place.begin"))
            case "join":
                return Placement(kind="direct", text=say("place.join"))
            case "link":
                return Placement(kind="direct", text=say("place.link"))
        return await self._among_projects(command, person_id, channel, project)

    async def _among_projects(self, command: Command, person_id: str, channel: str, named: str) -> Placement:
        privately = command.word in PRIVATE
        there = await self._threads(channel)
        open_to = {one.id: one for one in await projects_open_to(self.store, person_id, Action.VIEW)}
        theirs = [(one, heard) for one, heard in there if one.project_id in open_to]
        if named:
            theirs = [(one, heard) for one, heard in theirs if named in _calls(open_to[str(one.project_id)])]
            if not theirs:
                return Placement(kind="said", text=say("place.not_here"))
        if not theirs:
            return await self._elsewhere([one for one, _ in there], bool(open_to))
        choices = [known_of(one, open_to[str(one.project_id)].name, heard) for one, heard in theirs[:MOST]]
        if len(choices) > 1:
            return Placement(kind="which", privately=privately, choices=choices, text=say("place.which"))
        text = "" if privately else say("place.thread", name=harmless(choices[0].project or ""))
        return Placement(kind="thread", privately=privately, where=choices[0], text=text)

    async def _threads(self, channel: str) -> list[tuple[Conversation, datetime | None]]:
        """For each project of the channel, the thread that was heard from last, and when that was."""
        latest: dict[str, tuple[Conversation, datetime | None]] = {}
        for conversation, heard in await self.store.conversations.within(channel):
            if conversation.shared and conversation.project_id is not None:
                latest.setdefault(conversation.project_id, (conversation, heard))
        return list(latest.values())

    async def _elsewhere(self, there: Sequence[Conversation], has_projects: bool) -> Placement:
        """Who has projects of their own goes on with these directly, who could begin one too; who is surrounded by the
        projects of others is told whom to ask."""
        if has_projects or not there:
            return Placement(kind="direct", text=say("place.direct"))
        names = await self._owners(there)
        who = say("list.and").join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or say("place.somebody")
        return Placement(kind="said", text=say("place.ask_whom", names=who))

    async def _owners(self, there: Sequence[Conversation]) -> list[str]:
        found: dict[str, None] = {}
        for conversation in there:
            project = await self.store.projects.get(str(conversation.project_id))
            owner = await self.store.people.get(project.owner_id)
            if owner and (name := harmless(owner.display_name)):
                found[name] = None
            if len(found) == NAMED:
                break
        return list(found)


def _calls(project: Project) -> tuple[str, ...]:
    """By what a project may be named."""
    return project.id, project.slug, project.name


def known_of(conversation: Conversation, project: str | None, heard_last: datetime | None) -> Known:
    """A conversation as platforms are told of it. ``project``: the name of its project."""
    return Known(conversation_id=conversation.id, address=conversation.address, project=project, heard_last=heard_last)
