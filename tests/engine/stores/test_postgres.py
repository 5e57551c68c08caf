"""The shared store: several writers at once, a server that goes away, rights, and errors that keep the password."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from tests.support.postgres_server import Servers, TestServer

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.progress import IngestDone
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.postgres import merge as postgres_merge
from bookwheel.engine.stores.postgres.commit import write_changes
from bookwheel.engine.stores.postgres.store import PostgresStore
from bookwheel.engine.stores.store_protocol import (
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    QueryTerm,
    StoredDocument,
    document_ref,
)
from bookwheel.errors import StoreError


def new(name: str, text: str) -> NewDocument:
    path = f"/desk/{name}"
    stored = StoredDocument(ref=document_ref(path), path=path, language="english")
    return NewDocument(stored, Document(text=text, metadata={"file_path": path}), [(0, len(text))])


def put(store: PostgresStore, *documents: NewDocument) -> None:
    with store.writer() as writer:
        for document in documents:
            writer.put(document)


def found(store: PostgresStore, word: str = "wheel") -> list[str]:
    return sorted(node.text for node in store.search(LexicalQuery((QueryTerm("body", word),)), 1_000))


def counted(address: str, table: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute(f"SELECT count(*) FROM bookwheel.{table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


Open: TypeAlias = Callable[[str], PostgresStore]


@pytest.fixture
def at() -> Iterator[Open]:
    """Opens stores, and closes them at the end."""
    with ExitStack() as stores:
        yield lambda address: stores.enter_context(closing(PostgresStore(address, patience_s=20)))


@pytest.fixture
def shared_store(postgres: str, at: Open) -> PostgresStore:
    return at(postgres)


def in_threads(*works: Callable[[], object]) -> None:
    """All at once; what one raises is raised here."""
    with ThreadPoolExecutor(len(works)) as pool:
        for running in [pool.submit(work) for work in works]:
            running.result()


def test_changes_are_seen_by_others_only_after_the_commit(shared_store: PostgresStore, postgres: str, at: Open) -> None:
    reader = at(postgres)
    with shared_store.writer() as writer:
        writer.put(new("a", "first wheel"))
        writer.put(new("b", "second wheel"))
        assert (found(reader), reader.documents()) == ([], [])
        writer.commit()
        assert found(reader) == ["first wheel", "second wheel"]


def test_many_writers_of_the_same_documents_do_not_collide(postgres: str, at: Open) -> None:
    """Each replaces all documents, in a different order: without locks in one order they would deadlock."""
    names = [f"d{number}" for number in range(12)]
    writers = 4

    def write(who: int) -> Callable[[], None]:
        def work() -> None:
            store = at(postgres)
            for round_number in range(5):
                order = names[who:] + names[:who] if who % 2 else names[::-1]
                put(store, *(new(name, f"wheel {name} by {who} in {round_number}") for name in order))

        return work

    in_threads(*map(write, range(writers)))
    store = at(postgres)
    texts = found(store)
    assert [text.split()[1] for text in texts] == sorted(names)
    assert [text.split()[-1] for text in texts] == ["4"] * len(names)
    assert counted(postgres, "passages") == counted(postgres, "texts") == len(names)


def test_writers_that_begin_an_index_together_make_it_once(postgres: str, at: Open) -> None:
    stores = [at(postgres) for _ in range(4)]
    in_threads(*(partial(put, store, new(f"d{number}", "wheel")) for number, store in enumerate(stores)))
    assert len(found(stores[0])) == 4


def test_several_writers_may_set_left_out_files_at_once(postgres: str, at: Open) -> None:
    def work(who: int) -> None:
        store = at(postgres)
        for _ in range(5):
            with store.writer() as writer:
                for root in ("/b", "/a") if who % 2 else ("/a", "/b"):
                    writer.set_left_out(root, [LeftOutRow(f"{root}/x", "hidden"), LeftOutRow(f"{root}/y", "hidden")])

    in_threads(*(partial(work, who) for who in range(4)))
    store = at(postgres)
    assert [row.path for row in store.left_out("/a")] == ["/a/x", "/a/y"]


def test_readers_see_a_document_whole_while_it_is_replaced(postgres: str, at: Open) -> None:
    """Versions differ in length and in number of passages: a mixture of two would show."""
    versions = [("a wheel. " * 3_000)[: 9 * 3_000], "b wheel. " * 10]

    def version(number: int) -> NewDocument:
        text = versions[number % 2]
        stored = StoredDocument(ref="ref", path="/desk/a", language="english")
        return NewDocument(stored, Document(text=text), [(at, at + 9) for at in range(0, len(text), 900)])

    store = at(postgres)
    put(store, version(0))
    is_over = threading.Event()

    def write() -> None:
        try:
            for number in range(20):
                put(store, version(number))
        finally:
            is_over.set()

    def read() -> None:
        reader = at(postgres)
        while not is_over.is_set():
            document = reader.document("ref")
            assert document is not None
            assert document.text in versions
            nodes = reader.search(LexicalQuery((QueryTerm("body", "wheel"),)), 100)
            assert {node.text for node in nodes} in ({"a wheel. "}, {"b wheel. "})
            assert len(nodes) in (1, 30)

    in_threads(write, read, read)


def test_small_batches_are_merged_without_removed_documents(
    shared_store: PostgresStore, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_merge, "MOST_SMALL", 5)
    for number in range(4):
        put(shared_store, new("same", f"wheel version {number}"), new(f"d{number}", f"wheel {number}"))
    before = found(shared_store)
    assert counted(postgres, "batches") == 4
    put(shared_store, new("last", "wheel last"))
    assert counted(postgres, "batches") == 1
    assert found(shared_store) == sorted([*before, "wheel last"])
    with psycopg.connect(postgres) as connection:
        kept = connection.execute("SELECT passages, body FROM bookwheel.batches").fetchone()
        hits = connection.execute("SELECT max(cardinality(hits)), max(passages) FROM bookwheel.postings").fetchone()
    # The lengths shrink in step: 19 terms in 9 passages were 15 in 6, though the three that are gone had 9.
    assert kept == (6, 15)
    assert hits == (6, 6)


def test_scores_are_those_of_the_embedded_store(shared_store: PostgresStore, tmp_path: Path) -> None:
    from bookwheel.engine.stores.embedded.store import EmbeddedStore

    words = "wheel desk book page turn read Ramelli reader the of and gear 3M HTTP/2 foo_bar".split()
    texts = [" ".join(words[(at * step) % len(words)] for at in range(8 + at_most)) for step, at_most in
             zip(range(1, 40), [*range(0, 60, 3)] * 2, strict=False)]  # fmt: skip
    documents = [Document(text=text, metadata={"title": f"Title {at}"}, id_=str(at)) for at, text in enumerate(texts)]
    embedded = EmbeddedStore(tmp_path / "index")
    rankings: list[dict[str, float]] = []
    for store in (embedded, shared_store):
        retriever = DocumentIndex.from_documents(documents, store=store).as_retriever(similarity_top_k=40)
        nodes = retriever.retrieve('Ramelli\'s "book page" of foo_bar by HTTP/2, title 7')
        rankings.append({node.node_id: node.get_score() for node in nodes})
    assert rankings[0].keys() == rankings[1].keys()
    assert len(rankings[0]) > 5
    for name, score in rankings[0].items():
        assert rankings[1][name] == pytest.approx(
            score, rel=0.08, abs=0.05
        )  # tantivy rounds the lengths of fields more
    embedded.close()


def test_a_connection_that_the_server_closed_is_made_anew(shared_store: PostgresStore, postgres: str) -> None:
    put(shared_store, new("a", "first wheel"))
    assert found(shared_store) == ["first wheel"]
    end_connections(postgres)
    assert found(shared_store) == ["first wheel"]
    end_connections(postgres)
    with shared_store.writer() as writer:
        writer.put(new("b", "second wheel"))
        writer.commit()
        writer.put(new("c", "third wheel"))
        end_connections(postgres)
        writer.commit()
    assert found(shared_store) == ["first wheel", "second wheel", "third wheel"]


def test_a_commit_whose_answer_was_lost_is_not_made_twice(shared_store: PostgresStore) -> None:
    """The server died after the commit and before its answer: the same changes are sent again."""
    put(shared_store, new("a", "first wheel"))
    with shared_store.writer() as writer:
        writer.put(new("a", "second wheel"))
        writer.put(new("b", "third wheel"))
        writer.remove("never there")
        changes = writer._changes
        writer.commit()
        shared_store._server.write(lambda connection: write_changes(connection, changes))
    assert found(shared_store) == ["second wheel", "third wheel"]


def end_connections(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'bookwheel'"
            " AND datname = current_database()"
        )


def test_a_writer_waits_for_a_server_that_restarts(postgres_servers: Servers, at: Open) -> None:
    server = postgres_servers.started()
    store = at(server.url())
    put(store, new("a", "first wheel"))
    with store.writer() as writer:
        writer.put(new("b", "second wheel"))
        server.stop()
        restarting = threading.Thread(target=server.start)
        restarting.start()
        writer.commit()
        restarting.join()
    assert found(store) == ["first wheel", "second wheel"]
    server.stop()


def test_a_missing_server_is_an_error_at_once_without_the_password(at: Open) -> None:
    store = at("postgresql://ann:s3cr3t@127.0.0.1:1/papers")
    with pytest.raises(StoreError) as caught:
        store.documents()
    assert "'papers' at 127.0.0.1:1 cannot be reached: Connection refused" in caught.value.message
    assert "s3cr3t" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:s3cr3t@[::1/papers",
        "postgresql://ann:s3cr3t@host/papers?x=1",
        "postgresql://ann:hun/s3cr3t@127.0.0.1/papers",
        "postgresql://ann:1/s3cr3t@127.0.0.1/papers",
        "postgresql://ann:hun@s3cr3t@127.0.0.1/papers",
        "postgresql://ann:hun@127.0.0.1/s3cr3t@127.0.0.1/papers",
        "postgresql://ann:s3cr3t/127.0.0.1",
    ],
)
def test_an_invalid_address_is_refused_without_quoting_it(address: str, at: Open) -> None:
    with pytest.raises(StoreError, match="cannot be understood") as caught:
        at(address)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_that_is_not_there_is_named(postgres_server: TestServer, at: Open) -> None:
    with pytest.raises(StoreError, match=r"There is no database 'nowhere' at 127\.0\.0\.1"):
        at(postgres_server.url("nowhere")).documents()


def test_a_wrong_password_says_where_it_is_kept(postgres_servers: Servers, at: Open) -> None:
    server = protected(postgres_servers)
    for password in (":wrong", ""):
        address = f"postgresql://ann{password}@127.0.0.1:{server.port}/postgres"
        with pytest.raises(StoreError, match="refuses the user 'ann'") as caught:
            at(address).documents()
        assert "~/.pgpass" in caught.value.hint
    server.stop()


async def test_the_worker_process_knows_the_password_from_the_environment(
    postgres_servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await asyncio.to_thread(protected, postgres_servers)
    (tmp_path / "wheel.md").write_text("The wheel turns.")
    monkeypatch.setenv("PGPASSWORD", "right")
    library = Library(f"postgresql://ann@127.0.0.1:{server.port}/postgres")
    updates = [update async for update in library.refresh([tmp_path])]
    assert isinstance(updates[-1], IngestDone)
    assert updates[-1].indexed == 1
    await library.aclose()
    await asyncio.to_thread(server.stop)


def protected(servers: Servers) -> TestServer:
    """A server that wants a password of the user ann."""
    server = servers.new()
    server.make()
    (server.data / "pg_hba.conf").write_text(
        "local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )
    server.start()
    server.execute("CREATE ROLE ann LOGIN PASSWORD 'right'")
    server.execute("GRANT CREATE ON DATABASE postgres TO ann")
    return server


@pytest.fixture
def reader_address(postgres: str, postgres_server: TestServer) -> str:
    """The same database for a user who may not make anything there."""
    database = postgres.rpartition("/")[2]
    postgres_server.execute(
        "DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$", database
    )
    return postgres_server.url(database, "reader")


def test_an_index_that_cannot_be_made_names_the_owners_command(reader_address: str, at: Open) -> None:
    with pytest.raises(
        StoreError, match=r"There is no index in .* yet, and it cannot be made there: permission denied"
    ):
        at(reader_address).documents()


def test_a_user_with_read_rights_can_search(
    shared_store: PostgresStore, reader_address: str, postgres: str, at: Open
) -> None:
    put(shared_store, new("a", "first wheel"))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("GRANT USAGE ON SCHEMA bookwheel TO reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA bookwheel TO reader")
    reader = at(reader_address)
    assert found(reader) == ["first wheel"]
    with pytest.raises(StoreError, match=r"the user 'reader' lacks rights in .*: permission denied") as caught:
        put(reader, new("b", "second wheel"))
    assert "owner" in caught.value.hint


def test_without_pgvector_all_but_vectors_works(
    shared_store: PostgresStore, reader_address: str, postgres: str, at: Open
) -> None:
    """A user who may not make the extension stands for a server that lacks it."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bookwheel AUTHORIZATION reader")
    store = at(reader_address)
    put(store, new("a", "first wheel"))
    [node] = store.unembedded("model", 5)
    with pytest.raises(StoreError, match="cannot store vectors: permission denied") as caught:
        store.put_vectors("model", {node.id_: [1.0, 0.0]})
    assert "CREATE EXTENSION vector" in caught.value.hint
    assert store.nearest("model", [1.0, 0.0], 5) == []
    put(store, new("a", "second wheel"))
    assert found(store) == ["second wheel"]


