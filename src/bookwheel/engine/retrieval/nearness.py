"""Scores the passages found by words of the question that stand together or as they are written, and by literals.

BM25 counts each word, and does not see that "net income" stands together. Reading the texts of the best passages is
cheaper than asking the index, which would read the positions of all words in a million passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf
from operator import add, itemgetter
from typing import TypeAlias

from bookwheel.engine.retrieval.lexical_question import LexicalQuestion
from bookwheel.engine.schema import NodeWithScore
from bookwheel.engine.stores.lexical_terms import rareness
from bookwheel.engine.text.analyzers import LONGEST_TERM, word_analyzer
from bookwheel.engine.text.languages import ENGLISH, UNSEGMENTED, count_unsegmented
from bookwheel.engine.text.spelling import all_normalized

# In units of BM25, where a word of medium frequency gives 5; times the logarithm of how few of the passages have the
# pair. Measured on question sets in three languages, by halves. Less where function words are not known.
PAIR_WEIGHT = 0.7
UNSURE_WEIGHT = 0.2
LITERAL_WEIGHT = 5.0
# Stems join what differs, "organ" and "organization": a word in the form of the question counts a little more, times
# the same logarithm. Mean of nDCG@10 over 25 question sets +.004; nothing in Arabic and Greek; in questions with more
# words, many of which say how to answer ("in USD millions"), -.02 on filings.
WRITTEN_WEIGHT = 0.25
_MOST_WRITTEN = 12
# With the logarithm of how few of the passages have it below this, a literal counts proportionally less: in a folder
# about covid-19, "covid-19" distinguishes no passage. Four sets of questions about it: nDCG@10 +.001 to +.012.
_TELLING_LITERAL = 2.0
# A pair with one word between counts half.
_APART = 0.5
# Stems of dying, lying, tying.
_CHANGED = frozenset({"die", "lie", "tie"})
# Signs that texts in ASCII have besides; the bytes of no letter that the stemmer makes an ASCII one are among theirs.
_ASCII_AND_SIGNS = bytes(range(0x80)) + "‘’“”–—…•".encode()
# Lower case, and spaces for all that stands between words.
_WORDS = bytes(byte if chr(byte).isalnum() else 32 for byte in bytes(range(0x80)).lower()) + b" " * 0x80
# What stands for a letter that has no form in ASCII.
_OTHER_LETTER = "\xff"
_FOLDED_WORDS = _WORDS[:-1] + _OTHER_LETTER.encode("latin-1")
# The bytes read for three words in a row: the longest word that the index keeps, and the beginning of the next.
_THREE_WORDS = LONGEST_TERM + 16
_STEMS_KEPT = 4_096

_Pair: TypeAlias = tuple[str, str]
_Having: TypeAlias = dict[int, float]
"""The passages that have a thing, by their place among those found, with how much it counts in each."""


def by_nearness(question: LexicalQuestion, nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The passages, best first, with the pairs, written words and literals in them added to their scores."""
    pairs, words, literals = _pairs_of(question), _words_of(question), question.literals
    if not pairs and not words and not literals:
        return list(nodes)
    texts = all_normalized([node.node.text for node in nodes])
    scores = [node.get_score() for node in nodes]
    if question.language == ENGLISH:
        near, written = _found_in_english(pairs, words, texts)
    else:
        near = _by_pair([_counts_in(plain, pairs, question.language) for plain in texts])
        written = _written_in([text.lower() for text in texts], words)
    weight = PAIR_WEIGHT if question.sifted else UNSURE_WEIGHT
    scores = list(map(add, scores, _gains(near, len(nodes), weight)))
    scores = list(map(add, scores, _gains(written, len(nodes), WRITTEN_WEIGHT)))
    if literals:
        having = _having_literals([node.node.text for node in nodes], literals)
        weight = LITERAL_WEIGHT / _TELLING_LITERAL
        scores = list(map(add, scores, _gains(having, len(nodes), weight, _TELLING_LITERAL)))
    ranked = sorted(zip(scores, nodes, strict=True), key=itemgetter(0), reverse=True)
    return [NodeWithScore(node.node, score) for score, node in ranked]


def _pairs_of(question: LexicalQuestion) -> list[_Pair]:
    # Pieces of a script without spaces overlap, so that pairs of them add no evidence.
    if count_unsegmented(question.plain):
        return []
    return list(dict.fromkeys(pairwise(word_analyzer(question.language).analyze(" ".join(question.words)))))


def _words_of(question: LexicalQuestion) -> list[str]:
    if not question.sifted or len(question.words) > _MOST_WRITTEN:
        return []
    return list(dict.fromkeys(question.words))


def _gains(found: Iterable[_Having], passages: int, weight: float, most: float = inf) -> list[float]:
    """What each passage gains by the things found, which come in the order of the question."""
    gains = [0.0] * passages
    for having in found:
        if having:
            # Things that most passages have, such as frequent words, do not distinguish passages.
            gain = weight * min(rareness(passages, len(having)), most)
            for place, count in having.items():
                gains[place] += gain * count
    return gains


def _by_pair(counts: Iterable[Sequence[float]]) -> list[_Having]:
    """From how much each pair counts in each passage."""
    return [{place: count for place, count in enumerate(of_pair) if count} for of_pair in zip(*counts, strict=True)]


def _counts_in(plain: str, pairs: Sequence[_Pair], language: str) -> list[float]:
    """How much each pair counts in a normalized text of any language."""
    terms = word_analyzer(language).analyze(plain) if pairs else []
    beside, apart = set(pairwise(terms)), set(zip(terms, terms[2:], strict=False))
    return [1.0 if pair in beside else _APART if pair in apart else 0.0 for pair in pairs]


