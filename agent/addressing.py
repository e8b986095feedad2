"""Whom a request to a model is for, by what stands before it: pure functions of a text and the versions there are.

``v2: …`` or ``v2 …`` is a version of the project, ``story-notes-v2: …`` one of any project, ``base: …`` the base model,
``both: …`` base and version side by side (``both v1: …`` for another than the one in use). What begins with none of these is
for the version in use.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.domain import ModelVersion

_VERSION = r"(?:[a-z0-9][a-z0-9-]*-)?v[0-9]{1,6}"
_ADDRESS = re.compile(
    rf"(?P<who>(?:both\s+)?(?P<version>{_VERSION})|base|both)(?:\s*(?P<colon>:)\s*|(?P<gap>\s+)|$)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Address:
    base: bool = False
    tuned: bool = True
    version: str = ""
    """``v2`` or ``name-v2``; empty for the one in use."""
    request: str
    sure: bool = True
    """False where a version without a colon may be the first word of the request instead."""
    passed_over: str = ""
    """``base`` or ``both`` where the request begins with it and it was taken as a word of the request."""


def read_address(text: str) -> Address:
    """The address before a request. ``base`` and ``both`` are ordinary words too: without a colon they count in lower
    case before something that does not go on in lower case, as in ``base Write the note``."""
    stripped = text.strip()
    found = _ADDRESS.match(stripped)
    if found is None:
        return Address(request=stripped)
    who, version = found["who"].casefold(), (found["version"] or "").casefold()
    request = stripped[found.end() :]
    if not version and not _is_meant(found, request):
        return Address(request=stripped, passed_over=who)
    return Address(
        base=who == "base" or who.startswith("both"),
        tuned=who != "base",
        version=version,
        request=request,
        sure=found["colon"] is not None or who.startswith("both"),
    )


def _is_meant(found: re.Match[str], request: str) -> bool:
    if found["colon"] or not request:
        return True
    return found["who"].islower() and ("\n" in found["gap"] or not request[0].islower())


def matching(version: str, here: Sequence[ModelVersion], anywhere: Sequence[ModelVersion]) -> list[ModelVersion]:
    """The versions that ``v2`` means here, or that ``name-v2`` means anywhere."""
    name, _, number = version.rpartition("v")
    if not name:
        return [model for model in here if model.version == int(number)]
    return [model for model in anywhere if (f"{model.name}-", model.version) == (name, int(number))]


def addresses(models: Sequence[ModelVersion], here: Sequence[ModelVersion]) -> list[str]:
    """How each of ``models`` is called: briefly where that means it alone."""
    brief = {model.id for model in here if len(matching(f"v{model.version}", here, ())) == 1}
    return [f"v{model.version}" if model.id in brief else f"{model.name}-v{model.version}" for model in models]
