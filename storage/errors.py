"""What can go wrong with facts.

StorageError
├── LeaseLost          another process took over; drop the work, write nothing
├── NotFound           no such thing
├── Conflict           it exists already with other content
├── StoreUnavailable   locked, corrupt, full or unreachable; its ``code`` says which
├── UnsafePath         a name that would leave the home folder
└── BaseModelMissing   no base model of that name can be had here; ``tried`` says where we looked
"""

from collections.abc import Sequence


class StorageError(Exception):
    """The root of this package's errors."""


class LeaseLost(StorageError):
    """Another process holds the lease now: whatever was computed must not be written."""


class NotFound(StorageError):
    """There is no such thing."""


class Conflict(StorageError):
    """A thing of that identity exists with other content."""


class StoreUnavailable(StorageError):
    """The database or disk cannot be used now.

    ``code`` is one of ``locked``, ``corrupt``, ``disk_full``, ``unreachable``, ``read_only``, ``newer_schema``.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class UnsafePath(StorageError):
    """A name that would lead out of the folder it belongs in."""


class BaseModelMissing(StorageError):
    """No base model of that name could be found or fetched."""

    def __init__(self, name: str, tried: Sequence[str]) -> None:
        super().__init__(f"{name}: not found in {', '.join(tried)}")
        self.name = name
        self.tried = tuple(tried)
