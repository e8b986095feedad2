"""Any file of examples that a person may send, read as a sheet: JSON lines, JSON, CSV, Markdown, text.

It does not know which column is what (``columns`` proposes and applies that), and never unpacks or runs anything. What a
file is, its content says first and its name second. A file refused as a whole has one refusal, with line 0, and no
records. Codes beyond those of ``encodings``, ``jsonl``, ``json_documents``, ``chats``, ``separated`` and
``markdown_tables``: ``empty_file``, ``too_many_lines`` (lines, limit).
"""

import re
from pathlib import Path

from dataset.formats.chats import pairs_of
from dataset.formats.encodings import as_text, as_utf8, check_kind, read_bytes, utf16
from dataset.formats.json_documents import read_json
from dataset.formats.json_values import JsonObject
from dataset.formats.jsonl import first_line, jsonl_objects
from dataset.formats.labelled import read_labelled
from dataset.formats.markdown_tables import read_tables
from dataset.formats.records import (
    MOST_COLUMNS,
    Kind,
    Limits,
    Record,
    Refusal,
    Refused,
    Sheet,
    column_names,
    columns_of,
    record,
    shown,
)
from dataset.formats.separated import looks_separated, read_separated
from dataset.quality.characters import is_empty, with_plain_line_ends, without_faults

__all__ = ["Limits", "Record", "Refusal", "Sheet", "read_sheet", "read_sheet_file"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("jsonl", "ndjson", "jsonlines"), "jsonl"),
    "json": "json",
    **dict.fromkeys(("csv", "tsv", "tab"), "csv"),
    **dict.fromkeys(("md", "markdown", "mdown", "mkd"), "markdown"),
    **dict.fromkeys(("txt", "text"), "text"),
}
_JSON_BEGINS = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]]|\[\s*\Z|\{\s*\Z)')
"""A bracket alone is not enough: texts begin with ``[1]``, ``[a link](...)`` or ``{{name}}`` too."""


def read_sheet_file(path: Path, name: str, limits: Limits | None = None) -> Sheet:
    """Read a file, but no more of it than the limit allows. It blocks: call it in a thread. Raises OSError.

    ``name`` is the one that the person gave it; it is never used as a path.
    """
    limits = limits or Limits()
    try:
        data = read_bytes(path, limits)
    except Refused as refused:
        return Sheet(kind=_named_kind(name) or "text", refusals=[refused.at(0)])
    return read_sheet(data, name, limits)


def read_sheet(data: bytes, name: str, limits: Limits | None = None) -> Sheet:
    """Read an uploaded or pasted file. Nothing in it makes this raise."""
    limits = limits or Limits()
    named = _named_kind(name)
    try:
        check_kind(data, limits)
        return _read(data, named, limits)
    except Refused as refused:
        return Sheet(kind=named or "text", refusals=[refused.at(0)])


def _named_kind(name: str) -> Kind | None:
    return _KINDS.get(name[-20:].rpartition(".")[2].strip().lower())


def _read(data: bytes, named: Kind | None, limits: Limits) -> Sheet:
    """By content where that is JSON; the reading as JSON stands, too, where only the name says so and nothing else fits."""
    begins = bool(_JSON_BEGINS.match(utf8 := as_utf8(data)))
    meant = named in ("json", "jsonl") or (begins and named is None)
    as_json: Sheet | Refused | None = None
    if begins or meant:
        as_json = _json_or_refused(utf8, named, utf16(data) or "utf-8", limits)
        if isinstance(as_json, Sheet) and as_json.records:
            return as_json
    if not (begins and meant):
        text, encoding = as_text(data)
        sheet = _text(text, encoding, named, limits)
        if as_json is None or not meant or not sheet.document:
            return sheet
    if isinstance(as_json, Refused):
        raise as_json
    assert as_json is not None
    return as_json


def _json_or_refused(utf8: bytes, named: Kind | None, encoding: str, limits: Limits) -> Sheet | Refused:
    try:
        kind, records, refusals = _json(utf8, named, limits)
    except Refused as refused:
        return refused
    return Sheet(kind=kind, columns=columns_of(records), records=records, refusals=refusals, encoding=encoding)


def _json(utf8: bytes, named: Kind | None, limits: Limits) -> tuple[Kind, list[Record], list[Refusal]]:
    """One document over the whole file, or an object a line."""
    first, alone = first_line(utf8, limits)
    by_line = not alone and (
        isinstance(first, JsonObject)
        or (named != "json" and not isinstance(first, Refused))
        or (named == "jsonl" and not _opens_only(utf8))
    )
    if by_line:
        return "jsonl", *jsonl_objects(utf8, limits, _record)
    try:
        return "json", *read_json(utf8, limits, _record)
    except Refused:
        if alone or named == "json":
            raise
        records, refusals = jsonl_objects(utf8, limits, _record)
        if not records:
            raise
        return "jsonl", records, refusals


def _opens_only(utf8: bytes) -> bool:
    """Whether the first line only opens a bracket, as in a document over many lines."""
    return re.match(rb"\s*(?:\[|\{\s*[\r\n])", utf8) is not None


def _record(line: int, value: JsonObject) -> Record:
    pairs = pairs_of(value)[:MOST_COLUMNS]
    if all(name == shown(name) for name, _ in pairs):
        return record(line, pairs, value.twice)
    names = column_names(name for name, _ in pairs)
    twice = [name for name, (key, _) in zip(names, pairs, strict=True) if key in value.twice]
    return record(line, zip(names, (item for _, item in pairs), strict=True), twice)


def _text(text: str, encoding: str, named: Kind | None, limits: Limits) -> Sheet:
    if is_empty(text):
        raise Refused("empty_file")
    if named == "csv":
        return _sheet("csv", read_separated(text, limits), encoding)
    document = with_plain_line_ends(text)
    count = document.count("\n") + (not document.endswith("\n"))
    if count > limits.lines:
        raise Refused("too_many_lines", lines=count, limit=limits.lines)
    lines = document.split("\n")
    prose: Kind = "markdown" if named == "markdown" else "text"
    if labelled := read_labelled(lines):
        return _sheet(prose, (*labelled, []), encoding)
    if tables := read_tables(lines):
        return _sheet("markdown", tables, encoding)
    if named != "markdown" and looks_separated(text):
        return _sheet("csv", read_separated(text, limits), encoding)
    document = without_faults(document)
    if is_empty(document):
        raise Refused("empty_file")
    return Sheet(kind=prose, document=document, encoding=encoding)


def _sheet(kind: Kind, read: tuple[tuple[str, ...], list[Record], list[Refusal]], encoding: str) -> Sheet:
    columns, records, refusals = read
    return Sheet(kind=kind, columns=columns, records=records, refusals=refusals, encoding=encoding)
