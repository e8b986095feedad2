"""A failure's code and numbers -> the sentence that says what to do."""

from collections.abc import Mapping
from typing import Any

from agent.context import ROWS_NEEDED
from agent.numbers import size
from agent.words import knows, say
from storage.domain import Job


def sentence(job: Job, base: str) -> str:
    """Why a job failed. Never empty: a code that nobody foresaw is reported as a crash, with the place of its log."""
    log = f"runs/{job.run_id}/attempts/{job.kind.value}-{job.attempt}/log.txt"
    if job.failure is None:
        return words_of("crashed", {}, base=base, log=log)
    return words_of(job.failure.code, job.failure.numbers, base=base, log=log)


def words_of(code: str, numbers: Mapping[str, Any], *, base: str, log: str = "logs/") -> str:
    values: dict[str, Any] = {"base": base, **numbers, "log": log}
    if code in ("no_memory", "no_disk"):
        values |= {name: size(float(values.get(name) or 0)) for name in ("needed", "free")}
    if code == "too_few_rows":
        values |= {"least": ROWS_NEEDED, "missing": max(0, ROWS_NEEDED - int(values.get("rows", 0)))}
    key = f"failure.{code}"
    try:
        return say(key if knows(key) else "failure.crashed", **values)
    except KeyError:
        return say("failure.crashed", **values)
