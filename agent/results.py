"""What a train job reported (``trainer.worker.train``), read into figures and checks that can be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.numbers import figure
from agent.reports.comparison import Losses
from agent.words import say


@dataclass(frozen=True, kw_only=True)
class Training:
    steps: int
    seconds: float
    epochs_done: float
    stopped_early: bool
    best_step: int
    validation_before: float | None
    """Mean loss per completion token of the validation rows, of the base."""
    validation_best: float | None
    left_out: int
    """Rows that were not used: longer than the context, empty, or holding the model's own turn markers."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part of the proof of learning."""

    code: str
    passed: bool
    words: str


def training_of(result: Mapping[str, Any]) -> Training:
    validation = result.get("validation") or {}
    return Training(
        steps=int(result["steps"]),
        seconds=float(result["seconds"]),
        epochs_done=float(result["epochs_done"]),
        stopped_early=bool(result["stopped_early"]),
        best_step=int(result["best_step"]),
        validation_before=validation.get("before"),
        validation_best=validation.get("best"),
        left_out=len(result.get("left_out") or ()),
    )


def proof_of(result: Mapping[str, Any]) -> list[Check]:
    """The four checks; one that was not reported counts as not passed."""
    proof = result.get("proof") or {}
    labels, adapter = proof.get("labels_unmasked") or {}, proof.get("adapter_nonzero") or {}
    differs, improved = proof.get("answers_differ") or {}, proof.get("validation_improved") or {}
    words = {
        "labels_unmasked": say("trained.proof_labels", count=f"{labels.get('labels', 0):,}"),
        "adapter_nonzero": say("trained.proof_adapter", norm=figure(adapter.get("b_norm"))),
        "answers_differ": say(
            "trained.proof_differs", changed=differs.get("next_tokens_changed", 0), all=differs.get("next_tokens", 0)
        ),
        "validation_improved": say(
            "trained.proof_improved", before=figure(improved.get("before")), after=figure(improved.get("best"))
        ),
    }
    return [
        Check(code=code, passed=bool((proof.get(code) or {}).get("passed")), words=text) for code, text in words.items()
    ]


def losses_of(result: Mapping[str, Any]) -> Losses | None:
    """Of the test rows; None if there were none."""
    losses = result.get("losses")
    if not losses:
        return None
    return Losses(
        base=losses["base"]["loss"],
        tuned=losses["tuned"]["loss"],
        base_perplexity=losses["base"]["perplexity"],
        tuned_perplexity=losses["tuned"]["perplexity"],
        rows=losses["rows"],
        tokens=losses["tokens"],
    )
