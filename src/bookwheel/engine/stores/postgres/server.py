"""Connections to the server of a shared index: kept for reuse, opened again when the server was lost.

An address may name several hosts: reading then prefers a standby, writing finds the primary, also after a failover.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo

from bookwheel.engine.stores.postgres.bounded_connection import AbandonedError, BoundedConnection, NoAnswerError
from bookwheel.engine.stores.postgres.error_mapping import described, explained, is_collision, is_lost, parsed
from bookwheel.engine.stores.store_protocol import unstorable

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

    from bookwheel.engine.stores.embedding_turn import Unlock

Connection: TypeAlias = "psycopg.Connection[TupleRow]"
_Purpose = Literal["read", "write"]
_T = TypeVar("_T")

# Defaults of an address: a server whose machine is down is noticed within half a minute, not after hours.
_DEFAULTS = {
    "application_name": "bookwheel",
    "connect_timeout": "5",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_MOST_IDLE = 4
# A standby needs some seconds to take over. After this time the user gets a message.
PATIENCE_S = 30.0
# A question gets a message after this time without an answer. Writing may merge large batches before it answers.
ANSWER_S = 30.0
_WRITTEN_S = 300.0
_LOCK_S = 30
_UNLOCKED_S = 2.0
# After writing, read from the primary for this long: a standby may lag behind.
_OWN_WRITES_S = 5.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0
_MOST_COLLISIONS = 20


class PostgresServer:
    """Hands a connection to one thread at a time. Raises StoreError for any failure."""

    def __init__(self, address: str, *, patience_s: float = PATIENCE_S, answer_s: float = ANSWER_S) -> None:
        self._parameters = parsed(address)
        self._patience_s = patience_s
        self._answer_s = answer_s
        self._idle: dict[_Purpose, list[BoundedConnection]] = {"read": [], "write": []}
        self._in_use: set[BoundedConnection] = set()
        self._closings = 0
        self._guard = threading.Lock()
        self._written_at: float | None = None

    @property
    def name(self) -> str:
        """The database and its host, for messages."""
        return described(self._parameters)

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """Do `work`, again when the connection was lost. Each statement sees one state."""
        written, closings = self._written_at, self._closings
        is_fresh = written is not None and time.monotonic() - written < _OWN_WRITES_S
        try:
            return self._once("write" if is_fresh else "read", work, self._answer_s)
        except psycopg.Error as error:
            if self._is_final(error) or self._closings != closings:
                raise self._explained(error) from error
            if is_lost(error):
                self._drop_idle()
            elif not is_collision(error):  # a standby cancels queries that block the changes it must apply
                raise self._explained(error) from error
        try:
            return self._once("read", work, self._answer_s)
        except psycopg.Error as error:
            raise self._explained(error) from error

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Do `work` in one transaction; all of it again when two writers collided or the server was lost.

        So `work` must be safe to repeat: the first may have been committed although the answer was lost.
        """
        give_up_at = time.monotonic() + self._patience_s
        pause, collisions, closings = _FIRST_PAUSE_S, 0, self._closings
        while True:
            try:
                done = self._once("write", lambda connection: _in_transaction(connection, work), _WRITTEN_S)
            except psycopg.Error as error:
                collisions += is_collision(error)
                is_worth_it = collisions <= _MOST_COLLISIONS if is_collision(error) else self._may_come_back(error)
                if not is_worth_it or self._closings != closings or time.monotonic() + pause > give_up_at:
                    raise self._explained(error) from error
                if is_lost(error):
                    self._drop_idle()
            else:
                self._written_at = time.monotonic()
                return done
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def try_lock(self, number: int) -> Unlock | None:
        """Lock `number` among all users of the database; None when another process has it.

        The lock is that of an open transaction, which poolers between here and the server keep on one connection. When
        the server is lost the lock is too: what it guards must be safe to repeat.
        """
        try:
            closings = self._closings
            connection = self._connect("write")
            try:
                with self._used(connection, closings):
                    connection.execute("BEGIN")
                    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (number,)).fetchone()
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise self._explained(error) from error
        if row is not None and row[0]:
            return lambda: _unlock(connection)
        connection.close()
        return None

    def close(self) -> None:
        """Close the connections. Threads that wait for an answer of the server stop waiting."""
        with self._guard:
            self._closings += 1
            in_use = list(self._in_use)
        for connection in in_use:
            connection.abandon()
        self._drop_idle()

    def _may_come_back(self, error: psycopg.Error) -> bool:
        # A server that was never reached is an error at once: the address may be wrong.
        return self._written_at is not None and is_lost(error) and not self._is_final(error)

    def _is_final(self, error: psycopg.Error) -> bool:
        # Another host may answer where this one hangs.
        hangs = isinstance(error, NoAnswerError) and "," not in self._parameters.get("host", "")
        return hangs or isinstance(error, AbandonedError)

    def _once(self, purpose: _Purpose, work: Callable[[Connection], _T], limit_s: float) -> _T:
        closings = self._closings
        connection = self._take(purpose)
        connection.limit_s = limit_s
        try:
            with self._used(connection, closings):
                found = work(connection)
        except UnicodeEncodeError as error:
            connection.close()
            raise unstorable(error) from error
        except BaseException:
            connection.close()
            raise
        with self._guard:
            is_kept = len(self._idle[purpose]) < _MOST_IDLE
            if is_kept:
                self._idle[purpose].append(connection)
        if not is_kept:
            connection.close()
        return found

    @contextmanager
    def _used(self, connection: BoundedConnection, closings: int) -> Generator[None]:
        """Within it `close` can end the connection; it has, when there were more than `closings` meanwhile."""
        with self._guard:
            if self._closings != closings:
                raise AbandonedError("the program stopped waiting")
            self._in_use.add(connection)
        try:
            yield
        finally:
            with self._guard:
                self._in_use.discard(connection)

    def _take(self, purpose: _Purpose) -> BoundedConnection:
        with self._guard:
            if self._idle[purpose]:
                return self._idle[purpose].pop()
        return self._connect(purpose)

    def _connect(self, purpose: _Purpose) -> BoundedConnection:
        parameters = {**_DEFAULTS, **self._parameters}
        if "," in parameters.get("host", "") and "PGTARGETSESSIONATTRS" not in os.environ:
            wanted = "read-write" if purpose == "write" else "prefer-standby"
            parameters.setdefault("target_session_attrs", wanted)
        # No prepared statements: connection poolers lose them.
        conninfo = make_conninfo(**{**parameters, "client_encoding": "utf8"})
        return BoundedConnection.connect(conninfo, autocommit=True, prepare_threshold=None)

    def _drop_idle(self) -> None:
        with self._guard:
            idle = [connection for some in self._idle.values() for connection in some]
            self._idle = {"read": [], "write": []}
        for connection in idle:
            connection.close()

    def _explained(self, error: psycopg.Error) -> Exception:
        return explained(error, self.name, self._parameters.get("user", ""))


def _unlock(connection: BoundedConnection) -> None:
    # A server that hears only that a connection was closed frees its lock some time after that: the next process that
    # asks would be told that the lock is taken.
    connection.limit_s = _UNLOCKED_S
    try:
        with suppress(psycopg.Error):  # a lost connection has lost its lock
            connection.execute("ROLLBACK")
    finally:
        connection.close()


def _in_transaction(connection: Connection, work: Callable[[Connection], _T]) -> _T:
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{_LOCK_S}s",))
        return work(connection)
