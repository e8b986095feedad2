"""Projects, their members and the invites to them. It does not know what a role allows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from storage.domain import GroupRole, Invite, Membership, Project, Role
from storage.memory.facts import Repository, need
from storage.memory.links import accounts_of


class MemoryProjects(Repository):
    async def add(self, project: Project) -> Project:
        if project.id in self._facts.projects:
            return self._facts.projects[project.id]
        taken = {other.slug for other in self._facts.projects.values()}
        slugs = (project.slug if number == 1 else f"{project.slug}-{number}" for number in count(1))
        project = replace(project, slug=next(slug for slug in slugs if slug not in taken))
        self._facts.projects[project.id] = project
        await self.set_role(Membership(project_id=project.id, person_id=project.owner_id, role=Role.OWNER))
        return project

    async def get(self, project_id: str) -> Project:
        return need(self._facts.projects, project_id)

    async def all(self) -> Sequence[Project]:
        return sorted(self._facts.projects.values(), key=lambda project: (project.created_at, project.id))

    async def of_person(self, person_id: str) -> Sequence[Project]:
        theirs = [project for project in await self.all() if self._role(project.id, person_id) is not None]
        return theirs[::-1]

    async def role(self, project_id: str, person_id: str) -> Role | None:
        return self._role(project_id, person_id)

    def _role(self, project_id: str, person_id: str) -> Role | None:
        accounts = accounts_of(self._facts, person_id)
        groups = {group for account in accounts for group in self._facts.groups.get(account, ())}
        alone = (self._facts.members.get((project_id, account)) for account in accounts)
        together = (self._facts.group_roles.get((project_id, group)) for group in groups)
        return _strongest(found.role for found in (*alone, *together) if found is not None)

    async def set_role(self, membership: Membership) -> None:
        need(self._facts.projects, membership.project_id)
        self._facts.members[membership.project_id, membership.person_id] = membership

    async def remove_role(self, project_id: str, person_id: str) -> None:
        self._facts.members.pop((project_id, person_id), None)

    async def members(self, project_id: str) -> Sequence[Membership]:
        found = [member for member in self._facts.members.values() if member.project_id == project_id]
        return sorted(found, key=lambda member: member.person_id)

    async def set_group_role(self, given: GroupRole) -> None:
        need(self._facts.projects, given.project_id)
        self._facts.group_roles[given.project_id, given.group_id] = given

    async def remove_group_role(self, project_id: str, group_id: str) -> None:
        self._facts.group_roles.pop((project_id, group_id), None)

    async def group_roles(self, project_id: str) -> Sequence[GroupRole]:
        found = [given for given in self._facts.group_roles.values() if given.project_id == project_id]
        return sorted(found, key=lambda given: given.group_id)

    async def invite(self, invite: Invite) -> None:
        if invite.id not in self._facts.invites:
            need(self._facts.projects, invite.project_id)
            self._facts.invites[invite.id] = invite

    async def join(self, invite_id: str, person_id: str, now: datetime) -> Invite | None:
        invite = self._facts.invites.get(invite_id)
        if invite is not None and invite.used_by == person_id:
            return invite
        if invite is None or invite.used_by is not None or invite.expires_at <= now:
            return None
        has = self._facts.members.get((invite.project_id, person_id))
        if has is None or _strongest((invite.role, has.role)) is not has.role:
            await self.set_role(Membership(project_id=invite.project_id, person_id=person_id, role=invite.role))
        used = self._facts.invites[invite_id] = replace(invite, used_by=person_id)
        return used


def _strongest(roles: Iterable[Role]) -> Role | None:
    """In the order of ``Role``."""
    return min(roles, key=list(Role).index, default=None)
