"""A clock that stands still until a test moves it. It does not make anything wait or wake."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Hand ``clock.now`` (or its value) to whatever asks for the time."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Move on and return the new time."""
        self._now += timedelta(seconds=seconds)
        return self._now
