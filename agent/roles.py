"""Who has which role in a project: people, with all their accounts as one, and groups.

It changes nothing, and does not know what a role allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.context import Context
from agent.words import harmless, say
from storage.domain import Membership, Role


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A person or a group that has a role by itself."""

    role: Role
    name: str
    """Fit for a sentence; empty where a person's name is not known."""
    accounts: tuple[str, ...] = ()
    """Of a person: those that have a role by themselves."""
    group_id: str = ""

    @property
    def called(self) -> str:
        if self.group_id:
            return say("roles.group", name=self.name)
        return self.name or say("message.somebody")


async def holders(context: Context, project_id: str) -> list[Holder]:
    """The people first and then the groups; among each the strongest role first, then in order of id."""
    members = await context.store.projects.members(project_id)
    firsts = await context.store.links.first_accounts([one.person_id for one in members])
    by_person: dict[str, list[Membership]] = {}
    for member in sorted(members, key=lambda one: (_place(one.role), one.person_id)):
        by_person.setdefault(firsts[member.person_id], []).append(member)
    people = [
        Holder(
            role=theirs[0].role,
            name=await _name(context, theirs),
            accounts=tuple(one.person_id for one in theirs),
        )
        for theirs in by_person.values()
    ]
    groups = [
        Holder(role=one.role, name=harmless(one.name), group_id=one.group_id)
        for one in await context.store.projects.group_roles(project_id)
    ]
    return [*people, *sorted(groups, key=lambda one: (_place(one.role), one.group_id))]


async def _name(context: Context, theirs: list[Membership]) -> str:
    """Of the first account that has one."""
    for one in theirs:
        person = await context.store.people.get(one.person_id)
        if person and (name := harmless(person.display_name)):
            return name
    return ""


def _place(role: Role) -> int:
    return _PLACES[role]


_PLACES: Mapping[Role, int] = {role: place for place, role in enumerate(Role)}
