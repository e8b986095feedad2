"""The card of a run that would start now: its settings, what they cost, what a person can do about them."""

import json
from collections.abc import Mapping

from agent.numbers import duration
from agent.replies import Choice, Quote, ShowCard
from agent.words import say
from storage.domain.recipes import Recipe


def recipe_card(
    recipe: Recipe,
    card_id: str,
    project_id: str,
    name: str,
    parts: Mapping[str, int],
    base: str,
    time: tuple[float, float],
) -> ShowCard:
    """The settings of a run that would start now. ``parts`` counts rows by part; ``time`` is a range in seconds."""
    span = say("recipe.time_value", low=duration(time[0]), high=duration(time[1]))
    values = (
        ("recipe.examples", say("recipe.parts", **parts)),
        ("recipe.base", base),
        ("recipe.epochs", str(recipe.epochs)),
        ("recipe.batch_size", str(recipe.batch_size)),
        ("recipe.learning_rate", f"{recipe.learning_rate:g}"),
        ("recipe.rank", str(recipe.rank)),
        ("recipe.context", str(recipe.context)),
        ("recipe.time", span),
    )
    return ShowCard(
        card_id=card_id,
        card_kind="recipe",
        subject={"project_id": project_id, "recipe": json.dumps(recipe.to_json(), sort_keys=True)},
        title=say("recipe.title", name=name),
        fields=tuple(Quote(name=say(key), text=text) for key, text in values),
        choices=(
            Choice(label=say("recipe.start"), action="start", style="primary"),
            Choice(label=say("recipe.change"), action="change"),
            Choice(label=say("recipe.later"), action="later"),
        ),
        note=say("recipe.note"),
    )
