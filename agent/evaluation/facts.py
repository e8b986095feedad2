"""The vocabulary of a comparison: what was answered, and who thinks what of it."""

from dataclasses import dataclass
from typing import Literal

from agent.evaluation.checks import Check
from storage.domain import AgreedFormat

Side = Literal["base", "tuned"]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One test request with the answers of both models. All text is quoted from people or models."""

    id: str
    """Of the row, or of the pack's prompt: unique within the run. The cluster of every statistic."""
    source: Literal["row", "pack", "general"]
    steered: bool = False
    """Whether it is a validation row: not learned from, but early stopping looked at its loss."""
    beyond: bool = False
    """Whether it asks for something that no training row shows: it tells whether other abilities suffered, and nothing
    about the task."""
    golden: bool = False
    """Whether it is a golden row: its answers are rated by people, so that judges can be compared with them."""
    leaked: bool = False
    """Whether a training row asks and answers the same (``dataset.leakage``): what it shows may be memory."""
    category: str = ""
    request: str
    """Instruction and input, as the models were given them."""
    reference: str = ""
    """What a person would want; empty where nobody has said so, as for most prompts of packs."""
    base: str
    tuned: str
    base_finished: bool = True
    """Whether the model ended by itself, within the tokens it was given."""
    tuned_finished: bool = True
    expected: AgreedFormat | None = None
    """The format that a good answer has, if one is known."""
    note: str = ""
    """What to look for in an answer, as a pack's prompt says it; empty for a row."""
    check: Check | None = None
    """The rule by which an answer is right, of requests about other abilities."""

    @property
    def of_verdict(self) -> bool:
        """Whether a verdict may rest on it: it asks for what was trained, was kept apart for this, and was not seen."""
        return not (self.beyond or self.golden or self.leaked)


@dataclass(frozen=True, kw_only=True)
class RowLoss:
    """What one test row's answer cost both models: mean nats for each of its tokens, end of turn included."""

    id: str
    base: float
    tuned: float
    base_swapped: float | None = None
    """The same answer's, after the request of another test row: a control. None where it was not measured."""
    tuned_swapped: float | None = None
    tokens: int
    """Of the answer."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a judge made of the two answers to one request, by one criterion: the means over both orders, 1 to 5."""

    prompt_id: str
    criterion: str
    base: float
    tuned: float
    flipped: bool
    """Whether the judge preferred the other answer once they were swapped."""
    reason: str = ""
    """The judge's words, of the first order: hostile text, to be quoted."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Whether a judge may be believed, and what it said if so."""

    judge: str
    """The chat model's name, as its setting calls it."""
    trusted: bool
    """Whether it told known-good answers from spoiled ones, by one criterion at least."""
    probes: int = 0
    passed: int = 0
    judgements: tuple[Judgement, ...] = ()
    """By the trusted criteria alone, of requests that were judged in both orders; none if too few of them were."""
    criteria: tuple[str, ...] = ()
    """By which it may be believed, of ``agent.evaluation.rubric.RUBRIC``."""
    requests: int = 0
    """How many were to be judged: of many answers, a sample."""
    judged: int = 0
    """How many of these were, in both orders."""
    unavailable: str = ""
    """Why it did not finish: ``down``, ``slow``, ``out_of_time`` (asking again goes on), ``not_asked``; empty if it did."""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What a person preferred of two answers, not knowing which was whose."""

    prompt_id: str
    rater_id: str
    picked: Literal["base", "tuned", "same"]
