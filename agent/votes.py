"""People's blind votes on the answers of a run: which pairs there are to rate, in which order one sees them, what was picked.

It knows neither how a pair looks nor what the votes prove.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from agent.access import refusal
from agent.context import Context
from agent.evaluation.facts import Answered, Vote
from agent.evaluation.people import standing
from agent.evaluation.sequential import VoteStanding
from agent.evidence import evidence_in
from agent.permissions import Action
from agent.raters import as_people, knowers, known_kinds, to_ask
from agent.replies import Say, ShowCard
from agent.reports.rating_card import asking_face, offer_face
from agent.state import Turn
from agent.words import harmless, say
from storage.domain import Picked, Rating, Run, RunState, Side, stable_id
from storage.errors import NotFound
from storage.files import Files

PAIRS_AT_ONCE = 3


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
    """A person at a card that puts up some of a run's answers: what its subject says."""

    card_id: str
    run: Run
    person_id: str
    shown: tuple[str, ...]
    """Ids of what it puts up, in this order."""
    FIELD: ClassVar[str] = "prompts"
    """Where they stand in the subject."""

    @property
    def subject(self) -> dict[str, str]:
        return {"run_id": self.run.id, "person_id": self.person_id, self.FIELD: json.dumps(self.shown)}

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
    """All votes of the run, whoever gave them; a person with several accounts is one rater (``raters.as_people``)."""
    ratings = await context.store.ratings.of_run(run_id)
    return tuple(map(vote_of, await as_people(context, ratings, lambda one: one.prompt_id)))


async def name_answers(context: Context, run_id: str, prompt_ids: Collection[str]) -> None:
    """Remember that these answers are shown together with whose they are: from now on nobody could rate them blind."""
    if not await named_of(context, run_id) >= set(prompt_ids):
        await asyncio.to_thread(_name, context.files, run_id, prompt_ids)


def _name(files: Files, run_id: str, prompt_ids: Collection[str]) -> None:
    """Several conversations of a project may show a run's answers at the same time: none forgets what another has named."""
    with files.alone(f"runs/{run_id}"):
        named = _read_named(files, _named(run_id))
        files.write_text(_named(run_id), json.dumps(sorted(named | set(prompt_ids))))


def _named(run_id: str) -> str:
    return f"runs/{run_id}/named.json"


def _read_named(files: Files, name: str) -> set[str]:
    """A file that cannot be read names nothing."""
    try:
        found = json.loads(files.read_bytes(name)) if files.exists(name) else []
    except (ValueError, RecursionError):
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


async def named_of(context: Context, run_id: str) -> set[str]:
    """The requests whose answers were shown together with whose they are."""
    return await asyncio.to_thread(_read_named, context.files, _named(run_id))


async def task_answers(context: Context, run_id: str, *, golden: bool = False) -> list[Answered]:
    """The answers that a verdict may rest on, rows before a pack's prompts; with ``golden`` those to golden rows too.

    Others say nothing about the task, so nobody's time is taken for them. Pairs of golden answers are left out of votes:
    they are scored one by one, so that a judge's scores can be compared with people's.
    """
    found = (await asyncio.to_thread(evidence_in, context.files, f"runs/{run_id}")).answers
    told = [one for one in found if one.of_verdict or (golden and one.golden)]
    return sorted(told, key=lambda one: one.source == "pack")


def differ(answer: Answered) -> bool:
    """Whether there is something to tell apart."""
    return answer.base.strip() != answer.tuned.strip()


async def pairs_of(context: Context, run_id: str) -> list[Pair]:
    """What can be rated of a run: answers that differ, and were never shown together with whose they are."""
    named = await named_of(context, run_id)
    return [
        Pair(prompt_id=one.id, category=one.category, request=one.request, base=one.base, tuned=one.tuned)
        for one in await task_answers(context, run_id)
        if differ(one) and one.id not in named
    ]


async def unrated(context: Context, run: Run, person_id: str) -> list[Pair]:
    """The pairs of a run that a person has not rated; those of the kinds that they know first.

    Whoever has scored an answer of a pair may have read in the comparison what that came to, and so whose it is.
    """
    ratings, scores = await context.store.ratings.of_run(run.id), await context.store.scores.of_run(run.id)
    accounts = await context.store.links.accounts(person_id)
    rated = {one.prompt_id for one in ratings if one.rater_id in accounts}
    rated |= {one.prompt_id for one in scores if one.rater_id in accounts}
    kinds = await known_kinds(context, run.project_id, person_id)
    left = [pair for pair in await pairs_of(context, run.id) if pair.prompt_id not in rated]
    return sorted(left, key=lambda pair: pair.category not in kinds)


async def standing_of(context: Context, run_id: str) -> VoteStanding | None:
    """Whether the votes on a run suffice; None if there are none."""
    votes = await votes_of(context, run_id)
    return await asyncio.to_thread(standing, votes, await task_answers(context, run_id))


async def run_on_card(context: Context, turn: Turn, subject: Mapping[str, Any]) -> Run | Say:
    """The run whose answers a card puts up; a sentence where it is gone, or where the person may not rate them."""
    try:
        run = await context.store.runs.get(str(subject["run_id"]))
    except NotFound:
        return Say(text=say("rate.run_gone"))
    return await refusal(context, run.project_id, turn.person_id, Action.RATE) or run


async def compared_run(context: Context, turn: Turn, project_id: str) -> Run | Say:
    """The latest run whose answers this person may rate; else why there is none."""
    refused = await refusal(context, project_id, turn.person_id, Action.RATE)
    if refused:
        return refused
    runs = await context.store.runs.of_project(project_id)
    compared = [run for run in runs if "generate" in run.results]
    if compared:
        return compared[-1]
    if runs and runs[-1].state is RunState.COMPARING:
        return Say(text=say("rate.comparing", number=runs[-1].number))
    return Say(text=say("rate.none_yet"))


async def offers_to_rate(context: Context, run: Run, turn: Turn) -> list[ShowCard]:
    """The offer to rate the answers of a run, where it is compared; and where others read along, directly to those who know
    the task. None while there is nothing left that this person could rate, or once the votes suffice."""
    left = await unrated(context, run, turn.person_id)
    found = await standing_of(context, run.id)
    if not left or (found and found.missing is None):
        return []
    pairs = min(len(left), PAIRS_AT_ONCE)
    know = await knowers(context, run.project_id, {pair.category for pair in left}) if turn.shared else []
    offer = offer_face(stable_id("card", turn.id, "rating"), run, pairs=pairs, know=await _names(context, know))
    if turn.payload.get("privately"):
        return [offer]
    name = (await context.store.projects.get(run.project_id)).name
    others = await to_ask(context, turn, [person for person in know if not turn.is_by(person)])
    return [
        offer,
        *(asking_face(stable_id("card", turn.id, "rating", one), run, name, pairs=pairs, to=one) for one in others),
    ]


async def _names(context: Context, people: Collection[str]) -> list[str]:
    """As they call themselves; who has no name is left out."""
    found = [await context.store.people.get(person) for person in people]
    return [name for person in found if person and (name := harmless(person.display_name))]
