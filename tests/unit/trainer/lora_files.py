"""An adapter in GGUF for the tiny base, made of random numbers: as the export writes it."""

from pathlib import Path

import gguf
import numpy as np

RANK, ALPHA = 4, 8.0


def write_adapter(path: Path, base: Path, *, seed: int = 1, scale: float = 0.3, extra: str = "") -> Path:
    """An adapter for all linear layers of ``base`` (a GGUF file). ``extra``: one more weight that it claims to change."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, ALPHA)
    linear = [tensor for tensor in gguf.GGUFReader(base).tensors if ".attn_" in tensor.name or ".ffn_" in tensor.name]
    shapes = {tensor.name: tuple(int(size) for size in reversed(tensor.shape)) for tensor in linear}
    shapes |= {extra: (8, 8)} if extra else {}
    for name, (outputs, inputs) in ((name, shape) for name, shape in shapes.items() if len(shape) == 2):
        a, b = random.standard_normal((RANK, inputs)), random.standard_normal((outputs, RANK))
        writer.add_tensor(f"{name}.lora_a", (a * scale).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", (b * scale).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
