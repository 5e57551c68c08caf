"""The user's library: every document that was ever put on a desk, in one index on disk."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from bookwheel.engine.index.progress import FileState, IngestUpdate, LeftOut
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import Document


class Library:
    """One index for all desks; a desk sees it through its scope, the files and folders ("roots") that it names.

    Nothing is opened before the first use. The plain methods block on the disk and may be called from any thread;
    the `a…` twins call them in a thread. `aclose` (or `close`) releases the files.
    """

    def __init__(self, store_dir: Path) -> None: ...

    def retriever(self, roots: Sequence[Path], *, similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K) -> BaseRetriever:
        """A retriever over what is indexed below `roots`; it sees later changes of the index by itself."""
        raise NotImplementedError

    def files(self, roots: Sequence[Path]) -> list[FileState]:
        """The documents below `roots` as the index knows them, sorted by path."""
        raise NotImplementedError

    async def afiles(self, roots: Sequence[Path]) -> list[FileState]:
        return await asyncio.to_thread(self.files, roots)

    def left_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        """What the last refresh of `roots` left out on purpose, with the reasons."""
        raise NotImplementedError

    async def aleft_out(self, roots: Sequence[Path]) -> list[LeftOut]:
        return await asyncio.to_thread(self.left_out, roots)

    def document(self, path: Path) -> Document:
        """The text of a document as it was indexed. Raises DocumentError when the index does not have it."""
        raise NotImplementedError

    async def adocument(self, path: Path) -> Document:
        return await asyncio.to_thread(self.document, path)

    def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        """Bring the index in step with the disk below `roots`.

        Yields a FileState for each file that changes its state, LeftOut, FileRemoved and IngestProgress on the way,
        and IngestDone last. Closing the generator stops the worker process. Raises StoreError when the index cannot
        be written.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Release the files of the index; the library opens them again when used."""

    async def aclose(self) -> None:
        await asyncio.to_thread(self.close)
