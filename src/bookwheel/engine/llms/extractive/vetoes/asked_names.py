"""Whether a text mentions the thing or the person whose name or origin is asked for, and does not give it."""

from __future__ import annotations

import re

from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import STOP_WORDS, terms
from bookwheel.lazy_regex import lazy_regex

# Longer sentences name things farther away.
LONG_SENTENCE = 24
_ASKED = (
    lazy_regex(
        r"(?i)^\W*what(?:['’]s| is| was) the name of (?:the|an?|our|my|your|his|her|their) "
        r"(?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?=\W*$|,? (?:of|at|in|near|on|by|that|who|which|from|with|behind|next)\b)"
    ),
    lazy_regex(
        r"(?i)^\W*what (?:is|was) (?:the|an?|our|my|\S+['’]s?) (?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?: (?:of|at|in|near|on|by|from|with|behind) (?:\S+ ){0,3}?\S+)? called\W*$"
    ),
    lazy_regex(r"^\W*[Ww]ie hei(?:ß|ss)t (?:de[rn]|die|das|unser\w*|mein\w*) (?:[a-zäöüß]+ )?(?P<first>[^\W\d_]+)"),
    lazy_regex(
        r"(?i)^\W*(?:(?:of|by) )?(?:what|which) (?P<made>make|brand) (?:is|are|was|were) "
        r"(?:the|an?|our|my|your|his|her|their) (?P<last>(?:[^\W\d_]+ ){0,2}?[^\W\d_]+)"
        r"(?=\W*$|,? (?:of|at|in|on|by|that|who|which|from|with)\b)"
    ),
    lazy_regex(
        r"(?i)^\W*(?:von |de )?(?:welche[rs]?|quelle|qu[eé]) (?P<made>marke|marque|marca) (?:ist|est|es)"
        r" (?:de[rn]|die|das|le|la|el|los|las|unser\w*|notre|nuestr[oa]) (?P<first>[^\W\d_]+)"
    ),
    lazy_regex(r"(?i)^\W*comment s['’]appelle(?:nt)? (?:l[ea] |l['’]|une? |leur |son |sa |notre )(?P<first>[^\W\d_]+)"),
    lazy_regex(r"(?i)^\W*cómo se llaman? (?:el|la|los|las|su|un|una|nuestr[oa]) (?P<first>[^\W\d_]+)"),
    lazy_regex(r"(?i)^\W*come si chiama (?:il |la |lo |l['’])(?P<first>[^\W\d_]+)"),
)
_CALLED = lazy_regex(
    r"(?i)\b(?:called|named|known as|name is|heißt|heißen|genannt|namens|appel|nomm|llama|chiama)|[\"“„«`]"
)
_MADE = lazy_regex(r"(?i)\b(?:made|make|brand|built|manufactur\w+|marke|hersteller|fabrikat|marque|marca|merk)\b")
_SENTENCE_END = lazy_regex(r"(?<=[^\W\d_]{2}[.!?])\s+|\n+")
_LINKS = (
    r"(?:is|was|are|ist|war|est|es|era|è|Mr|Mrs|Ms|Dr|Herr|Frau|M|Mme|Mlle|Señora?|Don|Doña|Signora?|and|our|my|the|an?"
    r"|der|die|das|unsere?|le|la|notre|el|su|nuestr[oa]|il|new|old|neue|at|in|from|of|aus|von|zu|de|du|del|di)"
)
# "The first series of the programme, An Unearthly Child".
_OF_IT = r"(?: (?:of|in|at|near|im|bei|à|en|de|del|du|des|der|von|della|di)(?: (?:the|la|el|le))? [\w’'-]+)?"
_NAME = r"([^\W\d_a-zß-ÿ][\w’'-]+)"

_COMES_FROM = lazy_regex(
    r"(?i)^\W*(?:where (?:do|does|did|is|are|was|were) .{2,60} (?:come )?from|wo(?:her| .{2,60} her\b)"
    r"|d['’]où (?:vien|est)"
    r"|de dónde (?:es|vien|son)|di dove (?:è|sono)|da dove (?:vien|veng)|de onde (?:é|vem)|waar komt? .* vandaan)"
)
_FROM = lazy_regex(
    r"(?i)\b(?:from|born|native|grew up|raised|origin\w*|countr(?:y|ies)|comes?|aus|stammt|geboren|gebürtig|herkunft"
    r"|vient|viennent|né[es]*|originaire|viene|nacid[oa]|nat[oa]|originari[oa]|pa[ií]s|paese|vem|nascid[oa]|uit"
    r"|afkomstig)\b"
)


_WHAT_IS_ONE = lazy_regex(
    r"(?i)^\W*what(?:['’]s| is| was) (?:the|our|its|his|her|their) (?:[^\W\d_]+ ){0,2}?(?P<noun>[^\W\d_]+)"
    r"(?=\W*$| (?:of|for|at|in|on)\b)"
)
_COPULAS = frozenset("is was are were means of for at in on by has had".split())
SHORT_SENTENCE = 7


def only_tells_of(question: str, text: str) -> bool:
    """Whether "What is the record?" is asked, and a short sentence tells of it: "The record still stands."."""
    asked = _WHAT_IS_ONE.match(question)
    if asked is None or len(text.split()) > SHORT_SENTENCE:
        return False
    noun = rf"(?:the|our|its|his|her|their) (?:\w+ ){{0,2}}?{re.escape(asked['noun'])}"
    said = re.match(rf"(?i)\W*{noun} (?:still |now |also )?([^\W\d_]+)", text)
    return said is not None and said[1].casefold() not in _COPULAS and not any(map(str.isdigit, text))


def lacks_origin(question: str, text: str) -> bool:
    """Whether it is asked where someone comes from, and the text does not say "from"."""
    return _COMES_FROM.search(question) is not None and _FROM.search(text) is None


def lacks_name_of(question: str, text: str) -> bool:
    """Whether the noun of "What is the name of the farmer?", "Which make is the car?" has no name beside it."""
    asked = next(filter(None, (pattern.match(question) for pattern in _ASKED)), None)
    if asked is None:
        return False
    found = asked.groupdict()
    noun = found.get("first") or found["last"].split()[-1]
    is_called = _MADE if found.get("made") else _CALLED
    of_noun = frozenset(terms(noun))
    said = [one for one in _SENTENCE_END.split(text) if not of_noun.isdisjoint(terms(one))]
    if not said or any(len(one.split()) > LONG_SENTENCE for one in said) or any(map(is_called.search, said)):
        return False
    known = frozenset(re.findall(r"\w+", question.casefold()))
    return not any(_has_name_beside(MONTH_OR_WEEKDAY.sub(" ", one), of_noun, known) for one in said)


def _has_name_beside(sentence: str, noun: frozenset[str], known: frozenset[str]) -> bool:
    words = {word for word in re.findall(r"[^\W\d_]+", sentence) if not noun.isdisjoint(terms(word))}
    of_noun = "|".join(map(re.escape, words))
    beside = rf"[ ,(:–-]{{1,3}}(?:{_LINKS}\b\.?[ ,]{{1,2}}){{0,3}}"
    new_name = rf"(?!(?i:{'|'.join(map(re.escape, known))})\b){_NAME}"
    behind = re.findall(rf"\b(?:{of_noun})\)?(?: [^\W\d_]+)?{_OF_IT}{beside}{new_name}", sentence)
    before = re.findall(rf"\b{new_name}{beside}(?:[^\W\d_]+ )?(?:{of_noun})\b", sentence)
    return bool(behind) or any(name.casefold() not in STOP_WORDS for name in before)
