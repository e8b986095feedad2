"""The client of Ollama's API, against a small server that speaks it over HTTP."""

import asyncio
import hashlib
import traceback
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import ollama
import pytest
from pydantic import BaseModel, ValidationError

from tests.fakes.ollama_server import Ill, OllamaServer
from trainer.errors import JobRefused
from trainer.modelfile import Modelfile
from trainer.ollama import Server, _failure_of

EXPECTED = {"Subject": -0.1, " the": -2.5, "Ä": -4.0}
TOLD = Modelfile(
    template="{{ if .System }}<s>{{ .System }}{{ end }}{{ if .Prompt }}<u>{{ .Prompt }}{{ end }}<a>{{ .Response }}",
    system="Be brief.",
    parameters={"temperature": 0, "stop": ["<e>"]},
)


async def expects(weights: Path, text: str) -> Mapping[str, float]:
    return EXPECTED


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[OllamaServer]:
    async with OllamaServer(tmp_path / "blobs", expects).running() as server:
        yield server


@pytest.fixture
async def server(there: OllamaServer) -> AsyncIterator[Server]:
    client = Server(there.url, pause=0)
    yield client
    await client.aclose()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + bytes(range(256)) * 10_000)
    return path


def digest_of(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def unheard(done: int, of: int) -> None:
    """Nobody wants to know."""


async def made(server: Server, weights: Path, name: str = "Team-Task-v1") -> str:
    digest = digest_of(weights)
    await server.send(weights, digest, unheard)
    await server.create(name, digest, TOLD)
    return digest


class TestSending:
    async def test_a_file_arrives_whole_and_tells_how_far_it_is(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        told: list[tuple[int, int]] = []
        assert await server.send(weights, digest_of(weights), lambda done, of: told.append((done, of)))
        assert there.blob(digest_of(weights)).read_bytes() == weights.read_bytes()
        assert told[-1] == (weights.stat().st_size, weights.stat().st_size)
        assert len(told) == 3, "a step a megabyte"

    async def test_what_is_there_is_not_sent_again(self, server: Server, there: OllamaServer, weights: Path) -> None:
        await server.send(weights, digest_of(weights), unheard)
        assert not await server.send(weights, digest_of(weights), unheard)
        assert sum(request.startswith("POST") for request in there.requests) == 1

    async def test_a_file_that_changed_under_our_hands_is_refused_there(self, server: Server, weights: Path) -> None:
        digest = digest_of(weights)
        weights.write_bytes(b"GGUF other")
        with pytest.raises(JobRefused, match="ollama_refused"):
            await server.send(weights, digest, unheard)

    async def test_a_lost_connection_is_made_again(self, server: Server, there: OllamaServer, weights: Path) -> None:
        there.ills = [Ill("POST /api/blobs", hangs_up=True, times=2)]
        await server.send(weights, digest_of(weights), unheard)
        assert there.blob(digest_of(weights)).exists()

    async def test_a_disk_that_is_full_there_is_told_at_once(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        there.ills = [Ill("POST /api/blobs", text="write /root/.ollama: no space left on device", times=9)]
        with pytest.raises(JobRefused, match="ollama_no_disk"):
            await server.send(weights, digest_of(weights), unheard)
        assert sum(request.startswith("POST") for request in there.requests) == 1


class TestAModel:
    async def test_it_is_created_with_all_that_it_is_told(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        digest = await made(server, weights)
        model = there.models["Team-Task-v1:latest"]
        assert (model.weights, model.template, model.system) == (digest, TOLD.template, "Be brief.")
        assert model.parameters == {"temperature": 0, "stop": ["<e>"]}
        assert await server.weights_of("Team-Task-v1") == digest

    async def test_there_are_no_weights_of_a_model_that_is_not_there(self, server: Server) -> None:
        assert await server.weights_of("nobody") is None

    async def test_a_model_whose_weights_are_not_told_is_somebodys(
        self, server: Server, there: OllamaServer, weights: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await made(server, weights)
        there.models["Team-Task-v1:latest"].weights = "remote"
        assert await server.weights_of("Team-Task-v1") == ""

    async def test_it_can_be_renamed_and_deleted_again_and_again(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        await made(server, weights, "Team-Task-v1:unchecked-1")
        await server.rename("Team-Task-v1:unchecked-1", "Team-Task-v1")
        assert there.names == ["Team-Task-v1:latest"]
        await server.delete("Team-Task-v1")
        await server.delete("Team-Task-v1")
        assert there.names == []

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("with space", TOLD),
            ("-dash", TOLD),
            ("x" * 81, TOLD),
            ("fine", Modelfile(template="{{ range }}", system="", parameters={})),
            ("fine", Modelfile(template="{{ .Prompt }}", system="", parameters={"temprature": 0})),
        ],
    )
    async def test_what_the_server_finds_wrong_is_not_tried_twice(
        self, server: Server, there: OllamaServer, weights: Path, name: str, told: Modelfile
    ) -> None:
        digest = digest_of(weights)
        await server.send(weights, digest, unheard)
        with pytest.raises(JobRefused) as refused:
            await server.create(name, digest, told)
        assert refused.value.failure.code == "ollama_refused"
        assert refused.value.failure.detail
        assert there.requests.count("POST /api/create") == 1

    async def test_a_fault_in_the_midst_of_creating_is_a_fault(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        there.ills = [Ill("POST /api/create", text="write: no space left on device", in_stream=True)]
        with pytest.raises(JobRefused, match="ollama_no_disk"):
            await made(server, weights)
        assert there.names == []

    async def test_a_tired_server_is_asked_again(self, server: Server, there: OllamaServer, weights: Path) -> None:
        there.ills = [Ill("POST /api/create", status=503, text="server busy", times=3)]
        await made(server, weights)
        assert there.names == ["Team-Task-v1:latest"]


class TestItsNextTokens:
    async def test_they_are_the_likeliest_after_the_request_as_the_template_puts_it(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        await made(server, weights)
        found = await server.next_tokens("Team-Task-v1", [{"role": "user", "content": "Hello"}])
        assert found == EXPECTED
        assert there.asked == ["<s>Be brief.<u>Hello<a>"]

    async def test_a_server_that_does_not_tell_them_is_too_old(
        self, server: Server, there: OllamaServer, weights: Path
    ) -> None:
        await made(server, weights)
        there.knows_logprobs = False
        with pytest.raises(JobRefused, match="ollama_too_old"):
            await server.next_tokens("Team-Task-v1", [{"role": "user", "content": "Hello"}])


class TestVersions:
    @pytest.mark.parametrize("version", ["0.12.11", "0.13.0-rc0", "0.34.4", "1.0", "0.0.0"])
    async def test_one_that_tells_next_tokens_is_good_enough(
        self, server: Server, there: OllamaServer, version: str
    ) -> None:
        there.version = version
        assert await server.version() == version

    @pytest.mark.parametrize("version", ["0.12.10", "0.5.7", "0.12.10-rc1"])
    async def test_one_from_before_is_not(self, server: Server, there: OllamaServer, version: str) -> None:
        there.version = version
        with pytest.raises(JobRefused) as refused:
            await server.version()
        assert refused.value.failure.numbers == {"version": version, "needed": "0.12.11"}


class TestWhoDoesNotAnswer:
    async def test_a_port_where_nobody_listens(self) -> None:
        client = Server("http://127.0.0.1:9", pause=0)
        with pytest.raises(JobRefused, match="ollama_unreachable"):
            await client.version()
        await client.aclose()

    async def test_a_server_that_hangs_up_each_time(self, server: Server, there: OllamaServer) -> None:
        there.ills = [Ill("GET /api/version", hangs_up=True, times=9)]
        with pytest.raises(JobRefused, match="ollama_unreachable"):
            await server.version()
        assert len(there.requests) == 4

    async def test_a_server_of_another_kind(self) -> None:
        async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        other = await asyncio.start_server(hello, "127.0.0.1", 0)
        async with other:
            client = Server(f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}", pause=0)
            with pytest.raises(JobRefused, match="ollama_refused"):
                await client.version()
            await client.aclose()

    async def test_an_error_that_lasts_is_told_with_its_status(self, server: Server, there: OllamaServer) -> None:
        there.ills = [Ill("GET /api/version", status=502, text="<html>Bad gateway</html>", times=9)]
        with pytest.raises(JobRefused) as refused:
            await server.version()
        assert refused.value.failure.numbers == {"status": 502}


def invalid() -> ValidationError:
    class Whole(BaseModel):
        number: int

    with pytest.raises(ValidationError) as caught:
        Whole.model_validate({"number": "many"})
    return caught.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ollama.ResponseError("model is required", 400), "ollama_refused"),
        (ollama.ResponseError("unauthorized", 401), "ollama_refused"),
        (ollama.ResponseError("No space left on device", 500), "ollama_no_disk"),
        (ConnectionError("refused"), "ollama_unreachable"),
        (httpx.ConnectTimeout(""), "ollama_unreachable"),
        (httpx.ReadTimeout(""), "ollama_unreachable"),
        (httpx.RemoteProtocolError(""), "ollama_unreachable"),
        (httpx.TooManyRedirects(""), "ollama_refused"),
        (httpx.UnsupportedProtocol(""), "ollama_unreachable"),
        (ValueError("no JSON"), "ollama_refused"),
        (KeyError("version"), "ollama_refused"),
        (OSError("weights vanished"), "ollama_refused"),
        (invalid(), "ollama_refused"),
    ],
)
def test_every_fault_has_a_code(error: Exception, code: str) -> None:
    assert _failure_of(error).code == code


def test_a_servers_words_are_kept_for_the_log_without_secrets() -> None:
    error = ollama.ResponseError("proxy http://me:hunter2@host refused\x1b[2J", 407)
    detail = _failure_of(error).detail
    assert "refused" in detail
    assert "hunter2" not in detail
    assert "\x1b" not in detail


NO_ADDRESSES = [
    "http://bob:s3cr3t#x@host",
    "http://bob:s3cr3t/x@host",
    "http://bob:12/s3cr3t@host",
    "http://[::1",
    "http://host:99999",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused_without_a_word_of_it(address: str) -> None:
    with pytest.raises(JobRefused, match="ollama_address") as caught:
        Server(address)
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "address",
    [
        "localhost",
        "0.0.0.0",
        "host:11434",
        "https://host/path",
        "http://[::1]:11434",
        ":11434",
        "http://bob:pw%23@host",
    ],
)
async def test_addresses_are_read_as_by_ollamas_own_tools(address: str) -> None:
    await Server(address).aclose()


async def test_a_name_and_a_password_in_the_address_let_one_in(there: OllamaServer) -> None:
    there.login = ("bob", "s3 cr3t")
    server = Server(there.url.replace("http://", "http://bob:s3%20cr3t@"), pause=0)
    try:
        assert await server.version() == there.version
    finally:
        await server.aclose()
