"""Where a platform's app is installed, and with which token: for platforms on which several teams install one app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Installation:
    id: str
    """``<platform>:<team id>``; an installation for a whole organisation has that one's id instead."""
    platform: str
    data: Mapping[str, Any] = field(repr=False)
    """As the platform's own library writes it down. It holds a token: never in a log, a message or a listing."""
    installed_at: datetime
