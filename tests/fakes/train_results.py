"""What a train job of two steps reports, in the shape of ``trainer.worker.train``; and answers to its test requests."""

import json
from pathlib import Path
from typing import Any

TRAINED: dict[str, Any] = {
    "losses": {
        "base": {"loss": 2.01, "perplexity": 7.46},
        "tuned": {"loss": 1.02, "perplexity": 2.77},
        "rows": 2,
        "tokens": 31,
    },
    "validation": {"before": 2.1, "best": 1.1, "best_step": 2, "improved": True, "rows": 2, "tokens": 30},
    "proof": {
        "labels_unmasked": {"passed": True, "labels": 120, "tokens": 300, "rows": 8},
        "adapter_nonzero": {"passed": True, "b_norm": 0.4, "tensors": 420},
        "answers_differ": {"passed": True, "max_logit_difference": 2.5, "next_tokens_changed": 9, "next_tokens": 31},
        "validation_improved": {"passed": True, "before": 2.1, "best": 1.1, "best_step": 2},
    },
    "left_out": [],
    "steps": 2,
    "epochs_done": 1.0,
    "best_step": 2,
    "stopped_early": False,
    "seconds": 3.0,
}


def write_adapter(home: Path, run_id: str) -> None:
    """What a run leaves beside its figures: an adapter, of which only that it is there is looked at."""
    folder = home / "runs" / run_id / "adapter"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_model.safetensors").write_bytes(b"weights")


def write_answers(home: Path, run_id: str) -> None:
    """Answer every test request of a run, as its generate job would."""
    folder = home / "runs" / run_id
    prompts = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
    lines = [{"id": prompt["id"], "base": "base answer", "tuned": "tuned answer"} for prompt in prompts]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
