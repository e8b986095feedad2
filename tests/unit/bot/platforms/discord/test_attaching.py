"""Files of the home folder go with a message; what cannot is told in words."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.errors import Uncertain
from bot.chat.messages import ChatMessage, Enclosure, Picture
from bot.platforms.discord.attaching import MOST_BYTES
from tests.fakes.discord_server import logged_in
from tests.unit.bot.platforms.discord.posted import Posted, new_client, posted

POST = r"POST /channels/\d+/messages"
ALT = "The loss falls from 3 to 1."
PICTURE = ChatMessage(text="The loss so far.", picture=Picture(path="loss.png", alt=ALT))
FILE = ChatMessage(text="Your rows.", file=Enclosure(path="rows.jsonl", name="rows.jsonl"))


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


def attached(there: Posted) -> list[dict[str, Any]]:
    return [one for message in there.thread.said for one in message["attachments"]]


def content(there: Posted, attachment: dict[str, Any]) -> bytes:
    return there.server.world.files[int(attachment["id"])]


class TestFiles:
    async def test_a_picture_says_in_words_what_it_shows(self, there: Posted) -> None:
        (there.home / "loss.png").write_bytes(b"\x89PNG")
        await there.posting.post(there.address, PICTURE, "tt-1")
        (picture,) = attached(there)
        assert picture["description"] == ALT
        assert picture["filename"].endswith(".png")
        assert content(there, picture) == b"\x89PNG"

    async def test_a_file_comes_whole(self, there: Posted) -> None:
        (there.home / "rows.jsonl").write_bytes(b"{}\n" * 1000)
        await there.posting.post(there.address, FILE, "tt-1")
        (file,) = attached(there)
        assert content(there, file) == b"{}\n" * 1000

    async def test_the_whole_of_a_text_that_is_too_long_comes_as_a_file(self, there: Posted) -> None:
        text = "\n\n".join(f"Paragraph {number}: " + "word " * 100 for number in range(60))
        await there.posting.post(there.address, ChatMessage(text=text), "tt-1")
        (file,) = attached(there)
        assert b"Paragraph 59" in content(there, file)
        assert len(there.thread.said) <= 3

    async def test_one_of_ten_mebibytes_is_the_largest(self, there: Posted) -> None:
        (there.home / "rows.jsonl").write_bytes(b"x" * MOST_BYTES)
        await there.posting.post(there.address, FILE, "tt-1")
        assert len(attached(there)) == 1
        (there.home / "rows.jsonl").write_bytes(b"x" * (MOST_BYTES + 1))
        await there.posting.post(there.address, FILE, "tt-2")
        assert len(attached(there)) == 1
        assert "Your rows." in str(there.thread.texts[1])

    @pytest.mark.parametrize("path", ["gone.png", "../secret.png", "empty.png"])
    async def test_one_that_cannot_be_had_is_told_in_words(self, there: Posted, path: str) -> None:
        (there.home / "empty.png").write_bytes(b"")
        message = ChatMessage(text="The loss so far.", picture=Picture(path=path, alt=ALT))
        await there.posting.post(there.address, message, "tt-1")
        assert attached(there) == []
        assert ALT in " ".join(there.thread.texts) or ALT in str(there.thread.said)

    async def test_where_discord_takes_less_it_is_told_in_words(self, there: Posted) -> None:
        (there.home / "loss.png").write_bytes(b"\x89PNG")
        there.server.faults.add(POST, "refused", status=413, code=40005)
        await there.posting.post(there.address, PICTURE, "tt-1")
        assert attached(there) == []
        assert ALT in str(there.thread.said)


class TestExactlyOnce:
    async def test_a_picture_is_not_shown_twice(self, there: Posted) -> None:
        (there.home / "loss.png").write_bytes(b"\x89PNG")
        there.server.faults.add(POST, "dropped_after")
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, PICTURE, "tt-1")
        there.passes(minutes=60)
        async with logged_in(there.server, new_client()) as client:
            receipt = await there.restarted(client).find(there.address, PICTURE, "tt-1")
        assert receipt is not None
        assert len(attached(there)) == 1

    async def test_an_edit_brings_the_picture_of_now(self, there: Posted) -> None:
        (there.home / "loss.png").write_bytes(b"before")
        receipt = await there.posting.post(there.address, PICTURE, "tt-1")
        (there.home / "loss.png").write_bytes(b"after")
        await there.posting.edit(there.address, receipt, PICTURE, "tt-2")
        (picture,) = attached(there)
        assert content(there, picture) == b"after"
        assert picture["description"] == ALT
