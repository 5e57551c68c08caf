"""Scores the passages found by words of the question that stand together or as they are written, and by literals.

BM25 counts each word, and does not see that "net income" stands together. Reading the texts of the best passages is
cheaper than asking the index, which would read the positions of all words in a million passages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf
from operator import add
from typing import TypeAlias, TypeVar

from bookwheel.engine.retrieval.lexical_question import LexicalQuestion
from bookwheel.engine.schema import NodeWithScore
from bookwheel.engine.stores.lexical_terms import rareness
from bookwheel.engine.text.analyzers import LONGEST_TERM, word_analyzer
from bookwheel.engine.text.languages import ENGLISH, UNSTEMMED, count_unsegmented
from bookwheel.engine.text.spelling import normalized

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
# The bytes read for three words in a row: the longest word that the index keeps, and the beginning of the next.
_THREE_WORDS = LONGEST_TERM + 16
_STEMS_KEPT = 4_096

_Pair: TypeAlias = tuple[str, str]
_Thing = TypeVar("_Thing", _Pair, str)
_PairsIn: TypeAlias = Callable[[str], Mapping[_Pair, float]]


def by_nearness(question: LexicalQuestion, nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The passages, best first, with the pairs, written words and literals in them added to their scores."""
    pairs, words, literals = _pairs_of(question), _words_of(question), _literals_of(question)
    if not pairs and not words and not literals:
        return list(nodes)
    texts = [normalized(node.text) for node in nodes]
    scores = [node.get_score() for node in nodes]
    if question.language == ENGLISH:
        near, written = _found_in_english(pairs, words, texts)
    else:
        near = list(map(_pairs_in_analyzed(pairs, question.language), texts)) if pairs else []
        written = [_written_in(text.lower(), words) for text in texts]
    if pairs:
        weight = PAIR_WEIGHT if question.sifted else UNSURE_WEIGHT
        scores = list(map(add, scores, _gains(pairs, near, weight)))
    if words:
        scores = list(map(add, scores, _gains(words, written, WRITTEN_WEIGHT)))
    if literals:
        having = [_literals_in(node.text, literals) for node in nodes]
        weight = LITERAL_WEIGHT / _TELLING_LITERAL
        scores = list(map(add, scores, _gains(list(literals), having, weight, _TELLING_LITERAL)))
    ranked = [NodeWithScore(node.node, score) for node, score in zip(nodes, scores, strict=True)]
    ranked.sort(key=lambda node: -node.get_score())
    return ranked


def _pairs_of(question: LexicalQuestion) -> list[_Pair]:
    # Pieces of a script without spaces overlap, so that pairs of them add no evidence.
    if count_unsegmented(question.plain):
        return []
    return list(dict.fromkeys(pairwise(word_analyzer(question.language).analyze(" ".join(question.words)))))


def _words_of(question: LexicalQuestion) -> list[str]:
    if not question.sifted or len(question.words) > _MOST_WRITTEN:
        return []
    return list(dict.fromkeys(question.words))


def _literals_of(question: LexicalQuestion) -> dict[str, re.Pattern[str]]:
    return {literal: _pattern(literal) for literal in question.literals}


def _gains(
    things: Sequence[_Thing], found: Sequence[Mapping[_Thing, float]], weight: float, most: float = inf
) -> list[float]:
    """What each passage gains by the things found in it, with how much each counts."""
    # Things that most passages have, such as frequent words, do not distinguish passages.
    having = Counter(thing for one in found for thing in one)
    rare = {thing: rareness(len(found), count) for thing, count in having.items()}
    # In the order of the question, so that equal passages get equal scores, to the last digit.
    return [sum([weight * min(rare[thing], most) * one[thing] for thing in things if thing in one]) for one in found]


def _pairs_in_analyzed(pairs: Sequence[_Pair], language: str) -> _PairsIn:
    """Finds the pairs in a normalized text of any language, with how much each counts."""
    analyzer, wanted = word_analyzer(language), frozenset(pairs)

    def pairs_in(plain: str) -> Mapping[_Pair, float]:
        terms = analyzer.analyze(plain)
        beside = dict.fromkeys(wanted.intersection(pairwise(terms)), 1.0)
        return {**dict.fromkeys(wanted.intersection(zip(terms, terms[2:], strict=False)), _APART), **beside}

    return pairs_in


