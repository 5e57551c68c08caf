"""Calendars (.ics): each event with its time, place and description as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_FOLD = lazy_regex(r"\n[ \t]")
_PROPERTY = lazy_regex(r"(?P<name>[A-Z-]{1,40})(?P<parameters>(?:;[^:\n\"]*(?:\"[^\"\n]*\"[^:\n\"]*)*)?):(?P<value>.*)")
_COMMON_NAME = lazy_regex(r";CN=\"?([^\";:]+)")
_TIME = lazy_regex(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_SHOWN = {
    "DTSTART": "Begins", "DTEND": "Ends", "DUE": "Due", "LOCATION": "Place", "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee", "RRULE": "Repeats", "STATUS": "Status", "DESCRIPTION": "Description",
}  # fmt: skip
_PEOPLE = ("ORGANIZER", "ATTENDEE")
_TIMES = ("DTSTART", "DTEND", "DUE")


def read(source: Source) -> Document:
    """The entries, each under its summary."""
    text = decoded(source)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        raise DocumentError("it is not a calendar")
    composer = Composer()
    for summary, lines in _entries(text):
        composer.heading(1, summary or "Event")
        for line in lines:
            composer.line(line)
    if composer.is_empty:
        raise DocumentError("there are no events in it")
    return composer.document(source)


def calendar_text(text: str) -> str:
    """The entries of a calendar as paragraphs; empty when there are none."""
    return "\n\n".join("\n".join([summary, *lines]) for summary, lines in _entries(text))


def _entries(text: str) -> Iterator[tuple[str, list[str]]]:
    summary, lines, inside = "", list[str](), False
    for line in _FOLD.sub("", text.replace("\r\n", "\n")).split("\n"):
        match = _PROPERTY.match(line)
        if match is None:
            continue
        name, value = match["name"], _unescaped(match["value"])
        if name == "BEGIN" and value in _ENTRIES:
            summary, lines, inside = "", list[str](), True
        elif name == "END" and value in _ENTRIES:
            inside = False
            yield summary, lines
        elif inside and name == "SUMMARY":
            summary = value
        elif inside and name in _SHOWN and value:
            lines.append(f"{_SHOWN[name]}: {_shown(name, match['parameters'], value)}")


def _shown(name: str, parameters: str, value: str) -> str:
    if name in _TIMES and (time := _TIME.fullmatch(value)):
        day = f"{time[1]}-{time[2]}-{time[3]}"
        return day if time[4] is None else f"{day} {time[4]}:{time[5]}{' UTC' if time[7] else ''}"
    if name in _PEOPLE:
        address = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
        common = _COMMON_NAME.search(parameters)
        return f"{common[1]} <{address}>" if common else address
    return value


def _unescaped(value: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: " " if match[1] in "nN" else match[1], value).strip()
