"""Calendars (.ics): each event with its time, place and description as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.mail.content_lines import Entry, entries_document, properties_of, unescaped
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_COMMON_NAME = lazy_regex(r";CN=\"?([^\";:]+)")
_TIME = lazy_regex(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = lazy_regex(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,4}S)?)?")
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_SHOWN = {
    "DTSTART": "Begins", "DTEND": "Ends", "DUE": "Due", "DURATION": "Lasts", "LOCATION": "Place",
    "ORGANIZER": "Organizer", "ATTENDEE": "Attendee", "RRULE": "Repeats", "STATUS": "Status",
    "DESCRIPTION": "Description",
}  # fmt: skip
_PEOPLE = ("ORGANIZER", "ATTENDEE")
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
    "SU": "Sunday",
}  # fmt: skip
_TIMES = ("DTSTART", "DTEND", "DUE")


def read(source: Source) -> Document:
    """The entries, each under its summary."""
    text = decoded(source)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        raise DocumentError("it is not a calendar")
    return entries_document(source, _entries(text), unnamed="Event", nothing="there are no events in it")


def calendar_text(text: str) -> str:
    """The entries of a calendar as paragraphs; empty when there are none."""
    return "\n\n".join("\n".join([summary, *lines]) for summary, lines in _entries(text))


def _entries(text: str) -> Iterator[Entry]:
    summary, lines = "", list[str]()
    inside: list[str] = []  # an alarm inside an event has a description of its own
    for name, parameters, raw in properties_of(text):
        value = unescaped(raw)
        if name == "BEGIN":
            if value in _ENTRIES:
                summary, lines, inside = "", list[str](), []
            inside.append(value)
        elif name == "END":
            if value in _ENTRIES and value in inside:
                yield summary, lines
            del inside[-1:]
        elif not inside or inside[-1] not in _ENTRIES:
            continue
        elif name == "SUMMARY":
            summary = value
        elif name in _SHOWN and value:
            lines.append(f"{_SHOWN[name]}: {_shown(name, parameters, value)}")


def _shown(name: str, parameters: str, value: str) -> str:
    if name in _TIMES and (time := _TIME.fullmatch(value)):
        day = f"{time[1]}-{time[2]}-{time[3]}"
        return day if time[4] is None else f"{day} {time[4]}:{time[5]}{' UTC' if time[7] else ''}"
    if name in _PEOPLE:
        address = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
        common = _COMMON_NAME.search(parameters)
        return f"{common[1]} <{address}>" if common else address
    if name == "DURATION" and (length := _DURATION.fullmatch(value)):
        units = zip(length.groups(), ("week", "day", "hour", "minute"), strict=True)
        return ", ".join(f"{int(count)} {unit}{'' if int(count) == 1 else 's'}" for count, unit in units if count)
    if name == "RRULE" and (rule := _repetition(value)):
        return rule
    return value


def _repetition(value: str) -> str:
    """ "every 2 weeks on Monday, 6 times" for FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=6; "" for other rules."""
    parts = {name: told for name, _, told in (part.partition("=") for part in value.upper().split(";"))}
    unit, count = _UNITS.get(parts.get("FREQ", "")), parts.get("INTERVAL", "1")
    if unit is None or not count.isdecimal():
        return ""
    days = [_DAYS[day[-2:]] for day in parts.get("BYDAY", "").split(",") if day[-2:] in _DAYS]
    told = f"every {unit}" if int(count) == 1 else f"every {int(count)} {unit}s"
    told += f" on {', '.join(days)}" if days else ""
    if (times := parts.get("COUNT", "")).isdecimal():
        told += f", {int(times)} times"
    if until := _TIME.match(parts.get("UNTIL", "")):
        told += f", until {until[1]}-{until[2]}-{until[3]}"
    return told
