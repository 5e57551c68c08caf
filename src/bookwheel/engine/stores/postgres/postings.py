"""The terms of passages as rows of postings: what BM25 needs of each passage that has a term, packed into a number.

    passage id (49 bits) | how often the term is in it (6) | code of the length of its field (8)

The terms are those of the embedded store's index, by the same analyzers; a term is known by a digest of its field
and text.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from math import log2
from typing import LiteralString

from bookwheel.engine.stores.store_protocol import TermField
from bookwheel.engine.text.analyzers import gram_analyzer, word_analyzer, words_and_grams
from bookwheel.engine.text.languages import ENGLISH

FIELDS: tuple[TermField, ...] = ("body", "name", "gram")
CODES = 256
_MOST_COUNTED = 63
# The parts of a packed `hit`, as SQL.
PASSAGE: LiteralString = "hit >> 14"
COUNT: LiteralString = "((hit >> 8) & 63)"
CODE: LiteralString = "(hit & 255)::int4"

_EXACT = 64  # each length below has its own code
_STEPS = 16  # codes from one length to its double, above
_ROWS_AT_ONCE = 500
_SALTS: Mapping[TermField, bytes] = {field: field.encode() for field in FIELDS}


def term_key(field: TermField, text: str) -> int:
    """The number that stands for a term."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8, salt=_SALTS[field]).digest()
    return int.from_bytes(digest, signed=True)


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
        self._hits: dict[TermField, defaultdict[str, array[int]]] = {field: defaultdict(_no_hits) for field in FIELDS}

    def add(self, document: int, language: str, passages: Iterable[tuple[int, str, str]]) -> None:
        """Add passages, each with its id, its text and its names. `document` is in the ids already."""
        of_words, of_grams = word_analyzer(language), gram_analyzer()
        last_name, named = "", list[str]()
        for passage, text, name in passages:
            self.passages += 1
            words, grams = words_and_grams(text, name, language)
            self._add(passage, "body", of_words.analyze(words))
            if grams:
                self._add(passage, "gram", of_grams.analyze(grams))
            if name != last_name:
                last_name, named = name, word_analyzer(ENGLISH).analyze(name)
            self._add(passage, "name", named)

    def words(self) -> Iterable[str]:
        """The terms of the passages' texts."""
        return self._hits["body"]

    def rows(self, batch: int) -> Iterator[str]:
        """The rows of the table, as COPY reads them, in pieces."""
        rows: list[str] = []
        for field, of_terms in self._hits.items():
            for term, hits in of_terms.items():
                rows.append(f"{term_key(field, term)}\t{batch}\t{len(hits)}\t{{{','.join(map(str, hits))}}}\n")
                if len(rows) >= _ROWS_AT_ONCE:
                    yield "".join(rows)
                    rows.clear()
        yield "".join(rows)

    def _add(self, passage: int, field: TermField, terms: list[str]) -> None:
        length = len(terms)
        self.lengths[field] += length
        of_terms = self._hits[field]
        base = passage << 14 | length_code(length)
        for term, count in Counter(terms).items():
            of_terms[term].append(base | (count if count < _MOST_COUNTED else _MOST_COUNTED) << 8)


def _no_hits() -> array[int]:
    return array("q")
