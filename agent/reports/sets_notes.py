"""Which rows were held out and which requests were asked; whether other abilities suffered; speed: in sentences."""

from collections.abc import Iterator, Sequence

from agent.evaluation.general import lost
from agent.evaluation.intervals import LEVEL
from agent.evaluation.sets import Sets
from agent.evaluation.speed import Speed
from agent.reports.comparison import Comparison
from agent.reports.measure_words import figure_of
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.words import say
from dataset.leakage import ALONE
from dataset.quality.duplicates import THRESHOLD

_ASKED = ("test", "validation", "golden", "pack", "general")
_MOST_NAMED = 5
_NOTICED = 0.1
"""Share of the short questions from which on a loss stands in the message, told from chance or not: with 30 of them one of
a quarter may not be, and "better" beside it would be half of the truth."""
_OFTEN = 3
"""Comparisons on the same requests from which on it is told in the message too."""


def sets_notes(comparison: Comparison) -> Iterator[Note]:
    yield from _other_abilities(comparison)
    yield from _used_before(comparison)
    if comparison.sets:
        yield from _leaks(comparison, comparison.sets)
        yield from _unanswered(comparison.sets)
        yield from _rows(comparison.sets)
    if comparison.speed:
        yield _speed(comparison, comparison.speed)


def _other_abilities(comparison: Comparison) -> Iterator[Note]:
    measure = comparison.measure("general")
    if measure is None:
        return
    forgot = comparison.verdict.outcomes["general"] == "worse"
    text = say(
        "other.forgot" if forgot else "other.general", figure=figure_of(measure, comparison), **called(comparison)
    )
    noticed = measure.gain is not None and measure.gain.mean <= -_NOTICED
    yield Note(section="other", urgent=8 if forgot else 3 if noticed else 0, text=text)
    if gone := lost(comparison.answers):
        requests = _some([f"“{one.request}”" for one in gone])
        yield Note(section="other", text=say("other.lost", requests=requests, **called(comparison)))


def _used_before(comparison: Comparison) -> Iterator[Note]:
    """Each comparison of equal models claims a difference in ``LEVEL`` of all cases at most; several of them more often."""
    if comparison.earlier:
        count = comparison.earlier + 1
        chance = min(100, round(100 * LEVEL * count))
        values = {"count": count, "one": f"{100 * LEVEL:.0f}", "chance": chance}
        yield Note(section="sets", urgent=4 if count >= _OFTEN else 0, text=say("sets.used_before", **values))


def _leaks(comparison: Comparison, sets: Sets) -> Iterator[Note]:
    if sets.leaked:
        names = _some([_name(comparison, one) for one in sets.leaked])
        key = "sets.leaked_one" if len(sets.leaked) == 1 else "sets.leaked"
        yield Note(section="sets", urgent=7, text=say(key, count=len(sets.leaked), names=names))
    elif sets.closest:
        nearest = sets.closest[0]
        limit = ALONE if nearest.answer is None else THRESHOLD
        share = f"{100 * (nearest.request if nearest.answer is None else min(nearest.request, nearest.answer)):.0f}"
        yield Note(section="sets", text=say("sets.not_leaked", share=share, limit=f"{100 * limit:.0f}"))
    if sets.repeated:
        key = "sets.repeated_one" if sets.repeated == 1 else "sets.repeated"
        yield Note(section="sets", text=say(key, count=sets.repeated))
    if sets.same_input:
        yield Note(section="sets", text=say("sets.same_input", count=sets.same_input))


def _unanswered(sets: Sets) -> Iterator[Note]:
    counts = {"no_memory": sets.no_memory, "too_long": sets.too_long}
    parts = [say(f"sets.unanswered_{why}", count=count) for why, count in counts.items() if count]
    if parts:
        yield Note(section="sets", urgent=5, text=say("sets.unanswered", parts=", ".join(parts)))
    if sets.losses_without:
        yield Note(section="sets", urgent=4, text=say("sets.losses_unmeasured", count=sets.losses_without))


def _rows(sets: Sets) -> Iterator[Note]:
    rows = sum(sets.rows.values())
    if rows:
        key = "sets.rows" if sets.rows.get("golden") else "sets.rows_without_golden"
        yield Note(section="sets", text=say(key, rows=rows, **sets.rows))
    asked = [say(f"sets.asked_{kind}", count=sets.asked[kind]) for kind in _ASKED if sets.asked.get(kind)]
    if asked:
        yield Note(section="sets", text=say("sets.asked", parts=", ".join(asked)))
    if sets.next and rows:
        key = "sets.next_golden" if sets.next.golden else "sets.next_test"
        more, rung = sets.next.rows - rows, sets.next
        text = say(key, rows=rung.rows, test=rung.test, golden=rung.golden, more=more)
        yield Note(section="sets", text=text)


def _speed(comparison: Comparison, speed: Speed) -> Note:
    paces: dict[str, str] = {}
    for side, pace in (("base", speed.base), ("tuned", speed.tuned)):
        paces |= {f"{side}_first": f"{pace.first_token_seconds:.2g}", f"{side}_rate": _rate(pace.tokens_per_second)}
    return Note(section="speed", text=say("speed.told", **paces, **called(comparison)))


def _rate(tokens: float) -> str:
    """``38``, ``8.5``."""
    return f"{tokens:,.0f}" if tokens >= 10 else f"{tokens:.1f}"


def _name(comparison: Comparison, prompt_id: str) -> str:
    """By its number on the page; a test row that was not asked has none."""
    try:
        return say("sets.request", number=comparison.answer(prompt_id)[0])
    except KeyError:
        return say("sets.unasked")


def _some(names: Sequence[str]) -> str:
    """A few of them, and how many more there are."""
    names = list(dict.fromkeys(names))
    told = ", ".join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return say("sets.some", names=told, count=left) if left > 0 else told
