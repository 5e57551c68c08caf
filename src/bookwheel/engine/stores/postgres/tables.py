"""The tables of a shared index, in their own schema, and their migrations.

A document's id is never used twice; its passages have ids from `id << 20` on. The postings of a batch (the passages of
one commit) are rows of a term with a packed number for each passage that has it (see `postings`). Postings of
removed documents stay until their batch is merged; hits in them are skipped.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import errors

from bookwheel.engine.stores.postgres import known_words
from bookwheel.engine.stores.postgres.server import Connection, PostgresServer
from bookwheel.errors import StoreError

# Each migrates a database to the next version: the first makes version 1.
_MIGRATIONS: tuple[LiteralString, ...] = (
    """
    CREATE TABLE bookwheel.version (version int4 NOT NULL);
    INSERT INTO bookwheel.version VALUES (0);
    CREATE SEQUENCE bookwheel.document_ids MAXVALUE 536870911;
    CREATE SEQUENCE bookwheel.batch_ids;
    CREATE TABLE bookwheel.documents (
        id int8 PRIMARY KEY,
        ref text COLLATE "C" NOT NULL UNIQUE,
        path bytea,
        size int8 NOT NULL,
        mtime_ns int8 NOT NULL,
        sha256 text NOT NULL,
        status text NOT NULL,
        reason text NOT NULL,
        title text,
        pages int4,
        passages int4 NOT NULL,
        language text NOT NULL,
        format text NOT NULL,
        author text,
        date date,
        day date,
        shared text NOT NULL,
        metadata text NOT NULL
    );
    CREATE TABLE bookwheel.former_refs (ref text COLLATE "C" PRIMARY KEY, document int8 NOT NULL);
    CREATE INDEX former_refs_by_document ON bookwheel.former_refs (document);
    CREATE TABLE bookwheel.texts (
        document int8 NOT NULL,
        block int4 NOT NULL,
        text bytea NOT NULL,
        PRIMARY KEY (document, block)
    );
    CREATE TABLE bookwheel.passages (
        id int8 PRIMARY KEY,
        first int4 NOT NULL,
        after int4 NOT NULL,
        digest int8 NOT NULL,
        place text
    );
    CREATE TABLE bookwheel.batches (
        id int8 PRIMARY KEY,
        passages int8 NOT NULL,
        body int8 NOT NULL,
        name int8 NOT NULL,
        gram int8 NOT NULL
    );
    CREATE TABLE bookwheel.postings (
        term int8 NOT NULL,
        batch int8 NOT NULL,
        passages int4 NOT NULL,
        hits int8[] NOT NULL,
        PRIMARY KEY (term, batch)
    );
    CREATE TABLE bookwheel.embedding_models (
        id int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, dimensions int4 NOT NULL
    );
    CREATE TABLE bookwheel.roots (path bytea PRIMARY KEY);
    CREATE TABLE bookwheel.left_out (root bytea NOT NULL, path bytea NOT NULL, reason text NOT NULL);
    CREATE INDEX left_out_by_root ON bookwheel.left_out (root);
    """
    + known_words.TABLE,
)
SCHEMA_VERSION = len(_MIGRATIONS)
_MIGRATION_LOCK = 0x626F6F6B  # any number that no other program locks


def ensure_schema(server: PostgresServer) -> None:
    """Make the tables when they are missing, or migrate them to this version. Raises StoreError when that fails."""
    version = server.read(_version)
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"The shared index {server.name} was made by a newer Bookwheel.", hint="Update Bookwheel to use it."
        )
    try:
        server.write(_migrate)
    except StoreError as error:
        if isinstance(error.__cause__, (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
            raise StoreError(
                f"There is no index in {server.name} yet, and it cannot be made there: {_first_line(error.__cause__)}.",
                hint="Its owner makes it with: bookwheel index --to URL. Or grant: CREATE ON DATABASE.",
            ) from error
        raise


def about(connection: Connection) -> str:
    """What answers there."""
    row = connection.execute(
        """
        SELECT split_part(current_setting('server_version'), ' ', 1), pg_is_in_recovery(),
            (SELECT extversion FROM pg_extension WHERE extname = 'vector')
        """
    ).fetchone()
    version, is_standby, vector = row if row is not None else ("", False, None)
    standby = ", read from a standby" if is_standby else ""
    extension = f"pgvector {vector}" if vector else "no pgvector yet"
    return f"PostgreSQL {version}{standby}, {extension}"


def _version(connection: Connection) -> int:
    try:
        row = connection.execute("SELECT version FROM bookwheel.version").fetchone()
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        return 0
    return int(row[0]) if row is not None else 0


def _migrate(connection: Connection) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
    # An existing schema can be used without the right to make one.
    if connection.execute("SELECT to_regnamespace('bookwheel')").fetchone() == (None,):
        connection.execute("CREATE SCHEMA bookwheel")
    for script in _MIGRATIONS[_version_in(connection) :]:
        connection.execute(script)
    connection.execute("UPDATE bookwheel.version SET version = %s", (SCHEMA_VERSION,))


def _version_in(connection: Connection) -> int:
    if connection.execute("SELECT to_regclass('bookwheel.version')").fetchone() == (None,):
        return 0
    return _version(connection)


def _first_line(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error)).partition("\n")[0]
