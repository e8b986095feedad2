"""What the set-up of every platform shares: a setting with which it cannot be served, and one finding of the doctor.

Values and codes; the sentences are ``setup.<platform>.bad.<code>`` and ``doctor.<platform>_<code>``. It opens nothing.
"""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

_ENCRYPTED = ("https", "wss")


class UnusableSetting(Exception):
    """A setting with which a platform cannot be served: each has its own ``BadSetup``. ``values`` fill in the sentence, and hold no secret."""

    platform: ClassVar[str]

    def __init__(self, name: str, code: str, **values: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name = name
        self.code = code
        self.values = values


@dataclass(frozen=True, kw_only=True)
class Check:
    level: Literal["ok", "warn", "fail"]
    subject: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    """What fills in the sentence. No secret."""


def fault_of_address(address: str, schemes: Collection[str]) -> Literal["bad_address", "open_address"] | None:
    """What is wrong with the address of a server that tokens are sent to: encrypted, unless it is this machine.

    ``schemes``: those that it may begin with.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.scheme not in schemes or parts.query or parts.fragment or parts.username:
        return "bad_address"
    return None if parts.scheme in _ENCRYPTED or is_this_machine(host) else "open_address"


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
