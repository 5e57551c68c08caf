"""Figures in a text: what numbers they can mean, with their scale words and percent signs, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from functools import cache

from bookwheel.engine.text.folding import fold_case, words_of
from bookwheel.engine.text.languages import UNSEGMENTED
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_DIGITS = 40

_FRACTIONS = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
_POWERS: dict[int, str] = {
    3: "thousand k tsd tausend mille mila mil duizend тыс tys bin 千 천",
    4: "万 萬 만",
    5: "lakh lakhs",
    6: "million millions m mm mn mio mln millionen millón millones milione milioni milhão milhões miljoen miljoner млн "
    "миллион миллиона миллионов milionów milyon mi 百万",
    7: "crore crores",
    8: "億 亿 억",
    9: "billion billions b bn mrd mld milliard milliards milliarde milliarden miliardo miliardi miliardów bilhão "
    "bilhões miljard miljarder milyar млрд миллиард миллиарда миллиардов bi",
    12: "trillion trillions tn 兆 조 billion billions billionen billón billones",
}
# "m" may be metres and "b" anything: so the plain number counts as well.
_MAY_BE_UNITS = frozenset({"m", "b", "k", "mm", "mi", "bi", "bin", "mil", "mille"})
_SCALES: dict[str, tuple[int, ...]] = {}
for _power, _names in _POWERS.items():
    for _name in _names.split():
        _SCALES[_name] = (*_SCALES.get(_name, ()), _power)
_SCALE = "|".join(
    # Chinese has no space after its units.
    re.escape(name) + ("" if name > "\u3000" else r"(?![^\W\d_])")
    for name in sorted(_SCALES, key=len, reverse=True)
)
_PERCENT = "%|percent|per cent|prozent|pour cent|por ciento|per cento|por cento|procent|процент"
_NUMBER = r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?|\d(?:[\d.,'’]*\d)?"
_FIGURE = lazy_regex(rf"(?P<number>{_NUMBER})(?:[ -]?(?P<scale>{_SCALE})\.?)?(?P<percent> ?(?:{_PERCENT}))?")
_SCALE_WORD = lazy_regex(rf"(?<![^\W\d_])(?:{_SCALE})")
_PERCENT_SIGN = lazy_regex(_PERCENT)
_SEPARATORS = lazy_regex(r"[.,'’ ]")

_NUMBER_WORDS: dict[str, str] = {
    "english": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "german": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn "
    "vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
    "french": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "spanish": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis",
    "italian": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici",
    "portuguese": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze",
    "dutch": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    UNSEGMENTED: "〇 一 二 三 四 五 六 七 八 九 十",
}
_MORE_WORDS: dict[str, dict[str, str]] = {
    "english": {
        "a": "1", "an": "1", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000",
        "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
        "ninety": "90", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6",
        "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12",
    },
    "german": {"ein": "1", "eine": "1", "einen": "1", "einer": "1", "hundert": "100"},
    "french": {"une": "1", "premier": "1", "première": "1", "vingt": "20", "cent": "100"},
    "spanish": {"un": "1", "una": "1", "primero": "1", "primera": "1", "veinte": "20", "cien": "100"},
    "italian": {"un": "1", "una": "1", "primo": "1", "prima": "1", "venti": "20", "cento": "100"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands in a text.

    `values` are the numbers that it can mean, as canonical decimals; `mantissas` those without its scale word; `parts`
    are its groups of digits where it may be several numbers: a date, a version, columns of a table.
    """

    text: str
    values: frozenset[str]
    mantissas: frozenset[str]
    parts: frozenset[str]
    powers: tuple[int, ...] = ()
    is_percent: bool = False


def figures_in(text: str) -> Iterator[Figure]:
    """The figures of `text` in their order; time grows with its length only."""
    for match in _FIGURE.finditer(_plain(text)):
        number, scale = match["number"], match["scale"]
        mantissas = readings(number)
        powers = _SCALES.get(scale, ()) if scale else ()
        values = frozenset(shifted(value, power) for value in mantissas for power in powers) or mantissas
        if scale in _MAY_BE_UNITS:
            values |= mantissas
        parts = _SEPARATORS.split(number) if " " in number or any(map(_is_not_a_number, mantissas)) else []
        yield Figure(
            match[0].strip(), values, mantissas, frozenset(map(whole, parts)), powers, match["percent"] is not None
        )


