"""The comparison of one run as data: everything that was measured, all answers, and the verdict.

What is said about it stands in ``verdict_words``, its page in ``comparison_page``, its picture in ``verdict_chart``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agent.evaluation.choosing import Chosen
from agent.evaluation.collect import Collect
from agent.evaluation.copying import MUCH
from agent.evaluation.facts import Answered, Judged
from agent.evaluation.faults import Fault
from agent.evaluation.general import lost
from agent.evaluation.measures import Measure
from agent.evaluation.people import Raters
from agent.evaluation.pinned import PinnedResult
from agent.evaluation.rubric import RUBRIC, Rubric
from agent.evaluation.sets import Sets
from agent.evaluation.speed import Speed
from agent.evaluation.targets import targets_of
from agent.evaluation.verdict import Verdict
from storage.domain import Side

FORMAT = 3
"""Of ``comparison.json``: 1 had neither measures nor a verdict, 2 neither names nor notes."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """Mean negative log-likelihood per completion token of the test rows, in nats, and its exponential."""

    base: float
    tuned: float
    base_perplexity: float
    tuned_perplexity: float
    rows: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Names:
    """How both sides are called within a sentence: ``version 2``, ``qwen3:8b``. Empty: the base model, and your model."""

    base: str = ""
    tuned: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    name: str
    """Of the project, as shown to people."""
    number: int
    """Of the run, or of the evaluation."""
    kind: Literal["run", "evaluation"] = "run"
    names: Names = Names()
    losses: Losses | None
    verdict: Verdict
    measures: tuple[Measure, ...]
    """In the order in which they are shown."""
    answers: tuple[Answered, ...]
    chosen: tuple[Chosen, ...]
    """The answers that are shown side by side."""
    judged: Judged
    rubric: Rubric = RUBRIC
    """What the project's answers are to be judged by."""
    rateable: int = 0
    """Pairs of answers that differ and are not shown by name: what ``/tune rate`` has to offer."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with the answers of the tuned side, the gravest first."""
    collect: Collect | None = None
    """What to collect next; None where there is no plan to go by."""
    raters: Raters | None = None
    """Who rated the answers, in numbers; None if nobody did."""
    pinned: PinnedResult | None = None
    """What became of the pinned requests; None without any."""
    sets: Sets | None = None
    """Which rows were held out and which requests asked; None where no rows of a run are behind it."""
    late: tuple[str, ...] = ()
    """Criteria of the rubric that were added or worded anew after the answers were there."""
    earlier: int = 0
    """Earlier runs and evaluations that compared models on most of these requests: who tries often finds something by chance."""
    speed: Speed | None = None
    """How quickly both sides answer one request at a time; None if that was not timed."""

    @property
    def task(self) -> tuple[Answered, ...]:
        """The answers that the verdict rests on: of the kinds that were trained, and not seen in training."""
        return tuple(one for one in self.answers if one.of_verdict)

    @property
    def listed(self) -> tuple[Answered, ...]:
        """The answers that people read: of the short questions about other abilities only those that were lost."""
        gone = {one.id for one in lost(self.answers)}
        return tuple(one for one in self.answers if one.check is None or one.id in gone)

    def measure(self, code: str) -> Measure | None:
        return next((one for one in self.measures if one.code == code), None)

    def answer(self, prompt_id: str) -> tuple[int, Answered]:
        """The place of a request among all, counted from 1, and what was answered. Raises KeyError."""
        for place, one in enumerate(self.answers, 1):
            if one.id == prompt_id:
                return place, one
        raise KeyError(prompt_id)

    def cut_off(self, side: Side) -> int:
        """How many answers ended only because no more tokens were given; short questions are cut short by design."""
        asked = [one for one in self.answers if one.check is None]
        return sum(not (one.base_finished if side == "base" else one.tuned_finished) for one in asked)

    def copied(self, side: Side) -> int:
        """How many answers are for the most part copies of training answers."""
        copying = self.measure("copying")
        values = copying.pairs.values() if copying else ()
        return sum((base if side == "base" else tuned) >= MUCH for base, tuned in values)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "kind": self.kind,
            "number": self.number,
            "names": asdict(self.names),
            "verdict": asdict(self.verdict),
            "measures": [_measure(one, self.verdict.outcomes) for one in self.measures],
            "losses": asdict(self.losses) if self.losses else None,
            "cut_off": {"base": self.cut_off("base"), "tuned": self.cut_off("tuned")},
            "copied": {"base": self.copied("base"), "tuned": self.copied("tuned")},
            "rubric": [asdict(one) for one in self.rubric],
            "targets": [{**asdict(one), "code": one.code} for one in targets_of(self.measures, self.rubric)],
            "judged": asdict(self.judged),
            "rateable": self.rateable,
            "faults": [asdict(one) for one in self.faults],
            "collect": asdict(self.collect) if self.collect else None,
            "raters": asdict(self.raters) if self.raters else None,
            "pinned": self.pinned.to_json() if self.pinned else None,
            "sets": asdict(self.sets) if self.sets else None,
            "late": list(self.late),
            "earlier": self.earlier,
            "speed": asdict(self.speed) if self.speed else None,
            "chosen": [asdict(one) for one in self.chosen],
            "answers": [asdict(one) for one in self.answers],
        }


def _measure(measure: Measure, outcomes: Mapping[str, str]) -> dict[str, Any]:
    counts = {"wins": measure.wins, "losses": measure.losses, "ties": measure.ties, "sign_p": measure.tally.p}
    return {**asdict(measure), **counts, "outcome": outcomes.get(measure.code)}
