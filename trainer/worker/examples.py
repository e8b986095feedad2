"""Rows as token ids: where the prompt ends and the completion begins, and which rows go together.

It knows a tokenizer only as something that applies a chat template and encodes. It does not know torch.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataset.prompts import messages
from storage.domain import Part
from trainer.worker.failures import Refused

FEWEST_ROWS = 10
"""In all parts together: OpenAI's fine-tuning guide names 10 as the least."""

_WINDOW = 4
"""Batches that are sorted by length together, at most: enough to save most padding. At least four windows are made of
an epoch, or a small data set would have the same batches in every epoch."""


_PLACE = "\ue000text\ue000"
"""Stands for a person's text while a chat template is rendered around it."""


@dataclass(frozen=True)
class Example:
    row_id: str
    part: str
    prompt: tuple[int, ...]
    """Token ids up to and with the generation prompt: the model reads them and learns nothing from them."""
    completion: tuple[int, ...]
    """Token ids of the answer and the end of the turn: the labels."""

    @property
    def length(self) -> int:
        return len(self.prompt) + len(self.completion)


@dataclass(frozen=True)
class LeftOut:
    row_id: str
    position: int
    """Counts from 1 in the order of the rows."""
    reason: str
    """``row_too_long``, ``nothing_to_learn`` (an empty answer) or ``control_tokens`` (the text contains the
    model's own turn markers, which would end or forge a turn)."""
    tokens: int = 0


def encode_prompt(tokenizer: Any, row: Mapping[str, Any]) -> list[int]:
    """The user's turn by the model's own chat template, with the generation prompt.

    Only the template's own markers become control tokens; a marker in the person's text is encoded as plain text.
    """
    asked = messages(row["instruction"], row.get("input", ""))
    content, markers = asked[0]["content"], control_tokens(tokenizer)
    if not any(marker in content for marker in markers):
        text = tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])
    placed = [{**asked[0], "content": _PLACE}]
    text = tokenizer.apply_chat_template(placed, add_generation_prompt=True, tokenize=False)
    ids: list[int] = []
    # Between two markers lies what a tokenizer encodes by itself in any case: cut there, ordinary text is not changed.
    for piece in filter(None, re.split("(" + "|".join(map(re.escape, markers)) + ")", text)):
        own = piece.replace(_PLACE, content)
        ids += tokenizer(own, add_special_tokens=False, split_special_tokens=_PLACE in piece)["input_ids"]
    return ids


def control_tokens(tokenizer: Any) -> list[str]:
    """The texts that the tokenizer takes for control tokens, the longest first."""
    added = (str(token) for token in tokenizer.added_tokens_decoder.values() if token.special)
    return sorted({*tokenizer.all_special_tokens, *added}, key=lambda text: (-len(text), text))


def encode(tokenizer: Any, row: Mapping[str, Any]) -> Example:
    """Prompt and completion are encoded apart and joined, so that no token spans the boundary: the model learns to go
    on from exactly the ids that it will be asked with."""
    asked = messages(row["instruction"], row.get("input", ""))
    answered = messages(row["instruction"], row.get("input", ""), row["output"])
    prompt = tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
    both = tokenizer.apply_chat_template(answered, tokenize=False)
    # A template that renders an answered turn in another way than it asks for one (reasoning models do) gets the
    # answer and the plain end of turn: again what the model will be asked to go on from.
    answer = both[len(prompt) :] if both.startswith(prompt) else row["output"].strip() + tokenizer.eos_token
    completion = list(tokenizer(answer, add_special_tokens=False)["input_ids"])
    return Example(
        row_id=str(row["id"]),
        part=str(row["part"]),
        prompt=tuple(encode_prompt(tokenizer, row)),
        completion=tuple(_up_to_end_of_turn(completion, tokenizer.eos_token_id)),
    )


