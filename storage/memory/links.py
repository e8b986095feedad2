"""Which accounts are one person's, and which groups an account is in. It does not know what follows from either."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from storage.domain import LinkCode
from storage.memory.facts import Facts, Repository


class MemoryLinks(Repository):
    async def accounts(self, person_id: str) -> frozenset[str]:
        return accounts_of(self._facts, person_id)

    async def first_accounts(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return {one: self._facts.links.get(one, one) for one in person_ids}

    async def offer(self, code: LinkCode) -> None:
        self._facts.link_codes.setdefault(code.id, code)

    async def offered(self, code_id: str) -> LinkCode | None:
        return self._facts.link_codes.get(code_id)

    async def link(self, code_id: str, account_id: str, now: datetime) -> LinkCode | None:
        code = self._facts.link_codes.get(code_id)
        if code is not None and code.used_by == account_id:
            return code
        if code is None or code.used_by is not None or code.expires_at <= now:
            return None
        theirs = accounts_of(self._facts, code.created_by)
        if account_id in theirs:
            return code
        together = theirs | accounts_of(self._facts, account_id)
        first = self._facts.links.get(code.created_by, code.created_by)
        self._facts.links.update(dict.fromkeys(together, first))
        used = self._facts.link_codes[code_id] = replace(code, used_by=account_id)
        return used

    async def spoil(self, code_id: str) -> None:
        code = self._facts.link_codes.get(code_id)
        if code is not None and code.used_by is None:
            del self._facts.link_codes[code_id]

    async def unlink(self, account_id: str) -> None:
        others = sorted(accounts_of(self._facts, account_id) - {account_id})
        self._facts.links.pop(account_id, None)
        for other in others:
            del self._facts.links[other]
        if len(others) > 1:
            self._facts.links.update(dict.fromkeys(others, others[0]))

    async def set_groups(self, person_id: str, place: str, group_ids: Collection[str]) -> None:
        elsewhere = {one for one in self._facts.groups.get(person_id, ()) if not one.startswith(place)}
        here = {one for one in group_ids if one.startswith(place)}
        self._facts.groups[person_id] = frozenset(elsewhere | here)

    async def seen_in(self, group_id: str) -> int:
        found = [account for account, groups in self._facts.groups.items() if group_id in groups]
        return len({self._facts.links.get(one, one) for one in found})


def accounts_of(facts: Facts, person_id: str) -> frozenset[str]:
    first = facts.links.get(person_id)
    return frozenset({person_id, *(account for account, other in facts.links.items() if first == other)})
