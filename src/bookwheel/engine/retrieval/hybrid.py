"""Hybrid retrieval: what words find and what meaning finds, fused by the scores of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bookwheel.engine.embeddings.embedding_model import EmbeddingSource
from bookwheel.engine.locations import SECTIONS
from bookwheel.engine.retrieval.dense import DenseRetriever
from bookwheel.engine.retrieval.fusion import DEPTH, fuse
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever, add_notice
from bookwheel.engine.schema import NodeWithScore, QueryBundle
from bookwheel.engine.stores.store_protocol import EVERYTHING, Selection, Store
from bookwheel.engine.text.languages import ENGLISH, UNSEGMENTED, is_in_another_language, language_of
from bookwheel.errors import BookwheelError

# What the words count where all passages found are in another language than the question: they share names and
# numbers with it. By meaning such passages are found almost as well as those in its language.
_WORDS_ACROSS_LANGUAGES = 1 / 3
# A long question gives the words more to find, and a vector too much to mean: each of its words beyond twelve adds this
# much to the weight of words, each one less takes it away.
_FOR_EACH_WORD, _USUAL_LENGTH = 0.03, 12
_LEAST_FOR_LENGTH, _MOST_FOR_LENGTH = 0.8, 1.5


class WordsAndMeaning(BaseRetriever):
    """The passages of a store that fit a question by its words, by its meaning, and best by both.

    While only a share of the passages has a vector, the weight of meaning is that share. The words count less for
    passages in another language than the question, and more in a long question. `deadline_s` bounds how long
    the embedding model may take for the question; when it takes longer or fails, only words are searched, and a
    notice says why. Without a deadline there is no limit, and failures are raised. With `foreign_top_k`, so many more
    passages may follow: those in another language than the question that are nearest to it in meaning, without a score
    by words.
    """

    def __init__(
        self,
        store: Store,
        source: EmbeddingSource,
        *,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        selection: Selection = EVERYTHING,
        deadline_s: float | None = None,
        foreign_top_k: int = 0,
    ) -> None:
        candidates = max(DEPTH, similarity_top_k)
        self._words = LexicalRetriever(store, similarity_top_k=candidates, selection=selection)
        self._meaning = DenseRetriever(
            store, source, similarity_top_k=candidates, selection=selection, deadline_s=deadline_s
        )
        self._may_fail = deadline_s is not None
        self.similarity_top_k = similarity_top_k
        self._foreign_top_k = foreign_top_k

    def why_stale(self, node_id: str, quote: str) -> str:
        return self._words.why_stale(node_id, quote)

    def with_whole_tables(self, found: list[NodeWithScore]) -> list[NodeWithScore]:
        return self._words.with_whole_tables(found)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        by_words = self._words.retrieve(query_bundle)
        if by_words and SECTIONS in by_words[0].node.metadata:
            return by_words  # the headings of a document are found by its name
        by_meaning = self._by_meaning(query_bundle)
        if not by_meaning:
            return by_words[: self.similarity_top_k]
        scored = [NodeWithScore(found.node, found.score, word_score=found.score) for found in by_words]
        share = _share_of_words(query_bundle.query_str, by_words)
        fused = fuse([scored, by_meaning], (share, self._meaning.coverage))
        best, others = fused[: self.similarity_top_k], fused[self.similarity_top_k :]
        near = _foreign_ids(query_bundle.query_str, by_meaning, self._foreign_top_k)
        return [*best, *(NodeWithScore(found.node, found.score) for found in others if found.node_id in near)]

    def _by_meaning(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        try:
            return self._meaning.retrieve(query_bundle)
        except BookwheelError as error:
            if not self._may_fail:
                raise
            add_notice(f"Searched by words alone: {error.message} {error.hint}".strip())
            return []


def _foreign_ids(question: str, found: Sequence[NodeWithScore], most: int) -> frozenset[str]:
    """The first passages in another language than the question, at most so many."""
    if not most:
        return frozenset()
    language = language_of(question)
    foreign = (one.node_id for one in found if is_in_another_language(one.node.text, language))
    return frozenset(islice(foreign, most))


def _share_of_words(question: str, found: Sequence[NodeWithScore]) -> float:
    """What the words of a question count, as a multiple of what meaning counts."""
    # A passage of code or names may be taken for another language: only most of them show that they are in one.
    foreign = max(0.0, 2 * _foreign_share(question, found) - 1)
    across = 1.0 - (1.0 - _WORDS_ACROSS_LANGUAGES) * foreign
    if language_of(question) == UNSEGMENTED:
        return across
    for_length = 1.0 + _FOR_EACH_WORD * (len(question.split()) - _USUAL_LENGTH)
    return across * min(_MOST_FOR_LENGTH, max(_LEAST_FOR_LENGTH, for_length))


def _foreign_share(question: str, found: Sequence[NodeWithScore]) -> float:
    """The share of passages in another language than the question, from 0 to 1."""
    language = language_of(question)
    # Without evidence for any language a text counts as English, and with `among` as the one that is named there.
    if not found or (language == ENGLISH and language_of(question, among=("",)) != ENGLISH):
        return 0.0
    return sum(is_in_another_language(node.text, language) for node in found) / len(found)
