"""A run from its recipe to the comparison, and what people think of its answers; the trainer is played by hand."""

import asyncio
from collections.abc import Sequence

from agent.words import say
from storage.domain import JobKind
from tests.fakes import curves
from tests.fakes.train_results import TRAINED, write_answers
from tests.platforms.journeys import GOAL, finds, finds_text, with_rows
from tests.platforms.meaning import expect, plain, says
from tests.platforms.serving import LOOK_EVERY, PATIENCE
from tests.platforms.speaking import Room, Seen, Speaker

MODEL = "turn-calls-of-our-customers-into-tickets"
VERSION = say("ask.version", name=MODEL, version=1)


async def started(speaker: Speaker) -> None:
    await with_rows(speaker)
    await speaker.command("train")
    await speaker.read()
    await speaker.press(say("recipe.start"))
    await speaker.read()


async def until_reads(speaker: Speaker) -> Sequence[Seen]:
    """Wait for what comes by itself."""
    async with asyncio.timeout(PATIENCE):
        while not (seen := await speaker.read()):  # noqa: ASYNC110  # another task does it, and tells nobody
            await asyncio.sleep(LOOK_EVERY)
    return seen


async def saved(room: Room, speaker: Speaker) -> None:
    """A version, as after a run."""
    await started(speaker)
    job = await room.house.publish(JobKind.TRAIN, {"step": 1, "steps": 2, "epoch": 1.0, "epochs": 2})
    curves.write_curve(room.house.home, job.run_id, curves.LEARNING)
    await room.house.end(JobKind.TRAIN, TRAINED)
    await speaker.read()
    write_answers(room.house.home, job.run_id)
    await room.house.end(JobKind.GENERATE, {})
    await speaker.read()
    await room.house.end(JobKind.EXPORT, {})
    await speaker.read()


async def test_the_recipe_is_shown_and_started_on_its_card(ana: Speaker) -> None:
    await with_rows(ana)
    await ana.command("train")
    (recipe,) = await ana.read()
    text = plain(recipe.text)
    assert text.startswith(plain(say("recipe.title", name=GOAL)))
    assert "24 to learn from, 3 to steer by, 3 to test with" in text
    assert say("recipe.start") in recipe.buttons
    await ana.press(say("recipe.start"))
    seen = await ana.read()
    assert seen[0].edited
    assert seen[0].buttons == ()
    status = finds(seen, "run.title_queued", number=1)
    assert status.buttons == (say("run.stop"),)


async def test_the_status_card_is_edited_while_the_run_goes_on(room: Room, ana: Speaker) -> None:
    await started(ana)
    await room.house.publish(JobKind.TRAIN, {"step": 10, "steps": 40, "epoch": 1.2, "epochs": 5})
    (status,) = await until_reads(ana)
    assert status.edited
    assert plain(say("run.title_training", number=1)) in plain(status.text)
    assert "1.2 of 5" in plain(status.text)
    assert "10 of 40" in plain(status.text)


async def test_the_end_of_training_is_told_with_a_picture_that_says_what_it_shows(room: Room, ana: Speaker) -> None:
    await started(ana)
    job = await room.house.publish(JobKind.TRAIN, {"step": 10, "steps": 40, "epoch": 1.2, "epochs": 5})
    curves.write_curve(room.house.home, job.run_id, curves.LEARNING)
    await room.house.end(JobKind.TRAIN, TRAINED)
    seen = await ana.read()
    (picture,) = [alt for one in seen for alt in one.pictures]
    assert picture.startswith("Line chart of the loss of run 1 over 40 steps. The training loss starts at 3.000")
    assert "lowest at 2.100 at step 40" in picture
    finds_text(seen, "Run 1 is trained: 2 steps in 3 s.")
    proof = finds_text(seen, "Proof that it learned")
    assert "It answers differently from the base model" in plain(proof.text)


async def test_the_comparison_begins_with_its_verdict_and_every_picture_has_words(room: Room, ana: Speaker) -> None:
    await started(ana)
    job = await room.house.publish(JobKind.TRAIN, {"step": 1, "steps": 2, "epoch": 1.0, "epochs": 2})
    curves.write_curve(room.house.home, job.run_id, curves.LEARNING)
    await room.house.end(JobKind.TRAIN, TRAINED)
    await ana.read()
    write_answers(room.house.home, job.run_id)
    await room.house.end(JobKind.GENERATE, {})
    seen = [one for one in await ana.read() if not one.edited]
    assert plain(seen[0].text).startswith("Run 1: can't tell yet")
    (alt,) = [alt for one in seen for alt in one.pictures]
    assert len(alt) > 40
    assert finds_text(seen, "Test loss (lower is better)")
    await room.house.end(JobKind.EXPORT, {})
    finds_text(await ana.read(), f"Saved: {VERSION}")


async def test_a_run_goes_on_while_the_bot_is_started_anew(room: Room, ana: Speaker) -> None:
    await started(ana)
    job = await room.house.publish(JobKind.TRAIN, {"step": 1, "steps": 2, "epoch": 1.0, "epochs": 2})
    curves.write_curve(room.house.home, job.run_id, curves.LEARNING)
    await room.house.pause()
    await room.house.end(JobKind.TRAIN, TRAINED)
    await room.restart()
    finds_text(await ana.read(), "Run 1 is trained: 2 steps in 3 s.")


async def test_the_model_is_asked_and_its_answer_judged_on_the_spot(room: Room, ana: Speaker) -> None:
    await saved(room, ana)
    room.house.tuned.texts[f"{MODEL}-v1"] = "Customer: Bo\n**Item**: nails"
    await ana.command("ask Bo wants nails")
    (answer,) = await ana.read()
    text = answer.text.replace(f"{VERSION}:", "")
    assert plain(say("ask.answer", who=VERSION)).rstrip(":") in plain(text)
    assert "Customer:Bo**Item**:nails" in "".join(text.split()), "what models write is no markup"
    labels = [say(f"answer.{key}") for key in ("good", "bad", "improve")]
    assert answer.buttons[:3] == tuple(labels)
    await ana.press(say("answer.good"))
    assert plain(say("answer.noted_good")) in plain((await ana.read())[-1].text)


async def test_an_answer_is_improved_and_becomes_an_example(room: Room, ana: Speaker) -> None:
    await saved(room, ana)
    room.house.tuned.texts[f"{MODEL}-v1"] = "Customer: somebody"
    await ana.command("ask Bo wants nails")
    await ana.read()
    await ana.fill(say("answer.improve"), {say("answer.better"): "Customer: Bo\nItem: nails"})
    proposed = finds(await ana.read(), "row.title")
    assert "Item: nails" in plain(proposed.text)
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")


async def test_without_a_model_there_is_nobody_to_ask(ana: Speaker) -> None:
    await with_rows(ana)
    await ana.command("ask Bo wants nails")
    expect(await ana.read(), says("ask.no_model", next=say("ask.no_model_train")))
