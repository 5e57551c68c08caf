"""How often the right passage comes first: nDCG@10, recall@5 and MRR@10 on question sets with known answers.

    python -m benchmarks.retrieval FOLDER [SET…]

FOLDER holds one folder a set in the layout of BEIR: `corpus.jsonl.gz`, `queries.jsonl`, `qrels.tsv`. SQLite FTS5
(porter stemmer, words joined by OR) searches the same passages in the same run, and so does bm25s when it is installed.
"""

import gzip
import importlib.util
import json
import math
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.schema import Document

DEPTH = 10
Search = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages (id, title, text), questions by id, and which passages answer each, graded."""

    name: str
    passages: list[tuple[str, str, str]]
    questions: dict[str, str]
    answers: dict[str, dict[str, int]]


def load(folder: Path) -> QuestionSet:
    """A set from its folder."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    answers: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        question, passage, grade = line.split("\t")
        if int(grade) > 0:
            answers.setdefault(question, {})[passage] = int(grade)
    passages = [(row["_id"], row.get("title") or "", row["text"]) for row in rows]
    return QuestionSet(folder.name, passages, {row["_id"]: row["text"] for row in queries}, answers)


def bookwheel(questions: QuestionSet) -> Search:
    """Ours: each passage is a document with its title; a document ranks by its best passage."""
    documents = [
        Document(text=text, metadata={"title": title} if title else {}, id_=name)
        for name, title, text in questions.passages
        if text.strip()
    ]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=DEPTH * 3)

    def search(question: str) -> list[str]:
        return list(dict.fromkeys(node.node.ref_doc_id or "" for node in retriever.retrieve(question)))[:DEPTH]

    return search


def fts5(questions: QuestionSet) -> Search:
    """SQLite's own full-text search over title and text."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE p USING fts5(name UNINDEXED, text, tokenize='porter unicode61')")
    rows = ((name, f"{title}\n{text}") for name, title, text in questions.passages)
    connection.executemany("INSERT INTO p VALUES (?, ?)", rows)

    def search(question: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        found = connection.execute("SELECT name FROM p WHERE p MATCH ? ORDER BY rank LIMIT ?", (words, DEPTH))
        return [name for (name,) in found]

    return search


def bm25s(questions: QuestionSet) -> Search:
    """What LlamaIndex's BM25Retriever is."""
    import bm25s as library
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    texts = [f"{title}\n{text}" for _, title, text in questions.passages]
    index = library.BM25()
    index.index(library.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def search(question: str) -> list[str]:
        tokens = library.tokenize(question, stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = index.retrieve(tokens, k=min(DEPTH, len(texts)), show_progress=False)
        return [questions.passages[number][0] for number in found[0]]

    return search


def scores(questions: QuestionSet, search: Search) -> tuple[float, float, float, float]:
    """Mean nDCG@10, recall@5 and MRR@10 over the questions that have an answer, and the milliseconds a question."""
    started = time.perf_counter()
    found = {name: search(questions.questions[name]) for name in questions.answers}
    milliseconds = (time.perf_counter() - started) * 1e3 / len(found)
    rows = [_scores_of(found[name], grades) for name, grades in questions.answers.items()]
    ndcg, recall, mrr = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return ndcg, recall, mrr, milliseconds


def _scores_of(found: Sequence[str], grades: dict[str, int]) -> tuple[float, float, float]:
    gain = sum(grades.get(name, 0) / math.log2(rank + 2) for rank, name in enumerate(found[:10]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    recall = sum(name in grades for name in found[:5]) / len(grades)
    mrr = next((1 / rank for rank, name in enumerate(found[:10], 1) if name in grades), 0.0)
    return gain / best, recall, mrr


def main() -> None:
    """Print one table a set."""
    if len(sys.argv) < 2:
        print("skipped: the question sets are not shipped; name the folder that holds them")
        return
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    engines: dict[str, Callable[[QuestionSet], Search]] = {"bookwheel": bookwheel, "SQLite FTS5": fts5}
    if importlib.util.find_spec("bm25s") and importlib.util.find_spec("Stemmer"):
        engines["bm25s"] = bm25s
    for path in sorted(path.parent for path in folder.glob("*/corpus.jsonl.gz")):
        if wanted and path.name not in wanted:
            continue
        questions = load(path)
        print(f"\n{path.name}: {len(questions.passages):,} passages, {len(questions.answers):,} questions")
        for name, make in engines.items():
            ndcg, recall, mrr, milliseconds = scores(questions, make(questions))
            print(f"  {name:12} nDCG@10 {ndcg:.4f}   recall@5 {recall:.4f}   MRR@10 {mrr:.4f}   {milliseconds:7.2f} ms")


if __name__ == "__main__":
    main()
