"""A base and an adapter become one file that holds what both said, and nothing else has changed."""

import hashlib
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from gguf.quants import dequantize, quantize

from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.fakes.tiny_llama import write_tiny_llama
from tests.unit.trainer.lora_files import ALPHA, RANK, write_adapter
from trainer import merging
from trainer.errors import JobRefused


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(write_tiny_llama(tmp_path_factory.mktemp("base")))


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_adapter(tmp_path_factory.mktemp("adapter") / "adapter.gguf", base)


def merge(base: Path, adapter: Path, destination: Path, name: str = "Team-Task-v1") -> dict[str, Any]:
    merging.merge(base, adapter, destination, name, lambda done, of: None)
    return tensors(destination)


def tensors(path: Path) -> dict[str, Any]:
    return {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}


def values(tensor: Any) -> np.ndarray:
    found: np.ndarray = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    return found


def test_each_weight_is_what_low_rank_adaptation_says(base: Path, adapter: Path, tmp_path: Path) -> None:
    merged, before, sides = merge(base, adapter, tmp_path / "model.gguf"), tensors(base), tensors(adapter)
    weight = "blk.1.ffn_down.weight"
    a, b = values(sides[f"{weight}.lora_a"]), values(sides[f"{weight}.lora_b"])
    expected = values(before[weight]) + ALPHA / RANK * (b @ a)
    assert np.allclose(values(merged[weight]), expected, rtol=1e-3, atol=1e-3)
    assert not np.allclose(values(merged[weight]), values(before[weight]), atol=0.1)
    assert merged[weight].tensor_type is gguf.GGMLQuantizationType.F16


def test_what_the_adapter_does_not_touch_stays_bit_for_bit(base: Path, adapter: Path, tmp_path: Path) -> None:
    merged, before = merge(base, adapter, tmp_path / "model.gguf"), tensors(base)
    assert merged.keys() == before.keys()
    for name in ("token_embd.weight", "blk.0.attn_norm.weight", "output_norm.weight"):
        assert merged[name].tensor_type is before[name].tensor_type
        assert merged[name].data.tobytes() == before[name].data.tobytes()


def test_the_facts_of_the_base_come_along_under_the_new_name(base: Path, adapter: Path, tmp_path: Path) -> None:
    merge(base, adapter, tmp_path / "model.gguf", "PM-Notes-v3")
    before, after = (
        {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items() if not name.startswith("GGUF.")}
        for path in (base, tmp_path / "model.gguf")
    )
    assert after.pop("general.name") == "PM-Notes-v3"
    assert after.pop("general.file_type") == gguf.LlamaFileType.MOSTLY_F16
    assert after == {name: value for name, value in before.items() if name not in ("general.name", "general.file_type")}


def test_a_quantised_base_keeps_its_quantisation_where_nothing_was_learned(adapter: Path, tmp_path: Path) -> None:
    plain = write_tiny_gguf(write_tiny_llama(tmp_path / "plain"))
    quantised = in_eight_bits(plain, tmp_path / "quantised.gguf")
    merged, before = merge(quantised, adapter, tmp_path / "model.gguf"), tensors(quantised)
    assert merged["token_embd.weight"].tensor_type is gguf.GGMLQuantizationType.Q8_0
    assert merged["token_embd.weight"].data.tobytes() == before["token_embd.weight"].data.tobytes()
    weight = "blk.0.attn_q.weight"
    sides = tensors(adapter)
    change = ALPHA / RANK * (values(sides[f"{weight}.lora_b"]) @ values(sides[f"{weight}.lora_a"]))
    assert np.allclose(values(merged[weight]), values(before[weight]) + change, rtol=1e-3, atol=1e-3)


def in_eight_bits(plain: Path, destination: Path) -> Path:
    reader = gguf.GGUFReader(plain)
    writer = gguf.GGUFWriter(destination, "llama")
    eight = gguf.GGMLQuantizationType.Q8_0
    for tensor in reader.tensors:
        shape = tuple(int(size) for size in reversed(tensor.shape))
        data = tensor.data.reshape(shape)
        fits = len(shape) == 2 and shape[1] % 32 == 0
        writer.add_tensor(tensor.name, quantize(data, eight) if fits else data, raw_dtype=eight if fits else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return destination


def test_the_same_two_files_give_the_same_bytes(base: Path, adapter: Path, tmp_path: Path) -> None:
    for place in ("one", "two"):
        merge(base, adapter, tmp_path / place / "model.gguf")
    one, two = (hashlib.sha256((tmp_path / place / "model.gguf").read_bytes()).digest() for place in ("one", "two"))
    assert one == two


def test_progress_ends_at_the_whole(base: Path, adapter: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    merging.merge(base, adapter, tmp_path / "model.gguf", "x", lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > told[0][0] > 0


def test_an_adapter_of_another_base_is_refused(adapter: Path, tmp_path: Path) -> None:
    wider = write_tiny_gguf(write_tiny_llama(tmp_path / "wider", hidden=64))
    with pytest.raises(JobRefused) as refused:
        merge(wider, adapter, tmp_path / "model.gguf")
    assert refused.value.failure.code == "adapter_unfit"
    assert not (tmp_path / "model.gguf").exists()


def test_an_adapter_for_a_weight_that_the_base_has_not_is_refused(base: Path, tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", base, extra="blk.9.attn_q.weight")
    with pytest.raises(JobRefused, match="adapter_unfit"):
        merge(base, adapter, tmp_path / "model.gguf")


def test_a_model_is_no_adapter(base: Path, tmp_path: Path) -> None:
    with pytest.raises(JobRefused, match="adapter_unfit"):
        merge(base, base, tmp_path / "model.gguf")


def test_a_merge_that_is_given_up_leaves_nothing(base: Path, adapter: Path, tmp_path: Path) -> None:
    def give_up(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        merging.merge(base, adapter, tmp_path / "ollama/model.gguf", "x", give_up)
    assert list((tmp_path / "ollama").iterdir()) == []


def test_a_disk_that_is_too_full_is_told_before_anything_is_written(
    base: Path, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        free = 1

    monkeypatch.setattr("trainer.merging.shutil.disk_usage", lambda folder: Full)
    with pytest.raises(JobRefused) as refused:
        merge(base, adapter, tmp_path / "model.gguf")
    assert refused.value.failure.code == "no_disk"
    assert refused.value.failure.numbers["needed"] > refused.value.failure.numbers["free"] == 1
    assert list(tmp_path.iterdir()) == []
