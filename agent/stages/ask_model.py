"""Put a person's request before their tuned model."""

import asyncio
import json

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import ROWS_NEEDED, Context
from agent.permissions import Action
from agent.replies import Say
from agent.state import ASK_RUN, Position, State, answered, turn_of
from agent.training import saved_models
from agent.words import say
from storage.domain import ModelVersion, stable_id
from trainer.client import GenerateRequest

LONGEST_REQUEST = 6000
"""Characters: about 1,500 tokens, which leaves room for an answer in a context of 2,048."""
ANSWER_TOKENS = 320


async def _models_of(context: Context, person_id: str) -> list[ModelVersion]:
    """Where the conversation is in no project: the models of all that the person has a role in, the latest last."""
    projects = await context.store.projects.of_person(person_id)
    models = [model for project in projects for model in await saved_models(context, project.id)]
    return sorted(models, key=lambda model: model.created_at)


async def ask_model(state: State, runtime: Runtime[Context]) -> Position:
    """The latest saved version answers, by a generate job; the answer comes as soon as it is there."""
    context, turn = runtime.context, turn_of(state)
    project_id = state.get("project_id")
    refused = await refusal(context, project_id, turn.person_id, Action.ASK)
    if refused:
        return {"replies": answered(refused)}
    models = await saved_models(context, project_id) if project_id else await _models_of(context, turn.person_id)
    if not models:
        following = say("ask.no_model_train") if project_id else say("models.none", needed=ROWS_NEEDED)
        return {"replies": answered(Say(text=say("ask.no_model", next=following)))}
    model = models[-1]
    request = turn.rest
    if not request:
        return {"replies": answered(Say(text=say("ask.empty", name=model.name, version=model.version)))}
    if len(request) > LONGEST_REQUEST:
        too_long = say("ask.too_long", length=f"{len(request):,}", limit=f"{LONGEST_REQUEST:,}")
        return {"replies": answered(Say(text=too_long))}
    run_id = stable_id(ASK_RUN.rstrip("_"), turn.id)
    prompt = {"id": "ask", "instruction": request, "input": "", "reference": ""}
    await asyncio.to_thread(context.files.write_text, f"runs/{run_id}/prompts.jsonl", json.dumps(prompt) + "\n")
    await context.trainer.submit(
        GenerateRequest(
            run_id=run_id,
            base=context.base,
            adapter_run=model.run_id,
            answer_with=("tuned",),
            max_tokens=ANSWER_TOKENS,
        ),
        request_id=f"ask:{turn.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )
    asking = say("ask.asking", name=model.name, version=model.version)
    return {"replies": answered(Say(text=asking))}
