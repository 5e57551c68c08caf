"""The shared store on a bad line and a bad server: killed, cut, slow, full, and names that try to be SQL."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from tests.support.postgres_server import Servers, TestServer

from bookwheel.engine.index.library import Library
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.postgres.store import PostgresStore
from bookwheel.engine.stores.store_protocol import (
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    QueryPhrase,
    QueryTerm,
    Selection,
    StoredDocument,
    document_ref,
)
from bookwheel.errors import StoreError

SQL = [
    "'; DROP SCHEMA bookwheel CASCADE; --",
    '"; DROP SCHEMA bookwheel CASCADE; --',
    "' OR '1'='1",
    "$$; SELECT pg_sleep(60); $$",
    "%s %(name)s %%",
    "\\'; DELETE FROM bookwheel.documents; --",
    "*/ DROP TABLE bookwheel.documents /*",
    "{0} {name}",
    "\u02bc; DROP SCHEMA bookwheel CASCADE; --",
    "line\nbreak\ttab\x1b[31m",
    "_%",
    "''::regclass",
]
PASSWORD = "s3cr3t-pass"


def new(path: str, text: str, **metadata: str) -> NewDocument:
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    return NewDocument(stored, Document(text=text, metadata={"file_path": path, **metadata}), [(0, len(text))])


def found(store: PostgresStore, word: str = "wheel", selection: Selection | None = None) -> list[str]:
    query = LexicalQuery((QueryTerm("body", word),), selection=selection or Selection())
    return sorted(node.text for node in store.search(query, 10_000))


@pytest.fixture
def store(postgres: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore(postgres, patience_s=20)) as store:
        yield store


@pytest.mark.fault("D10")
@pytest.mark.parametrize("hostile", SQL)
def test_no_field_can_be_sql(store: PostgresStore, postgres: str, hostile: str) -> None:
    path = f"/desk/{hostile}/{hostile}.md"
    with store.writer() as writer:
        writer.put(new("/desk/plain.md", "plain wheel"))
        writer.put(new(path, f"hostile wheel {hostile}", title=hostile, **{hostile: hostile}))
        writer.set_left_out(hostile, [LeftOutRow(hostile, hostile)])
    assert len(found(store)) == 2
    assert {document.path for document in store.documents()} == {"/desk/plain.md", path}
    whole = store.whole(document_ref(path))
    assert whole is not None
    assert whole.document.text == f"hostile wheel {hostile}"
    assert whole.document.metadata[hostile] == hostile
    assert store.left_out(hostile) == [LeftOutRow(hostile, hostile)]
    assert found(store, selection=Selection(scope=(f"/desk/{hostile}",))) == [f"hostile wheel {hostile}"]
    assert found(store, selection=Selection(scope=("/desk/_",))) == []
    assert found(store, selection=Selection(types=(hostile,))) == []
    assert found(store, hostile) == []
    store.search(LexicalQuery((QueryTerm("body", "wheel"),), (QueryPhrase((hostile, "wheel")),)), 10)
    passage = store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 10)[0].node
    store.put_vectors(hostile, {passage.id_: [1.0, 0.0, 0.0]})
    assert store.vector_coverage(hostile).embedded == 1
    assert store.find(hostile) is None
    with store.writer() as writer:
        writer.remove(hostile)
        writer.touch(hostile, size=1, mtime_ns=1)
        writer.remove(document_ref(path))
    assert found(store) == ["plain wheel"]
    with psycopg.connect(postgres) as connection:
        row = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'bookwheel'").fetchone()
    assert row == (1,)


class Proxy:
    """Passes bytes on between clients and a server, slowly, until it cuts or stops."""

    def __init__(self, port: int, *, chunk: int = 1 << 16, wait_s: float = 0.0) -> None:
        self._target = port
        self._chunk, self._wait_s = chunk, wait_s
        self._pairs: list[socket.socket] = []
        self._stopped = threading.Event()
        self._flows = threading.Event()
        self._flows.set()
        self.passed = 0
        self.cut_after: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._pairs += [client, server]
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(self._chunk):
                self._flows.wait()
                if self._wait_s:
                    self._stopped.wait(self._wait_s)
                self.passed += len(data)
                if self.cut_after is not None and self.passed >= self.cut_after:
                    self.cut_after = None
                    self.cut()
                    return
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def hang(self) -> None:
        """The server stays connected and says nothing more, as one whose process is stopped."""
        self._flows.clear()

    def go_on(self) -> None:
        self._flows.set()

    def cut(self) -> None:
        """Every connection breaks off."""
        for end in self._pairs:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._stopped.set()
        self._flows.set()
        self._listener.close()
        self.cut()
        for end in self._pairs:
            end.close()


def through(postgres: str, proxy: Proxy, *, answer_s: float = 30.0) -> PostgresStore:
    database = postgres.rpartition("/")[2]
    address = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{proxy.port}/{database}"
    return PostgresStore(address, patience_s=20, answer_s=answer_s)


def port_of(postgres: str) -> int:
    return int(postgres.rpartition(":")[2].partition("/")[0])


@pytest.mark.fault("S18")
def test_a_slow_network_loses_nothing(postgres: str) -> None:
    with closing(Proxy(port_of(postgres), chunk=512, wait_s=0.002)) as proxy, closing(through(postgres, proxy)) as slow:
        with slow.writer() as writer:
            for number in range(20):
                writer.put(new(f"/desk/{number}.md", f"wheel {number} " + "word " * 50))
        assert len(found(slow)) == 20


@pytest.mark.fault("S18", "D13")
@pytest.mark.timeout(120)
def test_a_connection_cut_at_any_byte_makes_nothing_twice_and_tells_no_password(postgres: str) -> None:
    with closing(PostgresStore(postgres, patience_s=20)) as direct, closing(Proxy(port_of(postgres))) as proxy:
        with direct.writer() as writer:
            writer.put(new("/desk/first.md", "wheel first"))
        acknowledged = {"wheel first"}
        for number, cut_after in enumerate([1, 40, 200, 500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000]):
            text = f"wheel {number}"
            proxy.passed, proxy.cut_after = 0, cut_after
            with closing(through(postgres, proxy)) as cut:
                said = ""
                try:
                    with cut.writer() as writer:
                        writer.put(new(f"/desk/{number}.md", text))
                    acknowledged.add(text)
                except StoreError as error:
                    said = f"{error} {error.hint} {error.__cause__}"
                assert PASSWORD not in said
            proxy.cut_after = None
            counts = Counter(found(direct))
            assert acknowledged <= counts.keys()
            assert set(counts.values()) == {1}


def start_again(server: TestServer) -> None:
    """Start a killed server; its last processes hold the shared memory for a moment."""
    end = time.monotonic() + 60
    while True:
        try:
            server.start()
            return
        except AssertionError:
            assert time.monotonic() < end
            time.sleep(0.2)


@pytest.mark.fault("S18", "D13")
@pytest.mark.timeout(180)
def test_a_server_killed_in_mid_commit_keeps_what_was_acknowledged(postgres_servers: Servers) -> None:
    server = postgres_servers.started()
    acknowledged: set[str] = set()
    with closing(PostgresStore(server.url(), patience_s=30)) as store:
        for round_ in range(4):
            begun = threading.Event()

            def write(round_: int = round_, begun: threading.Event = begun) -> None:
                for number in range(30):
                    text = f"wheel {round_} {number}"
                    with store.writer() as writer:
                        writer.put(new(f"/desk/{round_}-{number}.md", text + " word" * 200))
                    acknowledged.add(text)
                    if number == 3 + round_:
                        begun.set()

            writing = threading.Thread(target=write)
            writing.start()
            assert begun.wait(60)
            server.kill()
            start_again(server)
            writing.join()
            counts = Counter(" ".join(text.split()[:3]) for text in found(store))
            assert acknowledged <= counts.keys()
            assert set(counts.values()) == {1}
    assert len(acknowledged) == 120
    server.stop()


@pytest.mark.fault("S8")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
@pytest.mark.timeout(120)
def test_a_full_disk_of_the_server_is_an_error_and_over_when_there_is_room(postgres_servers: Servers) -> None:
    server = postgres_servers.new(min_wal_size="32MB", max_wal_size="32MB")
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m,mode=777", "tmpfs", str(server.folder)],
        capture_output=True,
        check=False,
    )
    if mounting.returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        server.make()
        server.start()
        with closing(PostgresStore(server.url(), patience_s=5)) as store:
            with store.writer() as writer:
                writer.put(new("/desk/first.md", "first wheel"))
            filler = server.folder / "filler"
            _fill(filler)
            with pytest.raises(StoreError) as caught:
                _write_until_full(store)
            assert "space" in str(caught.value).lower() or "full" in str(caught.value).lower()
            filler.unlink()
            with store.writer() as writer:
                writer.put(new("/desk/last.md", "last wheel"))
            texts = found(store)
            assert "first wheel" in texts
            assert "last wheel" in texts
            assert set(Counter(texts).values()) == {1}
    finally:
        server.stop()
        subprocess.run(["umount", "-l", str(server.folder)], check=True)


def _fill(file: Path) -> None:
    with suppress(OSError), file.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"\0" * (1 << 16))


def _write_until_full(store: PostgresStore) -> None:
    for number in range(200):
        with store.writer() as writer:
            writer.put(new(f"/desk/{number}.md", f"wheel {number} " + os.urandom(60_000).hex()))


@contextmanager
def locked(postgres: str) -> Generator[psycopg.Connection[tuple[object, ...]]]:
    """Another program holds the documents' table; the connection can look at who waits."""
    with psycopg.connect(postgres) as connection:
        connection.execute("LOCK TABLE bookwheel.documents IN ACCESS EXCLUSIVE MODE")
        yield connection
        connection.rollback()


