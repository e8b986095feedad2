"""``python -m trainer.worker <attempt folder>``: do one attempt, and leave ``result.json`` as the last thing.

It knows the kinds of job and how each may end; the work itself is elsewhere. Exits with 0 once a result is written,
whatever it says; else with a code of ``trainer.run_dir``.
"""

import errno
import logging
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from storage.domain import JobFailure, JobKind
from storage.imports import importing
from trainer.run_dir import EXIT_NO_RESULT, EXIT_OVERTAKEN, WorkerResult
from trainer.worker import lifeline
from trainer.worker.attempt import Attempt
from trainer.worker.failures import Overtaken, Refused, is_out_of_memory

_log = logging.getLogger("worker")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m trainer.worker ATTEMPT_FOLDER\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    lifeline.hold()
    lifeline.go_second()
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    try:
        attempt = Attempt.open(Path(arguments[0]))
    except (OSError, ValueError, TypeError, KeyError):
        _log.exception("no readable spec.json")
        return EXIT_NO_RESULT
    # All are read once, when torch is imported. Threads that spin while they wait for each other take the cores from
    # whoever they wait for: beside one other busy process on two cores, 29 tokens a second became 109 without that. A
    # thousand turns, some microseconds, bridge the gap between two operations: a sixth quicker on idle cores, and no
    # slower on busy ones. Four thousand gave half as much again on idle cores, and halved the speed on busy ones.
    os.environ.setdefault("OMP_NUM_THREADS", str(attempt.spec.threads))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        attempt.finish(outcome(attempt))
    except Overtaken as error:
        _log.warning("overtaken: %s", error)
        return EXIT_OVERTAKEN
    except OSError:
        _log.exception("the result could not be written")
        return EXIT_NO_RESULT
    return 0


def outcome(attempt: Attempt, work: Callable[[Attempt], WorkerResult] | None = None) -> WorkerResult:
    """How the attempt ends, with every exception but Overtaken as a failure. ``work``: what to do, for tests."""
    token = attempt.spec.token
    try:
        attempt.check_token()
        return (work or _work)(attempt)
    except Overtaken:
        raise
    except Refused as error:
        _log.warning("refused: %s", error)
        return WorkerResult(token=token, failure=error.failure)
    except Exception as error:  # noqa: BLE001  # the process boundary: whatever went wrong becomes a code
        _log.exception("crashed")
        return WorkerResult(token=token, failure=_failure(error, attempt))


def _work(attempt: Attempt) -> WorkerResult:
    """Imports come late: until here a worker can be stopped within milliseconds."""
    with importing():
        import torch

        work = _work_of(attempt.spec.kind)
    torch.set_num_threads(attempt.spec.threads)
    return work(attempt)


def _work_of(kind: JobKind) -> Callable[[Attempt], WorkerResult]:
    match kind:
        case JobKind.TRAIN:
            from trainer.worker.train import train

            return train
        case JobKind.GENERATE:
            from trainer.worker.generate import generate

            return generate
        case JobKind.EXPORT:
            from trainer.worker.export import export

            return export
        case JobKind.PROBE:
            from trainer.worker.probe import probe

            return probe
        case JobKind.PUBLISH:
            raise Refused("bad_spec", field="kind")  # the supervisor publishes by itself


def _failure(error: Exception, attempt: Attempt) -> JobFailure:
    detail = "".join(traceback.format_exception(error))[-4000:]
    if is_out_of_memory(error):
        return JobFailure(code="out_of_memory", detail=detail)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(attempt.folder.path).free
        return JobFailure(code="no_disk", numbers={"free": free}, detail=detail)
    return JobFailure(code="crashed", detail=detail)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
