"""Dates, times and durations of a sheet as their number formats show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from bookwheel.lazy_regex import lazy_regex

_PIECE = lazy_regex(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$-(?P<language>[0-9a-f]+)[^\]]*\]|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]'
    r"|[_*].|(?P<half>am/pm|a/p)|(?P<part>y+|m+|d+|h+|s+)(?P<fraction>\.0+)?|(?P<sign>[^;])",
    re.IGNORECASE,
)
_MIDNIGHT = lazy_regex(r"(?<=\d) 0?0:00(?::00)?(?:\.0+)?$")
# What these show depends on the country of the reader's system, which the file does not name.
_SYSTEM_FORMATS = frozenset({"General", "mm-dd-yy", "m/d/yy", "m/d/yy h:mm", "mm/dd/yy"})
_ENGLISH = (0, 9)  # the low ten bits of a language's number
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class _FormatPart(NamedTuple):
    # One of "ymdhs", "i" for minutes, "p" for the half of the day, "f" for a fraction of a second, "" for text.
    kind: str
    text: str
    is_elapsed: bool = False


def shown_date(value: datetime | date | time | timedelta, number_format: str) -> str:
    """`value` as the format shows it: 3 May 2024 under `dd.mm.yyyy` is `03.05.2024`, 36 hours under `[h]:mm` `36:00`.

    ISO 8601 where the format follows the reader's system or names months in another language than English.
    """
    parts = _parts(number_format)
    if isinstance(value, timedelta):
        return _shown_duration(value, parts or _parts("[h]:mm:ss"))
    if not parts:
        return value.isoformat(" ").removesuffix(" 00:00:00") if isinstance(value, datetime) else str(value)
    moment = value if isinstance(value, datetime) else _moment(value)
    is_half = any(part.kind == "p" for part in parts)
    shown = "".join(_shown(moment, part, is_half=is_half) for part in parts).strip()
    # Programs that write a column of days as moments give them all this time.
    return _MIDNIGHT.sub("", shown) if moment.time() == time() else shown


@lru_cache(maxsize=200)
def _parts(number_format: str) -> Sequence[_FormatPart]:
    """The parts of a format; none where it is not of a date, or follows the reader's system."""
    pieces = list(_PIECE.finditer(number_format.split(";")[0]))
    parts = tuple(_read(pieces))
    is_foreign = any(piece["language"] and int(piece["language"], 16) & 0x3FF not in _ENGLISH for piece in pieces)
    has_names = any(part.kind in ("m", "d") and len(part.text) > 2 for part in parts)
    # Another letter is of a calendar that is not ours.
    is_strange = any(piece["sign"] and piece["sign"].isalpha() for piece in pieces)
    is_date = any(part.kind for part in parts)
    return () if number_format in _SYSTEM_FORMATS or (is_foreign and has_names) or is_strange or not is_date else parts


def _read(pieces: Sequence[re.Match[str]]) -> Iterator[_FormatPart]:
    before = ""
    for number, piece in enumerate(pieces):
        letters = (piece["elapsed"] or piece["part"] or "").lower()
        if not letters:
            literal = piece["quoted"] or piece["escaped"] or piece["sign"] or ""
            yield _FormatPart("p", "") if piece["half"] else _FormatPart("", literal)
            continue
        later = next((after["part"] for after in pieces[number + 1 :] if after["part"]), "")
        # A month that stands after hours or before seconds is a minute.
        is_minute = letters[0] == "m" and (bool(piece["elapsed"]) or before == "h" or later[:1].lower() == "s")
        yield _FormatPart("i" if is_minute else letters[0], letters, is_elapsed=bool(piece["elapsed"]))
        if piece["fraction"]:
            yield _FormatPart("f", piece["fraction"])
        before = letters[0]


def _moment(value: date | time) -> datetime:
    if isinstance(value, time):
        return datetime.combine(date(1900, 1, 1), value)
    return datetime.combine(value, time())


def _shown(moment: datetime, part: _FormatPart, *, is_half: bool) -> str:
    length = len(part.text)
    match part.kind:
        case "":
            return part.text
        case "p":
            return "AM" if moment.hour < 12 else "PM"
        case "f":
            return f".{moment.microsecond:06d}"[:length]
        case "y":
            return f"{moment.year:04d}" if length > 2 else f"{moment.year % 100:02d}"
        case "m" | "d" if length > 2:
            name = _MONTHS[moment.month - 1] if part.kind == "m" else _DAYS[moment.weekday()]
            return {3: name[:3], 5: name[:1]}.get(length, name)
        case _:
            hour = (moment.hour % 12 or 12) if is_half else moment.hour
            numbers = {"m": moment.month, "d": moment.day, "h": hour, "i": moment.minute, "s": moment.second}
            return f"{numbers[part.kind]:0{length}d}"


def _shown_duration(value: timedelta, parts: Sequence[_FormatPart]) -> str:
    """Hours beyond a day are counted on where the format says so, as in `[h]:mm`."""
    total = abs(round(value.total_seconds()))
    whole = {"h": total // 3600, "i": total // 60, "s": total}
    rest = {"d": total // 86400, "h": total // 3600 % 24, "i": total // 60 % 60, "s": total % 60}
    shown = (
        f"{(whole if part.is_elapsed else rest).get(part.kind, 0):0{len(part.text)}d}"
        if part.kind in rest
        else ("" if part.kind else part.text)
        for part in parts
    )
    return ("-" if value < timedelta() else "") + "".join(shown).strip()
