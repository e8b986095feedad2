"""JSON lines of ``{"instruction", "input", "output"}``: read defensively, written plainly.

It does not know who sent the file, guesses no other field names, and never unpacks an archive. Good rows are kept when
others fail; every refusal carries a line number and a code. The codes:

- of a whole file (line 0): ``too_many_lines`` (lines, limit), ``empty_file``
- of a line: ``too_long_line`` (bytes, limit), ``not_utf8`` (column), ``not_json`` (column
  if known), ``too_deep``, ``not_an_object`` (found)
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from dataset.content import Content
from dataset.formats.json_values import JsonObject, JsonParser
from dataset.formats.records import FIELDS, Limits, Refusal, Refused, kind_of

_T = TypeVar("_T")


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


def _parse(line: bytes, parser: JsonParser, limits: Limits) -> Any:
    if len(line) > limits.line_bytes:
        raise Refused("too_long_line", bytes=len(line), limit=limits.line_bytes)
    try:
        text = line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", column=error.start + 1) from error
    return parser.whole(text)
