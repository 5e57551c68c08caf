"""Questions for the meaning of one word, and texts that open with the word and say what it is.

"A cotter is a wedge" defines the cotter, and so does the row `| cotter | a wedge |` of a glossary; most texts with the
word only use it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bookwheel.engine.text.folding import fold_case
from bookwheel.lazy_regex import lazy_regex

_MOST_WORDS, _SHORTEST_PLURAL = 5, 4
_ARTICLE = (
    r"(?:(?:an?|the|der|die|das|ein(?:e[mnr]?)?|dem|den|un[eao]?|les?|la|el|los|las|il|lo|i|gli|o|os|as|uma?|de|het"
    r"|een)"
    r"\s+|l['’])?"
)
_QUOTES = "[\"'“”‘’„«»`*_]*"
# "The meaning of the word retention".
_CALLED = (
    r"(?:(?:the |das |dem |den |der |des |le |du |la |el |de la |il |o )?(?:word|term|expression|abbreviation"
    r"|worte?s?|begriffe?s?|wort"
    r"|abkürzung|mot|terme|sigle|palabra|término|parola|termine|palavra|woord) )?"
)
_WORD = rf"{_CALLED}{_ARTICLE}{_QUOTES}(?P<word>(?:[^?!.,;:\n]|[.:](?=\w)){{2,50}}?){_QUOTES}"
_ASKED = (
    rf"what (?:is|are) {_WORD} (?:used |good )?for",
    rf"what (?:does|do) {_WORD} (?:mean|stand for|do)",
    rf"what does (?:the )?{_QUOTES}(?P<word>[\w.]+(?:[-_][\w.]+)+){_QUOTES} [a-z]+(?: (?:for|against|from|with|to))?",
    rf"what(?:['’]s| is| are) (?:meant by |the meaning of |the definition of )?{_WORD}",
    rf"(?:define|explain the (?:word|term|abbreviation)) {_WORD}",
    rf"(?:the )?(?:meaning|definition|explanation) of {_WORD}",
    rf"what (?:do|does) (?:you|we|they|one|it) (?:mean|understand) by {_WORD}",
    rf"what is {_WORD} supposed to mean",
    rf"(?:die )?(?:bedeutung|definition|erklärung) (?:von|vom|de[rs]) {_WORD}",
    rf"was (?:meint man|meinen wir|meint ihr|ist gemeint) mit {_WORD}",
    rf"(?:la |le |l['’])?(?:signification|définition|sens) (?:de |d['’]|du |des ){_WORD}",
    rf"(?:que|qu['’])(?: |est-ce qu['’])?(?:entend-on|on entend) par {_WORD}",
    rf"(?:el |la )?(?:significado|definición) del? {_WORD}",
    rf"(?:il |la )?(?:significato|definizione) d(?:i|ell[ao]|el) {_WORD}",
    rf"(?:o |a )?(?:significado|definição) d[aeo] {_WORD}",
    rf"(?:de )?(?:betekenis|definitie) van {_WORD}",
    rf"{_WORD}[:,]? (?:meaning|definition|bedeutung|signification|définition|significado|significato|betekenis)",
    rf"was (?:versteht man|ist|wird) unter {_WORD}(?: verstanden| zu verstehen)?",
    rf"(?:was (?:ist|sind|gilt als|bedeutet|heißt|tut|macht)|wer (?:gilt als|ist(?=.* im sinne ))) {_WORD}",
    rf"wozu (?:dient|dienen) {_WORD}",
    rf"qu['’]est[- ]ce qu(?:e c['’]est qu)?(?:e |['’]){_WORD}",
    rf"(?:que|qu['’]est[- ]ce que) (?:signifie|veut dire|désigne|fait) {_WORD}",
    rf"(?:à quoi sert|c['’]est quoi) {_WORD}",
    rf"(?:qué (?:es|significa|son|hace)|para qué sirve|qué se entiende por) {_WORD}",
    rf"(?:(?:che )?cos['’]è|(?:che )?cosa significa|che cosa si intende per|a cosa serve) {_WORD}",
    rf"o que (?:é|significa|são) {_WORD}",
    rf"wat (?:is|zijn|betekent) {_WORD}",
)
# In which field the word is asked for: "in sailing", "im Sinne des Gesetzes", "in the policy".
_FIELD = (
    r"(?: (?:in|im|dans|en|nel|nella|na|no) [^?]{2,60}"
    r"| (?:according to|laut|selon|según|secondo|volgens) [^?]{2,60})?"
)
# "In the leaflet, what is meant by …?"
_LEADING = r"(?:(?:in|im|dans|en|nel|nella|na|no) [^?,]{2,40}, )?"
_PATTERNS = [lazy_regex(rf"\W*{_LEADING}{asked}{_FIELD}\W*", re.IGNORECASE) for asked in _ASKED]
# "The segment of a typewriter", not "the purpose of a segment".
_OF_A_KIND = lazy_regex(
    r"(?i)(?!(?:purpose|use|aim|point|function|role|job|task|name|size|shape|number|cause|result|effect|advantage"
    r"|benefit"
    r"|meaning|difference|kind|type|zweck|aufgabe|sinn|rolle|but|rôle|fin|función|scopo|ruolo)\b)"
    r"(?P<head>[\w-]+) (?:of|de|di|van|von)(?: |(?<=')) ?(?:an?|einem|einer|une?|un[ao]?|een) [^?]{3,40}"
)
_PLACE = lazy_regex(
    r"(?<=\w )(?:in|im|dans|en|nel|nella|na|no) (?:the|my|our|der|die|le|la|el|il|o)\b.*", re.IGNORECASE
)
_NO_WORDS = frozenset(
    "it this that there these those wrong new es das dies da los neu ça cela esto eso questo ciò isto dit".split()
)
# "Is kept", "are ranked" say what happens to a thing; "is called", "is used to" say what it is.
_NOT_PASSIVE = (
    r"(?!\s+(?:not\s+|also\s+)?(?!(?:us|call|nam|defin|mean|design|intend)ed\b)"
    r"(?:\w+(?:ed|[eow]wn|ound|ept|ade|een|aken|iven)|held|built|done|sung|set|put|bought|brought|caught|sent|lent"
    r"|spent"
    r"|sold|told|written|broken|chosen|eaten|hidden|beaten|cut|shut|paid|laid|hung|lit)\b)"
)
_IS = (
    rf"(?:(?:is|are|was|were){_NOT_PASSIVE}|means?|refers? to|stands? for|denotes?|describes?|combines?|contains?"
    r"|represents?|defines?|ist|sind|bedeutet|bezeichnet|heißt|gilt|gelten|umfasst|umfaßt|est|sont|désigne|signifie|es"
    r"|son|significa|designa|è|sono|indica|é|são|betekent|zijn)"
)
# Where a sentence, a row or an item begins; within a wrapped paragraph a line begins anywhere.
_OPENS = r"(?:\A|\n[ \t]*\n|[.!?:] |[.!?:]\n|\n(?=[ \t]*(?:[-*+•|]|\(?\d{1,3}[.)] )))"
_MARK = r"[ \t]*(?:[-*+•] +|\(?\d{1,3}[.)] +|\|[ \t]*)?"
# "gate" of `mill.gate`.
_PATH = r"(?:[\w-]+\.)*"
# "| cotter | a wedge |", "cotter: a wedge", "**Cotter** – a wedge", "cotter" over an indented line.
# `"verbose": false,` uses a name and explains nothing.
_IS_DATA = r"(?:true|false|null|none)[ \t]*,?[ \t]*(?:\n|\Z)"
# "-x, " of "-x, --one-place" and "``-x``, ``--one-place``".
_OTHER_NAMES = (
    rf"(?:{_QUOTES}--?[^\W_][^\s,;|/]{{0,60}}?(?:[ =][^\s,;|/-][^\s,;|/]{{0,60}}?)?{_QUOTES}(?:, ?| ?[|/] ?| ))?"
)
_IS_LABEL = (
    r"[ \t]*(?:\([^)\n]{1,40}\)[ \t]*)?(?:[|:=–—]|-(?= )|\n[ \t]+(?=\S)|\n:[ \t])[ \t]*(?=[^\s|\[{-])"
    rf"(?!{_IS_DATA})"
)
# "A cotter in a bicycle is", not "The cotter box is".
_IS_SUBJECT = (
    r"(?:\s(?:\(|(?:in|of|for|at|on|with|im|in|der|des|von|vom|bei|dans|de|des|du|en|del?|della|nel|di|do|da|van)\s)"
    rf"[^\s.,;:|]+(?:\s[^\s.,;:|]+){{0,4}}?)?\s+{_IS}[\s,]"
)
_TAKEN_AS = "als|unter|on entend par|on appelle|se entiende por|per|entende-se por|onder"
_IS_TAKEN = "gelten|gilt|versteht|verstanden|si intende|verstaat"


def asked_word(question: str) -> str:
    """The word, or up to five, that a question wants explained; empty for other questions."""
    for pattern in _PATTERNS:
        if (match := pattern.fullmatch(question)) is not None:
            word = match["word"].strip()
            word = kind["head"] if (kind := _OF_A_KIND.fullmatch(word)) is not None else word
            words = fold_case(word).split()
            return word if 0 < len(words) <= _MOST_WORDS and words[0] not in _NO_WORDS else ""
    return ""


def framing_words(question: str) -> str:
    """A question without the thing or place that it asks within: what an answer need not repeat."""
    return _PLACE.sub(" ", question)


def explains(word: str, text: str) -> bool:
    """Whether a sentence, a row or an item of `text` opens with the word and then says what it is."""
    if len(word) == len("-x") and word.startswith("-"):
        # `-U` is another option than `-u`.
        return _defining(word).search(text) is not None
    return bool(word) and _defining(fold_case(word)).search(fold_case(text)) is not None


@lru_cache(8)
def _defining(word: str) -> re.Pattern[str]:
    if not word.replace(" ", "").isalpha():
        # A code or an option: what opens with it tells of it.
        other = _OTHER_NAMES if word.startswith("-") else ""
        return re.compile(rf"(?:{_OPENS}|\n){_MARK}{other}{_QUOTES}{_PATH}{re.escape(word)}(?![\w-]|\.\w|\W*\Z)")
    stem = word if len(word) < _SHORTEST_PLURAL else word.removesuffix("s")
    named = rf"{_QUOTES}{re.escape(stem)}[^\s|:.,;]{{0,3}}{_QUOTES}"
    label = rf"(?:{_OPENS}|\n){_MARK}{_ARTICLE}{_PATH}{named}{_IS_LABEL}|(?:\A|\n)[^:;\n]{{1,40}}: {named}; \S"
    subject = rf"{_OPENS}{_MARK}{_ARTICLE}{named}{_IS_SUBJECT}"
    taken = (
        rf"\b(?:{_TAKEN_AS}) {named}(?:\s\S+){{0,4}}? (?:{_IS_TAKEN})\b"
        rf"|\b(?:gelten|gilt|versteht man) (?:als|unter) {named}"
    )
    return re.compile(f"{label}|{subject}|{taken}")
