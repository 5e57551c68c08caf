"""How often the right passage comes first: nDCG@10, recall@5 and MRR@10 on question sets with known answers.

    python -m benchmarks.retrieval FOLDER [SET…] [--pdfs FOLDER]

FOLDER holds one folder a set in the layout of BEIR: `corpus.jsonl.gz`, `queries.jsonl`, `qrels.tsv`. SQLite FTS5 (words
with the porter stemmer, and runs of three characters) searches the same passages in the same run, and so does bm25s
if it is installed. nDCG@10 is given for each half of the questions as well.

With `--pdfs`, the set `filings`: the questions of those sets whose pages are named "NAME#p7" (from zero), searched in
the PDFs NAME.pdf of that folder as our own reader gives their pages, beside the pages of the set.
"""

import argparse
import importlib.util
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.question_sets import DEPTH, QuestionSet, Search, document_of, load, scores
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.schema import Document

FILINGS = "filings"


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


def bookwheel_pdfs(paths: list[Path]) -> Search:
    """Ours on the PDFs themselves; a page ranks by its best passage."""
    retriever = DocumentIndex.from_paths(paths).as_retriever(similarity_top_k=DEPTH * 3)

    def search(question: str) -> list[str]:
        found = (
            f"{Path(str(node.node.metadata['file_path'])).stem}#p{(node.node.page or 1) - 1}"
            for node in retriever.retrieve(question)
        )
        return list(dict.fromkeys(found))[:DEPTH]

    return search


def fts5_words(questions: QuestionSet) -> Search:
    """SQLite's own full-text search over the words of title and text."""
    return _fts5(questions, "porter unicode61", lambda question: re.findall(r"\w+", question))


def fts5_trigrams(questions: QuestionSet) -> Search:
    """SQLite's search over all runs of three characters."""
    return _fts5(
        questions, "trigram", lambda question: [question[at : at + 3] for at in range(max(len(question) - 2, 1))]
    )


def _fts5(questions: QuestionSet, tokenizer: str, terms: Callable[[str], list[str]]) -> Search:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE p USING fts5(name UNINDEXED, text, tokenize='{tokenizer}')")
    rows = ((name, f"{title}\n{text}") for name, title, text in questions.passages)
    connection.executemany("INSERT INTO p VALUES (?, ?)", rows)

    def search(question: str) -> list[str]:
        any_of = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms(question))
        found = connection.execute("SELECT name FROM p WHERE p MATCH ? ORDER BY rank LIMIT ?", (any_of, DEPTH))
        return [name for (name,) in found]

    return search


def bm25s(questions: QuestionSet) -> Search:
    """The library under LlamaIndex's BM25Retriever."""
    # Imported by name: the two are not dependencies, so that type checkers cannot find them.
    library = importlib.import_module("bm25s")
    stemmer = importlib.import_module("Stemmer").Stemmer("english")
    texts = [f"{title}\n{text}" for _, title, text in questions.passages]
    index = library.BM25()
    index.index(library.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def search(question: str) -> list[str]:
        tokens = library.tokenize(question, stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = index.retrieve(tokens, k=min(DEPTH, len(texts)), show_progress=False)
        return [questions.passages[number][0] for number in found[0]]

    return search


def compare(questions: QuestionSet, engines: dict[str, Callable[[QuestionSet], Search]]) -> None:
    """One table with a line for each engine."""
    print(f"\n{questions.name}: {len(questions.passages):,} passages, {len(questions.answers):,} questions")
    for name, make in engines.items():
        print(f"  {name:14} {scores(questions, make(questions))}", flush=True)


def compare_pdfs(questions: QuestionSet, folder: Path) -> None:
    """The pages by our own reader of PDFs, beside those of the set."""
    paths = {path.stem: path for path in sorted(folder.glob("*.pdf"))}
    named = {document_of(name) for name, _, _ in questions.passages} & paths.keys()
    if named:
        filings = questions.within(named, f"{FILINGS} ({questions.name})")
        compare(filings, {"given pages": bookwheel, "PDFs": lambda _: bookwheel_pdfs([paths[name] for name in named])})


def main() -> None:
    """Print one table for each set."""
    if len(sys.argv) < 2:
        print("skipped: the question sets are not shipped; name the folder that holds them")
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--pdfs", type=Path)
    asked = parser.parse_args()
    engines = {"bookwheel": bookwheel, "FTS5 porter": fts5_words, "FTS5 trigram": fts5_trigrams}
    if importlib.util.find_spec("bm25s") and importlib.util.find_spec("Stemmer"):
        engines["bm25s"] = bm25s
    for path in sorted(path.parent for path in asked.folder.glob("*/corpus.jsonl.gz")):
        questions = load(path)
        if not asked.sets or path.name in asked.sets:
            compare(questions, engines)
        if asked.pdfs is not None and (not asked.sets or FILINGS in asked.sets):
            compare_pdfs(questions, asked.pdfs)


if __name__ == "__main__":
    main()
