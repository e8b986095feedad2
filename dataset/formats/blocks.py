"""What texts and Markdown have in common: fenced code, in which nothing is a heading, a label or a table.

It does not know what the text around it means.
"""

import re
from collections.abc import Sequence

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def fenced(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where fenced code stands: first and last line of each fence, counting from 0. An open fence is none."""
    marks = [_FENCE.match(line) if line.lstrip(" ")[:3] in ("```", "~~~") else None for line in lines]
    closable = _longest_closing_after(marks)
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(lines):
        mark = marks[number]
        if mark and len(mark[1]) <= closable[mark[1][0]][number + 1] and not ("`" in mark[2] and mark[1][0] == "`"):
            end = next(other for other in range(number + 1, len(lines)) if _closes(marks[other], mark[1]))
            found.append((number, end))
            number = end
        number += 1
    return found


def outside(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether it stands outside of fenced code."""
    free = [True] * len(lines)
    for first, last in fenced(lines):
        free[first : last + 1] = [False] * (last + 1 - first)
    return free


def _closes(mark: re.Match[str] | None, opening: str) -> bool:
    return bool(mark and not mark[2].strip() and mark[1][0] == opening[0] and len(mark[1]) >= len(opening))


def _longest_closing_after(marks: Sequence[re.Match[str] | None]) -> dict[str, list[int]]:
    """Per fence character: the longest closing fence from each line on, so that no open fence is searched in vain."""
    longest = {character: [0] * (len(marks) + 1) for character in "`~"}
    for number in range(len(marks) - 1, -1, -1):
        mark = marks[number]
        for character, lengths in longest.items():
            closing = len(mark[1]) if mark and mark[1][0] == character and not mark[2].strip() else 0
            lengths[number] = max(lengths[number + 1], closing)
    return longest
