"""Whatever people do, in whatever order: every turn answers, and the job can be finished from wherever it leads.

Each walk makes its moves by the dice of its seed, on the real graph, stages and store: a walk that fails, fails again.
"""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.replies import Choice, ShowCard
from bot.commands import WORDS
from storage.domain import JobFailure, JobKind, JobState
from storage.errors import NotFound
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_conversation import GOAL
from tests.unit.agent.test_conversation import WORDS as CASES

GHOST = ShowCard(
    card_id="card_none",
    card_kind="review",
    subject={},
    title="",
    choices=(Choice(label="Approve", action="approve:x"),),
)
DOCUMENT = "\n\n".join(
    f"## Chapter {n}\nThe ward keeps its notes in the blue folder, number {n}. " * 5 for n in range(6)
)
TEXTS = (
    GOAL,
    "thanks",
    "Write the handover for bed 4",
    "none",
    "S: bed 4 is stable",
    "Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1\nB: none",
    "Instruction: Write a handover\nOutput: mail ana@example.org, key AKIAIOSFODNN7EXAMPLE",
    DOCUMENT,
    "draft it",
    "cancel",
    "yes",
    "no",
    "edit",
    "done",
    "skip",
    "undo",
    "epochs 2",
    "2",
    "写一份交接记录给夜班护士",
    "x" * 70_000,
    "اكتب ملاحظات التسليم للممرضات",
)
FILES = {
    "rows.jsonl": "".join(
        json.dumps({"instruction": "Write a handover", "input": f"bed {n}: {case}", "output": f"S: {case}"}) + "\n"
        for n, case in enumerate(CASES)
    ),
    "table.csv": "question,reply\nWho has the night shift?,Ana has it.\nWhere is the key?,At the desk.\n",
    "notes.md": DOCUMENT,
    "broken.jsonl": '{"instruction": "x"}\nnot json\n',
    "empty.txt": "",
}
ARGUMENTS = ("", "start", "Write friendly answers to hotel guests", "viewer", "total 12", "3")

COMMANDS = [f"/tune {word} {argument}".strip() for word in WORDS for argument in ARGUMENTS]
WALKS = 30
MOVES_A_WALK = 20


@dataclass
class Walk(Talk):
    faces: list[ShowCard] = field(default_factory=list)
    """Everything that a card ever looked like."""

    async def answer_all(self) -> str:
        said = await super().answer_all()
        self.faces += [reply for reply in self.said if isinstance(reply, ShowCard)]
        return said


async def text(talk: Walk, number: int) -> None:
    await talk.type(TEXTS[number % len(TEXTS)])


async def command(talk: Walk, number: int) -> None:
    await talk.type(COMMANDS[number % len(COMMANDS)])


async def newest(talk: Walk, number: int) -> None:
    """A button of the card shown last, as it looked last."""
    faces = [face for face in talk.faces if face.choices]
    await _press(talk, faces[-1:], number)


async def any_card(talk: Walk, number: int) -> None:
    """A button of any face that a card ever had, long decided perhaps."""
    await _press(talk, talk.faces[number % max(1, len(talk.faces)) :][:1], number)


async def _press(talk: Walk, cards: list[ShowCard], number: int) -> None:
    choices = [choice for card in cards for choice in card.choices]
    if not choices:
        return await ghost(talk, number)
    await talk.press(choices[number % len(choices)].label, cards[0])


async def file(talk: Walk, number: int) -> None:
    name = sorted(FILES)[number % len(FILES)]
    path = talk.home / name
    path.write_text(FILES[name], encoding="utf-8")
    await talk.type("", path)


