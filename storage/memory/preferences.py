"""Pairs of answers of which a person picked one, and the rules learned from them. It does not judge an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from storage.domain import Pick, Preference, RubricRule
from storage.memory.facts import Repository, need

Kept = TypeVar("Kept", Preference, RubricRule)


class MemoryPreferences(Repository):
    async def add(self, preference: Preference) -> None:
        if preference.id not in self._facts.preferences:
            need(self._facts.projects, preference.project_id)
            self._facts.preferences[preference.id] = preference

    async def get(self, preference_id: str) -> Preference:
        return need(self._facts.preferences, preference_id)

    async def decide(
        self, preference_id: str, picked: Pick, reason: str, row_id: str | None, consent_id: str | None
    ) -> Preference:
        preference = need(self._facts.preferences, preference_id)
        decided = replace(preference, picked=picked, reason=reason, row_id=row_id, consent_id=consent_id)
        self._facts.preferences[preference_id] = decided
        return decided

    async def reword(self, preference: Preference) -> None:
        texts = {name: getattr(preference, name) for name in ("instruction", "input", "first", "second")}
        self._facts.preferences[preference.id] = replace(need(self._facts.preferences, preference.id), **texts)

    async def of_project(self, project_id: str) -> Sequence[Preference]:
        return _in_order(self._facts.preferences.values(), project_id)

    async def add_rule(self, rule: RubricRule) -> None:
        if rule.id not in self._facts.rules:
            need(self._facts.projects, rule.project_id)
            self._facts.rules[rule.id] = rule

    async def rules(self, project_id: str) -> Sequence[RubricRule]:
        return _in_order(self._facts.rules.values(), project_id)

    async def remove_rule(self, rule_id: str) -> bool:
        return self._facts.rules.pop(rule_id, None) is not None

    async def forget_author(self, author_id: str, project_id: str) -> int:
        given = {
            row.id for row in self._facts.rows.values() if row.project_id == project_id and row.author_id == author_id
        }
        pairs = [
            pair.id for pair in await self.of_project(project_id) if pair.author_id == author_id or pair.row_id in given
        ]
        rules = [rule.id for rule in await self.rules(project_id) if rule.author_id == author_id]
        for pair_id in pairs:
            del self._facts.preferences[pair_id]
        for rule_id in rules:
            del self._facts.rules[rule_id]
        return len(pairs) + len(rules)


def _in_order(kept: Iterable[Kept], project_id: str) -> list[Kept]:
    return sorted((one for one in kept if one.project_id == project_id), key=lambda one: (one.created_at, one.id))
