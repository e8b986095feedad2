"""Examples written under labels in a text or in Markdown: ``## Instruction``, ``**Input:**``, ``Output:``, ``Q:``, ``A:``.

It does not know tables. The first label of each part decides how that part is labelled in this file, word and style:
another ``Notes:`` or ``Answer:`` further down belongs to the text. So an output may have headings and labels of its own.
An example is one request, then what it may have besides, then one answer. A request without an answer becomes a record
without that column, which is refused when rows are made of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dataset.formats.blocks import outside
from dataset.formats.field_names import LETTERS, NAMES, Role, plain
from dataset.formats.records import Record, column_names, record

_ASKING = "question frage pregunta 问 问题 問題 سؤال السؤال domanda pergunta вопрос 質問 질문"
_QUESTIONS = frozenset(_ASKING.split())
_SORTING = "category kategorie categoría catégorie 类别 類別 分类 فئة الفئة категория"
_CATEGORIES = frozenset(_SORTING.split())
_WORDS: dict[str, Role] = {
    name: role for role, names in NAMES.items() for name in names if role != "category" or name in _CATEGORIES
}
"""``Type:`` and ``Tag:`` (a German day) are far too common at the beginning of a line."""
_LABEL = re.compile(
    r"""[\s\u200e\u200f\u202b]{0,4}
    (?P<style>\#{1,6}(?=\s) | [-*+](?=\s) | \d{1,4}[.)])?\s{0,3}
    (?P<bold>\*\*|__)?\s{0,3}
    (?P<word>[^\W\d_]{1,20}(?:[ ][^\W\d_]{1,20})?)
    (?:\s{0,2}\#?\d{1,4})?[.)]?\s{0,3}
    (?P<end>(?:\*\*|__)?\s{0,3}[:：]\s{0,3}(?:\*\*|__)?|\*\*|__|$)
    (?P<rest>.*)""",
    re.VERBOSE,
)
_TITLE = re.compile(
    r"\s{0,3}\#{1,6}\s|[-*_=]{3,}\s*$|(?:example|beispiel|ejemplo|例|例子|示例|مثال)\s{0,3}\d{1,4}\s{0,3}[:.)]?\s*$",
    re.IGNORECASE,
)
_MOST_BEFORE = 400
"""Characters before the first label, such as a title and a word about the file; with more, the file is a document."""
_LONGEST_ALONE = 6_000
"""Characters of a file with one example only; a longer one is a document in which two such words happened to stand."""

Style = tuple[str, str, str]
"""Word, heading level or bullet, bold: what tells one label from another."""


@dataclass
class _Example:
    line: int
    parts: dict[str, list[str]] = field(default_factory=dict)
    """Column to lines."""


def read_labelled(lines: Sequence[str]) -> tuple[tuple[str, ...], list[Record]] | None:
    """Return columns, named as the labels are, and records; or None where no example stands under labels."""
    labels = _Labels()
    examples: list[_Example] = []
    before = 0
    column = ""
    for number, (line, free) in enumerate(zip(lines, outside(lines), strict=True), 1):
        found = labels.take(line) if free else None
        if found:
            role, column, rest = found
            if role == "instruction":
                examples.append(_Example(number))
            examples[-1].parts[column] = [rest.strip()]
        elif examples:
            examples[-1].parts[column].append(line)
        else:
            before += len(line.strip())
            if before > _MOST_BEFORE:
                return None
    answered = sum(labels.columns.get("output") in one.parts for one in examples)
    if 2 * answered < len(examples) or not answered:
        return None
    if len(examples) == 1 and sum(map(len, lines)) > _LONGEST_ALONE:
        return None
    columns = tuple(
        labels.columns[role] for role in ("instruction", "input", "output", "category") if role in labels.columns
    )
    return columns, [record(one.line, ((name, _text(part)) for name, part in one.parts.items())) for one in examples]


class _Labels:
    """Which labels this file uses, learned as they come, and which part of an example may come next."""

    def __init__(self) -> None:
        self.columns: dict[Role, str] = {}
        self._styles: dict[Role, Style] = {}
        self._open: set[Role] = set()

    def take(self, line: str) -> tuple[Role, str, str] | None:
        """Return role, column and the rest of the line, if the line is a label here."""
        label = _label(line)
        if label is None:
            return None
        style, shown, rest = label
        role = self._role(style)
        if role is None:
            return None
        if role not in self.columns:
            self._styles[role] = style
            self.columns[role] = column_names([*self.columns.values(), shown])[-1]
        self._open = {"input", "category", "output"} if role == "instruction" else self._open - {role}
        if role == "output":
            self._open = set()
        return role, self.columns[role], rest

    def _role(self, style: Style) -> Role | None:
        for known, its_style in self._styles.items():
            if its_style == style and (known == "instruction" or known in self._open):
                return known
        role = self._role_of_word(style[0])
        fits = role == "instruction" if not self._styles else role in self._open
        return role if fits and role is not None and role not in self._styles else None

    def _role_of_word(self, word: str) -> Role | None:
        """A letter is a label only in pairs: an answer ``A:`` follows no ``Instruction:``."""
        asked = self._styles["instruction"][0] if self._styles else word
        in_pairs = asked in LETTERS or asked in _QUESTIONS
        return (LETTERS.get(word) if in_pairs else None) or _WORDS.get(word)


def _label(line: str) -> tuple[Style, str, str] | None:
    """Style, word as written, and what follows on the line."""
    found = _LABEL.match(line) if line and not line.isspace() else None
    if not found:
        return None
    heading, bold = (found["style"] or ""), found["bold"] or ""
    is_heading = heading.startswith("#")
    colon = ":" in found["end"] or "：" in found["end"]
    closed = bold and bold in found["end"]
    if not colon and not ((is_heading or closed) and not found["rest"].strip()):
        return None
    word = plain(found["word"])
    level = heading if is_heading else ""
    rest = found["rest"] if closed or not bold else found["rest"].rstrip().removesuffix(bold)
    return (word, level, bold), found["word"], rest


def _text(lines: Sequence[str]) -> str:
    """The text of a part: without blank lines around it, and without the title of what comes next at its end."""
    first, last = 0, len(lines)
    while last > first and (not lines[last - 1].strip() or _TITLE.match(lines[last - 1])):
        last -= 1
    while first < last and not lines[first].strip():
        first += 1
    return "\n".join(lines[first:last])
