"""Parts of a page in Markdown. What people and models wrote stands in indented blocks, where no markup acts."""

from collections.abc import Sequence


def plain(name: str) -> str:
    """Somebody's words within a line of ours: on one line, without what Markdown would act on."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in " ".join(name.split()))


def block(name: str, text: str) -> list[str]:
    """The lines of a text below its name."""
    return [f"**{plain(name)}**", "", *(f"    {line}" for line in text.splitlines() or [""]), ""]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table."""
    lines = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
