"""The card of a run that would start now, with three faces: its settings, what they mean, how they can be changed.

Pure functions. Each button acts by the card's id; a face differs from the one before by its state.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from agent.changes import QUICK_LOOK, RECOMMENDED
from agent.evaluation.cost import Cost
from agent.evaluation.general import general_items
from agent.numbers import duration, size
from agent.replies import Choice, Form, FormField, Quote, ShowCard
from agent.reports.forms import RECIPE
from agent.words import say
from storage.domain.recipes import Recipe
from trainer.recipes import BOUNDS, PRESETS, Estimate, Recommendation
from trainer.recipes import QUICK_LOOK as QUICK_LOOK_SHARE

Face = Literal["settings", "explained", "changing"]

PRESET = "preset:"
"""What the actions that take a preset begin with; its name follows, or ``recommended``."""
WAY = "way"
"""What the action that takes the other way begins with."""
_SHOWN = ("epochs", "batch_size", "learning_rate", "rank", "alpha", "context")
"""Of the fields, those that the first face shows."""
IN_FORM = ("epochs", "rank", "learning_rate", "batch_size", "context")
"""Of the fields, those that a form changes: five, the most that a platform we know of allows (Discord)."""
_TITLES: Mapping[Face, str] = {
    "settings": "recipe.title",
    "explained": "recipe.title_explained",
    "changing": "recipe.title_changing",
}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A run that would start now, and what is known of it."""

    project_id: str
    name: str
    base: str
    recipe: Recipe
    recommended: Recommendation
    preset: str | None
    """The preset whose settings the recipe has."""
    estimate: Estimate
    parts: Mapping[str, int]
    """Rows by part."""
    left_out: int
    """Rows that are longer than the recipe's context."""
    on_card: bool
    """Whether it would run on a graphics card."""
    requests: int
    """That both models will answer for the comparison, about; short questions about other abilities come besides."""
    judges: tuple[str, ...]
    """By name."""
    judging: Cost
    """At most: no more is spent on judging the answers of one comparison."""
    other_way: Literal["continue", "afresh"] | None = None
    """What a button takes instead: to continue the version in use, or to begin afresh."""
    beside: int | None = None
    """The version in use, with which the new one is compared too; None without any."""


def recipe_card(
    proposal: Proposal, card_id: str, *, face: Face = "settings", state: str = "", said: str = "", edit: bool = False
) -> ShowCard:
    """``said``: what came of the message or press before; it stands first in the note."""
    notes = {
        "settings": say("recipe.note"),
        "explained": say("recipe.note_explained"),
        "changing": say("recipe.ask_change"),
    }
    return ShowCard(
        card_id=card_id,
        card_kind="recipe",
        subject={
            "project_id": proposal.project_id,
            "recipe": json.dumps(proposal.recipe.to_json(), sort_keys=True),
            "judging": json.dumps(asdict(proposal.judging)),
            "beside": str(proposal.beside or ""),
        },
        title=say(_TITLES[face], name=proposal.name),
        fields=_explained(proposal) if face == "explained" else _settings(proposal),
        choices=_choices(proposal, face, card_id),
        note=f"{said} {notes[face]}".strip(),
        state=state,
        edit=edit,
    )


def number(value: float) -> str:
    """A setting as people read it: ``2``, ``0.0005``, ``1e-06``."""
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def _settings(proposal: Proposal) -> tuple[Quote, ...]:
    estimate = proposal.estimate
    when = "recipe.time_measured" if estimate.measured else "recipe.time_guessed"
    needs = "recipe.needs_card" if proposal.on_card else "recipe.needs_value"
    return (
        Quote(name=say("recipe.examples"), text=_parts(proposal.parts)),
        *_left_out(proposal),
        Quote(name=say("recipe.base"), text=proposal.base),
        *_begins_with(proposal.recipe),
        Quote(name=say("recipe.chosen"), text=_chosen(proposal)),
        *(Quote(name=say(f"recipe.{field}"), text=number(getattr(proposal.recipe, field))) for field in _SHOWN),
        Quote(
            name=say("recipe.time"),
            text=say(when, low=duration(estimate.seconds_low), high=duration(estimate.seconds_high)),
        ),
        Quote(
            name=say("recipe.needs"),
            text=say(needs, memory=size(estimate.memory_bytes), disk=size(estimate.disk_bytes)),
        ),
        Quote(name=say("recipe.comparison"), text=_comparison(proposal)),
        *_beside(proposal),
    )


def _comparison(proposal: Proposal) -> str:
    """What the comparison after training takes: requests, and what is asked of judges at most."""
    cost = proposal.judging + proposal.judging if proposal.beside else proposal.judging
    key = "recipe.comparison_judged" if cost.calls else "recipe.comparison_known"
    return say(
        key,
        requests=proposal.requests,
        short=len(general_items()),
        judges=", ".join(proposal.judges),
        calls=f"{cost.calls:,}",
        tokens=f"{cost.tokens:,}",
        time=duration(cost.seconds),
    )


