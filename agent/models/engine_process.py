"""The engine's own process: ``python -m agent.models.engine_process``, told what to load on standard input.

One JSON line in: ``model``, ``context``, ``threads``, ``key``. One JSON line out, as soon as it answers: ``url``. When
standard input ends, its parent is gone, and so is it. The key comes this way since command lines can be read by others.
"""

import ctypes
import json
import os
import signal
import sys


def main() -> None:
    _die_with_parent()
    order = json.loads(sys.stdin.readline())
    import xllamacpp  # type: ignore[import-untyped]  # ships no types; it loads native code: only in this process

    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.n_ctx = order["context"]
    params.n_parallel = 1
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.endpoint_slots = False
    params.ui = False
    server = xllamacpp.Server(params)
    print(json.dumps({"url": server.listening_address}), flush=True)
    sys.stdin.read()
    os._exit(0)


def _die_with_parent() -> None:
    """On Linux the kernel sends SIGKILL when the parent dies, even while native code never returns to Python."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    main()
