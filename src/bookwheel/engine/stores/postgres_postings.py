"""The terms of passages as rows of postings: what BM25 needs of each passage that has a term, packed into a number.

    passage id (49 bits) | how often the term is in it (6) | code of the length of its field (8)

The terms are those of the embedded store's index, by the same analyzers; a term is known by the checksum of its field
and text.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log2
from typing import LiteralString
from zlib import crc32

from bookwheel.engine.stores.base import TermField
from bookwheel.engine.stores.languages import ENGLISH
from bookwheel.engine.stores.terms import gram_analyzer, has_grams, normalized, word_analyzer

FIELDS: tuple[TermField, ...] = ("body", "name", "gram")
CODES = 256
_MOST_COUNTED = 63
# What is in a number `hit`, as SQL.
PASSAGE: LiteralString = "hit >> 14"
COUNT: LiteralString = "((hit >> 8) & 63)"
CODE: LiteralString = "(hit & 255)::int4"

_EXACT = 64  # lengths below have a code of their own
_STEPS = 16  # codes from one length to its double, above
_SEEDS: Mapping[TermField, int] = {field: crc32(field.encode()) for field in FIELDS}


def term_key(field: TermField, text: str) -> int:
    """The number by which a term is known."""
    key = crc32(text.encode("utf-8", "replace"), _SEEDS[field])
    return key - (1 << 32) if key >= 1 << 31 else key


def length_code(length: int) -> int:
    """The code of a field's length in terms."""
    if length < _EXACT:
        return length
    return min(_EXACT + round(_STEPS * log2(length / _EXACT)), CODES - 1)


def length_of(code: int) -> float:
    """The length that a code stands for."""
    return code if code < _EXACT else _EXACT * 2 ** ((code - _EXACT) / _STEPS)


class Postings:
    """The postings of one batch of passages; takes passages as `indexing.add_passages` gives them."""

    def __init__(self) -> None:
        self.passages = 0
        self.lengths: Counter[TermField] = Counter()
        self._hits: dict[int, array[int]] = {}
        self._keys: dict[TermField, dict[str, int]] = {field: {} for field in FIELDS}

    def add(self, document: int, language: str, passages: Iterable[tuple[int, str, str]]) -> None:
        """Add passages, each with its id, its text and its names. `document` is in the ids already."""
        words, grams = word_analyzer(language), gram_analyzer() if has_grams(language) else None
        last_name, named = "", list[str]()
        for passage, text, name in passages:
            self.passages += 1
            plain = normalized(text)
            self._add(passage, "body", words.analyze(plain))
            if grams is not None:
                self._add(passage, "gram", grams.analyze(plain))
            if name != last_name:
                last_name, named = name, word_analyzer(ENGLISH).analyze(name)
            self._add(passage, "name", named)

    def rows(self, batch: int) -> Iterator[str]:
        """The rows of the table, as COPY reads them."""
        for key, hits in self._hits.items():
            yield f"{key}\t{batch}\t{len(hits)}\t{{{','.join(map(str, hits))}}}\n"

    def _add(self, passage: int, field: TermField, terms: list[str]) -> None:
        length = len(terms)
        self.lengths[field] += length
        keys, all_hits = self._keys[field], self._hits
        base = passage << 14 | length_code(length)
        for term, count in Counter(terms).items():
            key = keys.get(term)
            if key is None:
                key = keys[term] = term_key(field, term)
            hits = all_hits.get(key)
            if hits is None:
                hits = all_hits[key] = array("q")
            hits.append(base | min(count, _MOST_COUNTED) << 8)
