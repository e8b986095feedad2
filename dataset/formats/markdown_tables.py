"""Tables of Markdown, with pipes between their cells.

It does not know what the columns mean. Codes, by line: ``ragged_row`` (cells, columns), ``other_table`` (rows: a table
with other columns than the ones that were taken).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dataset.formats.blocks import outside
from dataset.formats.field_names import role_of
from dataset.formats.records import MOST_COLUMNS, Record, Refusal, Refused, column_names, record

_RULE = re.compile(r"[\s|:-]+")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


@dataclass
class _Table:
    line: int
    columns: tuple[str, ...]
    records: list[Record] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    characters: int = 0

    def names_an_example(self) -> bool:
        roles = {match[0] for match in map(role_of, self.columns) if match}
        return "output" in roles and len(roles) > 1


def read_tables(lines: Sequence[str]) -> tuple[tuple[str, ...], list[Record], list[Refusal]] | None:
    """Return columns, records and refusals of the tables of a document, or None where it is rather prose.

    Tables with the same columns are one. Of different ones those are taken whose columns name an example, else the
    longest. Without such names the tables must make up most of the document.
    """
    tables = [table for table in _tables(lines) if table.records]
    if not tables:
        return None
    best = max(tables, key=lambda table: (table.names_an_example(), _rows_like(table, tables)))
    taken = [table for table in tables if table.columns == best.columns]
    if not best.names_an_example():
        everything = sum(len(line.strip()) for line in lines)
        if 2 * sum(table.characters for table in taken) < everything:
            return None
    records = [one for table in taken for one in table.records]
    refusals = [one for table in taken for one in table.refusals]
    refusals += [
        Refusal(line=table.line, code="other_table", numbers={"rows": len(table.records)})
        for table in tables
        if table.columns != best.columns
    ]
    return best.columns, records, sorted(refusals, key=lambda one: one.line)


def _rows_like(table: _Table, tables: Sequence[_Table]) -> int:
    return sum(len(one.records) for one in tables if one.columns == table.columns)


def _tables(lines: Sequence[str]) -> list[_Table]:
    free = outside(lines)
    found: list[_Table] = []
    inside = False
    for number, line in enumerate(lines):
        if not free[number] or "|" not in line:
            inside = False
        elif not inside and number + 1 < len(lines) and free[number + 1] and _is_rule(lines[number + 1], line):
            found.append(
                _Table(number + 1, tuple(column_names(_cells(line))), characters=len(line) + len(lines[number + 1]))
            )
            inside = True
        elif inside and number > found[-1].line:
            _take(found[-1], number + 1, line)
    return found


def _is_rule(rule: str, header: str) -> bool:
    """Whether a line rules off a header: as many cells, each of dashes."""
    if "-" not in rule or "|" not in rule or not _RULE.fullmatch(rule) or rule.count("|") > MOST_COLUMNS:
        return False
    cells = _cells(rule)
    return all(cell.strip(":").strip("-") == "" and "-" in cell for cell in cells) and len(cells) == len(_cells(header))


def _take(table: _Table, line: int, text: str) -> None:
    cells = _cells(text)
    table.characters += len(text)
    try:
        if len(cells) != len(table.columns):
            raise Refused("ragged_row", cells=len(cells), columns=len(table.columns))
        table.records.append(record(line, zip(table.columns, cells, strict=True)))
    except Refused as refused:
        table.refusals.append(refused.at(line))


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [_BREAK.sub("\n", cell.strip().replace("\\|", "|")) for cell in _PIPE.split(line)]
