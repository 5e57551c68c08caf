"""The menu of the filter: the place under the cursor, the types that there are, the days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bookwheel.assistant.updates import DeskStatus, LibraryChanged
from bookwheel.engine.selection import Selection
from bookwheel.transcript.filter_text import BETWEEN
from bookwheel.tui.rows.library_rows import LibraryRow
from bookwheel.tui.screens.pick import Choice

HERE, SINCE, UNTIL, ALL = "here", "since", "until", "all"
TYPE = "type:"


def filter_choices(state: LibraryChanged, status: DeskStatus, row: LibraryRow | None, done: str) -> Iterator[Choice]:
    """What can be chosen; `done` marks what is in force."""
    selection = status.selection
    if row is not None and row.kind in ("folder", "file"):
        mark = done if row.path in (selection.scope or ()) else " "
        note = "folder" if row.kind == "folder" else "file"
        yield Choice(value=HERE, label=f"{mark} only in {row.label}", note=note)
    for name, count in sorted(Counter(file.format for file in state.files if file.format).items()):
        mark = done if name in selection.types else " "
        yield Choice(value=f"{TYPE}{name}", label=f"{mark} {name.removeprefix('.')}", note=f"{count}", words="type")
    for value, day in ((SINCE, selection.since), (UNTIL, selection.until)):
        note = day.isoformat() if day is not None else "a year, a month or a day"
        yield Choice(value=value, label=f"{done if day is not None else ' '} {value}…", note=note, words="date")
    if status.filter:
        yield Choice(value=ALL, label="  all documents", note=BETWEEN.join(("now", status.filter)), words="clear")


def with_type(selection: Selection, name: str) -> Selection:
    """The type chosen too, or no longer."""
    kept = tuple(other for other in selection.types if other != name)
    return replace(selection, types=kept if name in selection.types else (*kept, name))


def with_place(selection: Selection, path: str) -> Selection:
    """The file or folder chosen too, or no longer; what is inside of it, or around it, gives way to it."""
    scope = selection.scope or ()
    if path in scope:
        kept = tuple(other for other in scope if other != path)
        return replace(selection, scope=kept or None)
    apart = [other for other in scope if not (_is_below(other, path) or _is_below(path, other))]
    return replace(selection, scope=(*apart, path))


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
