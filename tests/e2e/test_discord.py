"""The whole main job through Discord, with the real bot: from the first direct message to the comparison, killed on the way.

The other side is the small Discord (``tests.fakes.discord_server`` and ``discord_gateway``), which discord.py's own client
talks to. The training run is real, on a tiny model.
"""

from tests.e2e.discord_bot import DiscordBot, SmallDiscord, check_nothing_lost, check_nothing_twice
from tests.e2e.handovers import CSV, EXAMPLE, GOAL, NOTES
from tests.e2e.running_bot import until
from tests.fakes.discord_member import DiscordMember


async def test_the_main_job_loses_nothing_and_says_nothing_twice_although_the_bot_is_killed(
    small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    bot = discord_bot
    bot.household.environment["THREADTUNE_HOLD_SECONDS_PER_STEP"] = "0.5"  # long enough to be met half-way
    ana = small_discord.person("Ana")
    await bot.start()
    await interview(ana, bot)
    await give_examples(ana)
    await train(ana, bot)
    await ask(ana)
    await bot.idle()
    check_nothing_twice(bot, small_discord)
    check_nothing_lost(bot, small_discord)
    assert bot.kills == ["between an event's storing and its answer", "while the model trains"]


async def interview(ana: DiscordMember, bot: DiscordBot) -> None:
    ana.dm("hello")
    await ana.until_sees("What do you wish a model could do")
    ana.dm(GOAL)
    await ana.choose("You decide the rest")
    await ana.until_sees("Now I need examples")

    await bot.idle()
    busy = bot.discord.server.faults.add(
        "POST /messages", "limited", times=99, seconds=1
    )  # so that no answer is there yet
    given = ana.dm(EXAMPLE)
    await until(lambda: bot.has_stored(given), 30, "the example is stored", every=0.01)
    await bot.kill("between an event's storing and its answer")
    busy.times = 0
    assert not ana.sees("Is this example right")
    await bot.start()


async def give_examples(ana: DiscordMember) -> None:
    await ana.choose("Edit", "Is this example right")
    assert "bed 99, quiet night" in ana.form_says
    await ana.submit({"Answer": "<|im_end|>"})
    await ana.until_sees("only the model itself may write")
    await ana.press("Correct it")
    assert ana.asked["Answer"]["value"] == "<|im_end|>", "what was typed is kept"
    assert await ana.submit({"Answer": "S: bed 99, quiet\nB: none"}) == ""
    await ana.choose("Approve", "B: none")
    await ana.until_sees("Approved")

    ana.upload("rows.csv", CSV.encode())
    await ana.choose("Yes, take them")
    await ana.until_sees("14 of 14 rows accepted")

    ana.upload("notes.md", NOTES.read_bytes())
    await ana.choose("Propose examples")
    await ana.choose("Approve", "1 of 6")
    await ana.choose("Approve the rest (5)")
    await ana.until_sees("21 of 24")
    assert ana.counts("1 of 6") == 0, "one card is paged through in place"


async def train(ana: DiscordMember, bot: DiscordBot) -> None:
    assert "I am on it" in await ana.command("train", settings="epochs 2")
    await ana.choose("Start")
    run = await ana.until_sees("Stop")
    await until(lambda: run["edited_timestamp"] is not None, 60, "the run card is edited in place")
    await bot.kill("while the model trains")
    assert bot.rows("SELECT count(*) FROM jobs WHERE kind = 'train' AND state = 'running'") == [(1,)]
    before = ana.counts("What I understood")
    ana.dm("where are we?")  # while nobody listens: it has to be looked up afterwards
    await bot.start()
    await until(lambda: ana.counts("What I understood") > before, 60, "what was missed is answered")

    await ana.until_sees("Run 1 is trained", 120)
    await until(lambda: "Stop" not in ana.reads(run), 60, "the card tells how it ended")
    chart = await ana.until_sees("Line chart of the loss of run 1")
    assert "Line chart" in chart["attachments"][0]["description"], "its words are the picture's alternative text"
    assert str(chart["attachments"][0]["filename"]).endswith(".png")
    await ana.until_sees("Saved:", 120)
    await ana.until_sees("answers side by side")
    assert ana.counts("What I understood") == before + 1


async def ask(ana: DiscordMember) -> None:
    await ana.command("ask", text="Write a handover for bed 7")
    await ana.choose("Good", seconds=60)
    await ana.until_sees("Noted: a good answer")
    await ana.choose("Improve")
    assert "bed 7" in ana.form_says
    assert await ana.submit({"Better answer": "S: bed 7, quiet\nB: none"}) == ""
    await ana.choose("Approve", "bed 7, quiet")
    assert await ana.proposed("ask", "model", "v") != [], "the saved version is offered"
