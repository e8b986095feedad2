"""Tables of values separated by commas, semicolons or tabs, as spreadsheets write them.

It does not know what the columns mean; a cell that looks like a formula stays the text that it is. Codes:

- of a whole file (line 0): ``too_many_columns`` (columns, limit), ``too_many_records`` (limit), ``too_many_lines`` (lines,
  limit), ``no_records`` (a header and nothing below it), ``empty_file``
- of a record, by the line on which it begins: ``ragged_row`` (cells, columns), ``bad_quotes`` (a quotation mark stands
  where none may), ``open_quote`` (lines: swallowed by a quotation mark that is never closed), ``too_long_line``
  (bytes, limit)
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from dataset.formats.field_names import plain, role_of
from dataset.formats.records import MOST_COLUMNS, Limits, Record, Refusal, Refused, column_names, record

_SEPARATORS = ("\t", ";", ",")
"""The rarer in a text, the earlier: of two that fit alike the first is taken, so that ``1,5;2,5`` has two cells."""
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_RECORDS = 100
_LONGEST_HEADING = 60
_LINES_PER_RECORD = 20
"""On the average of a file at the limit; millions of blank lines are an attack."""
_SHORTER = 3
"""A first row of unknown words counts as a header where its cells are so many times shorter than those below."""
_TOLD = re.compile(r"sep=([,;\t|])[\r\n]+", re.IGNORECASE)
"""The line by which Excel is told the separator."""

_Cells = tuple[int, list[str]]
"""A record: its line, its cells."""


def looks_separated(text: str) -> bool:
    """Whether a text without a telling file name is such a table: a sentence with commas in it is none.

    Either the first record names at least two parts of an example, or every record has the same tabs.
    """
    separator, text = _separator(text)
    sample = _sample(text, separator)
    if not sample or len(sample[0][1]) < 2:
        return False
    even = all(len(cells) == len(sample[0][1]) for _, cells in sample)
    return _names_in(sample[0][1]) >= 2 or (len(sample) >= 2 and even and separator == "\t")


def read_separated(text: str, limits: Limits) -> tuple[tuple[str, ...], list[Record], list[Refusal]]:
    """Return columns, records and refusals of a table. Raises Refused for the whole."""
    lines = text.count("\n") or text.count("\r")
    if lines > limits.lines * _LINES_PER_RECORD:
        raise Refused("too_many_lines", lines=lines, limit=limits.lines * _LINES_PER_RECORD)
    separator, text = _separator(text)
    header = _has_header(_sample(text, separator))
    columns: list[str] = []
    records: list[Record] = []
    refusals: list[Refusal] = []
    for one in _records(text, separator, limits):
        if len(records) + len(refusals) == limits.lines:
            raise Refused("too_many_records", limit=limits.lines)
        if isinstance(one, Refusal):
            refusals.append(one)
            continue
        line, cells = one
        if not columns:
            columns = _columns(cells, header)
            if header:
                continue
        try:
            records.append(record(line, zip(columns, _even(cells, len(columns)), strict=True)))
        except Refused as refused:
            refusals.append(refused.at(line))
    if not records and not refusals:
        raise Refused("no_records" if columns else "empty_file")
    return tuple(columns), records, refusals


def _columns(cells: Sequence[str], header: bool) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise Refused("too_many_columns", columns=len(cells), limit=MOST_COLUMNS)
    return column_names(cells if header else [""] * len(cells))


def _even(cells: list[str], width: int) -> list[str]:
    """The cells of a record, which may end in empty ones that no column has."""
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise Refused("ragged_row", cells=len(cells), columns=width)
    return cells[:width]


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text below the line that tells it, if one does.

    Else the one by which the first record has most names of an example's parts, then by which most records have as
    many cells as the first.
    """
    if told := _TOLD.match(text):
        return told[1], "\n" * len(told[0].splitlines()) + text[told.end() :]
    fits = {separator: _fit(_sample(text, separator)) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: fits[separator]) if any(map(any, fits.values())) else ",", text


def _fit(sample: Sequence[_Cells]) -> tuple[int, float]:
    if not sample or len(sample[0][1]) < 2:
        return 0, 0.0
    first = sample[0][1]
    even = sum(len(cells) == len(first) for _, cells in sample) / len(sample)
    return _names_in(first), even


def _sample(text: str, separator: str) -> list[_Cells]:
    head = text[:_SAMPLE_CHARACTERS]
    if len(head) < len(text):
        head = head[: head.rfind("\n") + 1] or head
    found = (one for one in _records(head, separator, Limits()) if not isinstance(one, Refusal))
    return list(islice(found, _SAMPLE_RECORDS))


def _has_header(sample: Sequence[_Cells]) -> bool:
    if not sample:
        return False
    first = sample[0][1]
    told = [cell for cell in first if cell.strip()]
    if any(len(cell) > _LONGEST_HEADING or not cell.isprintable() for cell in told):
        return False
    known, each_once = _names_in(first), len({plain(cell) for cell in told}) == len(told)
    return known >= 2 or (each_once and (known == 1 or (len(told) == len(first) and _much_shorter(sample))))


def _names_in(cells: Sequence[str]) -> int:
    return sum(len(cell) <= _LONGEST_HEADING and len(cell.split()) <= 3 and role_of(cell) is not None for cell in cells)


def _much_shorter(sample: Sequence[_Cells]) -> bool:
    first, below = sample[0][1], [cells for _, cells in sample[1:] if len(cells) == len(sample[0][1])]
    if len(below) < 2 or not all(any(map(str.isalpha, cell)) for cell in first):
        return False
    return any(
        sum(len(cells[number]) for cells in below) >= _SHORTER * len(below) * len(cell)
        for number, cell in enumerate(first)
    )


class _Lines(Iterator[str]):
    """The lines of a text for the reader, too long ones emptied; remembers what was fed since ``begin``."""

    def __init__(self, text: str, longest: int) -> None:
        self._file = io.StringIO(text, newline="")
        self._longest = longest
        self.begin()

    def begin(self) -> None:
        self.ended = False
        self.characters = 0
        self.cut = 0

    def __next__(self) -> str:
        line = next(self._file, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.characters += len(line)
        if len(line) <= self._longest:
            return line
        self.cut = len(line)
        return "\n"


def _records(text: str, separator: str, limits: Limits) -> Iterator[_Cells | Refusal]:
    """The records that are not blank, and a refusal for each that cannot be read.

    The reader's own limit for a field, which is one for the whole process, is left as it is: it lies far above ours.
    """
    lines = _Lines(text, limits.line_bytes)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.begin()
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _unreadable(line, reader.line_num - line, lines)
            continue
        if lines.cut:
            numbers = {"bytes": lines.cut, "limit": limits.line_bytes}
            yield Refusal(line=line, code="too_long_line", numbers=numbers)
        elif any(cell and not cell.isspace() for cell in cells):
            yield line, cells


def _unreadable(line: int, more: int, lines: _Lines) -> Refusal:
    if lines.ended or (more and lines.characters > csv.field_size_limit()):
        return Refusal(line=line, code="open_quote", numbers={"lines": more})
    if lines.characters > csv.field_size_limit():
        numbers = {"bytes": lines.characters, "limit": csv.field_size_limit()}
        return Refusal(line=line, code="too_long_line", numbers=numbers)
    return Refusal(line=line, code="bad_quotes")
