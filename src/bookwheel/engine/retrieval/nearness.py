"""Scores the passages found by words of the question that stand together in them, and by literals found as written.

BM25 counts each word, and does not see that "net income" stands together. Reading the texts of the best passages is
cheaper than asking the index, which would read the positions of all words in a million passages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import TypeAlias

from bookwheel.engine.retrieval.lexical_question import LexicalQuestion
from bookwheel.engine.schema import NodeWithScore
from bookwheel.engine.text.analyzers import has_stop_words, word_analyzer
from bookwheel.engine.text.languages import ENGLISH, count_unsegmented
from bookwheel.engine.text.spelling import normalized
from bookwheel.lazy_regex import lazy_regex

# In units of BM25, where a word of medium frequency gives 5; times the logarithm of how few of the passages have the
# pair. Measured on question sets in three languages, by halves. Less for languages without a list of stop words.
PAIR_WEIGHT = 0.7
UNSURE_WEIGHT = 0.2
LITERAL_WEIGHT = 5.0
# A pair with one word between counts half.
_APART = 0.5
# Stems of dying, lying, tying.
_CHANGED = frozenset({"die", "lie", "tie"})
# Signs that texts in ASCII have besides; the bytes of no letter that the stemmer makes an ASCII one are among theirs.
_ASCII_AND_SIGNS = bytes(range(0x80)) + "‘’“”–—…•".encode()
# Lower case, and spaces for all that stands between words.
_WORDS = bytes(byte if chr(byte).isalnum() else 32 for byte in bytes(range(0x80)).lower()) + b" " * 0x80
_SPACES = lazy_regex(r"\s+")

_Pair: TypeAlias = tuple[str, str]


def by_nearness(question: LexicalQuestion, nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """The passages, best first, with the pairs and literals in them added to their scores."""
    analyzer = word_analyzer(question.language)
    # Pieces of a script without spaces overlap, so that pairs of them add no evidence.
    in_words = not count_unsegmented(question.plain)
    pairs = set(pairwise(analyzer.analyze(" ".join(question.words)))) if in_words else set[_Pair]()
    literals = [_pattern(literal) for literal in question.literals]
    if not pairs and not literals:
        return list(nodes)
    beginnings = _beginnings(pairs) if question.language == ENGLISH else None
    near: list[dict[_Pair, float]] = []
    for node in nodes:
        plain = normalized(node.text) if pairs else ""
        is_possible = pairs and (beginnings is None or _may_hold(plain, beginnings))
        near.append(_near(pairs, analyzer.analyze(plain)) if is_possible else {})
    weights = _weights(near, PAIR_WEIGHT if has_stop_words(question.language) else UNSURE_WEIGHT)
    ranked: list[NodeWithScore] = []
    for node, found in zip(nodes, near, strict=True):
        score = node.get_score() + sum([weights[pair] * count for pair, count in found.items()])
        if literals:
            score += LITERAL_WEIGHT * _found(literals, node.text)
        ranked.append(NodeWithScore(node.node, score))
    ranked.sort(key=lambda node: -node.get_score())
    return ranked


def _beginnings(pairs: set[_Pair]) -> list[tuple[bytes, bytes]]:
    """What words with the terms of each pair begin with: the English stemmer changes only the end of a word."""
    starts = {
        term: b" " + (term[:1] if term in _CHANGED else term[:-1]).encode("utf-8", "replace")
        for pair in pairs
        for term in pair
    }
    return [(starts[one], starts[other]) for one, other in pairs]


def _may_hold(plain: str, beginnings: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a normalized text has to be analyzed to know its pairs, which takes a third of a search for all texts."""
    data = b" " + plain.encode("utf-8", "replace")
    if not plain.isascii() and data.translate(None, _ASCII_AND_SIGNS):
        return True
    words = data.translate(_WORDS)
    return any(one in words and other in words for one, other in beginnings)


def _near(pairs: set[_Pair], terms: Sequence[str]) -> dict[_Pair, float]:
    beside = dict.fromkeys(pairs.intersection(pairwise(terms)), 1.0)
    return {**dict.fromkeys(pairs.intersection(zip(terms, terms[2:], strict=False)), _APART), **beside}


def _weights(near: Sequence[dict[_Pair, float]], weight: float) -> dict[_Pair, float]:
    # Pairs that most passages have, such as frequent words, do not distinguish passages.
    having = Counter(pair for found in near for pair in found)
    return {pair: weight * log(1 + (len(near) - count + 0.5) / (count + 0.5)) for pair, count in having.items()}


def _found(literals: Sequence[re.Pattern[str]], text: str) -> int:
    spaced = _SPACES.sub(" ", text)
    return sum(pattern.search(spaced) is not None for pattern in literals)


def _pattern(literal: str) -> re.Pattern[str]:
    # 4.2 is not in 4.21, in 14.2 or in 4.2.1.
    plain = re.escape(" ".join(literal.split()))
    return re.compile(rf"(?<!\w)(?<!\d\.){plain}(?![\w+#]|\.\d)", re.IGNORECASE)
