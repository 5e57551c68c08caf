"""Completion of a path that is being typed."""

from __future__ import annotations

import os
from pathlib import Path

from bookwheel.transcript.sanitize import clean_line

MAX_FOUND = 100


def complete_path(typed: str) -> list[str]:
    """Paths that `typed` could become, folders with a slash; hidden ones only when asked for. Blocks.

    Names that cannot be shown as they are cannot be typed either: the folder that holds them can be added.
    """
    folder_text, _, name = typed.rpartition("/")
    folder = Path(f"{folder_text}/" if "/" in typed else ".").expanduser()
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir()) for entry in entries if entry.name.startswith(name)]
    except OSError:
        return []
    shown = sorted(pair for pair in found if (name or not pair[0].startswith(".")) and clean_line(pair[0]) == pair[0])
    prefix = f"{folder_text}/" if "/" in typed else ""
    return [f"{prefix}{entry}{'/' if is_folder else ''}" for entry, is_folder in shown[:MAX_FOUND]]
