"""The time of one question, stop words and all: ours against bare tantivy and bare SQLite FTS5 on the same passages.

    python -m benchmarks.search [PASSAGES]

Ours is the whole retriever: the question analysed, scope, search, texts read from the record, duplicates folded.
"""

import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from benchmarks.corpus import MadeUpLanguage
from benchmarks.harness import main
from benchmarks.index import bare_fts5, bare_tantivy
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.lexical import LexicalRetriever
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.base import Selection
from bookwheel.engine.stores.embedded import EmbeddedStore

PASSAGES = 40_000
QUESTIONS = 300
TOP_K = 10
DOCUMENTS = 200


def run() -> None:
    """Measure in turn, question by question, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSAGES
    language = MadeUpLanguage(seed=2)
    passages = [" ".join(language.sentence() for _ in range(8)) for _ in range(count)]
    with TemporaryDirectory() as scratch:
        base = Path(scratch)
        bare_tantivy(base / "tantivy", passages)
        bare_fts5(base / "fts5.sqlite3", passages)
        store = EmbeddedStore(base / "library")
        each = -(-count // DOCUMENTS)
        texts = ("\n\n".join(passages[start : start + each]) for start in range(0, count, each))
        documents = [
            Document(
                text=text, metadata={"file_path": f"/desk/{number}.txt", "file_name": f"{number}.txt"}, id_=str(number)
            )
            for number, text in enumerate(texts)
        ]
        DocumentIndex.from_documents(documents, store=store)
        part = tuple(f"/desk/{number}.txt" for number in range(20))
        engines: dict[str, Callable[[str], object]] = {
            "bare tantivy": tantivy_search(base / "tantivy"),
            "SQLite FTS5": fts5_search(base / "fts5.sqlite3"),
            "bookwheel": LexicalRetriever(
                store, similarity_top_k=TOP_K, selection=Selection(scope=("/desk",))
            ).retrieve,
            "bookwheel, part in scope": LexicalRetriever(
                store, similarity_top_k=TOP_K, selection=Selection(scope=part)
            ).retrieve,
        }
        print(f"\n{count:,} passages, {QUESTIONS} questions, top {TOP_K}  (ms; × against bare tantivy)")
        show(measure(engines, list(language.questions(QUESTIONS))))
        store.close()


def measure(engines: dict[str, Callable[[str], object]], questions: list[str]) -> dict[str, list[float]]:
    """Milliseconds a question; the first twenty warm up."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    for number, question in enumerate([*questions[:20], *questions]):
        for name, search in engines.items():
            started = time.perf_counter()
            search(question)
            if number >= 20:
                taken[name].append((time.perf_counter() - started) * 1e3)
    return taken


def show(taken: dict[str, list[float]]) -> None:
    """One line an engine."""
    rows = {name: (statistics.median(times), statistics.quantiles(times, n=100)[98]) for name, times in taken.items()}
    base = rows["bare tantivy"]
    for name, (p50, p99) in rows.items():
        print(f"  {name:25} p50 {p50:8.2f} {p50 / base[0]:6.2f}×   p99 {p99:8.2f} {p99 / base[1]:6.2f}×")


def tantivy_search(folder: Path) -> Callable[[str], object]:
    """Its words joined by OR, the passages' numbers read."""
    index = tantivy.Index.open(str(folder))
    searcher, schema = index.searcher(), index.schema

    def search(question: str) -> list[object]:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", word))
            for word in re.findall(r"\w+", question.lower())
        ]
        hits = searcher.search(tantivy.Query.boolean_query(clauses), TOP_K, count=False).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return search


def fts5_search(path: Path) -> Callable[[str], object]:
    """Its words joined by OR."""
    connection = sqlite3.connect(path)

    def search(question: str) -> list[object]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        return connection.execute(
            "SELECT rowid FROM p WHERE p MATCH ? ORDER BY rank LIMIT ?", (words, TOP_K)
        ).fetchall()

    return search


if __name__ == "__main__":
    main("search", run)
