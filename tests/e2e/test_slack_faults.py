"""Slack at its worst, and the real bot in it: every message arrives once, nothing ends the bot, nothing happens unseen."""

from tests.e2e.running_bot import until
from tests.e2e.slack_bot import SlackBot, check_nothing_lost, check_nothing_twice
from tests.fakes.slack_person import person
from tests.fakes.slack_server import SlackServer

WARD = "C0WARD"


async def test_limits_broken_connections_and_repeated_events_change_nothing_but_the_time(
    slack: SlackServer, bot: SlackBot
) -> None:
    ana, bob = person(slack, "Ana"), person(slack, "Bob")
    await bot.start()
    slack.faults.add("chat.postMessage", "dropped_after")
    slack.faults.add("chat.postMessage", "limited", seconds=3)
    slack.faults.add("chat.postMessage", "slow", seconds=2)
    slack.faults.add("conversations.replies", "limited", seconds=1)
    slack.delivery.tricks += ["twice", "dropped"]
    await ana.dm("hello")
    await bob.dm("hello")
    for each in (ana, bob):
        await each.until_sees("What do you wish a model could do", 60)
    await slack.socket.refresh()
    await slack.socket.until_connected(3)
    slack.faults.add("chat.postMessage", "dropped_before")
    await ana.dm("Write shift handover notes for nurses on our ward")
    await ana.choose("You decide the rest", seconds=60)
    await ana.until_sees("Now I need examples", 60)
    await bot.idle(60)
    assert not [fault for fault in slack.faults.waiting if fault.times], "all of them were met"
    assert ana.counts("What do you wish a model could do") == 1
    check_nothing_twice(slack)
    check_nothing_lost(bot, slack)


async def test_a_lost_channel_and_a_revoked_token_are_survived_and_made_up_for(
    slack: SlackServer, bot: SlackBot
) -> None:
    ana, bob = person(slack, "Ana"), person(slack, "Bob")
    channel = slack.ward.add_channel(WARD, "ward", slack.ward.bot, ana.id)
    await bot.start()
    thread = await ana.say(WARD, "@app Write shift handover notes for nurses on our ward")
    await ana.choose("You decide the rest")
    await ana.until_sees("Now I need examples")

    await ana.say(WARD, "Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1", thread=thread)
    channel.members.remove(slack.ward.bot)
    ana.event({"type": "channel_left", "channel": WARD, "actor_id": ana.id})
    await ana.until_sees("Is this example right", 60, where=ana.direct)

    slack.ward.revoked = True
    await ana.dm("status")
    waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting'"
    await until(lambda: bot.rows(waiting) == [(1,)], 30, "the answer waits")
    await until(lambda: "does not accept our token" in bot.output, 30, "the operator is told")
    assert bot.process is not None
    assert bot.process.poll() is None, "it goes on for other workspaces"

    slack.ward.revoked = False  # installed again, with the same token
    await bot.kill("while its token was revoked")
    await bot.start()
    await bob.dm("hello")
    await bob.until_sees("What do you wish a model could do", 60)
    check_nothing_twice(slack)
