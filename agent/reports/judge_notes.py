"""Who scored the answers, and who should: whether judges may be believed, and what nobody has scored."""

from collections.abc import Iterator

from agent.evaluation.bar import RATED_NEEDED
from agent.evaluation.facts import Judged
from agent.evaluation.probes import PROBES, needed
from agent.evaluation.rubric import is_ours
from agent.numbers import duration
from agent.reports.comparison import Comparison
from agent.reports.criteria import labels_of
from agent.reports.judge_figures import figures_explained, figures_of, of_shares
from agent.reports.notes import Note
from agent.reports.verdict_words import rate_command, unscored, votes_would_tell
from agent.words import harmless, say

_AWAY = ("down", "slow", "out_of_time")


def judge_notes(comparison: Comparison) -> Iterator[Note]:
    judged = comparison.judged
    for one in judged.each:
        yield from _standing(comparison, one)
    yield from _budget(comparison)
    yield from _panel(judged)
    yield from _flips(judged)
    for one in judged.each:
        yield from figures_of(comparison, one)
    yield from figures_explained(judged)
    yield from _unscored(comparison)


def _standing(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    """Whether it may be believed, by what, and whether it was done."""
    name = harmless(judged.judge)
    if not judged.trusted and judged.not_as_people:
        if missed := _lost(judged):
            yield _note(3, "lost", judge=name, lost=labels_of(_in_order(missed, judged), comparison.rubric))
    elif judged.probes and not judged.trusted and not judged.unavailable and judged.passed < judged.probes:
        failed = judged.probes - judged.passed
        yield _note(4, "untrusted", judge=name, failed=failed, probes=judged.probes)
    if judged.unavailable in _AWAY:
        key = judged.unavailable if judged.requests else "untested"
        if _is_scored(judged):
            key = "tried_in_part"
        again = say(f"judging.again_{comparison.kind}")
        yield _note(6, key, judge=name, judged=judged.judged, requests=judged.requests, again=again)
    if judged.trusted and (missed := _lost(judged)):
        believed = [one for one in judged.criteria if one not in missed]
        if believed:
            lost = labels_of(_in_order(missed, judged), comparison.rubric)
            yield _note(3, "partly", judge=name, criteria=labels_of(believed, comparison.rubric), lost=lost)
    yield from _grounds(comparison, judged)


def _is_scored(judged: Judged) -> bool:
    """Whether what is missing is none of these answers, but what the judge is tried with: probes, length, people's scores."""
    return bool(judged.requests) and judged.judged == judged.requests


def _lost(judged: Judged) -> set[str]:
    """Criteria of ours that it is not believed by for what it did at the probes, not for what people say."""
    ours = {one.name for one in judged.rubric if is_ours(one)}
    return ours - set(judged.criteria) - judged.not_as_people


def _in_order(names: set[str], judged: Judged) -> list[str]:
    return [one.name for one in judged.rubric if one.name in names]


def _grounds(comparison: Comparison, judged: Judged) -> Iterator[Note]:
    name = harmless(judged.judge)
    for ground in ("picks", "people"):
        if found := [one for one, why in judged.grounds.items() if why == ground]:
            yield _note(0, f"by_{ground}", judge=name, criteria=labels_of(found, comparison.rubric))
    own = [
        one for one in judged.rubric if not is_ours(one) and one.name not in judged.not_as_people | set(judged.criteria)
    ]
    if own and not judged.unavailable:
        content = any(one.about == "content" for one in own)
        bar = needed(PROBES, len(judged.rubric))
        picks = say("judging.unknown_picks", needed=bar, known=judged.picks) if content and judged.picks < bar else ""
        criteria = labels_of([one.name for one in own], comparison.rubric)
        yield _note(3, "unknown", judge=name, criteria=criteria, picks=picks, rated=RATED_NEEDED)


def _budget(comparison: Comparison) -> Iterator[Note]:
    judged = comparison.judged
    spent, left = judged.spent, judged.left
    if spent and left and left.calls and any(one.unavailable == "budget" for one in judged.each):
        yield _note(
            6,
            "budget_tried_in_part" if _is_scored(judged) else "budget" if judged.requests else "budget_untested",
            calls=spent.calls,
            judged=judged.judged,
            requests=judged.requests,
            more=left.calls,
            tokens=f"{left.tokens:,}",
            time=duration(left.seconds),
            again=say(f"judging.allow_{comparison.kind}"),
        )
    elif spent and spent.calls:
        yield _note(0, "spent", calls=spent.calls, tokens=f"{spent.tokens:,}")


def _panel(judged: Judged) -> Iterator[Note]:
    if not judged.members:
        return
    opposed = say("judging.panel_opposed", **of_shares(judged.opposed)) if judged.opposed else ""
    names = ", ".join(harmless(one.judge) for one in judged.members)
    urgent = 3 if judged.opposed else 0
    yield _note(urgent, "panel", count=len(judged.members), judges=names, opposed=opposed)


def _flips(judged: Judged) -> Iterator[Note]:
    """Said also where nothing turned round: on the page, for that is what it was asked in both orders for."""
    if judged.trusted and judged.judgements:
        flipped = sum(one.flipped for one in judged.judgements)
        interval = say("judging.flipped_interval", **of_shares(judged.flips)) if judged.flips else ""
        alone = not judged.members or judged.judge in {one.judge for one in judged.members}
        who = say("judging.flipped_one" if alone else "judging.flipped_any", judge=harmless(judged.judge))
        yield _note(
            2 if flipped else 0, "flipped", who=who, flipped=flipped, judged=len(judged.judgements), interval=interval
        )


def _unscored(comparison: Comparison) -> Iterator[Note]:
    if missing := unscored(comparison):
        told_how = votes_would_tell(comparison)  # by what is to be collected next
        rate = f"caveat.rate_{comparison.kind}"
        key = rate if comparison.rateable and not told_how else "caveat.unscored"
        urgent = 6 if comparison.rateable else 2
        told = [say(key, criteria=labels_of(missing, comparison.rubric), command=rate_command(comparison))]
        if comparison.raters and comparison.raters.answers:
            told.append(say("caveat.scored_in_part", answers=comparison.raters.answers))
        yield Note(section="scores", urgent=urgent, text=" ".join(told))


def _note(urgent: int, key: str, **values: object) -> Note:
    return Note(section="scores", urgent=urgent, text=say(f"judging.{key}", **values))
