"""Artefacts by name: what lies in the home folder beside the database (uploads, runs, models, charts).

It knows names relative to one folder, never an absolute path, and nothing about what the files mean. Everything here
blocks for as long as the disk takes: from a coroutine, call what is large in a thread.
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.errors import NotFound, StoreUnavailable, UnsafePath

LONGEST_NAME = 1000
"""Bytes of a whole name. Linux takes 4096 with the folder before it; macOS takes 1024."""
LONGEST_PART = 255
"""Bytes between two slashes (NAME_MAX of the usual file systems)."""
_SAFE_NAME_BYTES = 120
_CODES = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
"""Names that Windows keeps for devices, with whatever extension."""


@dataclass(frozen=True)
class Files:
    """The files of one home folder.

    Names are relative, with ``/`` between the parts. Every method raises ``UnsafePath`` for a name that would lead out
    of the folder, and ``StoreUnavailable`` (``disk_full``, ``read_only``, ``unreachable``) when the disk refuses.
    """

    home: Path

    def path(self, name: str) -> Path:
        """The absolute path of a name, there or not, with symbolic links followed. Raises UnsafePath."""
        parts = name.split("/")
        if not name or "\0" in name or "\\" in name or len(_encoded(name)) > LONGEST_NAME:
            raise UnsafePath(_shown(name))
        if any(part in ("", ".", "..") or len(_encoded(part)) > LONGEST_PART for part in parts):
            raise UnsafePath(_shown(name))
        try:
            root = self.home.resolve()
            found = root.joinpath(*parts).resolve()
        except (OSError, RuntimeError) as error:  # a loop of symbolic links
            raise UnsafePath(_shown(name)) from error
        if root not in found.parents:
            raise UnsafePath(_shown(name))
        return found

    def exists(self, name: str) -> bool:
        return self.path(name).exists()

    def read_text(self, name: str) -> str:
        """The whole file as UTF-8. Raises NotFound."""
        return self.read_bytes(name).decode("utf-8")

    def read_bytes(self, name: str) -> bytes:
        """The whole file. Raises NotFound."""
        with _translated(name):
            return self.path(name).read_bytes()

    def write_text(self, name: str, text: str) -> None:
        """As ``write_bytes``, in UTF-8."""
        self.write_bytes(name, text.encode("utf-8"))

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write the whole file or nothing, durably; whoever reads meanwhile sees the old file or the new one."""
        path = self.path(name)
        with _translated(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _sync_folder(path.parent)

    def append(self, name: str, text: str) -> None:
        """Add to the end of a file, which is made if need be, durably. A reader may see a part of it."""
        path = self.path(name)
        with _translated(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def alone(self, folder: str) -> Iterator[None]:
        """Read and write files of a folder, which is made if need be, while whoever asks for the same waits: other threads
        and other processes. It holds up nobody who does not ask, and ends with its process."""
        path = self.path(folder)
        with _translated(folder):
            path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def list(self, name: str) -> "list[str]":
        """The names (not paths) in a folder, sorted, without those half-written; empty if there is no such folder."""
        path = self.path(name)
        with _translated(name):
            if not path.is_dir():
                return []
            return sorted(entry.name for entry in path.iterdir() if not entry.name.startswith(".writing-"))

    def delete(self, name: str) -> None:
        """Remove a file; nothing happens if it is not there."""
        with _translated(name):
            self.path(name).unlink(missing_ok=True)

    def delete_tree(self, name: str) -> None:
        """Remove a folder and all below it, or a file; nothing happens if it is not there. Links are not followed."""
        path = self.path(name)
        with _translated(name):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def disk_free(self) -> int:
        """Bytes that can still be written here."""
        with _translated(""):
            there = next(folder for folder in (self.home, *self.home.absolute().parents) if folder.exists())
            return shutil.disk_usage(there).free


def safe_name(hostile: str) -> str:
    """A file name to store an upload under: one part, printable, at most 120 bytes, never hidden, never empty.

    The extension stays. Different names may become the same one: the caller puts something unique before it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFKC", hostile))[-1]
    kept = "".join(char if char.isalnum() or char in "._-" else "_" for char in last)
    kept = re.sub(r"_{2,}", "_", kept).strip("._-")
    if not kept or _RESERVED.match(kept):
        kept = f"file_{kept}".rstrip("_")
    stem, dot, extension = kept.rpartition(".")
    tail = _cut(dot + extension, 20) if stem else ""
    return _cut(stem or kept, _SAFE_NAME_BYTES - len(tail.encode())) + tail


def _cut(text: str, size: int) -> str:
    """The beginning of a text, at most ``size`` bytes of UTF-8, without half a character."""
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore")


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _shown(name: str) -> str:
    return ascii(name[:80])


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: on POSIX the folder itself has to be flushed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(_shown(name)) from error
    except OSError as error:
        code = _CODES.get(error.errno or 0, "unreachable")
        raise StoreUnavailable(code, f"{_shown(name)}: {error.strerror}") from error
