"""The one place that assembles a process out of parts, runs it, and takes it apart again.

It decides nothing about conversations. Everything heavy is imported here, inside functions, when it is needed.
"""

import asyncio
import contextlib
import json
import logging
import logging.handlers
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.words import say
from bot.chat.port import ChatPlatform
from bot.settings import Settings
from storage.imports import importing

if TYPE_CHECKING:
    from agent.context import Context
    from agent.flags import Flags
    from agent.models import ChatModel
    from agent.models.hosted import HostedModels
    from agent.models.shared_engine import SharedEngine
    from agent.models.tuned import TunedModels
    from bot.notifier import Face
    from dataset.tokens import TokenCounter
    from storage.base_models import BaseModel, BaseModels, Progress
    from storage.files import Files
    from storage.ports import Store
    from storage.sql import OpenStore
    from trainer.recipes import BaseFacts

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds that turns in hand are given when the process ends; what is not finished then is gone on with next time."""
QUIET = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "discord",
    "httpcore",
    "httpx",
    "matplotlib",
    "slack_bolt",  # these two write down whole requests and answers, with what people said and the tokens of workspaces
    "slack_sdk",
    "sqlalchemy",
    "urllib3",
)
"""Libraries whose log is of no use to whoever operates this, whatever the level: warnings alone are kept."""
SILENT = ("discord.client", "discord.http")
"""They warn of voices, which we have none of, and with addresses that hold what lets one answer an interaction. Errors are kept."""
_LOG_BYTES = 5_000_000


class HomeNotWritable(Exception):
    """The home folder cannot be made or written; the text says why, in the system's words."""


class BadDatabaseUrl(Exception):
    """The setting names no database of ours; the text says why, without the URL and its password."""


