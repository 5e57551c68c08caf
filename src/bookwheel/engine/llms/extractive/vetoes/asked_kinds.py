"""Whether a text says which one of a kind is asked for, and not only "the band", "my exam", "an actor"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes import said_otherwise as said
from bookwheel.engine.llms.extractive.vetoes.asked_names import has_new_name, words_in
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.names import GERMAN
from bookwheel.engine.text.question_terms import content_words, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, UNITS, WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

_WHICH = lazy_regex(
    r"(?i)^\W*(?:(?:in|at|on|to|from|for|with|by) )?(?:which|welche[rsmn]?|quel(?:le)?s?|quale|welke)"
    r" (?P<asked>(?:[^\W\d_]+ ){1,3}?)(?P<verb>(?:is|are|was|were|do|does|did|has|have|had|can|may|must|will|ist"
    r"|sind|war|hat|haben"
    r"|est|sont|a|ont|è|sono|ha|hanno|is|zijn|heeft)\b|(?=[^\W\d_]+ )(?:(?!.*\b(?:do|does|did)\b)))"
)
_ARTICLE = lazy_regex(
    r"(?i)\b(?:the|an?|some|one|this|that|his|her|its|their|our|der|die|das|dem|den|des|eine?[nmrs]?|ein|le|la|les"
    r"|une?|l['’]|el|los|las"
    r"|il|lo|gli|un[ao]?|de|het|een|o|os|as|um|uma) ?\Z"
)
# What follows a noun and says which one it is: a name, a number, "of Sweden", "called Rex".
_DESCRIBES = lazy_regex(
    r"\s*(?:[,:(„“\"'«*–—-]|\d|[^\W\d_a-zß-ÿ]|(?:of|from|in|with|by|at|on|for|near|next|behind|called|named|who"
    r"|which|that|von|vom|aus|mit|im|der|des|eine[rs]"
    r"|namens|de|du|d'|des|con|del|della|di|da|do|van|met|uit)\b)"
)
_LETTERS = lazy_regex(r"[^\W\d_]+")
_PRONOUNS = (
    r"(?:it|he|she|they|this|that|these|those|we|you|who|which|one|all|both|er|sie|es|wir|ihr|dies\w*|jene\w*|man|alle"
    r"|beide|ils?|elles?|nous|on|tous|él|ell[oa]s?|esto|todos|lui|lei|loro|questo|tutti|el[ea]s?|nós|hij|zij|ze|het)\b"
)
# English alone: "Which newspaper went bankrupt?", "What exam does Ada take?".
_WHICH_ENGLISH = lazy_regex(
    r"(?i)^\W*(?:(?:to|for|from|with|at|in|of|by) )?(?:which|what) (?P<kind>[a-z]{3,}(?<!s))"
    r" (?:do|does|did|has|have|had|is|was|went|got|will|can|may|must|won|made|took|gave)\b"
)
_BARE = "my his her our your their its a an the another some same this that other any every each no one".split()
_AFTER_BARE = r"(?=\W*\Z|[.,;:!?)]|\s+(?:is|was|were|are|has|had|and|or|but|because|since|to|went|will)\b)"
_DETERMINERS = frozenset(
    """the a an my his her their our your its this that der die das den dem ein eine einen einem mein meine sein seine
    ihr ihre le la un une mon ma son sa leur el una mi su il lo uno mio mia o um uma de het een""".split()
)
_TELLS_APART = frozenset(
    "of from with for that which who made von aus mit für de du des del di da con avec van uit".split()
)
_NEW_NAME = lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?[^\W\d_a-zß-ÿ][\w’'-]+")
_QUOTED = lazy_regex(r"[\"“„`*«]")
_NUMBER = lazy_regex(rf"(?i)(?:{WORD_NUMBERS})")
# "36 months" is an amount, "12 and 19 April" is not.
_DATE = lazy_regex(
    rf"(?i)\b(?:\d{{1,2}}\.? (?:and|or|to|und|bis|et|y|e|en) )?\d{{1,2}}\.? (?:{MONTHS_BY_NAME})|\b(?:1[5-9]|20)\d\d\b"
)
_AMOUNT = lazy_regex(rf"(?i)\d|\b(?:{WORD_NUMBERS}) [^\W\d_]{{3,}}")
_WORDS = lazy_regex(r"\w+")
# "**Prices.** A friend who does not want to be named".
_SUM = lazy_regex(rf"(?i)\d[\d.,]* ?(?:{UNITS['money']})")
_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|§+ ?\d{1,3}\w?)\s")
_FIGURE = lazy_regex(r"\d+")


def only_repeats_kind(question: str, text: str) -> bool:
    """Whether "which actor" is asked and the text says no more of it than "an actor": no name, number or quality."""
    match = _WHICH.match(question)
    if match is None:
        return False
    asked = [word.casefold() for word in _LETTERS.findall(match["asked"])]
    # "Which dry cleaner did …": the noun is the last word. "Which pipe band played": it is the first, or goes on.
    before, noun, following = (asked[:-1], asked[-1], []) if match["verb"] else ([], asked[0], asked[1:])
    behind = _LETTERS.findall(question[match.end("asked") :].casefold())
    following = following or ([] if match["verb"] else behind[:1])
    noun = re.escape(noun.removesuffix("s"))
    places = list(re.finditer(rf"(?i)\b{noun}(?:s|es|n|en|e)?\b", text))
    # "Greenland signed a treaty" names the land that signed.
    if behind and re.match(rf"(?i)\W*(?!{_PRONOUNS})(?-i:[^\W\d_a-zß-ÿ])[\w-]+ {re.escape(behind[0])}\b", text):
        return False
    return bool(places) and all(_is_bare(text[: at.start()], text[at.end() :], before, following) for at in places)


def _is_bare(above: str, below: str, before: Sequence[str], following: Sequence[str]) -> bool:
    """Whether a noun has an article before it, and nothing that describes it after it."""
    above = above.rstrip()
    for word in reversed(before):
        above = above[: -len(word)].rstrip() if above.casefold().endswith(word) else above
    if _ARTICLE.search(f"{above} ") is None:
        return False
    for word in following:
        if not below.lstrip().casefold().startswith(word):
            break
        below = below.lstrip()[len(word) :]
    return _DESCRIBES.match(below) is None


def names_kind_alone(question: str, unit: str) -> bool:
    """Whether "which exam" is asked, and the sentence says "my exam" or "another exam" and no more of it."""
    asked = _WHICH_ENGLISH.search(question)
    if asked is None:
        return False
    found = list(re.finditer(rf"(?i)(\w+) {re.escape(asked['kind'])}\b{_AFTER_BARE}", unit))
    known = {*_BARE, *re.findall(r"\w+", question.casefold())}
    if not found or any(match[1].casefold() not in known for match in found):
        return False
    rest = unit[found[0].end() :] if found[0][1].casefold() == "another" else unit
    return not has_new_name(rest, question)


def only_repeats_category(category: AbstractSet[str], question: str, text: str) -> bool:
    """Whether a text has what "which band" asks for only as "the band", and no name that the question lacks."""
    words, known = _WORDS.findall(text), frozenset(map(str.casefold, content_words(question)))
    places = [at for at, word in enumerate(words) if not category.isdisjoint(terms(word))]
    if not places or _QUOTED.search(text) or _AMOUNT.search(_DATE.sub(" ", text)):
        return False
    for at in places:
        before = at - 1
        while before > 0 and words[before].casefold() in known:
            before -= 1
        is_told_apart = any(map(_tells_apart, (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])))
        if before < 0 or words[before].casefold() not in _DETERMINERS or is_told_apart:
            return False
    names = _NEW_NAME.findall(MONTH_OR_WEEKDAY.sub(" ", text))
    return all(not known.isdisjoint(_WORDS.findall(name.casefold())) for name in names)


def _tells_apart(word: str) -> bool:
    return word in _TELLS_APART or word[0].isdigit() or _NUMBER.fullmatch(word) is not None


def lacks_category(asked: AskedQuestion, best: BestUnit, near: frozenset[str]) -> bool:
    """Whether "Which camera …?" is asked, and a unit has neither the word nor a name nor a number of its own."""
    is_other = best.is_row or asked.is_list or asked.is_comparison or asked.value is not None
    if is_other or not asked.category or not asked.category.isdisjoint(near):
        return False
    if said.gives_kind(asked.category, best.own_text):
        return False
    known = frozenset(words_in(asked.completed))
    # "Which songs?" is not answered by "gets 1,100 euros".
    figures = _FIGURE.findall(_SUM.sub("", _MARKER.sub("", best.answer)))
    has_number = not said.asks_for_place(asked.category) and not known.issuperset(figures)
    is_day = MONTH_OR_WEEKDAY.search(best.answer) is not None
    is_german = GERMAN.search(asked.text) is not None
    return not (has_number or is_day or is_german or has_new_name(best.answer, asked.completed))
