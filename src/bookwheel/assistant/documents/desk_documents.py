"""The documents of a desk: which they are, their index, and which of them are searched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.assistant.documents.document_filter import NO_FILTER, DeskFilter, desk_filter
from bookwheel.assistant.documents.indexer import Indexer, absolute_paths, existing_paths
from bookwheel.assistant.subscription import Hub
from bookwheel.assistant.updates import EmbeddingState, LibraryChanged
from bookwheel.engine.events.run_events import Coverage
from bookwheel.engine.schema import Document
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import BookwheelError, DocumentError, UsageError
from bookwheel.paths import last_path

if TYPE_CHECKING:
    from bookwheel.assistant.documents.embedder import Embedder
    from bookwheel.assistant.protocols import LibraryPort
    from bookwheel.engine.index.progress import SearchedPassage
    from bookwheel.engine.index.source_facts import SourceFacts


class DeskDocuments:
    """Owns the indexing and the embedding of the desk; `status_changed` is called when the status line must be updated.

    `takes_filter` is False where the workflow searches its documents itself.
    """

    def __init__(
        self,
        library: LibraryPort,
        hub: Hub,
        *,
        status_changed: Callable[[], None],
        follows_disk: bool = False,
        embeds: bool = False,
        takes_filter: bool = True,
    ) -> None:
        self._library = library
        self._hub = hub
        self._status_changed = status_changed
        self._takes_filter = takes_filter
        self._indexer = Indexer(
            library, self._library_changed, follows_disk=follows_disk, settled=self._embed_when_settled
        )
        self._embedder: Embedder | None = None
        if embeds:
            from bookwheel.assistant.documents.embedder import Embedder

            self._embedder = Embedder(library, self._embedding_changed)
        self._may_lack_vectors = True
        self.filter: DeskFilter = NO_FILTER
        self.embedding = EmbeddingState()

    @property
    def roots(self) -> tuple[Path, ...]:
        """The files and folders of the library."""
        return self._indexer.roots

    @property
    def state(self) -> LibraryChanged:
        """The documents as they are now."""
        return self._indexer.state

    @property
    def is_indexing(self) -> bool:
        return self._indexer.is_indexing

    async def set_roots(self, roots: Sequence[Path]) -> None:
        """Replace the files and folders of the library; index them in the background."""
        await self._indexer.set_roots(await asyncio.to_thread(absolute_paths, roots))
        self.filter = await self._desk_filter(self.filter.selection)
        self._status_changed()

    async def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders to the library and index them. Raises UsageError for a path that does not exist."""
        absolute = await asyncio.to_thread(existing_paths, paths)
        new = [path for path in absolute if path not in self.roots]
        if new:
            await self.set_roots([*self.roots, *new])

    async def add_typed(self, text: str) -> None:
        """Add the file or folder that was typed or pasted. Raises UsageError for one that does not exist."""
        path = last_path(text)
        if path.lower().startswith(("http://", "https://")):
            raise UsageError("A web page is fetched before it can be added.", hint=f"To allow that: /fetch {path}")
        await self.add([Path(path)])

    async def add_page(self, address: str) -> Path:
        """Fetch a web page and add it; returns the file that it is saved in. Raises WebPageError."""
        from bookwheel.engine.index.sources.web_pages import pages_dir
        from bookwheel.engine.tools.page_address import checked_url
        from bookwheel.engine.tools.page_document import page_as_document

        file = await page_as_document(checked_url(address).geturl(), pages_dir())
        await self.add([file])
        return file

    async def remove(self, path: Path) -> None:
        """Remove one of `roots` from the library; the file or folder itself stays untouched."""
        await self.set_roots([root for root in self.roots if root != path])

    async def refresh(self) -> None:
        """Look again for new, changed and deleted files, in the background."""
        await self._indexer.refresh()

    async def wait_indexed(self) -> None:
        """Wait until no document is being indexed."""
        await self._indexer.wait_done()

    async def wait_searchable(self) -> None:
        """Wait until a question can be answered from the documents, as `Indexer.wait_searchable` does."""
        await self._indexer.wait_searchable()

    def coverage(self) -> Coverage | None:
        """How many of the documents are indexed, while not all of them are; None when all are."""
        return self._indexer.coverage()

    async def set_filter(self, selection: Selection) -> None:
        """Search only these documents, from the next question on; `EVERYTHING` searches all again.

        Raises UsageError for paths that are not in the library, and where no filter applies.
        """
        if not self._takes_filter and selection != EVERYTHING:
            raise UsageError(
                "A filter has no effect here: this workflow searches its documents itself.",
                hint="Choose the documents in its code.",
            )
        made = await self._desk_filter(selection)
        if selection.scope and not made.selection.scope:
            raise UsageError(f"Not in the library: {', '.join(selection.scope)}.", hint="Add it first: /add PATH")
        self.filter = made
        self._status_changed()

    async def filter_for(self, only: Sequence[str]) -> DeskFilter:
        """The filter for one question: that in force, or with these files and folders as its scope."""
        if not only or not self._takes_filter:
            return self.filter
        return await self._desk_filter(replace(self.filter.selection, scope=tuple(only)))

    def clear_filter(self) -> None:
        """Search all documents again."""
        self.filter = NO_FILTER
        self._status_changed()

    @property
    def filter_problem(self) -> str:
        """What to say when the filter leaves no document that can be searched; "" when it leaves one."""
        return self.filter.problem(self.state.files)

    async def read(self, path: str | Path) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when it is not in the index."""
        try:
            return await asyncio.to_thread(self._library.document, Path(path))
        except DocumentError as error:
            if not self._indexer.is_awaiting(str(path)):
                raise
            name = Path(path).name
            raise DocumentError(f"{name} is still being indexed.", hint="Open it when its row shows it.") from error

    async def passages(self, path: str) -> list[SearchedPassage]:
        """The passages that a document is searched by. Raises StoreError, and what the embedding model raises."""
        return await asyncio.to_thread(self._library.passages, Path(path))

    def facts_of(self, path: str) -> SourceFacts | None:
        """The bibliographic facts of an indexed document; None for one that is not indexed. Blocks."""
        from bookwheel.engine.index.source_facts import facts_in

        try:
            return facts_in(self._library.document(Path(path)))
        except BookwheelError:
            return None

    async def stop(self) -> None:
        """Stop indexing and embedding; what is done is kept."""
        await self._indexer.stop()
        if self._embedder is not None:
            await self._embedder.stop()

    async def aclose(self) -> None:
        """Close the library."""
        await self._library.aclose()

    async def _desk_filter(self, selection: Selection) -> DeskFilter:
        return await asyncio.to_thread(desk_filter, selection, list(map(str, self.roots)))

    def _library_changed(self, state: LibraryChanged) -> None:
        self._hub.library(state)
        self._may_lack_vectors = True
        self._embed_when_settled()

    def _embed_when_settled(self) -> None:
        """Called after every scan: one that finds no change publishes no update, yet vectors may be missing."""
        if self._embedder is not None and self._may_lack_vectors and not self._indexer.is_indexing:
            self._may_lack_vectors = False
            self._embedder.start()

    def _embedding_changed(self, state: EmbeddingState) -> None:
        self.embedding = state
        self._status_changed()
