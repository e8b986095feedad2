"""Files that people send: which are read, to whom the token goes, and how they come here."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.chat.errors import Refused, RetryLater
from bot.chat.events import Attachment
from bot.platforms.slack.files import attachments, download, is_slacks, refused

TOKEN = "xoxb-1-ward"
CSV: dict[str, Any] = {
    "id": "F1",
    "name": "rows.csv",
    "mimetype": "text/csv",
    "filetype": "csv",
    "size": 1200,
    "mode": "hosted",
    "url_private": "https://files.slack.com/files-pri/T1-F1/rows.csv",
    "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/rows.csv",
}


class TestWhatIsRead:
    def test_a_file_comes_with_what_is_needed_to_fetch_it_and_without_a_token(self) -> None:
        assert attachments({"files": [CSV]}, "T1") == (
            Attachment(
                name="rows.csv",
                size=1200,
                remote={"team": "T1", "file": "F1", "url": "https://files.slack.com/files-pri/T1-F1/download/rows.csv"},
            ),
        )
        assert attachments({"text": "no files"}, "T1") == ()

    @pytest.mark.parametrize(("name", "mimetype"), [("rows.csv", "text/csv"), ("server.log", "text/plain")])
    def test_examples_and_documents_in_text_are(self, name: str, mimetype: str) -> None:
        assert refused({"name": name, "mimetype": mimetype, "mode": "hosted"}) == ""

    @pytest.mark.parametrize(
        ("name", "mimetype"), [("report.pdf", "application/pdf"), ("canvas", "application/vnd.slack-docs")]
    )
    def test_others_are_not(self, name: str, mimetype: str) -> None:
        assert refused({"name": name, "mimetype": mimetype, "mode": "hosted"}) == "wrong_type"
        (one,) = attachments({"files": [{"name": name, "mimetype": mimetype, "id": "F1"}]}, "T1")
        assert (one.remote, one.refused) == (None, "wrong_type")

    @pytest.mark.parametrize(
        "change", [{"mode": "external"}, {"mode": "tombstone"}, {"mode": "hidden_by_limit"}, {"is_external": True}]
    )
    def test_what_slack_does_not_hand_out_cannot_be_read(self, change: dict[str, Any]) -> None:
        assert refused(CSV | change) == "not_readable"

    def test_a_file_of_another_workspace_is_looked_up_when_it_is_fetched(self) -> None:
        file = {"id": "F2", "mode": "file_access", "file_access": "check_file_info", "created": 0}
        (one,) = attachments({"files": [file]}, "T1")
        assert (one.name, one.refused, one.remote) == ("F2", "", {"team": "T1", "file": "F2", "url": ""})

    @pytest.mark.parametrize("size", [None, -1, "12", True])
    def test_a_strange_size_is_none(self, size: Any) -> None:
        (one,) = attachments({"files": [CSV | {"size": size}]}, "T1")
        assert one.size in (0, 1)


class TestWhereTheTokenGoes:
    @pytest.mark.parametrize(
        "url",
        [
            "https://files.slack.com/files-pri/T1-F1/rows.csv",
            "https://ward-7.slack.com/files/x",
            "https://acme.enterprise.slack.com/files/x",
            "https://slack.com/x",
        ],
    )
    def test_to_slacks_own_hosts(self, url: str) -> None:
        assert is_slacks(url)

    @pytest.mark.parametrize(
        "url",
        [
            "http://files.slack.com/x",
            "https://files.slack.com.evil.example/x",
            "https://evilslack.com/x",
            "https://files.slack.com@evil.example/x",
            "https://user:pass@files.slack.com/x",
            "https://evil.example/#.slack.com",
            "https://evil.example\\.slack.com/x",
            "https://evil.example?.slack.com",
            "https://slack-files.com/T1-F1",
            "ftp://files.slack.com/x",
            "//files.slack.com/x",
            "https://[::1/x",
            "https://files.slack.com:notaport/x",
            "",
        ],
    )
    def test_and_to_no_other(self, url: str) -> None:
        assert not is_slacks(url)

    def test_a_configured_api_is_trusted_at_its_own_host_and_port(self) -> None:
        base = "http://127.0.0.1:4003/api/"
        assert is_slacks("http://127.0.0.1:4003/files/x", base)
        for other in ("http://127.0.0.1:4004/x", "https://127.0.0.1:4003/x", "http://127.0.0.2:4003/x"):
            assert not is_slacks(other, base)


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FileServer:
    """Serves what each test says, and remembers what it was asked with."""

    answer: Answer
    url: str = ""
    tokens: list[str | None] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        return await self.answer(request)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["FileServer"]:
        app = web.Application()
        app.router.add_get("/{path:.*}", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            yield self
        finally:
            await runner.cleanup()


def file(content: bytes, content_type: str = "text/csv") -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type=content_type)

    return answer


def status(code: int, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers)

    return answer


async def endless(request: web.Request) -> web.StreamResponse:
    """A file that is longer than it says, for it does not say."""
    response = web.StreamResponse(headers={"Content-Type": "text/csv"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"x" * 1000)
    return response


async def cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/csv", "Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"half of it")
    assert request.transport is not None
    request.transport.close()
    return response


async def fetch(answer: Answer, target: Path, most: int = 10_000) -> FileServer:
    async with FileServer(answer).running() as server, aiohttp.ClientSession() as session:
        await download(session, f"{server.url}files-pri/rows.csv", TOKEN, target, most, f"{server.url}api/")
    return server


class TestDownloading:
    async def test_a_file_comes_whole_and_the_token_goes_to_slack(self, tmp_path: Path) -> None:
        server = await fetch(file(b"a,b\n" * 1000), tmp_path / "deep" / "rows.csv")
        assert (tmp_path / "deep" / "rows.csv").read_bytes() == b"a,b\n" * 1000
        assert server.tokens == [f"Bearer {TOKEN}"]

    async def test_a_page_in_html_that_a_person_names_as_text_may_be_read(self, tmp_path: Path) -> None:
        await fetch(file(b"<html> is how a page begins", "text/plain"), tmp_path / "notes.txt")
        assert (tmp_path / "notes.txt").exists()

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (file(b"x" * 10_001), "too_large"),
            (endless, "too_large"),
            (file(b"<!DOCTYPE html><title>Sign in</title>", "text/html"), "not_readable"),
            (status(401), "not_readable"),
            (status(403), "not_readable"),
            (status(404), "not_readable"),
            (status(302, Location="https://evil.example/steal"), "not_readable"),
            (status(302, Location="//evil.example/steal"), "not_readable"),
            (status(302), "not_readable"),
        ],
        ids=["too large", "endless", "login", "401", "403", "gone", "elsewhere", "elsewhere without scheme", "nowhere"],
    )
    async def test_what_is_refused_leaves_nothing_behind(self, answer: Answer, code: str, tmp_path: Path) -> None:
        with pytest.raises(Refused) as refusal:
            await fetch(answer, tmp_path / "rows.csv")
        assert refusal.value.code == code
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("answer", [status(429, **{"Retry-After": "7"}), status(502), cut_off])
    async def test_what_may_go_better_later_is_tried_later(self, answer: Answer, tmp_path: Path) -> None:
        with pytest.raises(RetryLater):
            await fetch(answer, tmp_path / "rows.csv")
        assert list(tmp_path.iterdir()) == []

    async def test_the_token_never_goes_to_another_host(self, tmp_path: Path) -> None:
        async with FileServer(file(b"a,b")).running() as elsewhere, aiohttp.ClientSession() as session:
            with pytest.raises(Refused, match="not_readable"):
                await download(session, f"{elsewhere.url}rows.csv", TOKEN, tmp_path / "rows.csv", 100)
            assert elsewhere.tokens == []

    async def test_nor_does_a_redirect_take_it_there(self, tmp_path: Path) -> None:
        async with FileServer(file(b"a,b")).running() as elsewhere:
            with pytest.raises(Refused):
                await fetch(status(302, Location=f"{elsewhere.url}steal"), tmp_path / "rows.csv")
            assert elsewhere.tokens == []

    async def test_a_redirect_to_where_slack_keeps_it_is_followed(self, tmp_path: Path) -> None:
        async def moved(request: web.Request) -> web.StreamResponse:
            if "there" in request.path:
                return web.Response(body=b"a,b", content_type="text/csv")
            return web.Response(status=302, headers={"Location": "/there/rows.csv"})

        await fetch(moved, tmp_path / "rows.csv")
        assert (tmp_path / "rows.csv").read_bytes() == b"a,b"

    async def test_an_earlier_file_stays_where_the_new_one_does_not_come(self, tmp_path: Path) -> None:
        (tmp_path / "rows.csv").write_text("before")
        with pytest.raises(Refused):
            await fetch(endless, tmp_path / "rows.csv")
        assert (tmp_path / "rows.csv").read_text() == "before"

    async def test_where_nobody_listens_it_is_tried_later(self, tmp_path: Path) -> None:
        base = "http://127.0.0.1:1/api/"
        async with aiohttp.ClientSession() as session:
            with pytest.raises(RetryLater):
                await download(session, "http://127.0.0.1:1/x", TOKEN, tmp_path / "x", 100, base)

    async def test_a_disk_that_cannot_be_written_is_tried_later(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(RetryLater):
            await fetch(file(b"a,b"), tmp_path / "file" / "rows.csv")
