"""The offer to rate answers blind: "Rate now", for everybody in the conversation and directly for those who know the task."""

from collections.abc import Collection
from dataclasses import dataclass

from agent.context import Context
from agent.rated import Rated, are_two, numbered
from agent.raters import knowers, to_ask
from agent.replies import ShowCard
from agent.reports.rating_card import Offer, asking_face, offer_face
from agent.scoring import ANSWERS_AT_ONCE, unscored_items
from agent.state import Turn
from agent.votes import PAIRS_AT_ONCE, rateable, standing_of, unrated
from agent.words import harmless
from storage.domain import stable_id


async def offers_to_rate(context: Context, rated: Rated, turn: Turn) -> list[ShowCard]:
    """The offer to rate what was compared; and where others read along, directly to those who know the task. None while there
    is nothing left that this person could rate, or once the votes suffice."""
    found = await left_to_rate(context, rated, turn.person_id)
    if found is None:
        return []
    offer = found.offer
    know = await knowers(context, rated.project_id, found.kinds) if turn.shared else []
    shown = offer_face(stable_id("card", turn.id, "rating"), offer, know=await _names(context, know))
    if turn.payload.get("privately"):
        return [shown]
    name = (await context.store.projects.get(rated.project_id)).name
    others = await to_ask(context, turn, [person for person in know if not turn.is_by(person)])
    return [shown, *(asking_face(stable_id("card", turn.id, "rating", one), offer, name, to=one) for one in others)]


async def offer_of_scores(context: Context, rated: Rated, turn: Turn) -> ShowCard | None:
    """To this person alone; None where nothing is left for them."""
    found = await left_to_rate(context, rated, turn.person_id)
    return offer_face(stable_id("card", turn.id, "rating"), found.offer) if found else None


@dataclass(frozen=True, kw_only=True)
class Left:
    """What somebody could rate."""

    offer: Offer
    """What one card puts up of it."""
    count: int
    """All of it: pairs, or single answers."""
    kinds: set[str]
    """Of which kinds the requests are."""


async def left_to_rate(context: Context, rated: Rated, person_id: str) -> Left | None:
    """None where nothing is left for this person, or the votes suffice. Of two contenders single answers are left where no pair
    is: whoever has scored one of a pair does not vote on it, but may score the other, or both by a criterion that came later."""
    what = numbered(rated)
    if are_two(rated):
        pairs = await unrated(context, rated, person_id)
        standing = await standing_of(context, rated.id)
        if standing and standing.missing is None:
            return None
        if pairs:
            offer = Offer(run_id=rated.id, what=what, pairs=min(len(pairs), PAIRS_AT_ONCE))
            return Left(offer=offer, count=len(pairs), kinds={one.category for one in pairs})
    items = await unscored_items(context, rated, person_id)
    differing = await rateable(context, rated) if are_two(rated) else {one.prompt_id for one in items}
    if not any(one.prompt_id in differing for one in items):
        return None
    offer = Offer(run_id=rated.id, what=what, answers=min(len(items), ANSWERS_AT_ONCE))
    return Left(offer=offer, count=len(items), kinds={one.category for one in items})


async def _names(context: Context, people: Collection[str]) -> list[str]:
    """As they call themselves; who has no name is left out."""
    found = [await context.store.people.get(person) for person in people]
    return [name for person in found if person and (name := harmless(person.display_name))]
