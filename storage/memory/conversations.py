"""Conversations, and what a person took back in them. It does not know how a message is shown."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from storage.domain import Conversation, EventKind
from storage.forgotten import Taken, is_taken, line_without, message_without, payload_without, quoted_about
from storage.memory.facts import Repository, need


class MemoryConversations(Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return need(self._facts.conversations, conversation_id)

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        conversation = need(self._facts.conversations, conversation_id)
        self._facts.conversations[conversation_id] = replace(conversation, project_id=project_id)

    async def within(self, prefix: str) -> Sequence[tuple[Conversation, datetime | None]]:
        there = [one for one in self._facts.conversations.values() if one.id.startswith(prefix)]
        found = [(one, self._heard_last(one.id)) for one in sorted(there, key=lambda one: one.id)]
        return sorted(found, key=lambda one: (one[1] is not None, one[1]), reverse=True)

    def _heard_last(self, conversation_id: str) -> datetime | None:
        events = (event for event in self._facts.events.values() if event.conversation_id == conversation_id)
        said = (event for event in events if event.person_id is not None and event.kind is not EventKind.REMINDER)
        return max((event.received_at for event in said), default=None)

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
        theirs = self._of_project(project_id, event_ids)
        there = set(await self.concerned(project_id, person_id, event_ids, about))
        named = {card.id for card in facts.cards.values() if set(about) & set(map(str, card.subject.values()))}
        posts = [post.message for post in facts.outbox.values() if post.conversation_id in there]
        posts += [line.message for line in facts.transcript.values() if line.conversation_id in there]
        gone = set(texts).union(*(quoted_about(message, named, about) for message in posts)) - {""}
        taken = Taken(
            person_id=person_id, event_ids=event_ids, texts=gone, about=set(about), cards=named, instead=instead
        )
        said = self._forget_events(there, taken)
        for item in facts.outbox.values():
            if item.conversation_id in there:
                facts.outbox[item.id] = replace(item, message=message_without(item.message, taken))
        for line in facts.transcript.values():
            blank = line_without(line.message, said, taken)
            if line.conversation_id in there and blank != line.message:
                facts.transcript[line.id] = replace(line, message=blank, revision=line.revision + 1)
        for answer in facts.answers.values():
            if answer.project_id == project_id:
                kept = [instead if taken.has(text) else text for text in (answer.request, answer.text)]
                facts.answers[answer.id] = replace(answer, request=kept[0], text=kept[1])
        elsewhere = {
            row.event_id for row in facts.rows.values() if row.project_id != project_id and row.author_id == person_id
        }
        return [
            event.id
            for event in facts.events.values()
            if (event.person_id, event.kind) == (person_id, EventKind.MESSAGE)
            and event.conversation_id in theirs
            and event.id in facts.finished
            and event.payload.get("files")
            and event.id not in elsewhere
        ]

    async def concerned(
        self, project_id: str, person_id: str, event_ids: Collection[str], about: Collection[str] = ()
    ) -> Sequence[str]:
        return sorted(self._of_project(project_id, event_ids) | self._shown_in(project_id, person_id, about))

    def _of_project(self, project_id: str, event_ids: Collection[str]) -> set[str]:
        facts = self._facts
        there = {one.id for one in facts.conversations.values() if one.project_id == project_id}
        there |= {run.conversation_id for run in facts.runs.values() if run.project_id == project_id}
        there |= {facts.events[event_id].conversation_id for event_id in event_ids if event_id in facts.events}
        return there & facts.conversations.keys()

    def _shown_in(self, project_id: str, person_id: str, about: Collection[str]) -> set[str]:
        named = {project_id, *about} if about else set()
        shown = [card for card in self._facts.cards.values() if named & set(map(str, card.subject.values()))]
        return {card.conversation_id for card in shown} | ({person_id} & self._facts.conversations.keys())

    def _forget_events(self, there: Collection[str], taken: Taken) -> set[str]:
        """The events that were blanked wholly."""
        said: set[str] = set()
        for event in self._facts.events.values():
            if event.conversation_id not in there or event.id not in self._facts.finished:
                continue
            whole = is_taken(event.id, event.person_id, event.kind, event.payload, taken)
            if whole:
                said.add(event.id)
            if whole or event.person_id == taken.person_id:
                blank = payload_without(event.payload, taken, whole)
                self._facts.events[event.id] = replace(event, payload=blank)
        return said
