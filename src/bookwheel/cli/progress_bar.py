"""Progress of indexing on standard error: a bar while it runs, warnings at its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing, closing
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import LibraryChanged, Update
from bookwheel.cli.console import Console, OutputStream
from bookwheel.cli.inputs import shown
from bookwheel.engine.index.progress import PICTURE_REASON, FileState, IngestDone, IngestProgress, LeftOut, WorkClock
from bookwheel.errors import StoreError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.engine.index.library import Library

_NAMED = 3
ORDINARY_REASONS = frozenset({"hidden", "ignored", "binary", "empty", PICTURE_REASON})
_WIDTH = 24
_REDRAW_S = 0.1
_MB = 1_000_000


@dataclass(slots=True)
class IngestSummary:
    """The result of indexing; `done` is None when it was stopped.

    `failed` are all documents that cannot be read, old and new; `incomplete` those that were read only in part.
    """

    done: IngestDone | None = None
    failed: list[FileState] = field(default_factory=list[FileState])
    incomplete: list[FileState] = field(default_factory=list[FileState])
    bytes_done: int = 0

    @property
    def unchanged(self) -> int:
        """Documents that were indexed before and have not changed."""
        return self.done.unchanged - (len(self.failed) - self.done.failed) if self.done else 0


class ProgressBar:
    """One line that is drawn again and again; without a terminal nothing is drawn."""

    def __init__(self, output: OutputStream) -> None:
        self._output = output
        self._started = time.monotonic()
        self._indexing: WorkClock | None = None
        self._drawn = 0.0
        self._is_shown = False

    def update(self, progress: IngestProgress) -> None:
        clock = self._indexing = self._indexing or WorkClock(time.monotonic())
        clock.follow(progress)
        self.draw(lambda _: self._line(progress, clock.seconds))

    def draw(self, line: Callable[[float], str]) -> None:
        """Show `line` of the seconds since the start, at most ten times a second."""
        now = time.monotonic()
        if not self._output.is_terminal or now - self._drawn < _REDRAW_S:
            return
        self._drawn = now
        self._is_shown = True
        from shutil import get_terminal_size  # imported late: with its archive formats it takes 2 ms

        self._write("\r\x1b[K" + line(now - self._started)[: get_terminal_size().columns - 1])

    def clear(self) -> None:
        if self._is_shown:
            self._is_shown = False
            self._write("\r\x1b[K")

    def _line(self, progress: IngestProgress, seconds: float) -> str:
        if progress.waiting_for:
            return clean_line(f"Waiting for {progress.waiting_for}")
        return (
            f"Indexing {filled(progress.bytes_done, progress.bytes_total)} "
            f"{progress.files_done}/{progress.files_total} files, "
            f"{megabytes(progress.bytes_done)} of {megabytes(progress.bytes_total)} MB, "
            f"{rate(progress.bytes_done, seconds)}"
        )

    def _write(self, text: str) -> None:
        self._output.stream.write(text)
        self._output.stream.flush()


@dataclass(slots=True)
class _Desk:
    """The documents of the library, as of the last update."""

    bar: ProgressBar
    files: tuple[FileState, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    roots: tuple[str, ...] = ()
    error: str = ""

    def take(self, updates: Iterable[Update]) -> None:
        for update in updates:
            if isinstance(update, LibraryChanged):
                self.files, self.left_out = update.files, update.left_out
                self.roots, self.error = update.roots, update.error
                if update.progress is not None:
                    self.bar.update(update.progress)


def filled(done: int, total: int) -> str:
    """A bar whose filled part is the share that is done."""
    full = round(min(1.0, done / total if total else 1.0) * _WIDTH)
    return "━" * full + "─" * (_WIDTH - full)


def megabytes(size: int) -> str:
    return f"{size / _MB:.1f}"


def rate(size: int, seconds: float) -> str:
    return f"{size / _MB / seconds:.1f} MB/s" if seconds > 0 else ""


async def show_indexing(assistant: Assistant, console: Console) -> bool:
    """Wait until the documents of the desk are indexed; one line names those that cannot be read.

    Returns whether all were tried: "nothing in the documents" cannot be said of those that indexing did not reach.

    Raises StoreError when nothing can be indexed and no document was indexed before.
    """
    desk = _Desk(ProgressBar(console.err))
    with closing(assistant.subscribe()) as subscription:
        async with asyncio.TaskGroup() as helpers:
            watching = helpers.create_task(_watch(subscription, desk))
            await assistant.documents.wait_indexed()
            watching.cancel()
        desk.take(subscription.take())
    desk.bar.clear()
    warn_of_left_out(desk.left_out, desk.roots, console)
    if desk.error and not any(file.status == "indexed" for file in desk.files):
        message, _, hint = desk.error.partition("\n")
        raise StoreError(message, hint=hint)
    if desk.error:
        console.warn(desk.error)
    warn_of_failures(desk.files, console)
    return not any(file.status in ("waiting", "indexing") for file in desk.files)


async def refresh(
    library: Library, roots: Sequence[Path], console: Console, *, is_forced: bool = False
) -> IngestSummary:
    """Update the index from the disk, with a bar; the result."""
    bar = ProgressBar(console.err)
    summary = IngestSummary()
    async with aclosing(library.refresh(roots, is_forced=is_forced)) as updates:
        async for update in updates:
            match update:
                case IngestProgress():
                    summary.bytes_done = update.bytes_done
                    bar.update(update)
                case IngestDone():
                    summary.done = update
                case _:
                    pass
    bar.clear()
    if summary.done is not None and summary.done.damage:
        console.warn(f"{summary.done.damage} It was set aside and rebuilt from the documents.")
    warn_of_left_out(await library.aleft_out(roots), map(str, roots), console)
    files = await library.afiles(roots)
    summary.failed = [file for file in files if file.status == "failed"]
    summary.incomplete = [file for file in files if file.remarks]
    return summary


def warn_of_failures(files: Iterable[FileState], console: Console) -> None:
    """Print one line about the documents that cannot be read, with the names of the first few."""
    failed = [file for file in files if file.status == "failed"]
    if not failed:
        return
    named = "; ".join(f"{shown(file.path)} ({file.reason})" for file in failed[:_NAMED])
    more = f"; and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    console.warn(f"{counted(len(failed), 'document')} cannot be read: {named}{more}")


def warn_of_left_out(items: Iterable[LeftOut], roots: Iterable[str], console: Console) -> None:
    """Print one line for each named file that is left out, and one for what is left out below the named folders.

    Hidden, ignored, binary and empty files are left out as a matter of course and not printed.
    """
    named, below = set(roots), list[LeftOut]()
    for item in items:
        if item.path in named:
            console.warn(f"{shown(item.path)} is left out: {item.reason}")
        elif item.reason not in ORDINARY_REASONS:
            below.append(item)
    if below:
        first = "; ".join(f"{shown(item.path)} ({item.reason})" for item in below[:_NAMED])
        more = f"; and {len(below) - _NAMED} more, listed by: bookwheel doctor" if len(below) > _NAMED else ""
        console.warn(f"Left out: {first}{more}")


async def _watch(subscription: Subscription, desk: _Desk) -> None:
    async for updates in subscription:
        desk.take(updates)
