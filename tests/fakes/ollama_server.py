"""A small server that speaks Ollama's documented API over HTTP: as strict as the real one, and it can be ill.

Made after https://github.com/ollama/ollama (docs/api.md, server/routes.go, server/create.go of 0.34): digests of blobs are
checked, adapters refused, templates parsed and run, models listed, copied and deleted. What it cannot do is think: the
next tokens after a text come from whoever makes it (``expects``), which may be a real engine.
"""

import asyncio
import contextlib
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import encode_basic_auth, web

from tests.fakes import go_template

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,79})?")
_OPTIONS = frozenset(
    {
        "num_ctx",
        "num_predict",
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "repeat_penalty",
        "seed",
        "stop",
        "repeat_last_n",
    }
)

Expects = Callable[[Path, str], Awaitable[Mapping[str, float]]]
"""The weights and a text -> next tokens as text, with the logarithms of their probabilities."""


@dataclass
class Model:
    weights: str
    """Digest."""
    template: str
    system: str
    parameters: dict[str, Any]


@dataclass
class Ill:
    """What goes wrong with requests whose method and path begin so, ``times`` times."""

    request: str
    status: int = 500
    text: str = "internal server error"
    times: int = 1
    hangs_up: bool = False
    """Instead of an answer, the connection ends."""
    hangs: bool = False
    """Instead of an answer, nothing comes."""
    in_stream: bool = False
    """The answer begins well, and the fault is a line of its stream."""


