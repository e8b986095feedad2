"""JSON lines of ``{"instruction", "input", "output"}``: read defensively, written plainly.

It does not know who sent the file, guesses no other field names, and never unpacks an archive. Good rows are kept when
others fail; every refusal carries a line number and a code. The codes:

- of a whole file (line 0): ``too_large`` (bytes, limit), ``too_many_lines`` (lines, limit), ``archive`` (kind),
  ``binary`` (kind), ``unknown_encoding`` (encoding), ``looks_like_json`` (shape: one JSON document, not one a line),
  ``empty_file``
- of a line: ``too_long_line`` (bytes, limit), ``not_utf8`` (column), ``not_json`` (column if known), ``too_deep``,
  ``not_an_object`` (found), ``duplicate_key`` (field), ``missing_field`` (field), ``wrong_type`` (field, found),
  ``empty_field`` (field), ``too_long_field`` (field, characters, limit), ``control_character`` (field, character),
  ``lone_surrogate`` (field, character)
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from dataset.content import Content
from dataset.quality.characters import fault, with_plain_line_ends
from dataset.quality.lengths import MAX_FIELD_CHARACTERS, problems

_FIELDS = ("instruction", "input", "output")

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


@dataclass(frozen=True, kw_only=True)
class Limits:
    bytes: int = 20_000_000
    """Of the whole file."""
    lines: int = 50_000
    """Of the whole file; blank ones count."""
    line_bytes: int = 262_144
    field_characters: int = MAX_FIELD_CHARACTERS


@dataclass(frozen=True, kw_only=True)
class GivenRow:
    """A row as it stands in the file. Line ends are line feeds; nothing else was changed."""

    line: int
    """Counts from 1; blank lines count."""
    instruction: str
    input: str
    output: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    line: int
    """Counts from 1; 0 when the file as a whole was refused."""
    code: str
    numbers: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reading:
    rows: list[GivenRow]
    refusals: list[Refusal]


class _NotJson(ValueError):
    """``NaN`` and ``Infinity``, which Python's reader would let pass."""


