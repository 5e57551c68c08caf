"""Compares search by words, by meaning and by both: nDCG@10 with the local embedding model.

    python -m benchmarks.hybrid FOLDER [SET…]

FOLDER holds question sets as for `benchmarks.retrieval`. A SET may be QUESTIONS@PASSAGES, such as
xquad_de@xquad_en: the questions of one set about the passages of another, in another language. Seven to ten
passages a second and processor are embedded (28,000 of the filings take an hour of both processors of a small
machine); their vectors are kept in the temporary folder for the next run.
"""

import hashlib
import sqlite3
import sys
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.question_sets import DEPTH, QuestionSet, Search, load, scores
from bookwheel.engine.embeddings.embedding_model import BaseEmbedding
from bookwheel.engine.embeddings.local import LocalEmbedding
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.dense import DenseRetriever
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document

CANDIDATES = DEPTH * 3


class Remembering(BaseEmbedding):
    """The local model with a cache on disk."""

    def __init__(self, path: Path) -> None:
        self._model = LocalEmbedding()
        self.model_name = self._model.model_name
        self._kept = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB)")

    async def aclose(self) -> None:
        self._kept.close()

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if self._kept_vector(text, is_query) is None]
        vectors = (
            [await self._model.aget_query_embedding(text) for text in new]
            if is_query
            else await self._model.aget_text_embedding_batch(new)
        )
        rows = [(_key(text, is_query), array("f", vector).tobytes()) for text, vector in zip(new, vectors, strict=True)]
        self._kept.executemany("INSERT INTO vectors VALUES (?, ?)", rows)
        return [self._kept_vector(text, is_query) or [] for text in texts]

    def _kept_vector(self, text: str, is_query: bool) -> list[float] | None:
        row = self._kept.execute("SELECT vector FROM vectors WHERE text = ?", (_key(text, is_query),)).fetchone()
        return array("f", row[0]).tolist() if row else None


def _key(text: str, is_query: bool) -> str:
    return hashlib.sha1((("q" if is_query else "p") + text).encode()).hexdigest()


def load_pair(folder: Path, name: str) -> QuestionSet:
    """A set, or the questions of one about the passages of another."""
    asked, _, about = name.partition("@")
    questions = load(folder / asked)
    return replace(questions, name=name, passages=load(folder / about).passages) if about else questions


def searches(questions: QuestionSet, model: BaseEmbedding) -> dict[str, Search]:
    """The three ways to search the passages of a set."""
    documents = [
        Document(text=text, metadata={"title": title} if title else {}, id_=name)
        for name, title, text in questions.passages
        if text.strip()
    ]
    index = DocumentIndex.from_documents(documents, embed_model=model)
    both = index.as_retriever(similarity_top_k=CANDIDATES)
    both.retrieve("embeds all passages first")
    return {
        "words": _search(LexicalRetriever(index.store, similarity_top_k=CANDIDATES)),
        "meaning": _search(DenseRetriever(index.store, lambda: model, similarity_top_k=CANDIDATES)),
        "both": _search(both),
    }


def _search(retriever: BaseRetriever) -> Search:
    def search(question: str) -> list[str]:
        return list(dict.fromkeys(node.node.ref_doc_id or "" for node in retriever.retrieve(question)))[:DEPTH]

    return search


def main() -> None:
    """Print one table for each set."""
    if len(sys.argv) < 2:
        print("skipped: the question sets are not shipped; name the folder that holds them")
        return
    folder = Path(sys.argv[1])
    names = sys.argv[2:] or sorted(path.parent.name for path in folder.glob("*/corpus.jsonl.gz"))
    model = Remembering(Path(tempfile.gettempdir()) / "bookwheel-benchmark-vectors.sqlite3")
    for name in names:
        questions = load_pair(folder, name)
        print(f"\n{name}: {len(questions.passages):,} documents, {len(questions.answers):,} questions", flush=True)
        for way, search in searches(questions, model).items():
            print(f"  {way:8} {scores(questions, search)}", flush=True)


if __name__ == "__main__":
    main()
