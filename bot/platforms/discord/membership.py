"""Where a Discord bot is, and what it may do there, server by server and channel by channel, said by code.

Roles and a channel's overwrites are reckoned together by discord.py, as
https://discord.com/developers/docs/topics/permissions has it. It changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence

import discord

from bot.platforms.discord.checks import FAULTS, MOST_NAMED, Check, refused
from bot.platforms.discord.invite import PERMISSIONS, missing
from bot.platforms.discord.setup import DiscordSetup

MOST_SERVERS = 20
"""Servers that are looked at one by one, those with conversations of ours first: each costs three requests."""


async def servers(client: discord.Client, setup: DiscordSetup, channels: Mapping[str, Collection[str]]) -> list[Check]:
    """``client``: one that is logged in. ``channels``: those with a conversation of ours, by server; ids."""
    try:
        there = [guild async for guild in client.fetch_guilds(limit=None)]
    except FAULTS as error:
        return [refused("servers", error)]
    public = client.application is not None and client.application.bot_public
    found = [*listed(setup, there, public), *left(setup, there, channels)]
    served = [guild for guild in there if setup.serves(guild.id)]
    served.sort(key=lambda guild: str(guild.id) not in channels)
    for guild in served[:MOST_SERVERS]:
        found += await permitted(client, guild.id, channels.get(str(guild.id), ()))
    if served[MOST_SERVERS:]:
        values = {"count": len(served) - MOST_SERVERS}
        found.append(Check(level="ok", subject="permissions", code="more_servers", values=values))
    return found


def listed(setup: DiscordSetup, there: Sequence[discord.Guild], public: bool) -> list[Check]:
    """The servers that the bot was added to, against the allow-list. ``public``: whether anybody may add it to one."""
    if not there:
        return [Check(level="warn", subject="servers", code="servers_none")]
    found = [Check(level="ok", subject="servers", code="servers_ok", values={"servers": _named(there)})]
    absent = setup.servers - {str(guild.id) for guild in there}
    if absent:
        values = {"ids": ", ".join(sorted(absent))}
        found.append(Check(level="warn", subject="servers", code="server_absent", values=values))
    if unserved := [guild for guild in there if not setup.serves(guild.id)]:
        values = {"servers": _named(unserved)}
        found.append(Check(level="warn", subject="servers", code="server_not_listed", values=values))
    if public and not setup.servers:
        found.append(Check(level="warn", subject="servers", code="servers_open"))
    return found


def left(setup: DiscordSetup, there: Sequence[discord.Guild], channels: Collection[str]) -> list[Check]:
    """The servers with conversations of ours that the bot is no longer on."""
    gone = {server for server in channels if setup.serves(int(server))} - {str(guild.id) for guild in there}
    return [Check(level="warn", subject="servers", code="server_left", values={"id": id}) for id in sorted(gone)]


async def permitted(client: discord.Client, server: int, ours: Collection[str]) -> list[Check]:
    """What the bot may do on a server by its roles, and in each of the channels ``ours``."""
    assert client.user is not None, "it is logged in"
    try:
        guild = await client.fetch_guild(server, with_counts=False)
        me = await guild.fetch_member(client.user.id)
        channels = {str(channel.id): channel for channel in await guild.fetch_channels()} if ours else {}
    except FAULTS as error:
        return [refused("permissions", error)]
    named = {"server": guild.name, "id": guild.id}
    if me.is_timed_out():
        until = f"{me.timed_out_until:%Y-%m-%d %H:%M} UTC"
        return [Check(level="fail", subject="permissions", code="timed_out", values=named | {"until": until})]
    found = [of_server(me.guild_permissions, named)]
    for id in sorted(ours):
        found += of_channel(channels.get(id), me, named | {"channel": id})
    return found


def of_server(has: discord.Permissions, named: Mapping[str, object]) -> Check:
    """What the bot's roles allow; a channel may take from it, or give what is missing."""
    if has.administrator:
        return Check(level="ok", subject="permissions", code="server_admin", values=named)
    if lacks := missing(has):
        return Check(level="warn", subject="permissions", code="server_missing", values={**named, "missing": lacks})
    values = {**named, "count": len(PERMISSIONS)}
    return Check(level="ok", subject="permissions", code="server_ok", values=values)


def of_channel(
    channel: discord.abc.GuildChannel | None, me: discord.Member, named: Mapping[str, object]
) -> list[Check]:
    """What the bot lacks in a channel; None: the channel is gone."""
    if channel is None:
        return [Check(level="warn", subject="permissions", code="channel_gone", values=named)]
    if not (lacks := missing(channel.permissions_for(me))):
        return []
    values = {**named, "channel": f"#{channel.name}", "missing": lacks}
    return [Check(level="fail", subject="permissions", code="channel_missing", values=values)]


def _named(guilds: Sequence[discord.Guild]) -> str:
    names = [f"{guild.name} ({guild.id})" for guild in guilds[:MOST_NAMED]]
    return ", ".join(names) + (f" + {len(guilds) - MOST_NAMED}" if guilds[MOST_NAMED:] else "")
