"""From the bytes of an uploaded file to text: what is no text is refused, and nothing is ever unpacked.

It does not know formats. Codes, all of a whole file: ``too_large`` (bytes, limit), ``archive`` (kind), ``binary`` (kind),
``unknown_encoding`` (encoding).
"""

import re
from pathlib import Path

from dataset.formats.records import Limits, Refused

_ARCHIVES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"(\xb5/\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_BINARIES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"\x7fELF", "elf"),
    (b"SQLite format 3", "sqlite"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "rtf"),
)
_UTF8_BOM = b"\xef\xbb\xbf"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_LONGEST_WESTERN_RUN = 2
_FOREIGN_SHARE = 0.25
"""Of the bytes beyond ASCII: in German, Spanish or French nearly every one stands alone or with one other (``“Ü``);
in Chinese, Arabic, Russian or Greek of an older encoding whole words are made of them."""


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Read a file, but no more of it than the limit allows. It blocks. Raises OSError and Refused."""
    with path.open("rb") as file:
        data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise Refused("too_large", bytes=path.stat().st_size, limit=limits.bytes)
    return data


def check_kind(data: bytes, limits: Limits) -> None:
    """Raise Refused for what is too large, packed, or no text."""
    if len(data) > limits.bytes:
        raise Refused("too_large", bytes=len(data), limit=limits.bytes)
    for magic, kind in _ARCHIVES:
        if data.startswith(magic):
            raise Refused("archive", kind=kind)
    if data[257:262] == b"ustar":
        raise Refused("archive", kind="tar")
    for magic, kind in _BINARIES:
        if data.startswith(magic):
            raise Refused("binary", kind=kind)
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise Refused("unknown_encoding", encoding="UTF-32")
    if utf16(data) is None and b"\x00" in data:
        raise Refused("binary", kind="unknown")


def utf16(data: bytes) -> str | None:
    """The UTF-16 codec to read with, known by the byte order mark or by how ``{`` and a blank look; else None."""
    if data.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if data.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if data[:1] in (b"{", b"[", b" ", b"\n", b"\r") and data[1:2] == b"\x00":
        return "utf-16-le"
    if data[:1] == b"\x00" and data[1:2] in (b"{", b"[", b" ", b"\n", b"\r"):
        return "utf-16-be"
    return None


def as_utf8(data: bytes) -> bytes:
    """The file in UTF-8 without a byte order mark. Half characters pass here and are refused by their line."""
    codec = utf16(data)
    if codec is None:
        return data.removeprefix(_UTF8_BOM)
    return _from_utf16(data, codec).encode("utf-8", "surrogatepass")


def as_text(data: bytes) -> tuple[str, str]:
    """The file as text, and the encoding it was read with. Raises Refused where that would be a blind guess.

    What is neither UTF-8 nor UTF-16 is read as Windows' Western European (cp1252) if it looks like such a language. Half
    characters of UTF-16 pass here.
    """
    codec = utf16(data)
    if codec is not None:
        return _from_utf16(data, codec), codec
    try:
        return data.removeprefix(_UTF8_BOM).decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _western(data), "cp1252"


def _from_utf16(data: bytes, codec: str) -> str:
    return data[: len(data) // 2 * 2].decode(codec, "surrogatepass").removeprefix("\ufeff")


def _western(data: bytes) -> str:
    runs = [found.end() - found.start() for found in _BEYOND_ASCII.finditer(data)]
    foreign = sum(length for length in runs if length > _LONGEST_WESTERN_RUN)
    if foreign > _FOREIGN_SHARE * sum(runs):
        raise Refused("unknown_encoding", encoding="unknown")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Refused("unknown_encoding", encoding="unknown") from error
