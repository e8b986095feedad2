"""People's blind votes on the answers of a run: which pairs there are to rate, in which order one sees them, what was picked.

It knows neither how a pair looks nor what the votes prove.
"""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from agent.context import Context
from agent.evaluation.answers import joined
from agent.evaluation.facts import Answered, Vote
from agent.replies import ShowCard
from agent.reports.rating_card import offer_face
from agent.state import Turn
from agent.training import read_lines
from storage.domain import Picked, Rating, Run, Shown, stable_id
from storage.files import Files

PAIRS_AT_ONCE = 3


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A request with two answers that differ. All text is quoted from people or models."""

    prompt_id: str
    request: str
    base: str
    tuned: str

    def answers(self, first: Shown) -> tuple[str, str]:
        """Both answers, the one of ``first`` before the other."""
        return (self.base, self.tuned) if first == "base" else (self.tuned, self.base)


def shown_first(run_id: str, prompt_id: str, person_id: str) -> Shown:
    """Whose answer this person sees first: by a hash, so that it is fixed, and differs between pairs and between people."""
    return "tuned" if int(stable_id("order", run_id, prompt_id, person_id)[-1], 16) % 2 else "base"


def rating_id(run_id: str, prompt_id: str, person_id: str) -> str:
    return stable_id("rating", run_id, prompt_id, person_id)


def vote_of(rating: Rating) -> Vote:
    """The vote, told by model instead of by place."""
    second: Shown = "tuned" if rating.first == "base" else "base"
    told: dict[Picked, Literal["base", "tuned", "same"]] = {"first": rating.first, "second": second, "same": "same"}
    return Vote(prompt_id=rating.prompt_id, rater_id=rating.rater_id, picked=told[rating.picked])


async def votes_of(context: Context, run_id: str) -> tuple[Vote, ...]:
    """All votes of the run, whoever gave them."""
    return tuple(vote_of(rating) for rating in await context.store.ratings.of_run(run_id))


async def name_answers(context: Context, run_id: str, prompt_ids: Collection[str]) -> None:
    """Remember that these answers are shown together with whose they are: from now on nobody could rate them blind."""
    name = _named(run_id)
    named = await asyncio.to_thread(_read_named, context.files, name)
    if not named >= set(prompt_ids):
        await asyncio.to_thread(context.files.write_text, name, json.dumps(sorted(named | set(prompt_ids))))


def _named(run_id: str) -> str:
    return f"runs/{run_id}/named.json"


def _read_named(files: Files, name: str) -> set[str]:
    """A file that cannot be read names nothing."""
    try:
        found = json.loads(files.read_bytes(name)) if files.exists(name) else []
    except (ValueError, RecursionError):
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


async def task_answers(context: Context, run_id: str) -> list[Answered]:
    """The answers to a run's requests about its task; rows before a pack's prompts.

    Other kinds of requests (``beyond``) say nothing about the task, so nobody's time is taken for them.
    """
    prompts = await asyncio.to_thread(read_lines, context.files, f"runs/{run_id}/prompts.jsonl")
    answers = await asyncio.to_thread(read_lines, context.files, f"runs/{run_id}/answers.jsonl")
    found = sorted(joined(prompts, answers), key=lambda one: one.source == "pack")
    return [one for one in found if not one.beyond]


def differ(answer: Answered) -> bool:
    """Whether there is something to tell apart."""
    return answer.base.strip() != answer.tuned.strip()


async def pairs_of(context: Context, run_id: str) -> list[Pair]:
    """What can be rated of a run: answers that differ, and were never shown together with whose they are."""
    named = await asyncio.to_thread(_read_named, context.files, _named(run_id))
    return [
        Pair(prompt_id=one.id, request=one.request, base=one.base, tuned=one.tuned)
        for one in await task_answers(context, run_id)
        if differ(one) and one.id not in named
    ]


async def unrated(context: Context, run_id: str, person_id: str) -> list[Pair]:
    """The pairs of a run that a person has not rated."""
    ratings = await context.store.ratings.of_run(run_id)
    rated = {rating.prompt_id for rating in ratings if rating.rater_id == person_id}
    return [pair for pair in await pairs_of(context, run_id) if pair.prompt_id not in rated]


async def rating_card(context: Context, run: Run, turn: Turn) -> ShowCard | None:
    """The offer to rate the answers of a run; None if there is nothing left that this person could rate."""
    left = await unrated(context, run.id, turn.person_id)
    if not left:
        return None
    return offer_face(stable_id("card", turn.id, "rating"), run, pairs=min(len(left), PAIRS_AT_ONCE))
