"""A connection that waits for its server for a limited time, and that another thread can end."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import capabilities
from psycopg.rows import TupleRow

if TYPE_CHECKING:
    from psycopg.abc import PQGen


_T = TypeVar("_T")
_LOOK_S = 0.1
_CANCEL_S = 1.0


class NoAnswerError(psycopg.OperationalError):
    """The server took the statement and then sent nothing for the whole limit."""


class AbandonedError(psycopg.OperationalError):
    """Another thread ended the connection while it waited."""


class BoundedConnection(psycopg.Connection[TupleRow]):
    """Raises NoAnswerError when the server is silent for `limit_s` seconds: it hangs, or a statement waits for a lock.

    Keepalives see only a machine that is gone; a stopped server process still acknowledges each byte. A limit on the
    server (`statement_timeout`) is not enough: a stopped one does not keep it, and poolers refuse such settings.
    """

    limit_s: float = 30.0
    _is_abandoned = False

    def abandon(self) -> None:
        """Let the thread that waits for an answer raise AbandonedError."""
        self._is_abandoned = True

    def wait(self, gen: PQGen[_T], interval: float = _LOOK_S, timeout: float | None = None) -> _T:
        try:
            return super().wait(self._within_limit(gen), interval, timeout)
        except (NoAnswerError, AbandonedError):
            # Without this a statement that waits for a lock goes on waiting there.
            if capabilities.has_cancel_safe():
                with suppress(psycopg.Error):
                    self.cancel_safe(timeout=_CANCEL_S)
            self.close()
            raise

    def _within_limit(self, gen: PQGen[_T]) -> PQGen[_T]:
        try:
            wanted = next(gen)
            heard = time.monotonic()
            while True:
                ready = yield wanted
                if self._is_abandoned:
                    raise AbandonedError("the program stopped waiting")
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > self.limit_s:
                    raise NoAnswerError(f"no answer for {self.limit_s:.0f} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
        finally:
            gen.close()
