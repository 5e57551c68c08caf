"""Which of the desk's documents are asked: what a user types, read; and what is in force, logged and told."""

from __future__ import annotations

import os
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bookwheel.engine.index.progress import FileState
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import UsageError
from bookwheel.transcript.filter_text import filter_text

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def day_from(text: str, *, is_last: bool = False) -> date:
    """The day that `text` means; of a year or a month the first, or the last. Raises UsageError for no date."""
    found = _DATE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if is_last else 1)), int(found[3] or 0)
        return date(year, month, day or (monthrange(year, month)[1] if is_last else 1))
    except ValueError as error:  # calendar's own for a month that there is not is one too
        raise UsageError(
            f"'{text}' is no date.", hint="Write a year, a month or a day: 2024, 2024-03 or 2024-03-01."
        ) from error


def type_from(text: str) -> str:
    """The format that `text` names, by its name or a suffix. Raises UsageError for another; blocks."""
    from bookwheel.engine.index.readers.reader_registry import format_named, format_names

    name = format_named(text.strip())
    if name is None:
        known = ", ".join(known.removeprefix(".") for known in format_names())
        raise UsageError(f"There is no document type '{text}'.", hint=f"Types: {known}.")
    return name


def place_from(text: str, roots: Sequence[str]) -> str:
    """The file or folder that `text` names: from here, or below one of `roots`, or one of them by its name.

    Raises UsageError when it is not there, or not among what is below `roots`; blocks.
    """
    typed = os.path.expanduser(text)
    candidates = [os.path.abspath(typed)]
    if not os.path.isabs(typed):
        candidates += [os.path.normpath(os.path.join(root, typed)) for root in roots]
        candidates += [os.path.normpath(os.path.join(os.path.dirname(root), typed)) for root in roots]
    there = [path for path in candidates if os.path.lexists(path)]
    for path in there:
        if Selection(scope=(path,)).within(roots).scope:
            return path
    names = ", ".join(roots) or "nothing"
    what = f"'{text}' is not among the documents." if there else f"There is no file or folder '{text}'."
    raise UsageError(what, hint=f"Asked can be what is in {names}.")


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """The filter that is in force, with `data` as `RunStarted` logs it (None when all documents are asked)."""

    selection: Selection = EVERYTHING
    data: JsonObject | None = None

    @property
    def text(self) -> str:
        """In words, as they came; "" when all documents are asked."""
        return filter_text(self.data or {})

    def problem(self, files: Sequence[FileState]) -> str:
        """What to say when no document is left that can be searched; "" when there is one, or none at all."""
        searchable = [file for file in files if file.status == "indexed"]
        if self.data is None or not searchable or any(map(self.selection.takes, searchable)):
            return ""
        return f"No document matches the filter: {self.text}."


NO_FILTER = DeskFilter()


def desk_filter(selection: Selection, roots: Sequence[str]) -> DeskFilter:
    """The filter for a desk with these roots; places that are not below them narrow nothing. Blocks."""
    if selection.scope is not None:
        scope = tuple(path for path in selection.scope if Selection(scope=(path,)).within(roots).scope)
        selection = replace(selection, scope=scope or None)
    return DeskFilter(selection, _data(selection) or None)


def _data(selection: Selection) -> JsonObject:
    """Folders with a slash at their end."""
    data: JsonObject = {}
    if selection.scope:
        data["in"] = [f"{path.rstrip('/')}/" if os.path.isdir(path) else path for path in selection.scope]
    if selection.types:
        data["types"] = list(selection.types)
    for name, day in (("since", selection.since), ("until", selection.until)):
        if day is not None:
            data[name] = day.isoformat()
    return data