def prepare_home(settings: Settings) -> None:
    """Make the home folder, closed to everybody else, and send the log there. Raises HomeNotWritable."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.logs.mkdir(mode=0o700, exist_ok=True)
        _set_up_log(settings)
    except OSError as error:
        raise HomeNotWritable(error.strerror or str(error)) from error


def _set_up_log(settings: Settings) -> None:
    handler = logging.handlers.RotatingFileHandler(
        settings.logs / "threadtune.log", maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.raiseExceptions = False  # a log that cannot be written (a full disk) must not print tracebacks at people
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    quieten()


def quieten() -> None:
    """Keep libraries from logging what is of no use, or what people said."""
    for chatty in QUIET:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for chatty in SILENT:
        logging.getLogger(chatty).setLevel(logging.ERROR)


@contextlib.asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator["OpenStore"]:
    """The database, open. Raises StoreUnavailable, BadDatabaseUrl."""
    with importing():
        from storage.sql import open_store

    try:
        store = await open_store(settings.database_url, settings.home)
    except ValueError as error:
        raise BadDatabaseUrl(str(error)) from error
    try:
        yield store
    finally:
        await store.aclose()


MakePlatforms = Callable[["Store"], Awaitable[Sequence[ChatPlatform]]]


async def serve(settings: Settings, platforms: MakePlatforms) -> None:
    """Run a process until every platform has nothing more to hear. Raises StoreUnavailable, BaseModelMissing."""
    with importing():
        from agent.interviewer import open_interviewer
        from agent.leftovers import clear_leftovers
        from bot.dispatcher import Dispatcher
        from bot.fetching import Fetcher
        from bot.house import OpenHouse
        from bot.metrics import Metrics
        from bot.notifier import Notifier
        from bot.nudges import Nudges
        from bot.outbox import OutboxPoster
        from bot.receiver import InboxReceiver
        from bot.trainer_process import TrainerKeeper, trainer_command
        from storage.files import Files

    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings))
        files = Files(settings.home)
        await clear_leftovers(store, files, datetime.now(UTC))
        context = await stack.enter_async_context(_context(settings, store, files))
        checkpointer = await stack.enter_async_context(store.checkpointer())
        receiver = InboxReceiver(store, files)
        worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        interviewer = open_interviewer(context, checkpointer, store.prune)
        rooms = {platform.name: platform for platform in await platforms(store)}
        fetcher = Fetcher(files, rooms)
        dispatcher = Dispatcher(store, interviewer, worker, receiver.arrived, fetch=fetcher.fetched)
        outbox = OutboxPoster(store, rooms, worker, lambda: say("outbox.unknown"), queued=dispatcher.replied)
        notifier = Notifier(store, face_of(context.judging), queued=dispatcher.replied, judging=context.judging)
        keeper = TrainerKeeper(store, settings.home, trainer_command(settings.home))
        if settings.metrics_port:
            metrics = Metrics(store, context.flags, settings.metrics_host, settings.metrics_port)
            await metrics.open()
            stack.push_async_callback(metrics.aclose)
        nudges = Nudges(store, worker, arrived=receiver.arrived)
        services = (dispatcher.run, outbox.run, notifier.run, keeper.run, nudges.run)
        house = OpenHouse(store, receiver, interviewer)
        await run_beside(services, [platform.run(house) for platform in rooms.values()])


def face_of(judging: Mapping[str, tuple[int, int]]) -> "Face":
    """How a status card looks, with how far judges are."""
    from agent.reports import run_card

    return lambda job, run: run_card(job, run, judging=judging.get(run.id))


Service = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


async def run_beside(services: Sequence[Service], platforms: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run the services for as long as the platforms; a fault of any of them ends all, and is raised as it was.

    At the end the services are asked to stop, and what they have in hand is given ``GRACE`` seconds.
    """
    stop = asyncio.Event()
    working = [asyncio.create_task(service(stop)) for service in services]
    listening = [asyncio.create_task(platform) for platform in platforms]
    try:
        waiting = set(listening)
        while waiting and not any(task.done() for task in working):
            await asyncio.wait([*waiting, *working], return_when=asyncio.FIRST_COMPLETED)
            waiting = {task for task in waiting if not task.done()}
            if any(task.exception() for task in listening if task.done() and not task.cancelled()):
                break
    finally:
        outcomes = await _ended([*listening, *working], listening, stop)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _ended(
    tasks: "list[asyncio.Task[None]]", at_once: "list[asyncio.Task[None]]", stop: asyncio.Event
) -> list[BaseException | None]:
    """End the tasks, some at once and the others when they have finished what they do, and return how they ended."""
    stop.set()
    for task in at_once:
        task.cancel()
    await asyncio.wait(tasks, timeout=GRACE)
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


def base_models(settings: Settings) -> "BaseModels":
    """Where base models come from. A GGUF file is turned into safetensors in a process of its own, which has torch."""
    from storage.base_models import BaseModels, by_command

    dequantise = by_command(sys.executable, "-m", "trainer.worker.dequantise")
    return BaseModels(settings.home, dequantise, shared=settings.shared_models)


async def have_base(settings: Settings, progress: "Progress") -> None:
    """Make sure of the base model; quick where it was prepared before. Raises BaseModelMissing."""
    from storage.errors import BaseModelMissing

    try:
        await base_models(settings).resolve(settings.base_model)
    except BaseModelMissing:
        await prepare_base(settings, progress)


async def prepare_base(settings: Settings, progress: "Progress") -> "BaseModel":
    """Fetch the base model and make it ready if need be, and check it by hash. Raises BaseModelMissing."""
    return await base_models(settings).prepare(settings.base_model, progress)