@dataclass
class OllamaServer:
    """One server; its blobs lie in ``folder``."""

    folder: Path
    expects: Expects
    version: str = "0.34.4"
    models: dict[str, Model] = field(default_factory=dict)
    """By name with its tag."""
    ills: list[Ill] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Method and path of each, in order."""
    asked: list[str] = field(default_factory=list)
    """The texts that were put before a model."""
    knows_logprobs: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    """What the last question came with."""
    done_reason: str = "stop"
    login: tuple[str, str] | None = None
    """Name and password without which nobody is let in, as by a proxy before it."""
    url: str = ""

    @property
    def names(self) -> list[str]:
        return sorted(self.models)

    def blob(self, digest: str) -> Path:
        return self.folder / digest.replace(":", "-")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["OllamaServer"]:
        app = web.Application(middlewares=[self._first], client_max_size=0)
        app.add_routes(
            [
                web.get("/api/version", self._version),
                web.get("/api/tags", self._tags),
                web.route("HEAD", "/api/blobs/{digest}", self._has_blob),
                web.post("/api/blobs/{digest}", self._take_blob),
                web.post("/api/create", self._create),
                web.post("/api/show", self._show),
                web.post("/api/copy", self._copy),
                web.delete("/api/delete", self._delete),
                web.post("/api/chat", self._chat),
            ]
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @web.middleware
    async def _first(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        if self.login and request.headers.get("Authorization") != encode_basic_auth(*self.login):
            return _error(401, "unauthorized")
        ill = next((ill for ill in self.ills if ill.times > 0 and self.requests[-1].startswith(ill.request)), None)
        if ill is not None:
            ill.times -= 1
            if ill.hangs:
                await asyncio.sleep(3600)
            if ill.hangs_up:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            if ill.in_stream:
                return await _stream(request, [{"status": "parsing GGUF"}, {"error": ill.text}])
            return _error(ill.status, ill.text)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": self.version})

    async def _tags(self, _: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": name, "model": name} for name in self.names]})

    async def _has_blob(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if self.blob(request.match_info["digest"]).exists() else 404)

    async def _take_blob(self, request: web.Request) -> web.Response:
        digest, found, data = request.match_info["digest"], hashlib.sha256(), bytearray()
        async for chunk in request.content.iter_any():
            found.update(chunk)
            data += chunk
        if digest != f"sha256:{found.hexdigest()}":
            return _error(400, f"digest mismatch, expected {digest!r}, got 'sha256:{found.hexdigest()}'")
        self.blob(digest).write_bytes(data)
        return web.Response(status=201)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if asked.get("adapters"):
            return _error(400, "LoRA adapters are no longer supported")
        if not _NAME.fullmatch(asked.get("model", "")):
            return _error(400, "invalid model name")
        files: dict[str, str] = asked.get("files") or {}
        if not files:
            return _error(400, "neither 'from' or 'files' was specified")
        if any("/" in name or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for name, digest in files.items()):
            return _error(400, "file path must be relative")
        (digest,) = files.values()
        if not self.blob(digest).exists():
            return _error(400, f"blob not found ({digest})")
        if self.blob(digest).read_bytes()[:4] != b"GGUF":
            return await _stream(request, [{"error": "unknown type", "status": 400}])
        parameters = asked.get("parameters") or {}
        if unknown := parameters.keys() - _OPTIONS:
            return _error(400, f"unknown parameter {sorted(unknown)}")
        try:
            go_template.check(asked.get("template") or "{{ .Prompt }}")
        except go_template.BadTemplate as error:
            return await _stream(request, [{"error": f"template error: {error}", "status": 400}])
        self.models[_tagged(asked["model"])] = Model(
            digest, asked.get("template") or "{{ .Prompt }}", asked.get("system") or "", parameters
        )
        stages = ("parsing GGUF", f"using existing layer {digest}", "writing manifest", "success")
        return await _stream(request, [{"status": stage} for stage in stages])

    async def _show(self, request: web.Request) -> web.Response:
        name = (await request.json()).get("model", "")
        model = self.models.get(_tagged(name))
        if model is None:
            return _error(404, f"model '{name}' not found")
        place = f"/root/.ollama/models/blobs/{model.weights.replace(':', '-')}"
        modelfile = (
            f'# Modelfile generated by "ollama show"\n# FROM {name}\nFROM {place}\nTEMPLATE """{model.template}"""\n'
        )
        return web.json_response(
            {"modelfile": modelfile, "template": model.template, "details": {}, "model_info": {}, "capabilities": []}
        )

    async def _copy(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if _tagged(asked["source"]) not in self.models:
            return _error(404, f'model "{asked["source"]}" not found')
        if not _NAME.fullmatch(asked["destination"]):
            return _error(400, f'destination "{asked["destination"]}" is invalid')
        self.models[_tagged(asked["destination"])] = self.models[_tagged(asked["source"])]
        return web.Response()

    async def _delete(self, request: web.Request) -> web.Response:
        name = (await request.json())["model"]
        if self.models.pop(_tagged(name), None) is None:
            return _error(404, f"model '{name}' not found")
        return web.Response()

    async def _chat(self, request: web.Request) -> web.Response:
        asked = await request.json()
        model = self.models.get(_tagged(asked["model"]))
        if model is None:
            return _error(404, f"model '{asked['model']}' not found")
        if not 0 <= asked.get("top_logprobs", 0) <= 20:
            return _error(400, "top_logprobs must be between 0 and 20")
        messages = asked["messages"]
        if model.system and messages[0]["role"] != "system":
            messages = [{"role": "system", "content": model.system}, *messages]
        text = go_template.prompt(model.template, messages)
        self.asked.append(text)
        self.options = asked.get("options") or {}
        expected = await self.expects(self.blob(model.weights), text)
        likeliest = sorted(expected.items(), key=lambda item: -item[1])
        answer: dict[str, Any] = {
            "model": asked["model"],
            "created_at": "2026-11-21T09:00:00Z",
            "message": {"role": "assistant", "content": likeliest[0][0]},
            "done": True,
            "done_reason": self.done_reason,
        }
        if asked.get("logprobs") and self.knows_logprobs:
            named = [{"token": token, "logprob": value, "bytes": [*token.encode()]} for token, value in likeliest]
            answer["logprobs"] = [{**named[0], "top_logprobs": named[: asked.get("top_logprobs", 0)]}]
        return web.json_response(answer)


def _tagged(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


async def _stream(request: web.Request, lines: list[dict[str, Any]]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    for line in lines:
        await response.write(json.dumps(line).encode() + b"\n")
    await response.write_eof()
    return response
