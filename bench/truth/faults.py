"""Faults that were planted in answers of a support desk: how often they are found, and how often one is where there is none."""

import random
from collections.abc import Mapping
from dataclasses import replace

from agent.evaluation.facts import Answered
from agent.evaluation.faults import answer_faults
from bench.truth import support
from bench.truth.shown import Shown, by_chance, percent

_ANSWERS = 28
"""That a comparison has with a pack's prompts."""
_SHARES = (0.3, 0.5, 0.8)
_PLANTED: Mapping[str, support.Spoils] = {
    "too_short": support.shorter,
    "too_long": support.longer,
    "generic": support.stock,
    "wrong_tone": support.shouting,
    "loops": support.looping,
    "refuses": support.refusing,
    "wrong_language": support.german,
    "empty": support.nothing,
}
"""By the code of the fault. Of tone: exclamation marks."""


def planted(rounds: int) -> Shown:
    """Every other set has answers that are known, and every other none."""
    rows = [[f"{share:.0%}", *(_found(code, share, rounds) for code in _PLANTED), "-"] for share in _SHARES]
    none = sum(bool(_codes(_good(seed), seed)) for seed in range(4 * rounds))
    rows.insert(0, ["none", *("-" for _ in _PLANTED), percent(none, 4 * rounds)])
    return Shown(
        title="Faults that were planted",
        note=f"Percent of {rounds} sets of {_ANSWERS} answers in which the fault was found, by the chance of each answer to have it "
        f"(±{200 * (0.25 / rounds) ** 0.5:.0f} by chance); a tenth of all answers may have it. Last, percent of {4 * rounds} sets "
        f"without a fault in which any was found: less than 5 is wanted ({by_chance(4 * rounds)} by chance).",
        head=["answers", *(code.replace("_", " ") for code in _PLANTED), "any"],
        rows=rows,
    )


def _found(code: str, share: float, rounds: int) -> str:
    hits = 0
    for seed in range(rounds):
        chance = random.Random(seed)
        answers = [
            replace(one, tuned=_PLANTED[code](one.tuned, chance)) if chance.random() < share else one
            for one in _good(seed)
        ]
        hits += code in _codes(answers, seed)
    return percent(hits, rounds)


def _good(seed: int) -> list[Answered]:
    return support.good(random.Random(seed), _ANSWERS, known=bool(seed % 2))


def _codes(answers: list[Answered], seed: int) -> set[str]:
    return {one.code for one in answer_faults(answers, support.lessons(random.Random(seed + 1_000_000)))}
