"""The cards of an evaluation: what it would cost, before anything is spent; and how far it is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from agent.evaluation.cost import Cost
from agent.numbers import duration
from agent.replies import Choice, Quote, ShowCard
from agent.reports.naming import at_start, who
from agent.words import say
from storage.domain import Evaluation, EvaluationState, Job, JobState

CARD = "evaluation"
START, LATER, GO_ON, STOP = "start", "later", "go_on", "stop"
_SOURCES = ("row", "pack", "general", "pinned")


def evaluation_card_id(evaluation_id: str) -> str:
    return f"evaluation:{evaluation_id}"


def proposal_card(
    card_id: str,
    project_id: str,
    contenders: Sequence[str],
    counts: Mapping[str, int],
    seconds: tuple[float, float] | None,
    hosted: Mapping[str, Cost],
    judging: Cost,
    *,
    left_out: int = 0,
) -> ShowCard:
    """What would be asked of whom, how long it takes and what it costs at most. ``counts``: requests by source."""
    total, cost = sum(counts.values()), sum(hosted.values(), Cost()) + judging
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={
            "project_id": project_id,
            "contenders": json.dumps(list(contenders)),
            "requests": str(total),
            "calls": str(cost.calls),
            "tokens": str(cost.tokens),
        },
        title=say("evaluate.title"),
        fields=(
            Quote(name=say("evaluate.contenders"), text=_named(contenders)),
            Quote(name=say("evaluate.requests"), text=_requests(counts)),
            *_spending(seconds, hosted, judging),
        ),
        choices=(
            Choice(label=say("evaluate.start"), action=START, style="primary"),
            Choice(label=say("evaluate.later"), action=LATER),
        ),
        note=" ".join(_notes(contenders, hosted, free=not cost.calls, left_out=left_out)),
    )


def _requests(counts: Mapping[str, int]) -> str:
    kinds = ", ".join(say(f"evaluate.count_{one}", count=counts[one]) for one in _SOURCES if counts.get(one))
    return say("evaluate.requests_value", count=sum(counts.values()), kinds=kinds)


def _spending(seconds: tuple[float, float] | None, hosted: Mapping[str, Cost], judging: Cost) -> Iterator[Quote]:
    """Time, and what is asked of hosted models, as far as there is any."""
    if seconds is not None:
        low, high = (duration(one) for one in seconds)
        yield Quote(name=say("evaluate.time"), text=say("evaluate.time_value", low=low, high=high))
    for name, cost in hosted.items():
        yield Quote(name=say(f"evaluate.hosted_{_place(name)}"), text=_cost(cost, name))
    if judging.calls:
        yield Quote(name=say("evaluate.judging"), text=_cost(judging, ""))


def _notes(contenders: Sequence[str], hosted: Mapping[str, Cost], *, free: bool, left_out: int) -> Iterator[str]:
    yield _beside(contenders)
    if left_out:
        yield say("evaluate.note_left_out", count=left_out)
    for place, key in (("outside", "leaves"), ("ollama", "ollama")):
        if names := [name for name in hosted if _place(name) == place]:
            yield say(f"evaluate.note_{key}", names=_named(names))
    yield say("evaluate.note_free") if free else say("evaluate.note_most")


def evaluation_card(
    evaluation: Evaluation,
    jobs: Mapping[int, Job],
    *,
    edit: bool = True,
    judging: Mapping[int, tuple[int, int]] = MappingProxyType({}),
) -> ShowCard:
    """How far each contender is. By the contender's place: ``jobs``; ``judging``, how many of its answers judges have judged
    by now, of how many, while any are at it.
    """
    going = any(not job.state.ended for job in jobs.values())
    choices = [Choice(label=say("evaluate.stop"), action=STOP, style="danger")] if going else []
    if not going and not evaluation.results.get("stopped") and _is_unfinished(evaluation):
        choices.append(Choice(label=say("evaluate.go_on"), action=f"{GO_ON}:{_answered(evaluation)}", style="primary"))
    return ShowCard(
        card_id=evaluation_card_id(evaluation.id),
        card_kind=CARD,
        subject={"project_id": evaluation.project_id, "evaluation_id": evaluation.id},
        title=say(f"evaluate.title_{evaluation.state.value}", number=evaluation.number),
        fields=tuple(
            Quote(
                name=at_start(who(name)),
                text=_judged(_how_far(evaluation, place, jobs.get(place)), judging.get(place, (0, 0))),
            )
            for place, name in enumerate(evaluation.contenders)
        ),
        choices=tuple(choices),
        edit=edit,
    )


def hosted_so_far(evaluation: Evaluation, place: int) -> Mapping[str, object]:
    """What is known of a hosted contender: ``answered``, ``of``, ``unavailable``, ``calls``, ``tokens``."""
    found = (evaluation.results.get("hosted") or {}).get(str(place))
    return found if isinstance(found, dict) else {}


def _is_unfinished(evaluation: Evaluation) -> bool:
    """Whether going on may bring anything: it was not told to its end, or a hosted contender lacks answers."""
    if evaluation.state in (EvaluationState.ASKED, EvaluationState.CANCELLED):
        return False
    waiting = [hosted_so_far(evaluation, place) for place, name in enumerate(evaluation.contenders) if ":" in name]
    lacking = any(one.get("unavailable") not in ("", "budget") for one in waiting if one)
    return lacking or evaluation.state is EvaluationState.ANSWERING


def _answered(evaluation: Evaluation) -> str:
    """Tells one press from a later one."""
    hosted = evaluation.results.get("hosted") or {}
    return "-".join(str(one.get("calls", 0)) for one in hosted.values() if isinstance(one, dict)) or "0"


def _how_far(evaluation: Evaluation, place: int, job: Job | None) -> str:
    if job is None:
        found = hosted_so_far(evaluation, place)
        if not found:  # the version that an evaluation was begun for answered in its run
            return say("evaluate.job_done" if evaluation.results.get("for_run") else "evaluate.waits")
        count = say("run.of", done=found.get("answered", 0), total=found.get("of", 0))
        why = str(found.get("unavailable") or "")
        return say("evaluate.state_lacking", count=count, why=say(f"evaluate.why_{why}")) if why else count
    if job.state is JobState.RUNNING and job.progress.get("of"):
        return say("run.of", done=job.progress.get("done", 0), total=job.progress["of"])
    return say(f"evaluate.job_{job.state.value}")


def _judged(state: str, judging: tuple[int, int]) -> str:
    done, total = judging
    return say("evaluate.state_judged", state=state, done=done, total=total) if total else state


def _beside(contenders: Sequence[str]) -> str:
    first, second = who(contenders[0]), at_start(who(contenders[1]))
    key = "evaluate.note_first_of_two" if len(contenders) == 2 else "evaluate.note_first"
    return say(key, first=first, second=second)


def _cost(cost: Cost, name: str) -> str:
    return say(
        "evaluate.cost", calls=f"{cost.calls:,}", tokens=f"{cost.tokens:,}", name=who(name) if name else ""
    ).strip()


def _place(name: str) -> str:
    """Where a hosted model serves, as far as its name tells."""
    return "ollama" if name.startswith("ollama:") else "outside"


def _named(contenders: Sequence[str]) -> str:
    return ", ".join(who(name) for name in contenders)
