"""What people made of the answers: who rated, whether their votes suffice, how far they agree. Nobody is named."""

from collections.abc import Iterator

from agent.evaluation.agreement import FEWEST_CLUSTERS
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.people import Raters
from agent.evaluation.power import MOST_MISSING
from agent.evaluation.sequential import MATTERS
from agent.numbers import figure
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of_name
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.words import say


def people_notes(comparison: Comparison) -> Iterator[Note]:
    raters = comparison.raters
    if raters is None:
        return
    if standing := standing_sentence(comparison):
        yield Note(section="scores", text=standing, urgent=6)
    for sentence in (*_counts(raters), *agreement_sentences(comparison)):
        yield Note(section="scores", text=sentence)


def votes_suffice(comparison: Comparison) -> bool:
    standing = comparison.raters.standing if comparison.raters else None
    return standing is not None and standing.missing is None


def standing_sentence(comparison: Comparison) -> str:
    """Whether people's votes suffice, or about how many are missing; empty where there are none."""
    raters = comparison.raters
    found = raters.standing if raters else None
    if raters is None or found is None:
        return ""
    if found.missing is not None:
        key = "open" if found.missing <= raters.left else "open_few"
        return say(
            f"votes.{'open_far' if found.missing >= MOST_MISSING else key}", missing=found.missing, left=raters.left
        )
    sign = -1 if found.code == "base" else 1
    low, high = sorted((sign * found.low, sign * found.high))
    return say(
        f"votes.{found.code}",
        n=found.prompts,
        lead=_of_100(sign * found.mean),
        low=_of_100(low),
        high=_of_100(high),
        matters=_of_100(MATTERS),
        **called(comparison),
    )


def agreement_sentences(comparison: Comparison) -> list[str]:
    """How far people agree, in votes and in scores; empty where no two of them rated the same."""
    return [*filter(None, (votes_alike(comparison), scores_alike(comparison)))]


def votes_alike(comparison: Comparison) -> str:
    """How often two people picked the same of a pair, and alpha."""
    found = comparison.raters.voted_alike if comparison.raters else None
    if found is None:
        return ""
    if found.alike is None:
        return say("people.voted_few", units=found.units, needed=FEWEST_CLUSTERS)
    alike, low, high = (_of_100(one) for one in (found.alike.value, found.alike.low, found.alike.high))
    told = say("people.voted_alike", units=found.units, alike=alike, low=low, high=high)
    if found.alpha is None:
        return told
    alpha = say("people.alpha", alpha=_alpha(found.alpha), meaning=say("people.alpha_means"))
    return f"{told} {alpha}"


def scores_alike(comparison: Comparison) -> str:
    """The same for scores, by criterion in the order of the rubric, all in one sentence."""
    found = comparison.raters.scored_alike if comparison.raters else {}
    if not found:
        return ""
    units = max(one.units for one in found.values())
    order = [*(one.name for one in comparison.rubric), *found]
    told = [
        say(
            "people.scored_criterion",
            criterion=label_of_name(name, comparison.rubric),
            alpha=_alpha(found[name].alpha),
            alike=_of_100(alike.value),
        )
        for name in dict.fromkeys(order)
        if name in found and (alike := found[name].alike)
    ]
    if not told:
        return say("people.scored_few", units=units, needed=FEWEST_CLUSTERS)
    return say("people.scored_alike", units=units, told="; ".join(told), meaning=say("people.alpha_means"))


def _alpha(alpha: Coefficient | None) -> str:
    """With its interval; a dash where all scores are the same, so that nothing tells agreement from chance."""
    if alpha is None:
        return figure(None)
    value, low, high = (f"{one:.2f}".replace("-", "−") for one in (alpha.value, alpha.low, alpha.high))
    return say("people.interval", value=value, low=low, high=high)


def _counts(raters: Raters) -> Iterator[str]:
    if raters.voters:
        yield say("people.voted", raters=raters.voters, votes=raters.votes)
    if raters.scorers:
        yield say("people.scored", raters=raters.scorers, answers=raters.answers)
    if raters.own:
        yield say("people.own" if raters.own > 1 else "people.own_one", count=raters.own)


def _of_100(share: float) -> str:
    return f"{share * 100:.0f}".replace("-", "−")