@contextlib.asynccontextmanager
async def _context(settings: Settings, store: "Store", files: "Files") -> AsyncIterator["Context"]:
    """What a turn may use; the chat model's child process ends with it. Raises BaseModelMissing."""
    from agent.context import Context
    from agent.coverage import load_packs
    from agent.models.factory import make_chat_model
    from agent.models.tuned import FirstOf
    from trainer.client import TrainerClient

    base = await base_models(settings).resolve(settings.base_model)
    packs = await asyncio.to_thread(load_packs, [settings.home / "packs"])
    for problem in packs.problems:
        log.warning("%s: %s %s; `threadtune packs` says more", problem.file, problem.code, problem.where)
    engine = _engine(settings, base.gguf)
    model = make_chat_model(settings.chat_model, engine)
    judges = judges_of(settings, engine)
    tuned = FirstOf([*_embedded(engine, base, files), *_published(settings, store)])
    try:
        yield Context(
            store=store,
            files=files,
            trainer=TrainerClient(store.jobs),
            model=model,
            base=settings.base_model,
            tokens=await asyncio.to_thread(_token_counter, base.path),
            base_facts=await asyncio.to_thread(_base_facts, base.path),
            packs=packs.packs,
            judges=judges,
            hosted=hosted_models(settings),
            tuned=tuned,
            team=settings.team if settings.ollama else None,
            flags=flags_of(settings),
        )
    finally:
        await tuned.aclose()
        await model.aclose()
        for judge in judges:
            await judge.aclose()


def flags_of(settings: Settings) -> "Flags":
    """The feature flags of the setting and the file, as the file is from time to time. Raises ``agent.flags.BadFlags``."""
    from agent.flags import Flags
    from bot.flags_file import FlagsFile

    return Flags(defined=FlagsFile(settings.flags, settings.flags_file))


def _engine(settings: Settings, gguf: Path | None) -> "SharedEngine | None":
    """The one engine of this process, not started yet; None where the base came without a GGUF file."""
    from agent.models.engine import Engine
    from agent.models.shared_engine import SharedEngine

    return SharedEngine(Engine(gguf, log_file=settings.logs / "engine.log")) if gguf else None


def _embedded(engine: "SharedEngine | None", base: "BaseModel", files: "Files") -> "Iterator[TunedModels]":
    """The embedded engine as what answers for saved versions, if there is one."""
    from agent.models.embedded_versions import EmbeddedVersions

    if engine:
        yield EmbeddedVersions(engine, files, str(base.provenance.get("gguf_sha256", "")))


def judges_of(settings: Settings, engine: "SharedEngine | None") -> "tuple[ChatModel, ...]":
    """The judges, if they are to be others than the chat model alone; started and reached at their first call."""
    from agent.models.factory import make_chat_model

    if settings.judges in ((), (settings.chat_model,)):
        return ()
    return tuple(make_chat_model(name, engine) for name in settings.judges)


def hosted_models(settings: Settings) -> "HostedModels | None":
    """What may be asked beside versions: what is set up anyway, what the setting names, and the Ollama server's models."""
    from agent.models.factory import EMBEDDED, make_chat_model
    from agent.models.hosted import HostedModels

    served = settings.ollama.get_secret_value() if settings.ollama else None
    named = {settings.chat_model, *settings.judges, *settings.contenders, *(["ollama:*"] if served else [])} - {
        EMBEDDED
    }
    if not named:
        return None

    def make(name: str) -> "ChatModel":
        return make_chat_model(name, None, base_url=served if name.startswith("ollama:") else None)

    return HostedModels(allowed=tuple(sorted(named)), make=make)


def _published(settings: Settings, store: "Store") -> "Iterator[TunedModels]":
    """The server to which versions are published, if there is one."""
    from agent.models.ollama import OllamaModels

    if settings.ollama:
        yield OllamaModels(settings.ollama.get_secret_value(), store.runs)


def _base_facts(folder: Path) -> "BaseFacts":
    """The shape of the base; where its configuration cannot be read, that of the base we ship with: a guess beats none."""
    from trainer.recipes import SMOLLM2_135M, BaseFacts

    try:
        return BaseFacts.of_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        log.exception("the configuration of %s cannot be read; estimates are those of another base", folder)
        return SMOLLM2_135M


def _token_counter(folder: Path) -> "TokenCounter | None":
    from dataset.tokens import TokenCounter

    try:
        return TokenCounter(folder)
    except (OSError, ValueError, KeyError):
        log.exception("tokens cannot be counted with %s; the trainer checks lengths alone", folder)
        return None
