"""Which column of a sheet is which part of an example: a proposal for a person to confirm, and rows made by it.

It does not read files, and asks nobody. Names are trusted first (``field_names``), then shapes: how long the texts of a
column are and how often they repeat.
"""

from dataclasses import dataclass
from statistics import fmean

from dataset.formats.field_names import LETTERS, Match, Role, is_beside, plain, role_of
from dataset.formats.passages import QUESTION_MARKS
from dataset.formats.records import FIELDS, GivenRow, Limits, Reading, Record, Refused, Sheet, row, shown

_SAMPLE = 200
_LONGEST_LABEL = 30
_FEWEST_LABELLED = 6
"""Records from which on repeated short texts are taken for labels: of three rows two may agree by chance."""


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    instruction: str | None = None
    """The column it is read from; None: every row has ``constant_instruction``."""
    input: str | None = None
    output: str | None = None
    category: str | None = None
    constant_instruction: str = ""
    sure: bool = False
    """Whether the columns are named so plainly that no confirmation is needed."""

    @property
    def needs_instruction(self) -> bool:
        """Whether a person has yet to say what is asked of every row, as for texts with a label."""
        return self.instruction is None and not self.constant_instruction.strip()


@dataclass(frozen=True)
class _Column:
    name: str
    match: Match | None
    texts: list[str]
    """Of the first records, without empty ones."""
    filled: float
    """Share of the first records that have a text with a letter in it."""
    length: float

    @property
    def is_prose(self) -> bool:
        return self.filled >= 0.5 and not is_beside(self.name)

    @property
    def is_label(self) -> bool:
        """Whether the same few short texts come again and again."""
        few = len(set(self.texts)) <= max(2, len(self.texts) // 3)
        return few and len(self.texts) >= _FEWEST_LABELLED and max(map(len, self.texts)) <= _LONGEST_LABEL

    @property
    def asks(self) -> bool:
        """Whether most of its texts are questions."""
        return 2 * sum(text.endswith(QUESTION_MARKS) for text in self.texts) > len(self.texts)


def propose(sheet: Sheet) -> ColumnMapping | None:
    """Return what the columns seem to be, or None where fewer than two can be used.

    Sure only where ``instruction`` and ``output`` are called just so and every other column is ``input``, ``category``
    or plainly none of a row's texts: a number, a date, a source, a value that is no text. A chat that was recognised
    is read under these names. Texts with labels lack an instruction: see ``needs_instruction``.
    """
    columns = [_column(name, sheet.records) for name in sheet.columns]
    if exact := _exact(columns):
        return exact
    usable = [one for one in columns if one.filled or (one.match and one.match[0] == "category")]
    if len(usable) < 2:
        return None
    roles = _by_shape(_by_name(usable), [one for one in usable if one.is_prose])
    if "output" not in roles or not roles.keys() & {"instruction", "input"}:
        return None
    names = {role: column.name for role, column in roles.items()}
    return ColumnMapping(
        instruction=names.get("instruction"),
        input=names.get("input"),
        output=names["output"],
        category=names.get("category"),
    )


def apply(sheet: Sheet, mapping: ColumnMapping, limits: Limits | None = None) -> Reading:
    """Return a row for each record that gives one, and refusals by line: the sheet's own and those of records.

    The rules and codes are those of JSON lines, see ``records``.
    """
    limits = limits or Limits()
    columns = {name: getattr(mapping, name) for name in FIELDS}
    rows: list[GivenRow] = []
    refusals = list(sheet.refusals)
    for record in sheet.records:
        try:
            given = row(record, columns, limits, mapping.constant_instruction, _category(record, mapping.category))
            rows.append(given)
        except Refused as refused:
            refusals.append(refused.at(record.line))
    return Reading(rows=rows, refusals=sorted(refusals, key=lambda one: one.line))


def _category(record: Record, column: str | None) -> str:
    return shown(record.values.get(column, "")) if column else ""


def _column(name: str, records: list[Record]) -> _Column:
    sample = records[:_SAMPLE]
    texts = [text for text in (one.values.get(name, "")[:2_000].strip() for one in sample) if text]
    lettered = sum(any(map(str.isalpha, text)) for text in texts)
    length = fmean(map(len, texts)) if texts else 0.0
    return _Column(name, role_of(name), texts, lettered / max(1, len(sample)), length)


def _exact(columns: list[_Column]) -> ColumnMapping | None:
    """The mapping of columns that bear the names of the fields."""
    named = {plain(one.name): one.name for one in columns}
    if not {"instruction", "output"} <= named.keys() or len(named) < len(columns):
        return None
    others = [one for one in columns if plain(one.name) not in (*FIELDS, "category")]
    return ColumnMapping(
        instruction=named["instruction"],
        input=named.get("input"),
        output=named["output"],
        category=named.get("category"),
        sure=not any(one.filled and not is_beside(one.name) for one in others),
    )


def _by_name(columns: list[_Column]) -> dict[Role, _Column]:
    """For each role the column that is named most plainly for it."""
    found: dict[Role, _Column] = {}
    for one in sorted((one for one in columns if one.match), key=lambda one: one.match[1:] if one.match else ()):
        if one.match:
            found.setdefault(one.match[0], one)
    return found or _by_letter(columns)


def _by_letter(columns: list[_Column]) -> dict[Role, _Column]:
    found = {LETTERS[plain(one.name)]: one for one in columns if plain(one.name) in LETTERS}
    return found if len(found) == 2 else {}


def _by_shape(roles: dict[Role, _Column], prose: list[_Column]) -> dict[Role, _Column]:
    """The roles, with those that no name gave filled from the columns that are left."""
    roles = dict(roles)
    left = [one for one in prose if one not in roles.values()]
    labels = [one for one in left if one.is_label]
    if not roles and len(left) == 2 and len(labels) == 1:
        roles["category"] = labels[0]
        left.remove(labels[0])
        roles["input"] = left.pop()
    if "output" not in roles and left:
        roles["output"] = max(left, key=lambda one: (not one.asks, one.length))
        left.remove(roles["output"])
    _label_as_output(roles, left)
    if "output" not in roles and {"instruction", "input"} <= roles.keys():
        roles["output"] = roles.pop("input")
    if left and not roles.keys() & {"instruction", "input"}:
        roles["instruction"], *rest = left
        roles |= {"input": rest[0]} if rest else {}
        left = []
    if len(left) == 1 and "instruction" in roles and "input" not in roles:
        roles["input"] = left[0]  # what else there is comes with the request
    return roles


def _label_as_output(roles: dict[Role, _Column], left: list[_Column]) -> None:
    """Texts with labels: the text is what is looked at, the label what is answered."""
    others = roles.keys() - {"category"}
    if "category" in roles and len(others) == 1 and not left:
        text = roles.pop(others.pop())
        roles |= {"input": text, "output": roles.pop("category")}
    elif "category" in roles and "output" not in roles and len(others) == 2:
        roles["output"] = roles.pop("category")
