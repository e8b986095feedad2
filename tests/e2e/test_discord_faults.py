"""Discord at its worst, and the real bot in it: every message arrives once, nothing ends the bot, nothing happens unseen."""

import asyncio

from tests.e2e.discord_bot import DiscordBot, SmallDiscord, check_nothing_lost, check_nothing_twice
from tests.e2e.handovers import GOAL
from tests.e2e.running_bot import until
from tests.fakes.discord_gateway import MESSAGE_CONTENT
from tests.fakes.discord_member import member, thread_of

QUESTION = "What do you wish a model could do"
EXAMPLE = "Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1"


async def test_limits_broken_connections_and_ended_sessions_change_nothing_but_the_time(
    small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    bot, server, gateway = discord_bot, small_discord.server, small_discord.gateway
    ana, bob = small_discord.person("Ana"), small_discord.person("Bob")
    server.limits["POST /messages"] = (2, 1.0)
    await bot.start()
    server.faults.add("POST /messages", "dropped_after")
    server.faults.add("POST /messages", "limited", seconds=1.0, scope="global")
    server.faults.add("POST /messages", "slow", seconds=1.0)
    server.faults.add("POST /messages", "gateway")
    ana.dm("hello")
    bob.dm("hello")
    for each in (ana, bob):
        await each.until_sees(QUESTION, 60)

    gateway.drop()
    ana.dm(GOAL)  # while the connection is away: the session replays it
    await ana.choose("You decide the rest", seconds=60)
    assert gateway.resumed == 1
    await ana.until_sees("Now I need examples", 60)

    await bot.idle(60)
    gateway.forget()
    gateway.drop()  # and the next session knows nothing of what comes now
    ana.dm(EXAMPLE)
    await ana.until_sees("Is this example right", 60)
    server.faults.add("POST /messages", "dropped_before")
    server.faults.add(r"PATCH /messages/\d+", "limited", seconds=1.0)
    await ana.choose("Approve")
    await ana.until_sees("Approved", 60)
    await bot.idle(60)
    assert not [fault for fault in server.faults.waiting if fault.times], "all of them were met"
    assert ana.counts(QUESTION) == 1
    assert all(call.status != 429 for call in server.called("POST /messages")[-3:])
    check_nothing_twice(bot, small_discord)
    check_nothing_lost(bot, small_discord)


async def test_a_lost_channel_and_a_reset_token_are_survived_and_made_up_for(
    small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    bot, world = discord_bot, small_discord.world
    ana, bob = small_discord.person("Ana"), small_discord.person("Bob")
    lobby = world.add_channel(small_discord.guild, "lobby")
    lobby.denied.add("threads")
    await bot.start()
    ana.say("@app hello", lobby)
    assert "Create Public Threads" in ana.reads(await ana.until_sees("I may not begin a thread here", where=lobby))

    root = ana.say(f"@app {GOAL}", small_discord.ward)
    await ana.choose("You decide the rest")
    await ana.until_sees("Now I need examples")
    thread = thread_of(small_discord.server, root)
    thread.denied |= {"embed", "attach"}
    ana.say(EXAMPLE, thread)
    card = await ana.until_sees("Is this example right", where=thread)
    assert not card["embeds"], "what may not be embedded is told in words"
    assert "bed 1" in ana.reads(card)
    await ana.choose("Approve")
    await ana.until_sees("Approved", where=thread)

    await bot.idle()
    thread.denied.add("send")
    ana.say(EXAMPLE.replace("bed 1", "bed 2"), thread)
    await ana.until_sees("Is this example right", where=ana.direct)
    await ana.until_sees("threadtune doctor", where=ana.direct)
    for channel in (thread, small_discord.ward):
        channel.deleted = True
    world.dispatch("CHANNEL_DELETE", world.channel_payload(small_discord.ward))
    await ana.until_sees("A channel was deleted in which we were working")
    ana.dm("new")
    await ana.choose("Write shift handover notes for nur… (write-shift-handover-notes-for-nurses)")
    await ana.until_sees("1 approved of the 10", where=ana.direct)

    await bot.idle()
    old, world.token = world.token, world.token.replace("GpLaCe", "rEsEtT")
    ana.dm("status")
    await until(lambda: "does not accept the token any more" in bot.output, 30, "the operator is told")
    assert bot.process is not None
    await small_discord.gateway.close(4004)
    await asyncio.to_thread(bot.process.wait, 30)
    assert bot.process.returncode != 0
    assert "DISCORD_TOKEN" in bot.household.output("run")
    assert old not in bot.output

    bot.household.environment["DISCORD_TOKEN"] = world.token
    await bot.start()
    bob.dm("hello")
    await bob.until_sees(QUESTION, 60)
    await until(
        lambda: not bot.rows("SELECT 1 FROM outbox WHERE state = 'posting'"), 30, "what is there is written down"
    )
    check_nothing_twice(bot, small_discord)


async def test_a_bot_that_may_not_read_and_is_not_wanted_everywhere_says_so(
    small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    bot, world, gateway = discord_bot, small_discord.world, small_discord.gateway
    world.content_intent, gateway.allowed = False, 0
    other = world.add_guild("Elsewhere")
    hall = world.add_channel(other, "hall")
    bot.household.environment["THREADTUNE_DISCORD_SERVERS"] = str(small_discord.guild.id)
    ana, eve = small_discord.person("Ana"), small_discord.person("Eve")
    world.add_member(other, eve.id)
    await bot.start()
    assert "the message content intent is off" in bot.household.output("run")
    assert not gateway.identified[-1]["intents"] & MESSAGE_CONTENT

    eve.say("@app hello", hall)
    await eve.until_sees("not switched on for that server", where=eve.direct)
    assert "not switched on" in await eve.command("status", hall)
    assert len(hall.said) == 1
    zoe = member(small_discord.server, "Zoe", other)
    zoe.dm("hello")
    await zoe.until_sees("and you are on none of them", where=zoe.direct)
    assert not bot.rows("SELECT 1 FROM people WHERE id = ?", f"discord:{zoe.id}"), "nothing is kept of them"

    root = ana.say(f"@app {GOAL}", small_discord.ward)
    await ana.choose("You decide the rest")
    thread = thread_of(small_discord.server, root)
    await ana.until_sees("Now I need examples", where=thread)
    ana.say(EXAMPLE, thread)
    await ana.until_sees("Discord does not show me the words", where=thread)
    await ana.choose("Answer")
    await ana.submit({"What you want to say": EXAMPLE})
    await ana.until_sees("Is this example right", where=thread)
    assert ana.sees("Ana answered:", where=thread), "others see what was answered"

    told = await asyncio.to_thread(bot.household.run, "doctor")
    assert "Message Content Intent" in told.stdout
    assert "Elsewhere" in told.stdout
    await bot.idle()
    check_nothing_twice(bot, small_discord)
