"""What people thought of a version's answers, each person once for each answer. It counts nothing."""

from collections.abc import Sequence
from dataclasses import replace

from agent.context import Context
from storage.domain import AnswerFeedback, ModelVersion


async def feedback_of(context: Context, model: ModelVersion) -> Sequence[AnswerFeedback]:
    """In order of time, under the first account of each person: of what somebody said of the same answer with two linked
    accounts, the later counts."""
    given = await context.store.answers.feedback(model.project_id, model.id)
    firsts = await context.store.links.first_accounts({one.person_id for one in given})
    latest = {(one.answer_id, firsts[one.person_id]): one for one in given}
    return [replace(one, person_id=person) for (_, person), one in latest.items()]
