"""Feature flags as the home folder has them now: read at start, and again whenever ``flags.toml`` was changed.

It does not know what the flags mean; what stands in the file is ``agent.flags``' to read.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.flags import BadFlags, Flag, read_flags

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at the file: a roll-out that is stopped is stopped for everybody within so long."""


@dataclass
class FlagsFile(Mapping[str, Flag]):
    """The definitions of the setting and the file, by name. Raises BadFlags for what cannot be read when it is made; of a file
    that cannot be read later, what it said before stays, and the log says why."""

    setting: str
    path: Path
    every: float = LOOK_EVERY
    _read: Mapping[str, Flag] = field(init=False)
    _seen: tuple[int, int] | None = field(init=False)
    """When it was written and how long it was; None: it was not there."""
    _looked_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._seen, self._looked_at = self._stamp(), time.monotonic()
        self._read = self._definitions()

    def __getitem__(self, name: str) -> Flag:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, Flag]:
        if time.monotonic() - self._looked_at < self.every:
            return self._read
        self._looked_at, stamp = time.monotonic(), self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._read = self._definitions()
                log.info("flags.toml was changed, and is in force")
            except BadFlags as error:
                log.warning("flags.toml cannot be read (%s %s): what it said before stays", error.code, error.values)
        return self._read

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _definitions(self) -> Mapping[str, Flag]:
        try:
            file = self.path.read_text("utf-8-sig") if self.path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise BadFlags("unreadable", reason=error) from error
        return read_flags(self.setting, file).defined
