"""Put single answers before a person, three at a time on one card, to be scored from 1 to 5; whose they are stays hidden.

No score is told while anybody may still score the same answers, nor what one's own scores come to: that would tell whose
the next answers are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from langgraph.runtime import Runtime

from agent.cards import closed_for_another, known_card
from agent.context import Context
from agent.lessons import offer_rule
from agent.rated import Rated, are_answered, command_for, kind_of, listed, numbered
from agent.reading import read_scores
from agent.recounting import headlines_of, recounted
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card
from agent.reports.naming import at_start
from agent.reports.people_notes import scores_alike
from agent.reports.rating_card import SCORES
from agent.reports.rubric_card import mark_of
from agent.reports.score_card import EACH, GIVE, LEAVE, SHOW, SKIP, answer_face, how_to_score
from agent.scoring import (
    ANSWERS_AT_ONCE,
    Item,
    Scoring,
    criteria_of,
    filled_in,
    given_by,
    is_scored,
    items_of,
    lacking,
    leave_out,
    misfilled,
    own_scores,
    read,
    records,
    to_score,
    unscored_items,
)
from agent.state import OpenAnswer, Position, State, Turn, answered, turn_of
from agent.votes import Rater, rated_by_command, rated_elsewhere, rated_on_card, task_answers, voted_by
from agent.words import say
from storage.domain import Criterion, Evaluation, stable_id


@dataclass(frozen=True, kw_only=True)
class Scorer(Rater):
    """A person at a card of single answers, and the criteria that hold now."""

    criteria: tuple[Criterion, ...]
    FIELD: ClassVar[str] = "items"


async def score_answers(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune rate scores`` and the offer's button open a card; its buttons, its form, or typed numbers score its answer."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind in ("press", "form"):
        assert turn.card is not None, "the router sends presses of known cards only"
        return await _act(context, turn, state, turn.card["id"], turn.card["subject"], turn.action)
    if turn.word is None:
        return await _in_words(context, turn, state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    rated = await rated_by_command(context, turn, project_id)
    return {"replies": answered(rated)} if isinstance(rated, Say) else await _opened(context, turn, state, rated)


async def _in_words(context: Context, turn: Turn, state: State) -> Position:
    """Typed numbers are about the person's own answer, whoever opened another one since."""
    mine = _open_answer(state, turn.person_id)
    if mine is None:
        return _alone("scores.not_yours")
    card = await known_card(context, mine["card_id"])
    if card is None:
        return _alone("card.gone")
    return await _act(context, turn, state, card.id, card.subject, f"{GIVE}::{mine['item_id']}")


async def _act(
    context: Context, turn: Turn, state: State, card_id: str, subject: Mapping[str, Any], action: str
) -> Position:
    rated = await rated_on_card(context, turn, subject)
    if isinstance(rated, Say):
        return {"replies": answered(rated)}
    if action == SCORES:
        return await _opened(context, turn, state, rated)
    if not turn.is_by(subject.get("person_id")):
        return _alone("scores.not_yours")
    if (await context.store.cards.get(card_id)).answered_by_event not in (None, turn.id):
        return _alone("scores.closed")
    scorer = Scorer(
        card_id=card_id,
        rated=rated,
        person_id=str(subject["person_id"]),
        shown=Scorer.shown_in(subject),
        criteria=await criteria_of(context, rated.project_id),
    )
    return await _at_card(context, turn, state, scorer, action)


