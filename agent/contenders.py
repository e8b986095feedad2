"""Who is compared in an evaluation: saved versions, the base, and hosted models; how they are called, and which may be.

A contender's name is never a part of a path: its place among them is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.context import Context
from agent.models.hosted import is_model_name
from agent.promotion import saved_models
from agent.reports.naming import at_start, who
from agent.words import harmless, say
from storage.domain import Evaluation, ModelVersion

BASE = "base"
MOST_CONTENDERS = 6
"""Each answers every request, and one table shows them all."""
_VERSION = re.compile(r"(?:v(?:ersion)?\s*)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_SHOWN = 8
"""Names that are told where another one was given."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    name: str
    """``base``, ``v<version>``, or the chat model's name."""
    model: ModelVersion | None = None
    """Of a version; None where it is not there any more."""

    @property
    def kind(self) -> Literal["base", "version", "hosted"]:
        if self.name == BASE:
            return "base"
        return "hosted" if ":" in self.name else "version"

    @property
    def called(self) -> str:
        """As it stands within a sentence."""
        return who(self.name)


@dataclass(frozen=True, kw_only=True)
class Misnamed:
    """What is wrong with the contenders that somebody wrote: a key of words, and its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return say(f"evaluate.fault_{self.code}", **self.values)


async def contenders_of(context: Context, project_id: str, text: str) -> tuple[Contender, ...] | Misnamed:
    """Those that were named, each once, or what is proposed where nobody was."""
    saved = await saved_models(context, project_id)
    words = [
        word for word in re.split(r"[\s,]+", _joined(text)) if word and word.casefold() not in ("vs", "and", "against")
    ]
    if not words:
        return proposed(saved)
    found: dict[str, Contender] = {}
    for word in words:
        one = _contender(context, saved, word)
        if isinstance(one, Misnamed):
            return one
        found.setdefault(one.name, one)
    if len(found) > MOST_CONTENDERS:
        return Misnamed(code="too_many", values={"count": len(found), "most": MOST_CONTENDERS})
    if len(found) < 2:
        return Misnamed(code="alone", values={"name": at_start(next(iter(found.values())).called)})
    return tuple(found.values())


def proposed(saved: Sequence[ModelVersion]) -> tuple[Contender, ...] | Misnamed:
    """The latest version, against the one before it; the base stands beside them."""
    latest = [Contender(name=f"v{one.version}", model=one) for one in sorted(saved, key=lambda one: one.version)[-2:]]
    if not latest:
        return Misnamed(code="no_version")
    base = Contender(name=BASE)
    return (base, *latest) if len(latest) == 1 else (*latest, base)


async def known_contenders(context: Context, project_id: str, names: Sequence[str]) -> tuple[Contender, ...] | Misnamed:
    """Those of a card, if all may still be compared."""
    saved = await saved_models(context, project_id)
    found: list[Contender] = []
    for name in names:
        one = _contender(context, saved, name)
        if isinstance(one, Misnamed):
            return one
        found.append(one)
    return tuple(found)


async def contenders_in(context: Context, evaluation: Evaluation) -> tuple[Contender, ...]:
    """Those of an evaluation, also such as are not there any more."""
    models = {f"v{one.version}": one for one in await context.store.models.of_project(evaluation.project_id)}
    return tuple(Contender(name=name, model=models.get(name)) for name in evaluation.contenders)


def _joined(text: str) -> str:
    """``version 3`` is one word."""
    return re.sub(r"\bversion\s+(?=[0-9])", "v", text.strip(), flags=re.IGNORECASE)


def _contender(context: Context, saved: Sequence[ModelVersion], word: str) -> Contender | Misnamed:
    if word.casefold() == BASE:
        return Contender(name=BASE)
    slug, _, tail = word.rpartition("-")
    number = _VERSION.fullmatch(tail if slug and slug in {one.name for one in saved} else word)
    if number:
        return _version(saved, int(number.group(1)))
    if is_model_name(word):
        return _hosted(context, word)
    return Misnamed(code="not_a_name", values={"name": harmless(word), "known": _known(saved)})


def _version(saved: Sequence[ModelVersion], number: int) -> Contender | Misnamed:
    model = next((one for one in saved if one.version == number), None)
    if model is None:
        return Misnamed(code="no_such_version", values={"number": number, "known": _known(saved)})
    return Contender(name=f"v{number}", model=model)


def _hosted(context: Context, name: str) -> Contender | Misnamed:
    hosted = context.hosted
    if hosted is not None and hosted.allows(name):
        return Contender(name=name)
    allowed = ", ".join(f"`{one}`" for one in hosted.allowed) if hosted else ""
    code = "not_allowed" if allowed else "none_allowed"
    return Misnamed(code=code, values={"name": harmless(name), "allowed": allowed})


def _known(saved: Sequence[ModelVersion]) -> str:
    versions = [f"`v{one.version}`" for one in sorted(saved, key=lambda one: one.version)[-_SHOWN:]]
    return ", ".join([*versions, f"`{BASE}`"])
