"""People's scores of single answers, 1 to 5 by each criterion: which answers a person scores, in which order, what they gave.

It knows neither how an answer looks on its card nor what the scores prove.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.context import Context
from agent.evaluation.facts import Answered
from agent.evaluation.people import OVERALL
from agent.evaluation.rubric import HIGHEST, LOWEST, rubric_of
from agent.rated import Rated, Sides, sides_of
from agent.raters import as_people, known_kinds, rater_of
from agent.reading import GivenScores
from agent.reports.score_card import WHY, field_of
from agent.state import Turn
from agent.votes import about_task, named_of, rated_elsewhere, shown_first, voted_by
from agent.words import say
from storage.domain import Criterion, Score, stable_id

ANSWERS_AT_ONCE = 3
_SCORES = frozenset(map(str, range(LOWEST, HIGHEST + 1)))
LONGEST_WHY = 500
"""Characters of a reason: a judge may learn from it, and reads it beside every answer."""
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
"""Of the answers to one request, in the order in which a person sees them."""
Scores = Mapping[str, int]
"""By criterion."""
Given = Mapping[tuple[str, str], Sequence[Score]]
"""One person's scores by request and side, the latest last."""


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """What somebody gave one answer at once."""

    scores: Scores
    asked: tuple[str, ...]
    """The criteria that were before them, by name."""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One answer to score. All text is quoted from people or models."""

    id: str
    """``first:<prompt id>``, ``second:<prompt id>`` and so on: whose it is depends on whom it is shown to (``in_order``)."""
    prompt_id: str
    sides: tuple[str, ...]
    """Whose it is, as ``Score.side``; all of them where several models said the same."""
    category: str = ""
    request: str
    answer: str


def in_order(rated_id: str, prompt_id: str, person_id: str, names: Sequence[str]) -> list[str]:
    """In which order this person sees the answers of these to a request: by a hash, as ``shown_first``."""
    if len(names) == 2:
        return list(names if shown_first(rated_id, prompt_id, person_id) == "base" else reversed(names))
    return sorted(names, key=lambda name: stable_id("order", rated_id, prompt_id, person_id, name))


async def items_of(context: Context, run: Rated, person_id: str) -> list[Item]:
    """What this person can score of a run or an evaluation, in their order.

    Answers to golden requests come first, then those to requests of a kind that the person knows, else by chance. The
    answers to one request never follow each other unless nothing else is left. What was shown together with whose
    it is, is left out; and so is what the person has voted on, or rated elsewhere of two of the same models, for what that
    came to has told them whose it is.
    """
    known, kinds = await named_of(context, run.id), await known_kinds(context, run.project_id, person_id)
    known |= await voted_by(context, run.id, person_id) | await rated_elsewhere(context, run, person_id)
    sides = await sides_of(context, run.id)
    answers = [one for one in about_task(sides, golden=True) if one.id not in known]

    def place(one: Answered) -> tuple[bool, bool, str]:
        return not one.golden, one.category not in kinds, stable_id("order", run.id, one.id, person_id, "score")

    return list(_mixed([_items(run.id, one, sides, person_id) for one in sorted(answers, key=place)]))


async def unscored_items(context: Context, run: Rated, person_id: str) -> list[Item]:
    """Those that the person has not scored, or scored before a criterion came to the rubric or was worded anew."""
    criteria = await criteria_of(context, run.project_id)
    given = await given_by(context, run, person_id)
    return [one for one in await items_of(context, run, person_id) if lacking(one, given, criteria)]


async def given_by(context: Context, run: Rated, person_id: str) -> Given:
    """What the person has scored of a run or an evaluation."""
    rater = await rater_of(context, person_id)
    found: dict[tuple[str, str], list[Score]] = {}
    for one in await scores_of(context, run.id):
        if one.rater_id == rater:
            found.setdefault((one.prompt_id, one.side), []).append(one)
    return found


def lacking(item: Item, given: Given, criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """The criteria that were never before this person with the answer: all of one that they have not scored. What they left out
    on purpose is not among them."""
    met = [
        {name for one in given.get((item.prompt_id, side), ()) for name in (*one.asked, one.criterion)}
        for side in item.sides
    ]
    return tuple(one for one in criteria if not all(one.name in names for names in met))


def to_score(item: Item, given: Given, criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """The criteria to put before this person with the answer: those that it lacks; where it lacks none, for they have gone back
    to it, those that they were asked for last."""
    if missing := lacking(item, given, criteria):
        return missing
    last = max((given[(item.prompt_id, side)][-1] for side in item.sides), key=lambda one: one.created_at)
    return tuple(one for one in criteria if one.name in last.asked) or tuple(criteria)


def is_scored(item: Item, given: Given) -> bool:
    """Whether this person has scored the answer, of all who gave it, by whatever criterion."""
    return all(given.get((item.prompt_id, side)) for side in item.sides)


async def scores_of(context: Context, run_id: str) -> Sequence[Score]:
    """All scores of the run or evaluation, whoever gave them; a person with several accounts is one rater (``raters.as_people``)."""
    return await as_people(context, await context.store.scores.of_run(run_id), scored_thing)


def of_pair(scores: Sequence[Score], reference: str, name: str) -> list[Score]:
    """Scores of these two of an evaluation's contenders, as those of a run stand: ``base`` is the reference."""
    sides = {reference: "base", name: "tuned"}
    return [replace(one, side=sides[one.side]) for one in scores if one.side in sides]


def scored_thing(score: Score) -> tuple[str, str, str, str]:
    """What a score is about."""
    return score.run_id, score.prompt_id, score.side, score.criterion


async def criteria_of(context: Context, project_id: str) -> tuple[Criterion, ...]:
    return rubric_of(await context.store.briefs.get(project_id))


