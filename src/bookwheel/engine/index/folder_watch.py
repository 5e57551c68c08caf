"""Watches the folders of the library for changes on disk, as the operating system reports them, without polling.

Each folder that a walk enters gets its own watch. Recursive watches (as watchfiles makes them) would follow links
out of the library, and would use watches for folders that are left out. A changed file is reported by its path.
When a folder or a `.gitignore` file changes, everything has to be scanned again.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bookwheel.engine.index.progress import EVERYTHING, NOTHING, Changes
from bookwheel.engine.workflow.tasks import in_thread
from bookwheel.lazy_dataclass import dataclass
from bookwheel.paths import PRIVATE_FILE_MODE

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

    from bookwheel.engine.index.parse_limits import ParseLimits

# Changes that come together (a save, a checkout, an unpacked archive) are reported together: after a step without
# changes, or after the longest wait.
_STEP_MS = 100
_LONGEST_MS = 1_500
# The system limits the watches of all programs together, and each takes time to register.
_MOST_FOLDERS = 10_000
_MOST_PATHS = 256
_MOST_ATTEMPTS = 3
_LONGEST_MARK_S = 2.0
_NETWORK = frozenset(
    "9p afs afpfs ceph cifs coda davfs drvfs fuse.gvfsd-fuse fuse.rclone fuse.sshfs glusterfs lustre ncpfs nfs nfs4 "
    "prl_fs smb3 smbfs vboxsf virtiofs vmhgfs webdav".split()
)
_MOUNTS = Path("/proc/self/mounts")


# The paths that the system has reported; None when any may have changed.
_Reported: TypeAlias = frozenset[str] | None


class UnwatchableError(Exception):
    """Changes cannot be watched here; the message says why."""


class FolderWatch:
    """The changes below `roots` (absolute) as a stream for one task, until it is closed.

    `problem` says why changes are no longer watched, once `changes` has ended because of it.
    """

    def __init__(self, roots: Sequence[str], limits: ParseLimits) -> None:
        self._roots = roots
        self._limits = limits
        self._watcher: Watcher | None = None
        self._is_over = False
        self.problem = ""

    async def changes(self) -> AsyncGenerator[Changes, None]:
        """`EVERYTHING` when the watch has begun, then each burst of changes once.

        Ends when the system cannot report changes here, or can no longer.
        """
        try:
            watcher = await in_thread(self._opened, name="watch")
            self._watcher = watcher
            yield EVERYTHING
            while True:
                yield await in_thread(watcher.wait, name="watch")
        except UnwatchableError as error:
            self.problem = str(error)
        finally:
            self._is_over = True
            watcher, self._watcher = self._watcher, None
            if watcher is not None:
                # The waiting thread sees this within 0.1 s and ends.
                watcher.stop()
                await in_thread(watcher.close, name="watch end")

    async def now(self) -> Changes | None:
        """Changes that were not reported yet; None while nothing is watched."""
        return await in_thread(self._watcher.take, name="watch now") if self._watcher is not None else None

    def _opened(self) -> Watcher:
        watcher = Watcher(self._roots, self._limits)
        watcher.open()
        if self._is_over:  # `changes` was closed meanwhile
            watcher.close()
        return watcher


@dataclass(slots=True)
class _Watched:
    """The folders and files that are watched."""

    folders: set[str] = field(default_factory=set[str])
    single: set[str] = field(default_factory=set[str])
    """Files watched by themselves: roots, and the `.gitignore` files above them."""
    roots: frozenset[str] = frozenset()

    @property
    def to_watch(self) -> list[str]:
        if sys.platform == "darwin":  # FSEvents watches a whole tree at no cost, and does not follow links
            return sorted({root if os.path.isdir(root) else os.path.dirname(root) for root in self.roots})
        above = {os.path.dirname(path) for path in self.single}
        return sorted(self.folders | {folder for folder in above if os.access(folder, os.R_OK)})

    def is_relevant(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if path in self.single or path in self.folders:
            return True
        return (folder or "/") in self.folders and (not name.startswith(".") or name == ".gitignore")

    def is_structural(self, path: str) -> bool:
        return path.endswith("/.gitignore") or path in self.folders or os.path.isdir(path)


class Watcher:
    """Watches `roots` (absolute). All methods but `stop` block; `take` may be called from another thread."""

    def __init__(self, roots: Sequence[str], limits: ParseLimits) -> None:
        self._roots = roots
        self._limits = limits
        self._stop = threading.Event()
        self._watched = _Watched()
        self._notify: RustNotify | None = None
        self._handing: _Reported = frozenset()
        self._marks = ""
        self._mark_numbers = itertools.count()
        self._seen: set[str] = set()

    def open(self) -> None:
        """Begin to watch; what changes from now on is reported. Raises UnwatchableError where that is impossible."""
        self._watched = self._folders_to_watch()
        if not os.path.isdir(self._marks):
            self._marks = _folder_for_marks()
        # Open the new one before closing the old one, so that no change between them is missed.
        before, self._notify = self._notify, self._opened([*self._watched.to_watch, *filter(None, [self._marks])])
        if before is not None:
            before.close()
        if self._stop.is_set():  # meanwhile
            self.close()

    def wait(self) -> Changes:
        """Wait for changes; `NOTHING` after `stop`. Raises UnwatchableError.

        The next call confirms that the caller has the changes of the one before.
        """
        self._handing = frozenset()
        while not self._stop.is_set():
            reported = self._handing = self._reported(_STEP_MS, _LONGEST_MS, 0, self._stop)
            changes = self._changes(reported)
            if changes.is_everything:
                self.open()
            if changes:
                return changes
        return NOTHING

    def take(self) -> Changes:
        """All changes made before the call that were not reported yet, without waiting for more.

        Those that `wait` has found and is handing to another thread are included.
        """
        # The system reports in order, but late where it is busy: all is there when a file made now is reported.
        mark = self._make_mark()
        changes, until = NOTHING, time.monotonic() + _LONGEST_MARK_S
        while mark and mark not in self._seen and not changes.is_everything:
            changes |= self._changes(self._reported(1, 1, 1, None)) | self._changes(self._handing)
            if time.monotonic() > until:
                changes = EVERYTHING
        if mark:
            self._seen.discard(mark)
            with suppress(OSError):
                os.unlink(mark)
        # Lets `wait` keep what it has found while this thread held the interpreter.
        return changes | self._changes(self._reported(1, 1, 1, None)) | self._changes(self._handing)

    def stop(self) -> None:
        """End `wait`, within 0.1 s. From any thread, also before `open`."""
        self._stop.set()

    def close(self) -> None:
        """Release the watches."""
        notify, self._notify = self._notify, None
        if notify is not None:
            notify.close()
        if self._marks:
            from shutil import rmtree

            rmtree(self._marks, ignore_errors=True)

    def _make_mark(self) -> str:
        """Make a file that is reported; "" where none can be made."""
        if not self._marks:
            return ""
        path = f"{self._marks}/{next(self._mark_numbers)}"
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE_MODE))
        except OSError:
            return ""
        return path

    def _reported(self, step_ms: int, longest_ms: int, timeout_ms: int, stop: threading.Event | None) -> _Reported:
        notify = self._notify
        if notify is None:
            return None
        try:
            reported = notify.watch(longest_ms, step_ms, timeout_ms, stop)
        except RuntimeError:
            # A name that is not UTF-8 ends the watch, as closing does: open a new one and scan everything.
            return None
        if reported == "signal":  # only when the main thread waits
            self.stop()
        return frozenset() if isinstance(reported, str) else frozenset(path for _, path in reported)

    def _changes(self, reported: _Reported) -> Changes:
        if reported is None:
            return EVERYTHING
        if self._marks:
            # A mark that is gone was seen before: this reports its end.
            self._seen.update(
                path for path in reported if os.path.dirname(path) == self._marks and os.path.exists(path)
            )
        paths = frozenset(path for path in reported if self._watched.is_relevant(path))
        if len(paths) > _MOST_PATHS or any(map(self._watched.is_structural, paths)):
            return EVERYTHING
        return Changes(paths)

    def _folders_to_watch(self) -> _Watched:
        # Imported late: the app imports this module before its first frame, and these take 15 ms.
        from bookwheel.engine.index.ignore_rules import ignore_files_above
        from bookwheel.engine.index.walk import walk

        folders: set[str] = set()
        single: set[str] = set()
        for root in self._roots:
            if (kind := network_folder(root)) is not None:
                raise UnwatchableError(f"{root} is on a network drive ({kind}), which does not report changes")
            folders.update(walk(root, limits=self._limits).folders)
            single.update([root, *ignore_files_above(root)])
            if len(folders) > _MOST_FOLDERS:
                raise UnwatchableError(f"there are more than {_MOST_FOLDERS:,} folders")
        return _Watched(folders, single, frozenset(self._roots))

    def _opened(self, folders: Collection[str]) -> RustNotify:
        from watchfiles._rust_notify import RustNotify

        for _ in range(_MOST_ATTEMPTS):
            try:
                return RustNotify(list(folders), False, False, 0, sys.platform == "darwin", False)
            except FileNotFoundError:
                folders = [folder for folder in folders if os.path.isdir(folder)]  # deleted since the walk
            except UnicodeEncodeError as error:
                raise UnwatchableError("the name of a folder is not UTF-8") from error
            except (OSError, RuntimeError) as error:
                raise UnwatchableError(_explained(error)) from error
        raise UnwatchableError("folders are made and deleted too fast")


def _folder_for_marks() -> str:
    """A new folder for marks; "" where none can be made.

    Its name is hidden, so that it changes nothing in a library that holds the folder of temporary files.
    """
    from tempfile import mkdtemp

    try:
        return os.path.realpath(mkdtemp(prefix=".bookwheel-watch-"))
    except OSError:
        return ""


def _explained(error: OSError | RuntimeError) -> str:
    text = str(error)
    if "limit" in text or "os error 24" in text or "os error 28" in text:
        return "the system's limit of watched folders is reached (fs.inotify.max_user_watches and max_user_instances)"
    return f"the system does not report changes ({text.partition(' about ')[0]})"


def network_folder(path: str, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network drive that holds `path` (absolute); None when it is local or unknown (macOS).

    The kernel does not report what other machines change on such a drive.
    """
    try:
        lines = mounts.read_bytes().split(b"\n")
    except OSError:
        return None
    real = os.fsencode(os.path.realpath(path))
    best, kind = b"", ""
    for line in filter(None, lines):
        _, folder, name, *_ = line.split(b" ")
        folder = _unescaped(folder)
        # Of several mounts on one folder the last is the one in use.
        if len(folder) >= len(best) and (real == folder or real.startswith(folder.rstrip(b"/") + b"/")):
            best, kind = folder, name.decode("ascii", "replace")
    return kind if kind in _NETWORK else None


def _unescaped(folder: bytes) -> bytes:
    for escaped, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        folder = folder.replace(escaped, plain)
    return folder
