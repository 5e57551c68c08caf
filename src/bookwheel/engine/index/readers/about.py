"""A document's own date, title and author in one form: the date in ISO 8601, the others as one line each."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bookwheel.engine.locations import PAGE_STARTS
from bookwheel.engine.metadata_text import REMARKS, remarks_of
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

LONGEST_TITLE = 500
LONGEST_AUTHOR = 200
_LONGEST_REMARK = 200
_MOST_REMARKS = 8
_MOST_AUTHORS = 100
# With fewer characters of text for each picture the pictures may be what the document says.
_LITTLE_TEXT = 200
_CELL_ERROR = lazy_regex(r"#(?:REF!|DIV/0!|NAME\?|VALUE!|NULL!|NUM!|SPILL!|CALC!)|Err:\d{3}")
_LOOKED_AT = 200  # characters of a value that may hold a date

_MONTHS = "january february march april may june july august september october november december".split()
_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, 4, len(name))}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_FORMS = tuple(
    lazy_regex(form, re.IGNORECASE)
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
    """A document's title, author, date and number of pages in the form that a store keeps."""

    title: str | None
    author: str | None
    date: datetime.date | None
    pages: int | None
    remarks: tuple[str, ...] = ()


def about_document(metadata: Mapping[str, JsonValue]) -> About:
    """The values in a document's metadata; a malformed value counts as absent."""
    title, author, date = metadata.get("title"), metadata.get("author"), metadata.get("date")
    pages = metadata.get(PAGE_STARTS)
    return About(
        title=title if isinstance(title, str) else None,
        author=author if isinstance(author, str) else None,
        date=first_day(iso_day(date)) if isinstance(date, str) else None,
        pages=len(pages) if isinstance(pages, list) else None,
        remarks=remarks_of(metadata),
    )


def iso_day(text: str | None) -> str | None:
    """A date in one of the usual ways of writing it, as ISO 8601: "2024-03-01", or "2024-03", or "2024".

    The result is as exact as the text, and keeps the day of the time zone that it was written in. None for a text
    that holds no date, and for a date that cannot exist.
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
    """The text on one line, cut after `longest` characters; None for a blank text."""
    line = " ".join((text or "")[: longest * 4].split())
    return (line if len(line) <= longest else line[: longest - 1].rstrip() + "…") or None


def joined_authors(names: Iterable[str]) -> str:
    """Several authors as one line; a name that occurs twice counts once."""
    lines = (one_line(name, LONGEST_AUTHOR) for name, _ in zip(names, range(_MOST_AUTHORS), strict=False))
    return ", ".join(dict.fromkeys(filter(None, lines)))


def clean_remarks(remarks: Iterable[str]) -> list[str]:
    """What a reader did not bring in, as at most 8 different lines of at most 200 characters."""
    lines = dict.fromkeys(one_line(remark, _LONGEST_REMARK) for remark in remarks)
    return [line for line in lines if line is not None][:_MOST_REMARKS]


def pictures_remark(pictures: int, text_length: int) -> list[str]:
    """The remark on pictures where there is little text beside them; else none: a letterhead is not missed."""
    if not pictures or text_length >= pictures * _LITTLE_TEXT:
        return []
    count = "one picture is" if pictures == 1 else f"{pictures:,} pictures are"
    return [f"{count} not read, and there is little text beside {'it' if pictures == 1 else 'them'}"]


def is_cell_error(cell: str) -> bool:
    """Whether a cell shows what a program for sheets writes where it could not calculate: `#REF!`, `Err:502`."""
    return cell.startswith(("#", "Err:")) and _CELL_ERROR.fullmatch(cell) is not None


def cell_errors_remark(errors: Sequence[str]) -> list[str]:
    """The remark on cells that show an error; none without any."""
    if not errors:
        return []
    cells = "one cell shows an error" if len(errors) == 1 else f"{len(errors):,} cells show an error"
    return [f"{cells} in place of a value ({errors[0]})"]


def add_remarks(metadata: JsonObject, remarks: Iterable[str]) -> None:
    """Add to what the metadata of a document says is missing from its text."""
    if lines := clean_remarks([*remarks_of(metadata), *remarks]):
        metadata[REMARKS] = lines


def _iso(year: int, month: int, day: int) -> str | None:
    # A zero stands for an unknown month or day.
    try:
        whole = datetime.date(year, month or 1, day or 1).isoformat()
    except ValueError:
        return None
    return whole if month and day else whole[: len("2024-03") if month else len("2024")]


def _month(written: str | None) -> int:
    if written is None:
        return 0
    return int(written) if written.isdecimal() else _NUMBERS[written.lower()]