async def own_scores(context: Context, run: Rated, item: Item, person_id: str) -> tuple[Scores, str]:
    """What the person gave an answer before, and why."""
    found = (await given_by(context, run, person_id)).get((item.prompt_id, item.sides[0]), ())
    return {one.criterion: one.score for one in found}, found[-1].note if found else ""


def quick(criteria: Sequence[Criterion]) -> str:
    """The criterion of a single score: the only one there is, else the answer as a whole."""
    return criteria[0].name if len(criteria) == 1 else OVERALL


def read(given: GivenScores, asked: Sequence[Criterion], criteria: Sequence[Criterion]) -> Scoring | str:
    """What was typed for an answer that was shown with the criteria ``asked``; else a sentence that says what is wrong with it.

    One number is for the answer as a whole, or for the only criterion asked for; else it is one for each of these, or for each
    of the rubric: whoever comes back to an answer may score all of it anew.
    """
    scores, counts = given.scores, (1, len(asked), len(criteria))
    if given.why and scores[-1] is None and len(scores) not in counts and len(scores) - 1 in counts:
        scores = scores[:-1]  # "4 - it forgot the lift": a dash before words, and not a score
    count = len(scores)
    if count not in counts:
        return say("scores.wrong_count" if len(asked) > 1 else "scores.wrong_count_one", given=count, needed=len(asked))
    if any(one is not None and one not in range(LOWEST, HIGHEST + 1) for one in scores):
        return say("scores.out_of_range")
    if len(given.why) > LONGEST_WHY:
        return say("scores.why_too_long", length=len(given.why), limit=LONGEST_WHY)
    before = asked if count in (1, len(asked)) else criteria
    names = [quick(asked)] if count == 1 else [one.name for one in before]
    found = {name: int(score) for name, score in zip(names, scores, strict=True) if score is not None}
    return Scoring(scores=found, asked=tuple(one.name for one in before), why=given.why)


def on_form(values: Mapping[str, str], criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Those of the rubric for which a form has a field: it may have been opened before the rubric was changed."""
    return tuple(one for one in criteria if field_of(one.name) in values)


def misfilled(values: Mapping[str, str], criteria: Sequence[Criterion]) -> dict[str, str]:
    """What is wrong with a form that was filled in, a sentence by field. A criterion may be left out, but not all of them."""
    given = {field_of(one.name): values.get(field_of(one.name), "").strip() for one in on_form(values, criteria)}
    wrong = {field: say("scores.out_of_range") for field, value in given.items() if value and value not in _SCORES}
    if not any(given.values()):
        gone = not given and any(value.strip() for field, value in values.items() if field != WHY)
        wrong[next(iter(given), field_of(criteria[0].name))] = say("scores.gone" if gone else "scores.none_given")
    why = _line(values.get(WHY, ""))
    if len(why) > LONGEST_WHY:
        wrong[WHY] = say("scores.why_too_long", length=len(why), limit=LONGEST_WHY)
    return wrong


def filled_in(values: Mapping[str, str], criteria: Sequence[Criterion]) -> Scoring:
    """What a form gives in which nothing is wrong."""
    asked = on_form(values, criteria)
    given = {one.name: values[field_of(one.name)].strip() for one in asked}
    return Scoring(
        scores={name: int(value) for name, value in given.items() if value},
        asked=tuple(given),
        why=_line(values.get(WHY, "")),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def records(turn: Turn, run: Rated, item: Item, scores: Scores, why: str, *, asked: Collection[str]) -> list[Score]:
    """What is stored. A reason stands with each score: it says why all of them are what they are; and so do the criteria that
    were ``asked`` for, by name."""
    return [
        Score(
            id=stable_id("score", run.id, item.prompt_id, side, criterion, turn.person_id),
            project_id=run.project_id,
            run_id=run.id,
            prompt_id=item.prompt_id,
            side=side,
            criterion=criterion,
            score=score,
            note=why,
            rater_id=turn.person_id,
            event_id=turn.id,
            created_at=turn.at,
            asked=tuple(asked),
        )
        for side in item.sides
        for criterion, score in scores.items()
    ]


async def leave_out(context: Context, run: Rated, item: Item, person_id: str, asked: Collection[str]) -> None:
    """Remember that this person was asked for these criteria too with an answer that they scored before, and left them out."""
    accounts = await context.store.links.accounts(person_id)
    latest = {
        one.side: one
        for one in await context.store.scores.of_run(run.id)
        if one.rater_id in accounts and one.prompt_id == item.prompt_id and one.side in item.sides
    }
    await context.store.scores.put(
        [replace(one, asked=tuple(dict.fromkeys((*one.asked, *asked)))) for one in latest.values()]
    )


def _items(rated_id: str, one: Answered, sides: Sides, person_id: str) -> list[Item]:
    """The answers to a request in this person's order, each text once. One that comes later changes no other's place."""
    texts = sides.texts[one.id]
    found: dict[str, Item] = {}
    for place, name in zip(_PLACES, in_order(rated_id, one.id, person_id, sides.names), strict=False):
        if name not in texts:
            continue
        said = found.setdefault(texts[name].strip(), _item(place, one, texts[name]))
        found[texts[name].strip()] = replace(said, sides=(*said.sides, name))
    return list(found.values())


def _item(place: str, one: Answered, text: str) -> Item:
    return Item(
        id=f"{place}:{one.id}", prompt_id=one.id, sides=(), category=one.category, request=one.request, answer=text
    )


def _mixed(requests: Sequence[Sequence[Item]]) -> Iterable[Item]:
    """The answers to two requests at a time, in turn: those to one of them do not stand side by side."""
    for at in range(0, len(requests), 2):
        pair = requests[at : at + 2]
        for place in range(max(map(len, pair))):
            yield from (items[place] for items in pair if place < len(items))
