"""Put blind pairs of answers before a person, three at a time on one card; what they pick counts in the comparison.

Which answer is whose is told nowhere before the card is closed, and then only as counts: whoever reads along can still
rate the same pairs blind.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.cards import closed_for_another, known_card
from agent.context import Context
from agent.evaluation.facts import Vote
from agent.offering import offer_of_scores
from agent.rated import Rated, are_answered, are_two, command_for, kind_of, listed, numbered, sides_called
from agent.raters import rater_of
from agent.reading import read_pick
from agent.recounting import headlines_of, recounted
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card
from agent.reports.naming import at_start
from agent.reports.people_notes import standing_sentence, votes_alike, votes_suffice
from agent.reports.rating_card import BEGIN, LEAVE, SHOW, pair_face
from agent.state import OpenPair, Position, State, Turn, answered, turn_of
from agent.votes import (
    PAIRS_AT_ONCE,
    Pair,
    Rater,
    differ,
    pairs_of,
    rateable,
    rated_by_command,
    rated_on_card,
    rating_id,
    shown_first,
    task_answers,
    unrated,
    votes_of,
)
from agent.words import say
from storage.domain import Evaluation, Picked, Rating, stable_id

_PICKED: dict[str, Picked] = {"first": "first", "second": "second", "same": "same"}


async def rate_answers(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune rate`` and "Rate now" open a card of pairs; its buttons, or a typed "A", vote on the pair they were shown for."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        assert turn.card is not None, "the router sends presses of known cards only"
        return await _act(context, turn, state, turn.card["id"], turn.card["subject"], turn.action)
    pick = read_pick(turn.text)
    if turn.word is None:
        how: Position = {"replies": answered(Say(text=say("rate.how"), private=True))}
        return await _picked_in_words(context, turn, state, pick) if pick else how
    return await _of_project(context, turn, state)


async def _picked_in_words(context: Context, turn: Turn, state: State, pick: str) -> Position:
    """A typed "A" is about the person's own pair, whoever opened another one since."""
    mine = _open_pair(state, turn.person_id)
    if mine is None:
        return {"replies": answered(Say(text=say("rate.not_yours"), private=True))}
    card = await known_card(context, mine["card_id"])
    if card is None:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    return await _act(context, turn, state, card.id, card.subject, f"{pick}:{mine['prompt_id']}")


def _open_pair(state: State, person_id: str) -> OpenPair | None:
    return (state.get("ratings") or {}).get(person_id)


async def _of_project(context: Context, turn: Turn, state: State) -> Position:
    """The answers of what was compared last, or of what was named."""
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    rated = await rated_by_command(context, turn, project_id)
    return {"replies": answered(rated)} if isinstance(rated, Say) else await _opened(context, turn, state, rated)


async def _act(
    context: Context, turn: Turn, state: State, card_id: str, subject: Mapping[str, Any], action: str
) -> Position:
    """What a button of the offer or of a pair does, wherever the conversation stands."""
    rated = await rated_on_card(context, turn, subject)
    if isinstance(rated, Say):
        return {"replies": answered(rated)}
    if action == BEGIN:
        return await _opened(context, turn, state, rated)
    if not turn.is_by(subject.get("person_id")):
        return {"replies": answered(Say(text=say("rate.not_yours"), private=True))}
    if (await context.store.cards.get(card_id)).answered_by_event not in (None, turn.id):
        return {"replies": answered(Say(text=say("rate.closed")))}
    rater = Rater(card_id=card_id, rated=rated, person_id=str(subject["person_id"]), shown=Rater.shown_in(subject))
    return await _at_card(context, turn, state, rater, action)


async def _at_card(context: Context, turn: Turn, state: State, rater: Rater, action: str) -> Position:
    verb, _, prompt_id = action.partition(":")
    if action == LEAVE:
        return await _closed(context, turn, state, rater, "rate.title_stopped")
    if prompt_id not in rater.shown or (verb not in _PICKED and verb != SHOW):
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    pairs = {pair.prompt_id: pair for pair in await pairs_of(context, rater.rated.id)}
    if verb == SHOW and prompt_id in pairs:
        return _shown(turn, state, rater, pairs[prompt_id])
    if verb in _PICKED and prompt_id in pairs:
        await context.store.ratings.put(_rating(turn, rater, prompt_id, _PICKED[verb]))
    said = "" if prompt_id in pairs else say("rate.lost")
    left = [pair for pair in await unrated(context, rater.rated, rater.person_id) if pair.prompt_id in rater.shown]
    if left:
        return _shown(turn, state, rater, left[0], said)
    return await _closed(context, turn, state, rater, "rate.title_done", said)


def _rating(turn: Turn, rater: Rater, prompt_id: str, picked: Picked) -> Rating:
    return Rating(
        id=rating_id(rater.rated.id, prompt_id, rater.person_id),
        project_id=rater.rated.project_id,
        run_id=rater.rated.id,
        prompt_id=prompt_id,
        rater_id=rater.person_id,
        first=shown_first(rater.rated.id, prompt_id, rater.person_id),
        picked=picked,
        event_id=turn.id,
        created_at=turn.at,
    )


