"""Deleted sessions, which can be restored for a week from the folder `deleted_sessions` beside `sessions`."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bookwheel.errors import SessionError
from bookwheel.paths import PRIVATE_FILE_MODE, make_private_dir
from bookwheel.sessions.journal import EVENTS
from bookwheel.sessions.private_files import open_folder

KEPT_S = 7 * 24 * 3600.0
FOLDER = "deleted_sessions"

_DAY_S = 24 * 3600.0
_LAST_LOOK = ".last_look"


def set_aside(root: Path, session_id: str) -> None:
    """Move a session out of `root`. Raises OSError."""
    kept = make_private_dir(root.with_name(FOLDER))
    target = kept / session_id
    if target.exists():  # restored as a copy, and deleted again
        from shutil import rmtree

        rmtree(target)
    os.rename(root / session_id, target)
    try:
        written = (target / EVENTS).stat(follow_symlinks=False).st_mtime
    except OSError:
        written = 0.0
    # A clock that is behind now would make it older than a week at once.
    deleted = max(time.time(), written)
    os.utime(target, (deleted, deleted))


def bring_back(root: Path, session_id: str) -> None:
    """Undo `set_aside`. Raises SessionError when the session is not there, or its id is in use again."""
    kept = root.with_name(FOLDER) / session_id
    if not kept.is_dir():
        raise SessionError(
            f"There is no deleted session {session_id}.", hint="Deleted sessions are kept for seven days."
        )
    if (root / session_id).exists():
        raise SessionError(f"There is a session {session_id} already.", hint="Delete that one first.")
    try:
        os.rename(kept, root / session_id)
    except OSError as error:
        raise SessionError(
            f"The session {session_id} cannot be brought back: {error.strerror or error}.",
            hint=f"Check the rights of {root}.",
        ) from error


def deleted_ids(root: Path) -> list[str]:
    """The sessions that can be restored, the one deleted last first. Never raises."""
    try:
        with os.scandir(root.with_name(FOLDER)) as entries:
            found = [(entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True)]


def remove_old(root: Path) -> None:
    """Remove for good what was deleted more than a week before the last look, at most once a day. Never raises.

    One look is not enough: with a clock that is ahead for an hour everything seems to be older than a week.
    """
    folder = root.with_name(FOLDER)
    if (last_look := _last_look(folder)) is None:
        return
    for session_id in deleted_ids(root):
        try:
            kept = open_folder(folder / session_id)
        except OSError:
            continue
        try:
            is_old = os.fstat(kept).st_mtime < last_look - KEPT_S
        finally:
            os.close(kept)
        if is_old:
            from shutil import rmtree

            rmtree(folder / session_id, ignore_errors=True)


def _last_look(folder: Path) -> float | None:
    """When the deleted sessions were last looked at, if that was over a day ago; this look is noted then."""
    mark, now = folder / _LAST_LOOK, time.time()
    try:
        if not folder.is_dir():
            return None
        last = mark.stat(follow_symlinks=False).st_mtime if mark.exists() else now
        if last < now < last + _DAY_S:
            return None
        mark.touch(mode=PRIVATE_FILE_MODE)
        os.utime(mark, (now, now))
    except OSError:
        return None
    return last if last < now else None
