"""What to do about a diagnosis: from it, the recipe and what the project tried before to one thing that a tap can do.

Pure. It says no sentence, and does nothing by itself (``agent.stages.follow_remedy``). The learning rates that it
proposes go by steps of three, as one searches for one by hand; where a step did not help, it is not proposed again.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.domain.recipes import Recipe
from trainer.diagnosis import Diagnosis
from trainer.recipes import BOUNDS, change


class Deed(StrEnum):
    TRAIN_AGAIN = "train_again"
    LOOK_AT_ROWS = "look_at_rows"
    LOOK_AT_REPEATS = "look_at_repeats"
    GIVE_EXAMPLES = "give_examples"


@dataclass(frozen=True, kw_only=True)
class Remedy:
    deed: Deed
    field: str = ""
    """TRAIN_AGAIN: the setting that is another one."""
    recipe: Recipe | None = None
    """TRAIN_AGAIN."""
    row_ids: tuple[str, ...] = ()
    """LOOK_AT_ROWS."""

    def to_json(self) -> dict[str, Any]:
        recipe = self.recipe.to_json() if self.recipe else None
        return {"deed": self.deed.value, "field": self.field, "recipe": recipe, "row_ids": list(self.row_ids)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Remedy":
        recipe = Recipe(**data["recipe"]) if data["recipe"] else None
        return cls(deed=Deed(data["deed"]), field=data["field"], recipe=recipe, row_ids=tuple(data["row_ids"]))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An earlier run of the project, and what was said of it."""

    recipe: Recipe
    diagnosis: Diagnosis
    proposed: Remedy | None = None
    """What was proposed then."""


@dataclass(frozen=True, kw_only=True)
class _Case:
    numbers: Mapping[str, Any]
    recipe: Recipe
    recommended: Recipe
    same: Sequence[Tried]
    """Earlier runs of which the same was said."""

    def tried(self, field: str) -> list[float]:
        """The values that a setting had in this run and in those."""
        return [getattr(recipe, field) for recipe in (self.recipe, *(tried.recipe for tried in self.same))]

    def proposed(self, deed: Deed) -> list[Remedy]:
        """What was proposed of that kind after those."""
        return [tried.proposed for tried in self.same if tried.proposed and tried.proposed.deed is deed]


def remedy_for(
    diagnosis: Diagnosis, recipe: Recipe, recommended: Recipe, earlier: Sequence[Tried] = ()
) -> Remedy | None:
    """The first thing that may help and was not done in vain before; None where nothing is wrong.

    ``recipe`` is that of the run, ``recommended`` what the data would get now. Of earlier runs those count of which the
    same was said: what they did as well, or went beyond, is not proposed again. More examples always help.
    """
    ladder = _LADDERS.get(diagnosis.code)
    if ladder is None:
        return None
    same = [tried for tried in earlier if tried.diagnosis.code == diagnosis.code]
    case = _Case(numbers=diagnosis.numbers, recipe=recipe, recommended=recommended, same=same)
    return next(ladder(case), Remedy(deed=Deed.GIVE_EXAMPLES))


def _of_not_learning(case: _Case) -> Iterator[Remedy]:
    """Larger steps, then twice as many. Smaller ones where the losses went up and down and ended higher. Where the
    training loss fell and only what was kept aside did not gain, steps of no size help: then only other examples do."""
    if case.numbers.get("training_fell"):
        return
    if case.numbers.get("validation_rose"):
        yield from _smaller_steps(case)
        return
    rate = case.recommended.learning_rate
    yield from _rates(case.recipe, [rate, 3 * rate], above=max(case.tried("learning_rate")))
    epochs = min(2 * case.recommended.epochs, int(BOUNDS["epochs"][1]))
    used_up = case.numbers.get("epochs_done", 0.0) >= case.recipe.epochs - 0.01
    if used_up and epochs > max(case.tried("epochs")):
        yield _again(case.recipe, "epochs", epochs)


def _of_overfitting(case: _Case) -> Iterator[Remedy]:
    """A learning rate that is far too high comes first; then as many epochs as did good; then smaller steps."""
    rate = case.recommended.learning_rate
    if case.recipe.learning_rate >= 3 * rate:
        yield from _rates(case.recipe, [rate], below=min(case.tried("learning_rate")))
    epochs = math.ceil(case.numbers.get("since_epoch") or 0.0)
    if 0 < epochs < min(case.tried("epochs")):
        yield _again(case.recipe, "epochs", epochs)
    yield from _smaller_steps(case)


def _of_diverging(case: _Case) -> Iterator[Remedy]:
    """Smaller steps; then the rows at which it broke."""
    yield from _smaller_steps(case)
    yield from _rows(case, "row_ids")


def _of_spike(case: _Case) -> Iterator[Remedy]:
    """The rows, unless they were shown before; then smaller steps, by which one row pulls less."""
    yield from _rows(case, "spike_row_ids")
    yield from _smaller_steps(case)


def _of_suspiciously_fast(case: _Case) -> Iterator[Remedy]:
    """What repeats, unless it was shown before."""
    if not case.proposed(Deed.LOOK_AT_REPEATS):
        yield Remedy(deed=Deed.LOOK_AT_REPEATS)


_LADDERS: Mapping[str, Callable[[_Case], Iterator[Remedy]]] = {
    "not_learning": _of_not_learning,
    "overfitting": _of_overfitting,
    "diverging": _of_diverging,
    "spike": _of_spike,
    "suspiciously_fast": _of_suspiciously_fast,
}


def _smaller_steps(case: _Case) -> Iterator[Remedy]:
    rate = case.recommended.learning_rate
    yield from _rates(case.recipe, [rate, rate / 3, rate / 10], below=min(case.tried("learning_rate")))


def _rates(recipe: Recipe, rates: Sequence[float], *, above: float = 0.0, below: float = math.inf) -> Iterator[Remedy]:
    """The recipe with each of the learning rates that lies clearly beyond what was tried, in this order."""
    low, high = BOUNDS["learning_rate"]
    for rate in rates:
        rounded = float(f"{min(high, max(low, rate)):.2g}")
        if 1.1 * above < rounded < below / 1.1:
            yield _again(recipe, "learning_rate", rounded)


def _again(recipe: Recipe, field: str, value: float) -> Remedy:
    return Remedy(deed=Deed.TRAIN_AGAIN, field=field, recipe=change(recipe, field, value))


def _rows(case: _Case, key: str) -> Iterator[Remedy]:
    """The rows of the diagnosis that were not shown before."""
    shown = {row for remedy in case.proposed(Deed.LOOK_AT_ROWS) for row in remedy.row_ids}
    rows = tuple(row for row in case.numbers.get(key) or () if row not in shown)
    if rows:
        yield Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=rows)
