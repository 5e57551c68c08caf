"""The updates that indexing yields: the state of each file, and the progress of the whole; and changes on disk."""

from __future__ import annotations

import datetime
import time
from typing import Literal, TypeAlias

from bookwheel.lazy_dataclass import dataclass

# A page of text in these formats takes 50 to 500 times as long to read as in a text file.
_SLOW_FORMATS = (".pdf", ".epub", ".docx", ".pptx", ".xlsx", ".odt", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
_SLOW_BYTES = 100_000
_SLOW_BYTES_OF_TEXT = 5_000_000

FileStatus = Literal["waiting", "indexing", "indexed", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """One document of the desk.

    `root` is the file or folder that the user named and that holds it. `size` in bytes. `fraction` (0 to 1) is how much
    of it is read while `status` is "indexing". `reason` says why it failed and what to do. "indexed" means searchable.
    `format` is the name of its reader, `date` the day in the document's own metadata, `changed` that of its file.
    `remarks` say what the reader could not read of it. `tags` are its own, and the collections that it is in.
    """

    path: str
    root: str
    status: FileStatus
    size: int = 0
    fraction: float = 0.0
    passages: int = 0
    pages: int | None = None
    title: str | None = None
    reason: str = ""
    format: str = ""
    author: str | None = None
    date: datetime.date | None = None
    changed: datetime.date | None = None
    remarks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def day(self) -> datetime.date | None:
        """The day by which it is filtered."""
        return self.date or self.changed


def is_slow(path: str, size: int) -> bool:
    """Whether reading a file may take about a second or more; it is read after those that take less."""
    return size >= (_SLOW_BYTES if path.lower().endswith(_SLOW_FORMATS) else _SLOW_BYTES_OF_TEXT)


PICTURE_REASON = "a picture: pip install 'bookwheel[ocr]' reads the text of pictures"
"""Why a picture is left out where the extra `ocr` is missing."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that is not indexed on purpose; `reason` is short: hidden, ignored, binary, too large…"""

    path: str
    root: str
    reason: str


@dataclass(frozen=True, slots=True)
class SearchedPassage:
    """A passage as it is searched: its range, about how many tokens it has, and whether it has a vector.

    `has_vector` is None where no embedding model is set.
    """

    start: int
    end: int
    tokens: int
    has_vector: bool | None


@dataclass(frozen=True, slots=True)
class FileRemoved:
    """A document that was removed from the disk (or the desk) and from the index."""

    path: str


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """The progress of the whole; sizes in bytes. `waiting_for` names the process whose lock this one waits for."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    waiting_for: str = ""


class WorkClock:
    """The seconds of an indexing since `started` (`time.monotonic()`), without those spent waiting for a lock."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._waiting_since: float | None = None

    def follow(self, progress: IngestProgress) -> None:
        """Note whether it waits from now on."""
        if self._waiting_since is not None:
            self._started += time.monotonic() - self._waiting_since
        self._waiting_since = time.monotonic() if progress.waiting_for else None

    @property
    def seconds(self) -> float:
        return (self._waiting_since or time.monotonic()) - self._started


@dataclass(frozen=True, slots=True)
class IngestDone:
    """The end of one indexing, with its counts; `seconds` of wall time, without the waiting for a lock.

    `damage` says why the index was set aside and rebuilt, "" when it was not.
    """

    indexed: int
    unchanged: int
    removed: int
    failed: int
    left_out: int
    passages: int
    seconds: float
    moved: int = 0
    damage: str = ""


IngestUpdate: TypeAlias = FileState | LeftOut | FileRemoved | IngestProgress | IngestDone


@dataclass(frozen=True, slots=True)
class Changes:
    """Files that were made, changed, moved or deleted; with `is_everything` any other file may have changed too."""

    paths: frozenset[str] = frozenset()
    is_everything: bool = False

    def __bool__(self) -> bool:
        return self.is_everything or bool(self.paths)

    def overlaps(self, other: Changes) -> bool:
        """Whether both concern everything, or the same file."""
        return (self.is_everything and other.is_everything) or bool(self.paths & other.paths)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.paths | other.paths, self.is_everything or other.is_everything)


NOTHING = Changes()
EVERYTHING = Changes(is_everything=True)
