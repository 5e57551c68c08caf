"""The files below what a user named: which are to be indexed, and which are left out and why.

Only folders and `.gitignore` files are opened here. A root may be a link. Links inside it are followed only if the
settings say so, and each target once: a link into the root, or into another link's target, is left out, so that the
walk never runs in circles. Of more than `most_files` files the first are taken.
"""

from __future__ import annotations

import errno
import heapq
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import field
from itertools import chain, islice
from typing import Protocol

from bookwheel.engine.index.ignore_rules import Ignored, ignored_above, ignored_in
from bookwheel.engine.index.parse_limits import DEFAULT_LIMITS, ParseLimits
from bookwheel.engine.index.readers.reader_registry import left_out_by_name
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.selection import is_inside
from bookwheel.engine.stores.store_protocol import LeftOutRow
from bookwheel.lazy_dataclass import dataclass

# Beyond so many entries in a folder only their names are kept.
_MOST_ENTRIES_HELD = 20_000
_NEVER_WORTH_READING = frozenset({".git", "node_modules", "__pycache__", "__MACOSX"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to be indexed, as it was when the walk passed.

    `facts` are what its source knows of it, `text` is the content of a file that the source makes, `failed` says why it
    cannot be read (see `sources`).
    """

    path: str
    root: str
    size: int
    mtime_ns: int
    facts: JsonObject = field(default_factory=dict[str, JsonValue])
    text: str = ""
    failed: str = ""


@dataclass(slots=True)
class Walk:
    """What a walk of one root found; `problem` says why the root itself could not be walked.

    `folders` are those that were read, the root among them.
    """

    root: str
    files: list[FoundFile] = field(default_factory=list[FoundFile])
    left_out: list[LeftOutRow] = field(default_factory=list[LeftOutRow])
    folders: list[str] = field(default_factory=list[str])
    problem: str = ""
    followed: list[str] = field(default_factory=list[str])
    """The real paths of the root and of the targets of links."""


def absolute_root(path: str | os.PathLike[str]) -> str:
    """A root as stored in the index: absolute, without `..`, links kept."""
    return os.path.abspath(os.path.expanduser(os.fspath(path)))


def walk(root: str, *, limits: ParseLimits = DEFAULT_LIMITS) -> Walk:
    """Walk one root (absolute): a folder with all that is below it, or one file, in the order of names' bytes."""
    found = Walk(root)
    try:
        status = os.stat(root)
        found.followed.append(os.path.realpath(root))
    except (OSError, ValueError) as error:
        found.problem = _why_not(error)
        return found
    if stat.S_ISDIR(status.st_mode):
        _walk_folders(found, limits)
    else:
        _take_file(found, root, status, limits)
    return found


def look(root: str, path: str, *, limits: ParseLimits = DEFAULT_LIMITS) -> FoundFile | LeftOutRow | None:
    """One file in a folder that a walk of `root` looked into (or `root`, a file), judged as in a walk.

    None when it does not exist.
    """
    found = Walk(root)
    try:
        found.followed.append(os.path.realpath(root))
        status = os.stat(path) if path == root else _status(found, path, os.lstat(path), limits)
        if path == root or not _is_left_out(found, path, status, ignored_in(root, os.path.dirname(path)), limits):
            _take_file(found, path, status, limits)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return LeftOutRow(path, _why_not(error))
    return found.files[0] if found.files else found.left_out[0]


def _walk_folders(found: Walk, limits: ParseLimits) -> None:
    waiting = [(found.root, ignored_above(found.root))]
    while waiting:
        folder, above = waiting.pop()
        room = limits.most_files - len(found.files) - len(found.left_out)
        if room <= 0:
            found.left_out.append(LeftOutRow(folder, _too_many(limits)))
            continue
        try:
            with os.scandir(folder) as listing:
                entries = _sorted_entries(listing, room, found, folder, limits)
        except OSError as error:
            if folder == found.root:
                found.problem = _why_not(error)
            else:
                found.left_out.append(LeftOutRow(folder, _why_not(error)))
            continue
        found.folders.append(folder)
        ignored = Ignored(folder, above) if any(entry.name == ".gitignore" for entry in entries) else above
        below = [entry.path for entry in entries if _is_folder_to_enter(found, entry, ignored, limits)]
        waiting.extend((path, ignored) for path in reversed(below))


class _Entry(Protocol):
    """An entry of a folder, as `os.scandir` gives it."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    def stat(self, *, follow_symlinks: bool) -> os.stat_result: ...


@dataclass(frozen=True, slots=True)
class _Named:
    """As `os.DirEntry`, in a fraction of its memory."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        return os.path.join(self.folder, self.name)

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        return os.stat(self.path, follow_symlinks=follow_symlinks)


def _sorted_entries(
    listing: Iterator[os.DirEntry[str]], room: int, found: Walk, folder: str, limits: ParseLimits
) -> Iterable[_Entry]:
    """The entries in the order of their names' bytes; the first ones of a folder that is too large to keep whole."""
    some = list(islice(listing, min(room, _MOST_ENTRIES_HELD) + 1))
    if len(some) <= min(room, _MOST_ENTRIES_HELD):
        return sorted(some, key=_name_bytes)
    names = heapq.nsmallest(room + 1, map(_name_bytes, chain(some, listing)))
    if len(names) > room:
        names.pop()
        found.left_out.append(LeftOutRow(folder, _too_many(limits)))
    return [_Named(folder, os.fsdecode(name)) for name in names]


def _name_bytes(entry: os.DirEntry[str]) -> bytes:
    return os.fsencode(entry.name)


def _too_many(limits: ParseLimits) -> str:
    return f"too many files (more than {limits.most_files:,}): the rest of this folder"


def _is_folder_to_enter(found: Walk, entry: _Entry, ignored: Ignored | None, limits: ParseLimits) -> bool:
    try:
        status = _status(found, entry.path, entry.stat(follow_symlinks=False), limits)
    except OSError as error:
        found.left_out.append(LeftOutRow(entry.path, _why_not(error)))
        return False
    if _is_left_out(found, entry.path, status, ignored, limits) or _is_linked_already(found, entry, limits):
        return False
    if stat.S_ISDIR(status.st_mode):
        return True
    _take_file(found, entry.path, status, limits)
    return False


def _status(found: Walk, path: str, status: os.stat_result, limits: ParseLimits) -> os.stat_result:
    """The status of a file or folder, or of a link's target that is to be followed."""
    if not limits.follows_links or not stat.S_ISLNK(status.st_mode):
        return status
    followed = os.stat(path)
    target = os.path.realpath(path)
    if is_inside(target, found.followed):
        return status
    found.followed.append(target)
    return followed


def _is_linked_already(found: Walk, entry: _Entry, limits: ParseLimits) -> bool:
    """Whether what lies here is the target of a link that was followed before: below the target of another link."""
    if not limits.follows_links or len(found.followed) == 1 or os.path.islink(entry.path):
        return False
    # The root is the first of them, and is found again below a link to a folder above it.
    if os.path.realpath(entry.path) not in found.followed:
        return False
    found.left_out.append(LeftOutRow(entry.path, "indexed already through a link"))
    return True


def _is_left_out(found: Walk, path: str, status: os.stat_result, ignored: Ignored | None, limits: ParseLimits) -> bool:
    reason = _left_out_by_kind(os.path.basename(path), status.st_mode, limits)
    if reason is None and ignored is not None and ignored.matches(path, stat.S_ISDIR(status.st_mode)):
        reason = "ignored"
    if reason is None:
        return False
    found.left_out.append(LeftOutRow(path, reason))
    return True


def _left_out_by_kind(name: str, mode: int, limits: ParseLimits) -> str | None:
    if name.startswith(".") and not limits.reads_hidden:
        return "hidden"
    if stat.S_ISLNK(mode):
        return "symbolic link"
    if stat.S_ISDIR(mode):
        return "ignored" if name in _NEVER_WORTH_READING else None
    return None


def _take_file(found: Walk, path: str, status: os.stat_result, limits: ParseLimits) -> None:
    reason = _left_out_by_status(status, limits.largest_file)
    if reason is None and os.path.splitext(path)[1].lower() not in limits.read_suffixes:
        reason = left_out_by_name(os.path.basename(path))
    if reason is None:
        found.files.append(FoundFile(path, found.root, status.st_size, status.st_mtime_ns))
    else:
        found.left_out.append(LeftOutRow(path, reason))


def _left_out_by_status(status: os.stat_result, largest_file: int) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size == 0:
        return "empty"
    if status.st_size > largest_file:
        return f"too large (more than {largest_file / 1e6:,.0f} MB)"
    return None


def _why_not(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file or folder"
        case PermissionError():
            return "not readable (permission denied)"
        case OSError(errno=errno.ELOOP):
            return "a link that leads to itself"
        case OSError():
            return f"not readable ({(error.strerror or 'unknown error').lower()})"
        case _:
            return "not a possible file name"
