"""What a version's maker is asked once it is saved: one question at a time.

Which version is to be used comes first, where that waits for somebody (``agent.loop``); then whether it helps; then whether we
may remind them. Each waits until the one before it was answered.
"""

from agent.context import Context
from agent.reminding.offering import offer_after_model
from agent.replies import ShowCard
from agent.state import Turn
from agent.survey import is_open, question
from storage.domain import ModelVersion, Run


async def asked_after_saving(context: Context, turn: Turn, run: Run, model: ModelVersion) -> list[ShowCard]:
    """The next question, once it is known whether the version is in use; nothing while one is open, or all were asked.
    It goes to whoever started the run: directly, where they are not alone with us."""
    alone = not turn.shared and (turn.kind == "job" or turn.is_by(run.started_by))
    to = None if alone else run.started_by
    if asked := await question(context, turn, run, model, to=to):
        return asked
    if await is_open(context, run, model):
        return []
    return await offer_after_model(context, turn, run, model, to=to)
