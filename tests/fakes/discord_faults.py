"""What goes wrong between a bot and the small Discord, as often as it is told to."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Wrong = Literal["limited", "slow", "dropped_before", "dropped_after", "refused", "gateway", "garbled"]


@dataclass
class Fault:
    """Used up ``times`` times.

    ``limited``: 429, nothing is done. ``slow``: it is done, and answered ``seconds`` late. ``dropped_before`` and
    ``dropped_after``: the connection ends without an answer, before or after it is done. ``refused``: ``status`` and
    ``code``. ``gateway``: a 502 or a higher ``status`` although it was done. ``garbled``: a 429 from in front of the API, as Cloudflare gives it.
    """

    route: str
    """A method and the end of a path as a regular expression: ``POST /messages``."""
    wrong: Wrong
    times: int = 1
    seconds: float = 0.0
    scope: Literal["user", "global", "shared"] = "user"
    status: int = 403
    code: int = 50013


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    met: list[Fault] = field(default_factory=list)
    """Those that struck, once for each time."""

    def add(self, route: str, wrong: Wrong, **more: Any) -> Fault:
        fault = Fault(route, wrong, **more)
        self.waiting.append(fault)
        return fault

    def next(self, method: str, path: str) -> Fault | None:
        for fault in self.waiting:
            named, _, end = fault.route.partition(" ")
            if fault.times > 0 and named in (method, "*") and re.search(f"{end}$", path):
                fault.times -= 1
                self.met.append(fault)
                return fault
        return None
