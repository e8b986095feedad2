"""Begin another project, or go to one: each stays as it is."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.access import projects_here, refusal
from agent.asides import going_on
from agent.context import Context
from agent.permissions import Action
from agent.questions import LONGEST_GOAL
from agent.replies import Choice, Quote, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.rows import progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Project, stable_id

SHOWN = 5
"""Projects on the card, the latest first."""
OPEN = "open:"
"""What the action that goes to a project begins with; its id follows."""
LONGEST_LABEL = 75
"""Characters on a button, as ``bot.render`` has it: what tells two projects of one name apart must not be cut off."""
_NOT_KEPT = frozenset({"add"})
"""Commands with an example behind them, which a card must not keep: it would not be found when its author takes it back."""


async def begin_project(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune new`` with a goal begins at once, and with what a project is called it goes to that; without either it shows
    where one could go, those begun elsewhere among it. A press goes there.

    Any other command came where there is no project yet: which one is meant is asked first, and after the press the
    command is carried out. Whoever has no project is asked for a goal.
    """
    context, turn = runtime.context, turn_of(state)
    project_id = state.get("project_id")
    if turn.kind == "press":
        return await _go(context, turn, state)
    if turn.word != "new":
        projects = await projects_here(context, turn)
        return {"outcome": "asked", "replies": answered(_picker(turn, projects))} if projects else {"replies": []}
    named = await _named(context, turn)
    if named is None and await _is_elsewhere(context, turn):
        return {"outcome": "asked", "replies": answered(Say(text=say("projects.elsewhere"), private=True))}
    if project_id is None and named is None:
        theirs = [] if turn.rest else await projects_here(context, turn)
        replies = answered(_picker(turn, theirs)) if theirs else []
        return {"stage": "goal", "outcome": "asked" if theirs else "", "replies": replies}
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    if named is not None:
        return await _opened(context, turn, named.id)
    assert project_id is not None, "who is in none was answered above"
    if turn.rest:
        return await _leave(context, turn)
    return {"replies": answered(await _card(context, turn, project_id))}


async def _named(context: Context, turn: Turn) -> Project | None:
    """The project that is called by what stands behind ``new``: by its id, its short name or its name."""
    called = turn.rest.strip().casefold()
    theirs = await projects_here(context, turn) if called else []
    return next((one for one in theirs if called in (one.id, one.slug, one.name.casefold())), None)


async def _is_elsewhere(context: Context, turn: Turn) -> bool:
    """Whether a project of theirs was picked, by its id, that may not be named here: lists that they alone see offer it."""
    theirs = await context.store.projects.of_person(turn.person_id) if turn.rest else []
    return turn.rest.strip() in [one.id for one in theirs]


async def _opened(context: Context, turn: Turn, project_id: str) -> Position:
    """In the project from now on."""
    await context.store.conversations.set_project(turn.conversation_id, project_id)
    project = await context.store.projects.get(project_id)
    text = say("projects.opened", name=project.name, progress=await progress(context, project_id))
    return {"stage": "examples", "project_id": project_id, "row_id": None, "replies": answered(Say(text=text))}


async def _card(context: Context, turn: Turn, project_id: str) -> ShowCard:
    here = await context.store.projects.get(project_id)
    others = [project for project in await projects_here(context, turn) if project.id != project_id]
    return ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="projects",
        subject={"project_id": project_id},
        title=say("projects.title"),
        fields=(Quote(name=say("projects.label"), text=say("projects.body", name=here.name)),),
        choices=(
            Choice(label=say("projects.begin"), action="begin", style="primary"),
            *_choices(others),
            Choice(label=say("projects.stay"), action="stay"),
        ),
    )


def _picker(turn: Turn, projects: Sequence[Project]) -> ShowCard:
    """Which project a command is for. The card remembers it, as far as it holds no example; ``new`` itself has been
    answered by the press."""
    word = "" if turn.word == "new" else turn.word or ""
    kept = word not in _NOT_KEPT and len(turn.rest) <= LONGEST_GOAL
    again = say("projects.send_again") if turn.rest and not kept else ""
    return ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="projects",
        subject={"word": word, "rest": turn.rest if kept else ""},
        title=say("projects.which", word=word) if word else say("projects.where"),
        choices=(*_choices(projects), Choice(label=say("projects.begin"), action="begin")),
        note=again,
    )


def _choices(projects: Sequence[Project]) -> list[Choice]:
    return [Choice(label=_label(project), action=OPEN + project.id) for project in projects[:SHOWN]]


def _label(project: Project) -> str:
    room = LONGEST_LABEL - len(f" ({project.slug})")
    name = project.name if len(project.name) <= room else project.name[: room - 1] + "…"
    return f"{name} ({project.slug})"


async def _go(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    conversation = await context.store.conversations.get(turn.conversation_id)
    target = turn.action.removeprefix(OPEN) if turn.action.startswith(OPEN) else None
    for project_id in filter(None, (conversation.project_id, target)):
        refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
        if refused:
            return {"replies": answered(refused)}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    face = closed_card(turn.card["id"], "projects", turn.card["subject"], "projects.title_done")
    if turn.action == "begin":
        return {**await _leave(context, turn), "replies": answered(face)}
    chosen = target or turn.card["subject"]["project_id"]
    if chosen == state.get("project_id") == conversation.project_id:
        return going_on(state, "", face)
    opened = await _opened(context, turn, chosen)
    replies = [*answered(face), *opened["replies"]]
    word = turn.card["subject"].get("word")
    if not word:
        return {**opened, "replies": replies}
    return {**opened, "event": _as_command(turn, word, turn.card["subject"]["rest"]), "said_before": replies}


def _as_command(turn: Turn, word: str, rest: str) -> dict[str, object]:
    """The event in hand as the command that had waited for a project: with its own id, said by whoever pressed."""
    payload = {"text": "", "files": [], "command": {"word": word, "rest": rest, "bare": False}}
    return {name: value for name, value in turn.event.items() if name != "card"} | {
        "kind": "message",
        "payload": payload,
    }


async def _leave(context: Context, turn: Turn) -> Position:
    await context.store.conversations.set_project(turn.conversation_id, None)
    return {"stage": "goal", "project_id": None, "row_id": None, "card_id": None, "replies": []}
