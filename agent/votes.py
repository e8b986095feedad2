"""People's blind votes on answers in pairs: which there are to rate, in which order one sees them, what was picked.

It knows neither how a pair looks nor what the votes prove.
"""

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from agent.access import refusal
from agent.context import Context
from agent.evaluation.facts import Answered, Vote
from agent.evaluation.people import standing
from agent.evaluation.sequential import VoteStanding
from agent.evaluation_answers import FOR_RUN
from agent.permissions import Action
from agent.rated import Rated, Sides, are_two, folder_of_rated, is_evaluation, rated_of, sides_of
from agent.raters import as_people, known_kinds
from agent.replies import Say
from agent.state import Turn
from agent.words import say
from storage.domain import Evaluation, EvaluationState, Picked, Rating, Run, RunState, Side, stable_id
from storage.errors import NotFound
from storage.files import Files

PAIRS_AT_ONCE = 3
_NAMED = re.compile(r"\b(run|evaluation)\s+#?([0-9]{1,9})\b", re.IGNORECASE)
"""Whose answers are to be rated, behind the command."""
_ALONE = re.compile(r"\W*(scores?\W*)?", re.IGNORECASE)
"""What names nobody's answers."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A request with two answers that differ. All text is quoted from people or models."""

    prompt_id: str
    category: str = ""
    request: str
    base: str
    tuned: str

    def answers(self, first: Side) -> tuple[str, str]:
        """Both answers, the one of ``first`` before the other."""
        return (self.base, self.tuned) if first == "base" else (self.tuned, self.base)


