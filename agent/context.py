"""What a turn may use, handed in where the process is assembled. Nodes read no environment and open no files of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.coverage.packs import Pack
from agent.flags import Flags
from agent.models import ChatModel
from agent.models.hosted import HostedModels
from agent.models.tuned import TunedModels
from storage.files import Files
from storage.ports import Store
from trainer.client import TrainerClient
from trainer.recipes import SMOLLM2_135M, BaseFacts

ROWS_NEEDED = 10
"""Approved rows below which nothing is trained (OpenAI's fine-tuning guide: 10 is the least)."""
GOOD_START = 24
"""Approved rows that the interview aims at."""


class CountsTokens(Protocol):
    """``dataset.tokens.TokenCounter``."""

    def count(self, instruction: str, input: str, output: str) -> tuple[int, int]:
        """Tokens of the prompt (with the chat template) and of the completion (with the end of the turn)."""

    def marker_in(self, text: str) -> str | None:
        """A mark of the model's own turns that stands in the text, if any: such text could forge a turn."""


@dataclass(frozen=True, kw_only=True)
class Context:
    store: Store
    files: Files
    trainer: TrainerClient
    model: ChatModel
    base: str
    """Name of the base model that runs train on."""
    tokens: CountsTokens | None
    """None while the base model is not on this machine: lengths are then checked by the trainer alone."""
    base_facts: BaseFacts = SMOLLM2_135M
    """Its shape: what it takes of memory and time."""
    packs: Mapping[str, Pack] = field(default_factory=dict)
    """Coverage packs by name, those of this installation included."""
    judges: tuple[ChatModel, ...] = ()
    """What scores answers, each by itself; none: ``model`` does, if it turns out that it can."""
    judging: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How far judges of this process are: by the id of a run, or of the job's run by which a contender answers an
    evaluation, the requests that they judged and how many they are to judge. For whoever shows it; nothing depends on it."""
    hosted: HostedModels | None = None
    """What may be asked beside versions in an evaluation; None: no hosted model may."""
    tuned: TunedModels | None = None
    """What answers for saved versions at once; None: the trainer does, as a job."""
    team: str | None = None
    """Begins the names of versions that are published to Ollama; None: no server is configured, and nothing is published."""
    flags: Flags = field(default_factory=Flags)
    """Which variant of a feature each person is shown."""
    longest_row: int = 2048
    """Tokens of prompt and completion together; what a training context may be at most here."""
