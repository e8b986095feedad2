"""A channel: one project in a thread, colleagues, commands, and a message that becomes an example. With the real bot."""

from bot.platforms.slack.manifest import EXAMPLE_SHORTCUT
from tests.e2e.slack_bot import SlackBot, check_nothing_lost, check_nothing_twice
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer

WARD = "C0WARD"


async def test_colleagues_share_a_thread_and_keep_what_is_their_own(slack: SlackServer, bot: SlackBot) -> None:
    ana, bob, carla = people = [person(slack, name) for name in ("Ana", "Bob", "Carla")]
    slack.ward.add_channel(WARD, "ward", slack.ward.bot, *(each.id for each in people))
    await bot.start()
    morning = await carla.say(WARD, "Good morning, who has the keys?")
    await bob.say(WARD, "status", thread=morning)  # a word of ours, in somebody else's thread
    thread = await begin(ana)
    await refuse(bob, thread)
    await look_up(ana, bob)
    await propose(ana, bob)
    await bot.idle()
    assert [message.user for message in slack.ward.thread(WARD, morning)] == [carla.id, bob.id], "not ours, so no word"
    check_nothing_twice(slack)
    check_nothing_lost(bot, slack)


async def begin(ana: SlackPerson) -> str:
    """A mention begins a thread, and nothing in it needs another."""
    thread = await ana.say(WARD, "@app Write shift handover notes for nurses on our ward")
    await ana.choose("You decide the rest")
    asked = await ana.until_sees("Now I need examples")
    assert asked.thread_ts == thread
    await ana.say(WARD, "Instruction: Write a handover\nInput: bed 1\nOutput: S: bed 1, asleep", thread=thread)
    card = await ana.until_sees("Is this example right")
    assert card.thread_ts == thread
    return thread


async def refuse(bob: SlackPerson, thread: str) -> None:
    """Whoever has no part in the project is told who has, and nobody else hears it."""
    await bob.choose("Approve")
    refusal = await bob.until_sees("You cannot approve examples in this project")
    assert "Ana" in bob.reads(refusal)
    assert refusal.only_to == bob.id
    await bob.say(WARD, "train", thread=thread)
    refusal = await bob.until_sees("You cannot start a training run in this project")
    assert refusal.only_to == bob.id


async def look_up(ana: SlackPerson, bob: SlackPerson) -> None:
    """A command in the channel that starts nothing public is answered to the one who gave it."""
    assert await ana.command("status", WARD)
    status = await ana.until_sees("0 approved, 1 pending")
    assert (status.only_to, status.thread_ts) == (ana.id, None)
    assert not bob.sees("0 approved, 1 pending")
    assert await ana.command("stauts", WARD)
    wrong = await ana.until_sees("status", where=WARD)
    assert wrong.only_to == ana.id


async def propose(ana: SlackPerson, bob: SlackPerson) -> None:
    """Somebody else's message becomes an example once they have said yes, directly."""
    said = await bob.say(WARD, "Bed 3: fell in the corridor at 4, no injury, family told")
    assert await ana.shortcut(EXAMPLE_SHORTCUT, WARD, said)
    await ana.until_form("Written by Bob")
    assert not await ana.submit({"Request": " "}), "a request is needed"
    assert await ana.submit({"Request": "Write a handover"})
    asked = await bob.until_sees("May this message of yours train a model?")
    assert asked.channel == bob.direct
    assert not ana.sees("family told", where=ana.direct), "nobody sees the example before"
    await bob.choose("Yes, use it")
    await ana.until_sees("Bob said yes")