@dataclass(frozen=True, kw_only=True)
class Rater:
    """A person at a card that puts up some of the answers of a run or an evaluation: what its subject says."""

    card_id: str
    rated: Rated
    person_id: str
    shown: tuple[str, ...]
    """Ids of what it puts up, in this order."""
    FIELD: ClassVar[str] = "prompts"
    """Where they stand in the subject."""

    @property
    def subject(self) -> dict[str, str]:
        return {"run_id": self.rated.id, "person_id": self.person_id, self.FIELD: json.dumps(self.shown)}

    @classmethod
    def shown_in(cls, subject: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(json.loads(subject[cls.FIELD]))


def shown_first(run_id: str, prompt_id: str, person_id: str) -> Side:
    """Whose answer this person sees first: by a hash, so that it is fixed, and differs between pairs and between people."""
    return "tuned" if int(stable_id("order", run_id, prompt_id, person_id)[-1], 16) % 2 else "base"


def rating_id(run_id: str, prompt_id: str, person_id: str) -> str:
    return stable_id("rating", run_id, prompt_id, person_id)


def vote_of(rating: Rating) -> Vote:
    """The vote, told by model instead of by place."""
    second: Side = "tuned" if rating.first == "base" else "base"
    told: dict[Picked, Side | Literal["same"]] = {"first": rating.first, "second": second, "same": "same"}
    return Vote(prompt_id=rating.prompt_id, rater_id=rating.rater_id, picked=told[rating.picked])


async def votes_of(context: Context, run_id: str) -> tuple[Vote, ...]:
    """All votes of the run or evaluation, whoever gave them; a person with several accounts is one rater (``raters.as_people``)."""
    ratings = await context.store.ratings.of_run(run_id)
    return tuple(map(vote_of, await as_people(context, ratings, lambda one: one.prompt_id)))


async def name_answers(context: Context, run_id: str, prompt_ids: Collection[str]) -> None:
    """Remember that these answers are shown together with whose they are: from now on nobody could rate them blind."""
    if not await named_of(context, run_id) >= set(prompt_ids):
        await asyncio.to_thread(_name, context.files, run_id, prompt_ids)


def _name(files: Files, run_id: str, prompt_ids: Collection[str]) -> None:
    """Several conversations of a project may show a run's answers at the same time: none forgets what another has named."""
    with files.alone(folder_of_rated(run_id)):
        named = _read_named(files, _named(run_id))
        files.write_text(_named(run_id), json.dumps(sorted(named | set(prompt_ids))))


def _named(run_id: str) -> str:
    return f"{folder_of_rated(run_id)}/named.json"


def _read_named(files: Files, name: str) -> set[str]:
    """A file that cannot be read names nothing."""
    try:
        found = json.loads(files.read_bytes(name)) if files.exists(name) else []
    except (ValueError, RecursionError):
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


async def named_of(context: Context, run_id: str) -> set[str]:
    """The requests whose answers were shown together with whose they are: here, and of an evaluation wherever else one of its
    contenders answered."""
    elsewhere = list[str]()
    if is_evaluation(run_id):
        project_id = (await context.store.evaluations.get(run_id)).project_id
        elsewhere = await _with_the_same(context, project_id, run_id, 1)
    found = [await asyncio.to_thread(_read_named, context.files, _named(one)) for one in (run_id, *elsewhere)]
    return set().union(*found)


async def rated_elsewhere(context: Context, rated: Rated, person_id: str) -> set[str]:
    """The requests whose answers this person has voted on or scored where two of these models answered too: what that came
    to has told them whose the answers are."""
    found = set[str]()
    for one in await _with_the_same(context, rated.project_id, rated.id, 2):
        found |= await _rated_by(context, one, person_id)
    return found


async def voted_by(context: Context, rated_id: str, person_id: str) -> set[str]:
    """The requests of whose answers this person has picked one, by any of their accounts."""
    accounts = await context.store.links.accounts(person_id)
    return {one.prompt_id for one in await context.store.ratings.of_run(rated_id) if one.rater_id in accounts}


async def _rated_by(context: Context, rated_id: str, person_id: str) -> set[str]:
    accounts = await context.store.links.accounts(person_id)
    scored = {one.prompt_id for one in await context.store.scores.of_run(rated_id) if one.rater_id in accounts}
    return scored | await voted_by(context, rated_id, person_id)


async def _with_the_same(context: Context, project_id: str, rated_id: str, least: int) -> list[str]:
    """The other runs and evaluations of the project in which at least so many of the same models answered, by id."""
    evaluations = await context.store.evaluations.of_project(project_id)
    answered = {one.id: set(one.contenders) for one in evaluations}
    if not answered:
        return []  # two runs have but the base in common
    versions = {one.run_id: f"v{one.version}" for one in await context.store.models.of_project(project_id)}
    for run in await context.store.runs.of_project(project_id):
        answered[run.id] = {"base", versions.get(run.id, run.id)}
    these = answered.pop(rated_id, set())  # one that is not there any more shares nothing
    return [one for one, names in answered.items() if len(names & these) >= least]


async def task_answers(context: Context, run_id: str, *, golden: bool = False) -> list[Answered]:
    """The answers that a verdict may rest on, rows before a pack's prompts; with ``golden`` those to golden rows too.

    Others say nothing about the task, so nobody's time is taken for them. Pairs of golden answers are left out of votes:
    they are scored one by one, so that a judge's scores can be compared with people's.
    """
    return about_task(await sides_of(context, run_id), golden=golden)


def about_task(sides: Sides, *, golden: bool = False) -> list[Answered]:
    """The same of what was read already."""
    told = [one for one in sides.requests if one.of_verdict or (golden and one.golden)]
    return sorted(told, key=lambda one: one.source == "pack")


def differ(answer: Answered) -> bool:
    """Whether there is something to tell apart."""
    return answer.base.strip() != answer.tuned.strip()


async def pairs_of(context: Context, run_id: str) -> list[Pair]:
    """What can be voted on: answers of two that differ, and were never shown together with whose they are."""
    sides = await sides_of(context, run_id)
    if len(sides.names) != 2:  # as ``rated.are_two``
        return []
    named = await named_of(context, run_id)
    return [
        Pair(prompt_id=one.id, category=one.category, request=one.request, base=one.base, tuned=one.tuned)
        for one in about_task(sides)
        if differ(one) and one.id not in named
    ]


async def rateable(context: Context, rated: Rated) -> frozenset[str]:
    """The requests whose answers can still be rated blind: in pairs, or of several contenders one by one."""
    if are_two(rated):
        return frozenset(pair.prompt_id for pair in await pairs_of(context, rated.id))
    return frozenset(one.id for one in await task_answers(context, rated.id)) - await named_of(context, rated.id)


async def unrated(context: Context, run: Rated, person_id: str) -> list[Pair]:
    """The pairs that a person has not rated; those of the kinds that they know first.

    Whoever has scored an answer of a pair may have read in the comparison what that came to, and so whose it is.
    """
    rated = await _rated_by(context, run.id, person_id) | await rated_elsewhere(context, run, person_id)
    kinds = await known_kinds(context, run.project_id, person_id)
    left = [pair for pair in await pairs_of(context, run.id) if pair.prompt_id not in rated]
    return sorted(left, key=lambda pair: pair.category not in kinds)


async def standing_of(context: Context, run_id: str) -> VoteStanding | None:
    """Whether the votes suffice; None if there are none."""
    votes = await votes_of(context, run_id)
    return await asyncio.to_thread(standing, votes, await task_answers(context, run_id))


async def rated_on_card(context: Context, turn: Turn, subject: Mapping[str, Any]) -> Rated | Say:
    """Whose answers a card puts up; a sentence where they are gone, or where the person may not rate them."""
    rated_id = str(subject["run_id"])
    try:
        rated = await rated_of(context, rated_id)
    except NotFound:
        return Say(text=say("rate.evaluation_gone" if is_evaluation(rated_id) else "rate.run_gone"))
    return await refusal(context, rated.project_id, turn.person_id, Action.RATE) or rated


async def rated_by_command(context: Context, turn: Turn, project_id: str) -> Rated | Say:
    """What was named behind ``/tune rate``, else what was compared last, if this person may rate it; else why there is none.

    An evaluation that follows on a run by itself takes no run's place: nobody has asked for it.
    """
    refused = await refusal(context, project_id, turn.person_id, Action.RATE)
    if refused:
        return refused
    runs = await context.store.runs.of_project(project_id)
    done = [one for one in await context.store.evaluations.of_project(project_id) if one.state is EvaluationState.DONE]
    compared: list[Rated] = [*(run for run in runs if "generate" in run.results), *done]
    if named := _NAMED.search(turn.rest):
        return _of_number(compared, named[1].casefold() == "evaluation", int(named[2]))
    if not _ALONE.fullmatch(turn.rest):
        return Say(text=say("rate.which"))
    asked_for = [one for one in compared if isinstance(one, Run) or FOR_RUN not in one.results]
    if asked_for:
        return max(reversed(asked_for), key=lambda one: one.created_at)
    if runs and runs[-1].state is RunState.COMPARING:
        return Say(text=say("rate.comparing", number=runs[-1].number))
    return Say(text=say("rate.none_yet"))


def _of_number(compared: Sequence[Rated], evaluation: bool, number: int) -> Rated | Say:
    for one in compared:
        if isinstance(one, Evaluation) is evaluation and one.number == number:
            return one
    what = say("rate.evaluation" if evaluation else "rate.run", number=number)
    return Say(text=say("rate.no_such", what=what))
