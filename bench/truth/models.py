"""Models that were spoiled at known rates, through measures, controls and verdict: false claims, and what is found."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from agent.evaluation.belonging import belonging
from agent.evaluation.measures import Measure, measured
from agent.evaluation.taking_over import taking_over
from agent.evaluation.verdict import Code, Verdict, verdict
from bench.truth.remembering import remembered_likeness
from bench.truth.shown import Shown, by_chance, percent
from bench.truth.spoiling import Material

_SIZES = (20, 28, 40, 60)
_CLAIMS: tuple[Code, ...] = ("better", "better_form", "worse", "mixed", "request_ignored", "request_repeated")


@remembered_likeness()
def false_claims(rounds: int, material: Material) -> Shown:
    """Both models are spoiled at the same rate, each by itself: whatever is said to differ is wrong."""
    rows = []
    for rate in (0.1, 0.5, 0.9):
        for n in (20, 40):
            codes = Counter(one.code for one in _judged(rounds, material, n, rate, rate))
            rows.append([f"{rate:.0%} spoiled, {n} requests", *(percent(codes[code], rounds) for code in _CLAIMS),
                         percent(sum(codes[code] for code in _CLAIMS), rounds)])  # fmt: skip
    return Shown(
        title="False claims about equal models",
        note=f"Percent of {rounds} comparisons of two models that are spoiled at the same rate, by verdict; all criteria "
        f"together, after Holm. Less than 5 is wanted ({by_chance(rounds)} by chance).",
        head=["both models", *_CLAIMS, "any"],
        rows=rows,
    )


@remembered_likeness()
def real_differences(rounds: int, material: Material) -> Shown:
    rows = []
    for base, tuned in ((0.6, 0.4), (0.6, 0.2), (0.9, 0.1), (0.3, 0.6)):
        cells = [f"{base:.0%} spoiled, then {tuned:.0%}"]
        missing: list[int] = []
        for n in _SIZES:
            found = _judged(rounds, material, n, base, tuned)
            right = ("better", "better_form") if tuned < base else ("worse", "request_ignored")
            cells.append(percent(sum(one.code in right for one in found), rounds))
            if n == 20:
                missing = [one.missing for one in found if one.missing is not None]
        rows.append([*cells, str(int(np.median(missing))) if missing else "-"])
    return Shown(
        title="Real differences that are found",
        note=f"Percent of {rounds} comparisons whose verdict is right, by number of requests. Last, how many "
        "more requests were said to be missing where 20 did not tell: the median.",
        head=["models", *map(str, _SIZES), "missing at 20"],
        rows=rows,
    )


@remembered_likeness()
def taken_over(rounds: int, material: Material) -> Shown:
    """The base is left out, beside which a version must not be worse: what is shown is an upper bound."""
    rows = []
    for used, new in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9), (0.4, 0.6), (0.6, 0.2), (0.9, 0.1)):
        cells = [f"{used:.0%} spoiled, then {new:.0%}"]
        for n in (20, 40):
            compared = _compared(rounds, material, n, used, new)
            hits = sum(taking_over(one, measures, None, None) == "better" for one, measures in compared)
            cells.append(percent(hits, rounds))
        rows.append(cells)
    return Shown(
        title="Versions that take over by the verdict",
        note=f"Percent of {rounds} comparisons of a new version with the one in use after which the new one takes over by "
        f"itself, by number of requests. Of the first four it should be less than 5 ({by_chance(rounds)} by chance).",
        head=["versions", "20", "40"],
        rows=rows,
    )


def _judged(rounds: int, material: Material, n: int, base: float, tuned: float) -> list[Verdict]:
    return [one for one, _ in _compared(rounds, material, n, base, tuned)]


def _compared(
    rounds: int, material: Material, n: int, base: float, tuned: float
) -> list[tuple[Verdict, Sequence[Measure]]]:
    chance = np.random.default_rng([n, round(100 * base), round(100 * tuned)])
    lessons = [(row.request, row.answer) for row in material.rows]
    found: list[tuple[Verdict, Sequence[Measure]]] = []
    for _ in range(rounds):
        answers = material.answers(n, base, tuned, chance)
        measures = measured(answers, [], [answer for _, answer in lessons], [request for request, _ in lessons])
        found.append((verdict(measures, belonging(answers, measures, lessons)), measures))
    return found
