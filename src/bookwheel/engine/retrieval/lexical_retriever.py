"""Lexical retrieval: the passages that share content words with a question, ranked by BM25."""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.engine.retrieval.lexical_question import (
    LexicalQuestion,
    lexical_query,
    missing_words,
    synonym_query,
    understood,
)
from bookwheel.engine.retrieval.nearness import by_nearness
from bookwheel.engine.retrieval.postprocess import best_different
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle
from bookwheel.engine.stores.store_protocol import EVERYTHING, LexicalQuery, QueryTerm, Selection, Store
from bookwheel.engine.text.document_questions import asks_for_overview, outline_of
from bookwheel.engine.text.explained.definitions import asked_word, explains

# Candidates for each passage that is wanted, as some are duplicates; and the least number of candidates, because the
# scoring by nearness raises passages that BM25 ranks lower.
_CANDIDATES = 2
_FEWEST_CANDIDATES = 32
# Where copies of one file fill the candidates: the factor by which more are looked at, and the most.
_MORE = 4
_MOST_CANDIDATES = 1_000
# A glossary has the word to explain once among many others: BM25 ranks what uses it often far above.
_CANDIDATES_TO_DEFINE = 160
DEFINITION_GAIN = 4.0
# In a larger library the documents are not gone through: the names of overviews are searched for.
_MOST_FOR_OVERVIEW = 2_000
# With a slip in its ending a word has no stem: "depreciaton" is far from "depreci", which begins it.
_SHORTEST_WITH_ENDING, _SHORTEST_STEM, _LONGEST_ENDING = 8, 5, 5
# What is found by synonyms alone takes the place of at most so many passages that have some words of the question.
_MOST_FOR_SYNONYMS = 1


class LexicalRetriever(BaseRetriever):
    """BM25 over the passages of the selected documents of a store, over titles, headings and file names too."""

    def __init__(
        self,
        store: Store,
        *,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        selection: Selection = EVERYTHING,
    ) -> None:
        self._store = store
        self.similarity_top_k = similarity_top_k
        self._selection = selection

    def why_stale(self, node_id: str, quote: str) -> str:
        from bookwheel.engine.retrieval.stale_quotes import why_stale

        return why_stale(self._store, node_id, quote)

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        from bookwheel.engine.retrieval.whole_tables import with_whole_tables

        return with_whole_tables(self._store, self._selection, found)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._selection.scope == ():
            return []
        languages = self._store.languages()
        if asks_for_overview(query_bundle.query_str) and sum(languages.values()) <= _MOST_FOR_OVERVIEW:
            # Imported late: few questions are for what all documents are about.
            from bookwheel.engine.retrieval.openings import openings

            if begun := openings(self._store, self._selection, self.similarity_top_k):
                return begun
        if outline_of(query_bundle.query_str) is not None:
            # Imported late, as above.
            from bookwheel.engine.retrieval.outlines import outline_passages

            if held := outline_passages(self._store, self._selection, query_bundle.query_str):
                return held
        question = understood(query_bundle.query_str, languages)
        if question is None:
            return []
        query = lexical_query(question, languages, self._selection)
        word = asked_word(query_bundle.query_str)
        fewest = _CANDIDATES_TO_DEFINE if word else _FEWEST_CANDIDATES
        enough = candidates = max(self.similarity_top_k * _CANDIDATES, fewest)
        while True:
            found = self._store.search(query, candidates)
            best = best_different(_defining_first(word, by_nearness(question, found)), self.similarity_top_k, enough)
            if not found and (slipped := self._by_stems(question)):
                return best_different(slipped, self.similarity_top_k, enough)
            if len(best) == self.similarity_top_k or len(found) < candidates or candidates >= _MOST_CANDIDATES:
                return self._with_synonyms(question, languages, best)
            candidates *= _MORE

    def _by_stems(self, question: LexicalQuestion) -> list[NodeWithScore]:
        """The passages with a stem that begins a long word of a question of which no passage has any word."""
        longest = [word for word in question.words if word.isalpha() and len(word) >= _SHORTEST_WITH_ENDING]
        stems = [
            QueryTerm("body", word[:-cut])
            for word in longest
            for cut in range(1, _LONGEST_ENDING + 1)
            if len(word) - cut >= _SHORTEST_STEM
        ]
        return self._store.search(LexicalQuery(tuple(stems), (), self._selection), _FEWEST_CANDIDATES) if stems else []

    def _with_synonyms(
        self, question: LexicalQuestion, languages: Mapping[str, int], best: list[NodeWithScore]
    ) -> list[NodeWithScore]:
        """In a small folder "bike" may be found as "bicycle" alone: what has that fills the list up, scored least.

        Where a word of the question is in none of the passages, it takes the last places of a full list.
        """
        texts = [f"{found.node.metadata.get('title')}\n{found.text}".casefold() for found in best]
        lacking = missing_words(question, texts)
        free = self.similarity_top_k - len(best)
        places = max(free, min(_MOST_FOR_SYNONYMS, self.similarity_top_k // 2)) if lacking else free
        query = synonym_query(question, languages, lacking, self._selection) if places else None
        if query is None:
            return best
        known = {node.node.id_ for node in best}
        more = [node for node in self._store.search(query, _FEWEST_CANDIDATES) if node.node.id_ not in known]
        more = best_different(more, places, _FEWEST_CANDIDATES)
        return [*best[: self.similarity_top_k - len(more)], *more]


def _defining_first(word: str, nodes: list[NodeWithScore]) -> list[NodeWithScore]:
    """The passages, best first, of which those gain that say what the word is; there may be none."""
    if not word:
        return nodes
    gained = [NodeWithScore(n.node, n.get_score() + DEFINITION_GAIN * explains(word, n.text)) for n in nodes]
    return sorted(gained, key=lambda node: -node.get_score())
