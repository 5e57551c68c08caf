"""Months and numeric dates, so that a date written in one form is recognized in another."""

from __future__ import annotations

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jän feb mär apr mai jun jul aug sept okt nov dez",
)
MONTHS: dict[str, int] = {name: month for line in _NAMES for month, name in enumerate(line.split(), start=1)}

_DATE = lazy_regex(r"(?<!\d)(?:(\d{4})([-./])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-./])(\d{1,2})\6(\d{4}))(?!\d)")
_SEASON_OF_YEAR = lazy_regex(
    r"(?i)\b(?:(?P<spring>spring|frühling|frühjahr|printemps|primavera|lente)"
    r"|(?P<summer>summer|sommer|été|verano|estate|verão|zomer)|(?P<autumn>autumn|fall|herbst|automne|otoño|autunno"
    r"|outono"
    r"|herfst)),? (?:of |de |del )?(?P<year>20\d\d)\b"
)
_SEASONS = {"spring": 4, "summer": 7, "autumn": 10}
_CJK_MONTH = lazy_regex(r"(?<!\d)(\d{1,2})[月월]")


@dataclass(frozen=True, slots=True)
class NumericDate:
    """A date in figures; `days` are its possible (month, day) pairs: 3/4 is in March or in April."""

    text: str
    start: int
    year: str
    days: tuple[tuple[int, int], ...]


def dates_in(text: str) -> list[NumericDate]:
    """The numeric dates of `text`: 2015-11-03, 3.11.2015, 11/3/2015."""
    found: list[NumericDate] = []
    for match in _DATE.finditer(text):
        if match[1]:
            year, pairs = match[1], [(int(match[3]), int(match[4]))]
        else:
            first, second = int(match[5]), int(match[7])
            year, pairs = match[8], [(first, second), (second, first)]
        days = tuple((month, day) for month, day in pairs if 1 <= month <= 12 and 1 <= day <= 31)
        if days:
            found.append(NumericDate(match[0], match.start(), str(int(year)), days))
    return found


def months_in(text: str, words: frozenset[str]) -> frozenset[int]:
    """The months that `text`, which has these lower-case words, names."""
    named = {MONTHS[word] for word in words & MONTHS.keys()}
    dated = {month for date in dates_in(text) for month, _ in date.days}
    return frozenset(named | dated | {int(number) for number in _CJK_MONTH.findall(text)})


def season_in(text: str) -> tuple[int, int] | None:
    """The year and a month of the first season that `text` names with its year; no winter, which is in two years."""
    match = _SEASON_OF_YEAR.search(text)
    return None if match is None else (int(match["year"]), next(m for s, m in _SEASONS.items() if match[s]))


def season_as_written(text: str) -> str:
    """The first season of a year that `text` names, as it names it: "autumn 2025"; "" without one."""
    match = _SEASON_OF_YEAR.search(text)
    return match[0] if match is not None else ""
