"""Numbers as people read them: durations, sizes, losses."""

from agent.words import say


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``1 h 20 min``."""
    whole = max(0, round(seconds))
    if whole < 90:
        return say("time.seconds", count=whole)
    if whole < 90 * 60:
        return say("time.minutes", count=round(whole / 60))
    return say("time.hours", hours=whole // 3600, minutes=whole % 3600 // 60)


def size(byte_count: float) -> str:
    """``850 MB``, ``2.4 GB``; powers of 1000, as disks are sold."""
    if byte_count >= 1e9:
        return say("size.gb", count=f"{byte_count / 1e9:.1f}")
    return say("size.mb", count=max(1, round(byte_count / 1e6)))


def figure(value: float | None) -> str:
    """A loss or a perplexity with three significant digits; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:,.0f}"