def _found_in_english(
    pairs: Sequence[_Pair], words: Sequence[str], texts: Sequence[str]
) -> tuple[list[_Having], list[_Having]]:
    """The pairs as `_counts_in` and the words in ASCII as `_written_in` find them, in a third of the time.

    To look for a word through all texts takes longer than all that is done where it is found. So each beginning that
    words and pairs have is looked for once, and only words that begin like a pair are stemmed: the English stemmer
    changes only the end of a word. Where words are very long or far apart, or words of the question have other letters,
    all is analyzed.
    """
    beginnings = [(pair, _beginning(pair[0]), _beginning(pair[1])) for pair in pairs]
    forms = [(f" {word} ".encode(), _beginning(_stem(word.encode()))) for word in words if word.isascii()]
    starts = dict.fromkeys([start for _, *both in beginnings for start in both] + [start for _, start in forms])
    data = [b" %b " % plain.encode("utf-8", "replace") for plain in texts]
    spaced = [text.translate(_WORDS) for text in data]
    first = {start: [text.find(start) for text in spaced] for start in starts}
    written = [
        {place: 1.0 for place, at in enumerate(first[start]) if at >= 0 and spaced[place].find(form, at) >= 0}
        for form, start in forms
    ]
    for place, plain in enumerate(texts):
        if not plain.isascii() and data[place].translate(None, _ASCII_AND_SIGNS):
            spaced[place] = _folded(plain)
            for start, places in first.items():
                places[place] = spaced[place].find(start)
    is_ascii = all(one.isascii() and other.isascii() for one, other in pairs)
    counts: list[list[float]] = []
    for place, text in enumerate(spaced):
        found = [
            _nearness(text, pair, one, other, at) if (at := first[one][place]) >= 0 <= first[other][place] else 0.0
            for pair, one, other in beginnings
        ]
        known = [count for count in found if count is not None]
        is_sure = len(known) == len(found) and (is_ascii or text.isascii())
        counts.append(known if is_sure else _counts_in(texts[place], pairs, ENGLISH))
    return _by_pair(counts), written


def _beginning(term: str) -> bytes:
    """What each word with this stem begins with, and the space before it."""
    return b" " + (term[:1] if term in _CHANGED else term[: max(len(term) - 1, 1)]).encode("utf-8", "replace")


def _folded(plain: str) -> bytes:
    """The words of a text as the index folds them (é to e), in a quarter of its time."""
    folded = " ".join([piece if piece.isascii() else _folded_piece(piece) for piece in plain.split()])
    return b" %b " % folded.encode("latin-1").translate(_FOLDED_WORDS)


@lru_cache(_STEMS_KEPT)
def _folded_piece(piece: str) -> str:
    folded = " ".join(word_analyzer(UNSEGMENTED).analyze(piece))
    # It makes a few small letters capitals (ǧ to G), which are not letters of the question.
    return "".join([letter if letter.isascii() and not letter.isupper() else _OTHER_LETTER for letter in folded])


def _nearness(text: bytes, pair: _Pair, one: bytes, other: bytes, at: int) -> float | None:
    """How much a pair counts among English words; None where too long a word or gap is near, and the index decides.

    `at` is where a word first begins with `one`.
    """
    best = 0.0
    while at >= 0:
        near = text[at + 1 : at + 1 + _THREE_WORDS]
        three = near.split(None, 3)
        if len(near) - (len(three[3]) if len(three) > 3 else 0) >= LONGEST_TERM:
            return None
        if other in near:
            if _are(pair, three[0], three[1], other):
                return 1.0
            if not best and len(three) > 2 and _are(pair, three[0], three[2], other):
                best = _APART
        at = text.find(one, at + 1)
    return best


def _are(pair: _Pair, first: bytes, second: bytes, beginning: bytes) -> bool:
    return second.startswith(beginning[1:]) and (_stem(first), _stem(second)) == pair


@lru_cache(_STEMS_KEPT)
def _stem(word: bytes) -> str:
    return " ".join(word_analyzer(ENGLISH).analyze(word.decode("ascii"))) if word.isascii() else ""


def _written_in(lowered: Sequence[str], words: Iterable[str]) -> list[_Having]:
    return [{place: 1.0 for place, text in enumerate(lowered) if _has_word(text, word)} for word in words]


def _has_word(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(word, end)
    return False


def _having_literals(texts: Sequence[str], literals: Iterable[str]) -> list[_Having]:
    folded = [text.casefold() for text in texts]
    having: list[_Having] = []
    for literal in literals:
        words = literal.casefold().split()
        # To join the lines of all texts takes longer than to look for a word in them.
        longest, plain = max(words, key=len, default=""), " ".join(words)
        places = [place for place, text in enumerate(folded) if longest in text]
        having.append({place: 1.0 for place in places if _has_literal(" ".join(folded[place].split()), plain)})
    return having


def _has_literal(text: str, literal: str) -> bool:
    """Whether it stands there by itself: 4.2 is not in 4.21, in 14.2 or in 4.2.1."""
    # To compile a pattern for each question takes longer than this.
    at = text.find(literal)
    while at >= 0:
        before, after = text[max(at - 2, 0) : at], text[at + len(literal) : at + len(literal) + 2]
        if not (_goes_on(before[::-1]) or _goes_on(after) or after[:1] in ("+", "#")):
            return True
        at = text.find(literal, at + 1)
    return False


def _goes_on(beside: str) -> bool:
    """Whether a word or a number goes on in the two characters beside a literal, of which the nearest comes first."""
    return beside[:1].isalnum() or beside[:1] == "_" or (beside[:1] == "." and beside[1:].isdecimal())
