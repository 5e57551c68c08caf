"""Words of a question for a time that texts write in another way: "February" for 2026-02-14, "2 pm" for 14:00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bookwheel.engine.text.dates import MONTHS, dates_in
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

_WEEKDAYS = (
    "monday montag lundi lunes lunedì segunda maandag mon понедельник",
    "tuesday dienstag mardi martes martedì terça dinsdag tue вторник",
    "wednesday mittwoch mercredi miércoles mercoledì quarta woensdag wed среда",
    "thursday donnerstag jeudi jueves giovedì quinta donderdag thu четверг",
    "friday freitag vendredi viernes venerdì sexta vrijdag fri пятница",
    "saturday samstag sonnabend samedi sábado sabato zaterdag sat суббота",
    "sunday sonntag dimanche domingo domenica zondag sun воскресенье",
)
_SEASONS = {
    "summer sommer été verano estate verão zomer": (6, 7, 8),
    "winter hiver invierno inverno": (12, 1, 2),
    "spring frühling frühjahr printemps primavera lente": (3, 4, 5),
    "autumn herbst automne otoño autunno outono herfst": (9, 10, 11),
}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_DAY_OF_WEEK: dict[str, int] = {
    term: day for day, names in enumerate(_WEEKDAYS) for name in names.split() for term in terms(name)
}
_MONTH: dict[str, int] = {term: month for name, month in MONTHS.items() for term in terms(name)}
_SEASON: dict[str, tuple[int, ...]] = {term: months for names, months in _SEASONS.items() for term in terms(names)}
# A spring may be of steel.
_IN_SEASON = lazy_regex(
    r"(?i)\b(?:in|during|im|en|au|in the|no|na|nel|d['’]|in de|this|next|last|every|each) ?"
    rf"({'|'.join(name for names in _SEASONS for name in names.split())})\b"
)
_ORDINAL: dict[str, int] = {term: number for number, name in enumerate(_ORDINALS, 1) for term in terms(name)}
_CLOCK = lazy_regex(
    r"(?i)(?<![\d:.])([01]?\d|2[0-3])(?:(?:[:.]|\s?h\s?)([0-5]\d)(?:\s?([ap])\.?m\b)?|\s?([ap])\.?m\b)(?![\d:])"
)
_NAME = lazy_regex(r"[^\W\d_]{3,}")
_THROUGH = lazy_regex(r"([^\W\d_]{3,})\.?\s?(?:to|until|till|through|bis|au?|al?|tot|[-–])\s?([^\W\d_]{3,})")
_A_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_FROM_MONTH_TO = lazy_regex(
    rf"(?i)\b({_A_MONTH})\.? ?(?:to|until|till|through|bis|à|au?|al?|tot|[-–]) ?({_A_MONTH})\b(?! \d)"
)
# "May" is a verb too: as a month it has a capital in mid-sentence, or a figure beside it.
_MONTH_OF_MAY = lazy_regex(
    r"(?<![.!?] )(?<!\A)\bMay\b|\d\.? May\b|\bMay \d|(?i:\b(?:in|of|until|by|since|from|to|early|late) may\b)"
)
_NUMBER_OF = lazy_regex(r"(?:\A|; |\n)([^\W\d_]{3,}): (\d{1,2})(?=;|\n|\Z)")
_NUMBERED = lazy_regex(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b")


class CalendarTerms:
    """The months, weekdays, seasons, times and ordinals among the terms of a question, and where texts mean them."""

    def __init__(self, wanted: Sequence[str], question: str) -> None:
        self._months = {_MONTH[term]: term for term in wanted if term in _MONTH}
        self._weekdays = {_DAY_OF_WEEK[term]: term for term in wanted if term in _DAY_OF_WEEK}
        seasons = frozenset(term for match in _IN_SEASON.finditer(question) for term in terms(match[1]))
        self._seasons = {month: term for term in wanted if term in seasons for month in _SEASON.get(term, ())}
        self._ordinals = {number: term for term in wanted for number in _ordinals_in(term)}
        self._wanted = frozenset(wanted)
        self._clock = {minutes: terms(written) for minutes, written in _times(question)}
        self.is_any = bool(self._months or self._weekdays or self._seasons or self._ordinals or self._clock)

    def of_unit(self, text: str, found: list[str]) -> list[str]:
        """The terms of a unit, `found` by its words, with those that it means, and without "may" as a verb."""
        added: set[str] = set()
        if self._months or self._seasons:
            months = _months_in(text)
            added |= {term for month, term in (*self._months.items(), *self._seasons.items()) if month in months}
        if self._weekdays:
            days = _weekdays_in(text)
            added |= {term for day, term in self._weekdays.items() if day in days}
        if self._clock:
            added |= {term for minutes, _ in _times(text) for term in self._clock.get(minutes, ())}
        if self._ordinals:
            numbers = _ordinals_in(text) | frozenset(
                # "Period: 3" is the third one.
                int(match[2])
                for match in _NUMBER_OF.finditer(text)
                if terms(match[1])[0] in self._wanted
            )
            added |= {term for number, term in self._ordinals.items() if number in numbers}
        may = self._months.get(5, "")
        if may and may in found and "may" in text.casefold() and not _MONTH_OF_MAY.search(text) and may not in added:
            found = [term for term in found if term != may]
        return [*found, *sorted(added.difference(found))]


def _months_in(text: str) -> frozenset[int]:
    """The months that a text names, in words of any language or in figures."""
    named = (word.casefold() for word in _NAME.findall(text) if not word.islower() or len(word) > 3)
    words = {MONTHS[word] for word in named if word in MONTHS and word != "may"}
    # Of 3/4/2026 either may be the month.
    dated = {one.days[0][0] for one in dates_in(text) if len({month for month, _ in one.days}) == 1}
    german = {month for one in dates_in(text) if "." in one.text for month, _ in one.days[-1:]}
    between = {month for match in _FROM_MONTH_TO.finditer(text) for month in _months_between(*match.groups())}
    return frozenset(words | dated | german | between | ({5} if _MONTH_OF_MAY.search(text) else set()))


def _months_between(first: str, last: str) -> set[int]:
    """The months from one to another: "October to March" is in winter."""
    start, end = MONTHS[first.casefold()], MONTHS[last.casefold()]
    return {(month - 1) % 12 + 1 for month in range(start, (end if end >= start else end + 12) + 1)}


def _weekdays_in(text: str) -> frozenset[int]:
    """The days of the week that a text names, those between two ("Monday to Friday"), and those of its dates."""
    found = {
        _DAY_OF_WEEK[term] for word in _NAME.findall(text) if word[0].isupper() or len(word) > 3
        for term in terms(word) if term in _DAY_OF_WEEK
    }  # fmt: skip
    for match in _THROUGH.finditer(text):
        first, last = (next(iter(terms(word)), "") for word in match.groups())
        if first in _DAY_OF_WEEK and last in _DAY_OF_WEEK:
            start, end = _DAY_OF_WEEK[first], _DAY_OF_WEEK[last]
            found |= {day % 7 for day in range(start, (end if end >= start else end + 7) + 1)}
    for one in dates_in(text):
        month, day = one.days[-1] if "." in one.text else one.days[0]
        if len(one.days) == 1 or "." in one.text:
            found |= _weekday(int(one.year), month, day)
    return frozenset(found)


def _ordinals_in(text: str) -> frozenset[int]:
    """The numbers of the ordinals in a text: "third", "3rd"."""
    words = (_ORDINAL[term] for term in terms(text) if term in _ORDINAL)
    return frozenset((*words, *(int(number) for number in _NUMBERED.findall(text))))


def _weekday(year: int, month: int, day: int) -> set[int]:
    try:
        return {date(year, month, day).weekday()}
    except ValueError:
        return set()


def _times(text: str) -> list[tuple[int, str]]:
    """The times of day in a text, in minutes after midnight, as they are written."""
    found: list[tuple[int, str]] = []
    for match in _CLOCK.finditer(text):
        half = (match[3] or match[4] or "").casefold()
        hour = int(match[1]) % 12 + (12 if half == "p" else 0) if half else int(match[1])
        found.append((hour * 60 + int(match[2] or 0), match[0]))
    return found
