"""Texts with another number or colour than the question has, or without the year that it asks for."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "one ein eine un une uno una um uma een", "two zwei deux dos due dois duas twee",
            "three drei trois tres tre três drie",
            "four vier quatre cuatro quattro quatro", "five fünf cinq cinco cinque vijf", "six sechs seis sei zes",
            "seven sieben sept siete sette sete zeven", "eight acht huit ocho otto oito",
            "nine neun neuf nueve nove negen",
            "ten zehn dix diez dieci dez tien", "eleven elf onze once undici",
            "twelve zwölf douze doce dodici doze twaalf",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_NUMBER_OF = lazy_regex(
    rf"(?i)(?<![\w.,:/-])({'|'.join(word for word in _NUMBERS if _NUMBERS[word] != '1')}) ([^\W\d_]{{3,}})"
)
# In small letters: a street, a firm or a person may have the name of a colour. German, French, Spanish, Italian too.
_COLOUR = lazy_regex(
    r"\b(?:red|green|blue|yellow|white|black|brown|gr[ea]y|orange|pink|purple|violet"
    r"|(?:rot|grün|blau|gelb|weiß|schwarz|braun|grau)(?:e[nrsm]?)?"
    r"|rouges?|vert(?:e?s?)|bleu(?:e?s?)|jaunes?|blanc(?:he)?s?|noire?s?|roj[oa]s?|verdes?|azul(?:es)?|amarill[oa]s?|blanc[oa]s?|negr[oa]s?"
    r"|ross[oaie]|verd[ei]|giall[oaie]|bianc(?:[oa]|h[ie])|ner[oaie])\b"
)
_ASKS_FOR_YEAR = lazy_regex(
    r"(?i)\b(?:what|which) year\b|\bwelche[mns]? jahr\b|\bquelle année\b|\bqué año\b|\b(?:che|quale) anno\b|\bque ano\b"
    r"|\bwelk jaar\b|哪一?年|何年(?!間)"
)
_YEAR = lazy_regex(
    r"(?i)(?<!\d)(?:1\d|20)\d\d(?!\d)|[\d一二三四五六七八九十]年|\b\d0(?:s|er)\b|\b(?:century|jahrhundert|siècle|siglo|secolo)"
    r"|\b(?:years? ago|vor \S+ jahr|il y a|hace|anni fa|last year|this year|letztes jahr|dieses jahr)"
)


_IN_TWO_PARTS = lazy_regex(r"(?<![\w-])([^\W\d_]{3,})-([^\W\d_]{3,})(?![\w-])")


def lacks_year(question: str, text: str) -> bool:
    """Whether a year is asked for, and a text names none."""
    return _ASKS_FOR_YEAR.search(question) is not None and _YEAR.search(text) is None


def lacks_colour(question: str, near: AbstractSet[str], matter: AbstractSet[str]) -> bool:
    """Whether a colour tells the thing from others, "the green pipe", and nothing near has it."""
    # A network is "red" in Spanish.
    named = (colour for colour in _COLOUR.findall(question) if colour != "red" or language_of(question) != "spanish")
    colours = frozenset(terms(" ".join(named))) & matter
    return not colours <= near


def has_other_first_part(question: str, text: str) -> bool:
    """Whether a word of two parts stands in the text with another first part: "two-handed" of "single-handed"."""
    there = _IN_TWO_PARTS.findall(text.casefold())
    for first, last in _IN_TWO_PARTS.findall(question.casefold()):
        others = [other for other, end in there if end == last]
        if others and first not in others and f"{first} {last}" not in text.casefold():
            return True
    return False


def has_other_number(question: str, text: str, is_row: bool) -> bool:
    """Whether "five times" is asked, and the text says "four times" and not five; in a row names alone count."""
    for number, word in _NUMBER_OF.findall(question):
        if is_row and not (number[0].isupper() and word[0].isupper()):
            continue
        there = [other for other, of in _NUMBER_OF.findall(text) if terms(of) == terms(word)]
        same = _NUMBERS.get(number.lower(), number)
        if there and all(_NUMBERS.get(other.lower(), other) != same for other in there):
            return True
    return False
