"""Rows decoded together answer as transformers has each answer alone; those that end leave the others undisturbed."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from transformers import Gemma2Config, Gemma2ForCausalLM

from tests.unit.trainer.worker.conftest import RECIPE, make_rows
from trainer.worker import adapters, decoding
from trainer.worker.base import Base
from trainer.worker.decoding import Ended, Row, greedy
from trainer.worker.examples import encode_prompt

MOST = 14


@pytest.fixture
def prompts(loaded: Base) -> list[list[int]]:
    found = [encode_prompt(loaded.tokenizer, row) for row in make_rows(6)]
    assert len({len(ids) for ids in found}) > 3
    return found


def with_adapter(model: Any) -> Any:
    """One that says something: B is not zero."""
    tuned = adapters.attach(model, RECIPE).eval()
    for name, parameter in adapters.trainable(tuned).items():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.1)
    return tuned


def alone(model: Any, prompt: Sequence[int], most: int = MOST) -> list[int]:
    """As transformers answers."""
    ids = torch.tensor([list(prompt)])
    out = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=most,
        eos_token_id=-1,
        pad_token_id=0,
    )
    return list(out[0, len(prompt) :].tolist())


def all_ended(
    model: Any, rows: Sequence[Row], ends: Sequence[int] = (), at_once: int = 10_000
) -> dict[int, tuple[list[int], bool]]:
    ended: list[Ended] = [row for step in greedy(model, rows, ends, at_once) for row in step.ended]
    assert len({row.place for row in ended}) == len(ended)
    return {row.place: (row.ids, row.finished) for row in ended}


@pytest.mark.parametrize("at_once", [10_000, 40, 1], ids=["read at once", "some columns", "column by column"])
def test_rows_of_all_lengths_answer_as_alone(loaded: Base, prompts: list[list[int]], at_once: int) -> None:
    rows = [Row(ids, most) for ids, most in zip(prompts, (3, MOST, 1, 7, MOST, 5), strict=True)]
    found = all_ended(loaded.model, rows, at_once=at_once)
    assert found == {place: (alone(loaded.model, row.prompt, row.most), False) for place, row in enumerate(rows)}


def test_base_and_tuned_in_one_batch_are_each_themselves(loaded: Base, prompts: list[list[int]]) -> None:
    base = [alone(loaded.model, ids) for ids in prompts]
    model = with_adapter(loaded.model)
    tuned = [alone(model, ids) for ids in prompts]
    assert all(one != other for one, other in zip(base, tuned, strict=True))
    rows = [Row(ids, MOST, tuned=side) for ids in prompts for side in (False, True)]
    found = all_ended(model, rows)
    assert [found[place][0] for place in range(0, 12, 2)] == base
    assert [found[place][0] for place in range(1, 12, 2)] == tuned


@pytest.mark.parametrize("tuned", [False, True])
def test_a_batch_of_one_side_is_that_side(loaded: Base, prompts: list[list[int]], tuned: bool) -> None:
    base = alone(loaded.model, prompts[0])
    model = with_adapter(loaded.model)
    assert all_ended(model, [Row(prompts[0], MOST, tuned)])[0][0] == (alone(model, prompts[0]) if tuned else base)


def test_a_row_ends_with_its_turn_and_the_others_go_on(loaded: Base, prompts: list[list[int]]) -> None:
    """Tokens that occur in the answers are taken for the end of a turn: rows end at different steps."""
    answers = [alone(loaded.model, ids) for ids in prompts]
    ends = [answers[0][2], answers[3][5]]
    found = all_ended(loaded.model, [Row(ids, MOST) for ids in prompts], ends)
    for place, answer in enumerate(answers):
        end = next((at for at, token in enumerate(answer) if token in ends), None)
        assert found[place] == (answer[:end], end is not None)
    assert len({len(ids) for ids, _ in found.values()}) > 1


def test_each_step_says_which_rows_ended_and_how_many_had_their_turn(loaded: Base, prompts: list[list[int]]) -> None:
    rows = [Row(prompts[0], 2), Row(prompts[1], 1), Row(prompts[2], 3)]
    steps = [step for step in greedy(loaded.model, rows, [], at_once=60) if step.answering]
    assert [[row.place for row in step.ended] for step in steps] == [[1], [0], [2]]
    assert [step.answering for step in steps] == [3, 2, 1]


def test_prompts_are_read_in_pieces_so_that_one_can_stop_between(loaded: Base, prompts: list[list[int]]) -> None:
    rows = [Row(ids, 1) for ids in prompts]
    reading = [step for step in greedy(loaded.model, rows, [], at_once=len(rows) * 10) if not step.answering]
    assert len(reading) == (max(map(len, prompts)) - 1) // 10


@pytest.mark.parametrize("gone", [{3}, {0}, {0, 1}, {3, 1}, {0, 1, 2, 3}, set()])
def test_only_rows_from_the_end_move_into_gaps(gone: set[int]) -> None:
    kept = decoding._closed_up([0, 1, 2, 3], gone)
    assert sorted(kept) == sorted({0, 1, 2, 3} - gone)
    assert all(origin >= to for to, origin in enumerate(kept))
    assert sum(origin != to for to, origin in enumerate(kept)) <= len(gone)


def test_windows_that_slide_keep_a_cache_of_their_own_kind() -> None:
    """Gemma 2 sees only its last tokens in every other layer, fewer here than a prompt has."""
    torch.manual_seed(0)
    settings: dict[str, Any] = {
        "vocab_size": 200,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "sliding_window": 8,
        "attn_implementation": "eager",
    }
    model: Any = Gemma2ForCausalLM(Gemma2Config(**settings))
    model.eval()
    prompts = [list(range(3, 3 + length)) for length in (5, 21, 12)]
    rows = [Row(ids, most) for ids, most in zip(prompts, (4, 9, 9), strict=True)]
    found = all_ended(model, rows, at_once=12)
    assert [found[place][0] for place in range(3)] == [alone(model, row.prompt, row.most) for row in rows]
