"""Having saved versions put into Ollama: under which name, and by whose wish.

It knows the trainer's client. It does not know Ollama: a job does it, and its end is told by ``announce_publication``.
"""

import re
import unicodedata
from datetime import datetime

from agent.context import Context
from storage.domain import Job, ModelVersion, Run
from trainer.client import PublishRequest

LONGEST_TEAM, LONGEST_TASK = 20, 50
"""Characters: with ``-v<n>`` a name stays below the 80 that Ollama allows (``types/model/name.go``)."""


def published_name(team: str, project: str, slug: str, version: int) -> str:
    """``Team-Task-vN``, the guide's convention (``PM-PRDs-v2``), of the letters that Ollama's names may have.

    Accents are dropped. A project whose name is not in Latin letters is called by its slug, which no other project has.
    """
    team_part = _plain(team, LONGEST_TEAM) or "Threadtune"
    kept = _plain(project, LONGEST_TASK)
    told = sum(letter.isalnum() for letter in project)
    task = kept if 2 * len(kept.replace("-", "")) >= told and kept else _plain(slug, LONGEST_TASK)
    return f"{team_part}-{task}-v{version}"


def _plain(text: str, longest: int) -> str:
    """ASCII letters and digits, words joined by dashes, cut between words where it can be."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    joined = re.sub(r"[^A-Za-z0-9]+", "-", ascii_text).strip("-")
    if len(joined) <= longest:
        return joined
    return joined[: longest + 1].rpartition("-")[0] or joined[:longest]


async def publish(
    context: Context, run: Run, model: ModelVersion, now: datetime, conversation_id: str, again: str = ""
) -> Job | None:
    """Queue it; None where no server is configured. ``again``: the event that asks for another try."""
    if context.team is None:
        return None
    project = await context.store.projects.get(run.project_id)
    request = PublishRequest(
        run_id=run.id,
        base=context.base,
        name=model.name,
        version=model.version,
        model=published_name(context.team, project.name, project.slug, model.version),
    )
    request_id = f"publish:{run.id}:{again}" if again else f"publish:{run.id}"
    return await context.trainer.submit(request, request_id, now, conversation_id)
