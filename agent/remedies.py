"""What to do about a diagnosis: from it, the recipe and what the project tried before to one thing that a tap can do.

Pure. It says no sentence, and does nothing by itself (``agent.stages.follow_remedy``). The learning rates that it
proposes go by steps of three, as one searches for one by hand; where a step did not help, it is not proposed again.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    fault: str = ""
    """The fault of answers that it helps against; empty: what the curve said."""
    kind: str = ""
    """GIVE_EXAMPLES: the category of which one is asked for; empty: any."""
    words: int | None = None
    """GIVE_EXAMPLES against answers that are too short or too long: about how many words are wanted."""

    def to_json(self) -> dict[str, Any]:
        recipe = self.recipe.to_json() if self.recipe else None
        data = {"deed": self.deed.value, "field": self.field, "recipe": recipe, "row_ids": list(self.row_ids)}
        against = {"fault": self.fault, "kind": self.kind, "words": self.words}
        return {**data, **against} if self.fault else data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Remedy":
        recipe = Recipe(**data["recipe"]) if data["recipe"] else None
        against = {name: data[name] for name in ("fault", "kind", "words") if name in data}
        return cls(
            deed=Deed(data["deed"]), field=data["field"], recipe=recipe, row_ids=tuple(data["row_ids"]), **against
        )


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


# Faults of answers


MOST_AT_ONCE = 2
"""Remedies that are offered after a comparison."""


@dataclass(frozen=True, kw_only=True)
class Shortcoming:
    """A fault of a model's answers, as far as a remedy depends on it."""

    code: str
    """Of ``agent.evaluation.faults``."""
    row_ids: tuple[str, ...] = ()
    """Training rows that have it themselves."""
    kind: str = ""
    """Where it happens, the category with the fewest examples."""
    words: int | None = None
    """How long the answers should be, if it is about that."""
    base_too: bool = False
    """Whether the base model has it about as much: then it was not learned, but not unlearned."""
    room: bool = False
    """Whether answers are cut off for want of room alone."""


def remedies_against(
    found: Sequence[Shortcoming],
    recipe: Recipe,
    recommended: Recipe,
    tried: Sequence[Recipe] = (),
    *,
    epochs_done: float | None = None,
) -> tuple[Remedy, ...]:
    """At most two things that may help, the most helpful first, and no two of a sort.

    ``found``: the gravest first. Each fault proposes what helps it most; a fault that is alone, what comes next as well.
    ``tried``: recipes of the project's other runs; a setting that one of them had already is not proposed again.
    ``epochs_done``: how many the run made; fewer than planned if it stopped early. None: as many as planned.
    """
    done = recipe.epochs if epochs_done is None else epochs_done
    offers = [list(_against(one, recipe, recommended, tried, done)) for one in found]
    ordered = [offer[at] for at in range(2) for offer in offers if at < len(offer)]
    chosen: list[Remedy] = []
    for remedy in ordered:
        if len(chosen) < MOST_AT_ONCE and not any(remedy.deed is other.deed for other in chosen):
            chosen.append(remedy)
    return tuple(chosen)


def _against(
    one: Shortcoming, recipe: Recipe, recommended: Recipe, tried: Sequence[Recipe], done: float
) -> Iterator[Remedy]:
    """What helps against a fault, the best first: the rows it was learned from, a setting, then examples without it."""
    for remedy in _settings_against(one, recipe, recommended, done):
        assert remedy.recipe is not None, "that is what a setting is"
        value = getattr(remedy.recipe, remedy.field)
        if value != getattr(recipe, remedy.field) and all(value != getattr(other, remedy.field) for other in tried):
            yield replace(remedy, fault=one.code)
            break
    if one.row_ids:
        yield Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=one.row_ids, fault=one.code)
    if one.code not in ("leaked", "copied") and not one.room:
        yield Remedy(deed=Deed.GIVE_EXAMPLES, fault=one.code, kind=one.kind, words=one.words)


def _settings_against(one: Shortcoming, recipe: Recipe, recommended: Recipe, done: float) -> Iterator[Remedy]:
    """Copies come of too many rounds. Loops, and answers that do not end or say nothing, come of a model that has not
    learned to end yet, as the base model has not: more rounds, unless the run stopped before those that it had. Where only
    the tuned model has them, its steps were too large: smaller ones."""
    most = int(BOUNDS["epochs"][1])
    if one.code == "copied":
        yield _again(recipe, "epochs", max(1, math.ceil(done) // 2))
    elif one.code in ("loops", "empty", "cut_off") and not one.room:
        if one.base_too or one.code == "cut_off":
            if done < recipe.epochs - 0.01:
                return
            yield _again(recipe, "epochs", min(most, 2 * max(recipe.epochs, recommended.epochs)))
        else:
            yield from _rates(recipe, [min(recipe.learning_rate, recommended.learning_rate) / 3])


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
