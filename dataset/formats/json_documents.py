"""One JSON document with many examples: an array of objects, or an object that holds one such array.

It does not know what the columns mean, nor JSON lines. Whole elements are kept when later ones are broken. Codes:

- of a whole file (line 0): ``no_records`` (nothing in it is an array of objects, or an example), ``several_tables``
  (tables: arrays of objects), ``too_many_records`` (limit), and ``broken_json`` where nothing before it could be read
- of an element, by the line on which it begins: ``not_an_object`` (found), ``not_json`` (NaN), ``not_utf8``, those of
  ``chats``
- ``broken_json`` (at: line, column): from that line on the file is no JSON, or too deep (then ``too_deep``, at), and
  was not read
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dataset.formats.chats import is_chat
from dataset.formats.field_names import role_of
from dataset.formats.json_values import JsonBroken, JsonObject, JsonParser, json_object, skip_blank
from dataset.formats.records import Limits, Record, Refusal, Refused, kind_of

_MOST_KEYS = 1_000
"""Of an object that holds the array: whoever has more holds no array of examples."""
_ESCAPED = re.compile("[\udc80-\udcff]")
"""Bytes that are no UTF-8, as ``surrogateescape`` keeps them."""


@dataclass(frozen=True)
class _Element:
    start: int
    value: Any
    """A JSON value, or the Refused that it earned."""


def read_json(
    text: bytes, limits: Limits, made_of: Callable[[int, JsonObject], Record]
) -> tuple[list[Record], list[Refusal]]:
    """Return the records and refusals of a document. ``text`` is UTF-8, or meant to be. Raises Refused for the whole."""
    try:
        document = _Document(text.decode("utf-8", "surrogatepass"), limits)
    except UnicodeDecodeError:
        document = _Document(text.decode("utf-8", "surrogateescape"), limits, escaped=True)
    document.read()
    lines = _Lines(document.text)
    records: list[Record] = []
    refusals: list[Refusal] = []
    for element in document.elements():
        line = lines.of(element.start)
        try:
            records.append(_made(element, line, made_of))
        except Refused as refused:
            refusals.append(refused.at(line))
    if document.broken:
        broken = _broken(document.broken, lines)
        if not records:
            raise broken
        refusals.append(broken.at(int(broken.numbers["at"])))
    return records, refusals


def _made(element: _Element, line: int, made_of: Callable[[int, JsonObject], Record]) -> Record:
    if isinstance(element.value, Refused):
        raise element.value
    if not isinstance(element.value, JsonObject):
        raise Refused("not_an_object", found=kind_of(element.value))
    return made_of(line, element.value)


def _broken(broken: JsonBroken, lines: "_Lines") -> Refused:
    line = lines.of(broken.position)
    if broken.code == "too_deep":
        return Refused("too_deep", at=line)
    return Refused("broken_json", at=line, column=lines.column(broken.position))


def _is_example(value: JsonObject) -> bool:
    """Whether an object is an example itself, and no box with examples in it."""
    named = (role_of(key) for key, text in value.items() if isinstance(text, str))
    roles = {match[0] for match in named if match and match[1] == 0}
    return "output" in roles and bool(roles & {"instruction", "input"})


class _Lines:
    """The line of a place, asked for in the order of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = "\n" if "\n" in text else "\r"
        self._at = 0
        self._line = 1

    def of(self, position: int) -> int:
        self._line += self._text.count(self._end, self._at, position)
        self._at = max(self._at, position)
        return self._line

    def column(self, position: int) -> int:
        return position - self._text.rfind(self._end, 0, position)


class _Document:
    """The elements of a document with their places, read as far as it is whole."""

    def __init__(self, text: str, limits: Limits, escaped: bool = False) -> None:
        self.text = text
        self.broken: JsonBroken | None = None
        self._limits = limits
        self._escaped = escaped
        self._at = 0
        self._parser = JsonParser()
        self._top: _Element | None = None
        self._arrays: list[list[_Element]] = []

    def read(self) -> None:
        """Read on to the end, or to where the document is broken."""
        try:
            if self._next("["):
                self._array()
            elif self._next("{"):
                self._object()
            else:
                self._top = self._element()
            self._at = skip_blank(self.text, self._at)
            if self._at < len(self.text):
                raise self._unexpected()
        except JsonBroken as broken:
            self.broken = broken

    def elements(self) -> list[_Element]:
        """The examples of the document. Raises Refused where it has none, or several sets of them."""
        top = self._top.value if self._top else None
        if isinstance(top, JsonObject) and (is_chat(top) or _is_example(top)) and self._top:
            return [self._top]
        tables = [array for array in self._arrays if any(isinstance(one.value, JsonObject) for one in array)]
        if len(tables) > 1:
            raise Refused("several_tables", tables=len(tables))
        if tables:
            return tables[0]
        if self.broken:
            return []
        raise Refused("no_records")

    def _array(self) -> None:
        elements: list[_Element] = []
        self._arrays.append(elements)
        if self._next("]"):
            return
        while True:
            elements.append(self._element())
            if len(elements) > self._limits.lines:
                raise Refused("too_many_records", limit=self._limits.lines)
            if self._next("]"):
                return
            self._expect(",")

    def _object(self) -> None:
        start = self._at - 1
        pairs: list[tuple[str, Any]] = []
        while not self._next("}"):
            if pairs:
                self._expect(",")
            key = self._element().value
            if not isinstance(key, str):
                raise self._unexpected()
            self._expect(":")
            if self._next("["):
                self._array()
                pairs.append((key, [one.value for one in self._arrays[-1]]))
            else:
                pairs.append((key, self._element().value))
            if len(pairs) > _MOST_KEYS:
                raise Refused("no_records")
        self._top = _Element(start, json_object(pairs))

    def _element(self) -> _Element:
        start = skip_blank(self.text, self._at)
        value, self._at = self._parser.value_at(self.text, start)
        if self._escaped and _ESCAPED.search(self.text, start, self._at):
            value = Refused("not_utf8")
        return _Element(start, value)

    def _next(self, character: str) -> bool:
        self._at = skip_blank(self.text, self._at)
        if not self.text.startswith(character, self._at):
            return False
        self._at += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._next(character):
            raise self._unexpected()

    def _unexpected(self) -> JsonBroken:
        return JsonBroken("not_json", self._at)
