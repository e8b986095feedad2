"""Files that people send: which are read, where they are fetched from, and what goes wrong on the way."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.errors import Refused, RetryLater
from bot.chat.events import Attachment
from bot.platforms.discord.files import is_discords, refused
from bot.platforms.discord.setup import API_URL
from tests.fakes.discord_world import Channel
from tests.unit.bot.platforms.discord.connected import Connected, connected

ROWS = b"prompt,answer\nHow is bed 4?,Asleep.\n"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as there:
        yield there


def uploaded(there: Connected, name: str = "rows.csv", content: bytes = ROWS, **more: Any) -> dict[str, Any]:
    """What Discord says of a file."""
    id = there.world.id()
    there.world.files[id] = content
    url = f"{there.discord.url}/attachments/{id}/{name}"
    file = {"id": str(id), "filename": name, "size": len(content), "url": url, "proxy_url": url}
    return file | {"content_type": "text/csv; charset=utf-8"} | more


async def sent(there: Connected, *files: dict[str, Any], channel: Channel | None = None) -> tuple[Attachment, ...]:
    """The attachments that are heard of, after Ada sent files."""
    heard = len(there.house.messages)
    there.world.say(channel or there.world.direct(there.ada), there.ada, attachments=list(files))
    await there.until(lambda: len(there.house.messages) > heard)
    return there.house.messages[-1].attachments


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("name", "content_type"),
        [
            ("rows.csv", "text/csv; charset=utf-8"),
            ("rows.jsonl", None),
            ("server.log", "text/plain"),
            ("message.txt", ""),
        ],
    )
    def test_examples_and_documents_in_text_are(self, name: str, content_type: str | None) -> None:
        assert refused(name, content_type) == ""

    @pytest.mark.parametrize(
        ("name", "content_type"),
        [
            ("report.pdf", "application/pdf"),
            ("voice-message.ogg", "audio/ogg"),
            ("page.html", "text/html"),
            ("bed.png", None),
        ],
    )
    def test_others_are_not(self, name: str, content_type: str | None) -> None:
        assert refused(name, content_type) == "wrong_type"

    async def test_a_file_comes_with_what_is_needed_to_fetch_it_and_without_its_address(self, there: Connected) -> None:
        file = uploaded(there)
        (heard,) = await sent(there, file)
        message = there.house.messages[-1].id.rpartition(":")[2]
        channel = there.world.direct(there.ada).id
        remote = {"channel": str(channel), "message": message, "attachment": file["id"]}
        assert heard == Attachment(name="rows.csv", size=len(ROWS), remote=remote)

    async def test_one_that_is_not_read_is_named_all_the_same(self, there: Connected) -> None:
        (heard,) = await sent(there, uploaded(there, "report.pdf", content_type="application/pdf"))
        assert (heard.name, heard.remote, heard.refused) == ("report.pdf", None, "wrong_type")


class TestWhereFilesAreFetchedFrom:
    @pytest.mark.parametrize(
        "url",
        [
            "https://cdn.discordapp.com/attachments/1/2/rows.csv?ex=1&is=2&hm=3",
            "https://media.discordapp.net/attachments/1/2/rows.csv",
        ],
    )
    def test_discords_own_hosts(self, url: str) -> None:
        assert is_discords(url, API_URL)

    @pytest.mark.parametrize(
        "url",
        [
            "http://cdn.discordapp.com/x",
            "https://cdn.discordapp.com.evil.example/x",
            "https://cdn.discordapp.com@evil.example/x",
            "https://user:pass@cdn.discordapp.com/x",
            "https://cdn.discordapp.com:8443/x",
            "https://evil.example/#cdn.discordapp.com",
            "https://evil.example\\.discordapp.com/x",
            "https://127.0.0.1/x",
            "https://[::1/x",
            "https://cdn.discordapp.com:notaport/x",
            "file:///etc/passwd",
            "",
        ],
    )
    def test_and_no_others(self, url: str) -> None:
        assert not is_discords(url, API_URL)

    def test_a_configured_api_is_trusted_at_its_own_host_and_port(self) -> None:
        base = "http://127.0.0.1:4003/api/v10"
        assert is_discords("http://127.0.0.1:4003/attachments/1/x", base)
        for other in ("http://127.0.0.1:4004/x", "https://127.0.0.1:4003/x", "http://127.0.0.2:4003/x"):
            assert not is_discords(other, base)


class TestFetching:
    async def test_asks_for_the_address_afresh_for_it_runs_out(self, there: Connected, tmp_path: Path) -> None:
        file = uploaded(there, url="https://cdn.discordapp.com/attachments/ran/out", proxy_url="")
        (heard,) = await sent(there, file)
        message = there.world.direct(there.ada).said[-1]
        message["attachments"][0]["url"] = f"{there.discord.url}/attachments/{file['id']}/rows.csv"
        await there.platform.fetch(heard.remote or {}, tmp_path / "rows.csv", 1000)
        assert (tmp_path / "rows.csv").read_bytes() == ROWS

    async def test_writes_nothing_of_a_file_that_is_too_large(self, there: Connected, tmp_path: Path) -> None:
        (heard,) = await sent(there, uploaded(there))
        with pytest.raises(Refused, match="too_large"):
            await there.platform.fetch(heard.remote or {}, tmp_path / "in" / "rows.csv", 10)
        assert [*(tmp_path / "in").glob("*")] == [] if (tmp_path / "in").exists() else True

    async def test_of_a_message_that_was_deleted_is_refused(self, there: Connected, tmp_path: Path) -> None:
        (heard,) = await sent(there, uploaded(there))
        there.world.direct(there.ada).messages.clear()
        with pytest.raises(Refused, match="not_readable"):
            await there.platform.fetch(heard.remote or {}, tmp_path / "rows.csv", 1000)

    async def test_from_another_host_is_refused_whatever_discord_says(self, there: Connected, tmp_path: Path) -> None:
        (heard,) = await sent(there, uploaded(there, url="http://127.0.0.1:1/rows.csv"))
        with pytest.raises(Refused, match="not_readable"):
            await there.platform.fetch(heard.remote or {}, tmp_path / "rows.csv", 1000)

    async def test_of_a_file_that_discord_has_no_more_is_refused(self, there: Connected, tmp_path: Path) -> None:
        (heard,) = await sent(there, uploaded(there))
        there.world.files.clear()
        with pytest.raises(Refused, match="not_readable"):
            await there.platform.fetch(heard.remote or {}, tmp_path / "rows.csv", 1000)

    @pytest.mark.parametrize("wrong", ["garbled", "dropped_after"])
    async def test_is_tried_again_where_discord_is_away(self, there: Connected, tmp_path: Path, wrong: Any) -> None:
        (heard,) = await sent(there, uploaded(there))
        there.discord.faults.add("GET /messages/[0-9]+", wrong, times=9)
        with pytest.raises(RetryLater):
            await there.platform.fetch(heard.remote or {}, tmp_path / "rows.csv", 1000)
