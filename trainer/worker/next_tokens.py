"""What a trained model and its base expect next after some of its requests: what a server's copy is compared with.

It knows rows and a model with an adapter. Requests are named by their rows' ids: the rows lie beside, once.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from trainer.run_dir import write_atomically
from trainer.worker.base import Base
from trainer.worker.examples import encode_prompt

MOST_REQUESTS = 12
LIKELIEST = 10
"""Tokens of each: what is less likely than these hardly ever decides an answer."""

_ORDER = ("test", "validation", "golden", "train")


@torch.no_grad()
def write(path: Path, loaded: Base, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a line for each request: its row's ``id``, and of ``tuned`` and ``base`` the likeliest next tokens as text
    with the logarithms of their probabilities, the likeliest first. Rows kept aside come first."""
    chosen = sorted(rows, key=lambda row: _ORDER.index(row["part"]))[:MOST_REQUESTS]
    lines = []
    for row in chosen:
        ids = encode_prompt(loaded.tokenizer, row)
        if len(ids) < loaded.context:
            prompt = torch.tensor([ids], device=loaded.device)
            tuned = _likeliest(loaded, model(input_ids=prompt).logits)
            with model.disable_adapter():
                base = _likeliest(loaded, model(input_ids=prompt).logits)
            lines.append(json.dumps({"id": row["id"], "tuned": tuned, "base": base}, ensure_ascii=False))
    write_atomically(path, "".join(f"{line}\n" for line in lines))


def _likeliest(loaded: Base, logits: torch.Tensor) -> list[tuple[str, float]]:
    """Without tokens that are part of a character, or the model's own marks: servers write those in ways of their own."""
    values, ids = torch.log_softmax(logits[0, -1].float(), dim=-1).topk(LIKELIEST)
    special = set(loaded.tokenizer.all_special_ids)
    texts = [(_text(loaded.tokenizer, int(token)), int(token)) for token in ids]
    return [
        (text, round(float(value), 5))
        for (text, token), value in zip(texts, values, strict=True)
        if text and "\ufffd" not in text and token not in special
    ]


def _text(tokenizer: Any, token: int) -> str:
    """The token in the middle of a text: some tokenizers drop the space before a first word."""
    before = tokenizer("a", add_special_tokens=False)["input_ids"]
    start = tokenizer.decode(before)
    return str(tokenizer.decode([*before, token]).removeprefix(start))
