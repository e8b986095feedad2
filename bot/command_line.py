"""What the commands share: their settings, how they end, and what is said when something goes wrong."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)


def settings_of(home: Path | None) -> "Settings":
    """The settings of this command; ends it where the environment holds one that is not usable."""
    from pydantic import ValidationError

    from agent.words import say
    from bot.settings import Settings

    try:
        settings = Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "THREADTUNE_" + "_".join(str(part) for part in first["loc"]).upper().removeprefix("THREADTUNE_")
        fail(say("cli.bad_setting", name=name, reason=first["msg"]), 1)
    for name in [name for name in os.environ if name.startswith(("SLACK_", "DISCORD_"))]:
        del os.environ[name]  # no child of ours needs a token, and slack_bolt would read them by itself
    # For the trainer that we start: it reads the same variables.
    os.environ["THREADTUNE_HOME"] = str(settings.home)
    if settings.shared_models:
        os.environ["THREADTUNE_MODEL_CACHE"] = str(settings.shared_models)
    return settings


@contextlib.contextmanager
def reporting(settings: "Settings") -> Iterator[None]:
    """End the command with one clear sentence, whatever goes wrong; the traceback goes to the log, if there is one by then."""
    logging.getLogger().addHandler(logging.NullHandler())  # else Python prints it where no log is set up
    try:
        yield
    except (typer.Exit, typer.Abort, SystemExit):
        raise
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:  # whoever read our output has gone
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # so that the interpreter can flush it at its end
        raise typer.Exit(1) from None
    except Exception as error:
        from agent.words import say
        from bot.failures import explain

        sentence = explain(error, settings)
        log.log(logging.WARNING if sentence else logging.ERROR, "the command failed", exc_info=error)
        fail(sentence or say("cli.failed", log=settings.logs / "threadtune.log"), 1)


def fail(sentence: str, status: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(status)


def awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in an event loop of its own; SIGTERM ends it as Ctrl-C does."""

    async def cancellable() -> Any:
        task = asyncio.current_task()
        assert task is not None
        with contextlib.suppress(ValueError, NotImplementedError, RuntimeError):  # not in the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