def waiting_for_the_lock(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return int(str(row[0])) if row is not None else 0


def wait_for_waiting(connection: psycopg.Connection[tuple[object, ...]], wanted: int) -> None:
    while waiting_for_the_lock(connection) != wanted:  # the test's own time limit ends it
        time.sleep(0.01)


@pytest.mark.fault("S18")
def test_a_server_that_hangs_ends_a_question_with_its_reason(postgres: str) -> None:
    with (
        closing(Proxy(port_of(postgres))) as proxy,
        closing(through(postgres, proxy, answer_s=0.5)) as store,
    ):
        with store.writer() as writer:
            writer.put(new("/desk/a.md", "wheel"))
        proxy.hang()
        with pytest.raises(StoreError, match="does not answer") as caught:
            found(store)
        assert PASSWORD not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
        proxy.go_on()
        assert found(store) == ["wheel"]


@pytest.mark.fault("S18")
def test_a_locked_table_holds_a_question_for_a_limited_time(postgres: str) -> None:
    with closing(PostgresStore(postgres, answer_s=0.5)) as store:
        with store.writer() as writer:
            writer.put(new("/desk/a.md", "wheel"))
        with locked(postgres) as connection:
            with pytest.raises(StoreError, match="does not answer: no answer for"):
                found(store)
            wait_for_waiting(connection, 0)  # the statement was cancelled there too
        assert found(store) == ["wheel"]


@pytest.mark.fault("S18")
def test_closing_the_store_ends_a_question_that_waits(postgres: str) -> None:
    with closing(PostgresStore(postgres)) as store:
        with store.writer() as writer:
            writer.put(new("/desk/a.md", "wheel"))
        said: list[str] = []

        def ask() -> None:
            try:
                found(store)
            except StoreError as error:
                said.append(str(error))

        with locked(postgres) as connection:
            asking = threading.Thread(target=ask)
            asking.start()
            wait_for_waiting(connection, 1)
            store.close()
            asking.join()
        assert said
        assert found(store) == ["wheel"]


@pytest.mark.fault("S18")
def test_ctrl_c_ends_a_search_that_waits_for_the_server(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The wheel turns.")
    settings = tmp_path / "config"
    settings.mkdir(mode=0o700)
    (settings / "config.toml").write_text(f"[index]\nstore = '{postgres}'\n")
    environment = os.environ | {"BOOKWHEEL_CONFIG_DIR": str(settings), "BOOKWHEEL_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "bookwheel", "search", "wheel", str(tmp_path / "a.md")]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "wheel" in first.stdout, first.stderr
    with locked(postgres) as connection:
        program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            wait_for_waiting(connection, 1)
            program.send_signal(signal.SIGINT)
            _, said = program.communicate()
        finally:
            program.kill()
    assert program.returncode == 130, said
    assert "Traceback" not in said


@pytest.mark.fault("S19")
def test_tables_that_are_dropped_meanwhile_are_named_and_made_again(postgres: str, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("The wheel turns.")
    with closing(Library(postgres)) as library:
        asyncio.run(refreshed(library, tmp_path))
        assert library.retriever([tmp_path]).retrieve("wheel")
        with psycopg.connect(postgres) as connection:
            connection.execute("DROP SCHEMA bookwheel CASCADE")
        with pytest.raises(StoreError, match=r"tables .* were dropped") as caught:
            library.retriever([tmp_path]).retrieve("wheel")
        assert "bookwheel index" in caught.value.hint
        asyncio.run(refreshed(library, tmp_path))
        assert [node.text for node in library.retriever([tmp_path]).retrieve("wheel")] == ["The wheel turns."]


async def refreshed(library: Library, root: Path) -> None:
    async for _ in library.refresh([root]):
        pass
