"""The kinds of tasks with how a version does at them and what each would need: a table, and a card that begins to collect."""

from collections.abc import Sequence

from agent.complaints import Complaint
from agent.evaluation.collect import FEWEST_OF_KIND
from agent.evaluation.power import MOST_MISSING
from agent.evaluation.rubric import Rubric
from agent.evaluation.tasks import Task, exact_interval
from agent.numbers import figure
from agent.replies import Choice, Say, ShowCard, ShowTable
from agent.reports.criteria import label_of_name, labels_of
from agent.words import say
from storage.domain import ModelVersion

CARD = "weak"
COLLECT, RETRAIN = "collect", "retrain"
_OFFERED = 4


def complaints_said(found: Sequence[Complaint], rubric: Rubric) -> list[Say]:
    """By which criteria people found answers not good, those with the most first; nothing where they said of none."""
    if not found:
        return []
    parts = [
        say(
            "weak.against", criterion=label_of_name(one.criterion, rubric), share=_share(one.count, one.n, one.interval)
        )
        for one in found
    ]
    weak = [one.criterion for one in found if one.is_weak]
    told = [say("weak.against_beyond_chance", criteria=labels_of(weak, rubric))] if weak else []
    return [Say(text=" ".join([say("weak.against_all", listed=", ".join(parts)), *told]))]


def tasks_table(found: Sequence[Task], model: ModelVersion) -> ShowTable:
    """A row for each kind, the weakest first."""
    rows = tuple((_name(one), _failing(one), _said(one), _examples(one), _needs(one)) for one in found)
    header = tuple(say(f"weak.header_{name}") for name in ("kind", "failing", "said", "examples", "needs"))
    title = say("weak.title", version=model.version)
    return ShowTable(title=title, header=header, rows=rows, text=say("weak.text", fewest=FEWEST_OF_KIND))


def next_card(card_id: str, project_id: str, found: Sequence[Task]) -> ShowCard:
    """A button for each kind that needs examples, and one that trains again."""
    wanted = [one for one in found if one.examples or one.standing == "unknown"][:_OFFERED]
    notes = [*([say("weak.note_collect")] if wanted else []), say("weak.note_train")]
    train = Choice(label=say("retrain.button"), action=RETRAIN)
    return ShowCard(
        card_id=card_id,
        card_kind=CARD,
        subject={"project_id": project_id},
        title=say("weak.title_collect"),
        choices=(
            *(
                Choice(label=say("weak.collect", plural=one.kind.plural), action=f"{COLLECT}:{one.kind.id}")
                for one in wanted
            ),
            train,
        ),
        note=" ".join(notes),
    )


def _name(task: Task) -> str:
    return task.kind.plural[:1].upper() + task.kind.plural[1:]


def _failing(task: Task) -> str:
    """How many of its answers have a fault or got worse, with the interval of the share."""
    if not task.n:
        return say("weak.none_asked")
    return _share(task.failing, task.n, task.interval)


def _share(count: int, n: int, interval: tuple[float, float] | None) -> str:
    counted = say("weak.counted", count=count, n=n)
    if interval is None:
        return counted
    low, high = (f"{100 * one:.0f}" for one in interval)
    return say("weak.with_interval", counted=counted, low=low, high=high)


def _said(task: Task) -> str:
    said = task.opinions
    if not said.n:
        return figure(None)
    counted = say("weak.said", good=said.good, n=said.n)
    if said.n < FEWEST_OF_KIND:
        return counted
    low, high = (f"{100 * one:.0f}" for one in exact_interval(said.good, said.n))
    return say("weak.with_interval", counted=counted, low=low, high=high)


def _examples(task: Task) -> str:
    """Beside the plan's number; of a kind that has more, no "150 of 10"."""
    have, want = task.kind.have, task.kind.want
    return say("weak.beyond_plan" if have > want else "run.of", done=have, total=want)


def _needs(task: Task) -> str:
    """A kind that fails although it has what the plan wants may have examples that teach the fault: these come first."""
    requests = f"{MOST_MISSING}+" if task.requests >= MOST_MISSING else str(task.requests)
    full = task.standing == "weak" and task.kind.have >= task.kind.want
    return say(f"weak.needs_{task.standing}{'_full' if full else ''}", examples=task.examples, requests=requests)