class _Refused(Exception):
    def __init__(self, code: str, **numbers: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers


class _Object(dict[str, Any]):
    """A JSON object that remembers a key that came twice."""

    twice: str | None = None


def read_jsonl_file(path: Path, limits: Limits | None = None) -> Reading:
    """Read a file, but no more of it than the limit allows. It blocks: call it in a thread. Raises OSError."""
    limits = limits or Limits()
    with path.open("rb") as file:
        data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        return _refused_whole("too_large", bytes=path.stat().st_size, limit=limits.bytes)
    return read_jsonl(data, limits)


def read_jsonl(data: bytes, limits: Limits | None = None) -> Reading:
    """Read an uploaded file. Nothing in it makes this raise; see the module's codes for what can be refused."""
    limits = limits or Limits()
    try:
        _check_kind(data, limits)
        lines = _lines(data)
        _check_shape(data, limits)
    except _Refused as refused:
        return _refused_whole(refused.code, **refused.numbers)
    reading = Reading(rows=[], refusals=[])
    for number, line in lines:
        try:
            reading.rows.append(_read_line(number, line, limits))
        except _Refused as refused:
            reading.refusals.append(Refusal(line=number, code=refused.code, numbers=refused.numbers))
    if not reading.rows and not reading.refusals:
        return _refused_whole("empty_file")
    return reading


def write_jsonl(rows: Iterable[Content]) -> str:
    """Return one JSON object a line, in the order given, to be stored as UTF-8."""
    return "".join(
        json.dumps({name: getattr(row, name) for name in _FIELDS}, ensure_ascii=False) + "\n" for row in rows
    )


def _refused_whole(code: str, **numbers: int | str) -> Reading:
    return Reading(rows=[], refusals=[Refusal(line=0, code=code, numbers=numbers)])


def _check_kind(data: bytes, limits: Limits) -> None:
    if len(data) > limits.bytes:
        raise _Refused("too_large", bytes=len(data), limit=limits.bytes)
    for magic, kind in _ARCHIVES:
        if data.startswith(magic):
            raise _Refused("archive", kind=kind)
    if data[257:262] == b"ustar":
        raise _Refused("archive", kind="tar")
    for magic, kind in _BINARIES:
        if data.startswith(magic):
            raise _Refused("binary", kind=kind)
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise _Refused("unknown_encoding", encoding="UTF-32")
    if _utf16(data) is None and b"\x00" in data:
        raise _Refused("binary", kind="unknown")


def _utf16(data: bytes) -> str | None:
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


def _as_utf8(data: bytes) -> bytes:
    """The file in UTF-8 without a byte order mark. Half characters pass here and are refused by their line."""
    codec = _utf16(data)
    if codec is None:
        return data.removeprefix(_UTF8_BOM)
    whole = data[: len(data) // 2 * 2]
    return whole.decode(codec, "surrogatepass").removeprefix("\ufeff").encode("utf-8", "surrogatepass")


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers. A file without any line feed has the ends of old Macs."""
    data = _as_utf8(data)
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return ((number, line.strip()) for number, line in enumerate(io.BytesIO(data), 1) if line.strip())


def _check_shape(data: bytes, limits: Limits) -> None:
    """Refuse too many lines, and one JSON document over the whole file: line by line it would only give noise."""
    text = _as_utf8(data)
    ends = text.count(b"\n") or text.count(b"\r")
    count = ends + (not text.endswith((b"\n", b"\r")))
    if count > limits.lines:
        raise _Refused("too_many_lines", lines=count, limit=limits.lines)
    lines = _lines(data)
    _, first = next(lines, (0, b""))
    alone = next(lines, None) is None
    if first.startswith(b"[") and (alone or not _parses(first, limits)):
        raise _Refused("looks_like_json", shape="array")
    if first == b"{" and not alone:
        raise _Refused("looks_like_json", shape="object")


def _parses(line: bytes, limits: Limits) -> bool:
    try:
        _parse(line, limits)
    except _Refused:
        return False
    return True


def _parse(line: bytes, limits: Limits) -> Any:
    if len(line) > limits.line_bytes:
        raise _Refused("too_long_line", bytes=len(line), limit=limits.line_bytes)
    try:
        text = line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise _Refused("not_utf8", column=error.start + 1) from error
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_zero, parse_float=_zero, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise _Refused("not_json", column=error.pos + 1) from error
    except _NotJson as error:
        raise _Refused("not_json") from error
    except RecursionError as error:
        raise _Refused("too_deep") from error


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object()
    for key, value in pairs:
        if key in result and key in _FIELDS:
            result.twice = key
        result[key] = value
    return result


def _zero(_: str) -> int:
    """Stands for any number: none is ever used, and converting one of a million digits takes minutes."""
    return 0


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJson(name)


def _read_line(number: int, line: bytes, limits: Limits) -> GivenRow:
    value = _parse(line, limits)
    if not isinstance(value, _Object):
        raise _Refused("not_an_object", found=_kind(value))
    if value.twice is not None:
        raise _Refused("duplicate_key", field=value.twice)
    instruction, input, output = (_field(value, name) for name in _FIELDS)
    for problem in problems(instruction, input, output, limits.field_characters):
        raise _Refused(problem.code, **problem.numbers)
    return GivenRow(line=number, instruction=instruction, input=input, output=output)


def _field(value: _Object, name: str) -> str:
    """The text of a field. ``input`` may be missing, null or empty."""
    if name not in value and name != "input":
        raise _Refused("missing_field", field=name)
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _Refused("wrong_type", field=name, found=_kind(text))
    text = with_plain_line_ends(text)
    if found := fault(text):
        code, character = found
        raise _Refused(code, field=name, character=character)
    return text


def _kind(value: Any) -> str:
    """JSON's own word for what a value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {_Object: "object", list: "array", str: "string", int: "number"}[type(value)]