async def job(talk: Walk, number: int) -> None:
    """The trainer ends what it has in hand: well, badly, or because it was told to stop."""
    active = await talk.store.jobs.active()
    if not active:
        return await ghost(talk, number)
    kind, run_id = active[0].kind, active[0].run_id
    (talk.home / f"runs/{run_id}").mkdir(parents=True, exist_ok=True)
    if kind is JobKind.GENERATE and number % 2:
        name, lines = ("answers.jsonl", '{"id": "ask", "tuned": "S: bed 9"}\n')
        (talk.home / f"runs/{run_id}/{name}").write_text(lines, encoding="utf-8")
    state = (JobState.DONE, JobState.DONE, JobState.FAILED)[number % 3]
    failure = JobFailure(code="crashed", numbers={}) if state is JobState.FAILED else None
    await talk.end_job(kind, state, result=TRAINED if kind is JobKind.TRAIN else {}, failure=failure)


async def model(talk: Walk, number: int) -> None:
    assert isinstance(talk.model, ScriptedChatModel)
    talk.model.unavailable_reason = (None, "down", "slow")[number % 3]
    await talk.type("status")


async def days(talk: Walk, number: int) -> None:
    talk.wait(timedelta(days=number % 9))
    await talk.type("where are we?")


async def stranger(talk: Walk, number: int) -> None:
    """Somebody without a role in the project writes here. Without a project it would become theirs."""
    if await project_of(talk) is None:
        return await ghost(talk, number)
    talk.person = "console:bo"
    try:
        await text(talk, number)
    finally:
        talk.person = "console:ana"


async def ghost(talk: Walk, number: int) -> None:
    del number
    await talk.press("Approve", GHOST)


MOVES: dict[Callable[[Walk, int], Awaitable[None]], int] = {
    text: 5,
    command: 7,
    newest: 6,
    any_card: 3,
    file: 1,
    job: 1,
    model: 1,
    days: 1,
    stranger: 1,
    ghost: 1,
}
"""And how often each is made, in proportion."""


def new_talk(home: Path, clever: bool) -> Walk:
    drafts = [f"Instruction: Write the handover of {case}\nInput: {case}" for case in CASES] * 20
    objects: list[Any] = [{"options": []}, {"instruction": "A request", "output": "An answer"}, "no JSON at all"] * 60
    return Walk(home=home, model=ScriptedChatModel(clever=clever, texts=drafts, objects=objects))


async def project_of(talk: Walk) -> str | None:
    try:
        return (await talk.store.conversations.get(talk.conversation)).project_id
    except NotFound:
        return None


async def finish(talk: Walk) -> None:
    """Ten examples, given and approved one after the other; then the settings of a run."""
    await talk.type("/tune stop")
    for _ in range(3):  # a run that was trained is compared and saved all the same
        await job(talk, 0)
    if await project_of(talk) is None:
        await talk.begin(f"/tune new {GOAL}")
    for number, case in enumerate(CASES[:10]):
        await talk.type(
            f"/tune add Instruction: Tell the night shift about it\nInput: case {number}, {case}\nOutput: Note: {case}"
        )
        await talk.press("Approve")
    assert "Ready to train" in await talk.type("/tune train")


BEGINNINGS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "questions": (GOAL,),
    "examples": (GOAL, "/tune skip", "/tune skip", "/tune skip"),
    "dataset": (GOAL, "rows.jsonl"),
    "run": (GOAL, "rows.jsonl", "/tune train start"),
}


@pytest.mark.parametrize("seed", range(WALKS))
async def test_any_order_of_events_ends_where_the_job_can_be_finished(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    talk = new_talk(tmp_path, clever=seed % 2 == 1)
    for said in BEGINNINGS[sorted(BEGINNINGS)[seed % len(BEGINNINGS)]]:
        await (file(talk, sorted(FILES).index(said)) if said in FILES else talk.type(said))
    for _ in range(MOVES_A_WALK):
        (move,) = chance.choices(list(MOVES), list(MOVES.values()))
        number = chance.randrange(10_000)
        await move(talk, number)
        assert talk.said, f"no answer to {move.__name__} {number}"
    await finish(talk)
