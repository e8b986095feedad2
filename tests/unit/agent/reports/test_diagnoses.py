"""Every diagnosis has its sentence, whatever is known of its numbers; every remedy its one button."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from agent.remedies import Deed, Remedy
from agent.reports.diagnoses import remedy_card, sentence
from bot.render import LONGEST_LABEL
from storage.domain.recipes import Recipe
from tests.fakes import curves
from tests.unit.agent.reports.test_run_card import RUN
from tests.unit.trainer.test_curve import LINES
from trainer import diagnosis
from trainer.diagnosis import CODES, Diagnosis

ROWS = [f"row_{number}" for number in range(8)]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (curves.LEARNING, "Learning: on examples kept aside, the loss is 34% lower than before training."),
        (curves.BY_HEART, "gets better at the examples it sees, while on those kept aside the loss stays"),
        (curves.OVERFITTING, "Overfitting since epoch 2.0"),
        (curves.SUSPICIOUSLY_FAST, "the loss is near zero (0.010)"),
        (curves.spike(ROWS), "The same stood out in 4 epochs: 1 example."),
        (curves.curve([3.0, None], [3.2]), "at step 2 the loss was no number any more"),
        (curves.curve([3.0] * 8 + [6.0] * 8, [3.2, 3.2, 6.3]), "the loss grows instead of falling (3.000, now 6.000)"),
        (curves.curve([3.0] * 16, [3.2, 3.6, 3.4]), "worse than before training (3.200, now 3.400)"),
        (curves.curve([3.0 - 0.1 * n for n in range(16)], [3.0, 3.2, 3.4]), "Overfitting from the start"),
        (curves.curve([3.0 - 0.1 * n for n in range(16)], [3.0]), "Learning: the loss went from 2.650 to 1.850."),
        (curves.curve([3.0] * 16, [3.0]), "the loss stays where it began (3.000, now 3.000)"),
        ([], "Too early to tell"),
    ],
)
def test_a_curve_in_a_sentence(points: list[dict[str, Any]], said: str) -> None:
    assert said in sentence(diagnosis.read(points))


def test_a_run_that_was_given_up_says_at_which_learning_rate() -> None:
    assert "At a learning rate of 0.005 the steps are too large." in sentence(
        diagnosis.given_up([], {"step": 3, "loss": None, "learning_rate": 5e-3})
    )


def test_a_run_that_was_given_up_before_its_first_point_shows_no_numbers_that_it_has_not() -> None:
    assert sentence(diagnosis.given_up([], {})) == (
        "Diverging: the loss grows instead of falling. The steps are too large."
    )


@pytest.mark.parametrize("code", CODES)
def test_a_diagnosis_without_its_numbers_is_still_told(code: str) -> None:
    assert sentence(Diagnosis(code=code)).strip()


@given(LINES)
def test_any_curve_has_a_sentence_without_gaps(points: list[dict[str, Any]]) -> None:
    said = sentence(diagnosis.read(points))
    assert said[0] in string.ascii_uppercase
    assert said.endswith(".")
    assert "None" not in said
    assert "{" not in said


RECIPE = Recipe(learning_rate=5e-4, epochs=6)


@pytest.mark.parametrize(
    ("remedy", "label", "note"),
    [
        (
            Remedy(deed=Deed.TRAIN_AGAIN, field="learning_rate", recipe=replace(RECIPE, learning_rate=1.7e-4)),
            "Train again with learning rate 0.00017",
            "Smaller steps: a learning rate of 0.00017 instead of 0.0005.",
        ),
        (
            Remedy(deed=Deed.TRAIN_AGAIN, field="epochs", recipe=replace(RECIPE, epochs=12)),
            "Train again with 12 epochs",
            "More rounds through the examples: 12 instead of 6.",
        ),
        (Remedy(deed=Deed.LOOK_AT_ROWS, row_ids=("a", "b")), "Show 2 examples", "Look for garbled text"),
        (Remedy(deed=Deed.LOOK_AT_REPEATS), "Show what repeats", "which answers repeat each other"),
        (Remedy(deed=Deed.GIVE_EXAMPLES), "Give more examples", "more varied ones"),
    ],
)
def test_a_remedy_has_one_button_that_says_what_it_does(remedy: Remedy, label: str, note: str) -> None:
    card = remedy_card(remedy, replace(RUN, recipe=RECIPE.to_json()), "card_1")
    assert [choice.label for choice in card.choices] == [label]
    assert len(label) <= LONGEST_LABEL
    assert note in card.note
