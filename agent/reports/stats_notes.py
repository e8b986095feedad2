"""The figures of ``agent.stats`` in sentences, for a conversation and for the command line."""

from collections.abc import Callable
from datetime import timedelta

from agent.evaluation.groups import Figure
from agent.evaluation.intervals import FEWEST, Interval
from agent.numbers import duration
from agent.readouts import SHARES, WINDOW, Compared, ReadOut
from agent.stats import ACTIVE, FEWEST_RATERS, REMINDED, Stats
from agent.words import say

_Shown = Callable[[float], str]
"""How a value of a unit is written."""


def stats_lines(stats: Stats) -> list[str]:
    """One fact a line; every share and mean with the people behind it and its interval."""
    lines = [
        say("stats.projects", projects=stats.projects, models=stats.models),
        _people(stats),
        say("stats.makers", makers=stats.makers, people=stats.people, interval=_interval(stats.made, _percent)),
        _returned(stats),
        _satisfaction(stats),
        _first_model(stats),
        *_reminders(stats),
        say("stats.how"),
    ]
    for one in stats.read_outs:
        lines += read_out_lines(one)
    return lines


def _people(stats: Stats) -> str:
    first, second = ACTIVE
    active = {"in_first": stats.active[first], "in_second": stats.active[second]}
    return say("stats.people", people=stats.people, first=first, second=second, **active)


def _returned(stats: Stats) -> str:
    if stats.returned is None:
        return say("stats.returned_few" if stats.observed else "stats.returned_none")
    share, interval = _percent(stats.returned.mean), _interval(stats.returned, _percent)
    return say("stats.returned", share=share, people=stats.observed, interval=interval)


def _satisfaction(stats: Stats) -> str:
    found = stats.satisfaction
    if found is not None:
        interval = _interval(found, _score)
        told = say("stats.satisfaction", mean=_score(found.mean), people=found.n, interval=interval)
        return f"{told} {say('stats.satisfaction_in_threes')}" if stats.in_threes else told
    if stats.hidden:
        return say("stats.satisfaction_hidden", fewest=FEWEST_RATERS)
    return say("stats.satisfaction_one" if stats.raters else "stats.satisfaction_none")


def _first_model(stats: Stats) -> str:
    if stats.first_model_days is None:
        return say("stats.first_model_none")
    return say("stats.first_model", time=_time(stats.first_model_days), makers=stats.first_model_people)


def _time(days: float) -> str:
    """``3.5 days``; below two, as other durations are told."""
    return say("stats.days", days=f"{days:.1f}") if days >= 2 else duration(timedelta(days=days).total_seconds())


def _reminders(stats: Stats) -> list[str]:
    told = [
        say(
            f"stats.reminders_{kind.value}",
            answered=one.answered,
            sent=one.sent,
            interval=_interval(one.share, _percent),
        )
        for kind, one in stats.reminders.items()
    ]
    return told or [say("stats.reminders_none", days=REMINDED.days)]


def _interval(figure: Figure | None, shown: _Shown) -> str:
    """In parentheses behind a figure; nothing where there is none."""
    if figure is None:
        return ""
    key = "stats.interval_few" if figure.n < FEWEST else "stats.interval"
    return say(key, low=shown(figure.low), high=shown(figure.high), fewest=FEWEST)


# Read-outs of flags


def read_out_lines(one: ReadOut) -> list[str]:
    """What came of a flag: who was shown what, each outcome by variant, and what may be said of the difference."""
    shares = [say("stats.flag_share", variant=name, percent=f"{share:g}") for name, share in one.shares.items()]
    shown = [say("stats.flag_people", variant=name, count=count) for name, count in one.people.items()]
    lines = [say("stats.flag", flag=one.flag, shares=", ".join(shares), people=", ".join(shown))]
    if one.watched:
        lines.append(say("stats.flag_watched", days=WINDOW.days, count=one.watched))
    if one.left_out:
        lines.append(say("stats.flag_left_out", count=one.left_out))
    return [*lines, *(_outcome(one, compared) for compared in one.outcomes)]


def _outcome(one: ReadOut, compared: Compared) -> str:
    shown = _shown_as(compared)
    variants = [_variant(name, compared, shown) for name in compared.means]
    return say(
        "stats.flag_outcome",
        outcome=say(f"stats.outcome_{compared.outcome}"),
        variants=", ".join(variants),
        verdict=_verdict(one, compared),
    )


def _variant(name: str, compared: Compared, shown: _Shown) -> str:
    mean, interval = compared.means[name], compared.intervals[name]
    if mean is None:
        return say("stats.flag_nobody", variant=name)
    told = {"variant": name, "mean": shown(mean), "people": compared.people[name]}
    if interval is None:
        return say("stats.flag_mean", **told)
    return say("stats.flag_interval", low=shown(interval.low), high=shown(interval.high), **told)


def _verdict(one: ReadOut, compared: Compared) -> str:
    (trial,) = (name for name in compared.means if name != one.control)
    found = compared.difference
    difference = _difference(found, compared) if found else ""
    return say(f"stats.verdict_{compared.code}", fewest=FEWEST, variant=trial, difference=difference)


def _difference(found: Interval, compared: Compared) -> str:
    """Shares differ by points of 100, the others by their own unit; with a sign."""
    factor, digits = (100, 0) if compared.outcome in SHARES else (1, 1)
    mean, low, high = (f"{value * factor:+.{digits}f}" for value in (found.mean, found.low, found.high))
    key = "stats.difference_points" if compared.outcome in SHARES else "stats.difference"
    return say(key, mean=mean, low=low, high=high)


def _shown_as(compared: Compared) -> _Shown:
    return _percent if compared.outcome in SHARES else _score


def _percent(value: float) -> str:
    return say("stats.percent", value=f"{value * 100:.0f}")


def _score(value: float) -> str:
    return f"{value:.1f}"
