"""Ollama and OpenAI's protocol, against small servers on the loopback interface that speak what is documented.

No real provider is asked here; what is proven is what we send, and that every refusal has a reason.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel

from agent.models import Unavailable
from agent.models.factory import make_chat_model

ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]


class Greeting(BaseModel):
    words: str


class Server:
    """Answers every request with ``status`` and ``content``, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.content = "hello"
        self.url = ""

    async def ollama(self, request: web.Request) -> web.Response:
        """https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion"""
        body = await self._heard(request)
        if self.status != 200:
            return web.json_response({"error": "refused"}, status=self.status)
        said = {"role": "assistant", "content": self.content}
        lines = [
            {"model": body["model"], "created_at": "2026-11-21T09:00:00Z", "message": said, "done": False},
            {
                "model": body["model"],
                "created_at": "2026-11-21T09:00:00Z",
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "stop",
            },
        ]
        return web.Response(
            text="".join(json.dumps(line) + "\n" for line in lines), content_type="application/x-ndjson"
        )

    async def openai(self, request: web.Request) -> web.Response:
        """https://platform.openai.com/docs/api-reference/chat/create"""
        body = await self._heard(request)
        if self.status != 200:
            return web.json_response({"error": {"message": "refused", "type": "x", "code": "x"}}, status=self.status)
        choice = {"index": 0, "message": {"role": "assistant", "content": self.content}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"], "choices": [choice]}
        return web.json_response(answer | {"usage": usage})

    async def _heard(self, request: web.Request) -> dict[str, Any]:
        body: dict[str, Any] = await request.json()
        self.asked.append(body)
        return body


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", "a key for nobody")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server, app = Server(), web.Application()
    app.router.add_post("/api/chat", server.ollama)
    app.router.add_post("/v1/chat/completions", server.openai)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


PROVIDERS = {"ollama:llama3.2": "", "openai:gpt-4o-mini": "/v1"}


@pytest.mark.parametrize("setting", PROVIDERS)
async def test_a_provider_answers_in_words_and_in_a_form(server: Server, setting: str) -> None:
    model = make_chat_model(setting, None, base_url=server.url + PROVIDERS[setting])
    assert await model.text(ASK, 7, temperature=0.5) == "hello"
    server.content = '{"words": "good morning"}'
    assert await model.structured(ASK, Greeting, 9) == Greeting(words="good morning")
    await model.aclose()
    assert [turn["role"] for turn in server.asked[0]["messages"]] == ["system", "user"]


async def test_ollama_is_told_its_limits_and_the_form(server: Server) -> None:
    model = make_chat_model("ollama:llama3.2", None, base_url=server.url)
    await model.text(ASK, 7, temperature=0.5)
    await model.structured(ASK, Greeting, 9)
    await model.aclose()
    first, second = server.asked
    assert first["model"] == "llama3.2"
    assert first["options"] == {"num_predict": 7, "temperature": 0.5}
    assert second["options"] == {"num_predict": 9, "temperature": 0.0}
    assert second["format"]["required"] == ["words"]


async def test_openai_is_told_its_limits_and_the_form(server: Server) -> None:
    model = make_chat_model("openai:gpt-4o-mini", None, base_url=server.url + "/v1")
    await model.text(ASK, 7, temperature=0.5)
    await model.structured(ASK, Greeting, 9)
    await model.aclose()
    first, second = server.asked
    assert (first["model"], first["temperature"]) == ("gpt-4o-mini", 0.5)
    assert 7 in (first.get("max_tokens"), first.get("max_completion_tokens"))
    assert second["response_format"]["json_schema"]["schema"]["required"] == ["words"]


@pytest.mark.parametrize("setting", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "reason"), [(400, Unavailable.EMPTY), (401, Unavailable.DOWN), (404, Unavailable.DOWN)]
)
async def test_a_refusal_is_none_with_a_reason(
    server: Server, setting: str, status: int, reason: Unavailable, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = status
    model = make_chat_model(setting, None, base_url=server.url + PROVIDERS[setting])
    assert await model.text(ASK, 7) is None
    assert model.unavailable_reason == reason
    assert "a key for nobody" not in caplog.text
    await model.aclose()


@pytest.mark.parametrize("setting", PROVIDERS)
async def test_a_form_with_other_content_is_none_with_a_reason(server: Server, setting: str) -> None:
    server.content = '{"other": 1}'
    model = make_chat_model(setting, None, base_url=server.url + PROVIDERS[setting])
    assert await model.structured(ASK, Greeting, 9) is None
    assert model.unavailable_reason == Unavailable.EMPTY
    await model.aclose()
