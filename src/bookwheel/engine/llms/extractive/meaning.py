"""Chooses quotations by meaning: for answers in other words or in another language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.quote_choice import QuoteChoice
from bookwheel.engine.llms.extractive.compared_units import ComparedUnits, Near, around, lacks_names, with_context
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate, Quote, lists_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial
from bookwheel.engine.llms.llm_options import Closeness as Closeness
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.names import is_german
from bookwheel.engine.text.question_kinds import looks_like_answer
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, WEEKDAYS
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_regex import lazy_regex

# The steps may come a sentence after the one that says what they are for.
MOST_BEFORE_LIST = 2
# How much water there is may be said in litres.
_HOW_MUCH = lazy_regex(r"(?i)how much|wie ?viel(?!e)|cuánt[oa]\b|quant[oa]\b|сколько")
# "What is the fine for those who come late?" does not ask who.
_ASKS_OTHERWISE = lazy_regex(
    r"(?i)^\W*(?:what|which|how|when|why|is|are|do|does|may|can|for whom|für wen|pour qui|para quién|per chi)\b"
)
_OWNER_OF_ITEM = lazy_regex(r"\A\W*[^\W\d_a-z][\w.'’-]+(?: [^\W\d_a-z][\w.'’-]+)?:")
_FULL_NAME = lazy_regex(r"[^\W\d_a-z][^\W\d_]+ [^\W\d_a-z][^\W\d_]+|[\u4e00-\u9fff]{2,}")
# "The lighthouses of Corran Bay" names nobody.
_NAMED_PLACE = lazy_regex(
    r"\b(?:in|at|of|on|near|around|im|aus|dans|en|à|nel\w*)(?: (?:the|der|dem|la|le|el|il))?(?: [^\W\d_a-z][\w'’-]+)+"
)
_DAY_OR_MONTH = lazy_regex(rf"(?i)\b(?:{WEEKDAYS}|{MONTHS_BY_NAME})\b")
# A birth or a death.
_BIRTH = lazy_regex(
    r"(?i)\b(?:born|birth\w*|geboren\w*|geburt\w*|née?s?|naissance|naître|nac(?:er|ió|id[oa]s?|imiento)|nat[oa]|nascit\w*"
    r"|nascere|nasceu|nascid[oa]|nascimento)\b|出生|生まれ|誕生"
)
_DEATH = lazy_regex(
    r"(?i)\b(?:died|dies|death|dead|(?:did|does|will)\b.*\bdie|gestorben|verstorben|starb|todes\w*|tod|mort[aeo]?|mourut|mourir"
    r"|décédée?|décès|murió|muert[aeo]|morir|falleci\w*|mor(?:ì|ire|reu)|faleceu|overleden)\b|去世|死亡|亡くな"
)
# What stands before a place, in any of these languages: a text without it does not say where something is.
_BEFORE_PLACE = lazy_regex(
    r"(?i)\b(?:in|at|on|under|behind|beside|near|between|above|below|inside|outside|opposite|next to|over|by|to|from|im"
    r"|am|an|auf|unter|hinter|neben|bei|beim|zwischen|über|vor|ins?|zum|zur|gegenüber|dans|sous|sur|derrière|devant"
    r"|près|chez|au|aux|à|entre|en|sobre|bajo|debajo|detrás|junto|cerca|al|nel\w*|sotto|sopra|dietro|presso|vicino"
    r"|su\w?|accanto|em|n[oa]s?|sob|atrás|perto|op|achter|onder|naast)\b|[在位于にでへ里处側侧]|находится|располож\w*"
)
# A name in two languages begins alike, where it is the same: "Warsaw" and "Warschau".
ALIKE_AT_START = 3


def quotes_by_meaning(
    asked: AskedQuestion,
    passages: Sequence[PassageView],
    closeness: Closeness,
    by_words: Mapping[tuple[int, int], float],
) -> list[Quote]:
    """A unit near in meaning, if it is likely enough to answer and has the value asked for; else nothing.

    Used when the search by words found no answer. `by_words` is the evidence that it weighed, by number of the passage
    and index of the unit: words that are nearly enough count here too.
    """
    units = ComparedUnits(asked, passages, closeness, by_words)
    able: list[tuple[float, Quote]] = []
    for one in units.nearest:
        if able and (units.words is None or not units.is_nearly_first(one)):
            # The weights without words are those of the nearest unit.
            continue
        is_foreign, quote = units.is_foreign(one), quote_of(asked, one)
        if may_answer(asked, one, quote, is_foreign=is_foreign):
            able.append((units.surplus(one, is_foreign=is_foreign), quote))
    surplus, best = max(able, key=itemgetter(0), default=(-1.0, None))
    return [best] if best is not None and surplus >= 0 else []


def quote_of(asked: AskedQuestion, near: Near) -> Quote:
    """What is quoted of a unit: it with its list, or with what it refers to."""
    passage, at = near.passage, near.at
    if asked.is_how_to or asked.is_list:
        for group in lists_of(passage):
            if at in group:
                return Quote(passage.node, tuple(passage.units[other] for other in group), near.closeness)
            if at < group[0] <= at + MOST_BEFORE_LIST and passage.units[at].heading == passage.units[group[0]].heading:
                return Quote(passage.node, tuple(passage.units[other] for other in (at, *group)), near.closeness)
    whole = QuoteChoice(asked, {}).whole(Candidate(passage, at, [at]))
    return Quote(passage.node, tuple(passage.units[other] for other in whole), near.closeness)


def may_answer(asked: AskedQuestion, near: Near, quote: Quote, *, is_foreign: bool) -> bool:
    """Whether the values, names and things asked for are there."""
    scope = "\n".join((near.passage.scope_of(near.at), *quote.texts))
    if not all(thing.is_in(scope) for thing in asked.things):
        return False
    if lacks_names(asked, near) and not (is_foreign and _has_translated_names(asked, near)):
        return False
    text = "\n".join(quote.texts)
    if any(event.search(asked.text) and not event.search(scope) for event in (_BIRTH, _DEATH)):
        # "When was she born?" is near to any year of hers.
        return False
    if not is_foreign and lacks_denial(asked.text, f"{with_context(near.passage, near.at)} {text}"):
        # Vectors hardly tell "which are vaccinated" from "which are not vaccinated".
        return False
    if not _has_form(asked, near, text):
        return False
    counted = COUNTED.search(asked.text) if asked.value is not None and not is_foreign else None
    if (
        counted is not None
        and _HOW_MUCH.match(counted[0]) is None
        and frozenset(terms(counted[1])).isdisjoint(near.passage.terms_of(scope))
    ):
        # "How many sheep are there?" asks for a number of sheep.
        return False
    return asked.value is None or has_value(asked.value, asked.completed, text)


def _has_form(asked: AskedQuestion, near: Near, text: str) -> bool:
    """Whether a text that is asked who or where names a person who is not in the question, or a place."""
    if asked.kind == "where":
        return _BEFORE_PLACE.search(text) is not None
    if asked.kind != "who" or _ASKS_OTHERWISE.match(asked.text):
        return True
    if near.passage.units[near.at].kind == "row":
        return _FULL_NAME.search(text) is not None
    if _OWNER_OF_ITEM.match(text):
        return True
    known = frozenset(asked.terms)
    people = _DAY_OR_MONTH.sub("", _NAMED_PLACE.sub(" ", text))
    others = (word for word in people.split() if known.isdisjoint(terms(word)))
    return looks_like_answer("who", " ".join(others), "sentence")


def _has_translated_names(asked: AskedQuestion, near: Near) -> bool:
    """Whether each name of the question may be there in another language: a word of it begins like one there.

    A single noun of a German question has a capital, whether it is a name or not.
    """
    starts = {term[:ALIKE_AT_START] for term in content_terms(around(near))}
    shortest = 2 if is_german(asked.completed) else 1
    groups = (group for group in asked.named.groups if len(group) >= shortest)
    return all(any(term[:ALIKE_AT_START] in starts for term in group) for group in groups)
