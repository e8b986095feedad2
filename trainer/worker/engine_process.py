"""The native engine's next-token distributions, in a process of its own: `python -m trainer.worker.engine_process`.

It reads one line of JSON from standard input (``model``, ``adapter``, ``context``, ``threads``, ``letter``: the id of a
token that is a letter, and ``places``: requests that end where a token is asked for, either ``messages`` of a chat or the
ids of a ``prompt``), and writes one: ``base`` and ``tuned``, for each place {token id: log-probability} of the ``TOP``
likeliest. It knows nothing of peft, and imports no torch: a crash of native code takes it alone.
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from typing import Any

TOP = 10


def main() -> None:
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    answers = os.dup(1)
    os.dup2(2, 1)  # the engine logs to standard output
    server = _start(asked)
    told = {
        side: [_likeliest(server, place, scale, asked["letter"]) for place in asked["places"]]
        for side, scale in (("base", 0.0), ("tuned", 1.0))
    }
    os.write(answers, json.dumps(told).encode() + b"\n")
    os._exit(0)  # its threads need not be waited for


def _start(asked: Mapping[str, Any]) -> Any:
    import xllamacpp  # type: ignore[import-untyped]  # ships no types; native code: in this process only

    parameters = xllamacpp.CommonParams()
    parameters.model.path = asked["model"]
    parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(asked["adapter"], 0.0)]
    parameters.n_ctx = asked["context"]
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = asked["threads"]
    parameters.cpuparams_batch.n_threads = asked["threads"]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [secrets.token_urlsafe(24)]  # nobody is to ask it over the network
    parameters.use_jinja = True
    parameters.ui = False
    parameters.offline = True
    parameters.warmup = False
    parameters.cache_ram_mib = 0  # it would give the base what was kept of the tuned model (llama.cpp issue 26207)
    return xllamacpp.Server(parameters)


def _likeliest(server: Any, place: Mapping[str, Any], scale: float, letter: int) -> dict[int, float]:
    """Raises ValueError for what the engine refuses."""
    request = {
        "max_tokens": 1,
        "temperature": 0,
        "lora": [{"id": 0, "scale": scale}],
        # It tells nothing of a token without text, as the end of a turn or half a character: so it has to say a letter.
        # What it tells are the probabilities before that.
        "logit_bias": [[letter, 1000.0]],
    }
    if "messages" in place:
        request |= {"messages": place["messages"], "logprobs": True, "top_logprobs": TOP}
        answer = server.handle_chat_completions(request)
    else:
        answer = server.handle_completions(request | {"prompt": place["prompt"], "logprobs": TOP})
    if "choices" not in answer:
        raise ValueError(f"the engine refuses: {answer}")
    (token,) = answer["choices"][0]["logprobs"]["content"]
    return {found["id"]: found["logprob"] for found in token["top_logprobs"]}


if __name__ == "__main__":
    main()