def _up_to_end_of_turn(ids: list[int], end: int) -> list[int]:
    """Cut what the template puts after the end of the turn (a line break): nothing is generated there. An end is
    added where the template has none, or the model would never learn to stop."""
    for position in range(len(ids) - 1, -1, -1):
        if ids[position] == end:
            return ids[: position + 1]
    return [*ids, end]


def read_examples(
    tokenizer: Any, rows: Sequence[Mapping[str, Any]], context: int
) -> tuple[list[Example], list[LeftOut]]:
    """Rows as examples, and those left out with the reason; nothing is ever cut off. Golden rows are no examples."""
    markers = [token for token in control_tokens(tokenizer) if len(token) > 2]
    examples, left_out = [], []
    for position, row in enumerate(rows, start=1):
        if row["part"] == Part.GOLDEN:
            continue
        text = f"{row['instruction']}\n{row.get('input', '')}\n{row['output']}"
        if any(marker in text for marker in markers):
            left_out.append(LeftOut(str(row["id"]), position, "control_tokens"))
            continue
        example = encode(tokenizer, row)
        if len(example.completion) < 2:  # the end of the turn alone
            left_out.append(LeftOut(example.row_id, position, "nothing_to_learn", example.length))
        elif example.length > context:
            left_out.append(LeftOut(example.row_id, position, "row_too_long", example.length))
        else:
            examples.append(example)
    return examples, left_out


def check_enough(rows: int, examples: Sequence[Example], left_out: Sequence[LeftOut], context: int) -> None:
    """Raises Refused (``too_few_rows``, ``nothing_to_learn``, ``row_too_long``) unless there is enough to learn from
    and to measure with."""
    if rows < FEWEST_ROWS:
        raise Refused("too_few_rows", rows=rows, least=FEWEST_ROWS)
    parts = {part: sum(example.part == part for example in examples) for part in ("train", "validation", "test")}
    if len(examples) >= FEWEST_ROWS and parts["train"] and parts["validation"]:
        return
    reasons = [item.reason for item in left_out]
    listed = [{"id": i.row_id, "position": i.position, "reason": i.reason, "tokens": i.tokens} for i in left_out[:20]]
    numbers: dict[str, Any] = {"rows": rows, "left": len(examples), "least": FEWEST_ROWS, **parts, "left_out": listed}
    if reasons and reasons.count("row_too_long") * 2 >= len(reasons):
        raise Refused("row_too_long", context=context, longest=max(i.tokens for i in left_out), **numbers)
    raise Refused("nothing_to_learn" if reasons else "too_few_rows", **numbers)


def batches(examples: Sequence[Example], size: int, seed: int, epoch: int) -> list[list[Example]]:
    """The batches of one epoch, the same for the same seed and epoch.

    Rows are shuffled, then sorted by length within windows of a few batches, so that rows in a batch are of about one
    length; the batches of a window are shuffled again.
    """
    order = random.Random(f"{seed}:{epoch}")
    shuffled = sorted(examples, key=lambda example: example.row_id)
    order.shuffle(shuffled)
    found: list[list[Example]] = []
    span = size * max(1, min(_WINDOW, len(shuffled) // (4 * size)))
    for start in range(0, len(shuffled), span):
        window = sorted(shuffled[start : start + span], key=lambda example: example.length)
        cut = [window[at : at + size] for at in range(0, len(window), size)]
        order.shuffle(cut)
        found += cut
    return found


def split_by_tokens(examples: Iterable[Example], at_once: int, padded: bool = True) -> list[list[Example]]:
    """Cut a batch into pieces of at most ``at_once`` tokens, padding to the longest included if there is any; a longer
    row is a piece of its own."""
    pieces: list[list[Example]] = []
    tokens = 0
    for example in sorted(examples, key=lambda example: example.length):
        tokens = example.length * (len(pieces[-1]) + 1) if padded and pieces else tokens + example.length
        if pieces and tokens <= at_once:
            pieces[-1].append(example)
        else:
            pieces.append([example])
            tokens = example.length
    return pieces
