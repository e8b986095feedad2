"""What was measured, as people read it: numbers with their sign, a criterion as a clause, and as cells of a table."""

import math

from agent.evaluation.belonging import Belonging
from agent.evaluation.echo import Echo
from agent.evaluation.intervals import Interval
from agent.evaluation.measures import Measure
from agent.numbers import figure
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of_name
from agent.reports.naming import called
from agent.words import say

_OF_100 = frozenset({"answers", "share", "votes"})
"""Units that are told as points of 100."""
_MOST_DIGITS = 6
"""After the point: what is smaller is how a computer adds."""


def figure_of(measure: Measure, comparison: Comparison) -> str:
    """``keeps your format: 25 of 28 answers, against 2 of the base model (+82 points, 95 % interval 62 to 92)``."""
    name, n = name_within(measure, comparison), requests(measure.n)
    found = measure.difference
    if found is None:
        base, tuned = _value(measure, measure.base), _value(measure, measure.tuned)
        return say("figure.no_interval", name=name, base=base, tuned=tuned, n=n, **called(comparison))
    if measure.unit in _OF_100:
        found = found.scaled(100)
        whole = measure.n if measure.unit == "answers" else 100
        base, tuned = f"{measure.base * whole:.0f}", f"{measure.tuned * whole:.0f}"
        key, n = f"figure.{measure.unit}", str(measure.n) if measure.unit == "answers" else n
    else:
        base, tuned, key = _value(measure, measure.base), _value(measure, measure.tuned), "figure.plain"
    low, high, difference = _bounds(found)
    values = {"base": base, "tuned": tuned, "n": n, "difference": difference, "low": low, "high": high}
    return say(key, name=name, **values, **called(comparison))


def belonging_figure(found: Belonging, comparison: Comparison) -> str:
    low, high, _ = _bounds(found.tuned)
    base, tuned = (signed(one.mean) for one in (found.base, found.tuned))
    values = {"base": base, "tuned": tuned, "low": low, "high": high, "n": requests(found.tuned.n)}
    return say(f"figure.belonging_{found.by}", **values, **called(comparison))


def echo_figure(found: Echo) -> str:
    """What the answers repeat of their requests, and what the wanted ones do."""
    low, high, difference = _bounds(found.more.scaled(100))
    tuned, wanted = (f"{share * 100:.0f}" for share in (found.tuned, found.wanted))
    n = requests(found.more.n)
    return say("figure.echo", tuned=tuned, wanted=wanted, difference=difference, low=low, high=high, n=n)


def requests(count: int) -> str:
    """``24 requests``, ``1 request``."""
    return say("count.request" if count == 1 else "count.requests", count=count)


def test_requests(count: int) -> str:
    """``test requests``, ``test request``, without the number."""
    return say("count.test_request" if count == 1 else "count.test_requests")


def signed(value: float) -> str:
    """``+37``, ``−0.42``, ``−0.003``, ``0``: as many digits as tell something; what is not 0 does not look like it."""
    size = abs(value)
    digits = 0 if size >= 10 else 1 if size >= 1 else 2
    if 0 < size < 0.005:
        digits = min(_MOST_DIGITS, -math.floor(math.log10(size)))
    text = f"{value:+.{digits}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def criterion_of(measure: Measure) -> str:
    """The criterion of the rubric that a judge or people scored, by its name; empty where it is none."""
    kind, _, criterion = measure.code.partition("_")
    return criterion if measure.unit == "score" and kind in ("judged", "scored") else ""


def name_within(measure: Measure, comparison: Comparison) -> str:
    """Its name as it stands within a sentence; of a criterion of the rubric with who scored it."""
    if criterion := criterion_of(measure):
        label = label_of_name(criterion, comparison.rubric)
        return say(f"measure.by_{measure.scored_by}", criterion=label)
    return say(f"measure.{measure.code}")


def heading(name: str) -> str:
    """The name of a criterion where no sentence stands around it."""
    return name[:1].upper() + name[1:]


def cells(measure: Measure, comparison: Comparison) -> list[str]:
    """Its name, the base model's value, the tuned one's, the difference with its interval, and it by request."""
    values = [_value(measure, value) for value in (measure.base, measure.tuned)]
    return [heading(name_within(measure, comparison)), *values, _difference(measure), _record(measure)]


def reached(measure: Measure) -> tuple[str, str]:
    """The tuned model's value, and the difference with its interval."""
    return _value(measure, measure.tuned), _difference(measure)


def size_of(measure: Measure, difference: float) -> str:
    """A difference without its sign, in the unit in which the measure is told: ``31 points``, ``0.42``."""
    points = measure.unit in _OF_100
    size = signed(100 * difference if points else difference).removeprefix("+")
    return say("caveat.points", value=size) if points or measure.unit == "points" else size


def perplexity_cells(loss: Measure, base: float | None, tuned: float | None) -> list[str]:
    """The same as the loss in another unit: the difference becomes a ratio."""
    ratio = figure(None)
    if loss.difference:
        found = loss.difference
        times, low, high = (figure(math.exp(min(value, 700.0))) for value in (found.mean, found.low, found.high))
        ratio = say("cell.ratio", ratio=times, low=low, high=high)
    return [heading(say("measure.perplexity")), figure(base), figure(tuned), ratio, _record(loss)]


def _value(measure: Measure, value: float) -> str:
    match measure.unit:
        case "answers":
            return say("cell.of", count=round(value * measure.n), n=measure.n)
        case "share" | "votes":
            return say("cell.percent", value=f"{value * 100:.0f}")
        case "nats":
            return figure(value).replace("-", "−")
        case "points":
            return _unsigned(value, 0 if abs(value) >= 10 else 1)
        case _:
            return _unsigned(value, 1)


def _record(measure: Measure) -> str:
    """Of how many requests each side won; nothing where neither direction is better, or only sums are known."""
    if not measure.pairs or (measure.role == "beside" and not measure.beyond):
        return figure(None)
    return say("cell.record", wins=measure.wins, ties=measure.ties, losses=measure.losses)


def _unsigned(value: float, digits: int) -> str:
    """Without a plus, and without a minus before what is 0."""
    return f"{value:z.{digits}f}".replace("-", "−")


def _difference(measure: Measure) -> str:
    return figure(None) if measure.difference is None else difference_of(measure, measure.difference)


def difference_of(measure: Measure, found: Interval) -> str:
    """A difference with its interval, in the unit in which the measure is told: ``+82 points (62 to 92)``."""
    points = measure.unit in _OF_100
    low, high, difference = _bounds(found.scaled(100) if points else found)
    key = "cell.difference_points" if points or measure.unit == "points" else "cell.difference"
    return say(key, difference=difference, low=low, high=high)


def _bounds(found: Interval) -> tuple[str, str, str]:
    low, high = (signed(bound).removeprefix("+") for bound in (found.low, found.high))
    return low, high, signed(found.mean)
