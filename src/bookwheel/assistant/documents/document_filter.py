"""Which documents are searched: reading what a user types, and the filter in force, as it is shown and logged."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bookwheel.engine.index.progress import FileState
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.selection import EVERYTHING, Selection, folded_tag
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.paths import absolute
from bookwheel.transcript.filter_text import filter_text

_DATE = lazy_regex(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def day_from(text: str, *, is_last: bool = False) -> date:
    """The day that `text` names; of a year or a month the first, or the last. Raises UsageError if it is not a date."""
    from calendar import monthrange

    found = _DATE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if is_last else 1)), int(found[3] or 0)
        return date(year, month, day or (monthrange(year, month)[1] if is_last else 1))
    except ValueError as error:  # calendar.IllegalMonthError is a ValueError too
        raise UsageError(
            f"'{text}' is not a date.", hint="Write a year, a month or a day: 2024, 2024-03 or 2024-03-01."
        ) from error


def type_from(text: str) -> str:
    """The format that `text` names, by its name or a suffix. Raises UsageError for an unknown one; blocks."""
    from bookwheel.engine.index.readers.reader_registry import format_named, format_names

    name = format_named(text.strip())
    if name is None:
        known = ", ".join(known.removeprefix(".") for known in format_names())
        raise UsageError(f"There is no document type '{text}'.", hint=f"Types: {known}.")
    return name


def tags_from(text: str) -> tuple[str, ...]:
    """The tags and collections that `text` names, separated by commas. Raises UsageError for a blank name."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if not all(map(folded_tag, names)):
        raise UsageError(f"'{text}' has a blank tag.", hint="Separate tags by commas: thesis, to read.")
    return names


def path_from(text: str, roots: Sequence[str]) -> str:
    """The file or folder that `text` names: from here, or below one of `roots`, or one of them by its name.

    Raises UsageError when it does not exist, or is not below `roots`; blocks.
    """
    typed = os.path.expanduser(text)
    candidates = [os.path.normpath(absolute(typed))]
    if not os.path.isabs(typed):
        candidates += [os.path.normpath(os.path.join(root, typed)) for root in roots]
        candidates += [os.path.normpath(os.path.join(os.path.dirname(root), typed)) for root in roots]
    there = [path for path in candidates if os.path.lexists(path)]
    for path in there:
        if Selection(scope=(path,)).within(roots).scope:
            return path
    names = ", ".join(roots) or "nothing"
    what = f"'{text}' is not in the library." if there else f"There is no file or folder '{text}'."
    raise UsageError(what, hint=f"You can search: {names}.")


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """The filter in force; `data` is what `RunStarted` logs of it (None when all documents are searched)."""

    selection: Selection = EVERYTHING
    data: JsonObject | None = None

    @property
    def text(self) -> str:
        """The filter in words; "" when all documents are searched."""
        return filter_text(self.data or {})

    def problem(self, files: Sequence[FileState]) -> str:
        """The message when no indexed document matches; "" when one does, or when nothing is indexed at all."""
        searchable = [file for file in files if file.status == "indexed"]
        if self.data is None or not searchable or any(map(self.selection.takes, searchable)):
            return ""
        return f"No document matches the filter: {self.text}."


NO_FILTER = DeskFilter()


def desk_filter(selection: Selection, roots: Sequence[str]) -> DeskFilter:
    """The filter for a desk with these roots; paths that are not below them are dropped. Blocks."""
    if selection.scope is not None:
        scope = tuple(path for path in selection.scope if Selection(scope=(path,)).within(roots).scope)
        selection = replace(selection, scope=scope or None)
    return DeskFilter(selection, _data(selection) or None)


def _data(selection: Selection) -> JsonObject:
    """The selection as JSON; folders end with a slash."""
    data: JsonObject = {}
    if selection.scope:
        data["in"] = [f"{path.rstrip('/')}/" if os.path.isdir(path) else path for path in selection.scope]
    if selection.types:
        data["types"] = list(selection.types)
    if selection.tags:
        data["tags"] = list(selection.tags)
    for name, day in (("since", selection.since), ("until", selection.until)):
        if day is not None:
            data[name] = day.isoformat()
    return data
