"""BM25 in SQL over the postings of a shared index, as tantivy computes it over the embedded one.

The server sums the scores of terms and returns the best passages with their texts, in one statement and so of one
state. Phrases are checked here, in the texts of the passages that have all their terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, LiteralString, cast

from bookwheel.engine.schema import NodeWithScore
from bookwheel.engine.stores.lexical_terms import rareness
from bookwheel.engine.stores.mistyped_terms import APPROXIMATE_BOOST, mistyped, most_errors
from bookwheel.engine.stores.postgres import known_words
from bookwheel.engine.stores.postgres.documents import PASSAGE_COLUMNS, PASSAGE_TEXT, scored_node, selected
from bookwheel.engine.stores.postgres.postings import (
    CODE,
    CODES,
    COUNT,
    FIELDS,
    PASSAGE,
    length_code,
    length_of,
    term_key,
)
from bookwheel.engine.stores.store_protocol import LexicalQuery, QueryPhrase, TermField
from bookwheel.engine.text.analyzers import word_analyzer
from bookwheel.engine.text.spelling import normalized
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection

K1 = 1.2
B = 0.75
# As in the embedded index: in a large one, a term that more than this share of the passages have is left out.
_FREQUENT_SHARE = 0.25
_LARGE_INDEX = 5_000
# Passages with all terms of a phrase are checked for it if their score is this near to the best.
_CANDIDATES = 48
_MOST_PHRASES = 8
# Above the norms of all fields: words near a mistyped one. A passage with several of them counts once, as one hit.
_APPROXIMATE = len(FIELDS) * CODES

_STATISTICS: LiteralString = """
    SELECT NULL, coalesce(sum(passages), 0), coalesce(sum(body), 0), coalesce(sum(name), 0), coalesce(sum(gram), 0)
    FROM bookwheel.batches
    UNION ALL
    SELECT term, sum(passages), 0, 0, 0 FROM bookwheel.postings WHERE term = ANY(%s::int8[]) GROUP BY term"""


@dataclass(frozen=True, slots=True)
class _Statistics:
    passages: int
    lengths: Mapping[TermField, int]
    having: Mapping[int, int]
    """How many passages have a term; those of removed documents count until their batch is merged."""

    def idf(self, key: int) -> float:
        count = self.having.get(key, 0)
        return rareness(self.passages, count)

    def average(self, field: TermField) -> float:
        """The average length of a field."""
        return self.lengths[field] / self.passages or 1.0


@dataclass(frozen=True, slots=True)
class _Phrase:
    terms: tuple[str, ...]
    weight: float
    mask: int
    """The bits of its terms; only a passage that has all of them can have the phrase."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The terms as the statement takes them: key, weight, where the norms of its field begin, bit."""

    keys: list[int]
    weights: list[float]
    bases: list[int]
    bits: list[int]


def search(connection: Connection, query: LexicalQuery, limit: int) -> list[NodeWithScore]:
    """The passages that fit best, best first."""
    stems = {term_key(term.field, term.text) for term in query.terms}
    stems |= {term_key("body", term.same) for term in query.terms if term.same}
    phrases = [phrase for phrase in query.phrases if len(phrase.terms) > 1][:_MOST_PHRASES]
    in_phrases = {term_key("body", term) for phrase in phrases for term in phrase.terms}
    statistics = _statistics(connection, [*stems | in_phrases])
    if not statistics.passages or limit < 1:
        return []
    boosts = _boosts(query, statistics)
    approximate = _approximate(connection, query, statistics)
    known = {term: boost for term, boost in boosts.items() if term[1] in statistics.having}
    telling = _telling(known, statistics)
    wanted = _wanted(telling, in_phrases, statistics, approximate)
    weighed = _weighed(phrases, wanted, statistics)
    rows = _best(connection, query, wanted, weighed, statistics, limit)
    # Rare in the whole index is not rare in the chosen documents, and the passages with a rare word may all be of one.
    if len(rows) < limit and len(telling) < len(known):
        wanted = _wanted(known, in_phrases, statistics, approximate)
        weighed = _weighed(phrases, wanted, statistics)
        rows = _best(connection, query, wanted, weighed, statistics, limit)
    found = [(scored_node(row[2:]), cast("int", row[0]), cast("str", row[1])) for row in rows]
    if weighed:
        for node, bits, language in found:
            node.score = node.get_score() + _phrase_score(node, bits, language, weighed, statistics)
        found.sort(key=lambda one: -one[0].get_score())
    return [node for node, _, _ in found if node.get_score() > 0][:limit]


