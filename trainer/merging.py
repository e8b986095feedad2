"""A base and its adapter, both in GGUF, become one model file: what servers load that take no adapters.

It knows tensors by llama.cpp's names. It does not know which server wants the file. Blocking: call it in a thread.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
from gguf.quants import dequantize

from storage.domain import JobFailure
from trainer.errors import JobRefused

_A, _B = ".lora_a", ".lora_b"
_HEADER = frozenset({"GGUF.version", "GGUF.tensor_count", "GGUF.kv_count"})
"""What the reader shows as fields, and the writer makes itself."""

Written = Callable[[int, int], None]
"""Called with the bytes written so far, and the whole. Raising from it ends the merge."""


def merge(base: Path, adapter: Path, destination: Path, name: str, written: Written) -> None:
    """Write ``destination``, whole or not at all: the base, with W + alpha / rank * B A in place of each W (Hu et al.,
    arXiv 2106.09685, section 4.1).

    What the adapter changes is stored in 16 bits, everything else as the base has it, bit for bit: to round the sum to
    the base's 4 bits would lose part of what was learned. The same two files give the same bytes, whatever ``name`` is
    (the model's own, as servers show it), but for that name.

    Raises JobRefused (``adapter_unfit`` for an adapter of another base, ``no_disk``) and OSError.
    """
    temporary = destination.with_name(f".{destination.name}.coming")
    temporary.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(temporary, gguf.GGUFReader(base), gguf.GGUFReader(adapter), name, written)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, destination)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path, base: gguf.GGUFReader, adapter: gguf.GGUFReader, name: str, written: Written) -> None:
    changes = _Changes(adapter)
    changes.check(base)
    writer = gguf.GGUFWriter(path, str(base.fields[gguf.Keys.General.ARCHITECTURE].contents()))
    try:
        _write_facts(writer, base, name)
        whole = sum(_announce(writer, tensor, tensor.name in changes) for tensor in base.tensors)
        _need_disk(path.parent, whole)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        done = 0
        for values in _values(base, changes):  # one tensor at a time: a model need not fit into memory
            writer.write_tensor_data(values)
            done += values.nbytes
            written(done, whole)
    finally:
        writer.close()


def _announce(writer: gguf.GGUFWriter, tensor: gguf.ReaderTensor, changed: bool) -> int:
    """Enter a tensor into the file's table; returns the bytes that it will take."""
    if not changed:
        writer.add_tensor_info(
            tensor.name, tensor.data.shape, tensor.data.dtype, tensor.data.nbytes, tensor.tensor_type
        )
        return int(tensor.data.nbytes)
    shape = tuple(int(size) for size in reversed(tensor.shape))
    size = 2 * int(np.prod(shape))
    writer.add_tensor_info(tensor.name, shape, np.dtype(np.float16), size)
    return size


def _need_disk(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise JobRefused(JobFailure(code="no_disk", numbers={"needed": needed, "free": free}))


def _values(base: gguf.GGUFReader, changes: "_Changes") -> Iterator[np.ndarray]:
    for tensor in base.tensors:
        if tensor.name not in changes:
            yield tensor.data
            continue
        weight = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        weight += changes.delta(tensor.name)
        yield weight.astype(np.float16)


def _write_facts(writer: gguf.GGUFWriter, base: gguf.GGUFReader, name: str) -> None:
    """The base's own facts (its vocabulary, its chat template), under the new model's name."""
    for field in base.fields.values():
        if field.name in _HEADER or field.name == gguf.Keys.General.ARCHITECTURE:
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind is gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, inner)
    writer.kv_data[0].pop(gguf.Keys.General.NAME, None)
    writer.kv_data[0].pop(gguf.Keys.General.FILE_TYPE, None)
    writer.add_name(name)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


class _Changes:
    """What an adapter adds to each weight, by the weight's name."""

    def __init__(self, adapter: gguf.GGUFReader) -> None:
        self._sides = {tensor.name: tensor for tensor in adapter.tensors}
        alpha = adapter.fields.get(gguf.Keys.Adapter.LORA_ALPHA)
        if alpha is None or not self._sides:
            raise _unfit("no LoRA adapter in GGUF")
        self._alpha = float(alpha.contents())

    def __contains__(self, weight: str) -> bool:
        return weight + _A in self._sides and weight + _B in self._sides

    def check(self, base: gguf.GGUFReader) -> None:
        """Raises JobRefused unless every tensor of the adapter has its place and size in this base."""
        weights = {tensor.name: tuple(int(size) for size in reversed(tensor.shape)) for tensor in base.tensors}
        for side in self._sides:
            weight = side.removesuffix(_A).removesuffix(_B)
            if weight not in self or weight not in weights:
                raise _unfit(f"{side} has no place in the base")
            a, b = self._side(weight + _A), self._side(weight + _B)
            if (b.shape[0], a.shape[1]) != weights[weight] or a.shape[0] != b.shape[1]:
                raise _unfit(f"{weight}: {b.shape} x {a.shape} does not fit {weights[weight]}")

    def delta(self, weight: str) -> np.ndarray:
        """alpha / rank * B A, in float32, of the weight's own shape."""
        a, b = self._side(weight + _A), self._side(weight + _B)
        change: np.ndarray = (self._alpha / a.shape[0]) * (b @ a)
        return change

    def _side(self, name: str) -> np.ndarray:
        tensor = self._sides[name]
        values: np.ndarray = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        return values


def _unfit(detail: str) -> JobRefused:
    return JobRefused(JobFailure(code="adapter_unfit", detail=detail))
