"""Reads the cells of a table as values that can be compared: amounts with their units, days, times, yes and no."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bookwheel.engine.text.exact_things import days_in
from bookwheel.engine.text.figures import readings
from bookwheel.lazy_regex import lazy_regex

Scale = Literal["amount", "day", "time", "grade"]

# What one of a unit is in the first unit of its family.
_UNITS: dict[str, dict[str, float]] = {
    "mass": {
        "g": 1, "gr": 1, "mg": 0.001, "kg": 1_000, "kilo": 1_000, "kilos": 1_000, "t": 1e6, "to": 1e6, "tonnes": 1e6,
        "tons": 1e6, "tonnen": 1e6, "lb": 453.6, "lbs": 453.6, "oz": 28.35, "pounds": 453.6,
    },
    "length": {
        "m": 1, "mm": 0.001, "cm": 0.01, "km": 1_000, "ft": 0.3048, "feet": 0.3048, "in": 0.0254, "inch": 0.0254,
        "mi": 1_609, "mile": 1_609, "miles": 1_609, "metres": 1, "meters": 1, "meter": 1, "mètres": 1, "metros": 1,
    },
    "duration": {
        "s": 1, "sec": 1, "seconds": 1, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "minuten": 60,
        "minutos": 60, "minuti": 60, "h": 3_600, "hr": 3_600, "hrs": 3_600, "hour": 3_600, "hours": 3_600,
        "stunden": 3_600, "heures": 3_600, "horas": 3_600, "ore": 3_600, "day": 86_400, "days": 86_400, "tage": 86_400,
        "jours": 86_400, "días": 86_400, "giorni": 86_400, "week": 604_800, "weeks": 604_800, "wochen": 604_800,
        "month": 2.63e6, "months": 2.63e6, "monate": 2.63e6, "year": 3.156e7,
        "years": 3.156e7, "jahre": 3.156e7, "ans": 3.156e7,
    },
    "money": {
        "€": 1, "eur": 1, "euro": 1, "euros": 1, "$": 1, "usd": 1, "dollars": 1, "£": 1, "gbp": 1, "pounds sterling": 1,
        "chf": 1, "francs": 1, "franken": 1, "kr": 1, "cents": 0.01, "cent": 0.01,
    },
    "speed": {"km/h": 1, "kmh": 1, "mph": 1.609, "m/s": 3.6, "kn": 1.852, "knots": 1.852},
    "heat": {"°c": 1, "°": 1, "degrees": 1, "grad": 1},
    "area": {"m²": 1, "m2": 1, "ha": 10_000, "km²": 1e6, "acres": 4_047, "hectares": 10_000},
    "volume": {"l": 1, "ml": 0.001, "hl": 100, "litres": 1, "liters": 1, "liter": 1, "m³": 1_000, "gallons": 3.785},
    "power": {"w": 1, "kw": 1_000, "mw": 1e6, "hp": 746, "ps": 735},
    "sound": {"db": 1},
}  # fmt: skip
_FAMILIES: dict[str, tuple[str, float]] = {
    unit: (family, factor) for family, units in _UNITS.items() for unit, factor in units.items()
}
_NUMBER = r"\d+(?:[ ,.'’]\d{3})*(?:[.,]\d+)?"
_PART = lazy_regex(rf"([€$£]\s?)?(?<![\w.,])(-?{_NUMBER})\s?([^\W\d_]{{1,9}}(?:/[a-z]+|[²³2]\b)?|°[CF]?|[€$£%])?")
_TIME = lazy_regex(
    r"(?<![\d:.-])([01]?\d|2[0-3])(?::|\s?h\s?|(?=\s?[ap]\.?m))([0-5]\d)?(?::\d\d)?\s?([ap])?\.?(?:m\b)?(?![\d.:-])"
)
_GRADE = lazy_regex(r"\s*(\d{1,2})\s?([a-f])?([+-]?)\s*")
_YEAR = lazy_regex(r"\s*(1[5-9]\d\d|20\d\d)\s*")
_YES = frozenset("yes y true ja wahr oui vrai sí si true verdadero vero sim da да x ✓ ✔ done".split())
_NO = frozenset("no n false nein falsch non faux falso não nee нет - – — ✗ ✘ none keine aucun open".split())
# In "Weight t" the unit stands bare; "to", "in" and "h" at the end of a name are other words.
# The last word of "Height m", but not of "Price per day" or "Paid in".
_UNIT_AT_END = lazy_regex(r"(?<!\bper) (mm|cm|m|km|kg|g|mg|t|lb|oz|ft|mi|s|min|h|€|EUR|USD|GBP|CHF|°C|m²|m2|ha|km/h)\Z")
_UNIT_IN_NAME = lazy_regex(
    r"[(\[]\s?([^)\]]{1,12}?)\s?[)\]]|\bin ([^\W\d_]{1,6})\s*\Z|, ([^\W\d_]{1,4})\s*\Z"
    r"|[^\W\d_]{3,}[ _]((?:[kcm]?m|m?g|kg|t|[km]?w|ps|hp|eur|usd|gbp|chf|ha|ml|hl|l|°c|€|\$|£|km/h|db|min))\s*\Z",
    re.IGNORECASE,
)


class Amount(NamedTuple):
    """A number; with a unit, in the first unit of its `family` ("" without one)."""

    number: float
    family: str


def amount_of(text: str, unit: str = "") -> Amount | None:
    """The amount that a cell gives; `unit` is that of its column. "2 h 25 min" is one amount, a range its first."""
    total: float | None = None
    family = ""
    for match in _PART.finditer(text):
        written = (match[3] or match[1] or unit).strip().casefold()
        found, factor = _FAMILIES.get(written, ("", 1.0))
        if total is not None and (found != "duration" or family != "duration" or not match[3]):
            break
        total = (total or 0.0) + _number(match[2]) * factor
        family = found
    return Amount(total, family) if total is not None else None


def unit_in(name: str) -> str:
    """The unit in the name of a column: "kg" in "Weight (kg)", "minutes" of "Minutes"."""
    if name.strip().casefold() in _FAMILIES:
        return name.strip().casefold()
    match = _UNIT_IN_NAME.search(name) or _UNIT_AT_END.search(name.strip())
    return next((group for group in match.groups() if group), "").casefold() if match else ""


def family_of(unit: str) -> str:
    """The family of a unit: "mass" of "kg"; "" if it is not known."""
    return _FAMILIES.get(unit.casefold(), ("", 1.0))[0]


def day_of(text: str) -> int | None:
    """A day, month or year as a number that grows with time: 20260514, 20260500 or 20260000."""
    if days := days_in(text):
        year, month, day = days[0]
        return year * 10_000 + month * 100 + day
    year_alone = _YEAR.fullmatch(text)
    return int(year_alone[1]) * 10_000 if year_alone else None


def minutes_of(text: str) -> int | None:
    """A time of day in minutes after midnight: "14:05", "2 pm"."""
    match = _TIME.search(text)
    if match is None:
        return None
    hour = int(match[1])
    if match[3]:
        hour = hour % 12 + (12 if match[3].casefold() == "p" else 0)
    return hour * 60 + int(match[2] or 0)


def grade_of(text: str) -> float | None:
    """A grade of a figure and a letter: "6b+"."""
    match = _GRADE.fullmatch(text.casefold())
    if match is None:
        return None
    letter = "abcdef".find(match[2]) + 1 if match[2] else 0
    return int(match[1]) * 100 + letter * 10 + {"+": 1, "-": -1}.get(match[3], 0)


def is_yes(text: str) -> bool | None:
    """Whether a cell says yes or, by no or nothing, no; None if it says something else."""
    word = text.strip().strip(".").casefold()
    if word in _YES:
        return True
    return False if not word or word in _NO else None


def _number(written: str) -> float:
    sign = -1.0 if written.startswith("-") else 1.0
    found = sorted(readings(written.lstrip("-")), key=len)
    try:
        # Of "1,234" both readings are possible; whole numbers are more usual in a column.
        return sign * float(next((value for value in found if "." not in value), found[0]))
    except ValueError:
        return 0.0
