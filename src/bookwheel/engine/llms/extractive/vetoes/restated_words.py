"""Texts that say again what a question says, and not who, which or why: "It was built in 1911", "the band played"."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import content_terms, content_words, nearest_term, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

_WHO_DID = lazy_regex(
    r"(?i)^\W*(?:whom?(?: \w+ly)? (?:(?:did|has|have|had) (?!the |an? ))?(?:been )?|wer (?:hat|hatte) "
    r"|qui (?:a|ont|avait) |quién(?:es)? (?:ha |han |había )?|chi (?:ha |hanno |aveva )?|quem (?:tinha )?"
    r"|wie heeft )(.+)"
)
# A participle behind a form of "to be", with the rest of its sentence.
_PASSIVE = lazy_regex(
    r"(?i)\b(?:is|are|was|were|been|being|gets?|got|w[iu]rden?|worden|est|sont|étée?|était|étaient|fue|fueron|sido|es"
    r"|stat[oaie]|venn?e(?:ro)?|foi|foram|werden|w[eo]rdt?)\s(?P<rest>[^.;!?]*)"
)
# "Quién construyó", "wer prüft": a verb right behind the word that asks, and what stands for a passive then.
_WHO_VERB = lazy_regex(
    r"(?i)^\W*(?:who|wer|qui|quién(?:es)?|chi|quem)(?! (?:is|was|are|were|has|have|had|did|ist|war|sind|hat|est|était|a"
    r"|es|era|son|è|ha|foi|é)\b) ([^\W\d_]{4,})\b"
)
_UNDONE = lazy_regex(
    r"(?i)\b(?:is|are|was|were|been|being|wird|werden|w[iu]rden?|worden|est|sont|étée?s?|était|étaient|fue|fueron|sido"
    r"|stat[oaie]|venn?e(?:ro)?|viene|vengono|foi|foram|werd(?:en)?|wordt|se|s['’]est|si)\s(?P<rest>[^.;!?]*)"
    r"|\b(?P<before>ge[^\W\d_]+[tn]|[^\W\d_]+iert|[bv]e[^\W\d_]+t) (?:ist|sind|wird|werden|wurden?)\b"
)
_DONE_BY = lazy_regex(r"(?i)\b(?:by|from|von|vom|durch|par|por|pel[oa]s?|da|dal\w*|door)\b(?! \d)")
_SENTENCE_END = lazy_regex(r"(?<=[^\W\d_]{2}[.!?])\s+")
LONG_SENTENCE = 22
_AGENT = lazy_regex(r"(?i)\b(?:by|from|of|von|vom|durch|par|de|du|des|por|del|da|dal\w*|do|door)\b")
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
_CLAUSE = lazy_regex(r"(?i), (?:who|which|der|die|das|qui|que|che|die)\s([^.,;!?]+)")
_LABEL = lazy_regex(r"\s*[^\W\d_][^:.!?\n]{1,30}:\s+(.+)", re.DOTALL)


def names_no_agent(question: str, text: str) -> bool:
    """Whether the verb of "Who built it?" is there only as a passive without the one who did it."""
    asked = _WHO_DID.search(question)
    if asked is None:
        return False
    wanted = frozenset(terms(" ".join(asked[1].split()[:1] + asked[1].split()[-1:])))
    found = [match["rest"] for match in _PASSIVE.finditer(text) if _begins_with(wanted, match["rest"])]
    # "… was first charted in 1804, when two brothers charted it": the last one has a subject.
    verbs = wanted.intersection(term for rest in found for term in _leading_terms(rest))
    said = sum(not verbs.isdisjoint(terms(word)) for word in _WORDS.findall(text))
    return bool(found) and said <= len(found) and not any(_AGENT.search(rest) for rest in found)


def is_undone(question: str, text: str) -> bool:
    """Whether short sentences have the verb of "Who checks the ropes?" as a passive alone: "the ropes are checked"."""
    asked = _WHO_VERB.match(question)
    verb = frozenset(terms(asked[1])) if asked else frozenset[str]()
    said = [one for one in _SENTENCE_END.split(text) if _says(one, verb)]
    if not said or any(len(one.split()) > LONG_SENTENCE for one in said):
        return False
    return all(_is_undone(one, verb) for one in said)


def _says(sentence: str, verb: AbstractSet[str]) -> bool:
    return any(nearest_term(term, list(verb)) in verb for term in terms(sentence))


def _is_undone(sentence: str, verb: AbstractSet[str]) -> bool:
    """Whether the verb is there as a passive, and no one is named who does it."""
    for match in _UNDONE.finditer(sentence):
        rest = match["rest"] or ""
        words = _WORDS.findall(rest.partition(",")[0])
        near = match["before"] or " ".join((*words[:3], *words[-1:]))
        if _says(near, verb) and _DONE_BY.search(rest or sentence) is None:
            return True
    return False


def _begins_with(wanted: frozenset[str], rest: str) -> bool:
    """Whether one of the next words is the verb; in German it is the last word of the clause."""
    return not wanted.isdisjoint(_leading_terms(rest))


def _leading_terms(rest: str) -> list[str]:
    words = _WORDS.findall(rest.partition(",")[0])
    return [term for word in dict.fromkeys((*words[:3], *words[-1:])) for term in terms(word)]


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


def is_aside(text: str, names: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether what "why" asks about stands only in a clause beside something else: "Olga, who left in 2016".

    Also whether nothing stands beside its names: "Absent: Ada Rook".
    """
    verb = matter - names
    if verb and any(verb <= frozenset(terms(clause)) for clause in _CLAUSE.findall(text)):
        return True
    label = _LABEL.fullmatch(text)
    return label is not None and bool(names) and frozenset(content_terms(label[1])) <= matter | names