async def _opened(context: Context, turn: Turn, state: State, rated: Rated) -> Position:
    """A card of the next pairs. One of the same person that is still open here is closed: there are never two."""
    pairs = (await unrated(context, rated, turn.person_id))[:PAIRS_AT_ONCE]
    if not pairs:  # single answers are scored instead
        offer = await offer_of_scores(context, rated, turn)
        none_left = [Say(text=await _nothing_left(context, rated))] if are_two(rated) or not offer else []
        return {"replies": answered(*none_left, *([offer] if offer else []))}
    before = await _moved(context, turn, state)
    card_id = stable_id("card", turn.id, 0)
    shown = tuple(pair.prompt_id for pair in pairs)
    rater = Rater(card_id=card_id, rated=rated, person_id=turn.person_id, shown=shown)
    position = _shown(turn, state, rater, pairs[0], edit=False)
    return {**position, "replies": [*answered(*before), *position["replies"]]}


async def _nothing_left(context: Context, rated: Rated) -> str:
    """Why a person has nothing to rate."""
    what = numbered(rated)
    if votes := await votes_of(context, rated.id):
        return " ".join([say("rate.no_more", what=what), *_counts("rate.all", votes, rated)])
    if not await are_answered(context, rated):
        return say("rate.no_answers", what=what, anew="evaluate" if isinstance(rated, Evaluation) else "train")
    if await rateable(context, rated) or await context.store.scores.of_run(rated.id):  # that the person has rated
        return say("rate.no_more" if are_two(rated) else "scores.no_more", what=what)
    about_task = await task_answers(context, rated.id)
    if not about_task:
        return say("rate.not_about_task", what=at_start(what))
    return say("rate.all_named" if any(map(differ, about_task)) else "rate.all_alike", what=what)


async def _moved(context: Context, turn: Turn, state: State) -> list[ShowCard]:
    """The last face of the person's open card in this conversation, if there is one."""
    mine = _open_pair(state, turn.person_id)
    return await closed_for_another(context, turn, mine["card_id"], LEAVE, "rating", "rate.title_moved") if mine else []


def _shown(turn: Turn, state: State, rater: Rater, pair: Pair, said: str = "", *, edit: bool = True) -> Position:
    face = pair_face(
        rater.card_id,
        rater.subject,
        place=rater.shown.index(pair.prompt_id),
        prompts=rater.shown,
        request=pair.request,
        answers=pair.answers(shown_first(rater.rated.id, pair.prompt_id, rater.person_id)),
        blind=say(f"rate.whose_{kind_of(rater.rated)}", names=listed(rater.rated)),
        said=said,
        state=turn.id,
        edit=edit,
    )
    mine: OpenPair = {"card_id": rater.card_id, "prompt_id": pair.prompt_id}
    return {"ratings": {**(state.get("ratings") or {}), rater.person_id: mine}, "replies": answered(face)}


async def _closed(context: Context, turn: Turn, state: State, rater: Rater, title_key: str, said: str = "") -> Position:
    """No more votes on this card; what came of those there are, and the comparison brought up to date."""
    await context.store.cards.answer(rater.card_id, turn.action or LEAVE, turn.id)
    face = closed_card(rater.card_id, "rating", rater.subject, title_key)
    sentences = [said, *await _told(context, rater)]
    replies = answered(face, Say(text="\n".join(filter(None, sentences)), private=True))
    others = {who: pair for who, pair in (state.get("ratings") or {}).items() if pair["card_id"] != rater.card_id}
    return {"replies": replies, "ratings": others}


async def _told(context: Context, rater: Rater) -> list[str]:
    votes = await votes_of(context, rater.rated.id)
    me, of = await rater_of(context, rater.person_id), command_for(rater.rated)
    mine = [vote for vote in votes if vote.rater_id == me and vote.prompt_id in rater.shown]
    left = await unrated(context, rater.rated, rater.person_id)
    more = say("rate.more", of=of) if left else say("rate.no_more", what=numbered(rater.rated))
    if not mine:
        return [say("rate.nothing"), more]
    comparisons = await recounted(context, rater.rated)  # of two, or none: their answers may have gone meanwhile
    everybody = _counts("rate.all", votes, rater.rated) if len(votes) > len(mine) else []
    told = [sentence for one in comparisons for sentence in (standing_sentence(one), votes_alike(one))]
    updated = [say("rate.updated", headline=headlines_of([one]), of=of) for one in comparisons]
    yours = _counts("rate.yours", mine, rater.rated)
    return [*yours, *everybody, *told, *updated, "" if any(map(votes_suffice, comparisons)) else more]


def _counts(key: str, votes: Sequence[Vote], rated: Rated) -> list[str]:
    picked, (base, tuned) = Counter(vote.picked for vote in votes), sides_called(rated)
    counts = {"base": picked["base"], "tuned": picked["tuned"], "same": picked["same"]}
    told = [say(key, what=numbered(rated), base_name=base, tuned_name=tuned, **counts)]
    raters = len({vote.rater_id for vote in votes})
    return [*told, say("rate.raters", count=raters)] if raters > 1 else told