def _boosts(query: LexicalQuery, statistics: _Statistics) -> dict[tuple[TermField, int], float]:
    boosts: defaultdict[tuple[TermField, int], float] = defaultdict(float)
    for term in query.terms:
        key = term_key(term.field, term.text)
        share = 1.0
        if term.same and key in statistics.having:
            # As rare as its word is in the texts, at most.
            share = min(1.0, statistics.idf(term_key("body", term.same)) / statistics.idf(key))
        boosts[term.field, key] += term.boost * share
    return boosts


def _statistics(connection: Connection, keys: Sequence[int]) -> _Statistics:
    (_, passages, *lengths), *counted = connection.execute(_STATISTICS, (keys,)).fetchall()
    return _Statistics(
        int(passages), dict(zip(FIELDS, map(int, lengths), strict=True)), {row[0]: int(row[1]) for row in counted}
    )


def _telling(
    known: Mapping[tuple[TermField, int], float], statistics: _Statistics
) -> Mapping[tuple[TermField, int], float]:
    """The terms to search for first: without those that most passages have."""
    if statistics.passages < _LARGE_INDEX:
        return known
    most = statistics.passages * _FREQUENT_SHARE
    return {term: boost for term, boost in known.items() if statistics.having[term[1]] <= most} or known


def _approximate(connection: Connection, query: LexicalQuery, statistics: _Statistics) -> list[tuple[float, list[int]]]:
    """For each word of the question that may have a typing error: its weight, and the keys of the words near it."""
    known = [term for term in query.terms if term_key(term.field, term.text) in statistics.having]
    missing = [term for term in query.terms if term_key(term.field, term.text) not in statistics.having]
    found: list[tuple[float, list[int]]] = []
    for term in mistyped(missing, known):
        words = known_words.near(connection, term.text, most_errors(term.text))
        found.append((APPROXIMATE_BOOST * term.boost, [term_key("body", word) for word in words]))
    return found


def _wanted(
    boosts: Mapping[tuple[TermField, int], float],
    in_phrases: set[int],
    statistics: _Statistics,
    approximate: Sequence[tuple[float, list[int]]],
) -> _Wanted:
    bits = {key: 1 << number for number, key in enumerate(sorted(in_phrases)[:62])}
    wanted = _Wanted([], [], [], [])
    terms = {**{("body", key): 0.0 for key in in_phrases if key in statistics.having}, **boosts}
    for (field, key), boost in terms.items():
        wanted.keys.append(key)
        wanted.weights.append(boost * statistics.idf(key) * (K1 + 1))
        wanted.bases.append(FIELDS.index(field) * CODES)
        wanted.bits.append(bits.get(key, 0))
    for number, (weight, keys) in enumerate(approximate):
        wanted.keys.extend(keys)
        wanted.weights.extend([weight] * len(keys))
        wanted.bases.extend([_APPROXIMATE + number] * len(keys))
        wanted.bits.extend([0] * len(keys))
    return wanted


def _weighed(phrases: Sequence[QueryPhrase], wanted: _Wanted, statistics: _Statistics) -> list[_Phrase]:
    bits = dict(zip(wanted.keys, wanted.bits, strict=True))
    found: list[_Phrase] = []
    for phrase in phrases:
        keys = [term_key("body", term) for term in phrase.terms]
        if all(bits.get(key) for key in keys):
            weight = phrase.boost * sum(map(statistics.idf, keys)) * (K1 + 1)
            mask = 0
            for key in keys:
                mask |= bits[key]
            found.append(_Phrase(phrase.terms, weight, mask))
    return found


