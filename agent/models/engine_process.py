"""The embedded engine's own process: `python -m agent.models.engine_process`.

It reads one line of JSON from standard input (``model``, ``adapters``, ``context``, ``threads``, ``key``), answers one line
with the address it serves, and ends when standard input does: whoever started it is gone then. It knows no prompt.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_NICENESS = 5
"""The bot and the database go first."""


def main() -> None:
    _end_with_parent()
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    answers = _keep_stdout_clean()
    server = _start(asked)
    os.write(answers, json.dumps({"address": server.listening_address}).encode() + b"\n")
    while sys.stdin.readline():
        pass
    os._exit(0)  # the engine's threads may be in the middle of an answer that nobody waits for


def _start(asked: dict[str, Any]) -> Any:
    """Load the model and serve it on the loopback interface, on a port that the system chooses."""
    import xllamacpp  # type: ignore[import-untyped]  # ships no types; native code: in this process only

    parameters = xllamacpp.CommonParams()
    parameters.model.path = asked["model"]
    if asked["adapters"]:
        # Loaded and silent. `lora_init_without_apply` would leave them at full strength (llama.cpp issue 28674); and what
        # is kept of earlier prompts would be given to whoever asks the same of another adapter (issue 26207).
        parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(path, 0.0) for path in asked["adapters"]]
        parameters.cache_ram_mib = 0
    parameters.n_ctx = asked["context"]
    parameters.n_parallel = 1
    parameters.n_threads_http = 2
    parameters.cpuparams.n_threads = asked["threads"]
    parameters.cpuparams_batch.n_threads = asked["threads"]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [asked["key"]]
    parameters.use_jinja = True
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.offline = True
    parameters.warmup = False
    return xllamacpp.Server(parameters)


def _keep_stdout_clean() -> int:
    """The engine logs to standard output: send that to standard error, and return a descriptor for our answer."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _end_with_parent() -> None:
    """Be killed by the kernel when the parent dies (Linux); elsewhere the end of standard input has to do."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)


if __name__ == "__main__":
    main()
