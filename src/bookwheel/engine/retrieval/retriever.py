"""What every retriever is: a question in, the best passages out."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from bookwheel.engine.schema import NodeWithScore, QueryBundle

DEFAULT_SIMILARITY_TOP_K = 8
# The words of a question match many passages of its own language a little; the one German contract of a folder, which
# answers it, comes after them. Of 121 such questions 91 have the passage among the first eight, and 114 with these.
FOREIGN_TOP_K = 4


_notices: ContextVar[list[str] | None] = ContextVar("notices", default=None)


class BaseRetriever(ABC):
    """Finds the passages that fit a question, best first.

    A retriever may be used from several threads at once.
    """

    def retrieve(self, str_or_query_bundle: str | QueryBundle) -> list[NodeWithScore]:
        """The best passages for a question, best first; empty when nothing fits.

        Blocks on the disk; raises StoreError when the index cannot be read.
        """
        return self._retrieve(_bundle(str_or_query_bundle))

    async def aretrieve(self, str_or_query_bundle: str | QueryBundle) -> list[NodeWithScore]:
        """As `retrieve`, without blocking the event loop."""
        return await self._aretrieve(query_bundle=_bundle(str_or_query_bundle))

    def why_stale(self, node_id: str, quote: str) -> str:
        """Why a quotation from a passage no longer stands in its document; "" when it does, or when it is not known.

        Blocks on the disk.
        """
        return ""

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        """The passages found with the rest of their tables, where the retriever knows it and it is not too long.

        Blocks on the disk; raises StoreError when the index cannot be read.
        """
        return found

    @abstractmethod
    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The search itself."""

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The search for `aretrieve`; `_retrieve` in a thread, unless a retriever of the user's own overrides it."""
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _bundle(query: str | QueryBundle) -> QueryBundle:
    return query if isinstance(query, QueryBundle) else QueryBundle(query)


@contextmanager
def collected_notices() -> Generator[list[str]]:
    """Notices of the retrievers called inside, for the user: which part of them could not be used, and why."""
    notices: list[str] = []
    before = _notices.set(notices)
    try:
        yield notices
    finally:
        _notices.reset(before)


def add_notice(notice: str) -> None:
    """Add a notice to the surrounding `collected_notices`; from any thread that `aretrieve` runs in."""
    if (notices := _notices.get()) is not None:
        notices.append(notice)
