"""What reading a file gives: records with columns, rows with fields, and refusals with a line and a code.

It does not know any format. A refusal of a whole file has line 0. Codes of a row, whichever format it came in:
``missing_field`` (field), ``wrong_type`` (field, found), ``duplicate_key`` (field), ``control_character`` and
``lone_surrogate`` (field, character), ``empty_field`` (field), ``too_long_field`` (field, characters, limit). Where the
column is called otherwise than the field, ``column`` says how.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from dataset.quality.characters import fault, with_plain_line_ends
from dataset.quality.findings import Field
from dataset.quality.lengths import MAX_FIELD_CHARACTERS, problems

FIELDS: tuple[Field, ...] = ("instruction", "input", "output")
Numbers = Mapping[str, int | str]
Kind = Literal["jsonl", "json", "csv", "markdown", "text"]

MOST_COLUMNS = 200
"""Of a file. Nobody maps more by hand, and a table of a million columns is an attack."""
_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Limits:
    bytes: int = 20_000_000
    """Of the whole file."""
    lines: int = 50_000
    """Of the whole file; blank ones count. In JSON and CSV, where a record may span lines: of records."""
    line_bytes: int = 262_144
    field_characters: int = MAX_FIELD_CHARACTERS


@dataclass(frozen=True, kw_only=True)
class Refusal:
    line: int
    """Counts from 1; 0 when the file as a whole was refused."""
    code: str
    numbers: Numbers = field(default_factory=dict)


class Refused(Exception):
    """A file, a line or a field that is refused; never leaves this package."""

    def __init__(self, code: str, **numbers: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers

    def at(self, line: int) -> Refusal:
        return Refusal(line=line, code=self.code, numbers=self.numbers)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of a file, before anybody said which column is what."""

    line: int
    """Where it begins; counts from 1."""
    values: Mapping[str, str]
    """Column to text. Line ends are line feeds; no text holds a control character or half a character."""
    unusable: Mapping[str, Refusal] = field(default_factory=dict)
    """Column to what is wrong with its value: the refusal that the record earns where that column is asked for."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file as it was read: either records under columns, or a document, or nothing but refusals."""

    kind: Kind
    columns: tuple[str, ...] = ()
    """In the file's order, at most ``MOST_COLUMNS``. Printable, each once."""
    records: list[Record] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    """By line. Line 0: the file as a whole, and then there are no records."""
    document: str = ""
    """Set when the file is prose. Lines end in line feeds; other control characters are left out."""
    encoding: str = "utf-8"
    """How its bytes were read: ``utf-8``, ``utf-16-le``, ``utf-16-be``, or ``cp1252``, which is a guess to be told."""


@dataclass(frozen=True, kw_only=True)
class GivenRow:
    """A row as it stands in the file. Line ends are line feeds; nothing else was changed."""

    line: int
    """Counts from 1; blank lines count."""
    instruction: str
    input: str
    output: str
    category: str = ""
    """A hint in the giver's own words, on one line; empty where the file names none."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    rows: list[GivenRow]
    refusals: list[Refusal]


def kind_of(value: Any) -> str:
    """JSON's own word for what a value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "string" if isinstance(value, str) else "number"


def record(line: int, pairs: Iterable[tuple[str, Any]], twice: Iterable[str] = ()) -> Record:
    """Make a record of columns and their values, of which ``None`` counts as an empty text."""
    values: dict[str, str] = {}
    unusable: dict[str, Refusal] = {}
    for column, value in pairs:
        try:
            values[column] = _text(value)
        except Refused as refused:
            unusable[column] = refused.at(line)
    unusable.update({column: Refusal(line=line, code="duplicate_key") for column in twice})
    return Record(line=line, values=values, unusable=unusable)


def row(
    record: Record,
    columns: Mapping[Field, str | None],
    limits: Limits,
    constant_instruction: str = "",
    category: str = "",
) -> GivenRow:
    """Make a row of a record: each field from its column. Raises Refused with a code of a row.

    ``input`` may be missing, null or empty. A field without a column is empty, or is ``constant_instruction``.
    """
    names = {name: columns.get(name) for name in FIELDS}
    texts = {name: "" if column is None else _field(record, name, column) for name, column in names.items()}
    if names["instruction"] is None:
        texts["instruction"] = constant_instruction
    instruction, input, output = (texts[name] for name in FIELDS)
    for problem in problems(instruction, input, output, limits.field_characters):
        name = cast(Field, problem.numbers["field"])
        raise _of_field(problem.code, problem.numbers, name, names[name])
    return GivenRow(line=record.line, instruction=instruction, input=input, output=output, category=category)


def column_names(names: Iterable[str]) -> list[str]:
    """Return names fit to be shown, each once: printable, at most 80 characters, ``column 3`` where there is none."""
    found: list[str] = []
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        plain = shown(name) or f"column {number}"
        if plain in seen:
            plain = f"{plain} ({number})"
        seen.add(plain)
        found.append(plain)
    return found


def shown(name: str) -> str:
    """A hostile name in printable characters, at most 80 of them."""
    if name.isascii() and name.isprintable() and len(name) <= _LONGEST_NAME:
        return name.strip()
    words = " ".join(name[: 4 * _LONGEST_NAME].split())
    return "".join(one for one in words if one.isprintable() or one in "\u200c\u200d")[:_LONGEST_NAME].strip()


def columns_of(records: Iterable[Record]) -> tuple[str, ...]:
    """The columns of all records, in the order in which they first come."""
    found: dict[str, None] = {}
    for one in records:
        for columns in (one.values, one.unusable):
            found.update(dict.fromkeys(columns))
        if len(found) > MOST_COLUMNS:
            break
    return tuple(found)[:MOST_COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("wrong_type", found=kind_of(value))
    text = with_plain_line_ends(value)
    if found := fault(text):
        code, character = found
        raise Refused(code, character=character)
    return text


def _field(record: Record, name: Field, column: str) -> str:
    if refusal := record.unusable.get(column):
        raise _of_field(refusal.code, refusal.numbers, name, column)
    if column not in record.values and name != "input":
        raise _of_field("missing_field", {}, name, column)
    return record.values.get(column, "")


def _of_field(code: str, numbers: Numbers, name: Field, column: str | None) -> Refused:
    where = {"field": name} if column in (None, name) else {"field": name, "column": str(column)}
    return Refused(code, **{**numbers, **where})
