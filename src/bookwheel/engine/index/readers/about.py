"""What a document says about itself, made even: its date as a day, its title and its author as one line each."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bookwheel.engine.locations import PAGE_STARTS
from bookwheel.engine.schema import JsonValue

LONGEST_TITLE = 500
LONGEST_AUTHOR = 200
_MOST_AUTHORS = 100
_LOOKED_AT = 200  # characters of what is said to be a date

_MONTHS = "january february march april may june july august september october november december".split()
_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, 4, len(name))}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # D:20240301… of PDF, and the same without separators elsewhere
        r"^(?:D:)?(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=\D|$|\d{6})",
        r"^D:(?P<year>\d{4})(?P<month>\d\d)?",
        r"(?<!\d)(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})[-/.年](?P<month>\d{1,2})(?![\d-])",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        rf"\b{_DAY}\s+{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        r"^\D{0,10}(?P<year>\d{4})年?$",
    )
)


class About(NamedTuple):
    """What a document's metadata tells in the form that a store keeps."""

    title: str | None
    author: str | None
    date: datetime.date | None
    pages: int | None


def said_about(metadata: Mapping[str, JsonValue]) -> About:
    """What is told; what is malformed counts as not told."""
    title, author, date = metadata.get("title"), metadata.get("author"), metadata.get("date")
    pages = metadata.get(PAGE_STARTS)
    return About(
        title=title if isinstance(title, str) else None,
        author=author if isinstance(author, str) else None,
        date=first_day(iso_day(date)) if isinstance(date, str) else None,
        pages=len(pages) if isinstance(pages, list) else None,
    )


def iso_day(text: str | None) -> str | None:
    """A date in one of the usual ways of writing it, as ISO 8601: "2024-03-01", or "2024-03", or "2024".

    It is as exact as it was written, and the day is the one that was written, wherever that was. None for what is no
    date, or one that cannot be.
    """
    for form in _FORMS:
        if found := form.search((text or "")[:_LOOKED_AT].strip()):
            parts = found.groupdict()
            return _iso(int(parts["year"]), _month(parts.get("month")), int(parts.get("day") or 0))
    return None


def first_day(iso: str | None) -> datetime.date | None:
    """The day, or the first day of the month or year, that `iso_day` gave."""
    if iso is None:
        return None
    try:
        return datetime.date.fromisoformat(iso + "2000-01-01"[len(iso) :])
    except ValueError:
        return None


def one_line(text: str | None, longest: int) -> str | None:
    """A text on one line, cut when it is longer; None for a blank one."""
    line = " ".join((text or "")[: longest * 4].split())
    return (line if len(line) <= longest else line[: longest - 1].rstrip() + "…") or None


def joined_authors(names: Iterable[str]) -> str:
    """Several authors as one; a name said twice counts once."""
    lines = (one_line(name, LONGEST_AUTHOR) for name, _ in zip(names, range(_MOST_AUTHORS), strict=False))
    return ", ".join(dict.fromkeys(filter(None, lines)))


def _iso(year: int, month: int, day: int) -> str | None:
    # Zeros stand for what is not known: 2024-00-00.
    try:
        whole = datetime.date(year, month or 1, day or 1).isoformat()
    except ValueError:
        return None
    return whole if month and day else whole[: len("2024-03") if month else len("2024")]


def _month(written: str | None) -> int:
    if written is None:
        return 0
    return int(written) if written.isdecimal() else _NUMBERS[written.lower()]
