"""Numbers of a sheet as its number formats show them: percent signs, currencies, decimals, groups of thousands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bookwheel.lazy_regex import lazy_regex

_QUOTED = lazy_regex(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^-\]]*)[^\]]*\]|\[[^\]]*\]')
# Each comma behind the digits divides by a thousand: `#,##0,"k"`.
_DIGITS = lazy_regex(r"(?P<whole>[#0?](?:[#0?,]*[#0?])?)(?:\.(?P<decimals>[0#?]+))?(?P<thousands>,*)")
_MOST_DECIMALS = 10
_MOST_THOUSANDS = 5
# What a format quotes is set aside under signs from here on, which no format contains.
_LITERALS = 0xF0000


class _Format(NamedTuple):
    before: str
    after: str
    grouped: bool
    decimals: int
    least_digits: int
    percent: bool
    thousands: int


def shown_number(value: float, number_format: str) -> str:
    """`value` as the format shows it: 0.125 under `0.0%` is `12.5%`, 3.5 under `#,##0.00 "€"` is `3.50 €`.

    Formats with conditions, fractions or exponents show the plain number. The decimal sign is a point and thousands
    are grouped by commas: the file does not say which country its reader is in.
    """
    form = _parsed(number_format)
    if form is None:
        return plain_number(value)
    number = (value * 100 if form.percent else value) / 1_000**form.thousands
    digits = f"{abs(number):{',' if form.grouped else ''}.{form.decimals}f}"
    if not form.grouped and form.least_digits > 1:
        digits = digits.zfill(form.least_digits + (form.decimals + 1 if form.decimals else 0))
    sign = "-" if number < 0 and digits.strip("0.,") else ""
    return f"{sign}{form.before}{digits}{'%' if form.percent else ''}{form.after}".strip()


def plain_number(value: float) -> str:
    """The number without a decimal point where it is whole."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


@lru_cache(maxsize=1_000)
def _parsed(number_format: str) -> _Format | None:
    positive = number_format.split(";")[0]
    if number_format == "General" or re.search(r"[eE]\+|/|@", _QUOTED.sub("", positive)):
        return None
    literals: list[str] = []

    def kept(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or match[3] or (" " if match[0].startswith("_") else ""))
        return chr(_LITERALS + len(literals) - 1) if literals[-1] else ""

    pattern = _QUOTED.sub(kept, positive)
    digits = _DIGITS.search(pattern)
    if digits is None or _DIGITS.search(pattern, digits.end()):
        return None
    decimals = digits["decimals"]
    percent = "%" in pattern
    before, after = (
        "".join(literals[ord(sign) - _LITERALS] if ord(sign) >= _LITERALS else sign for sign in part).replace("%", "")
        for part in (pattern[: digits.start()], pattern[digits.end() :])
    )
    if (
        "0" not in digits.group()
        and decimals is None
        and not (percent or digits["thousands"])
        and not (before + after).strip()
    ):
        return None
    return _Format(
        before=before.lstrip().lstrip("-+("),
        after=after.rstrip().rstrip(")"),
        grouped="," in digits["whole"],
        decimals=min(len(decimals), _MOST_DECIMALS) if decimals else 0,
        least_digits=digits["whole"].count("0"),
        percent=percent,
        thousands=min(len(digits["thousands"]), _MOST_THOUSANDS),
    )
