"""JSON lines of ``{"instruction", "input", "output"}``: read defensively, written plainly.

It does not know who sent the file, guesses no other field names, and never unpacks an archive. Good rows are kept when
others fail; every refusal carries a line number and a code. The codes:

- of a whole file (line 0): those of ``encodings``, ``too_many_lines`` (lines, limit), ``looks_like_json`` (shape: one
  JSON document, not one a line), ``empty_file``
- of a line: those of a row in ``records``, ``too_long_line`` (bytes, limit), ``not_utf8`` (column), ``not_json`` (column
  if known), ``too_deep``, ``not_an_object`` (found)
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from dataset.content import Content
from dataset.formats.encodings import as_utf8, check_kind, read_bytes
from dataset.formats.json_values import JsonObject, JsonParser
from dataset.formats.records import FIELDS, GivenRow, Limits, Reading, Record, Refusal, Refused, kind_of, record, row

__all__ = [
    "GivenRow",
    "Limits",
    "Reading",
    "Refusal",
    "first_line",
    "jsonl_objects",
    "read_jsonl",
    "read_jsonl_file",
    "write_jsonl",
]

_AS_NAMED = {name: name for name in FIELDS}

_T = TypeVar("_T")


def read_jsonl_file(path: Path, limits: Limits | None = None) -> Reading:
    """Read a file, but no more of it than the limit allows. It blocks: call it in a thread. Raises OSError."""
    limits = limits or Limits()
    try:
        return read_jsonl(read_bytes(path, limits), limits)
    except Refused as refused:
        return Reading(rows=[], refusals=[refused.at(0)])


def read_jsonl(data: bytes, limits: Limits | None = None) -> Reading:
    """Read an uploaded file. Nothing in it makes this raise; see the module's codes for what can be refused."""
    limits = limits or Limits()
    try:
        check_kind(data, limits)
        text = as_utf8(data)
        _check_shape(text, limits)
        rows, refusals = jsonl_objects(text, limits, lambda line, value: row(_record(line, value), _AS_NAMED, limits))
    except Refused as refused:
        return Reading(rows=[], refusals=[refused.at(0)])
    return Reading(rows=rows, refusals=refusals)


def jsonl_objects(
    text: bytes, limits: Limits, made_of: Callable[[int, JsonObject], _T]
) -> tuple[list[_T], list[Refusal]]:
    """Return what is made of the object of each line, and a refusal for each line that gave none.

    ``text`` is UTF-8, or meant to be. ``made_of`` may raise Refused. Raises Refused for too many lines and none at all.
    """
    _check_count(text, limits)
    made: list[_T] = []
    refusals: list[Refusal] = []
    parser = JsonParser()
    for number, line in _lines(text):
        try:
            value = _parse(line, parser, limits)
            if not isinstance(value, JsonObject):
                raise Refused("not_an_object", found=kind_of(value))
            made.append(made_of(number, value))
        except Refused as refused:
            refusals.append(refused.at(number))
    if not made and not refusals:
        raise Refused("empty_file")
    return made, refusals


def first_line(text: bytes, limits: Limits) -> tuple[Any, bool]:
    """Return the JSON value of the first line, a Refused where it has none, and whether that is the only line."""
    lines = _lines(text)
    _, first = next(lines, (0, b""))
    alone = next(lines, None) is None
    try:
        return _parse(first, JsonParser(), limits), alone
    except Refused as refused:
        return refused, alone


def write_jsonl(rows: Iterable[Content]) -> str:
    """Return one JSON object a line, in the order given, to be stored as UTF-8."""
    return "".join(json.dumps({name: getattr(row, name) for name in FIELDS}, ensure_ascii=False) + "\n" for row in rows)


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers. A file without any line feed has the ends of old Macs."""
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    return ((number, line.strip()) for number, line in enumerate(io.BytesIO(text), 1) if line.strip())


def _check_count(text: bytes, limits: Limits) -> None:
    ends = text.count(b"\n") or text.count(b"\r")
    count = ends + (not text.endswith((b"\n", b"\r")))
    if count > limits.lines:
        raise Refused("too_many_lines", lines=count, limit=limits.lines)


def _check_shape(text: bytes, limits: Limits) -> None:
    """Refuse one JSON document over the whole file: line by line it would only give noise."""
    _check_count(text, limits)
    value, alone = first_line(text, limits)
    _, first = next(_lines(text), (0, b""))
    if first.startswith(b"[") and (alone or isinstance(value, Refused)):
        raise Refused("looks_like_json", shape="array")
    if first == b"{" and not alone:
        raise Refused("looks_like_json", shape="object")


def _parse(line: bytes, parser: JsonParser, limits: Limits) -> Any:
    if len(line) > limits.line_bytes:
        raise Refused("too_long_line", bytes=len(line), limit=limits.line_bytes)
    try:
        text = line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", column=error.start + 1) from error
    return parser.whole(text)


def _record(line: int, value: JsonObject) -> Record:
    pairs = ((name, value[name]) for name in FIELDS if name in value)
    return record(line, pairs, twice=[name for name in FIELDS if name in value.twice])
