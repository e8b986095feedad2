"""The whole main job through Slack, with the real bot: from the first direct message to the comparison, killed on the way.

The other side is the small Slack (``tests.fakes.slack_server``): Socket Mode, the Web API, files. The training run is real,
on a tiny model.
"""

from tests.e2e.handovers import CSV, EXAMPLE, GOAL, NOTES
from tests.e2e.running_bot import until
from tests.e2e.slack_bot import SlackBot, check_nothing_lost, check_nothing_twice
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer


async def test_the_main_job_loses_nothing_and_says_nothing_twice_although_the_bot_is_killed(
    slack: SlackServer, bot: SlackBot
) -> None:
    bot.household.environment["THREADTUNE_HOLD_SECONDS_PER_STEP"] = "0.3"  # long enough to be met half-way
    ana = person(slack, "Ana")
    await bot.start()
    await interview(ana, bot)
    await give_examples(ana)
    await train(ana, bot)
    await ask(ana)
    await bot.idle()
    check_nothing_twice(slack)
    check_nothing_lost(bot, slack)
    assert bot.kills == ["between an event's storing and its answer", "while the model trains"]


async def interview(ana: SlackPerson, bot: SlackBot) -> None:
    await ana.open_home("messages")
    await ana.dm("hello")
    await ana.until_sees("What do you wish a model could do")
    await ana.dm(GOAL)
    await ana.choose("You decide the rest")
    await ana.until_sees("Now I need examples")
    assert ana.workspace.prompts, "there are suggestions for whoever does not know what to say"

    await bot.idle()
    await ana.dm(EXAMPLE)
    await bot.slack.delivery.settled()  # it is acknowledged, so it is stored
    await bot.kill("between an event's storing and its answer")
    assert not ana.sees("Is this example right")
    await bot.start()


async def give_examples(ana: SlackPerson) -> None:
    await ana.choose("Edit", "Is this example right")
    await ana.until_form("bed 99, quiet night")
    assert not await ana.submit({"Answer": "<|im_end|>"})
    assert "only the model itself may write" in ana.errors["Answer"]
    assert await ana.submit({"Answer": "S: bed 99, quiet\nB: none"})
    await ana.choose("Approve", "B: none")
    await ana.until_sees("Approved")

    await ana.upload("rows.csv", CSV.encode())
    await ana.choose("Yes, take them")
    await ana.until_sees("14 of 14 rows accepted")

    await ana.upload("notes.md", NOTES.read_bytes())
    await ana.choose("Propose examples")
    await ana.choose("Approve", "1 of 6")
    await ana.choose("Approve the rest (5)")
    await ana.until_sees("21 of 24")
    assert ana.counts("1 of 6") == 0, "one card is paged through in place"


async def train(ana: SlackPerson, bot: SlackBot) -> None:
    assert await ana.command("train epochs 2")
    await ana.choose("Start")
    run = await bot.card("Stop")
    await until(lambda: run.edits > 0, 60, "the run card is edited in place")
    await bot.kill("while the model trains")
    bot.slack.delivery.tricks.append("lost")
    asked = await ana.dm("where are we?")  # while nobody listens: it has to be looked up afterwards
    await bot.start()
    await until(lambda: bool(answers(ana, asked)), 60, "what was missed is answered")

    await ana.until_sees("Run 1 is trained", 120)
    await until(lambda: "Stop" not in ana.reads(run), 60, "the card tells how it ended")
    chart = await ana.until_sees("Line chart of the loss of run 1")
    assert chart.files, "its words are the picture's alternative text"
    await ana.until_sees("Saved:", 120)
    await ana.until_sees("answers side by side")
    assert len(answers(ana, asked)) == 1


def answers(ana: SlackPerson, asked: str) -> list[str]:
    """What was said to the question where we stand."""
    return [ana.reads(m) for m in ana.seen if m.thread_ts == asked and "What I understood" in ana.reads(m)]


async def ask(ana: SlackPerson) -> None:
    await ana.dm("tune ask Write a handover for bed 7")
    await ana.choose("Good", seconds=60)
    await ana.until_sees("Noted: a good answer")
    await ana.open_home()
    await until(lambda: "Run 1: done" in ana.home, 20, "the home tab tells of the run")
    assert "21 approved" in ana.home
    await ana.press_home("Ask write-shift-handover-notes-for-nurses v1")
    await ana.until_form("Your request to")
    await ana.close()
