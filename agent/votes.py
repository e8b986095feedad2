"""People's blind votes on the answers of a run: which pairs there are to rate, in which order one sees them, what was picked.

It knows neither how a pair looks nor what the votes prove.
"""

import asyncio
from dataclasses import dataclass
from typing import Literal

from agent.context import Context
from agent.evaluation.facts import Vote
from agent.replies import ShowCard
from agent.reports.rating_card import offer_face
from agent.state import Turn
from agent.training import read_lines
from storage.domain import Picked, Rating, Run, Shown, stable_id

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


async def pairs_of(context: Context, run_id: str) -> list[Pair]:
    """What can be rated of a run: requests that both models answered, and not alike; rows before a pack's prompts."""
    folder = f"runs/{run_id}"
    prompts = await asyncio.to_thread(read_lines, context.files, f"{folder}/prompts.jsonl")
    lines = await asyncio.to_thread(read_lines, context.files, f"{folder}/answers.jsonl")
    answers = {str(line["id"]): line for line in lines if {"base", "tuned"} <= line.keys()}
    pairs = [
        Pair(
            prompt_id=str(prompt["id"]),
            request="\n\n".join(text for text in (prompt["instruction"], prompt["input"]) if text),
            base=str(answers[str(prompt["id"])]["base"] or ""),
            tuned=str(answers[str(prompt["id"])]["tuned"] or ""),
        )
        for prompt in prompts
        if str(prompt["id"]) in answers
    ]
    return [pair for pair in pairs if pair.base.strip() != pair.tuned.strip()]


async def unrated(context: Context, run_id: str, person_id: str) -> list[Pair]:
    """The pairs of a run that a person has not rated."""
    ratings = await context.store.ratings.of_run(run_id)
    rated = {rating.prompt_id for rating in ratings if rating.rater_id == person_id}
    return [pair for pair in await pairs_of(context, run_id) if pair.prompt_id not in rated]


async def rating_card(context: Context, run: Run, turn: Turn) -> ShowCard | None:
    """The offer to rate the answers of a run; None if there is nothing left that this person could rate."""
    if not await unrated(context, run.id, turn.person_id):
        return None
    return offer_face(stable_id("card", turn.id, "rating"), run)