def _begins_with(recipe: Recipe) -> Sequence[Quote]:
    if not recipe.from_version:
        return ()
    text = say("retrain.begins_with_version", version=recipe.from_version)
    return (Quote(name=say("retrain.begins_with"), text=text),)


def _ways(proposal: Proposal) -> Sequence[Choice]:
    way = proposal.other_way
    if way is None:
        return ()
    return (Choice(label=say(f"retrain.pick_{way}", version=proposal.beside), action=f"{WAY}:{way}"),)


def _beside(proposal: Proposal) -> Sequence[Quote]:
    if not proposal.beside:
        return ()
    key = "loop.beside_in_use_judged" if proposal.judging.calls else "loop.beside_in_use_known"
    return (Quote(name=say("loop.beside_in_use"), text=say(key, version=proposal.beside)),)


def _parts(parts: Mapping[str, int]) -> str:
    return say("recipe.parts_golden" if parts.get("golden") else "recipe.parts", **parts)


def _left_out(proposal: Proposal) -> Sequence[Quote]:
    if not proposal.left_out:
        return ()
    rows, context = sum(proposal.parts.values()), proposal.recipe.context
    text = say("recipe.left_out_value", count=proposal.left_out, rows=rows, context=context)
    return (Quote(name=say("recipe.left_out"), text=text),)


def _chosen(proposal: Proposal) -> str:
    own, preset = _own(proposal), proposal.preset
    if not own:
        return say("recipe.chosen_recommended")
    if preset and all(hasattr(PRESETS[preset], field) for field in own):
        return say("recipe.chosen_preset", preset=say(f"preset.{preset}"))
    return say("recipe.chosen_own", fields=", ".join(say(f"recipe.{field}") for field in own))


def _own(proposal: Proposal) -> list[str]:
    """The fields that differ from what is recommended."""
    return [field for field in BOUNDS if getattr(proposal.recipe, field) != getattr(proposal.recommended.recipe, field)]


def _explained(proposal: Proposal) -> tuple[Quote, ...]:
    own, preset = _own(proposal), proposal.preset
    fields = [Quote(name=say(f"recipe.{field}"), text=_meaning(proposal, field, own, preset)) for field in BOUNDS]
    return (*fields, *_left_out(proposal), *_differences(proposal.recommended))


def _meaning(proposal: Proposal, field: str, own: Sequence[str], preset: str | None) -> str:
    """The value with one sentence: why it was chosen, or, if a person chose it, what it does."""
    value = number(getattr(proposal.recipe, field))
    if field not in own:
        reason = proposal.recommended.reasons[field]
        numbers = {name: f"{count:,.0f}" for name, count in reason.numbers.items()}
        return say("what.value", value=value, sentence=say(f"why.{field}.{reason.code}", **numbers))
    recommended = number(getattr(proposal.recommended.recipe, field))
    of_preset = preset is not None and hasattr(PRESETS[preset], field)
    key = "what.of_preset" if of_preset else "what.own"
    return say(key, value=value, recommended=recommended, sentence=say(f"what.{field}"))


def _differences(recommended: Recommendation) -> list[Quote]:
    """Where rules of thumb of the guide say otherwise than we recommend."""
    return [
        Quote(
            name=say("guide.differs", rule=say(f"guide.{guide.name}", value=number(guide.value))),
            text=say(
                "guide.ours",
                ours=number(getattr(recommended.recipe, field)),
                because=say(f"because.{guide.because}"),
            ),
        )
        for field, reason in recommended.reasons.items()
        if (guide := reason.guide)
    ]


def _form(proposal: Proposal, card_id: str) -> Form:
    fields = tuple(
        FormField(
            name=field,
            label=say(f"recipe.{field}"),
            value=number(getattr(proposal.recipe, field)),
            hint=say("form.hint_setting", low=number(BOUNDS[field][0]), high=number(BOUNDS[field][1])),
        )
        for field in IN_FORM
    )
    subject = {"project_id": proposal.project_id, "card_id": card_id}
    return Form(name=RECIPE, subject=subject, title=say("form.recipe"), fields=fields, submit=say("form.save"))


def _choices(proposal: Proposal, face: Face, card_id: str) -> tuple[Choice, ...]:
    start = Choice(label=say("recipe.start"), action="start", style="primary")
    change = Choice(label=say("recipe.change"), action="change", form=_form(proposal, card_id))
    explain = Choice(label=say("recipe.explain"), action="explain")
    settings = Choice(label=say("recipe.settings"), action="settings")
    later = Choice(label=say("recipe.later"), action="later")
    match face:
        case "settings":
            return start, change, explain, *_ways(proposal), later
        case "explained":
            return start, change, settings, later
        case "changing":
            return start, *_presets(proposal), explain, settings


def _presets(proposal: Proposal) -> list[Choice]:
    names = [name for name in PRESETS if name != proposal.preset]
    if proposal.recipe.adapted_share > QUICK_LOOK_SHARE:
        names.append(QUICK_LOOK)
    if _own(proposal):
        names.append(RECOMMENDED)
    return [Choice(label=say(f"preset.{name}"), action=f"{PRESET}{name}") for name in names]
