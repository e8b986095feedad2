"""What people write to change a recipe, in the forms in which they write it."""

import pytest

from agent.changes import RECOMMENDED, WHOLE, Changes, read_changes
from agent.words import say
from storage.domain.recipes import Recipe
from trainer.recipes import BOUNDS, PRESETS, BadSetting, change


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("epochs 2", {"epochs": 2}),
        ("Epochs: 2.", {"epochs": 2}),
        ("2 epochs", {"epochs": 2}),
        ("please use 3 rounds", {"epochs": 3}),
        ("set the epochs to 2 please", {"epochs": 2}),
        ("change epochs from 6 to 2", {"epochs": 2}),
        ("epochs 6 -> wait, epochs 2", {"epochs": 2}),
        ("epochs=2;rank=8", {"epochs": 2, "rank": 8}),
        ("epochs 2 rank 8", {"epochs": 2, "rank": 8}),
        ("2 epochs and 8 examples per step", {"epochs": 2, "batch_size": 8}),
        ("epochs 2, learning rate 0.0002", {"epochs": 2, "learning_rate": 0.0002}),
        ("epochs 2,rank 8", {"epochs": 2, "rank": 8}),
        ("lr 2e-4", {"learning_rate": 0.0002}),
        ("lr=2E-04", {"learning_rate": 0.0002}),
        ("lr 2e−4", {"learning_rate": 0.0002}),
        ("learning-rate: 2*10^-4", {"learning_rate": 0.0002}),
        ("learning_rate .0002", {"learning_rate": 0.0002}),
        ("learning rate 0,0002", {"learning_rate": 0.0002}),
        ("learning rate should be 0.0002", {"learning_rate": 0.0002}),
        ("warmup 10 %", {"warmup_ratio": 0.1}),
        ("gradient clipping 0.5", {"max_grad_norm": 0.5}),
        ("context 1,024", {"context": 1024}),
        ("context length 1.024", {"context": 1024}),
        ("batch size 4\nrank 8\nalpha 16", {"batch_size": 4, "rank": 8, "alpha": 16}),
        ("Adapter size (rank): 8", {"rank": 8}),
        ("**rank** 8", {"rank": 8}),
        ("epochs -2", {"epochs": -2}),
        ("epochs 2.5", {"epochs": 2.5}),
        ("epochs 0.125", {"epochs": 0.125}),
        ("rank 9e999", {"rank": float("inf")}),
        ("patience 3, validations per epoch 4, seed 11", {"patience": 3, "validations_per_epoch": 4, "seed": 11}),
    ],
)
def test_settings(text: str, values: dict[str, float]) -> None:
    assert read_changes(text) == Changes(values=values)


@pytest.mark.parametrize("field", BOUNDS)
def test_a_setting_may_be_called_as_the_card_calls_it(field: str) -> None:
    assert read_changes(f"{say(f'recipe.{field}')}: 7").values == {field: 7}
    assert read_changes(f"{field} 7").values == {field: 7}


@pytest.mark.parametrize("field", BOUNDS)
def test_what_is_read_as_a_count_is_one_for_the_trainer(field: str) -> None:
    if field in WHOLE:
        with pytest.raises(BadSetting):
            change(Recipe(), field, BOUNDS[field][0] + 0.5)
    else:
        change(Recipe(), field, sum(BOUNDS[field]) / 2)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_may_be_called_as_its_button_calls_it(name: str) -> None:
    assert read_changes(say(f"preset.{name}")).preset == name
    assert read_changes(f"preset {name}").preset == name


@pytest.mark.parametrize(
    ("text", "preset"),
    [
        ("documents", "documents"),
        ("the guide's preset for quick communications, please", "communications"),
        ("Mixed tasks.", "mixed"),
        ("Configuration B", "communications"),
        ("use your recommended settings", RECOMMENDED),
        ("reset", RECOMMENDED),
    ],
)
def test_presets(text: str, preset: str) -> None:
    assert read_changes(text) == Changes(preset=preset)


def test_a_preset_and_a_setting_in_one_message() -> None:
    assert read_changes("preset mixed, epochs 2") == Changes(preset="mixed", values={"epochs": 2})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "make it better",
        "more epochs",
        "the documents are long and mixed",
        "documents or mixed",
        "the epochs",
        "frank 8 is my colleague's bed"[:5],
        "e" * 5000,
    ],
)
def test_what_is_no_change_is_none(text: str) -> None:
    assert read_changes(text).empty


def test_a_word_that_only_ends_like_a_setting_is_none() -> None:
    assert read_changes("frank 8") == Changes(unread=True)
    assert read_changes("the max-rank 8") == Changes(unread=True)


@pytest.mark.parametrize("text", ["epochs 2, dropout 0.1", "epochs 2 and 7"])
def test_a_number_that_belongs_nowhere_is_noticed(text: str) -> None:
    assert read_changes(text) == Changes(values={"epochs": 2}, unread=True)


@pytest.mark.parametrize("text", ["1," * 20_000, "9" * 50_000, "learning rate " * 10_000, "epochs 1" + ",000" * 20_000])
def test_enormous_texts_are_read_at_once(text: str) -> None:
    read_changes(text)
