"""A document cut into passages, each short enough to propose an example from and whole enough to be understood.

It does not judge what they say. Cuts are made at headings (Markdown, underlined, capitals, numbered, of laws) and between
paragraphs; inside a paragraph only between sentences; inside a sentence only where it alone is longer than a passage may
be. Fenced code is never cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from dataset.formats.blocks import fenced
from dataset.quality.characters import is_empty, with_plain_line_ends
from dataset.quality.lengths import MAX_FIELD_CHARACTERS

MOST = 200
"""Passages of one document: more than a person will look at."""
_TINY = 60
"""Weight below which a section is read together with the next: a title with a line under it says nothing alone."""
_LONGEST_HEADING = 100
QUESTION_MARKS = ("?", "？", "؟")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_MARKED = re.compile(r" {0,3}#{1,6}[ \t]+(\S.{0,300})")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{3,})[ \t]*")
_OF_A_LAW = re.compile(
    r"""[ \t\u200e\u200f]{0,8}(
      §{1,2}[ \t]{0,2}\d{1,5}[a-z]?
    | 第[ \t]?[一二三四五六七八九十百千零〇两\d]{1,8}[ \t]?[条條章节節編编款部篇]
    | (?:Art\.|Artikel|Article|Artículo|Section|Abschnitt|Sección|Chapter|Kapitel|Capítulo|Clause|Anlage|Annex|Anexo)
      [ \t]{1,2}(?:\d{1,5}|[IVXLC]{1,7})[a-z]?(?![\w])
    | (?:المادة|مادة|الفصل|الباب|القسم|البند)[ \t]{1,2}[\w()]{1,20}
    )(?![^\W\d_])[ \t.:：)\-–—]{0,4}(.*)""",
    re.VERBOSE,
)
_NUMBERED = re.compile(r"[ \t]{0,3}(\d{1,3}(?:\.\d{1,3}){0,5})[.)]?[ \t]{1,4}(\S.{0,99})")
_BULLET = re.compile(r"[ \t]{0,12}(?:[-*+•·]|\d{1,3}[.)]|[a-z]\))[ \t]")
_SENTENCE_END = ".!?…。！？；;:؟۔،,"
_CLOSERS = "\"'”’»)]›“」』）*_"
_BREAK = re.compile(
    r"""[。！？؟۔][”’」』）"']{0,3}\s*
    | [.!?…]["'”’»)\]›“*_]{0,4}\s+
    | \n(?=[ \t]{0,12}(?:[-*+•·]|\d{1,3}[.)]|[a-z]\))[ \t])""",
    re.VERBOSE,
)
"""Where a sentence, or an item of a list, may end."""
_ABBREVIATED = (
    "dr prof hr fr frau nr str bzw ca evtl ggf inkl max min usw vgl abs art mr mrs ms st vs etc sr sra srta dña ud uds "
    "núm pág cf fig no vol approx dept est inc ltd"
)
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())


@dataclass(frozen=True, kw_only=True)
class Passage:
    number: int
    """Counts from 1 in the document."""
    line: int
    """Where it begins; counts from 1."""
    heading: str
    """Of the section it stands in; empty before the first one."""
    text: str
    """As it stands in the document, without its heading. A tiny section taken along keeps the heading as a line."""


@dataclass(frozen=True, kw_only=True)
class Passages:
    passages: list[Passage]
    """In the document's order, ``MOST`` at most."""
    left_out: int
    """Passages beyond that, as many as their length makes, and code far too long for a row."""


@dataclass
class _Block:
    """A paragraph or a fence."""

    line: int
    text: str
    is_code: bool = False


@dataclass
class _Section:
    line: int
    heading: str = ""
    title: str = ""
    """The heading as it stands in the document."""
    blocks: list[_Block] = field(default_factory=list)


