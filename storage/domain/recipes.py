"""The settings of one fine-tuning run."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """LoRA on the linear layers; loss on the completion only. Values are chosen in ``trainer.recipes``."""

    rank: int = 16
    alpha: int = 32
    learning_rate: float = 5e-4
    epochs: int = 3
    batch_size: int = 4
    """Rows for each optimizer step."""
    context: int = 2048
    """Tokens of prompt and completion together; a longer row is refused, never cut off in silence."""
    warmup_ratio: float = 0.1
    """Share of all optimizer steps in which the learning rate rises from 0; then it falls as a cosine."""
    max_grad_norm: float = 1.0
    patience: int = 2
    """Early stopping: validations without a better loss before the run ends."""
    validations_per_epoch: int = 2
    seed: int = 7
    adapted_share: float = 1.0
    """Of the model's blocks, counted from the top: these carry the adapter. Nothing is computed backward below them."""
    from_version: int = 0
    """The saved version whose adapter it starts with, of the same project; 0: it starts afresh, from the base."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
