"""Which files change below the roots of a desk, as the operating system tells it; nothing is asked of the disk.

The folders that a walk looks into are watched, one by one and not what is below them: so no link leads out of the desk,
no watch is spent on what is left out anyway, and a limit that is reached is an error. (watchfiles' own recursive watch
follows links.) What changes there is told as paths; when the folders themselves or the rules of a `.gitignore` change,
everything has to be looked at again.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bookwheel.engine.index.changes import EVERYTHING, NOTHING, Changes
from bookwheel.engine.index.ignore_rules import ignore_files_above
from bookwheel.engine.index.network_folders import network_folder
from bookwheel.engine.index.walk import walk
from bookwheel.engine.index.worker.parse_limits import Limits

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

# What changes in one go (a save, a checkout, an unpacked archive) is told together: when nothing has come for a step,
# or after the longest wait.
_STEP_MS = 100
_LONGEST_MS = 1_500
# Each folder takes a place of those that the system has for all programs, and some time to be registered.
_MOST_FOLDERS = 10_000
_MOST_PATHS = 256
_MOST_ATTEMPTS = 3


class UnwatchableError(Exception):
    """The changes cannot be told here; the message says why."""


@dataclass(slots=True)
class _Places:
    """What is watched, and which of the names that come from there mean something."""

    folders: set[str] = field(default_factory=set[str])
    single: set[str] = field(default_factory=set[str])
    """Files watched by themselves: roots, and the `.gitignore` files above them."""
    roots: frozenset[str] = frozenset()

    @property
    def to_watch(self) -> list[str]:
        if sys.platform == "darwin":  # FSEvents tells of all that is below a folder, at no cost, and follows no link
            return sorted({root if os.path.isdir(root) else os.path.dirname(root) for root in self.roots})
        above = {os.path.dirname(path) for path in self.single}
        return sorted(self.folders | {folder for folder in above if os.access(folder, os.R_OK)})

    def means_something(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if path in self.single or path in self.folders:
            return True
        return (folder or "/") in self.folders and (not name.startswith(".") or name == ".gitignore")

    def is_structural(self, path: str) -> bool:
        return path.endswith("/.gitignore") or path in self.folders or os.path.isdir(path)


class Watcher:
    """Watches `roots` (absolute). All methods but `stop` block; `take` may be called from another thread."""

    def __init__(self, roots: Sequence[str], limits: Limits) -> None:
        self._roots = roots
        self._limits = limits
        self._stop = threading.Event()
        self._places = _Places()
        self._notify: RustNotify | None = None
        self._handing = NOTHING

    def open(self) -> None:
        """Begin to watch; what changes from now on is told. Raises UnwatchableError where that is not possible."""
        self._places = self._found_places()
        # The new one is there before the old one goes: nothing happens between them unseen.
        before, self._notify = self._notify, self._opened(self._places.to_watch)
        if before is not None:
            before.close()

    def wait(self) -> Changes:
        """Wait until something has changed; nothing has when this was stopped. Raises UnwatchableError.

        Whoever calls it again has got what it told before.
        """
        self._handing = NOTHING
        while not self._stop.is_set():
            changes = self._handing = self._told(_STEP_MS, _LONGEST_MS, 0, self._stop)
            if changes.is_everything:
                self.open()
            if changes:
                return changes
        return NOTHING

    def take(self) -> Changes:
        """What has changed and was not told yet, without waiting for more of it.

        What `wait` has found meanwhile is on its way to another thread, and is told here too.
        """
        return self._told(1, 1, 1, None) | self._handing

    def stop(self) -> None:
        """End `wait`, within a tenth of a second. From any thread, also before `open`."""
        self._stop.set()

    def close(self) -> None:
        """Release what the system gave."""
        notify, self._notify = self._notify, None
        if notify is not None:
            notify.close()

    def _told(self, step_ms: int, longest_ms: int, timeout_ms: int, stop: threading.Event | None) -> Changes:
        notify = self._notify
        if notify is None:
            return EVERYTHING
        try:
            told = notify.watch(longest_ms, step_ms, timeout_ms, stop)
        except RuntimeError:
            # A name that is no UTF-8 makes it give up, as does being closed: a new one and a look at everything.
            return EVERYTHING
        if told == "signal":  # only where somebody waits in the main thread
            self.stop()
        return NOTHING if isinstance(told, str) else self._meant(path for _, path in told)

    def _meant(self, told: Iterable[str]) -> Changes:
        paths = frozenset(path for path in told if self._places.means_something(path))
        if len(paths) > _MOST_PATHS or any(map(self._places.is_structural, paths)):
            return EVERYTHING
        return Changes(paths)

    def _found_places(self) -> _Places:
        folders: set[str] = set()
        single: set[str] = set()
        for root in self._roots:
            if (kind := network_folder(root)) is not None:
                raise UnwatchableError(f"{root} is on a network drive ({kind}), which does not tell of changes")
            folders.update(walk(root, limits=self._limits).folders)
            single.update([root, *ignore_files_above(root)])
            if len(folders) > _MOST_FOLDERS:
                raise UnwatchableError(f"there are more than {_MOST_FOLDERS:,} folders")
        return _Places(folders, single, frozenset(self._roots))

    def _opened(self, places: Collection[str]) -> RustNotify:
        from watchfiles._rust_notify import RustNotify

        for _ in range(_MOST_ATTEMPTS):
            try:
                return RustNotify(list(places), False, False, 0, sys.platform == "darwin", False)
            except FileNotFoundError:
                places = [place for place in places if os.path.isdir(place)]  # gone since the walk
            except UnicodeEncodeError as error:
                raise UnwatchableError("the name of a folder is no UTF-8") from error
            except (OSError, RuntimeError) as error:
                raise UnwatchableError(_explained(error)) from error
        raise UnwatchableError("folders come and go too fast")


def _explained(error: OSError | RuntimeError) -> str:
    text = str(error)
    if "limit" in text or "os error 24" in text or "os error 28" in text:
        return "the system's limit of watched folders is reached (fs.inotify.max_user_watches and max_user_instances)"
    return f"the system does not tell of changes ({text.partition(' about ')[0]})"
