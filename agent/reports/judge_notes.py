"""Who scored the answers, and who should: whether a judge may be believed, the target, and what nobody has scored."""

from collections.abc import Iterator

from agent.evaluation.rubric import TARGET
from agent.reports.comparison import Comparison
from agent.reports.criteria import labels_of
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.reports.verdict_words import unscored, votes_would_tell
from agent.words import say


def judge_notes(comparison: Comparison) -> Iterator[Note]:
    yield from _judge(comparison)
    yield from _target(comparison)
    if missing := unscored(comparison):
        told_how = votes_would_tell(comparison)  # by what is to be collected next
        key = "caveat.rate" if comparison.rateable and not told_how else "caveat.unscored"
        urgent = 6 if comparison.rateable else 2
        yield Note(section="scores", urgent=urgent, text=say(key, criteria=labels_of(missing, comparison.rubric)))


def _judge(comparison: Comparison) -> Iterator[Note]:
    judged = comparison.judged
    if judged.probes and not judged.trusted and not judged.unavailable:
        failed = judged.probes - judged.passed
        text = say("caveat.judge_untrusted", judge=judged.judge, failed=failed, probes=judged.probes)
        yield Note(section="scores", urgent=4, text=text)
        return
    if judged.unavailable in ("down", "slow", "out_of_time"):
        key = f"judge_{judged.unavailable}" if judged.requests else "judge_untested"
        text = say(f"caveat.{key}", judge=judged.judge, judged=judged.judged, requests=judged.requests)
        yield Note(section="scores", urgent=6, text=text)
    if not judged.trusted:
        return
    if set(judged.criteria) < {one.name for one in comparison.rubric}:
        text = say("caveat.judge_partly", judge=judged.judge, criteria=labels_of(judged.criteria, comparison.rubric))
        yield Note(section="scores", urgent=3, text=text)
    if flipped := sum(one.flipped for one in judged.judgements):
        text = say("caveat.judge_flipped", flipped=flipped, judged=len(judged.judgements))
        yield Note(section="scores", urgent=2, text=text)


def _target(comparison: Comparison) -> Iterator[Note]:
    if not comparison.judged.trusted:
        return
    scored = [one for one in comparison.measures if one.scored_by == "judge"]
    reached = [one.code.removeprefix("judged_") for one in scored if one.tuned >= TARGET]
    missed = [one.code.removeprefix("judged_") for one in scored if one.tuned < TARGET]
    if not scored:
        return
    key = "target_reached" if not missed else "target" if reached else "target_missed"
    values = {
        "target": f"{TARGET:g}",
        "reached": labels_of(reached, comparison.rubric),
        "missed": labels_of(missed, comparison.rubric),
    }
    yield Note(section="scores", urgent=5, text=say(f"caveat.{key}", **values, **called(comparison)))