async def _at_card(context: Context, turn: Turn, state: State, scorer: Scorer, action: str) -> Position:
    if action == LEAVE:
        return await _closed(context, turn, state, scorer, "scores.title_stopped")
    verb, _, rest = action.partition(":")
    number, _, item_id = rest.partition(":") if verb == GIVE else ("", "", rest)
    if item_id not in scorer.shown or verb not in (GIVE, EACH, SHOW, SKIP):
        return _alone("card.gone")
    item = next((one for one in await items_of(context, scorer.rated, scorer.person_id) if one.id == item_id), None)
    if item is None:
        return await _next(context, turn, state, scorer, say("scores.lost"))
    if verb == SHOW:
        return await _shown(context, turn, state, scorer, item)
    asked = await _put_up(context, state, scorer, item)
    if verb == EACH and turn.kind == "press":  # no forms here
        return {"replies": answered(Say(text=how_to_score(asked), private=True))}
    if turn.kind != "form" and not _seen(state, scorer, item):  # a number for a rubric that was changed meanwhile
        return await _shown(context, turn, state, scorer, item, say("scores.rubric_changed"))
    if verb == SKIP:
        await leave_out(context, scorer.rated, item, scorer.person_id, [one.name for one in asked])
        return await _next(context, turn, state, scorer)
    given = _given(turn, asked, scorer.criteria, number)
    if isinstance(given, str):
        return {"replies": answered(Say(text=given, private=True))}
    stored = records(turn, scorer.rated, item, given.scores, given.why, asked=given.asked)
    await context.store.scores.put(stored)
    return await _next(context, turn, state, scorer)


def _on_card(state: State, scorer: Scorer, item: Item) -> OpenAnswer | None:
    """What the person's card shows, if that is this answer."""
    mine = _open_answer(state, scorer.person_id)
    return mine if mine and (mine["card_id"], mine["item_id"]) == (scorer.card_id, item.id) else None


def _seen(state: State, scorer: Scorer, item: Item) -> bool:
    """Whether the person's card shows the answer by the criteria that hold now."""
    mine = _on_card(state, scorer, item)
    return mine is None or mine.get("rubric") in (None, mark_of(*scorer.criteria))


async def _put_up(context: Context, state: State, scorer: Scorer, item: Item) -> tuple[Criterion, ...]:
    """The criteria with which the card shows the answer: also where this very turn has scored it before it broke off."""
    mine = _on_card(state, scorer, item)
    names = mine.get("criteria", []) if mine else []
    shown = tuple(one for one in scorer.criteria if one.name in names)
    return shown or to_score(item, await given_by(context, scorer.rated, scorer.person_id), scorer.criteria)


def _given(turn: Turn, asked: Sequence[Criterion], criteria: Sequence[Criterion], number: str) -> Scoring | str:
    """The scores and the reason, however they were given; else what is wrong with them."""
    if turn.kind == "form":
        wrong = misfilled(turn.values, criteria)
        return next(iter(wrong.values())) if wrong else filled_in(turn.values, criteria)
    typed = read_scores(number or turn.text)
    return say("card.gone") if typed is None else read(typed, asked, criteria)


async def _next(context: Context, turn: Turn, state: State, scorer: Scorer, said: str = "") -> Position:
    left = [one for one in await unscored_items(context, scorer.rated, scorer.person_id) if one.id in scorer.shown]
    left.sort(key=lambda one: scorer.shown.index(one.id))
    if left:
        return await _shown(context, turn, state, scorer, left[0], said)
    return await _closed(context, turn, state, scorer, "scores.title_done", said)


async def _opened(context: Context, turn: Turn, state: State, rated: Rated) -> Position:
    """A card of the next answers. One of the same person that is still open here is closed: there are never two."""
    items = (await unscored_items(context, rated, turn.person_id))[:ANSWERS_AT_ONCE]
    if not items:
        return {"replies": answered(Say(text=await _nothing_left(context, rated, turn.person_id)))}
    before = await _moved(context, turn, state)
    scorer = Scorer(
        card_id=stable_id("card", turn.id, 0),
        rated=rated,
        person_id=turn.person_id,
        shown=tuple(one.id for one in items),
        criteria=await criteria_of(context, rated.project_id),
    )
    shown = await _shown(context, turn, state, scorer, items[0], edit=False)
    return {**shown, "replies": [*answered(*before), *shown["replies"]]}


