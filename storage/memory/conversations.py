"""Conversations, and what a person took back in them. It does not know how a message is shown."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from storage.domain import Conversation, EventKind
from storage.forgotten import is_said_again, line_without, message_without, payload_without, quoted_about
from storage.memory.facts import Repository, need
from storage.memory.inbox import heard_last


class MemoryConversations(Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return need(self._facts.conversations, conversation_id)

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        conversation = need(self._facts.conversations, conversation_id)
        self._facts.conversations[conversation_id] = replace(conversation, project_id=project_id)

    async def within(self, prefix: str) -> Sequence[Conversation]:
        found = [one for one in self._facts.conversations.values() if one.id.startswith(prefix)]
        return sorted(sorted(found, key=lambda one: one.id), key=self._heard, reverse=True)

    def _heard(self, conversation: Conversation) -> tuple[bool, datetime | None]:
        heard = heard_last(self._facts, conversation.id)
        return heard is not None, heard

    async def forget(
        self,
        project_id: str,
        person_id: str,
        event_ids: Collection[str],
        texts: Collection[str],
        instead: str,
        about: Collection[str] = (),
    ) -> Sequence[str]:
        facts = self._facts
        there = {one.id for one in facts.conversations.values() if one.project_id == project_id}
        there |= {run.conversation_id for run in facts.runs.values() if run.project_id == project_id}
        there |= {facts.events[event_id].conversation_id for event_id in event_ids if event_id in facts.events}
        named = {card.id for card in facts.cards.values() if set(about) & set(map(str, card.subject.values()))}
        posts = [post.message for post in facts.outbox.values() if post.conversation_id in there]
        posts += [line.message for line in facts.transcript.values() if line.conversation_id in there]
        gone = set(texts).union(*(quoted_about(message, named, about) for message in posts)) - {""}
        theirs = [
            event
            for event in facts.events.values()
            if (event.person_id, event.kind) == (person_id, EventKind.MESSAGE)
            and event.conversation_id in there
            and event.id in facts.finished
        ]
        said = {event.id for event in theirs if event.id in event_ids or is_said_again(event.payload, gone)}
        for event_id in said:
            event = facts.events[event_id]
            facts.events[event_id] = replace(event, payload=payload_without(event.payload, instead))
        for item in facts.outbox.values():
            if item.conversation_id in there:
                facts.outbox[item.id] = replace(item, message=message_without(item.message, gone, instead))
        for line in facts.transcript.values():
            blank = line_without(line.message, said, gone, instead)
            if line.conversation_id in there and blank != line.message:
                facts.transcript[line.id] = replace(line, message=blank, revision=line.revision + 1)
        elsewhere = {
            row.event_id for row in facts.rows.values() if row.project_id != project_id and row.author_id == person_id
        }
        return [event.id for event in theirs if event.payload.get("files") and event.id not in elsewhere]
