"""A server: one project in a thread, colleagues, commands, and a message that becomes an example. With the real bot."""

from tests.e2e.discord_bot import DiscordBot, SmallDiscord, check_nothing_lost, check_nothing_twice
from tests.e2e.handovers import GOAL
from tests.e2e.running_bot import until
from tests.fakes.discord_member import DiscordMember, thread_of
from tests.fakes.discord_world import Channel

EXAMPLE_MENU = "Use as training example"
SHOW = "Show it to me"


async def test_colleagues_share_a_thread_and_keep_what_is_their_own(
    small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    bot, ward = discord_bot, small_discord.ward
    ana, bob, carla = (small_discord.person(name) for name in ("Ana", "Bob", "Carla"))
    await bot.start()
    keys = thread_begun_by(carla, small_discord)
    bob.say("status", keys)  # a word of ours, in somebody else's thread
    thread = await begin(ana, small_discord)
    await refuse(bob, thread, small_discord)
    await look_up(ana, bob, ward)
    await propose(ana, bob, ward)
    await bot.idle()

    await bot.kill("while everybody reads")
    thread.archived = True
    root = carla.say("@app Write short letters to the families", ward)
    await bot.start()
    letters = await carla.until_sees("**Write short letters to the families**", 60)
    assert letters["channel_id"] == root["id"], "a mention while nobody listened begins its thread too"
    await press_what_stands_there(ana, thread)
    await go_on_in_the_archive(ana, bob, thread)
    await bot.idle()
    assert [int(one["author"]["id"]) for one in keys.said] == [bob.id], "not ours, so no word"
    check_nothing_twice(bot, small_discord)
    check_nothing_lost(bot, small_discord)


def thread_begun_by(carla: DiscordMember, there: SmallDiscord) -> Channel:
    root = carla.say("Good morning, who has the keys?", there.ward)
    thread = there.world.add_thread(there.ward, "keys", int(root["id"]))
    there.world.dispatch("THREAD_CREATE", there.world.channel_payload(thread) | {"owner_id": str(carla.id)})
    return thread


async def begin(ana: DiscordMember, there: SmallDiscord) -> Channel:
    """A mention begins a thread, and nothing in it needs another."""
    root = ana.say(f"@app {GOAL}", there.ward)
    await ana.choose("You decide the rest")
    thread = thread_of(there.server, root)
    assert thread.name == GOAL
    await ana.until_sees("Now I need examples", where=thread)
    ana.say("Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1, asleep", thread)
    await ana.until_sees("Is this example right", where=thread)
    return thread


async def refuse(bob: DiscordMember, thread: Channel, there: SmallDiscord) -> None:
    """Whoever has no part in the project is told who has, and nobody else hears it."""
    await bob.choose("Approve")
    refusal = await bob.until_sees("You cannot approve examples in this project")
    assert "Ana" in bob.reads(refusal)
    assert bob.alone(refusal)

    dora = there.person("Dora")  # takes no direct messages, and did nothing here that could be answered
    there.world.closed.add(dora.id)
    dora.say("train", thread)
    await until(lambda: bool(dora.sees(SHOW, thread)), 30, "there is something for one person alone")
    for line in thread.said:
        assert "You cannot start" not in dora.reads(line), "the line that all see reveals nothing"
    await bob.press(SHOW)
    assert await bob.until_sees("This is for somebody else")
    await dora.press(SHOW)
    refusal = await dora.until_sees("You cannot start a training run in this project")
    assert dora.alone(refusal)
    assert not bob.sees("You cannot start")


async def look_up(ana: DiscordMember, bob: DiscordMember, ward: Channel) -> None:
    """A command in the channel that starts nothing public is answered to the one who gave it."""
    await ana.command("status", ward)
    status = await ana.until_sees("0 approved, 1 pending", where=ward)
    assert ana.alone(status)
    assert not bob.sees("0 approved, 1 pending")
    assert "Ana" in await bob.command("train", ward), "who has no project there is told whom to ask"
    assert await ana.proposed("status", "project", "write", ward) != []
    assert await bob.proposed("status", "project", "write", ward) == []


async def propose(ana: DiscordMember, bob: DiscordMember, ward: Channel) -> None:
    """Somebody else's message becomes an example once they have said yes, directly."""
    said = bob.say("Bed 3: fell in the corridor at 4, no injury, family told", ward)
    await ana.menu(EXAMPLE_MENU, said)
    assert "Written by Bob" in ana.form_says
    assert "Saved" in await ana.submit({"Request": "Write a handover"})
    await bob.until_sees("May this message of yours train a model?", where=bob.direct)
    assert not ana.sees("family told", where=ana.direct), "nobody sees the example before"
    await bob.choose("Yes, use it")
    await ana.until_sees("Bob said yes")


async def press_what_stands_there(ana: DiscordMember, thread: Channel) -> None:
    """A button of an earlier process, in a thread that was archived meanwhile: an answer opens it again."""
    await ana.choose("Approve", "bed 1, asleep")
    await ana.until_sees("Approved", where=thread)
    assert not thread.archived


async def go_on_in_the_archive(ana: DiscordMember, bob: DiscordMember, thread: Channel) -> None:
    thread.archived = True
    ana.say("status", thread)
    await ana.until_sees("1 approved", where=thread)
