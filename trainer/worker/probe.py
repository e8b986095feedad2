"""Facts of this machine as torch sees them, and the seconds that one training token of a base model takes on it.

It knows a base model and a clock. It does not know what the figures will be used for.
"""

import os
import shutil
import time
from pathlib import Path

import psutil
import torch

from storage.domain.recipes import Recipe
from trainer.run_dir import WorkerResult
from trainer.worker import adapters, base, resources
from trainer.worker.attempt import Attempt
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss
from trainer.worker.train import versions

_SECONDS = 3.0
_ROW = 128
"""Tokens of a measured row, half of them labels: the size of a short real one."""


def probe(attempt: Attempt) -> WorkerResult:
    """Do the attempt. Raises Refused and Overtaken. ``result``: facts as in ``storage.domain.Machine``, in bytes and
    seconds; ``seconds_per_token`` is that of training this base."""
    attempt.report(phase="loading")
    folder = Path(attempt.spec.base)
    loaded = base.load(folder)
    model = adapters.attach(loaded.model, Recipe())
    model.eval()
    loss = CompletionLoss(model.get_base_model(), at_once=4 * _ROW)
    vocabulary = int(loaded.model.config.vocab_size)
    row = tuple(place % vocabulary for place in range(1, min(_ROW, loaded.context) + 1))
    half = len(row) // 2
    batch = [Example("probe", "train", row[:half], row[half:])] * 4

    attempt.report(phase="measuring")
    loss.backward(batch)  # the first pass pays for buffers and kernels
    began, passes = time.monotonic(), 0
    while passes == 0 or time.monotonic() - began < _SECONDS:
        attempt.check_token()
        loss.backward(batch)
        passes += 1
        if attempt.cancelled:
            return WorkerResult(token=attempt.spec.token, cancelled=True)
    seconds = (time.monotonic() - began) / (passes * len(batch) * len(row))
    gpu = torch.cuda.get_device_properties(0) if loaded.device.type == "cuda" else None
    memory = psutil.virtual_memory()
    result = {
        "base": base.public_name(attempt.spec.base_provenance, folder),
        "seconds_per_token": seconds,
        "tokens_per_second": 1 / seconds,
        "passes": passes,
        "arithmetic": loss.arithmetic,
        "threads": torch.get_num_threads(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": memory.total,
        "memory_free_bytes": memory.available,
        "disk_free_bytes": shutil.disk_usage(attempt.folder.path).free,
        "gpu": gpu.name if gpu else None,
        "gpu_memory_bytes": gpu.total_memory if gpu else None,
        "peak_memory_bytes": resources.peak_memory(),
        "versions": versions(),
    }
    return WorkerResult(token=attempt.spec.token, result=result)
