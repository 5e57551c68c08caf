"""The doctor's check of the index: what it holds, which documents failed, and what was left out, with the reasons."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol, runtime_checkable

from bookwheel import paths
from bookwheel.cli.doctor.finding import Finding
from bookwheel.cli.inputs import last_documents, shown
from bookwheel.cli.progress_bar import ORDINARY_REASONS, megabytes
from bookwheel.config.setting_tables import Config
from bookwheel.config.store_address import shown_address
from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.errors import BookwheelError
from bookwheel.markup.counted import counted

# Expected reasons are only counted; files left out for any other reason are named.
_MOST_NAMED = 20


async def check_index(config: Config) -> AsyncIterator[Finding]:
    """The index, and in it the documents that were used last."""
    from bookwheel.wiring import build_library

    where = await (_shared_index(config) if config.index.store else _own_index())
    if where.level != "ok":
        yield where
        return
    library = build_library(config)
    try:
        roots = await asyncio.to_thread(last_documents) or await library.aroots()
        files, left_out = await library.afiles(roots), await library.aleft_out(roots)
        damage = await asyncio.to_thread(library.damage)
    except BookwheelError as error:
        yield Finding("index", "wrong", error.message, error.hint or "Run: bookwheel index --rebuild PATH")
        return
    finally:
        await library.aclose()
    if damage:
        yield Finding("index", "wrong", f"{where.what} is damaged: {damage}", "Run: bookwheel index --rebuild PATH")
    else:
        yield Finding("index", "ok", where.what + _last_used(roots, files))
    for file in files:
        if file.status == "failed":
            yield Finding("document", "warning", f"{shown(file.path)}: {file.reason}")
        elif file.remarks:
            yield Finding("document", "warning", f"{shown(file.path)}: {'; '.join(file.remarks)}")
    for finding in _left_out(left_out):
        yield finding


async def _own_index() -> Finding:
    size = await asyncio.to_thread(_size_below, paths.index_dir())
    if not size:
        return Finding("index", "note", "empty", "bookwheel index PATH, or open the app on a folder: bookwheel PATH")
    return Finding("index", "ok", f"{paths.index_dir()}, {megabytes(size)} MB")


async def _shared_index(config: Config) -> Finding:
    address = shown_address(config.index.store)
    try:
        content = await asyncio.to_thread(_content_of, config.index.store.reveal())
    except BookwheelError as error:
        return Finding("index", "wrong", error.message, error.hint)
    return Finding("index", "ok", f"{address}, {content}")


@runtime_checkable
class _ServerStore(Protocol):
    """A store that describes its server."""

    def about(self) -> str: ...


def _content_of(address: str) -> str:
    from bookwheel.engine.stores.store_registry import store_at

    with closing(store_at(address)) as store:
        documents = store.documents()
        passages = sum(stored.passages for stored in documents)
        about = f"{store.about()}; " if isinstance(store, _ServerStore) else ""
        return f"{about}{counted(len(documents), 'document')}, {counted(passages, 'passage')}"


def _last_used(roots: Sequence[Path], files: Sequence[FileState]) -> str:
    indexed = sum(file.status == "indexed" for file in files)
    return f"; last used: {', '.join(shown(str(root)) for root in roots)}, {indexed} indexed" if roots else ""


def _left_out(items: Sequence[LeftOut]) -> Iterator[Finding]:
    counts = Counter(item.reason for item in items)
    if counts:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common())
        yield Finding("left out", "note", reasons)
    named = [item for item in items if item.reason not in ORDINARY_REASONS]
    for item in named[:_MOST_NAMED]:
        yield Finding("left out", "note", f"{shown(item.path)}: {item.reason}")
    if len(named) > _MOST_NAMED:
        yield Finding("left out", "note", f"and {len(named) - _MOST_NAMED:,} more, named in the app under 'left out'")


def _size_below(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