def numbers_in_words(vocabulary: Set[str], language: str) -> frozenset[str]:
    """The small numbers written out ("twelve") among these folded words."""
    known = _known_words(language)
    return frozenset(known[word] for word in vocabulary & known.keys())


def scale_powers(text: str) -> frozenset[int]:
    """The powers of ten that the scale words of `text` stand for ("in millions": 6)."""
    return frozenset(power for word in set(_SCALE_WORD.findall(_plain(text))) for power in _SCALES[word])


def is_scale(word: str) -> bool:
    """Whether a word only scales the figure before it: "Million", "Mrd"."""
    return word.lower() in _SCALES


def has_percent(text: str) -> bool:
    """Whether the text mentions percentages."""
    return _PERCENT_SIGN.search(_plain(text)) is not None


def readings(number: str) -> frozenset[str]:
    """What a written number can mean: "1,234" is 1234 or, where the comma is decimal, 1.234."""
    separators = _SEPARATORS.findall(number)
    if len(number) > MAX_DIGITS or not separators:
        return frozenset((whole(number),))
    groups = _SEPARATORS.split(number)
    last = separators[-1]
    joined, decimal = whole("".join(groups)), _decimal("".join(groups[:-1]), groups[-1])
    if len(set(separators)) > 1:
        return frozenset((decimal if separators.count(last) == 1 and last in ".," else joined,))
    if last in "'’ ":
        return frozenset((joined,))
    if len(separators) > 1:
        return frozenset((joined if _is_grouped(groups) else number,))
    if len(groups[1]) == 3 and len(groups[0]) <= 3 and groups[0].strip("0"):
        return frozenset((joined, decimal))
    return frozenset((decimal,))


def whole(digits: str) -> str:
    """A canonical whole number; digits of any script."""
    if not digits.isascii():
        digits = "".join(str(unicodedata.digit(char, 0)) for char in digits)
    return digits.lstrip("0") or "0"


def shifted(value: str, power: int) -> str:
    """`value` times ten to `power`."""
    if _is_not_a_number(value):
        return value
    left, _, right = value.partition(".")
    right = right.ljust(power, "0")
    return _decimal(left + right[:power], right[power:])


def hundredths(figure: Figure) -> set[str]:
    """The values of a figure below 100, divided by 100."""
    found: set[str] = set()
    for value in figure.values:
        left, _, right = value.partition(".")
        if len(left) <= 2 and not _is_not_a_number(value):
            found.add(_decimal("0", left.zfill(2) + right))
    return found


def is_rounding(value: str, figure: Figure) -> bool:
    """Whether `figure` is `value` rounded to the digits that it is written with, of which it must have two."""
    if len(value) > MAX_DIGITS or _is_not_a_number(value):
        return False
    for mantissa in figure.mantissas:
        fraction = mantissa.partition(".")[2]
        if len(mantissa.replace(".", "")) < 2 or len(mantissa) > MAX_DIGITS or _is_not_a_number(mantissa):
            continue
        for power in figure.powers or (0,):
            step = 10.0 ** (power - len(fraction))
            if abs(float(value) - float(shifted(mantissa, power))) <= step * 0.5000001:
                return True
    return False


@cache
def _known_words(language: str) -> dict[str, str]:
    counted = {word: str(value) for value, word in enumerate(_NUMBER_WORDS.get(language, "").split())}
    return {words_of(word): value for word, value in (counted | _MORE_WORDS.get(language, {})).items()}


def _plain(text: str) -> str:
    return fold_case(text if text.isascii() else text.translate(_FRACTIONS))


def _is_not_a_number(value: str) -> bool:
    """A date, a version: kept as it is written."""
    return len(_SEPARATORS.findall(value)) > 1


def _is_grouped(groups: list[str]) -> bool:
    """1,234,567, and 12,34,567 as it is written in India."""
    return len(groups[-1]) == 3 and len(groups[0]) <= 3 and all(len(group) in (2, 3) for group in groups[1:])


def _decimal(left: str, right: str) -> str:
    fraction = right.rstrip("0") if right.isascii() else whole("1" + right)[1:].rstrip("0")
    return f"{whole(left)}.{fraction}" if fraction else whole(left)
