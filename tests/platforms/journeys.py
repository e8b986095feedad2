"""How conversations of the contract begin, and what is looked for in what people see."""

from collections.abc import Sequence

from agent.words import say
from storage.domain import ModelVersion, Run, RunState
from tests.fakes.answers import request, ticket
from tests.fakes.train_results import write_adapter
from tests.platforms.meaning import plain
from tests.platforms.serving import House
from tests.platforms.speaking import Seen, Speaker

GOAL = "Turn calls of our customers into tickets"
EXAMPLE = ("Write the ticket", "Bo wants nails by Friday", "Customer: Bo\nItem: nails")
WHOLE_EXAMPLE = f"Instruction: {EXAMPLE[0]}\nInput: {EXAMPLE[1]}\nOutput: {EXAMPLE[2]}"
ASK_FOR_ONE = "Could you give me a case as it comes up all the time: what is asked, and the answer you would want?"
"""Of the pack for any task."""


async def with_project(speaker: Speaker) -> None:
    """The goal is told, and the questions about it are left to us."""
    await speaker.say(GOAL)
    await speaker.read()
    await speaker.press(say("question.decide_rest"))
    await speaker.read()


async def with_rows(speaker: Speaker, count: int = 30) -> None:
    """A project with approved rows, out of a file."""
    await with_project(speaker)
    await speaker.upload("rows.csv", csv(count))
    await speaker.read()
    await speaker.press(say("columns.take"))
    await speaker.read()


async def with_version(house: House, speaker: Speaker) -> None:
    """A first version of the only project, without the run that makes one."""
    (project,) = await house.store.projects.all()
    run = Run(
        id="run_first",
        project_id=project.id,
        conversation_id=speaker.conversation,
        started_by=speaker.id,
        number=1,
        recipe={},
        state=RunState.SAVED,
        created_at=project.created_at,
    )
    model = ModelVersion(
        id="model_first",
        project_id=project.id,
        run_id=run.id,
        name=project.slug,
        version=1,
        metrics={},
        created_at=project.created_at,
    )
    await house.store.runs.add(run)
    await house.store.models.add(model)
    write_adapter(house.home, run.id)


def csv(count: int) -> bytes:
    rows = (f'Write the ticket.,"{request(n).partition(chr(10) * 2)[2]}","{ticket(n)}"\n' for n in range(count))
    return ("request,notes,answer\n" + "".join(rows)).encode()


def finds(seen: Sequence[Seen], key: str, **values: object) -> Seen:
    """The message that says this sentence of ours among others."""
    return finds_text(seen, say(key, **values))


def finds_text(seen: Sequence[Seen], text: str) -> Seen:
    found = [one for one in seen if plain(text) in plain(one.text)]
    assert len(found) == 1, f"{len(found)} messages say {text!r}:\n" + "\n".join(map(str, seen))
    return found[0]
