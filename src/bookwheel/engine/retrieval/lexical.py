"""Lexical retrieval: the passages that share the telling words of a question, ranked by BM25."""

from bookwheel.engine.retrieval.postprocess import fold_duplicates, spread_over_documents
from bookwheel.engine.retrieval.question import lexical_query
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle
from bookwheel.engine.stores.base import EVERYTHING, Selection, Store

# So many candidates are looked at for each passage that is wanted: some are duplicates.
_CANDIDATES = 2


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
        self._top_k = similarity_top_k
        self._selection = selection

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._selection.scope == ():
            return []
        query = lexical_query(query_bundle.query_str, self._store.languages(), self._selection)
        if query is None:
            return []
        found = self._store.search(query, self._top_k * _CANDIDATES)
        return spread_over_documents(fold_duplicates(found))[: self._top_k]
