"""What goes wrong between an app and the small Slack, as often as it is told to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Wrong = Literal["limited", "slow", "dropped_before", "dropped_after", "refused", "gateway"]


def _always(arguments: Mapping[str, Any]) -> bool:
    return True


@dataclass
class Fault:
    """Used up ``times`` times.

    ``limited``: 429 with ``Retry-After``; nothing is done. ``slow``: it is done, and answered ``seconds`` late.
    ``dropped_before`` and ``dropped_after``: the connection ends without an answer, before or after it is done.
    ``refused``: the error ``code``. ``gateway``: a 502 that is no JSON, although it was done.
    """

    method: str
    """E.g. ``chat.postMessage``; ``upload``, ``download`` and ``respond`` for what is no method; ``*`` for all methods."""
    wrong: Wrong
    times: int = 1
    seconds: int = 1
    code: str = "internal_error"
    when: Callable[[Mapping[str, Any]], bool] = _always
    """Of the arguments."""


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    met: list[Fault] = field(default_factory=list)
    """Those that struck, once for each time."""

    def add(self, method: str, wrong: Wrong, **more: Any) -> Fault:
        fault = Fault(method, wrong, **more)
        self.waiting.append(fault)
        return fault

    def next(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        for fault in self.waiting:
            named = fault.method == method or (fault.method == "*" and "." in method)
            if fault.times > 0 and named and fault.when(arguments):
                fault.times -= 1
                self.met.append(fault)
                return fault
        return None
