"""A project: one wish, one dataset, and the models made for it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Project:
    id: str
    name: str
    """As shown to people, at most 80 characters."""
    slug: str
    """Lower-case ASCII letters, digits and dashes; unique; the folder name below ``datasets/`` and ``models/``."""
    goal: str
    owner_id: str
    created_at: datetime
