"""What a question asks of the rows of a table: the extreme one, those beyond a limit or of a month."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bookwheel.engine.llms.extractive.asked.question_patterns import LIST
from bookwheel.engine.llms.extractive.table_rows.cell_values import Amount, amount_of, day_of, family_of, minutes_of
from bookwheel.engine.text.dates import MONTHS
from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_regex import lazy_regex

Measure = Literal[
    "age", "time", "mass", "speed", "length", "height", "size", "price", "heat", "depth", "width", "sound", "power",
    "number",
]  # fmt: skip

# For each measure: the words for little of it, then the words for much of it.
_EXTREMES: dict[Measure, tuple[str, str]] = {
    "age": ("oldest eldest älteste oudste", "youngest newest jüngste neueste neuste jongste nieuwste"),
    "time": (
        "earliest first früheste erste vroegste eerste premier première premiers primero primera primo prima primeiro",
        "latest last letzte späteste laatste dernier dernière derniers último última ultimo ultima",
    ),
    "mass": ("lightest leichteste lichtste", "heaviest schwerste zwaarste"),
    "speed": ("slowest langsamste traagste langzaamste", "fastest quickest schnellste snelste"),
    "length": (
        "shortest nearest closest kürzeste nächste kortste dichtstbijzijnde",
        "longest furthest farthest längste weiteste langste verste",
    ),
    "height": ("lowest niedrigste tiefste laagste", "highest tallest höchste hoogste"),
    "size": ("smallest tiniest kleinste", "largest biggest greatest größte groesste grootste"),
    "price": ("cheapest billigste günstigste goedkoopste preiswerteste", "dearest costliest priciest teuerste duurste"),
    "heat": ("coldest coolest kälteste koudste", "hottest warmest wärmste heißeste warmste heetste"),
    "depth": ("shallowest flachste ondiepste", "deepest tiefste diepste"),
    "width": ("narrowest schmalste smalste", "widest broadest breiteste breedste"),
    "sound": ("quietest leiseste stilste", "loudest noisiest lauteste luidste"),
    "power": ("weakest schwächste zwakste", "strongest stärkste sterkste"),
    "number": ("fewest least wenigsten minste", "most meisten meiste"),
}
# After "plus", "más", "più", "mais".
_ADJECTIVES: dict[Measure, tuple[str, str]] = {
    "age": (
        "ancien ancienne vieux vieille antiguo antigua viejo vieja antico antica vecchio vecchia antigo antiga velho",
        "récent récente jeune reciente joven nuevo nueva recente giovane novo nova",
    ),
    "mass": ("léger légère ligero ligera leggero leggera leve", "lourd lourde pesado pesada pesante"),
    "speed": ("lent lente lento lenta", "rapide rápido rápida rapido veloce vite"),
    "length": (
        "court courte corto corta curto curta breve proche",
        "long longue largo larga lungo lunga longo longa",
    ),
    "height": ("bas basse bajo baja basso bassa baixo baixa", "haut haute alto alta"),
    "size": ("petit petite pequeño pequeña piccolo piccola pequeno pequena", "grand grande grosse gros"),
    "price": ("barato barata economico economica", "cher chère caro cara coûteux"),
    "heat": ("froid froide frío fría freddo fredda frio fria", "chaud chaude caliente caldo calda quente"),
    "depth": ("", "profond profonde profundo profunda"),
}
_OF_ENGLISH: dict[str, tuple[Measure, int]] = {
    "expensive": ("price", 1), "costly": ("price", 1), "recent": ("age", 1), "recently": ("age", 1),
    "powerful": ("power", 1), "crowded": ("number", 1),
}  # fmt: skip
_MOST = lazy_regex(r"(?i)\b(most|least) ([^\W\d_]+)")
_PLUS = lazy_regex(r"(?i)\b(plus|más|più|mais|moins|menos|meno) ([^\W\d_]+)")
_LESS = frozenset(("least", "moins", "menos", "meno"))
_WORD = lazy_regex(r"[^\W\d_]+")
_GERMAN_ENDING = re.compile(r"(?<=ste)[rnms]$|(?<=zte)[rnms]$|(?<=ten)$")

_VALUE = (
    r"(?P<{0}>(?:\d{{1,2}}\.? )?(?:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")"
    r"(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?"
    r"|[€$£]?\d[\d.,:/-]*(?: ?[ap]\.?m\b)?(?: ?[^\W\d_]{{1,9}}\b(?:/h)?| ?[€$£°²%])?)"
)
_MONTH_NAMES = "|".join(sorted((re.escape(name) for name in MONTHS if len(name) > 3), key=len, reverse=True))
_OVER = (
    r"over|above|more than|exceed(?:s|ing)?|after|later than|since|at least|no less than|from|"
    r"(?!lighter|shorter|cheaper|lower|smaller|slower|fewer|earlier|younger|narrower)[a-z]{2,}er than"
    r"|über|mehr als|(?!leichter|kürzer|billiger|günstiger|niedriger|kleiner|langsamer|weniger|früher|jünger)"
    r"[a-zäöüß]{3,}er als|nach|seit|mindestens|ab|plus de|au-dessus de|après|depuis|au moins|más de|después del?|desde"
    r"|al menos|più di|oltre|dopo il|dopo|almeno|mais de|depois de|meer dan|boven|minstens|sinds|na"
)
_UNDER = (
    r"under|below|less than|fewer than|before|earlier than|until|at most|no more than|up to|by"
    r"|(?:lighter|shorter|cheaper|lower|smaller|slower|younger) than"
    r"|unter|weniger als"
    r"|(?:leichter|kürzer|billiger|günstiger|niedriger|kleiner|langsamer|jünger) als"
    r"|vor dem|vor|bis zu|bis|höchstens|moins de|au-dessous de|avant le|avant|jusqu'à|au plus"
    r"|menos de|antes del?|hasta|como máximo|meno di|sotto|prima del|fino a|al massimo|até|minder dan|onder|voor"
)
_BETWEEN = lazy_regex(
    rf"(?i)\b(?:(?:between|zwischen|entre|tra|tussen) {_VALUE.format('low')}"
    rf" (?:and|und|et|y|e|en) {_VALUE.format('high')}"
    rf"|(?:from|in|von|de|du|da|van) {_VALUE.format('first')}"
    rf" (?:to|until|till|through|bis|à|au|a|al|tot) {_VALUE.format('last')})"
)
_BEYOND = lazy_regex(rf"(?i)\b(?:(?P<over>{_OVER})|(?P<under>{_UNDER})) (?:the |dem |le |el )?{_VALUE.format('value')}")
_INCLUSIVE = lazy_regex(
    r"(?i)^(?:since|at least|no less than|from|seit|mindestens|ab|depuis|au moins|desde|al menos|almeno|minstens|sinds"
    r"|until|at most|no more than|up to|by|bis.*|höchstens|jusqu'à|au plus|hasta|como máximo|fino a|al massimo|até)$"
)
_IN_MONTH = lazy_regex(
    r"(?i)\b(?:in|im|en|au mois de|em|nel|a|during|since) (?:early |late |mid-)?"
    rf"(?P<month>{_MONTH_NAMES})\b(?: (?:of |de |del )?(?P<year>\d{{4}}))?(?! \d)"
)
_NOT = lazy_regex(
    r"(?i)\b(?:not|no|never|without|nobody|(?:is|are|do|does|have|has|was|were|did)n['’]t|lacks?|lacking"
    r"|nicht|kein\w*|ohne|pas|sans|aucune?s?|sin|non|senza|não|sem|niet|geen|zonder|ningún|ninguna)\b"
)


_YEAR_ONE = 10_000
_LAST_WORD = lazy_regex(r" ?[^\W\d_]+\Z")


class Extreme(NamedTuple):
    """Which end of which measure: `direction` is 1 for much and -1 for little; `terms` are those of its words."""

    measure: Measure
    direction: int
    terms: frozenset[str]
    pattern: str

    def beside(self, question: str) -> tuple[frozenset[str], frozenset[str]]:
        """The terms of the word behind it, "highest pressure", and of that and those before: "the flow was highest"."""
        match = re.search(rf"(?i)((?:\w+ ){{0,3}})(?:{self.pattern})\w*((?: \w+)?)", question)
        before, behind = (match[1], match[2]) if match is not None else ("", "")
        return frozenset(terms(behind)), frozenset(terms(f"{before} {behind}"))


class Limit(NamedTuple):
    """The limits of a value in a question; `written` is the part of the question that gives them."""

    low: str
    high: str
    is_inclusive: bool
    written: str
    measure: Measure | None = None
    """What "taller than 20 m" measures; None where its words do not say it."""

    def admits_day(self, day: float) -> bool | None:
        """Whether a day is within the limits; None if they are not days."""
        low, high = (_day_or_month(text) if text else None for text in (self.low, self.high))
        if (self.low and low is None) or (self.high and high is None):
            return None
        if max(low or 0, high or 0) < _YEAR_ONE:
            # "Before 5 May", of any year.
            day %= _YEAR_ONE
        is_after = low is None or day > (low - 1 if self.is_inclusive else low + _span(low))
        return is_after and (high is None or day < high + (_span(high) + 1 if self.is_inclusive else 0))

    def admits_time(self, minutes: float) -> bool | None:
        """Whether a time of day is within the limits; None if they are not times."""
        low, high = (minutes_of(text) if text else None for text in (self.low, self.high))
        if (self.low and low is None) or (self.high and high is None):
            return None
        return _is_between(minutes, low, high, is_inclusive=self.is_inclusive)

    def admits_amount(self, number: float) -> bool | None:
        """Whether an amount is within the limits; None if they are not amounts."""
        low, high = self.amounts
        if (self.low and low is None) or (self.high and high is None):
            return None
        numbers = (value.number if value is not None else None for value in (low, high))
        return _is_between(number, *numbers, is_inclusive=self.is_inclusive)

    @property
    def amounts(self) -> tuple[Amount | None, Amount | None]:
        """The limits as amounts."""
        return amount_of(self.low) if self.low else None, amount_of(self.high) if self.high else None

    @property
    def family(self) -> str:
        """The family of the unit of the limits; "" without one."""
        return next((value.family for value in self.amounts if value is not None), "")


class AskedMonth(NamedTuple):
    """A month, of any year if `year` is 0; `written` is the part of the question that names it."""

    month: int
    year: int
    written: str

    def has(self, day: float) -> bool:
        """Whether a day is in the month."""
        return int(day) // 100 % 100 == self.month and self.year in (0, int(day) // 10_000)


def is_negated(question: str) -> bool:
    """Whether the question asks for what is not so."""
    return _NOT.search(question) is not None


# "What is the first name of Ada's aunt?" asks for no first one.
_PART_OF_NAME = lazy_regex(r"\b(?:first|last) (?=names?\b)")


def extreme_of(question: str) -> Extreme | None:
    """The extreme that the question asks for: the heaviest, the last, the most expensive one."""
    if (match := _MOST.search(question)) is not None and match[2].casefold() in _OF_ENGLISH:
        measure, direction = _OF_ENGLISH[match[2].casefold()]
        sign = -1 if match[1].casefold() in _LESS else 1
        return Extreme(measure, direction * sign, frozenset(terms(match[0])), re.escape(match[0]))
    for match in _PLUS.finditer(question):
        if (found := _measured(match[2].casefold(), _ADJECTIVES)) is not None:
            sign = -1 if match[1].casefold() in _LESS else 1
            return Extreme(found[0], found[1] * sign, frozenset(terms(match[0])), re.escape(match[0]))
    for word in _WORD.findall(_PART_OF_NAME.sub("", question.casefold())):
        if (found := _superlative(word)) is not None:
            return Extreme(found[0], found[1], frozenset(terms(word)), re.escape(_GERMAN_ENDING.sub("", word)))
    return None


def comparison_of(question: str) -> tuple[Extreme | None, frozenset[str]]:
    """What is compared ("dearer" as its superlative), and the terms of the words that compare."""
    words = [word for word in _WORD.findall(question.casefold()) if word.endswith("er")]
    comparing = frozenset(term for word in (*words, "compare more less than better") for term in terms(word))
    for word in words:
        for form in (f"{word[:-2]}est", f"{word[:-2]}ste", f"{word[:-1]}st"):
            if (found := _superlative(form)) is not None:
                return Extreme(found[0], found[1], frozenset(terms(word)), re.escape(word)), comparing
    return None, comparing


def asks_of_all_rows(question: str) -> bool:
    """Whether all rows of a table must be looked at: for the greatest, those within limits, how many, which."""
    asks = (extreme_of, limit_of, month_of, COUNTED.search, _NOT.search, LIST.search)
    return any(ask(question) is not None for ask in asks)


def limit_of(question: str) -> Limit | None:
    """The limits that the question sets: "over 30 kg", "before 1920", "between 5 and 7 May"."""
    if (match := _BETWEEN.search(question)) is not None:
        return Limit(match["low"] or match["first"], match["high"] or match["last"], True, match[0])
    if (match := _BEYOND.search(question)) is None:
        return None
    is_inclusive = _INCLUSIVE.match(match["over"] or match["under"]) is not None
    value, written = _without_noun(match["value"]), _without_noun(match[0])
    compared, _ = comparison_of(match["over"] or match["under"])
    measure = compared.measure if compared is not None else None
    return Limit(value if match["over"] else "", "" if match["over"] else value, is_inclusive, written, measure)


def month_of(question: str) -> AskedMonth | None:
    """The month that the question names without a day: "in February", "im März 2026"."""
    match = _IN_MONTH.search(question)
    return AskedMonth(MONTHS[match["month"].casefold()], int(match["year"] or 0), match[0]) if match else None


def _superlative(word: str) -> tuple[Measure, int] | None:
    bare = _GERMAN_ENDING.sub("", word)
    return next(filter(None, (_measured(form, _EXTREMES) for form in (bare, word))), None)


def _measured(word: str, known: dict[Measure, tuple[str, str]]) -> tuple[Measure, int] | None:
    for measure, (little, much) in known.items():
        if word in little.split():
            return measure, -1
        if word in much.split():
            return measure, 1
    return None


def _day_or_month(text: str) -> int | None:
    """A day, or the days of a month of any year: "March"."""
    month = MONTHS.get(text.strip().casefold())
    return month * 100 if month else day_of(text)


def _without_noun(value: str) -> str:
    """The value without the word after it, unless that is a unit: "5,000" of "5,000 words"."""
    last = _LAST_WORD.search(value)
    if last is None or not any(map(str.isdigit, value)):
        return value
    word = last[0].strip().casefold()
    return value if family_of(word) or word in MONTHS or word in ("am", "pm", "m") else value[: last.start()]


def _span(day: int) -> int:
    """How far the number of the last day of a year, month or day is from its own."""
    return 9_999 if day % 10_000 == 0 else 99 if day % 100 == 0 else 0


def _is_between(value: float, low: float | None, high: float | None, *, is_inclusive: bool) -> bool:
    if low is not None and (value < low or (value == low and not is_inclusive)):
        return False
    return high is None or value < high or (value == high and is_inclusive)
