"""Plain text tables: the first column to the left, figures to the right."""

from collections.abc import Sequence


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    laid = []
    for first, *others in [head, ["-" * width for width in widths], *lines]:
        cells = [first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))]
        laid.append("  ".join(cells).rstrip())
    return "\n".join(laid)
