"""Questions that lean on the ones before: which they are, and which words of the earlier ones complete them.

Decided by words only: pronouns, openings such as "and in", the number of content words, and whether the names that the
question needs are in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.text.asked_values import asked_value
from bookwheel.engine.text.names import GERMAN, Named, named
from bookwheel.engine.text.question_terms import content_terms, content_words, terms
from bookwheel.lazy_regex import lazy_regex

# A question with more content words than this is complete, even with a pronoun in it.
MAX_LEANING_TERMS = 4
MAX_CARRIED_WORDS = 10
MAX_LOOKED_BACK = 3

_OPENING = lazy_regex(
    r"(?i)^\W*(?:(?:and|or|but|so|then|also|what about|how about|what of|und|oder|aber|auch|was ist mit|"
    r"wie (?:ist|sieht|steht) es|et|mais|alors|sinon|qu'en est-il|y|e|ed|pero|qué hay de|qué tal|и|а)\b|那|では)"
)
# Words that stand for something said before. "Is there", "gibt es", "il y a" and the polite "Sie" do not.
_POINTING = lazy_regex(
    r"\b(?:[Ii]ts?|[Ww]hich one"
    r"|(?:an?|[Tt]he|[Aa]nother) (?:new|old|lost|spare|broken|used|second|single|[a-z]+ed) ones?"
    r"|[Tt]hey|[Tt]hem|[Tt]heirs?|[Hh]e|[Hh]im|[Hh]is|[Ss]he|[Hh]ers?|[Tt]his|[Tt]hese"
    r"|[Tt]hose|(?<![a-z] )[Tt]hat|(?:is|was|are|were|about|of|for|does|did|do|why|how|after|before|like|than) that|"
    r"(?<!\b[Ii]s )(?<!\b[Aa]re )(?<!\b[Ww]as )(?<!\b[Ww]ere )[Tt]here\b(?! (?:is|are|was|were)\b)|"
    r"the (?:former|latter|same|others?|(?:other|first|second|third|last|next|previous) ones?)|"
    r"(?<![a-z]-)ils?\b(?! (?:y a|faut))|elles?|cela|ça|celle|celui|ceux|lui|leurs?|sa|ses|"
    r"(?<=\w )(?<!qué )(?<!Qué )(?<!les )(?<!mo )(?<!nes )(?<!t[oa]s )son (?!l[oa]s?\b|el\b|de\b)|"
    r"(?<=[st]-)(?:il|elle)s?|"
    r"él|ellas?|ellos?|eso|esto|es[ae]s?|est[ea]|aquel|allí|sus?)\b"
    r"|它|他们|她们|这个|那个|他的|她的|それ|これ|彼"
)
_POINTING_IN_GERMAN = lazy_regex(
    r"\b(?:er|sie|(?<!\b[Gg]ibt )(?<!\b[Gg]ab )es|ihn|ihm|ihnen|ihre?[nmrs]?|seine?[nmrs]?|davon|dazu|damit|darin|"
    r"dafür|dort|diese[rnms]?|jene[rnms]?|dessen|deren)\b"
)
# Possessives: in a question with a name they refer to that name ("when did Victoria enact its constitution").
_POSSESSIVE = lazy_regex(r"(?i)its|theirs?|his|hers?|ihre?[nmrs]?|seine?[nmrs]?|son |sa|ses|leurs?|sus?")
# A question about the user, or for a definition, is complete.
_COMPLETE = lazy_regex(
    r"(?i)\b(?:i|we|my|our|you|ich|wir|man|mein\w*|je|nous|mon|ma|mes|puedo|podemos|mi|mis)\b"
    r"|^\W*(?:what|who) (?:is|are|was|were) (?!the\b)|^\W*(?:was|wer) (?:ist|sind|war|waren) (?!de[rmn]\b|die\b|das\b)"
    r"|^\W*what (?:does|do) .+ mean\W*$"
    r"|^\W*(?:qu'est-ce qu|qui (?:est|était) )|^\W*(?:qué|quién) (?:es|son|era|fue) (?!el\b|la\b|los\b|las\b)"
)
_ASKING = lazy_regex(
    r"(?i)\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|had|will|"
    r"was|wer|wen|wem|wann|wo|wohin|woher|warum|wieso|wie|welche[rsmn]?|ist|sind|waren?|hat|haben|wurden?|kann|"
    r"quel(?:le)?s?|qui|que|quand|où|pourquoi|comment|combien|est|sont|"
    r"qué|quién(?:es)?|cuál(?:es)?|cuándo|cuánt[oa]s?|dónde|cómo|es|son|fue)\b|[什谁誰哪何]|怎|多少|いつ|どこ|なぜ"
)
_SMALL_NUMBER = lazy_regex(r"\d{1,3}[A-Za-z]?")
_DAYS_OF_WEEK = lazy_regex(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun|week|work(?:ing)?[ -]?)days?|weekends?"
    r"|(?:mon|diens|donners|frei|sams|sonn|werk|wochen|feier)tags?|mittwochs?|wochenendes?"
    r"|(?:lun|mar|mercre|jeu|vendre|same)dis?|dimanches?|lunes|martes|miércoles|jueves|viernes|sábados?|domingos?"
    r"|(?:luned|marted|mercoled|gioved|venerd)ì|sabato|domenica)\b"
)
_DEFINITE = lazy_regex(r"(?i)\b(?:the|de[rmns]|die|das|el|la|los|las|le|les)\b|\bl['’]")
# "The last tour" is one of all tours, not the one that the question before named.
_PICKS = lazy_regex(
    r"\b[Tt]he (?!(?:forest|harvest|interest|request|guest|chest|nest|west|rest|test|quest|protest|contest|priest"
    r"|arrest|crest|vest|inquest|conquest|bequest|tempest)\b)(?:[a-z]{2,}est|first|last|next|most|least|worst)\b"
    r"|\b[Dd](?:e[rmns]|ie|as) (?:[a-zäöüß]{2,}ste[nrms]?|letzte[nrms]?)\b"
    r"|(?i:\b(?:el|la|los|las|le|les|il|o|a) (?:primer\w*|últim\w*|premi[eè]re?s?|derni[eè]re?s?|prim[oa]|ultim[oa])\b)"
)


def leans(question: str, earlier: Sequence[str]) -> bool:
    """Whether the question needs the earlier ones to be understood."""
    own = content_terms(question)
    if not earlier or len(own) > MAX_LEANING_TERMS:
        return False
    if not own or _opens_or_points(question):
        return True
    if _COMPLETE.search(question):
        return False
    if len(own) == 1:
        # "In 2021?", "How many visitors?": complete only with an earlier question.
        return not (named(question).groups and _ASKING.search(question))
    return _lacks_its_name(question, own, earlier[-1])


def may_lean(question: str, earlier: Sequence[str]) -> bool:
    """As `leans`, and for questions that only a model can decide: "How tall is the tower?" after one about it."""
    if leans(question, earlier):
        return True
    own = content_terms(question)
    return (
        bool(earlier)
        and len(own) < MAX_LEANING_TERMS
        and _DEFINITE.search(question) is not None
        and _COMPLETE.search(question) is None
        and not named(question).groups
        and bool(named(earlier[-1]).groups)
    )


def may_stand_alone(question: str) -> bool:
    """Whether a question of one content word may be complete all the same: "How much is the rent?"."""
    return (
        len(content_terms(question)) == 1
        and not _opens_or_points(question)
        and _ASKING.search(question) is not None
        and _DEFINITE.search(question) is not None
    )


def completed(question: str, earlier: Sequence[str]) -> str:
    """The question, with content words of the earlier ones before it where it leans on them."""
    carried: list[str] = []
    known = set(content_terms(question))
    current, own_names = question, named(question)
    # Several follow-ups in a row: go back to the question that names the subject.
    for at in range(len(earlier) - 1, max(-1, len(earlier) - 1 - MAX_LOOKED_BACK), -1):
        is_first = current is question
        if not (leans if is_first else may_lean)(current, earlier[: at + 1]):
            break
        words = _carried_from(earlier[at], current, own_names)
        fresh = [word for word in words if not known.intersection(terms(word))]
        known.update(term for word in fresh for term in terms(word))
        carried = [*fresh, *carried]
        current = earlier[at]
    return " ".join([*carried[:MAX_CARRIED_WORDS], question]).strip()


def _carried_from(earlier: str, current: str, own: Named) -> list[str]:
    theirs = named(earlier)
    dropped = theirs.years if own.years else frozenset[str]()
    days = frozenset(term for day in days_of(current) for term in terms(day))
    if any(not days.issuperset(group) for group in own.groups) and len(theirs.groups) == 1:
        # "And Germany?" after "How many live in France?": the new name replaces the old one.
        dropped |= theirs.terms
    if days:
        # "And on Sundays?" after "When does it open on weekdays?".
        dropped |= frozenset(term for day in days_of(earlier) for term in terms(day)) - days
    if asked_value(current) is not None and (value := asked_value(earlier)) is not None:
        # "What does it cost?" after "How often does the tuner come?".
        dropped |= value.terms
    words = [word for word in _content_of(earlier) if not dropped.intersection(terms(word))]
    if len(content_terms(current)) <= 1 or _opens_or_points(current):
        return words
    return [word for word in words if theirs.terms.intersection(terms(word)) or theirs.years.intersection(terms(word))]


def _content_of(question: str) -> list[str]:
    """The content words of a question; with a comma before a number that does not follow the word before it."""
    words, found = content_words(question), list[str]()
    for before, word in zip(["", *words], words, strict=False):
        is_apart = bool(before) and _SMALL_NUMBER.fullmatch(word) is not None and f"{before} {word}" not in question
        if is_apart:
            # "The teacher of 5b" is not a teacher 5b.
            found[-1] += ","
        found.append(word)
    return found


def days_of(question: str) -> frozenset[str]:
    """The days of the week that a question names: "Sundays", "weekdays"."""
    return frozenset(match[0] for match in _DAYS_OF_WEEK.finditer(question))


def points_back(question: str) -> bool:
    """Whether the question is about the same thing as the one before: "who signed it?", "why?"."""
    return not content_terms(question) or _points(question)


def _opens_or_points(question: str) -> bool:
    return _OPENING.search(question) is not None or _points(question)


def _points(question: str) -> bool:
    pointing = [match[0] for match in _POINTING.finditer(question)]
    if GERMAN.search(question):
        pointing += [match[0] for match in _POINTING_IN_GERMAN.finditer(question)]
    if not pointing:
        return False
    return not all(map(_POSSESSIVE.fullmatch, pointing)) or not named(question).groups


def _lacks_its_name(question: str, own: Sequence[str], previous: str) -> bool:
    """Whether it asks about a thing ("the lighthouse") whose name stands only in the question before."""
    if named(question).groups or not named(previous).groups or _PICKS.search(question) is not None:
        return False
    return _DEFINITE.search(question) is not None and not set(own).isdisjoint(content_terms(previous))