def _found_in_english(
    pairs: Sequence[_Pair], words: Sequence[str], texts: Sequence[str]
) -> tuple[list[Mapping[_Pair, float]], list[Mapping[str, float]]]:
    """The pairs as `_pairs_in_analyzed` and the words in ASCII as `_written_in` find them, in a third of the time.

    To look for a word through all texts takes longer than all that is done where it is found. So each beginning that
    words and pairs have is looked for once, and only words that begin like a pair are stemmed: the English stemmer
    changes only the end of a word. Where a letter has no form in ASCII, all is analyzed.
    """
    in_analyzed = _pairs_in_analyzed(pairs, ENGLISH)
    beginnings = [(pair, _beginning(pair[0]), _beginning(pair[1])) for pair in pairs]
    forms = [(word, f" {word} ".encode(), _beginning(_stem(word.encode()))) for word in words if word.isascii()]
    starts = dict.fromkeys([start for _, *both in beginnings for start in both] + [start for *_, start in forms])
    near: list[Mapping[_Pair, float]] = []
    written: list[Mapping[str, float]] = []
    for plain in texts:
        data = b" %b " % plain.encode("utf-8", "replace")
        text = data.translate(_WORDS)
        first = {start: text.find(start) for start in starts}
        written.append(
            {word: 1.0 for word, form, start in forms if (at := first[start]) >= 0 and text.find(form, at) >= 0}
        )
        if not plain.isascii() and data.translate(None, _ASCII_AND_SIGNS):
            text = _folded(plain)
            first = {start: text.find(start) for start in starts}
        found = _near_in(text, beginnings, first) if text else None
        near.append(in_analyzed(plain) if found is None else found)
    return near, written


def _beginning(term: str) -> bytes:
    """What each word with this stem begins with, and the space before it."""
    return b" " + (term[:1] if term in _CHANGED else term[: max(len(term) - 1, 1)]).encode("utf-8", "replace")


def _folded(plain: str) -> bytes:
    """The words of a text as the index folds them (é to e), in a quarter of its time; b"" if other letters are left."""
    folded = " ".join([piece if piece.isascii() else _folded_piece(piece) for piece in plain.split()])
    return b" %b " % folded.encode().translate(_WORDS) if folded.isascii() else b""


@lru_cache(_STEMS_KEPT)
def _folded_piece(piece: str) -> str:
    folded = " ".join(word_analyzer(UNSTEMMED).analyze(piece))
    # It makes a few small letters capitals (ǧ to G), which are no letters of the question.
    return folded if folded == folded.lower() else piece


def _near_in(
    text: bytes, beginnings: Sequence[tuple[_Pair, bytes, bytes]], first: Mapping[bytes, int]
) -> dict[_Pair, float] | None:
    found: dict[_Pair, float] = {}
    for pair, one, other in beginnings:
        if first[one] >= 0 and first[other] >= 0:
            count = _nearness(text, pair, one, other, first[one])
            if count is None:
                return None
            if count:
                found[pair] = count
    return found


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
            for count, word in zip((1.0, _APART), three[1:3], strict=False):
                if count > best and word.startswith(other[1:]) and (_stem(three[0]), _stem(word)) == pair:
                    best = count
        if best == 1.0:
            break
        at = text.find(one, at + 1)
    return best


@lru_cache(_STEMS_KEPT)
def _stem(word: bytes) -> str:
    return " ".join(word_analyzer(ENGLISH).analyze(word.decode("ascii")))


def _written_in(lowered: str, words: Sequence[str]) -> Mapping[str, float]:
    return {word: 1.0 for word in words if _has_word(lowered, word)}


def _has_word(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(word, end)
    return False


def _literals_in(text: str, literals: Mapping[str, re.Pattern[str]]) -> Mapping[str, float]:
    spaced = _one_line(text)
    folded = spaced.casefold()
    # To find a text is many times as fast as to find a pattern that looks around it.
    return {
        literal: 1.0
        for literal, pattern in literals.items()
        if _one_line(literal).casefold() in folded and pattern.search(spaced)
    }


def _pattern(literal: str) -> re.Pattern[str]:
    # 4.2 is not in 4.21, in 14.2 or in 4.2.1.
    plain = re.escape(_one_line(literal))
    return re.compile(rf"(?<!\w)(?<!\d\.){plain}(?![\w+#]|\.\d)", re.IGNORECASE)


def _one_line(text: str) -> str:
    return " ".join(text.split())