def passages(document: str, longest: int = 1500) -> Passages:
    """Return the passages of a document, none longer than ``longest`` characters but code."""
    found: list[Passage] = []
    left_out = 0
    for section in _merged(_sections(with_plain_line_ends(document).split("\n"))):
        rest = sum(len(block.text) for block in section.blocks)
        for block in _packed(section.blocks, longest):
            if len(found) == MOST:
                left_out += -(-max(rest, 1) // longest)
                break
            rest -= len(block.text)
            if is_empty(block.text):
                continue
            if len(block.text) > max(longest, MAX_FIELD_CHARACTERS):
                left_out += 1
                continue
            number = len(found) + 1
            found.append(Passage(number=number, line=block.line, heading=section.heading, text=block.text))
    return Passages(passages=found, left_out=left_out)


def _sections(lines: Sequence[str]) -> list[_Section]:
    """The sections that have text. A text in nothing but capitals, or a bare outline, has no headings but lines."""
    sections = list(_split(lines, headings=True))
    full = [section for section in sections if section.blocks]
    return full if 2 * len(full) >= len(sections) else list(_split(lines, headings=False))


def _split(lines: Sequence[str], *, headings: bool) -> Iterator[_Section]:
    """The sections, each with its paragraphs and fences."""
    fences = dict(fenced(lines))
    section = _Section(1)
    paragraph: list[str] = []

    def close(end: int) -> None:
        if paragraph:
            section.blocks.append(_Block(end - len(paragraph) + 1, "\n".join(paragraph)))
            paragraph.clear()

    number = 0
    while number < len(lines):
        line = lines[number]
        if number in fences:
            close(number)
            last = fences[number]
            section.blocks.append(_Block(number + 1, "\n".join(lines[number : last + 1]), is_code=True))
            number = last + 1
            continue
        if headings and (heading := _heading(lines, number, paragraph)):
            close(number)
            yield section
            name, used, body = heading
            section = _Section(number + 1, name, "\n".join(lines[number : number + used]) if not body else "")
            if body:
                paragraph.append(line.rstrip())
            number += used
            continue
        if line.strip():
            paragraph.append(line.rstrip())
        else:
            close(number)
        number += 1
    close(len(lines))
    yield section


def _heading(lines: Sequence[str], number: int, open_: Sequence[str]) -> tuple[str, int, bool] | None:
    """The heading that stands here, over how many lines, and whether text of the section stands on the line, too.

    ``open_`` is the paragraph above. Without a blank line in between only Markdown's own sign counts, and behind the end
    of a sentence the section of a law, which a wrapped line may begin with as well.
    """
    line = lines[number]
    if not line.strip():
        return None
    if marked := _MARKED.fullmatch(line[:320]):
        return marked[1].rstrip("# \t").strip()[:_LONGEST_HEADING], 1, False
    ended = not open_ or open_[-1].rstrip(_CLOSERS).endswith(tuple(_SENTENCE_END))
    if ended and (of_law := _OF_A_LAW.match(line)):
        return _law_heading(line, of_law)
    if open_ or len(line) > 2 * _LONGEST_HEADING:
        return None
    text = line.strip()
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if len(text) <= _LONGEST_HEADING and _UNDERLINE.fullmatch(below[:200]) and not _BULLET.match(line):
        return text, 2, False
    if _is_capitals(text) or _is_numbered(line, below):
        return text, 1, False
    return None


def _law_heading(line: str, found: re.Match[str]) -> tuple[str, int, bool] | None:
    """``§ 3 Notice`` is a heading; of ``§ 3 Either party may ...`` only the mark is, and the line is text.

    A sentence that begins with a reference (``§ 3 applies accordingly.``) is taken for a section, which only cuts it off.
    """
    rest = found[2].strip()
    if len(rest) > _LONGEST_HEADING or rest.rstrip(_CLOSERS).endswith(tuple(_SENTENCE_END)):
        return found[1].strip(), 1, True
    return line.strip(), 1, False


def _is_capitals(text: str) -> bool:
    """Whether each letter is a capital: in Chinese and Arabic, which have none, a lone ``AI`` makes no heading."""
    letters = [character for character in text if character.isalpha()]
    return (
        len(text) <= _LONGEST_HEADING
        and len(letters) >= max(3, len(text) // 2)
        and all(map(str.isupper, letters))
        and not text.endswith((".", ";", ","))
    )


def _is_numbered(line: str, below: str) -> bool:
    """Whether ``3.2 Title`` stands alone: the items of a numbered list follow each other, and end like sentences."""
    found = _NUMBERED.fullmatch(line.rstrip())
    if not found or not any(map(str.isalpha, found[2][:3])) or found[2].endswith(tuple(_SENTENCE_END)):
        return False
    return "." in found[1] or not below.strip()


def _merged(sections: Sequence[_Section]) -> Iterator[_Section]:
    """The sections, tiny ones together with the next; its heading then is a line of the text.

    A question and its answer, however short, are whole, and stay by themselves.
    """
    waiting: _Section | None = None
    for section in sections:
        asks = section.heading.endswith(QUESTION_MARKS)
        if waiting and asks:
            yield waiting
            waiting = None
        if waiting:
            blocks = [*waiting.blocks, *_titled(section)]
            section = _Section(waiting.line, waiting.heading or section.heading, waiting.title, blocks)
        waiting = section if _weight(section.blocks) < _TINY and not asks else None
        if not waiting:
            yield section
    if waiting:
        yield waiting


def _titled(section: _Section) -> list[_Block]:
    """The blocks of a section, the first with the heading above it: never is a heading the end of a passage."""
    first, *others = section.blocks
    text = f"{section.title}\n\n{first.text}" if section.title else first.text
    return [_Block(section.line, text, first.is_code), *others]


def _weight(blocks: Sequence[_Block]) -> int:
    """Characters, an ideograph counting as three: so much more it says."""
    texts = [block.text[: 2 * _TINY] for block in blocks[: 2 * _TINY]]
    return sum(len(text) + 2 * len(_IDEOGRAPH.findall(text)) for text in texts)


def _packed(blocks: Sequence[_Block], longest: int) -> Iterator[_Block]:
    """The blocks, short ones together and long ones in parts, none longer than allowed but code."""
    open_: list[_Block] = []
    size = 0
    for block in (part for whole in blocks for part in _parts(whole, longest)):
        if open_ and size + 2 + len(block.text) > longest:
            yield _joined(open_)
            open_, size = [], 0
        open_.append(block)
        size += len(block.text) + (2 if size else 0)
    if open_:
        yield _joined(open_)


def _joined(blocks: Sequence[_Block]) -> _Block:
    return _Block(blocks[0].line, "\n\n".join(block.text for block in blocks))


def _parts(block: _Block, longest: int) -> Iterator[_Block]:
    """A paragraph that is too long, in parts of whole sentences."""
    if block.is_code or len(block.text) <= longest:
        yield block
        return
    line, start, end = block.line, 0, 0
    for until in _cuts(block.text, longest):
        if until - start > longest and end > start:
            yield _Block(line, block.text[start:end].strip())
            line += block.text.count("\n", start, end)
            start = end
        end = until
    yield _Block(line, block.text[start:].strip())


def _cuts(text: str, longest: int) -> Iterator[int]:
    """Where the text may be cut: behind sentences, and inside one that is too long behind words, or anywhere at need."""
    last = 0
    for end in chain(_sentence_ends(text), [len(text)]):
        if end - last > longest:
            yield from _inner_cuts(text, last, end, longest)
        yield end
        last = end


def _inner_cuts(text: str, start: int, end: int, longest: int) -> Iterator[int]:
    while end - start > longest:
        blank = max(text.rfind(" ", start, start + longest), text.rfind("\n", start, start + longest))
        cut = blank + 1 if blank > start else start + longest
        yield cut
        start = cut


def _sentence_ends(text: str) -> Iterator[int]:
    for found in _BREAK.finditer(text):
        if found[0][0] != "." or _ends_sentence(text, found):
            yield found.end()


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence: it is not that of an abbreviation, an ordinal or an initial."""
    before = text[max(0, found.start() - 20) : found.start()]
    if not before or before[-1].isspace() or text[found.end() : found.end() + 1].islower():
        return False
    word = before.split()[-1].rpartition(".")[2].lstrip("(").casefold()
    return not word or (len(word) > 1 and not word.isdecimal() and word not in _ABBREVIATIONS)
