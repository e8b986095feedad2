"""How the version in use does at each kind of task: its comparison and what people said of its answers, by kind."""

from collections import defaultdict
from collections.abc import Mapping

from agent.comparing import compare
from agent.context import Context
from agent.coverage import Pack
from agent.coverage.classify import category_of
from agent.evaluation.choosing import changes
from agent.evaluation.tasks import Opinions, Task, tasks
from agent.feedback import feedback_of
from agent.mending import kinds_of
from storage.domain import Feedback, ModelVersion
from storage.errors import NotFound


async def tasks_of(context: Context, model: ModelVersion) -> list[Task]:
    """Those of the coverage plan, the weakest first; none without a plan. No judge is asked."""
    kinds = await kinds_of(context, model.project_id)
    if not kinds:
        return []
    comparison = await compare(context, await context.store.runs.get(model.run_id), ask=False)
    changed = changes(comparison.answers, comparison.measures)
    said = await _opinions(context, model, {kind.id for kind in kinds})
    return tasks(comparison.answers, comparison.faults, changed, kinds, said)


async def _opinions(context: Context, model: ModelVersion, among: set[str]) -> Mapping[str, Opinions]:
    """What people said of the version's answers, by the kind of the request, where its words leave no doubt which it is."""
    pack = context.packs.get((await context.store.briefs.get(model.project_id)).pack)
    if pack is None:
        return {}
    counted: dict[str, list[bool]] = defaultdict(list)
    for one in await feedback_of(context, model):
        try:
            answer = await context.store.answers.get(one.answer_id)
        except NotFound:  # its owner took it back meanwhile
            continue
        if kind := _kind(pack, answer.request, among):
            counted[kind].append(one.feedback is Feedback.GOOD)
    return {kind: Opinions(good=sum(said), bad=len(said) - sum(said)) for kind, said in counted.items()}


def _kind(pack: Pack, request: str, among: set[str]) -> str:
    found, sure = category_of(pack, request, "", "", among)
    return found if sure else ""
