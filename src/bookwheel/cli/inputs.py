"""The files and folders that a command works on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bookwheel.errors import UsageError


def existing(paths: Sequence[Path], *, verbs: Sequence[str] = ()) -> list[Path]:
    """The paths, absolute. Raises UsageError for the first that is not there or cannot be read.

    `verbs` are the commands that a mistyped path may have been meant to be.
    """
    return [_existing(path, verbs) for path in paths]


def _existing(path: Path, verbs: Sequence[str]) -> Path:
    whole = Path(os.path.abspath(path.expanduser()))
    if not os.path.lexists(whole):
        from difflib import get_close_matches

        near = get_close_matches(str(path), verbs, n=1)
        hint = f"Did you mean the command '{near[0]}'?" if near else f"It was looked for at {whole}."
        raise UsageError(f"There is no file or folder '{path}'.", hint=hint)
    if not os.access(whole, os.R_OK):
        raise UsageError(f"'{path}' cannot be read.", hint="Its permissions keep you out, or it is a broken link.")
    return whole


def last_places(session_id: str = "") -> list[Path]:
    """The files and folders that were used last, or in a session, and are still there; empty when there are none."""
    from bookwheel.wiring.build import build_sessions

    sessions = build_sessions()
    if session_id:
        documents = next((info.documents for info in sessions.list() if info.id == session_id), ())
    else:
        documents = sessions.latest_documents()
    return [path for document in documents if (path := Path(document)).exists()]


def shown(path: str) -> str:
    """The path as people like to read it: relative when it is below the working directory."""
    here = os.getcwd()
    return os.path.relpath(path, here) if path.startswith(here + os.sep) else path
