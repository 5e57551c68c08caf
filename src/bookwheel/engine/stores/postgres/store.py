"""The shared store: one index on PostgreSQL read and written by several people and machines at once.

Ranking is BM25 over our own terms, as in the embedded store; vectors need the extension pgvector. Paths are stored as
given: all who share an index should have the same files under the same paths.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bookwheel.engine.stores.embedding_turn import EmbeddingTurn
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    DamagedStoreError,
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    OnWait,
    Selection,
    StoredDocument,
    VectorCoverage,
)
from bookwheel.errors import MissingExtraError

try:
    from bookwheel.engine.stores.postgres import documents as postgres_documents
    from bookwheel.engine.stores.postgres import lexical_search as postgres_search
    from bookwheel.engine.stores.postgres import vectors as postgres_vectors
    from bookwheel.engine.stores.postgres.server import ANSWER_S, PATIENCE_S, Connection, PostgresServer
    from bookwheel.engine.stores.postgres.tables import about, ensure_schema
    from bookwheel.engine.stores.postgres.writer import PostgresWriter
except ImportError as error:
    # Without a name: psycopg is installed, but not the library of PostgreSQL that it needs.
    if not (error.name or "psycopg").startswith("psycopg"):
        raise
    raise MissingExtraError("postgres", "The shared index (PostgreSQL)") from error

if TYPE_CHECKING:
    from bookwheel.engine.schema import Document, NodeWithScore, TextNode

_T = TypeVar("_T")
_EMBEDDING_LOCK = 0x656D6264  # any number that no other program locks


class PostgresStore:
    """Implements `Store`. Connects on first use.

    `address` is `postgresql://USER@HOST:PORT/DATABASE`, with several hosts for replicas. A lost server is
    waited for `patience_s` seconds during a write, the answer to a question for `answer_s` seconds.
    """

    def __init__(self, address: str | Path, *, patience_s: float = PATIENCE_S, answer_s: float = ANSWER_S) -> None:
        self._server = PostgresServer(str(address), patience_s=patience_s, answer_s=answer_s)
        self._has_schema = False
        self._counted: tuple[tuple[int, int], Mapping[str, int]] | None = None

    def documents(self, scope: Sequence[str] | None = None) -> list[StoredDocument]:
        return self._read(lambda connection: postgres_documents.documents(connection, scope))

    def find(self, ref: str) -> StoredDocument | None:
        return self._read(lambda connection: postgres_documents.find(connection, ref))

    def document(self, ref: str) -> Document | None:
        return self._read(lambda connection: postgres_documents.document(connection, ref))

    def left_out(self, root: str) -> list[LeftOutRow]:
        return self._read(lambda connection: postgres_documents.left_out(connection, root))

    def roots(self) -> list[str]:
        return self._read(postgres_documents.roots)

    def languages(self) -> Mapping[str, int]:
        return self._read(self._languages)

    def search(self, query: LexicalQuery, limit: int) -> list[NodeWithScore]:
        return self._read(lambda connection: postgres_search.search(connection, query, limit))

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        return self._read(lambda connection: postgres_vectors.unembedded(connection, model, limit))

    def vector_coverage(self, model: str) -> VectorCoverage:
        return self._read(lambda connection: postgres_vectors.coverage(connection, model))

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        if vectors:
            self._prepare()
            self._server.write(lambda connection: postgres_vectors.put(connection, model, vectors))

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, selection: Selection = EVERYTHING
    ) -> list[NodeWithScore]:
        return self._read(lambda connection: postgres_vectors.nearest(connection, model, vector, limit, selection))

    def whole(self, ref: str) -> NewDocument | None:
        return self._read(lambda connection: postgres_documents.whole(connection, ref))

    def vectors(self, ref: str) -> Mapping[str, Mapping[str, Sequence[float]]]:
        return self._read(lambda connection: postgres_vectors.of_document(connection, ref))

    def embedding_turn(self) -> EmbeddingTurn:
        return EmbeddingTurn(lambda: self._server.try_lock(_EMBEDDING_LOCK))

    def needs_repair(self) -> bool:
        return False

    @contextmanager
    def writer(self, on_wait: OnWait | None = None) -> Generator[PostgresWriter]:
        """One of any number of writers: they do not wait for each other, and `on_wait` is never called."""
        self._prepare()
        writer = PostgresWriter(self._server)
        try:
            yield writer
            writer.commit()
            writer.tidy()
        except DamagedStoreError:
            self._has_schema = False  # it was dropped: the next writer makes it again
            raise

    def about(self) -> str:
        """The server's version, whether it is a standby that answers, and the version of pgvector there."""
        return self._read(about)

    def close(self) -> None:
        self._server.close()

    def _languages(self, connection: Connection) -> Mapping[str, int]:
        # Checked with each question. Removing documents changes neither batches nor answers.
        state = postgres_documents.newest_batches(connection)
        if self._counted is None or self._counted[0] != state:
            self._counted = state, postgres_documents.languages(connection)
        return self._counted[1]

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        self._prepare()
        return self._server.read(work)

    def _prepare(self) -> None:
        if not self._has_schema:
            ensure_schema(self._server)
            self._has_schema = True
