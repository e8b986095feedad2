"""The overview of a person's own things: a card for each project, with what may be asked at once. Pure functions of facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.context import GOOD_START
from agent.coverage import Cell
from agent.replies import AnyReply, Choice, Quote, Say, ShowCard
from agent.reports.forms import ask_form
from agent.reports.run_card import run_card
from agent.words import say
from storage.domain import Job, ModelVersion, Project, Run

HOME = "home:"
"""What the ids of its cards begin with."""
ASK = "ask"
MODELS = 3
"""Versions of a project that are named: that in use, then the latest."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A project as it stands."""

    project: Project
    approved: int
    waiting: int
    wanted: Cell | None
    """What would be asked for next; None where nothing is."""
    run: Run | None
    """The latest."""
    job: Job | None
    """Of that run, if one is under way."""
    models: Sequence[ModelVersion]
    """The saved ones: that in use, then the latest first."""


def overview(found: Sequence[Overview], more: int, reminders: Sequence[str] = ()) -> list[AnyReply]:
    """``more``: projects that are not shown; ``reminders``: what the person is reminded of, a line each."""
    if not found:
        return [Say(text=say("home.nothing")), _reminders(reminders)]
    said = [Say(text=say("home.more", count=more))] if more else []
    return [*(_project(one) for one in found), *said, _reminders(reminders)]


def _reminders(lines: Sequence[str]) -> Say:
    if not lines:
        return Say(text=say("home.no_reminders"))
    return Say(text="\n".join([say("home.reminders"), *(f"- {line}" for line in lines)]))


def _project(one: Overview) -> ShowCard:
    facts = [
        ("home.examples", _examples(one)),
        ("home.next", _wanted(one.wanted)),
        ("home.run", _run(one)),
        ("home.models", _models(one)),
    ]
    return ShowCard(
        card_id=HOME + one.project.id,
        card_kind="home",
        subject={"project_id": one.project.id},
        title=one.project.name,
        fields=tuple(Quote(name=say(key), text=text) for key, text in facts if text),
        choices=tuple(_ask(model) for model in one.models[:MODELS]),
    )


def _examples(one: Overview) -> str:
    key = "home.progress" if one.approved < GOOD_START else "home.progress_full"
    progress = say(key, approved=one.approved, good=GOOD_START)
    return ", ".join([progress, *([say("home.waiting", count=one.waiting)] if one.waiting else [])])


def _wanted(cell: Cell | None) -> str:
    if cell is None:
        return ""
    kind = cell.category.title
    return say("home.next_aspect", kind=kind, aspect=cell.aspect.title) if cell.aspect else kind


def _run(one: Overview) -> str:
    """Its title, and while it is under way how far it is, as its own card says both."""
    if one.run is None:
        return ""
    card = run_card(one.job, one.run)
    return ", ".join([card.title, *(f"{field.name}: {field.text}" for field in card.fields if one.job)])


def _models(one: Overview) -> str:
    names = [_name(model) for model in one.models[:MODELS]]
    left = len(one.models) - len(names)
    return ", ".join([*names, *([say("home.more_models", count=left)] if left else [])]) or say("home.no_models")


def _ask(model: ModelVersion) -> Choice:
    name = _name(model)
    return Choice(label=say("home.ask", name=name), action=f"{ASK}:{model.id}", form=ask_form(model.id, name))


def _name(model: ModelVersion) -> str:
    return say("ask.version", name=model.name, version=model.version)
