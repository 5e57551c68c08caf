"""Whether the value that a question asks for stands in a sentence about the thing, and not only near one.

"We buy an electric van for 31,400 pounds" stands behind "The diesel van failed its test", and is the price of another.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.question_patterns import PHRASAL
from bookwheel.engine.llms.extractive.quotable.leaning_sentences import is_bare_day, names_same_time
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.sentences import plain_sentences
from bookwheel.engine.text.value_patterns import UNITS, ValueKind
from bookwheel.lazy_regex import lazy_regex

_KINDS: frozenset[ValueKind] = frozenset(
    (
        "money", "duration", "length", "mass", "count", "figure", "date", "hour", "often", "size", "age", "speed",
        "heat", "power", "sound",
    )
)  # fmt: skip
_NAMES: frozenset[ValueKind] = frozenset(("firm", "colour", "language"))
FEW = 3
# A sentence that begins with one of these goes on about the thing of the sentence before it.
GOES_ON = lazy_regex(
    r"(?i)\W*(?:(?:and|but|in all|today|now|und|aber|et|y|e) )?(?:it|this|that|these|those|they|he|she|its?|his|her"
    r"|their|both|each"
    r"|all|one|of (?:them|these)|er|sie|es|dies\w*|ihre?[nrs]?|seine?[nrs]?|davon|dafür|das|beide|ils?|elles?|ce"
    r"|cette|cela|ça|son|sa|ses"
    r"|leurs?|él|ellas?|ellos?|est[eao]s?|eso|sus?|questo|questa|esso|suo|sua|ele|ela|isso|het|dit|dat|zij|hij)\b"
)
# "As he is on leave in September": the day of a reason is not that of the matter.
_REASON_CLAUSE = lazy_regex(
    r"(?i),? \b(?:because|as (?=he\b|she\b|they\b|we\b|i\b)|since (?=he\b|she\b|they\b|we\b)|weil|da (?=er\b|sie\b"
    r"|wir\b)|parce qu\w*"
    r"|car|porque|perché|omdat)\b[^.;]*"
)
# "Ada works at Corbin Insurance, and her brother looks after the boats": the second clause has a subject of its own.
_NEXT_SUBJECT = lazy_regex(
    r"(?i)(?:[,;] (?:and|but|while|und|aber|während|et|mais|y|pero|e|ma) |; )"
    r"(?=(?:the|an?|my|our|his|her|their|all|both|some|many|der|die|das|ein|eine|seine?|ihre?|unsere?|alle|les?|la|une?"
    r"|sa|ses|son|leurs?|tous|el|los|las|sus?|todos|il|lo|gli|i|tutti)\s|(?-i:[^\W\d_a-zß-ÿ][\w’'-]+ [a-zß-ÿ]))"
)
_WHICH_NOUN = lazy_regex(
    r"(?i)^\W*(?:[^\W\d_]{1,5} )?(?:which|what|welche[rsmn]?|quel(?:le)?s?|qué|quale|quais|welke?)"
    r" ([^\W\d_]+(?: [^\W\d_]+)?)"
)
_PER_ONE = (
    r"(?:per|an?|each|every|je|pro|für jede[ns]?|par|por|cada|chaque|al|ogni|for (?:an?|each|every)) ([^\W\d_]{3,})"
)
_PER = lazy_regex(rf"(?i)\b{_PER_ONE}\b")
_PAID_PER = lazy_regex(rf"(?i)\d ?(?:{UNITS['money']}) {_PER_ONE}\b")


def is_unbound(
    asked: AskedQuestion, best: BestUnit, matter: frozenset[str], about: AbstractSet[str], near: AbstractSet[str]
) -> bool:
    """Whether no sentence of a quotation with a value of the kind asked for is about the thing.

    `matter` are the words that it must be about, `about` the terms of the title, `near` those around the unit.
    """
    value = asked.value
    if best.is_prose and _is_in_another_clause(asked, best, matter):
        return True
    is_other = asked.is_yes_no or asked.is_comparison or asked.is_list or asked.is_how_to or best.is_asked_above
    if value is None or value.kind not in _KINDS | _NAMES or is_other or not best.is_prose or not matter:
        return False
    if matter.isdisjoint(best.covered | about) and not best.leans:
        return value.kind != "money" or not is_same_rate(asked.text, best.own_text)
    if value.kind in _NAMES:
        return False
    # "When was the diesel van bought?": a sentence beside says what was bought.
    if value.kind == "date" and not (asked.passive & matter & near).issubset(best.covered):
        return True
    if value.kind == "date" and (len(matter) <= FEW or PHRASAL.search(asked.text)) and asked.passive & matter - near:
        # "Calvet mends it in March" does not say when Calvet was founded.
        return True
    if value.kind == "date" and not has_value(value, asked.completed, _REASON_CLAUSE.sub(" ", best.answer)):
        return has_value(value, asked.completed, best.answer)
    said = _with_value(asked, value, best)
    if not said:
        return False
    return all(_is_before(best, sentence) for sentence in said)


def is_same_rate(question: str, text: str) -> bool:
    """Whether a text gives the rate that is asked for: "8.5 cents a word" of "What does she get per word?"."""
    asked_for = frozenset(term for found in _PER.findall(question) for term in terms(found))
    return any(not asked_for.isdisjoint(terms(match[1])) for match in _PAID_PER.finditer(text))


def _is_in_another_clause(asked: AskedQuestion, best: BestUnit, matter: frozenset[str]) -> bool:
    """Whether the clause with "bank" of "Which bank?" says nothing else of the question, and one beside it does."""
    noun = _WHICH_NOUN.match(asked.text)
    if noun is None or asked.is_comparison:
        return False
    clauses = [frozenset(terms(clause)) for clause in _NEXT_SUBJECT.split(best.own_text)]
    kind = frozenset(terms(noun[1]))
    of_kind = [clause for clause in clauses if not kind.isdisjoint(clause)]
    things = matter - kind
    is_said_beside = any(not things.isdisjoint(clause) for clause in clauses)
    return bool(of_kind) and is_said_beside and all(map(things.isdisjoint, of_kind))


def _with_value(asked: AskedQuestion, value: AskedValue, best: BestUnit) -> list[str]:
    """The sentences with a value: of the unit itself, else of what is quoted with it."""
    texts = (best.own_text, best.answer)
    own, whole = ([s for s in plain_sentences(t, by_line=False) if has_value(value, asked.completed, s)] for t in texts)
    return own or whole


def _is_before(best: BestUnit, sentence: str) -> bool:
    """Whether a sentence stands before the unit, which does not go on about it: "Until then Ada hires one"."""
    before, unit, _ = best.answer.partition(best.own_text)
    goes_on = GOES_ON.match(best.own_text) is not None or names_same_time(best.own_text) or is_bare_day(before)
    return bool(unit) and sentence in before and not goes_on
