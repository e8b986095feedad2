"""Checks a deployment, and says in words what to do about each thing that is not as it should be.

It repairs nothing, fetches nothing, and needs nothing to be in order.
"""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from agent.flags import BadFlags, Flag
from agent.models.factory import EMBEDDED
from agent.words import say
from bot import discord_doctor, slack_doctor
from bot.bootstrap import BadDatabaseUrl, base_models, flags_of
from bot.chat.setup import Check, UnusableSetting
from bot.failures import bad_flags, bad_setup, explain
from bot.heard import Open
from bot.platforms.discord.setup import check as check_discord
from bot.platforms.slack.setup import check as check_slack
from bot.settings import Settings
from storage.domain import JobState
from storage.errors import BaseModelMissing, StorageError
from storage.ports import Store

GB = 1e9
DISK_LEAST = 0.2 * GB
"""Bytes free below which even a conversation is at risk."""

ENGINE_PATIENCE = 60.0
"""Seconds that loading the engine may take."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    level: Literal["ok", "warn", "fail"]
    subject: str
    text: str
    """What was found, and what to do about it."""

    def line(self) -> str:
        return f"{say(f'doctor.{self.level}')}: {self.subject}. {self.text}"


async def examine(settings: Settings, open_store: Open) -> list[Finding]:
    """Look at everything. Raises nothing that a broken deployment can cause."""
    return [
        *home(settings),
        *await database(settings, open_store),
        await base_model(settings),
        await asyncio.to_thread(engine),
        await ollama(settings),
        judges(settings),
        flags(settings),
        memory(settings),
        *await slack(settings, open_store),
        *await discord(settings, open_store),
    ]


def home(settings: Settings) -> list[Finding]:
    """The home folder and the disk below it."""
    folder = settings.home
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        reason = "not a folder" if not existing.is_dir() else "permission denied"
        return [_finding("fail", "home", "home_not_writable", home=folder, reason=reason)]
    if existing != folder:
        found = _finding("ok", "home", "home_missing", home=folder)
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        found = _finding("warn", "home", "home_open", home=folder)
    else:
        found = _finding("ok", "home", "home_ok", home=folder)
    return [found, _disk(existing)]


def _disk(folder: Path) -> Finding:
    free, needed = shutil.disk_usage(folder).free, _needs()[1]
    shown = {"free": f"{free / GB:.1f}", "needed": f"{needed / GB:.1f}"}
    if free < DISK_LEAST:
        return _finding("fail", "disk", "disk_none", **shown)
    return _finding("warn" if free < needed else "ok", "disk", "disk_low" if free < needed else "disk_ok", **shown)


async def database(settings: Settings, open_store: Open) -> list[Finding]:
    """Whether it opens with the schema of this version; and what it says about trainers."""
    if settings.database is None and not settings.database_path.exists():
        return [_finding("ok", "database", "database_none"), _finding("ok", "trainer", "trainer_none")]
    try:
        async with open_store(settings) as store:
            projects = await store.projects.all()
            return [_finding("ok", "database", "database_ok", count=len(projects)), await _trainer(store)]
    except (StorageError, BadDatabaseUrl, OSError) as error:
        text = explain(error, settings) or str(error)
        unknown = _finding("warn", "trainer", "trainer_unknown")
        return [Finding(level="fail", subject=say("doctor.database"), text=text), unknown]


async def _trainer(store: Store) -> Finding:
    alive = await store.machines.alive(datetime.now(UTC))
    if alive:
        return _finding("ok", "trainer", "trainer_ok", count=len(alive))
    waiting = [job for job in await store.jobs.active() if job.state in (JobState.QUEUED, JobState.RUNNING)]
    if waiting:
        return _finding("warn", "trainer", "trainer_stuck", count=len(waiting))
    return _finding("ok", "trainer", "trainer_none")


async def base_model(settings: Settings) -> Finding:
    """Whether the files of the base model are all there, and what they were when they were made."""
    name, models = settings.base_model, base_models(settings)
    try:
        model = await models.resolve(name)
        damaged = await models.verify(name)
    except BaseModelMissing as missing:
        return _finding("fail", "base", "base_missing", name=name, tried=", ".join(missing.tried))
    except (StorageError, OSError) as error:
        text = explain(error, settings) or str(error)
        return Finding(level="fail", subject=say("doctor.base"), text=text)
    if damaged:
        return _finding("fail", "base", "base_damaged", name=name, files=", ".join(damaged), folder=model.path)
    return _finding("ok", "base", "base_ok", name=name, folder=model.path)


def engine() -> Finding:
    """Whether the embedded engine can be loaded on this machine: tried in a process of its own, since it is native."""
    command = [sys.executable, "-c", "import xllamacpp; print(xllamacpp.__version__)"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=ENGINE_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return _finding("fail", "engine", "engine_missing", reason=f"no answer in {ENGINE_PATIENCE:g} s")
    if tried.returncode != 0:
        reason = (tried.stderr.strip().splitlines() or [f"status {tried.returncode}"])[-1]
        return _finding("fail", "engine", "engine_missing", reason=reason)
    return _finding("ok", "engine", "engine_ok", version=tried.stdout.strip())


async def ollama(settings: Settings) -> Finding:
    """Whether the server answers to which versions are published, if there is to be one."""
    from agent.models.ollama import server_version
    from trainer.client import OLLAMA_NEEDED, ollama_is_new_enough

    if settings.ollama is None:
        return _finding("ok", "ollama", "ollama_none")
    version = await server_version(settings.ollama.get_secret_value())
    if version is None:
        return _finding("warn", "ollama", "ollama_away")
    if not ollama_is_new_enough(version):
        return _finding("warn", "ollama", "ollama_old", version=version, needed=".".join(map(str, OLLAMA_NEEDED)))
    return _finding("ok", "ollama", "ollama_ok", version=version, team=settings.team)


def judges(settings: Settings) -> Finding:
    """Who scores answers, and whether its name can be one. Nothing is asked: whether a judge is good, a comparison finds out."""
    named = settings.judges or (settings.chat_model,)
    unknown = [name for name in named if name != EMBEDDED and not all(name.partition(":"))]
    if unknown:
        return _finding("warn", "judges", "judges_unknown", names=", ".join(unknown))
    if not settings.judges:
        return _finding("ok", "judges", "judges_none", name=settings.chat_model)
    return _finding("ok", "judges", "judges_ok", names=", ".join(named))


def flags(settings: Settings) -> Finding:
    """Whether the feature flags can be read, and how each is rolled out."""
    try:
        defined = flags_of(settings).defined
    except BadFlags as bad:
        return Finding(level="fail", subject=say("doctor.flags"), text=bad_flags(bad))
    if not defined:
        return _finding("ok", "flags", "flags_none")
    return _finding("ok", "flags", "flags_ok", flags="; ".join(map(_flag, defined.values())))


def _flag(flag: Flag) -> str:
    shares = ", ".join(
        say("stats.flag_share", variant=name, percent=f"{share:g}") for name, share in flag.shares.items()
    )
    key = "doctor.flags_people" if flag.people else "doctor.flags_one"
    return say(key, name=flag.name, shares=shares, count=len(flag.people))


async def slack(settings: Settings, open_store: Open) -> list[Finding]:
    """Whether Slack can be served as it is set up: its settings first, then what Slack itself says to them."""
    setup = settings.slack
    if setup is None:
        return [_finding("ok", "slack", "slack_none")]
    try:
        check_slack(setup)
    except UnusableSetting as bad:
        return [Finding(level="fail", subject=say("doctor.slack"), text=bad_setup(bad))]
    facts = await slack_doctor.known(settings, open_store)
    return [_of_slack(check) for check in await slack_doctor.examine(setup, facts)]


def _of_slack(check: Check) -> Finding:
    values = dict(check.values)
    if "missing" in values:
        scopes = [(name, say(f"slack.scope.{name}")) for name in check.values["missing"]]
        values["missing"] = "; ".join(say("doctor.slack_scope", name=name, what=what) for name, what in scopes)
    if "lacks" in values:
        lacks = [say(f"doctor.slack_lacks_{code}", what=what) for code, what in check.values["lacks"]]
        values["lacks"] = "; ".join(lacks)
    return _told("slack", check, values)


async def discord(settings: Settings, open_store: Open) -> list[Finding]:
    """Whether Discord can be served as it is set up: its settings first, then what Discord itself says to them."""
    setup = settings.discord
    if setup is None:
        return [_finding("ok", "discord", "discord_none")]
    try:
        check_discord(setup)
    except UnusableSetting as bad:
        return [Finding(level="fail", subject=say("doctor.discord"), text=bad_setup(bad))]
    heard = await discord_doctor.known(settings, open_store)
    return [_of_discord(check) for check in await discord_doctor.examine(setup, heard)]


def _of_discord(check: Check) -> Finding:
    values = dict(check.values)
    if "missing" in values:
        values["missing"] = "; ".join(discord_doctor.permission(name) for name in check.values["missing"])
    return _told("discord", check, values)


def _told(platform: str, check: Check, values: Mapping[str, object]) -> Finding:
    subject = say(f"doctor.{platform}_subject", what=say(f"doctor.{platform}_{check.subject}"))
    return Finding(level=check.level, subject=subject, text=say(f"doctor.{platform}_{check.code}", **values))


def memory(settings: Settings) -> Finding:
    import psutil

    now, needed = psutil.virtual_memory(), _needs()[0]
    shown = {"free": f"{now.available / GB:.1f}", "total": f"{now.total / GB:.1f}", "needed": f"{needed / GB:.1f}"}
    if now.available < needed:
        return _finding("warn", "memory", "memory_low", base=settings.base_model, **shown)
    return _finding("ok", "memory", "memory_ok", **shown)


def _needs() -> tuple[int, int]:
    """Memory and disk, in bytes, of a run of ordinary size."""
    from trainer.recipes import DataFacts, estimate, recommend

    data = DataFacts(rows=100, train_rows=80, train_tokens=16_000, validation_tokens=2_000, longest=512)
    expected = estimate(recommend(data, {}).recipe, data, {})
    return expected.memory_bytes, expected.disk_bytes


def _finding(level: Literal["ok", "warn", "fail"], subject: str, key: str, **values: object) -> Finding:
    return Finding(level=level, subject=say(f"doctor.{subject}"), text=say(f"doctor.{key}", **values))
