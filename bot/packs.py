"""``threadtune packs``: the coverage packs that there are, and what is wrong with those that cannot be used.

It reads files and changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.coverage import Loaded, Pack, PackProblem, load_packs, read_pack
from agent.coverage.packs import SHIPPED
from agent.words import say
from bot.listing import Listing
from bot.platforms.console.text import one_line


@dataclass(frozen=True, kw_only=True)
class Report:
    listing: Listing
    faults: Sequence[str]
    """A sentence for each problem, then what follows from them; empty: all is well."""


def installed(home: Path) -> Report:
    """All packs: those shipped, and those of the home folder."""
    loaded = load_packs([home / "packs"])
    return _report(loaded.packs, loaded.files, loaded.problems)


def checked(home: Path, asked: str) -> Report:
    """One pack: a file, or a pack of this installation by its name or its file's."""
    loaded = load_packs([home / "packs"])
    file = Path(asked)
    if file.suffix == ".toml" or len(file.parts) > 1:
        pack, problems = read_pack(file)
        return _report({pack.name: pack} if pack else {}, {pack.name: file} if pack else {}, problems)
    problems = [problem for problem in loaded.problems if problem.file.stem == asked]
    if asked in loaded.packs or problems:
        return _report({name: pack for name, pack in loaded.packs.items() if name == asked}, loaded.files, problems)
    return _unknown(asked, loaded)


def sentence(problem: PackProblem) -> str:
    """``release.toml, line 12, categories.2.target: the number is out of bounds (the limit is 1).``"""
    numbers = {name: one_line(str(value)) for name, value in problem.numbers.items()}
    places = ("line" in numbers, bool(problem.where))
    key = {(True, True): "at_line_and_place", (True, False): "at_line", (False, True): "at_place"}.get(
        places, "in_file"
    )
    return say(
        f"packs.{key}",
        file=one_line(str(problem.file)),
        line=numbers.get("line", ""),
        where=one_line(problem.where),
        reason=say(f"packs.problem.{problem.code}", **numbers),
    )


def _unknown(asked: str, loaded: Loaded) -> Report:
    names = ", ".join(loaded.packs) or "–"
    return Report(listing=_listing([]), faults=[say("packs.unknown", name=one_line(asked), names=names)])


def _report(packs: Mapping[str, Pack], files: Mapping[str, Path], problems: Sequence[PackProblem]) -> Report:
    faults = [sentence(problem) for problem in problems]
    rows = [_row(pack, files[name]) for name, pack in packs.items()]
    return Report(listing=_listing(rows), faults=[*faults, say("packs.left_out")] if faults else [])


def _row(pack: Pack, file: Path) -> dict[str, str | int]:
    return {
        "name": pack.name,
        "title": pack.title,
        "categories": len(pack.categories),
        "prompts": len(pack.prompts),
        "from": say("packs.shipped") if file.parent == SHIPPED else str(file),
    }


def _listing(rows: Sequence[Mapping[str, str | int]]) -> Listing:
    names = ("name", "title", "categories", "prompts", "from")
    return Listing(
        title=say("cli.packs_title"),
        empty=say("packs.none_sound"),
        header={name: say(f"cli.column_{name}") for name in names},
        rows=rows,
    )
