"""Which documents a passage belongs to, as terms of the lexical index: its folders, its type, its day.

All are looked up alike, so that a filter costs no more than a folder does. A day has four terms, the beginnings of its
date ("20", "2024", "2024-03", "2024-03-01"): any span of days is a few dozen of them.
"""

import datetime
import hashlib
import os
from calendar import monthrange
from collections.abc import Iterator, Sequence

from bookwheel.engine.stores.base import Selection, StoredDocument

_MONTH = 7
_LENGTHS = (2, 4, _MONTH, 10)  # of an ISO date: its century, year, month, and the whole


def scope_tokens(stored: StoredDocument) -> str:
    """The terms of a document's file and all its folders, of its type, and of its day."""
    tokens = [] if stored.path is None else [_path_token(path) for path in _with_folders(stored.path)]
    if stored.format:
        tokens.append(_type_token(stored.format))
    if (day := stored.day) is not None:
        tokens += [day.isoformat()[:length] for length in _LENGTHS]
    return " ".join(tokens)


def wanted_tokens(selection: Selection) -> Iterator[Sequence[str]]:
    """Sets of terms; a passage of a selected document has one of each set."""
    if selection.scope is not None:
        yield [_path_token(root) for root in selection.scope]
    if selection.types:
        yield [_type_token(name) for name in selection.types]
    if selection.since is not None or selection.until is not None:
        yield list(_day_tokens(selection.since or datetime.date.min, selection.until or datetime.date.max))


def _with_folders(path: str) -> Iterator[str]:
    yield path
    while (parent := os.path.dirname(path)) != path:
        path = parent
        yield path


def _path_token(path: str) -> str:
    return hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()


def _type_token(name: str) -> str:
    # Paths are absolute; none begins like this.
    return _path_token(f"type:{name}")


def _day_tokens(since: datetime.date, until: datetime.date) -> Iterator[str]:
    """The fewest periods that together are the days from `since` to `until`."""
    day = since
    while day <= until:
        iso = day.isoformat()
        periods = ((iso[:length], *_span(iso[:length])) for length in _LENGTHS)
        token, last = next((period, last) for period, first, last in periods if first == day and last <= until)
        yield token
        if last == datetime.date.max:
            return
        day = last + datetime.timedelta(days=1)


def _span(period: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a century, a year, a month or a day."""
    first = datetime.date.min if period == "00" else datetime.date.fromisoformat(period + "2000-01-01"[len(period) :])
    if len(period) == _MONTH:
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    return first, datetime.date.fromisoformat(period + "2099-12-31"[len(period) :])
