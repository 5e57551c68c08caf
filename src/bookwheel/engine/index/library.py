"""The user's library: every document that was ever put on a desk, in one index on disk.

What reads, searches and indexes is imported when it is first used: the app draws its first frame before.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.index.limits import DEFAULT_LIMITS, Limits
from bookwheel.engine.index.progress import FileState, IngestUpdate, LeftOut
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.errors import DocumentError

if TYPE_CHECKING:
    from bookwheel.engine.index.refresh import Refresh
    from bookwheel.engine.index.watching import FolderWatch
    from bookwheel.engine.schema import Document
    from bookwheel.engine.stores.base import Selection, Store, StoredDocument


class Library:
    """One index for all desks; a desk sees it through its scope, the files and folders ("roots") that it names.

    Nothing is opened before the first use. The plain methods block on the disk and may be called from any thread;
    the `a…` twins call them in a thread. `aclose` (or `close`) releases the files.
    """

    def __init__(self, location: Path | str, *, limits: Limits = DEFAULT_LIMITS) -> None:
        """`location` is the folder of the index, or the address of a shared one (`postgresql://…`)."""
        self.location = str(location.absolute()) if isinstance(location, Path) else location
        self._limits = limits
        self._opened: Store | None = None

    def retriever(
        self,
        roots: Sequence[Path],
        *,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        selection: Selection | None = None,
    ) -> BaseRetriever:
        """A retriever over what is indexed below `roots` and selected; it sees later changes by itself."""
        from bookwheel.engine.retrieval.lexical import LexicalRetriever
        from bookwheel.engine.stores.base import EVERYTHING

        narrowed = (selection or EVERYTHING).within(_absolute(roots))
        return LexicalRetriever(self._store, similarity_top_k=similarity_top_k, selection=narrowed)

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        """The documents below `roots` as the index knows them, sorted by path."""
        scope = _absolute(roots)
        return [
            file_state(stored, root_of(stored.path, scope))
            for stored in self._documents(scope)
            if stored.path is not None and stored.status != "left_out"
        ]

    async def afiles(self, roots: Sequence[Path]) -> list[FileState]:
        return await asyncio.to_thread(self.files, roots)

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        """What the last refresh of `roots` left out on purpose, with the reasons, sorted by path."""
        scope = _absolute(roots)
        rows = [LeftOut(row.path, root, row.reason) for root in scope for row in self._store.left_out(root)]
        rows += [
            LeftOut(stored.path, root_of(stored.path, scope), stored.reason)
            for stored in self._documents(scope)
            if stored.path is not None and stored.status == "left_out"
        ]
        return sorted(rows, key=lambda row: os.fsencode(row.path))

    async def aleft_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        return await asyncio.to_thread(self.left_out, roots)

    def document(self, path: Path) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when the index does not have it."""
        from bookwheel.engine.index.walk import absolute_root
        from bookwheel.engine.stores.base import document_ref

        name = absolute_root(path)
        document = self._store.document(document_ref(name))
        if document is None:
            raise DocumentError(f"{name} is not in the index.", hint=f"Add it to the desk: bookwheel {name}")
        return document

    async def adocument(self, path: Path) -> Document:
        return await asyncio.to_thread(self.document, path)

    async def refresh(
        self, roots: Sequence[Path], paths: Collection[str] | None = None
    ) -> AsyncGenerator[IngestUpdate, None]:
        """Bring the index in step with the disk below `roots`.

        With `paths` only these are looked at, where that is enough to tell what has changed (see `watch`).
        Yields a FileState for each file that changes its state, LeftOut, FileRemoved and IngestProgress on the way,
        and IngestDone last. Closing the generator stops the worker process. Raises StoreError when the index cannot
        be written.
        """
        started = time.monotonic()
        known, refresh = await asyncio.to_thread(self._planned, roots, paths, started)
        for state in known:
            yield state
        async with aclosing(refresh.updates()) as updates:
            async for update in updates:
                yield update

    def watch(self, roots: Sequence[Path]) -> FolderWatch:
        """Whoever reads its `changes` is told what changes below `roots`."""
        from bookwheel.engine.index.watching import FolderWatch

        return FolderWatch(roots, self._limits)

    def close(self) -> None:
        """Release the files of the index; the library opens them again when used."""
        if self._opened is not None:
            self._opened.close()

    async def aclose(self) -> None:
        await asyncio.to_thread(self.close)

    @property
    def _store(self) -> Store:
        if self._opened is None:
            from bookwheel.engine.stores.registry import store_at

            self._opened = store_at(self.location)
        return self._opened

    def _planned(
        self, roots: Sequence[Path], paths: Collection[str] | None, started: float
    ) -> tuple[list[FileState], Refresh]:
        from bookwheel.engine.index.plan import make_plan, make_plan_for
        from bookwheel.engine.index.refresh import Refresh

        scope, known = _absolute(roots), list[FileState]()
        if paths is None:
            plan = make_plan(self._store, scope, limits=self._limits)
        else:
            plan = make_plan_for(self._store, scope, paths, limits=self._limits)
        if plan.is_partial:
            # Another process may have indexed them first.
            stored = [stored for stored in plan.unchanged if stored.status != "left_out"]
            known = [file_state(one, root_of(one.path or "", scope)) for one in stored]
        return known, Refresh(plan, self.location, self._limits, started)

    def _documents(self, scope: tuple[str, ...]) -> list[StoredDocument]:
        return self._store.documents(scope)


def file_state(stored: StoredDocument, root: str) -> FileState:
    """What a desk shows of a document that the index has."""
    from bookwheel.engine.stores.base import file_day

    return FileState(
        path=stored.path or "",
        root=root,
        status="indexed" if stored.status == "indexed" else "failed",
        size=stored.size,
        passages=stored.passages,
        pages=stored.pages,
        title=stored.title,
        reason=stored.reason,
        format=stored.format,
        author=stored.author,
        date=stored.date,
        changed=file_day(stored.mtime_ns),
    )


def root_of(path: str, scope: Sequence[str]) -> str:
    """The root that a path was named by: the longest that holds it."""
    holding = [root for root in scope if path == root or path.startswith(root.rstrip("/") + "/")]
    return max(holding, key=len, default=os.path.dirname(path))


def _absolute(roots: Sequence[Path]) -> tuple[str, ...]:
    from bookwheel.engine.index.walk import absolute_root

    return tuple(dict.fromkeys(absolute_root(root) for root in roots))
