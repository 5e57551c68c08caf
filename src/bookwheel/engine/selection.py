"""Which documents are searched: a choice by folder, type and day, made by a desk and applied by a store."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bookwheel.lazy_dataclass import dataclass


class Selectable(Protocol):
    """The fields of a document that a selection reads."""

    @property
    def path(self) -> str | None: ...
    @property
    def format(self) -> str: ...
    @property
    def day(self) -> datetime.date | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which documents are searched; a field with its default does not narrow.

    `scope` holds absolute files and folders. `types` are names of formats as the registry of readers gives them ("pdf",
    "html"). `since` and `until` are inclusive; a document without a day is in no span of days. A document
    is taken when it has one of `tags` or a tag below one ("thesis" takes "thesis/method"), in any case of letters.
    """

    scope: tuple[str, ...] | None = None
    types: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    tags: tuple[str, ...] = ()

    def within(self, roots: Sequence[str]) -> Selection:
        """The same, narrowed to what is below `roots`."""
        if self.scope is None:
            return replace(self, scope=tuple(roots))
        kept = [path for path in self.scope if is_inside(path, roots)]
        kept += [root for root in roots if is_inside(root, self.scope)]
        return replace(self, scope=tuple(dict.fromkeys(kept)))

    def takes(self, document: Selectable) -> bool:
        """Whether the selection includes a document."""
        if self.scope is not None and (document.path is None or not is_inside(document.path, self.scope)):
            return False
        if self.types and document.format not in self.types:
            return False
        if self.tags and not any(has_tag(document.tags, tag) for tag in self.tags):
            return False
        return self._takes_day(document.day)

    def _takes_day(self, day: datetime.date | None) -> bool:
        if self.since is None and self.until is None:
            return True
        return day is not None and (self.since or datetime.date.min) <= day <= (self.until or datetime.date.max)


EVERYTHING = Selection()


def is_inside(path: str, scope: Sequence[str]) -> bool:
    """Whether a path is one of the files, or below one of the folders, of `scope`."""
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in scope)


def folded_tag(tag: str) -> str:
    """A tag as it is compared: without `#` and slashes at its ends, in lower case."""
    return tag.strip().lstrip("#").strip("/").casefold()


def has_tag(tags: Iterable[str], wanted: str) -> bool:
    """Whether one of `tags` is `wanted` or below it."""
    name = folded_tag(wanted)
    return any((tag := folded_tag(one)) == name or tag.startswith(f"{name}/") for one in tags)


def file_day(mtime_ns: int) -> datetime.date | None:
    """The day (UTC) of a file's last change; None for 0 and for times outside the calendar."""
    if mtime_ns == 0:
        return None
    try:
        return datetime.datetime.fromtimestamp(mtime_ns // 1_000_000_000, datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
