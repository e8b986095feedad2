"""A fault that ends a command -> one sentence with its remedy.

It knows no traceback: those go to the log.
"""

import errno
from collections.abc import Iterator

from agent.flags import BadFlags
from agent.words import knows, say
from bot.bootstrap import BadDatabaseUrl, HomeNotWritable
from bot.chat.setup import UnusableSetting
from bot.metrics import MetricsUnavailable
from bot.settings import Settings
from storage.errors import BaseModelMissing, StoreUnavailable


def explain(error: BaseException, settings: Settings) -> str | None:
    """The sentence for a fault that a person can do something about; None for a fault of ours."""
    causes = list(_causes(error))
    if any(isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT) for cause in causes):
        return say("cli.disk_full", home=settings.home)
    for cause in causes:
        match cause:
            case StoreUnavailable():
                return _database(cause.code, settings)
            case BadDatabaseUrl():
                return say("cli.bad_setting", name="THREADTUNE_DATABASE", reason=cause)
            case HomeNotWritable():
                return say("cli.home_not_writable", home=settings.home, reason=cause)
            case UnusableSetting():
                return bad_setup(cause)
            case BadFlags():
                return bad_flags(cause)
            case MetricsUnavailable():
                return say(f"metrics.{cause.code}", host=cause.host, port=cause.port, reason=cause.reason)
            case OSError() if cause.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                code = "port_in_use" if cause.errno == errno.EADDRINUSE else "host_elsewhere"
                return say(f"slack.cli.{code}", host=settings.slack_host, port=settings.slack_port)
            case BaseModelMissing():
                folder = settings.home / "base_models" / cause.name
                return say("cli.base_missing", name=cause.name, tried=", ".join(cause.tried), folder=folder)
    return None


def bad_setup(error: UnusableSetting) -> str:
    """The sentence for a setting with which a platform cannot be served: what is wrong, and where the right value is found."""
    values = dict(error.values)
    if "found" in values:
        values["found"] = say(f"setup.{error.platform}.token.{values['found']}")
    where = f"setup.{error.platform}.where.{error.name}"
    reason = say(f"setup.{error.platform}.bad.{error.code}", where=say(where) if knows(where) else "", **values)
    return say("cli.bad_setting", name=error.name, reason=reason)


def bad_flags(error: BadFlags) -> str:
    return say("flags.bad", reason=say(f"flags.bad_{error.code}", **error.values))


def _database(code: str, settings: Settings) -> str:
    if code == "disk_full":
        return say("cli.disk_full", home=settings.home)
    if code == "unreachable" and settings.database is None:
        code = "unreachable_file"
    return say(f"cli.{code}", database=settings.database_name)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and the members of groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.append(cause.__cause__ or cause.__context__)
