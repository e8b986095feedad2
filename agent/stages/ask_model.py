"""Put a person's request before a tuned model, its base, or both."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.addressing import Address, addresses, matching, read_address
from agent.asking import (
    Asked,
    Question,
    at_once,
    by_the_trainer,
    is_with_the_trainer,
    models_here,
    question_of,
    show_answers,
)
from agent.context import ROWS_NEEDED, Context
from agent.permissions import Action
from agent.promotion import in_use, saved_models
from agent.replies import Say, ShowCard
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import ModelVersion

LONGEST_REQUEST = 6000
"""Characters: about 1,500 tokens, which leaves room for an answer in a context of 2,048."""
_TOLD = 8
"""Versions that are named where another one was asked for."""


async def ask_model(state: State, runtime: Runtime[Context]) -> Position:
    """The version in use answers, or whom the request is addressed to: at once, or as soon as the trainer can."""
    context, turn = runtime.context, turn_of(state)
    reply = _by_form if turn.kind == "form" else _reply
    return {"replies": answered(await reply(context, turn, state.get("project_id")))}


async def _by_form(context: Context, turn: Turn, project_id: str | None) -> Say | ShowCard:
    """The form names its version; what was written there is all request."""
    models = await models_here(context, turn, project_id)
    model = next((one for one in models if one.id == turn.subject.get("model")), None)
    if model is None:
        return Say(text=say("ask.model_gone"), private=True)
    if refused := await refusal(context, model.project_id, turn.person_id, Action.ASK):
        return refused
    asked, request = Asked(base=False, model=model), turn.values.get("request", "").strip()
    return _too_short_or_long(asked, request) or await _ask(
        context, turn, asked, question_of(turn, asked, request, project_id)
    )


async def _reply(context: Context, turn: Turn, project_id: str | None) -> Say | ShowCard:
    refused = await refusal(context, project_id, turn.person_id, Action.ASK)
    if refused:
        return refused
    anywhere = await models_here(context, turn, project_id)
    here = await saved_models(context, project_id) if project_id else anywhere
    address = _read(turn.rest, here, anywhere)
    if not (anywhere if address.version else here) and (address.tuned or not project_id):
        following = say("ask.no_model_train") if project_id else say("models.none", needed=ROWS_NEEDED)
        return Say(text=say("ask.no_model", next=following))
    models = matching(address.version, here, anywhere) if address.version else await _in_use(context, project_id, here)
    if address.tuned and len(models) != 1:
        return _which(address, models, here or anywhere, here)
    asked = Asked(base=address.base, model=models[0] if address.tuned else None)
    if asked.model and (elsewhere := await refusal(context, asked.model.project_id, turn.person_id, Action.ASK)):
        return elsewhere
    note = say("ask.passed_over", word=address.passed_over) if address.passed_over else ""
    question = question_of(turn, asked, address.request, project_id)
    return _too_short_or_long(asked, address.request) or await _ask(context, turn, asked, question, note)


async def _in_use(context: Context, project_id: str | None, here: Sequence[ModelVersion]) -> list[ModelVersion]:
    """That of the project; without one, of the project that made a version last."""
    project_id = project_id or (here[-1].project_id if here else None)
    used = await in_use(context, project_id) if project_id else None
    return [used] if used else []


def _read(text: str, here: Sequence[ModelVersion], anywhere: Sequence[ModelVersion]) -> Address:
    """The address; ``covid-v2 in children`` has none where no model is called so."""
    address = read_address(text)
    named = "-" in address.version and not address.sure
    return Address(request=text.strip()) if named and not matching(address.version, here, anywhere) else address


def _which(
    address: Address, found: Sequence[ModelVersion], known: Sequence[ModelVersion], here: Sequence[ModelVersion]
) -> Say:
    """No version is called so, or several are."""
    told = ", ".join(f"`{name}`" for name in addresses((found or known)[-_TOLD:], here))
    return Say(text=say("ask.which" if found else "ask.no_version", version=address.version, versions=told))


def _too_short_or_long(asked: Asked, request: str) -> Say | None:
    if not request:
        return Say(text=say("ask.empty", who=asked.named(asked.sides)))
    if len(request) > LONGEST_REQUEST:
        return Say(text=say("ask.too_long", length=f"{len(request):,}", limit=f"{LONGEST_REQUEST:,}"))
    return None


async def _ask(context: Context, turn: Turn, asked: Asked, question: Question, note: str = "") -> Say | ShowCard:
    if not await is_with_the_trainer(context, turn):
        answers = await at_once(context, asked, question.request)
        if answers is not None:
            return await show_answers(context, turn, asked, question, answers, note=note)
    await by_the_trainer(context, turn, asked, question)
    key = "ask.asking" if len(asked.sides) == 1 else "ask.asking_both"
    return Say(text="\n".join(filter(None, [say(key, who=asked.named(asked.sides)), note])))
