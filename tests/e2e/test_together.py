"""One process serves Slack and Discord at once: a project begun in one is gone on with in the other, by one person."""

import re

from tests.e2e import discord_bot as discord_books
from tests.e2e import slack_bot as slack_books
from tests.e2e.discord_bot import DiscordBot, SmallDiscord
from tests.e2e.handovers import CSV, GOAL
from tests.e2e.slack_bot import SlackBot
from tests.fakes.discord_member import DiscordMember, thread_of
from tests.fakes.discord_world import Channel
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer


async def test_a_run_is_told_where_it_was_started_wherever_its_project_was_begun(
    slack: SlackServer, bot: SlackBot, small_discord: SmallDiscord, discord_bot: DiscordBot
) -> None:
    at_work, at_home = person(slack, "Ana"), small_discord.person("Ana")
    await discord_bot.start()  # both are set up in the home folder's environment
    await slack.socket.until_connected(1)
    await begin(at_work)
    await link(at_work, at_home)
    thread = await go_on(at_home, small_discord)
    await at_home.command("train", thread, start=True)
    await at_home.until_sees("Run 1 is trained", 120, where=thread)
    await at_home.until_sees("Line chart of the loss of run 1", where=thread)
    await discord_bot.end()  # what is in hand is finished
    assert not at_work.sees("Run 1"), f"it was not started there:\n{at_work.recent}"
    assert not at_home.sees("Run 1", where=at_home.direct)
    slack_books.check_nothing_twice(slack)
    discord_books.check_nothing_twice(discord_bot, small_discord)


async def begin(ana: SlackPerson) -> None:
    await ana.dm(GOAL)
    await ana.choose("You decide the rest")
    await ana.until_sees("Now I need examples")
    await ana.upload("rows.csv", CSV.encode())
    await ana.choose("Yes, take them")
    await ana.until_sees("14 of 14 rows accepted")


async def link(at_work: SlackPerson, at_home: DiscordMember) -> None:
    """By a code of the one, typed with the other, and a yes."""
    assert await at_work.command("link")
    told = at_work.reads(await at_work.until_sees("It works once"))
    found = re.search(r"/tune link ([\w-]+)", told)
    assert found is not None
    await at_home.command("link", code=found[1])
    await at_home.choose("Both are mine: link them")
    await at_home.until_sees("are one person now")
    await at_work.until_sees("was linked with this account just now")


async def go_on(ana: DiscordMember, there: SmallDiscord) -> Channel:
    """Directly, by the project that is offered; and then in a thread, into which only its owner may bring it."""
    root = ana.say("@app hello", there.ward)
    await ana.until_sees("What do you wish a model could do")
    thread = thread_of(there.server, root)
    (project,) = await ana.proposed("new", "project", "write", thread)
    await ana.command("new", thread, project=project)
    assert ana.alone(await ana.until_sees("others read along here", where=thread))
    await ana.command("new", project=project)
    await ana.until_sees("14 approved", where=ana.direct)
    await ana.command("share")
    said = ana.reads(await ana.until_sees("It works once, until", where=ana.direct))
    found = re.search(r"/tune join (?:code:)?([\w-]+)", said)
    assert found is not None, said
    await ana.command("join", thread, code=found[1])
    await ana.until_sees("14 approved", where=thread)
    return thread
