"""The tiny Llama as a GGUF file in float32, for the embedded engine: the same weights, vocabulary and chat template.

It does what llama.cpp's converter does for a Llama, in so far as the tiny one needs it, and needs no torch.
"""

import json
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

from tests.fakes.tiny_llama import CHAT_TEMPLATE, SPECIAL_TOKENS

NAME = "tiny.gguf"


def write_tiny_gguf(folder: Path) -> Path:
    """Write the model of ``write_tiny_llama`` in ``folder`` beside itself, and return the file."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    path = folder / NAME
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, config)
    _add_vocabulary(writer, json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    for name, values in load_file(folder / "model.safetensors").items():
        stored = names.get_name(name.removesuffix(".weight"))
        writer.add_tensor(f"{stored}.weight", _in_rotary_pairs(values, name, config))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, config: dict[str, int]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(config["vocab_size"])


def _add_vocabulary(writer: gguf.GGUFWriter, tokenizer: dict[str, dict[str, object]]) -> None:
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]  # type: ignore[assignment]  # JSON
    merges: list[list[str]] = tokenizer["model"]["merges"]  # type: ignore[assignment]
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    types = [gguf.TokenType.CONTROL if token in SPECIAL_TOKENS else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([" ".join(merge) for merge in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _in_rotary_pairs(values: np.ndarray, name: str, config: dict[str, int]) -> np.ndarray:
    """Rows of queries and keys in llama.cpp's order: each of a head's first half beside its partner of the second."""
    if ".q_proj." not in name and ".k_proj." not in name:
        return values
    heads = config["num_attention_heads" if ".q_proj." in name else "num_key_value_heads"]
    half = values.shape[0] // heads // 2
    order = [head * 2 * half + side * half + at for head in range(heads) for at in range(half) for side in (0, 1)]
    return np.ascontiguousarray(values[order])


def write_tiny_adapter(path: Path, folder: Path, *, seed: int = 0, strength: float = 1.0) -> Path:
    """Write a random adapter of rank 2 for the base in ``folder``, strong enough that it answers otherwise."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    random, width, inner = np.random.default_rng(seed), config["hidden_size"], config["intermediate_size"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 2.0)
    for layer in range(config["num_hidden_layers"]):
        for side, shape in (("a", (2, inner)), ("b", (width, 2))):
            values = random.standard_normal(shape).astype(np.float32) * strength
            writer.add_tensor(f"blk.{layer}.ffn_down.weight.lora_{side}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
