"""People, what they may do in a project, and what they agreed to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


@dataclass(frozen=True, kw_only=True)
class Person:
    id: str
    """``<platform>:<the platform's own user id>``."""
    platform: str
    display_name: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Membership:
    project_id: str
    person_id: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class GroupRole:
    """What everybody in a group may do in a project: whoever is in it has the role as long as they are."""

    project_id: str
    group_id: str
    """``<platform>:<place>:...``, as the platform's events name it (a role of a Discord server)."""
    name: str
    """As its place calls it, when the role was given; shown to people, at most 80 characters."""
    role: Role


@dataclass(frozen=True, kw_only=True)
class LinkCode:
    """A one-time code by which a person shows that an account elsewhere is theirs too."""

    id: str
    """As of an ``Invite``: SHA-256 of the code."""
    created_by: str
    """The account in which it was asked for."""
    expires_at: datetime
    used_by: str | None = None
    """The account that it was typed in."""


@dataclass(frozen=True, kw_only=True)
class Invite:
    """A one-time code by which a colleague comes into a project."""

    id: str
    """SHA-256 of the code; the code itself is shown once and kept nowhere."""
    project_id: str
    role: Role
    created_by: str
    expires_at: datetime
    used_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A person's agreement that what they give may train a model; one per person and project, or for one row alone."""

    id: str
    person_id: str
    project_id: str
    event_id: str
    """The event by which it was given: the proof."""
    given_at: datetime
    withdrawn_at: datetime | None = None
    row_id: str | None = None
    """For this row alone (a message of theirs that a colleague proposed); None: for whatever they give to the project."""
