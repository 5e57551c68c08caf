"""A filter of documents in words: "in reports/ · pdf · since 2024"; the same words in the log and on the screen."""

from __future__ import annotations

from datetime import date

from bookwheel.engine import json_fields as fields
from bookwheel.engine.schema import JsonObject

BETWEEN = " · "
_MOST_PATHS = 2


def filter_text(data: JsonObject) -> str:
    """The words for the `filter` of a `RunStarted`, uncleaned; "" for no filter."""
    since, until = fields.text(data, "since"), fields.text(data, "until")
    parts = (
        _paths(fields.texts(data, "in")),
        ", ".join(name.removeprefix(".") for name in fields.texts(data, "types")),
        ", ".join(f"tag {name}" for name in fields.texts(data, "tags")),
        since and f"since {_short(since, is_last=False)}",
        until and f"until {_short(until, is_last=True)}",
    )
    return BETWEEN.join(filter(None, parts))


def _paths(paths: list[str]) -> str:
    if not paths:
        return ""
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    return f"in {', '.join(map(_name, paths[:_MOST_PATHS]))}{more}"


def _name(path: str) -> str:
    # A folder is logged with a slash at its end.
    name = path.rstrip("/").rpartition("/")[2]
    return f"{name}/" if path.endswith("/") else name


def _short(iso: str, *, is_last: bool) -> str:
    """A year or a month for its first or last day, as the user typed it."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    from calendar import monthrange

    month_ends = monthrange(day.year, day.month)[1]
    if day.day != (month_ends if is_last else 1):
        return iso
    return iso[:4] if day.month == (12 if is_last else 1) else iso[:7]
