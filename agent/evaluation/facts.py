"""The vocabulary of a comparison: what was answered, and who thinks what of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.evaluation.bar import WithPeople
from agent.evaluation.checks import Check
from agent.evaluation.cost import Cost
from agent.evaluation.intervals import Interval
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.length import Padding
from agent.evaluation.rubric import RUBRIC
from storage.domain import AgreedFormat, Criterion, Side


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
    raw_base: float | None = None
    """As the judge gave it, where its scores were moved to where people's are; None where they were not."""
    raw_tuned: float | None = None


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How far a judge's scores by one criterion change when nothing has changed."""

    scores: int
    """Answers that it scored twice."""
    same: int
    """That it gave the same both times."""
    deviation: float
    """Standard deviation of one score, in points."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What people's corrections of other answers did to a judge's scores."""

    corrections: int
    """That there are to be shown."""
    used: bool
    """Whether it was proven, on requests whose own corrections were held out, to bring its scores nearer to people's."""
    gain: Interval | None = None
    """By how much the distance to people's scores fell, in points; None while that was not tried on enough requests."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What moving a judge's scores to where people's are does, on requests that the line was not fitted to."""

    clusters: int
    """Requests with people's scores."""
    before: float
    """Typical distance to people's scores as the judge gave its own, in points (the root of the mean square)."""
    after: float
    used: bool
    """Whether it is proven to bring them nearer (``agent.evaluation.calibration``), and so was done."""
    base: float | None = None
    """Mean score of the base model's answers as the judge gave it; None where nothing was judged."""
    tuned: float | None = None


Ground = Literal["probes", "picks", "people"]
"""Why a judge is believed: spoiled answers told from good ones; people's picks found again; people's scores agreed with."""


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
    """By which it may be believed, of ``rubric``."""
    rubric: tuple[Criterion, ...] = RUBRIC
    """By which it was asked."""
    picks: int = 0
    """People's picks between two drafts that a judge can be tried on, by a criterion of the project's own."""
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    """Why it may be, by criterion."""
    requests: int = 0
    """How many were to be judged: of many answers, a sample."""
    judged: int = 0
    """How many of these were, in both orders."""
    unavailable: str = ""
    """Why it did not finish: ``down``, ``slow``, ``out_of_time`` (asking again goes on), ``budget`` (that needs a new
    estimate: ``left``), ``not_asked``; empty if it did."""
    flips: Coefficient | None = None
    """The share of scores whose preference turned with the order."""
    noise: Mapping[str, Noise] = field(default_factory=dict)
    """By criterion, where it was asked again."""
    people: Mapping[str, WithPeople] = field(default_factory=dict)
    """By criterion that people have scored."""
    votes: Coefficient | None = None
    """The share of blind votes with which it agrees, and the number of requests behind it."""
    votes_compared: int = 0
    voters: Coefficient | None = None
    """The share of people who agree with each other on the same requests."""
    padded: Mapping[str, Sequence[Padding]] = field(default_factory=dict)
    """By criterion, what it gives an answer that says the same in more words: what length alone is worth to it."""
    moved: Mapping[str, Moved] = field(default_factory=dict)
    """By criterion with enough of people's scores."""
    memory: Memory | None = None
    """None where nobody has corrected anything."""
    spent: Cost | None = None
    """For this comparison so far, by all judges."""
    left: Cost | None = None
    """What it would take to finish, at most, where the budget ended."""
    members: tuple["Judged", ...] = ()
    """Of a panel of several, each by itself, without its judgements; empty: it is one."""
    opposed: Coefficient | None = None
    """Of a panel: the share of scores in which one prefers the base model's answer, and another the tuned one's."""

    @property
    def not_as_people(self) -> frozenset[str]:
        """Criteria that people's scores decided against, whatever it did at the probes."""
        return frozenset(name for name, one in self.people.items() if one.code in ("below", "unproven"))

    @property
    def each(self) -> tuple["Judged", ...]:
        return self.members or (self,)


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What a person preferred of two answers, not knowing which was whose."""

    prompt_id: str
    rater_id: str
    picked: Side | Literal["same"]
