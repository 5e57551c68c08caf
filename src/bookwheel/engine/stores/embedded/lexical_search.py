"""Searches one state of the lexical index, and avoids what costs tantivy most in a large one.

Tantivy skips blocks of passages that cannot be among the best, but only for a query of words joined by "or": phrases
and filters are therefore separate queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from bookwheel.engine.stores.lexical_terms import Chosen, rareness
from bookwheel.engine.stores.mistyped_terms import APPROXIMATE_BOOST, mistyped, most_errors
from bookwheel.engine.stores.store_protocol import LexicalQuery, QueryPhrase, QueryTerm

if TYPE_CHECKING:
    import tantivy

    _Clause: TypeAlias = tuple[tantivy.Occur, tantivy.Query]
    _Hit: TypeAlias = tuple[float, tantivy.DocAddress]

# In a large index, a term that more than this share of the passages have costs the most and does not help.
_FREQUENT_SHARE = 0.25
_LARGE_INDEX = 5_000
# In a very large one, a phrase costs as much as its words; it is worth it only if one of them is rarer than this.
_TELLING_SHARE = 0.05
_VERY_LARGE_INDEX = 100_000
# How many hits are checked for chosen documents before the index is made to filter itself.
_MOST_LOOKED_THROUGH = 2_000
# The distribution of passages over segments is chance. It changes the last digits of scores and the order of equal
# ones, so both are evened out: the same library must give the same answer.
_DIGITS = 1_000
_TIED = 8


class Search:
    """Searches through one searcher."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, chosen: Chosen | None) -> None:
        self._searcher = searcher
        self._schema = schema
        self._chosen = chosen
        self._counts: dict[tuple[str, str], int] = {}

    def best(self, query: LexicalQuery, limit: int) -> list[tuple[int, float]]:
        """The ids of the best passages with their scores, best first."""
        if limit < 1 or (self._chosen is not None and not self._chosen.documents):
            return []
        telling, frequent = self._words(query.terms)
        phrases = self._phrases(query.phrases)
        hits = self._having(telling, phrases, limit)
        # Rare in the whole index is not rare in the chosen documents, and the passages with a rare word may all be of
        # one document.
        if frequent and len(hits) < limit:
            hits = self._having(telling + frequent, phrases, limit)
        passages = self._searcher.fast_field_values("id", [address for _, address in hits])
        found = [
            # Of tantivy's short floats exactly what `round(score, 3)` gives, in a third of its time.
            (int(passage), round(score * _DIGITS) / _DIGITS)
            for passage, (score, _) in zip(passages, hits, strict=True)
            if passage is not None
        ]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]

    def _having(self, words: list[_Clause], phrases: list[_Clause], limit: int) -> list[_Hit]:
        import tantivy

        more = limit + _TIED
        hits = self._find(tantivy.Query.boolean_query(words), more) if words else []
        if not phrases:
            return hits
        # The best of all passages are among the best by words alone and the best of those with a phrase.
        having = (tantivy.Occur.Must, tantivy.Query.boolean_query(phrases))
        return _merged(self._find(tantivy.Query.boolean_query([having, *words]), more), hits)[:more]

    def _find(self, query: tantivy.Query, limit: int) -> list[_Hit]:
        import tantivy

        if self._chosen is None:
            return self._best(query, limit)
        # Reading further down the list is fast, unless only a small share of the hits is chosen.
        enough = int(2 * limit / max(self._chosen.share, 1e-9)) + limit
        if enough <= _MOST_LOOKED_THROUGH:
            hits = self._best(query, enough)
            documents = self._searcher.fast_field_values("document", [address for _, address in hits])
            found = [hit for hit, document in zip(hits, documents, strict=True) if document in self._chosen.documents]
            if len(found) >= limit or len(hits) < enough:
                return found[:limit]
        inside = tantivy.Query.term_set_query(self._schema, "document", list(self._chosen.documents))
        filtered = [
            (tantivy.Occur.Must, query),
            (tantivy.Occur.Must, tantivy.Query.const_score_query(inside, 0.0)),
        ]
        return self._best(tantivy.Query.boolean_query(filtered), limit)

    def _best(self, query: tantivy.Query, limit: int) -> list[_Hit]:
        # To count the matching passages, tantivy would have to visit each.
        return self._searcher.search(query, limit, count=False).hits

    def _words(self, terms: Sequence[QueryTerm]) -> tuple[list[_Clause], list[_Clause]]:
        """The clauses to search for first, and those of terms that most passages have."""
        import tantivy

        counted = list(map(self._counted, terms))
        known = [(count, term) for count, term in counted if count]
        passages = self._searcher.num_docs
        most = passages * _FREQUENT_SHARE if passages >= _LARGE_INDEX else passages
        telling = [term for count, term in known if count <= most]
        frequent = [term for count, term in known if count > most]
        missing = [term for count, term in counted if not count]
        approximate = [
            (tantivy.Occur.Should, self._approximate(term)) for term in mistyped(missing, (term for _, term in known))
        ]
        if not telling:
            return approximate + self._clauses(frequent), []
        return approximate + self._clauses(telling), self._clauses(frequent)

    def _counted(self, term: QueryTerm) -> tuple[int, QueryTerm]:
        """How many passages have the term, and the term as rare as its word is in the texts."""
        count = self._count(term.field, term.text)
        if not count or not term.same:
            return count, term
        same = self._count("body", term.same)
        if same <= count:
            return count, term
        passages = self._searcher.num_docs
        boost = term.boost * rareness(passages, same) / rareness(passages, count)
        return count, QueryTerm(term.field, term.text, boost, term.same)

    def _count(self, field: str, text: str) -> int:
        # Each segment is asked; a word of the question comes several times, as its own form and as that of a name.
        found = self._counts.get((field, text))
        if found is None:
            found = self._counts[field, text] = self._searcher.doc_freq(field, text)
        return found

    def _clauses(self, terms: Sequence[QueryTerm]) -> list[_Clause]:
        import tantivy

        return [
            (
                tantivy.Occur.Should,
                _boosted(tantivy.Query.term_query(self._schema, term.field, term.text, "freq"), term.boost),
            )
            for term in terms
        ]

    def _approximate(self, term: QueryTerm) -> tantivy.Query:
        import tantivy

        distance = most_errors(term.text)
        query = tantivy.Query.fuzzy_term_query(self._schema, term.field, term.text, distance, True, False)
        # All its passages score alike: without the rareness of the word, which is not known.
        return tantivy.Query.boost_query(query, APPROXIMATE_BOOST * term.boost)

    def _phrases(self, phrases: Sequence[QueryPhrase]) -> list[_Clause]:
        import tantivy

        return [
            (
                tantivy.Occur.Should,
                _boosted(tantivy.Query.phrase_query(self._schema, "body", list(phrase.terms)), phrase.boost),
            )
            for phrase in phrases
            if len(phrase.terms) > 1 and self._is_selective(phrase)
        ]

    def _is_selective(self, phrase: QueryPhrase) -> bool:
        counts = [self._count("body", term) for term in phrase.terms]
        passages = self._searcher.num_docs
        if passages < _VERY_LARGE_INDEX:
            return min(counts) > 0
        return 0 < min(counts) <= passages * _TELLING_SHARE and max(counts) <= passages * _FREQUENT_SHARE


def _merged(first: list[_Hit], second: list[_Hit]) -> list[_Hit]:
    """Best first; of a passage that is in both, the score of `first`."""
    found = {(address.segment_ord, address.doc): (score, address) for score, address in [*second, *first]}
    return sorted(found.values(), key=lambda hit: -hit[0])


def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
    import tantivy

    return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)
