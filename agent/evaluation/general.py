"""Whether other abilities suffered: a small fixed set of easy requests, each with a rule by which its answer is right.

The set is shipped (``general.toml``) and the same for every project, so that runs can be compared. It says nothing about
the task, and no verdict on the task rests on it. It knows no models.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agent.evaluation.checks import Check
from agent.evaluation.facts import Answered

SHIPPED = Path(__file__).with_name("general.toml")

Words = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Item(BaseModel):
    """A request and when its answer is right."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    """Never given to another request, so that runs of different times can be compared."""
    subject: Annotated[str, Field(min_length=1)]
    language: str = "en"
    instruction: Annotated[str, Field(min_length=1)]
    input: str = ""
    max_tokens: Annotated[int, Field(ge=8, le=48)] = 24
    any_of: Words = ()
    none_of: Words = ()
    longest_words: int | None = None
    json_keys: Words = ()

    @property
    def check(self) -> Check:
        return Check(
            any_of=self.any_of, none_of=self.none_of, longest_words=self.longest_words, json_keys=self.json_keys
        )


@cache
def general_items() -> tuple[Item, ...]:
    """The shipped set, in its order. It reads a file once."""
    data: dict[str, Any] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return tuple(Item(**item) for item in data["item"])


def lost(answers: Sequence[Answered]) -> tuple[Answered, ...]:
    """The requests that the base answered right, and the tuned model does not."""
    return tuple(one for one in answers if one.check and one.check.passed(one.base) and not one.check.passed(one.tuned))