async def _nothing_left(context: Context, rated: Rated, person_id: str) -> str:
    """Why a person has nothing to score."""
    what = numbered(rated)
    given = await voted_by(context, rated.id, person_id) | await rated_elsewhere(context, rated, person_id)
    if given or await items_of(context, rated, person_id):
        return say("scores.no_more", what=what)
    if not await are_answered(context, rated):
        return say("rate.no_answers", what=what, anew="evaluate" if isinstance(rated, Evaluation) else "train")
    some = await task_answers(context, rated.id, golden=True)
    return say("scores.all_named", what=what) if some else say("rate.not_about_task", what=at_start(what))


async def _shown(
    context: Context, turn: Turn, state: State, scorer: Scorer, item: Item, said: str = "", *, edit: bool = True
) -> Position:
    before = await given_by(context, scorer.rated, scorer.person_id)
    asked = to_score(item, before, scorer.criteria)
    comes_back = is_scored(item, before) and bool(lacking(item, before, scorer.criteria))
    # Where others read along, they can open the form too: what it holds would tell them how this person scores.
    own = ({}, "") if turn.shared else await own_scores(context, scorer.rated, item, scorer.person_id)
    given, why = own
    face = answer_face(
        scorer.card_id,
        scorer.subject,
        asked,
        place=scorer.shown.index(item.id),
        items=scorer.shown,
        request=item.request,
        answer=item.answer,
        blind=say(f"scores.whose_{kind_of(scorer.rated)}", names=listed(scorer.rated)),
        given=given,
        why="" if comes_back else why,  # that was said of the other criteria
        said=said,
        comes_back=comes_back,
        state=turn.id,
        edit=edit,
    )
    mine: OpenAnswer = {
        "card_id": scorer.card_id,
        "item_id": item.id,
        "rubric": mark_of(*scorer.criteria),
        "criteria": [one.name for one in asked],
    }
    return {"scorings": {**(state.get("scorings") or {}), scorer.person_id: mine}, "replies": answered(face)}


async def _closed(
    context: Context, turn: Turn, state: State, scorer: Scorer, title_key: str, said: str = ""
) -> Position:
    """No more scores on this card; what came of those there are, and the comparison brought up to date."""
    await context.store.cards.answer(scorer.card_id, turn.action or LEAVE, turn.id)
    face = closed_card(scorer.card_id, "scores", scorer.subject, title_key)
    sentences = [said, *await _told(context, scorer)]
    others = {who: one for who, one in (state.get("scorings") or {}).items() if one["card_id"] != scorer.card_id}
    rule = await offer_rule(context, turn, scorer.rated.project_id)
    told = Say(text="\n".join(filter(None, sentences)), private=True)
    return {"scorings": others, "replies": answered(face, told, *([rule] if rule else []))}


async def _told(context: Context, scorer: Scorer) -> list[str]:
    left = {one.id for one in await unscored_items(context, scorer.rated, scorer.person_id)}
    known = {one.id for one in await items_of(context, scorer.rated, scorer.person_id)}
    mine, of = len((known & set(scorer.shown)) - left), command_for(scorer.rated)
    more = say("scores.more", of=of) if left else say("scores.no_more", what=numbered(scorer.rated))
    if not mine:
        return [say("scores.nothing"), more]
    comparisons = await recounted(context, scorer.rated)
    yours = say("scores.yours_one") if mine == 1 else say("scores.yours", count=mine)
    updated = say("scores.updated", headline=headlines_of(comparisons), of=of) if comparisons else ""
    # Of several contenders the page tells how far people agree: each pair has some of the same answers.
    alike = [scores_alike(one) for one in comparisons] if len(comparisons) == 1 else []
    return [yours, *alike, updated, more]


async def _moved(context: Context, turn: Turn, state: State) -> list[ShowCard]:
    """The last face of the person's open card in this conversation, if there is one."""
    mine = _open_answer(state, turn.person_id)
    return (
        await closed_for_another(context, turn, mine["card_id"], LEAVE, "scores", "scores.title_moved") if mine else []
    )


def _open_answer(state: State, person_id: str) -> OpenAnswer | None:
    return (state.get("scorings") or {}).get(person_id)


def _alone(key: str) -> Position:
    return {"replies": answered(Say(text=say(key), private=True))}