def test_an_index_of_a_newer_bookwheel_is_left_alone(shared_store: PostgresStore, postgres: str, at: Open) -> None:
    put(shared_store, new("a", "first wheel"))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("UPDATE bookwheel.version SET version = 99")
    with pytest.raises(StoreError, match="newer Bookwheel"):
        at(postgres).documents()


def test_characters_that_postgres_refuses_are_kept(shared_store: PostgresStore) -> None:
    text = "wheel \0 and \udcff and \U0001f3a1"
    document = NewDocument(
        StoredDocument(ref="odd", path="/desk/odd", title="NUL \0 here", reason="\udcfe", language="english"),
        Document(text=text, metadata={"title": "NUL \0 here"}),
        [(0, len(text))],
    )
    put(shared_store, document)
    kept = shared_store.document("odd")
    assert kept is not None
    assert (kept.text, kept.metadata["title"]) == (text, "NUL \0 here")
    assert found(shared_store) == [text]
    stored = shared_store.find("odd")
    assert stored is not None
    assert stored.title == "NUL  here"


def test_a_given_up_turn_is_free_at_once(shared_store: PostgresStore, postgres: str) -> None:
    """A server that only heard that the connection was closed freed the lock some time later."""
    with psycopg.connect(postgres, autocommit=True) as other:
        for _ in range(100):
            turn = shared_store.embedding_turn()
            assert turn.take()
            turn.release()
            held = other.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted").fetchone()
            assert held == (0,)
