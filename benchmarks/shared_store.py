"""The shared store beside the embedded one: how well it ranks, how fast it takes documents and answers.

    python -m benchmarks.shared_store postgresql://USER@HOST/DATABASE [FOLDER [SET…]]

FOLDER holds question sets as for `benchmarks.retrieval`. The index in that database is deleted. Without a folder only
the speed is measured, on made-up text.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.corpus import MadeUpLanguage
from benchmarks.harness import main
from benchmarks.question_sets import DEPTH, QuestionSet, Search, load, scores
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.retrieval.lexical_retriever import LexicalRetriever
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.store_protocol import Selection, Store
from bookwheel.engine.stores.store_registry import store_at

PASSAGES = 20_000
DOCUMENTS = 400
QUESTIONS = 300
TOP_K = 10


def emptied(address: str) -> Store:
    """The shared store, empty."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bookwheel CASCADE")
    return store_at(address)


def searched(store: Store, questions: QuestionSet) -> Search:
    """Searches a given store as `benchmarks.retrieval` does."""
    documents = [
        Document(text=text, metadata={"title": title} if title else {}, id_=name)
        for name, title, text in questions.passages
        if text.strip()
    ]
    retriever = DocumentIndex.from_documents(documents, store=store).as_retriever(similarity_top_k=DEPTH * 3)

    def search(question: str) -> list[str]:
        return list(dict.fromkeys(node.node.ref_doc_id or "" for node in retriever.retrieve(question)))[:DEPTH]

    return search


def quality(address: str, folder: Path, wanted: list[str]) -> None:
    """One table for each question set."""
    for path in sorted(path.parent for path in folder.glob("*/corpus.jsonl.gz")):
        if wanted and path.name not in wanted:
            continue
        questions = load(path)
        print(f"\n{path.name}: {len(questions.passages):,} passages, {len(questions.answers):,} questions")
        with TemporaryDirectory() as scratch:
            for name, store in (("embedded", store_at(Path(scratch))), ("shared", emptied(address))):
                print(f"  {name:9} {scores(questions, searched(store, questions))}", flush=True)
                store.close()


def speed(address: str) -> None:
    """The speed of indexing, then of questions one by one, on both stores."""
    language = MadeUpLanguage(seed=2)
    passages = [" ".join(language.sentence() for _ in range(8)) for _ in range(PASSAGES)]
    each = PASSAGES // DOCUMENTS
    documents = [
        Document(
            text="\n\n".join(passages[start : start + each]),
            metadata={"file_path": f"/desk/{start}.txt", "file_name": f"{start}.txt"},
            id_=str(start),
        )
        for start in range(0, PASSAGES, each)
    ]
    questions = list(language.questions(QUESTIONS))
    megabytes = sum(len(document.text.encode()) for document in documents) / 1e6
    with TemporaryDirectory() as scratch:
        for name, store in (("embedded", store_at(Path(scratch))), ("shared", emptied(address))):
            started = time.perf_counter()
            DocumentIndex.from_documents(documents, store=store)
            seconds = time.perf_counter() - started
            print(f"\n{name}: {megabytes:.1f} MB in {seconds:.2f} s, {megabytes / seconds:.1f} MB/s")
            part = tuple(f"/desk/{start}.txt" for start in range(0, PASSAGES // 10, each))
            show("everything", LexicalRetriever(store, similarity_top_k=TOP_K).retrieve, questions)
            narrow = LexicalRetriever(store, similarity_top_k=TOP_K, selection=Selection(scope=part))
            show("a tenth of it", narrow.retrieve, questions)
            store.close()


def show(what: str, search: Callable[[str], object], questions: list[str]) -> None:
    """The time of one question; the first twenty warm up."""
    taken: list[float] = []
    for number, question in enumerate([*questions[:20], *questions]):
        started = time.perf_counter()
        search(question)
        if number >= 20:
            taken.append((time.perf_counter() - started) * 1e3)
    print(f"  {what:14} p50 {statistics.median(taken):7.2f} ms   p99 {statistics.quantiles(taken, n=100)[98]:7.2f} ms")


def run() -> None:
    """Measure and print."""
    if len(sys.argv) < 2:
        print("skipped: name the address of a database to measure on")
        return
    address, *folder = sys.argv[1:]
    if folder:
        quality(address, Path(folder[0]), folder[1:])
    else:
        speed(address)


if __name__ == "__main__":
    main("the shared store", run)
