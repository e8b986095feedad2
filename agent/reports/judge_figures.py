"""What is known of one judge in figures: its noise, how it stands to people's scores and votes, what people taught it."""

import math
from collections.abc import Iterator, Mapping

from agent.evaluation.bar import LEAST, RATED_NEEDED, STRONG, WithPeople
from agent.evaluation.facts import Judged
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.length import telling, worth_of_length
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of_name, labels_of
from agent.reports.measure_words import requests, signed
from agent.reports.notes import Note
from agent.words import harmless, say


def figures_of(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    yield from _noise(comparison, judged)
    yield from _length(comparison, judged)
    yield from _people(comparison, judged)
    yield from _votes(judged)
    yield from _moved(comparison, judged)
    yield from _memory(judged)


def of_shares(found: Coefficient) -> dict[str, str]:
    """A share with its interval, in percent."""
    return {name: f"{100 * getattr(found, key):.0f}" for name, key in _SHARES.items()}


_SHARES: Mapping[str, str] = {"share": "value", "low": "low", "high": "high"}


def _noise(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    told = {name: one for name, one in judged.noise.items() if name in judged.criteria}
    if not told:
        return
    scores, same = (sum(getattr(one, what) for one in told.values()) for what in ("scores", "same"))
    together = math.sqrt(sum(one.scores * one.deviation**2 for one in told.values()) / scores)
    most = max(told, key=lambda name: told[name].deviation)
    worst = say(
        "judging.noise_worst",
        criterion=label_of_name(most, comparison.rubric),
        deviation=f"{told[most].deviation:.1f}",
    )
    noisy = len(told) > 1 and told[most].deviation > 0
    values = {"same": same, "scores": scores, "deviation": f"{together:.1f}", "worst": worst if noisy else ""}
    yield _note(2 if together >= 0.5 else 0, "noise", judge=harmless(judged.judge), **values)


def _length(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    """By the criterion by which it is worth most to it."""
    judge = harmless(judged.judge)
    told = {name: found for name in judged.criteria if (found := worth_of_length(judged.padded.get(name, ())))}
    if not told:
        if any(one.at_an_end for name in judged.criteria for one in judged.padded.get(name, ())):
            yield _note(2, "length_full", judge=judge)
        return
    most = max(told, key=lambda name: abs(told[name].mean))
    found = told[most]
    points, low, high = (signed(value) for value in (found.mean, found.low, found.high))
    criterion = say("judging.length_most", criterion=label_of_name(most, comparison.rubric))
    times = [math.exp(one.longer) for one in telling(judged.padded[most])]
    values = {"points": points, "low": low, "high": high, "cases": found.n}
    values |= {"least": f"{min(times):.1f}", "times": f"{max(times):.1f}"}
    certain = found.low > 0 or found.high < 0
    several = len(told) > 1 and found.mean
    yield _note(2 if certain else 0, "length", judge=judge, **values, most=criterion if several else "")


def _people(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    name = harmless(judged.judge)
    for code in ("below", "unproven"):
        yield from _out(comparison, judged, code)
    for criterion, found in judged.people.items():
        values = {
            "judge": name,
            "criterion": label_of_name(criterion, comparison.rubric),
            "n": requests(found.clusters),
        }
        told = _coefficients(found)
        match found.code:
            case "agrees":
                bar = say("judging.bar_strong" if found.strong else "judging.bar_not_shown", strong=f"{STRONG:.2f}")
                yield _note(2, "agrees", **values, **told, bar=bar)
            case "too_few":
                yield _note(0, "too_few", **values, needed=RATED_NEEDED)
            case "alike":
                yield _note(0, "alike", **values)


def _out(comparison: Comparison, judged: Judged, code: str) -> Iterator[Note]:
    """The criteria that people's scores decided against. In the message they are one line, however many: a bad judge must not
    crowd out what else is urgent there."""
    found = {name: one for name, one in judged.people.items() if one.code == code}
    judge = harmless(judged.judge)
    for name, one in found.items():
        told = _coefficients(one)
        figures = say("judging.figures", **told) if told else say("judging.no_figures")
        values = {"judge": judge, "criterion": label_of_name(name, comparison.rubric), "n": requests(one.clusters)}
        if len(found) > 1:
            yield _note(0, "one_of_several", **values, figures=figures)
        elif code == "below":
            yield _note(5, "below", **values, **told, strong=f"{STRONG:.2f}")
        else:
            yield _note(5, "unproven", **values, figures=figures, least=f"{LEAST:.2f}")
    if len(found) > 1:
        criteria = labels_of(list(found), comparison.rubric)
        counts = {one.clusters for one in found.values()}
        fewest = requests(min(counts))
        n = fewest if len(counts) == 1 else say("judging.or_more", n=fewest)
        ranks = [rank.value for one in found.values() if one.agreement and (rank := one.agreement.spearman)]
        bounds = (
            {"least": _two(min(ranks)), "most": _two(max(ranks)), "strong": _two(STRONG)} if code == "below" else {}
        )
        yield _note(5, f"{code}_several", judge=judge, criteria=criteria, n=n, bar=_two(LEAST), **bounds)


def figures_explained(judged: Judged) -> Iterator[Note]:
    """What the letters mean: once, of however many judges and criteria there are."""
    if any(_coefficients(found) for one in judged.each for found in one.people.values()):
        yield _note(0, "what_figures_are")


def _coefficients(found: WithPeople) -> dict[str, str]:
    """Empty where there are none; one that is not defined is a dash."""
    if found.code == "too_few" or found.agreement is None or found.agreement.spearman is None:
        return {}
    one = found.agreement
    return {"rho": _of(one.spearman), "tau": _of(one.kendall), "kappa": _of(one.weighted_kappa)}


def _of(one: Coefficient | None) -> str:
    if one is None:
        return "–"
    return f"{_two(one.value)} ({_two(one.low)} to {_two(one.high)})"


def _two(figure: float) -> str:
    return f"{figure:.2f}".replace("-", "−")


def _votes(judged: Judged) -> Iterator[Note]:
    if judged.votes is None:
        return
    among = say("judging.votes_among", **of_shares(judged.voters)) if judged.voters else ""
    n = requests(judged.votes_compared)
    yield _note(1, "votes", judge=harmless(judged.judge), n=n, among=among, **of_shares(judged.votes))


def _moved(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    for criterion, one in judged.moved.items():
        if criterion not in judged.criteria:
            continue
        values = {
            "judge": harmless(judged.judge),
            "criterion": label_of_name(criterion, comparison.rubric),
            "before": f"{one.before:.1f}",
            "after": f"{one.after:.1f}",
        }
        if one.used and one.base is not None and one.tuned is not None:
            yield _note(3, "moved", **values, base=f"{one.base:.1f}", tuned=f"{one.tuned:.1f}")
        elif not one.used:
            yield _note(0, "moved_not", **values)


def _memory(judged: Judged) -> Iterator[Note]:
    memory = judged.memory
    if memory is None:
        return
    values: dict[str, object] = {"judge": harmless(judged.judge), "count": memory.corrections}
    if memory.gain is None or memory.gain.n < RATED_NEEDED:
        yield _note(0, "memory_too_few", **values, needed=RATED_NEEDED)
        return
    gain, low, high = (signed(value) for value in (memory.gain.mean, memory.gain.low, memory.gain.high))
    values |= {"n": requests(memory.gain.n), "gain": gain.removeprefix("+"), "low": low, "high": high}
    yield _note(2 if memory.used else 0, "memory_used" if memory.used else "memory_not", **values)


def _note(urgent: int, key: str, **values: object) -> Note:
    return Note(section="scores", urgent=urgent, text=say(f"judging.{key}", **values))
