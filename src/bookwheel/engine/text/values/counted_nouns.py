"""What "how many" counts, and whether the number in a text counts something else."""

from __future__ import annotations

import re

from bookwheel.engine.text.languages import is_beyond_latin
from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.value_patterns import HAS_VALUE, UNITS, ValueKind, counted_unit, is_amount_word
from bookwheel.lazy_regex import lazy_regex

# "Passengers to Skerry; 2019: 412": the label of a row has its numbers in the cells.
_CELLS = lazy_regex(r"; [^;:\n]{1,40}: ")
REACH_BEHIND, REACH_AHEAD, LONGEST_PHRASE = 5, 2, 4
_BETWEEN = frozenset(
    "aged for with by per from under over unter über für mit pro von pour avec par para con por per voor met".split()
)
# "Led in goals with 24": no noun follows that the number could count.
_WITH_FIGURE = lazy_regex(
    r"(?i)\b(?:with|mit|avec|con|com|met) (?=\d[\d.,]*(?:[;:)]|\W*\Z|[.,] | (?:and|und|et|y|e|en|while|but|aber)\b))"
)
_AMOUNTS = lazy_regex(
    r"(?i)(?:\d[\d.,]*|\b(?:[^\W\d_]{2,12} (?=(?:mil|thousand|hundred|mille|mila|tausend|hundert)\b))?[^\W\d_]{2,9})"
    r"[ -]?"
    rf"(?:{UNITS['duration']}|{UNITS['length'].replace('|in|', '|')}|{UNITS['mass']}|{UNITS['money']})"
)
# "Bought a cart" does not say how many children there are.
_ARTICLE = lazy_regex(r"(?i)\b(?:un[aoe]?|eine?[nmrs]?|uma?|een)\b")
COUNTED = lazy_regex(
    r"(?i)\b(?:how many|how much|wie ?viele?|combien d(?:e\b|['’])|cuánt[oa]s?|quant[ieoa]s?|hoeveel"
    r"|(?<!на )(?<!На )сколько)(?:\s+|(?<=['’]))(?:(?:of"
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
# "The vests were looked at: 9 of 120 were torn."
_SO_MANY_OF = lazy_regex(
    r"(?i)\b\d+ (?:(?:out )?of|von|sur|de|su|van|di) (?:the |den |les |los |le )?\d+ (?:is|are|was|were|had|sind|waren"
    r"|wurden|hatten|sont|étaient|ont|son|eran|fueron|estaban|sono|erano|zijn|waren)\b"
)
_WORD = lazy_regex(r"[^\W\d_]+")
# "Coach 7" is one coach; "coaches 7" in a table may be their number.
_NUMBERED = lazy_regex(r"\b([^\W\d_]+) (\d{1,4})\b")
_TOKEN = lazy_regex(r"\w+")
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
    # "Pounds of steam" are no money.
    is_mass = match is not None and _POUNDS_OF.match(question, match.start(1)) is not None
    return "mass" if is_mass else counted_unit(match[1]) if match else None


def _is_plural(word: str) -> bool:
    return word.casefold() in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "ous", "us")))


def is_counted_elsewhere(question: str, text: str) -> bool:
    """Whether the things to be counted stand in the text without a number near them."""
    match = COUNTED.search(question)
    tokens = _TOKEN.findall(_WITH_FIGURE.sub("", text))
    for counted_word in dict.fromkeys((counted_noun(question), match[1])) if match else ():
        counted = frozenset(terms(counted_word))
        where = [at for at, token in enumerate(tokens) if counted.intersection(terms(token))]
        if where:
            break
    else:
        return False
    if is_beyond_latin(text) or _CELLS.search(text) or _SO_MANY_OF.search(text):
        return False
    # "Two places for disabled patients" and "60 euros, members under 18" do not count patients and members.
    tokens = ["" if token.lower() in _BETWEEN else token for token in tokens]
    numbers = _numbers_in(tokens, where, counted_word.casefold(), text)
    return not any(
        -REACH_AHEAD <= place - number <= REACH_BEHIND and "" not in tokens[min(number, place) : max(number, place)]
        for place in where
        for number in numbers
    )


def _numbers_in(tokens: list[str], where: list[int], counted_word: str, text: str) -> list[int]:
    """The places of the numbers that may count the things at the places `where`."""
    counted = frozenset(terms(counted_word))
    of_kind = counted_word.removesuffix("s") if counted_word.endswith("s") else ""
    numbers_of_one = {
        match[2] for match in _NUMBERED.finditer(text)
        if match[1].casefold() != counted_word and not counted.isdisjoint(terms(match[1]))
    }  # fmt: skip
    joined = {match[1] for match in re.finditer(rf"(?i)(\w+)-{re.escape(of_kind)}\b", text)} if of_kind else set[str]()
    found: list[int] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1].casefold() if at + 1 < len(tokens) else ""
        if token in numbers_of_one or not _is_number(token, following):
            continue
        # "Two bee widths" are not bees, but a "5-cylinder engine" has five cylinders. "One of the bees" counts none.
        is_kind = following == of_kind != "" and token.casefold() not in ("1", "one") and token not in joined
        is_one_of = token.casefold() == "one" and following == "of"
        is_amount = at + 1 not in where and at + 3 not in where and is_amount_word(following)
        if not (is_kind or is_one_of or is_amount):
            found.append(at)
    return found


def _is_number(token: str, following: str) -> bool:
    # "Keiner der Verträge" counts them too.
    return token.isdigit() or (token.isalpha() and HAS_VALUE["count"].match(f"{token} {following}") is not None)


def without_other_amounts(question: str, text: str) -> str:
    """Without "three days" and "2 km", unless the text names what is to be counted, or that is a unit itself."""
    match = COUNTED.search(question)
    if match is None:
        return text
    noun = counted_noun(question)
    if any(is_amount_word(word) or not frozenset(terms(word)).isdisjoint(terms(text)) for word in (noun, match[1])):
        return text
    return _AMOUNTS.sub(" ", _YEAR_OF.sub(" ", _ARTICLE.sub(" ", text)))
