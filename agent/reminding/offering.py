"""The offer of suggestions: once for each person, where they see what it would be good for. Nothing is ever on by itself."""

from dataclasses import replace

from agent.context import ROWS_NEEDED, Context
from agent.reminding.cards import NEXT_EXAMPLE, offer_card
from agent.replies import ShowCard
from agent.state import Turn
from agent.words import say
from storage.domain import Habits, ModelVersion, RowStatus, Run, stable_id


async def offer_after_examples(context: Context, turn: Turn, project_id: str) -> list[ShowCard]:
    """Once enough examples for a first model are approved; to whoever approved the last of them, alone. Where nobody else reads
    along, it takes the place of the question for an example, which follows its answer."""
    approved = await context.store.rows.count(project_id, RowStatus.APPROVED)
    if approved < ROWS_NEEDED:
        return []
    reason = say("reminders.offer_examples", count=approved)
    then = "" if turn.shared else NEXT_EXAMPLE
    return await _offered(context, turn, turn.person_id, reason, then=then)


async def offer_after_model(
    context: Context, turn: Turn, run: Run, model: ModelVersion, *, to: str | None
) -> list[ShowCard]:
    """Once there is a model; to whoever started its run. ``to``: them, where they are asked directly."""
    reason = say("reminders.offer_model", name=model.name, version=model.version)
    return await _offered(context, turn, run.started_by, reason, to=to)


async def _offered(
    context: Context, turn: Turn, person_id: str, reason: str, to: str | None = None, then: str = ""
) -> list[ShowCard]:
    """Nothing to whoever was asked before, or has said what they want."""
    known = await context.store.habits.get(person_id)
    if known is not None and (known.wanted is not None or known.asked_at not in (None, turn.at)):
        return []
    if not await context.flags.is_on(context.store, "suggestions", person_id, turn.at):
        return []  # whoever asks for them with `/tune remind` has them all the same

    def asked(habits: Habits) -> Habits:
        return habits if habits.asked_at else replace(habits, asked_at=turn.at)

    if (await context.store.habits.change(person_id, asked)).asked_at != turn.at:
        return []
    return [offer_card(stable_id("card", turn.id, "offer"), person_id, reason, to=to, then=then)]
