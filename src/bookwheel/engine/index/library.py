"""The user's library: all documents of all desks, in one index on disk.

The modules that read, search and index are imported on first use, after the app's first frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.index.parse_limits import DEFAULT_LIMITS, ParseLimits
from bookwheel.engine.index.progress import FileState, IngestUpdate, LeftOut, SearchedPassage
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.errors import BookwheelError, DocumentError, StoreError

if TYPE_CHECKING:
    from bookwheel.engine.embeddings.embedding_model import EmbeddingSource, ModelOnce
    from bookwheel.engine.index.copying import CopyProgress
    from bookwheel.engine.index.folder_watch import FolderWatch
    from bookwheel.engine.index.refresh import Refresh
    from bookwheel.engine.schema import Document
    from bookwheel.engine.stores.store_protocol import Selection, Store, StoredDocument, VectorCoverage

# How long the vector of a question may take; after that only words are searched.
QUERY_DEADLINE_S = 1.5


class Library:
    """One index for all desks; a desk sees it through its scope, the files and folders ("roots") that it names.

    Opens files on first use. The plain methods block on the disk and may be called from any thread;
    the `a…` twins call them in a thread. `aclose` (or `close`) releases the files.
    """

    def __init__(
        self,
        location: Path | str,
        *,
        limits: ParseLimits = DEFAULT_LIMITS,
        embed_model: EmbeddingSource | None = None,
    ) -> None:
        """`location` is the folder of the index, or the address of a shared one (`postgresql://…`).

        With `embed_model`, called when it is first needed, documents are found by their meaning too, once `embed` has
        made their vectors.
        """
        self.location = str(location.absolute()) if isinstance(location, Path) else location
        self._limits = limits
        self._embed_model: ModelOnce | None = None
        if embed_model is not None:
            from bookwheel.engine.embeddings.embedding_model import ModelOnce

            self._embed_model = ModelOnce(embed_model)
        self._opened: Store | None = None

    def retriever(
        self,
        roots: Sequence[Path],
        *,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        selection: Selection | None = None,
        foreign_top_k: int = 0,
    ) -> BaseRetriever:
        """A retriever over what is indexed below `roots` and selected; it sees later changes by itself.

        With an embedding model it finds up to `foreign_top_k` passages more, in another language than the question.
        """
        from bookwheel.engine.stores.store_protocol import EVERYTHING

        narrowed = (selection or EVERYTHING).within(_absolute(roots))
        if self._embed_model is None:
            from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever

            return LexicalRetriever(self._store, similarity_top_k=similarity_top_k, selection=narrowed)
        from bookwheel.engine.retrieval.hybrid import WordsAndMeaning

        return WordsAndMeaning(
            self._store,
            self._embed_model,
            similarity_top_k=similarity_top_k,
            selection=narrowed,
            deadline_s=QUERY_DEADLINE_S,
            foreign_top_k=foreign_top_k,
        )

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        """The documents below `roots` as the index knows them, sorted by path; none when it must be rebuilt."""
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
        from bookwheel.engine.stores.store_protocol import path_bytes

        scope = _absolute(roots)
        rows = [LeftOut(row.path, root, row.reason) for root in scope for row in self._store.left_out(root)]
        rows += [
            LeftOut(stored.path, root_of(stored.path, scope), stored.reason)
            for stored in self._documents(scope)
            if stored.path is not None and stored.status == "left_out"
        ]
        return sorted(rows, key=lambda row: path_bytes(row.path))

    async def aleft_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        return await asyncio.to_thread(self.left_out, roots)

    def roots(self) -> list[Path]:
        """Every file and folder named on any desk, at any time."""
        return [Path(root) for root in self._store.roots()]

    async def aroots(self) -> list[Path]:
        return await asyncio.to_thread(self.roots)

    def document(self, path: Path) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when the index does not have it."""
        from bookwheel.engine.index.walk import absolute_root
        from bookwheel.engine.stores.store_protocol import document_ref

        name = absolute_root(path)
        document = self._store.document(document_ref(name))
        if document is None:
            raise DocumentError(f"{name} is not in the index.", hint=f"Add it to the desk: bookwheel {name}")
        return document

    def passages(self, path: Path) -> list[SearchedPassage]:
        """The passages of a document, in order; none for one that the index does not have.

        Raises StoreError, and what the source of the embedding model raises.
        """
        from bookwheel.engine.embeddings.embedding_model import name_of
        from bookwheel.engine.index.walk import absolute_root
        from bookwheel.engine.query.tokens import estimated_tokens
        from bookwheel.engine.stores.store_protocol import document_ref, node_id

        ref = document_ref(absolute_root(path))
        whole = self._store.whole(ref)
        if whole is None:
            return []
        model = name_of(self._embed_model()) if self._embed_model is not None else None
        embedded = set(self._store.vectors(ref).get(model, ())) if model is not None else set[str]()
        text = whole.document.text
        return [
            SearchedPassage(
                start,
                end,
                estimated_tokens(text[start:end]),
                None if model is None else node_id(ref, start, end) in embedded,
            )
            for start, end in whole.passages
        ]

    async def adocument(self, path: Path) -> Document:
        return await asyncio.to_thread(self.document, path)

    async def refresh(
        self, roots: Sequence[Path], paths: Collection[str] | None = None, *, is_forced: bool = False
    ) -> AsyncGenerator[IngestUpdate, None]:
        """Bring the index in step with the disk below `roots`.

        With `paths` only these are scanned, where that is enough to find what has changed (see `watch`). With
        `is_forced` all files are read again, also those that did not change.
        Yields a FileState for each file that changes its state, LeftOut, FileRemoved and IngestProgress on the way,
        and IngestDone last. Closing the generator stops the worker process. Raises StoreError when the index cannot
        be written.
        """
        started = time.monotonic()
        for is_last in (False, True):
            known, refresh = await asyncio.to_thread(self._planned, roots, paths, started, is_forced)
            for state in known:
                yield state
            try:
                async with aclosing(refresh.updates()) as updates:
                    async for update in updates:
                        yield update
            except StoreError as error:
                # When the worker finds damage only now, the second plan reads every file again.
                if is_last or not _is_damage(error):
                    raise
            else:
                return

    async def copy_to(self, location: Path | str, roots: Sequence[Path] = ()) -> AsyncGenerator[CopyProgress, None]:
        """Copy what is indexed below `roots` (none: all of it) into the index at `location`, and yield the progress.

        Does not read the documents' files. What was copied before is skipped. Raises StoreError.
        """
        from bookwheel.engine.index.copying import Copy
        from bookwheel.engine.stores.store_registry import store_at

        target = await asyncio.to_thread(store_at, location)
        source = await asyncio.to_thread(lambda: self._store)
        copy = Copy(source, target, _absolute(roots) or None)
        try:
            while (progress := await asyncio.to_thread(copy.step)) is not None:
                yield progress
        finally:
            await asyncio.to_thread(copy.close)
            await asyncio.to_thread(target.close)

    def watch(self, roots: Sequence[Path]) -> FolderWatch:
        """A watch whose `changes` yields what changes below `roots`."""
        from bookwheel.engine.index.folder_watch import FolderWatch

        return FolderWatch(_absolute(roots), self._limits)

    @property
    def embed_model(self) -> EmbeddingSource | None:
        """Returns the embedding model, always the same object; None without one."""
        return self._embed_model

    @property
    def has_embed_model(self) -> bool:
        """Whether documents are searched by meaning too."""
        return self._embed_model is not None

    async def embed(self, *, threads: int | None = None) -> AsyncGenerator[VectorCoverage, None]:
        """Embed all passages without a vector, the newest first, and yield the progress.

        The local model runs in a separate process at low priority, on `threads` processors. Closing the
        generator stops it; the next goes on from there. Raises ModelError, StoreError, and what the source of the
        model raises.
        """
        from bookwheel.engine.index.passage_embedder import embed_index

        if self._embed_model is None:
            return
        model = await asyncio.to_thread(self._embed_model)
        async with aclosing(embed_index(self._store, self.location, model, threads=threads)) as steps:
            async for coverage in steps:
                yield coverage

    def damage(self) -> str:
        """The first problem that a check of the whole index finds, or ""; the next refresh rebuilds a damaged one.

        Reads the whole file of the index on this machine, about 1 s for 500 MB; a shared index is not checked.
        """
        from bookwheel.engine.stores.embedded.store import EmbeddedStore

        return self._store.damage() if isinstance(self._store, EmbeddedStore) else ""

    def embedding(self) -> tuple[str, VectorCoverage] | None:
        """The embedding model's name and how many passages have a vector of it; None without a model.

        Raises StoreError, and what the source of the model raises.
        """
        from bookwheel.engine.embeddings.embedding_model import name_of

        if self._embed_model is None:
            return None
        name = name_of(self._embed_model())
        return name, self._store.vector_coverage(name)

    async def embed_text(self, text: str) -> list[float]:
        """The vector of a question, as the embedding model gives it. Raises as `embed`."""
        from bookwheel.engine.embeddings.embedding_model import query_embedding

        if self._embed_model is None:
            return []
        return await query_embedding(await asyncio.to_thread(self._embed_model), text)

    async def warm_up(self) -> None:
        """Load what the first question needs of the embedding model; a failure is raised by that question."""
        if self._embed_model is None:
            return
        from bookwheel.engine.blocking import run_blocking
        from bookwheel.engine.embeddings.embedding_model import BaseEmbedding

        with contextlib.suppress(BookwheelError):
            model = await asyncio.to_thread(self._embed_model)
            if isinstance(model, BaseEmbedding):
                await asyncio.to_thread(run_blocking, model.warm_up())

    def close(self) -> None:
        """Release the files of the index; the library opens them again when used."""
        if self._opened is not None:
            self._opened.close()

    async def aclose(self) -> None:
        if self._embed_model is not None:
            await self._embed_model.aclose()
        await asyncio.to_thread(self.close)

    @property
    def _store(self) -> Store:
        if self._opened is None:
            from bookwheel.engine.stores.store_registry import store_at

            self._opened = store_at(self.location)
        return self._opened

    def _planned(
        self, roots: Sequence[Path], paths: Collection[str] | None, started: float, is_forced: bool
    ) -> tuple[list[FileState], Refresh]:
        from bookwheel.engine.index.plan import make_plan, make_plan_for
        from bookwheel.engine.index.refresh import Refresh

        scope, known = _absolute(roots), list[FileState]()
        if paths is None:
            plan = make_plan(self._store, scope, limits=self._limits, is_forced=is_forced)
        else:
            plan = make_plan_for(self._store, scope, paths, limits=self._limits)
        if plan.is_partial:
            # Another process may have indexed them meanwhile.
            stored = [stored for stored in plan.unchanged if stored.status != "left_out"]
            known = [file_state(one, root_of(one.path or "", scope)) for one in stored]
        return known, Refresh(plan, self.location, self._limits, started)

    def _documents(self, scope: tuple[str, ...]) -> list[StoredDocument]:
        from bookwheel.engine.stores.store_protocol import DamagedStoreError

        try:
            return self._store.documents(scope)
        except DamagedStoreError:
            return []  # of another version, or broken: the next refresh rebuilds it


def file_state(stored: StoredDocument, root: str) -> FileState:
    """What a desk shows of a document that the index has."""
    from bookwheel.engine.stores.store_protocol import file_day

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
        remarks=stored.remarks,
        tags=stored.tags,
    )


def _is_damage(error: StoreError) -> bool:
    # Late: importing it on the event loop would block; here the plan has loaded it in a thread.
    from bookwheel.engine.stores.store_protocol import DamagedStoreError

    return isinstance(error, DamagedStoreError)


def root_of(path: str, scope: Sequence[str]) -> str:
    """The root of a path: the longest that contains it."""
    holding = [root for root in scope if path == root or path.startswith(root.rstrip("/") + "/")]
    return max(holding, key=len, default=os.path.dirname(path))


def _absolute(roots: Sequence[Path]) -> tuple[str, ...]:
    from bookwheel.engine.index.walk import absolute_root

    return tuple(dict.fromkeys(absolute_root(root) for root in roots))
