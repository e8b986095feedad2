"""What a version's maker is asked once it is saved: one question at a time.

Which version is to be used comes first, where that waits for somebody (``agent.loop``); then whether it helps; then whether we
may remind them. Each waits until the one before it was answered; where nobody answers the first, the second waits a week.
"""

from agent.context import Context
from agent.reminding.offering import offer_after_model
from agent.replies import ShowCard
from agent.state import Turn
from agent.survey import ask_later, is_open, question
from storage.domain import ModelVersion, Run


async def asked_after_saving(context: Context, turn: Turn, run: Run, model: ModelVersion) -> list[ShowCard]:
    """The next question, once it is known whether the version is in use; nothing while one is open, or all were asked.
    It goes to whoever started the run: directly, where they are not alone with us."""
    to = None if _alone(turn, run) else run.started_by
    if asked := await question(context, turn, run, model, to=to):
        return asked
    if await is_open(context, run, model):
        return []
    return await offer_after_model(context, turn, run, model, to=to)


async def asked_if_undecided(context: Context, turn: Turn, run: Run, model: ModelVersion) -> None:
    """Have its maker asked whether a version helps although nobody says whether it is to be used."""
    await ask_later(context, turn, run, model, alone=_alone(turn, run))


def _alone(turn: Turn, run: Run) -> bool:
    """Whether whoever started the run is alone with us here."""
    return not turn.shared and (turn.kind == "job" or turn.is_by(run.started_by))
