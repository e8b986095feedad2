"""Greedy decoding of many rows at once, step by step; rows of a base and of its adapter stand in one batch.

It knows models of transformers and peft, and token ids. It does not know texts, files or jobs.

A matrix product of 56 rows costs a processor little more than one of 28, so base and tuned go together. A row that has
ended costs nothing more: the last row of the batch moves into its place.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer

_NO_ADAPTER = "__base__"
"""peft's name for a row of the base, in a batch of both."""


@dataclass(frozen=True)
class Row:
    prompt: Sequence[int]
    most: int
    """Tokens of the answer; at least 1."""
    tuned: bool = False
    """Whether the model's adapter answers, or the base below it."""


@dataclass(frozen=True)
class Ended:
    place: int
    """Of the row, among those that were given."""
    ids: list[int]
    """The answer, without the end of the turn."""
    finished: bool
    """Whether the model ended its turn by itself."""


@dataclass(frozen=True)
class Step:
    ended: Sequence[Ended] = ()
    answering: int = 0
    """Rows whose answers had their turn; none while prompts are read."""


@torch.no_grad()
def greedy(model: Any, rows: Sequence[Row], ends: Collection[int], at_once: int) -> Iterator[Step]:
    """Yield what each step of all rows brought. Whoever wants no more stops asking.

    Prompts are read a few columns at a time, ``at_once`` tokens or one column of all rows. The answers are those that
    each row gets by itself, but for the last digits of the arithmetic.
    """
    ids, mask = _padded(rows, next(model.parameters()).device)
    width, room = ids.shape[1], mask.shape[1]
    cache = _cache(model.config, room)
    places, answers = list(range(len(rows))), [list[int]() for _ in rows]
    columns = max(1, at_once // len(rows))
    for end in range(width % columns or columns, width, columns):
        _logits(model, ids[:, max(0, end - columns) : end], mask[:, :end], cache, rows)
        yield Step()
    fed = ids[:, -min(width, columns) :]
    for filled in range(width, room):
        chosen = _logits(model, fed, mask[:, :filled], cache, [rows[place] for place in places]).argmax(-1)
        ended = []
        for place, token in zip(places, chosen.tolist(), strict=True):
            if token not in ends:
                answers[place].append(token)
            if token in ends or len(answers[place]) == rows[place].most:
                ended.append(Ended(place, answers[place], finished=token in ends))
        yield Step(ended, len(places))
        if ended:
            kept = _closed_up(places, {row.place for row in ended})
            if not kept:
                return
            chosen, mask, places = chosen[kept], mask[kept], [places[at] for at in kept]
            cache.batch_select_indices(torch.tensor(kept))
        fed = chosen[:, None]


def _padded(rows: Sequence[Row], device: torch.device) -> tuple[Tensor, Tensor]:
    """Prompts, padded on the left: (rows, width); and which columns count, those of the answers to come included:
    (rows, width + most)."""
    width, most = max(len(row.prompt) for row in rows), max(row.most for row in rows)
    missing = [width - len(row.prompt) for row in rows]
    ids = [[0] * gap + list(row.prompt) for gap, row in zip(missing, rows, strict=True)]
    mask = [[0] * gap + [1] * (width + most - gap) for gap in missing]
    return torch.tensor(ids, device=device), torch.tensor(mask, device=device)


def _logits(model: Any, ids: Tensor, mask: Tensor, cache: DynamicCache, rows: Sequence[Row]) -> Tensor:
    """Of what follows the last column: (rows, vocabulary). ``mask`` is that of all columns up to it."""
    positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    logits: Tensor = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
        **_adapters(model, rows),
    ).logits
    return logits[:, -1]


def _adapters(model: Any, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What peft is told of a batch that is not of its adapter alone. It adds the adapter's product to the rows that
    want it: no weight is changed, and none has to be changed back."""
    if all(row.tuned for row in rows) or not hasattr(model, "peft_config"):
        return {}
    return {"adapter_names": [model.active_adapter if row.tuned else _NO_ADAPTER for row in rows]}


def _closed_up(places: Sequence[int], gone: Collection[int]) -> list[int]:
    """Which rows stand where once those ``gone`` have left: only as many move as there are gaps, from the end."""
    left = sum(place not in gone for place in places)
    movers = iter([at for at in range(left, len(places)) if places[at] not in gone])
    return [at if places[at] not in gone else next(movers) for at in range(left)]


def _cache(config: Any, room: int) -> DynamicCache:
    cache = DynamicCache(config=config)
    cache.layers = [_RoomyLayer(room) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


class _RoomyLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values with room for those to come. transformers' own layer copies all of them at every token: a
    quarter of the time at 64 tokens of an answer, and more the longer it grows."""

    def __init__(self, room: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._room = room
        self._filled = 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        super().lazy_initialization(key_states, value_states)
        self._stores = [
            states.new_empty(*states.shape[:2], self._room, states.shape[3]) for states in (key_states, value_states)
        ]

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start, self._filled = self._filled, self._filled + key_states.shape[2]
        for store, states in zip(self._stores, (key_states, value_states), strict=True):
            store[: len(states), :, start : self._filled] = states
        return self._seen(len(key_states))

    def batch_select_indices(self, indices: Tensor) -> None:
        for to, origin in enumerate(indices.tolist()):
            if to != origin:  # taken from behind, where nothing has been moved to yet
                for store in self._stores:
                    store[to, :, : self._filled] = store[origin, :, : self._filled]
        self._seen(len(indices))

    def _seen(self, rows: int) -> tuple[Tensor, Tensor]:
        self.keys, self.values = (store[:rows, :, : self._filled] for store in self._stores)
        return self.keys, self.values
