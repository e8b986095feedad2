"""Adapters: where they sit, and that a folder gives back what was written."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.unit.trainer.worker.conftest import RECIPE
from trainer.worker import adapters
from trainer.worker.base import load


@pytest.mark.parametrize(("share", "blocks"), [(1.0, {0, 1}), (0.6, {0, 1}), (0.5, {1}), (0.1, {1})])
def test_an_adapter_sits_on_all_linear_layers_of_the_upper_blocks_and_never_on_the_head(
    base: Path, share: float, blocks: set[int]
) -> None:
    model = adapters.attach(load(base).model, replace(RECIPE, adapted_share=share))
    names = list(adapters.tensors_of(model))
    assert {int(name.split(".layers.")[1].split(".")[0]) for name in names} == blocks
    assert len(names) == 14 * len(blocks), "seven layers, A and B"
    assert not any("lm_head" in name or "embed" in name for name in names)


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_folder_gives_back_what_was_written(base: Path, tmp_path: Path, share: float) -> None:
    model = adapters.attach(load(base).model, replace(RECIPE, adapted_share=share))
    for name, parameter in adapters.trainable(model).items():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.05)
    written = adapters.tensors_of(model)
    adapters.write_folder(tmp_path, model, written, "tests/tiny-llama")
    found = adapters.load(load(base).model, tmp_path)
    ids = torch.arange(1, 9)[None]
    assert adapters.tensors_of(found).keys() == written.keys()
    with torch.no_grad():
        torch.testing.assert_close(found(input_ids=ids).logits, model(input_ids=ids).logits)


def test_other_modules_may_be_named_for_a_comparison(base: Path) -> None:
    model = adapters.attach(load(base).model, RECIPE, ["q_proj", "v_proj"])
    assert all("q_proj" in name or "v_proj" in name for name in adapters.tensors_of(model))
