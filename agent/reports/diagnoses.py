"""A diagnosis and its remedy in words: which sentence is said of which code and numbers.

It does not know when it is said: of a run at work, or at its end.
"""

import json
from collections.abc import Mapping
from typing import Any

from agent.numbers import figure
from agent.remedies import Deed, Remedy
from agent.replies import Choice, ShowCard
from agent.words import harmless, say
from storage.domain import Run
from trainer.diagnosis import Diagnosis


def sentence(diagnosis: Diagnosis) -> str:
    """One sentence, or two, that say how a run goes or went."""
    return say(f"diagnosis.{_case(diagnosis)}", **_values(diagnosis.numbers))


def _case(diagnosis: Diagnosis) -> str:
    """The code, told apart further where another sentence is needed."""
    code, numbers = diagnosis.code, diagnosis.numbers
    measured = numbers.get("validations", 0) > 1
    match code:
        case "learning":
            return code if measured else "learning_training"
        case "not_learning" if numbers.get("training_fell"):
            return "not_learning_by_heart"
        case "not_learning" if numbers.get("validation_rose"):
            return "not_learning_worse"
        case "not_learning":
            return code if measured else "not_learning_training"
        case "overfitting" if not numbers.get("since_epoch"):
            return "overfitting_always"
        case "diverging" if numbers.get("learning_rate") is not None:
            return "diverging_given_up"
        case "diverging" if numbers.get("broken"):
            return "diverging_broken"
        case "diverging" if numbers.get("first_loss") is None or numbers.get("last_loss") is None:
            return "diverging_unseen"
        case "spike":
            return "spike_again" if numbers.get("spike_epochs", 1) > 1 else code
    return code


def _values(numbers: Mapping[str, Any]) -> dict[str, str]:
    """The numbers as people read them, by the names that the sentences have."""
    losses = {
        "first": "first_loss",
        "last": "last_loss",
        "validation_first": "first_validation_loss",
        "validation_best": "best_validation_loss",
        "validation_last": "last_validation_loss",
        "near_zero": "near_zero_loss",
        "spike_loss": "spike_loss",
        "spike_expected": "spike_expected",
    }
    values = {name: figure(numbers.get(key)) for name, key in losses.items()}
    for name in ("since_epoch", "near_zero_epoch"):
        values[name] = f"{numbers.get(name) or 0.0:.1f}"
    for name in ("step", "spike_step", "spike_epochs"):
        values[name] = str(numbers.get(name, ""))
    values["spike_rows"] = _counted(len(numbers.get("spike_row_ids", ())))
    values["better"] = f"{100 * _gain(numbers):.0f}"
    values["learning_rate"] = f"{numbers.get('learning_rate') or 0.0:.2g}"
    return values


def _gain(numbers: Mapping[str, Any]) -> float:
    first, best = numbers.get("first_validation_loss"), numbers.get("best_validation_loss")
    return 1 - best / first if first and best is not None else 0.0


def _counted(rows: int) -> str:
    return say("diagnosis.one_row") if rows == 1 else say("diagnosis.rows", count=rows)


def remedy_card(remedy: Remedy, run: Run, card_id: str, plural: str = "") -> ShowCard:
    """The remedy with the one button that does it. ``plural``: how the kind is called of which it wants examples."""
    name = note = remedy.deed.value
    values = {"rows": _counted(len(remedy.row_ids))}
    against = say(f"fault.against_{remedy.fault}") if remedy.fault else ""
    if remedy.fault and remedy.deed is Deed.GIVE_EXAMPLES:
        name = "give_kind" if plural else "give_examples"
        note, values = f"like_{remedy.fault}", {**values, "kind": harmless(plural), "words": str(remedy.words or "")}
    elif remedy.fault and remedy.deed is Deed.LOOK_AT_ROWS:
        note = f"rows_{remedy.fault}"
    if remedy.recipe is not None:
        name = remedy.field
        before, after = run.recipe[name], getattr(remedy.recipe, name)
        note = f"larger_{name}" if after > before else f"smaller_{name}"
        values = {"before": f"{before:g}", "after": f"{after:g}"}
    return ShowCard(
        card_id=card_id,
        card_kind="remedy",
        subject={
            "project_id": run.project_id,
            "run_id": run.id,
            "remedy": json.dumps(remedy.to_json(), sort_keys=True),
        },
        title=say("remedy.title"),
        choices=(Choice(label=say(f"remedy.do_{name}", **values), action="follow", style="primary"),),
        note=" ".join(part for part in (against, say(f"remedy.note_{note}", **values)) if part),
    )
