"""What "how many" counts, and a text without the amounts of other things."""

from __future__ import annotations

from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.value_patterns import UNITS, ValueKind, counted_unit, is_amount_word
from bookwheel.lazy_regex import lazy_regex

LONGEST_PHRASE = 4
_AMOUNTS = lazy_regex(
    r"(?i)(?:\d[\d.,]*|\b(?:[^\W\d_]{2,12} (?=(?:mil|thousand|hundred|mille|mila|tausend|hundert)\b))?[^\W\d_]{2,9})"
    r"[ -]?"
    rf"(?:{UNITS['duration']}|{UNITS['length'].replace('|in|', '|')}|{UNITS['mass']}|{UNITS['money']})"
)
# "Bought a cart" does not say how many children there are.
_ARTICLE = lazy_regex(r"(?i)\b(?:un[aoe]?|eine?[nmrs]?|uma?|een)\b")
COUNTED = lazy_regex(
    r"(?i)\b(?:how many|how much|wie ?viele?|combien d(?:e\b|['’])|cuánt[oa]s?|quant[ieoa]s?|hoeveel"
    r"|(?<!на )(?<!На )(?<!во )(?<!Во )сколько)(?:\s+|(?<=['’]))(?:(?:of"
    r"|different|other) )?(?!(?:tempo|tiempo|temps|zeit|time|tijd"
    r"|длится|сто[ия]\w+|составля\w+|весит|времени|bedra[ae]gt|beträgt|kost\w*|(?:be)?zahl(?:t|te|ten|en)|verdien\w*|cuesta\w*"
    r"|costa\w*|custa\w*|vale\w*|mide\w*|mede\w*|dur[aó]\w*"
    r"|pes[aó]\w*|weegt|wiegt|asciende|ammonta|duurt|do|does|did|is|ist|es|è|é)\b)([^\W\d_]+)"
)
_VERB = frozenset(
    "is was has does goes says did do are were have had can may must will would should could and or of in on at for to"
    " with from by that who which there".split()
)
_PLURALS = frozenset("people children men women feet teeth mice geese sheep fish".split())
_WORD = lazy_regex(r"[^\W\d_]+")
_POUNDS_OF = lazy_regex(r"(?i)pounds of (?!money\b|rent\b|tax\b|debts?\b)")
# "The 1954 decision" is of that year.
_YEAR_OF = lazy_regex(r"(?i)\b(?:the|its|his|her|their) (?:1[5-9]|20)\d\d (?=[^\W\d_])")


def counted_noun(question: str) -> str:
    """The noun that is counted: "units" in "How many academic units …?"; "" if nothing is."""
    match = COUNTED.search(question)
    if match is None:
        return ""
    first, is_german = match[1], match[0].casefold().startswith("wie")
    if not is_german and not match[0].casefold().startswith("how"):
        return first
    phrase: list[str] = []
    for word in _WORD.findall(question, match.start(1))[:LONGEST_PHRASE]:
        if word.casefold() in _VERB:
            break
        phrase.append(word)
    if is_german:
        return next((word for word in phrase if word[0].isupper()), first)
    nouns = [word for word in phrase if _is_plural(word)]
    at = phrase.index(nouns[0]) if nouns else 0
    # "Gas stations": both end in "s".
    return phrase[at + 1] if at + 1 < len(phrase) and phrase[at + 1] in nouns else (nouns[0] if nouns else first)


def unit_counted(question: str) -> ValueKind | None:
    """The kind of value whose unit is counted: a length in "how many miles"; None for things."""
    match = COUNTED.search(question)
    # "Pounds of steam" are not money.
    is_mass = match is not None and _POUNDS_OF.match(question, match.start(1)) is not None
    return "mass" if is_mass else counted_unit(match[1]) if match else None


def _is_plural(word: str) -> bool:
    return word.casefold() in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "ous", "us")))


def without_other_amounts(question: str, text: str) -> str:
    """Without "three days" and "2 km", unless the text names what is to be counted, or that is a unit itself."""
    match = COUNTED.search(question)
    if match is None:
        return text
    noun = counted_noun(question)
    if any(is_amount_word(word) or not frozenset(terms(word)).isdisjoint(terms(text)) for word in (noun, match[1])):
        return text
    return without_amounts(_YEAR_OF.sub(" ", _ARTICLE.sub(" ", text)))


def without_amounts(text: str) -> str:
    """A text without times, lengths, masses and sums of money."""
    return _AMOUNTS.sub(" ", text)
