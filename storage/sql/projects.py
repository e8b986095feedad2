"""Projects, their members and the invites to them. It does not know what a role allows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy import Connection, RowMapping, Select, delete, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import GroupRole, Invite, Membership, Project, Role
from storage.errors import NotFound
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new, one_at_a_time, upsert
from storage.sql.tables import group_roles, invites, members, person_groups, projects


class SqlProjects(Repository):
    async def add(self, project: Project) -> Project:
        def transaction(connection: Connection) -> Project:
            one_at_a_time(connection, "project slugs")  # two of one name see each other's
            if (known := _find(connection, project.id)) is not None:
                return known
            values = {
                "id": project.id,
                "name": project.name,
                "slug": _free_slug(connection, project.slug),
                "goal": project.goal,
                "owner_id": project.owner_id,
                "created_at": project.created_at,
            }
            insert_new(connection, projects, values)
            owner = {"project_id": project.id, "person_id": project.owner_id, "role": Role.OWNER}
            insert_new(connection, members, owner)
            return _get(connection, project.id)

        return await self._database.write(transaction)

    async def get(self, project_id: str) -> Project:
        return await self._database.read(lambda connection: _get(connection, project_id))

    async def all(self) -> Sequence[Project]:
        return await self._list(select(projects).order_by(projects.c.created_at, projects.c.id))

    async def of_person(self, person_id: str) -> Sequence[Project]:
        alone = select(members.c.project_id).where(is_of(members.c.person_id, person_id))
        together = select(group_roles.c.project_id).where(_is_in(group_roles.c.group_id, person_id))
        return await self._list(
            select(projects)
            .where(or_(projects.c.id.in_(alone), projects.c.id.in_(together)))
            .order_by(projects.c.created_at.desc(), projects.c.id.desc())
        )

    async def role(self, project_id: str, person_id: str) -> Role | None:
        return await self._database.read(lambda connection: _role(connection, project_id, person_id))

    async def set_role(self, membership: Membership) -> None:
        values = {
            "project_id": membership.project_id,
            "person_id": membership.person_id,
            "role": membership.role,
        }

        def transaction(connection: Connection) -> None:
            lock(connection, membership.project_id)
            upsert(connection, members, values)

        await self._database.write(transaction)

    async def remove_role(self, project_id: str, person_id: str) -> None:
        gone = delete(members).where(members.c.project_id == project_id, members.c.person_id == person_id)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def members(self, project_id: str) -> Sequence[Membership]:
        query = select(members).where(members.c.project_id == project_id).order_by(members.c.person_id)

        def transaction(connection: Connection) -> list[Membership]:
            return [
                Membership(project_id=found["project_id"], person_id=found["person_id"], role=Role(found["role"]))
                for found in connection.execute(query).mappings()
            ]

        return await self._database.read(transaction)

    async def set_group_role(self, given: GroupRole) -> None:
        values = {
            "project_id": given.project_id,
            "group_id": given.group_id,
            "name": given.name,
            "role": given.role,
        }

        def transaction(connection: Connection) -> None:
            lock(connection, given.project_id)
            upsert(connection, group_roles, values)

        await self._database.write(transaction)

    async def remove_group_role(self, project_id: str, group_id: str) -> None:
        gone = delete(group_roles).where(group_roles.c.project_id == project_id, group_roles.c.group_id == group_id)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def group_roles(self, project_id: str) -> Sequence[GroupRole]:
        query = select(group_roles).where(group_roles.c.project_id == project_id).order_by(group_roles.c.group_id)

        def transaction(connection: Connection) -> list[GroupRole]:
            found = connection.execute(query).mappings()
            return [GroupRole(**{**one, "role": Role(one["role"])}) for one in found]

        return await self._database.read(transaction)

    async def invite(self, invite: Invite) -> None:
        values = {
            "id": invite.id,
            "project_id": invite.project_id,
            "role": invite.role,
            "created_by": invite.created_by,
            "expires_at": invite.expires_at,
            "used_by": invite.used_by,
        }
        await self._database.write(lambda connection: insert_new(connection, invites, values))

    async def join(self, invite_id: str, person_id: str, now: datetime) -> Invite | None:
        """As the port says. Joining again changes nothing: a role that was taken away since stays so."""

        def transaction(connection: Connection) -> Invite | None:
            if (known := _invite(connection, invite_id)) is None:
                return None
            lock(connection, known.project_id)
            invite = _invite(connection, invite_id)  # as it is now that nobody else can use it
            if invite is not None and invite.used_by == person_id:
                return invite
            if invite is None or invite.used_by is not None or invite.expires_at <= now:
                return None
            has = _own_role(connection, invite.project_id, person_id)
            if has is None or _strongest((invite.role, has)) is not has:
                member = {"project_id": invite.project_id, "person_id": person_id, "role": invite.role}
                upsert(connection, members, member)
            connection.execute(update(invites).where(invites.c.id == invite_id).values(used_by=person_id))
            return replace(invite, used_by=person_id)

        return await self._database.write(transaction)

    async def _list(self, query: Select[tuple[object, ...]]) -> Sequence[Project]:
        def transaction(connection: Connection) -> list[Project]:
            return [_project(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)


def lock(connection: Connection, project_id: str) -> None:
    """Let nobody else number, compare or change anything of the project as a whole until the transaction ends. Raises NotFound."""
    query = select(projects.c.id).where(projects.c.id == project_id).with_for_update(key_share=True)
    if connection.execute(query).first() is None:
        raise NotFound(project_id)


def _free_slug(connection: Connection, wanted: str) -> str:
    for number in count(1):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        if connection.execute(select(projects.c.id).where(projects.c.slug == slug)).first() is None:
            return slug
    raise AssertionError("numbers do not end")


def _role(connection: Connection, project_id: str, person_id: str) -> Role | None:
    alone = select(members.c.role).where(members.c.project_id == project_id, is_of(members.c.person_id, person_id))
    together = select(group_roles.c.role).where(
        group_roles.c.project_id == project_id, _is_in(group_roles.c.group_id, person_id)
    )
    return _strongest(Role(found) for found in connection.execute(alone.union_all(together)).scalars())


def _own_role(connection: Connection, project_id: str, person_id: str) -> Role | None:
    """That of this account alone."""
    query = select(members.c.role).where(members.c.project_id == project_id, members.c.person_id == person_id)
    found = connection.execute(query).scalar()
    return None if found is None else Role(found)


def _is_in(group: ColumnElement[str], person_id: str) -> ColumnElement[bool]:
    """Whether the person is in the group that a column names, with any of their accounts."""
    return group.in_(select(person_groups.c.group_id).where(is_of(person_groups.c.person_id, person_id)))


def _strongest(roles: Iterable[Role]) -> Role | None:
    """In the order of ``Role``."""
    return min(roles, key=list(Role).index, default=None)


def _invite(connection: Connection, invite_id: str) -> Invite | None:
    found = connection.execute(select(invites).where(invites.c.id == invite_id)).mappings().first()
    return None if found is None else Invite(**{**found, "role": Role(found["role"])})


def _find(connection: Connection, project_id: str) -> Project | None:
    found = connection.execute(select(projects).where(projects.c.id == project_id)).mappings().first()
    return None if found is None else _project(found)


def _get(connection: Connection, project_id: str) -> Project:
    if (found := _find(connection, project_id)) is None:
        raise NotFound(project_id)
    return found


def _project(found: RowMapping) -> Project:
    return Project(
        id=found["id"],
        name=found["name"],
        slug=found["slug"],
        goal=found["goal"],
        owner_id=found["owner_id"],
        created_at=found["created_at"],
    )
