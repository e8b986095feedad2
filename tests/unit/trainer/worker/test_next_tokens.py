"""What the original expects next is written down once, for servers to be compared with."""

from pathlib import Path

import pytest
import torch

from tests.unit.trainer.worker.conftest import make_rows, read_lines
from trainer.worker import adapters, base, next_tokens
from trainer.worker.attempt import Attempt
from trainer.worker.examples import encode_prompt


@pytest.fixture
def expected(trained: Attempt, tmp_path: Path) -> list[dict[str, object]]:
    loaded = base.load(Path(trained.spec.base))
    model = adapters.load(loaded.model, trained.folder.adapter)
    next_tokens.write(tmp_path / "next_tokens.jsonl", loaded, model, make_rows(30))
    return read_lines(tmp_path / "next_tokens.jsonl")


def test_rows_that_were_kept_aside_come_first_and_a_dozen_is_enough(expected: list[dict[str, object]]) -> None:
    assert [line["id"] for line in expected[:5]] == ["row_05", "row_09", "row_03", "row_07", "row_11"]
    assert len(expected) == next_tokens.MOST_REQUESTS


def test_base_and_tuned_model_expect_different_things(expected: list[dict[str, object]]) -> None:
    assert all(line["base"] != line["tuned"] for line in expected)


def test_the_numbers_are_the_models_own(expected: list[dict[str, object]], trained: Attempt) -> None:
    loaded = base.load(Path(trained.spec.base))
    model = adapters.load(loaded.model, trained.folder.adapter)
    row = next(row for row in make_rows(30) if row["id"] == expected[0]["id"])
    ids = torch.tensor([encode_prompt(loaded.tokenizer, row)])
    with torch.no_grad():
        values = torch.log_softmax(model(input_ids=ids).logits[0, -1], dim=-1)
    text, value = expected[0]["tuned"][0]  # type: ignore[index]  # JSON
    (token,) = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    assert value == pytest.approx(float(values[token]), abs=1e-4)
    assert value >= max(value for _, value in expected[0]["tuned"])  # type: ignore[attr-defined]


def test_no_token_is_a_mark_of_the_models_own_or_half_a_character(expected: list[dict[str, object]]) -> None:
    texts = [text for line in expected for text, _ in [*line["tuned"], *line["base"]]]  # type: ignore[misc]
    assert not {"<|im_end|>", "<|im_start|>", "", "\ufffd"} & set(texts)


def test_a_request_that_the_model_cannot_read_is_left_out(trained: Attempt, tmp_path: Path) -> None:
    loaded = base.load(Path(trained.spec.base))
    model = adapters.load(loaded.model, trained.folder.adapter)
    row = {**make_rows(1)[0], "input": "word " * 3000}
    next_tokens.write(tmp_path / "next_tokens.jsonl", loaded, model, [row])
    assert read_lines(tmp_path / "next_tokens.jsonl") == []


def test_golden_rows_were_kept_aside_too(trained: Attempt, tmp_path: Path) -> None:
    loaded = base.load(Path(trained.spec.base))
    model = adapters.load(loaded.model, trained.folder.adapter)
    rows = [*make_rows(4)[:3], {**make_rows(4)[3], "part": "golden"}]
    next_tokens.write(tmp_path / "next_tokens.jsonl", loaded, model, rows)
    assert read_lines(tmp_path / "next_tokens.jsonl")[0]["id"] == "row_03"
