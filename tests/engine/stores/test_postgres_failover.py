"""A primary with a standby: reads from the standby, and a primary that is killed while documents are indexed.

What the cluster must be told: `synchronous_standby_names`, so that a commit is acknowledged once the standby has it,
and `synchronous_commit = remote_apply`, so that whoever reads there sees what was acknowledged.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.engine.stores import test_stores_contract as contract
from tests.engine.stores import test_vectors_contract as vectors_contract
from tests.support.postgres_server import Servers, TestServer

from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import FileState, IngestDone
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.store_protocol import (
    LexicalQuery,
    NewDocument,
    QueryTerm,
    Store,
    StoredDocument,
    document_ref,
)
from bookwheel.engine.stores.store_registry import open_store
from bookwheel.errors import StoreError

pytestmark = pytest.mark.timeout(120)


@dataclass(slots=True)
class Cluster:
    primary: TestServer
    standby: TestServer

    def url(self, database: str = "postgres") -> str:
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@{hosts}/{database}"


@pytest.fixture
def cluster(postgres_servers: Servers) -> Iterator[Cluster]:
    primary = postgres_servers.started()
    standby = postgres_servers.new()
    standby.make_standby_of(primary, "second")
    standby.start()
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
    primary.execute("ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
    primary.execute("SELECT pg_reload_conf()")
    wait_until_synchronous(primary)
    yield Cluster(primary, standby)
    primary.stop()
    standby.stop()


def wait_until_synchronous(primary: TestServer) -> None:
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        while connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall() != [("sync",)]:
            time.sleep(0.02)


def fail_over(cluster: Cluster) -> None:
    """The primary dies; the cluster manager promotes the standby, which does not wait for another."""
    cluster.primary.kill()
    cluster.standby.promote()
    cluster.standby.execute("ALTER SYSTEM RESET synchronous_standby_names")
    cluster.standby.execute("SELECT pg_reload_conf()")


def new(name: str, text: str) -> NewDocument:
    path = f"/desk/{name}"
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    return NewDocument(stored, Document(text=text, metadata={"file_path": path}), [(0, len(text))])


def found(store: Store) -> list[str]:
    return sorted(node.text for node in store.search(LexicalQuery((QueryTerm("body", "wheel"),)), 10_000))


def contracts() -> list[str]:
    names = [name for module in (contract, vectors_contract) for name in vars(module)]
    return [name for name in names if name.startswith("test_")]


def test_the_contract_holds_on_a_primary_with_a_standby(cluster: Cluster, request: pytest.FixtureRequest) -> None:
    """All of it, each on a separate database: written on the primary, read on the standby."""
    for module in (contract, vectors_contract):
        for name, test in vars(module).items():
            if name.startswith("test_"):
                store = open_store("postgres", cluster.url(cluster.primary.new_database()))
                needs_request = "request" in test.__code__.co_varnames[: test.__code__.co_argcount]
                test(store, request) if needs_request else test(store)
                store.close()
    assert len(contracts()) > 25


def test_reading_goes_to_the_standby_and_a_write_there_is_refused(cluster: Cluster) -> None:
    store = open_store("postgres", cluster.url())
    with store.writer() as writer:
        writer.put(new("a", "first wheel"))
    reader = open_store("postgres", cluster.url())
    assert found(reader) == found(store) == ["first wheel"]
    with psycopg.connect(cluster.standby.url()) as connection:
        query = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'bookwheel'"
        assert connection.execute(query).fetchone() == (True,)
    alone = open_store("postgres", cluster.standby.url())
    assert found(alone) == ["first wheel"]
    with pytest.raises(StoreError, match="cannot be written: it is a standby") as caught, alone.writer() as writer:
        writer.put(new("b", "second wheel"))
    assert "PRIMARY,STANDBY" in caught.value.hint
    for one in (alone, reader, store):
        one.close()


def test_nothing_acknowledged_is_lost_when_the_primary_is_killed(cluster: Cluster) -> None:
    store = open_store("postgres", cluster.url())
    acknowledged: list[int] = []
    is_enough = threading.Event()

    def write() -> None:
        with store.writer() as writer:
            while not is_enough.is_set():
                writer.put(new(f"d{len(acknowledged)}", f"wheel {len(acknowledged)}"))
                writer.commit()
                acknowledged.append(len(acknowledged))

    writing = threading.Thread(target=write)
    writing.start()
    wait_for(lambda: len(acknowledged) >= 20)
    fail_over(cluster)
    before = len(acknowledged)
    assert len(found(store)) >= before
    wait_for(lambda: len(acknowledged) >= before + 20)
    is_enough.set()
    writing.join()
    assert found(store) == sorted(f"wheel {number}" for number in acknowledged)
    store.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.01)


async def test_the_desk_goes_on_when_the_primary_is_killed_in_mid_index(cluster: Cluster, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    for number in range(400):
        (desk / f"{number:03}.md").write_text(f"# Wheel {number}\n\n" + f"The wheel number {number} turns. " * 400)
    library = Library(cluster.url())
    indexed = 0
    failing: asyncio.Task[None] | None = None
    async with asyncio.TaskGroup() as group:
        async for update in library.refresh([desk]):
            if isinstance(update, FileState) and update.status == "indexed":
                indexed += 1
                if failing is None:
                    failing = group.create_task(asyncio.to_thread(fail_over, cluster))
            last = update
    assert isinstance(last, IngestDone)
    assert (last.indexed, last.failed, indexed) == (400, 0, 400)
    files = await library.afiles([desk])
    assert [file.status for file in files] == ["indexed"] * 400
    nodes = await library.retriever([desk]).aretrieve("which wheel has number 277")
    assert nodes[0].node.path == str(desk / "277.md")
    (desk / "new.md").write_text("A new page about the desk.")
    async for update in library.refresh([desk]):
        last = update
    assert isinstance(last, IngestDone)
    assert (last.indexed, last.unchanged) == (1, 400)
    await library.aclose()
