"""A GGUF file -> the same model in Hugging Face's layout: `python -m trainer.worker.dequantise GGUF OUT`.

It runs once per base model, in a process of its own. It does not know where the file came from nor where the folder
will lie in the end: whoever calls it makes the folder appear whole or not at all.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

_PRE_TOKENIZERS = {
    # Digits one by one, then GPT-2's expression: `LLAMA_VOCAB_PRE_TYPE_SMOLLM` in llama.cpp's src/llama-vocab.cpp.
    "smollm": lambda: pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    ),
}
"""By ``tokenizer.ggml.pre``. transformers ignores that key and takes its default for the family, which gives other
ids than the engine for every number of two digits or more."""


class UnknownPreTokenizer(Exception):
    """The file names a pre-tokenizer whose rules are not known here: its token ids would be wrong."""


def dequantise(gguf: Path, out: Path) -> None:
    """Write float32 ``model.safetensors``, ``config.json``, ``generation_config.json``, ``tokenizer.json``,
    ``tokenizer_config.json`` and ``chat_template.jinja`` into ``out``. Raises UnknownPreTokenizer."""
    facts = _metadata(gguf)
    pre_tokenizer = _PRE_TOKENIZERS.get(facts["tokenizer.ggml.pre"])
    if pre_tokenizer is None:
        raise UnknownPreTokenizer(facts["tokenizer.ggml.pre"])
    out.mkdir(parents=True, exist_ok=True)
    _save_model(gguf, out)
    _save_tokenizer(gguf, out, pre_tokenizer(), facts)


def _save_model(gguf: Path, out: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    # The weights are plain float32 now, but the model still says that it is quantised and refuses to be saved.
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.__dict__["hf_quantizer"] = None
    for claim in ("quantization_method", "is_quantized"):
        model.__dict__.pop(claim, None)
    model.config._name_or_path = ""
    model.save_pretrained(out)


def _save_tokenizer(gguf: Path, out: Path, pre_tokenizer: pre_tokenizers.PreTokenizer, facts: dict[str, Any]) -> None:
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.model_max_length = int(facts["llama.context_length"])
    tokenizer.padding_side = "right"
    tokenizer.save_pretrained(out)


def _metadata(gguf: Path) -> dict[str, Any]:
    reader = GGUFReader(gguf)
    wanted = ("tokenizer.ggml.pre", "llama.context_length")
    return {name: field.contents() for name in wanted if (field := reader.get_field(name)) is not None}


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 3 where the file cannot be turned (the reason stands on standard error)."""
    parser = argparse.ArgumentParser(prog="python -m trainer.worker.dequantise", description=__doc__)
    parser.add_argument("gguf", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    try:
        dequantise(options.gguf.resolve(), options.out.resolve())
    except UnknownPreTokenizer as unknown:
        sys.stderr.write(f"unknown pre-tokenizer: {unknown}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
