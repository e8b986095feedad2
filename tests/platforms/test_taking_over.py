"""A version takes the place of another by the verdict, or waits for a person; one tap goes back; said alike everywhere."""

import json
from collections.abc import Callable, Sequence

import pytest

from agent.words import say
from storage.domain import JobKind
from tests.fakes.answers import chatter
from tests.fakes.train_results import TRAINED
from tests.platforms.journeys import finds, finds_text, with_rows, with_version
from tests.platforms.meaning import plain
from tests.platforms.speaking import Room, Seen, Speaker
from tests.platforms.test_training import MODEL

ROWS = 12
"""They keep a few requests to test with, which tell nothing: what the verdict is, other tests hold."""
Answers = Callable[[str, int], str]
"""What is answered to a request of which this is wanted, by its place."""


def good(wanted: str, at: int) -> str:
    return wanted or chatter(at)


def poor(wanted: str, at: int) -> str:
    return chatter(at)


async def trained(room: Room, speaker: Speaker, tuned: Answers) -> None:
    """A run whose version answers so, beside the one in use."""
    await speaker.command("train")
    await speaker.read()
    await speaker.press(say("recipe.start"))
    await speaker.read()
    await room.house.end(JobKind.TRAIN, TRAINED)
    await room.house.settled()
    await answered(room, base=poor, tuned=tuned)
    await room.house.end(JobKind.EXPORT, {})
    await speaker.read()


async def answered(room: Room, **sides: Answers) -> None:
    """The trainer answers what it was asked last."""
    job = await room.house.publish(JobKind.GENERATE, {})
    folder = room.house.home / "runs" / job.run_id
    prompts = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
    lines = [
        {"id": one["id"], **{side: answer(one.get("reference") or "", at) for side, answer in sides.items()}}
        for at, one in enumerate(prompts)
    ]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await room.house.end(JobKind.GENERATE, {})
    await room.house.settled()


async def held_against_the_first(room: Room, speaker: Speaker, tuned: Answers) -> Sequence[Seen]:
    """A second version, and what is said once the one in use, whose answers are poor, has answered too."""
    await with_rows(speaker, ROWS)
    await with_version(room.house, speaker)
    await trained(room, speaker, tuned)
    await answered(room, tuned=poor)
    return await speaker.read()


async def promoted(room: Room) -> list[tuple[int, str]]:
    """Which version was put to use, and whether by the verdict or by a person; in order."""
    (project,) = await room.house.store.projects.all()
    versions = {one.id: one.version for one in await room.house.store.models.of_project(project.id)}
    return [(versions[one.model_id], one.by) for one in await room.house.store.promotions.of_project(project.id)]


async def test_a_better_version_takes_over_by_the_verdict_and_one_tap_goes_back(
    room: Room, ana: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.loop.taking_over", lambda *_: "better")
    seen = await held_against_the_first(room, ana, good)
    used = finds_text(seen, say("loop.title_in_use", name=MODEL, version=2))
    told = plain(used.text)
    assert plain(say("loop.note_by_verdict")) in told
    assert told.index(say("loop.beside", who="version 1")) < told.index(say("loop.beside", who="the base model"))
    assert used.buttons == (say("loop.back_to", version=1),)
    assert await promoted(room) == [(1, "verdict"), (2, "verdict")]
    await ana.press(say("loop.back_to", version=1))
    back = finds_text(await ana.read(), say("loop.title_in_use", name=MODEL, version=1))
    assert back.buttons == (say("loop.back_to", version=2),)
    assert await promoted(room) == [(1, "verdict"), (2, "verdict"), (1, "person")]


async def test_a_version_that_is_no_better_waits_for_a_person(room: Room, ana: Speaker) -> None:
    seen = await held_against_the_first(room, ana, poor)
    waits = finds_text(seen, say("loop.title_waits", name=MODEL, version=2))
    assert plain(say("loop.note_waits", version=2, used=1)) in plain(waits.text)
    assert plain(say("loop.why_too_few", version=2, used=1)) in plain(waits.text)
    assert waits.buttons == (say("loop.use", version=2), say("loop.keep", version=1))
    await ana.press(say("loop.keep", version=1))
    seen = await ana.read()
    assert seen[0].edited
    assert seen[0].buttons == ()
    finds(seen, "loop.kept", version=1)
    assert await promoted(room) == [(1, "verdict")]
