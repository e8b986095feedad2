"""What people made of the answers: who rated, whether their votes suffice, how far they agree. Nobody is named."""

from collections.abc import Iterator

from agent.evaluation.agreement import FEWEST_CLUSTERS
from agent.evaluation.people import Consensus, Raters
from agent.evaluation.power import MOST_MISSING
from agent.evaluation.sequential import MATTERS
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
    """How far people agree on what two or more of them rated."""
    raters = comparison.raters
    if raters is None:
        return []
    found = []
    if raters.voted_alike:
        found.append(_consensus("people.voted_alike", raters.voted_alike))
    rubric = comparison.rubric
    for name, consensus in raters.scored_alike.items():
        found.append(_consensus("people.scored_alike", consensus, criterion=label_of_name(name, rubric)))
    few = [one.units for one in (raters.voted_alike, *raters.scored_alike.values()) if one and one.alike is None]
    too_few = [say("people.too_few", units=max(few), needed=FEWEST_CLUSTERS)] if few else []
    return [*filter(None, found), *too_few]


def _consensus(key: str, consensus: Consensus, **values: str) -> str:
    """Empty where too few were rated by two or more."""
    if consensus.alike is None:
        return ""
    alike, low, high = (_of_100(one) for one in (consensus.alike.value, consensus.alike.low, consensus.alike.high))
    sentences = [say(key, units=consensus.units, alike=alike, low=low, high=high, **values)]
    if alpha := consensus.alpha:
        bounds = {name: f"{value:.2f}".replace("-", "−") for name, value in vars(alpha).items()}
        sentences.append(say("people.alpha", alpha=bounds["value"], low=bounds["low"], high=bounds["high"]))
    return " ".join(sentences)


def _counts(raters: Raters) -> Iterator[str]:
    if raters.voters:
        yield say("people.voted", raters=raters.voters, votes=raters.votes)
    if raters.scorers:
        yield say("people.scored", raters=raters.scorers, answers=raters.answers)
    if raters.own:
        yield say("people.own", count=raters.own)


def _of_100(share: float) -> str:
    return f"{share * 100:.0f}".replace("-", "−")
