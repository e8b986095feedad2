"""Lines of Discord's Markdown -> pages that Discord takes, each of which reads by itself: pure functions.

A page ends between paragraphs where it can, else between lines, and within a line only where no page could hold it. A code
block that goes on is closed on one page and opened again on the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

_FENCE = "```"
_MARK_AT_START = re.compile(r"[ \t]*(?P<digits>\d+(?=\.\s))?(?=#|-#|>|[-+]\s|\.\s)")
"""Before what Discord takes for a heading, small print, a quotation or a list where a line begins with it."""
_LONGEST_PIECE = 100
_PIECE = re.compile(
    rf"(?:\\.|[^\s\\]){{1,{_LONGEST_PIECE}}}\s{{0,{_LONGEST_PIECE}}}|\s{{1,{_LONGEST_PIECE}}}", re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. It says nothing that Discord would read as the beginning of a heading, a list or a quotation, but for its
    prefix."""

    pieces: tuple[str, ...] = ()
    """Markdown that is never cut, each at most 300 characters; together they are the line."""
    prefix: str = ""
    """A bullet, or the bar of a quotation."""
    further: str = ""
    """The prefix of what of it stands on the next page."""
    fenced: bool = False
    """In a code block, where no markup acts."""

    @cached_property
    def text(self) -> str:
        said = "".join(self.pieces)
        return self.prefix + (said if self.fenced else _guarded(said))

    @property
    def blank(self) -> bool:
        return not "".join(self.pieces).strip()


def pieces_of(markdown: str) -> tuple[str, ...]:
    """Escaped text of one line, in words; no escape and no word of ordinary length is cut."""
    return tuple(_PIECE.findall(markdown))


def in_pages(lines: Sequence[Line], most: int) -> list[str]:
    """All of the lines, on pages of at most so many characters.

    ``most``: at least 600. Blank lines where a page begins or ends are left out.
    """
    pages, left = list[str](), _trimmed(lines)
    while left:
        page, left = _first_page(left, most)
        pages.append(_rendered(_trimmed(page)))
        left = _trimmed(left)
    return pages


def _first_page(lines: Sequence[Line], most: int) -> tuple[Sequence[Line], Sequence[Line]]:
    """What fits on it, and the rest."""
    sizes = _sizes(lines, most)
    count = len(sizes)
    if count == len(lines):
        return lines, []
    used = sizes[-1] if sizes else 0
    if used < most / 2 and _sizes(lines[count : count + 1], most) == []:
        head, tail = _cut(lines[count], most - used - 2 * len(_FENCE) - 3)
        return [*lines[:count], head], [tail, *lines[count + 1 :]]
    ends = (at for at in range(count, 0, -1) if sizes[at - 1] >= most / 2 and _is_boundary(lines[at - 1], lines[at]))
    end = next(ends, count)
    return lines[:end], lines[end:]


def _sizes(lines: Sequence[Line], most: int) -> list[int]:
    """The characters of the first line, of the first two, and so on, as far as they fit."""
    sizes, used, inside, mark = list[int](), 0, False, len(_FENCE) + 1
    for line in lines:
        used += len(line.text) + 1 + (mark if line.fenced != inside else 0)
        inside = line.fenced
        if (size := used - 1 + (mark if inside else 0)) > most:
            break
        sizes.append(size)
    return sizes


def _is_boundary(before: Line, after: Line) -> bool:
    return before.blank or after.blank or before.fenced != after.fenced


def _cut(line: Line, room: int) -> tuple[Line, Line]:
    """As much of a line as there is room for, and the rest of it. One escape is kept free for where it begins."""
    used, count = len(line.prefix) + 1, 0
    while count < len(line.pieces) and used + len(line.pieces[count]) <= room:
        used += len(line.pieces[count])
        count += 1
    rest = replace(line, pieces=line.pieces[count:], prefix=line.further)
    return replace(line, pieces=line.pieces[:count]), rest


def _trimmed(lines: Sequence[Line]) -> Sequence[Line]:
    """Without blank lines at either end."""
    first, end = 0, len(lines)
    while first < end and lines[first].blank:
        first += 1
    while end > first and lines[end - 1].blank:
        end -= 1
    return lines[first:end]


def _rendered(lines: Sequence[Line]) -> str:
    shown, inside = list[str](), False
    for line in lines:
        if line.fenced != inside:
            shown.append(_FENCE)
            inside = line.fenced
        shown.append(line.text)
    return "\n".join([*shown, _FENCE] if inside else shown)


def _guarded(said: str) -> str:
    """The line with an escape before what acts only where a line begins."""
    found = _MARK_AT_START.match(said)
    return f"{said[: found.end()]}\\{said[found.end() :]}" if found else said
