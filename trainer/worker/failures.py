"""Why a worker cannot go on, as exceptions that become a ``WorkerResult``, or none.

WorkerStop
├── Refused      the job cannot be done: a code and its numbers, for a sentence upstairs
└── Overtaken    another attempt holds the job now; nothing more may be written

It knows no sentences for people.
"""

from typing import Any

from storage.domain import JobFailure


class WorkerStop(Exception):
    """The root of this package's errors."""


class Refused(WorkerStop):
    """The job cannot be done. ``code`` is one of ``storage.domain.JobFailure``'s, or of those named in
    ``trainer/worker`` (``row_too_long``, ``base_unreadable``, ``adapter_missing``, ``adapter_unreadable``,
    ``destination_exists``, ``export_unfaithful``)."""

    def __init__(self, code: str, *, detail: str = "", **numbers: Any) -> None:
        super().__init__(f"{code} {numbers} {detail}".strip())
        self.failure = JobFailure(code=code, numbers=numbers, detail=detail)


class Overtaken(WorkerStop):
    """The token in force is another one, or the attempt's folder is gone."""


_WANT_OF_MEMORY = (
    "can't allocate memory",
    "not enough memory",
    "could not create a primitive",
    "could not create a memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)
"""The third and fourth are oneDNN's, which multiplies for torch on processors: seen with a bounded address space."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this is want of memory, of the machine or of its graphics card. torch says it by MemoryError, by an
    error of its own, or by a RuntimeError of its allocator or of the libraries that multiply for it."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _WANT_OF_MEMORY)