def _best(
    connection: Connection,
    query: LexicalQuery,
    wanted: _Wanted,
    phrases: Sequence[_Phrase],
    statistics: _Statistics,
    limit: int,
) -> list[tuple[object, ...]]:
    norms = _as_array(tuple(map(statistics.average, FIELDS)))
    where, values = selected(query.selection)
    # The highest possible score of a passage: with all phrases.
    possible: LiteralString = " + CASE WHEN bits & %s = %s THEN %s ELSE 0 END"
    bonus: LiteralString = possible * len(phrases)
    bonuses = [value for phrase in phrases for value in (phrase.mask, phrase.mask, phrase.weight)]
    statement: LiteralString = f"""
        WITH wanted (term, weight, base, bit) AS (
            SELECT * FROM unnest(%s::int8[], %s::float8[], %s::int4[], %s::int8[])
        ), hits AS (
            SELECT weight, base, bit, unnest(hits) AS hit FROM wanted JOIN bookwheel.postings USING (term)
        ), counted AS (
            SELECT {PASSAGE} AS id, {COUNT} AS n, (%s::float8[])[base + {CODE} + 1] AS norm, weight, bit FROM hits
            WHERE base < %s
            UNION ALL SELECT id, 1, 0, weight, 0 FROM (
                SELECT DISTINCT {PASSAGE} AS id, base, weight FROM hits WHERE base >= %s
            ) near
        ), scored AS (
            SELECT id, sum(weight * n / (n + norm)) AS score, bit_or(bit) AS bits FROM counted GROUP BY id
        ), ranked AS (
            SELECT id, score, bits, score{bonus} AS most FROM scored ORDER BY most DESC, id
        ), best AS (
            SELECT r.id, score, bits FROM ranked r JOIN bookwheel.documents d ON d.id = r.id >> 20
            WHERE {where} ORDER BY most DESC, r.id LIMIT %s
        )
        SELECT b.bits, d.language, b.score, {PASSAGE_COLUMNS} FROM best b
        JOIN bookwheel.passages p ON p.id = b.id JOIN bookwheel.documents d ON d.id = b.id >> 20 {PASSAGE_TEXT}
        ORDER BY b.score DESC, b.id"""
    most = limit + _CANDIDATES if phrases else limit
    terms = (wanted.keys, wanted.weights, wanted.bases, wanted.bits, norms, _APPROXIMATE, _APPROXIMATE)
    return connection.execute(statement, (*terms, *bonuses, *values, most)).fetchall()


@lru_cache(maxsize=16)
def _norms(average: float) -> tuple[float, ...]:
    """The BM25 length norm of a field, by the code of its length."""
    return tuple(K1 * (1 - B + B * length_of(code) / average) for code in range(CODES))


@lru_cache(maxsize=16)
def _as_array(averages: tuple[float, ...]) -> str:
    """The norms of all fields as the server reads them; they stay the same while the index is not written."""
    return f"{{{','.join(f'{norm:.6g}' for average in averages for norm in _norms(average))}}}"


def _phrase_score(
    node: NodeWithScore, bits: int, language: str, phrases: Sequence[_Phrase], statistics: _Statistics
) -> float:
    possible = [phrase for phrase in phrases if bits & phrase.mask == phrase.mask]
    if not possible:
        return 0.0
    terms = word_analyzer(language).analyze(normalized(node.text))
    norm = _norms(statistics.average("body"))[length_code(len(terms))]
    counts = (_count(phrase.terms, terms) for phrase in possible)
    return sum(phrase.weight * count / (count + norm) for phrase, count in zip(possible, counts, strict=True))


def _count(phrase: tuple[str, ...], terms: Sequence[str]) -> int:
    length = len(phrase)
    return sum(term == phrase[0] and tuple(terms[at : at + length]) == phrase for at, term in enumerate(terms))
