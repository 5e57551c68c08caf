"""The time of one question with its stop words: ours against bare tantivy and bare SQLite FTS5 on the same passages.

    python -m benchmarks.search [PASSAGES] [--keep FOLDER]

Ours is the whole retriever: analysis of the question, scope, search, reading texts from SQLite, folding duplicates.
With --keep the documents and indexes stay in FOLDER and are used again: a million passages (the size of the goals) take
minutes to index. FTS5 is left out above 100,000 passages, where it takes seconds a question.
"""

import argparse
import asyncio
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from benchmarks.corpus import RecombinedText
from benchmarks.harness import main
from benchmarks.index import bare_fts5, bare_tantivy, refresh
from bookwheel.engine.index.ingest import PASSAGE_TOKENS
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.retrieval.retriever import BaseRetriever

PASSAGES = 40_000
A_DOCUMENT = 50
FOLDERS = 10
QUESTIONS = 300
WARM_UP = 20
TOP_K = 10
MOST_FOR_FTS5 = 100_000


def run() -> None:
    """Build the missing indexes, measure, print."""
    arguments = _arguments()
    if arguments.memory:
        print(_resident_after(Path(arguments.memory)))
        return
    with TemporaryDirectory() as scratch:
        folder = Path(arguments.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        language = RecombinedText(seed=2)
        build(folder, language, arguments.passages)
        questions = list(language.questions(QUESTIONS))
        (folder / "questions.txt").write_text("\n".join(questions), encoding="utf-8")
        library = Library(folder / "library")
        engines = engines_of(folder, library)
        print(f"\n{QUESTIONS} questions, top {TOP_K}  (ms; × against bare tantivy)")
        wall, cpu = measure(engines, questions)
        show("by the clock", wall)
        show("of the processor", cpu)
        retriever = library.retriever([folder / "desk"], similarity_top_k=TOP_K)
        late, usual = lateness(retriever, questions), lateness(None, questions)
        print(f"  the event loop is at most {late:.0f} ms late while it searches, {usual:.0f} ms while it does nothing")
        library.close()
        memory = subprocess.run(
            [sys.executable, "-m", "benchmarks.search", "--memory", str(folder)],
            capture_output=True,
            text=True,
            check=True,
        )
        print(f"  resident after the questions: {memory.stdout.strip().splitlines()[-1]}")


def build(folder: Path, language: RecombinedText, passages: int) -> None:
    """The documents, our index of them, and the peers' indexes of our passages."""
    desk = folder / "desk"
    if not desk.exists():
        make_desk(desk, language, -(-passages // A_DOCUMENT))
    library = Library(folder / "library")
    started = time.perf_counter()
    done = refresh(library, desk)
    if done.indexed:
        megabytes = sum(path.stat().st_size for path in desk.rglob("*.md")) / 1e6
        seconds = time.perf_counter() - started
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3  # no other child has run yet
        print(f"{megabytes:.0f} MB indexed in {seconds:.0f} s, the worker at most {worker:.0f} MB resident")
        size = sum(path.stat().st_size for path in (folder / "library").rglob("*") if path.is_file()) / 1e6
        print(f"  record and index together {size / megabytes:.2f} times the text")
    print(f"{done.passages:,} passages in {done.indexed + done.unchanged:,} documents")
    if not (folder / "tantivy/meta.json").exists():
        started = time.perf_counter()
        bare_tantivy(folder / "tantivy", passages_of(desk))
        print(f"  bare tantivy took {time.perf_counter() - started:.0f} s")
    if done.passages <= MOST_FOR_FTS5 and not (folder / "fts5.sqlite3").exists():
        bare_fts5(folder / "fts5.sqlite3", passages_of(desk))
    library.close()


def make_desk(desk: Path, language: RecombinedText, documents: int) -> None:
    """Markdown files in a few folders."""
    for number in range(documents):
        path = desk / str(number % FOLDERS) / f"{number:06}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(language.document(A_DOCUMENT), encoding="utf-8")


def passages_of(desk: Path) -> Iterator[str]:
    """The passages as the worker splits them."""
    from bookwheel.engine.index.directory_reader import SimpleDirectoryReader

    splitter = SentenceSplitter(PASSAGE_TOKENS, 0)
    for path in sorted(desk.rglob("*.md")):
        for document in SimpleDirectoryReader(input_files=[path]).load_data():
            yield from (node.text for node in splitter.get_nodes_from_documents([document]))


def engines_of(folder: Path, library: Library) -> Mapping[str, Callable[[str], object]]:
    """The ways to search, by name."""
    desk = folder / "desk"
    scopes = {
        "bookwheel": [desk],
        "bookwheel, nine tenths in scope": [desk / str(number) for number in range(1, FOLDERS)],
        "bookwheel, a tenth in scope": [desk / "0"],
        "bookwheel, one file in scope": [desk / "0/000000.md"],
    }
    engines: dict[str, Callable[[str], object]] = {"bare tantivy": tantivy_search(folder / "tantivy")}
    if (folder / "fts5.sqlite3").exists():
        engines["SQLite FTS5"] = fts5_search(folder / "fts5.sqlite3")
    return engines | {name: library.retriever(roots, similarity_top_k=TOP_K).retrieve for name, roots in scopes.items()}


Times = Mapping[str, list[float]]


def measure(engines: Mapping[str, Callable[[str], object]], questions: list[str]) -> tuple[Times, Times]:
    """Milliseconds a question, by the clock and of the processor, each in turn; the first ones warm up."""
    wall: dict[str, list[float]] = {name: [] for name in engines}
    cpu: dict[str, list[float]] = {name: [] for name in engines}
    for number, question in enumerate([*questions[:WARM_UP], *questions]):
        for name, search in engines.items():
            started, computed = time.perf_counter(), time.thread_time()
            search(question)
            if number >= WARM_UP:
                cpu[name].append((time.thread_time() - computed) * 1e3)
                wall[name].append((time.perf_counter() - started) * 1e3)
    return wall, cpu


def show(title: str, taken: Times) -> None:
    """One line an engine."""
    rows = {name: (statistics.median(times), statistics.quantiles(times, n=100)[98]) for name, times in taken.items()}
    base = rows["bare tantivy"]
    print(f"  {title}")
    for name, (p50, p99) in rows.items():
        print(f"    {name:31} p50 {p50:8.2f} {p50 / base[0]:6.2f}×   p99 {p99:8.2f} {p99 / base[1]:6.2f}×")


def lateness(retriever: BaseRetriever | None, questions: list[str]) -> float:
    """The greatest delay of an event loop's timer while questions are asked, in milliseconds; None asks nothing."""

    async def ask() -> None:
        for question in questions:
            await (retriever.aretrieve(question) if retriever is not None else asyncio.sleep(0.02))

    async def watched() -> float:
        latest = 0.0
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(ask())
            while not asking.done():
                due = time.perf_counter() + 0.001
                await asyncio.sleep(0.001)
                latest = max(latest, time.perf_counter() - due)
        return latest * 1e3

    return asyncio.run(watched())


def tantivy_search(folder: Path) -> Callable[[str], object]:
    """The words joined by OR; reads the passages' numbers."""
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
    """The words joined by OR."""
    connection = sqlite3.connect(path)

    def search(question: str) -> list[object]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        return connection.execute(
            "SELECT rowid FROM p WHERE p MATCH ? ORDER BY rank LIMIT ?", (words, TOP_K)
        ).fetchall()

    return search


def _resident_after(folder: Path) -> str:
    """The memory of a process that has only searched, with the pages of files that it mapped."""
    retriever = Library(folder / "library").retriever([folder / "desk"], similarity_top_k=TOP_K)
    for question in (folder / "questions.txt").read_text("utf-8").split("\n"):
        retriever.retrieve(question)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    whole, own = (int(status[name].split()[0]) / 1e3 for name in ("VmRSS", "RssAnon"))
    return f"{whole:.0f} MB, {own:.0f} of them not pages of files"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("passages", nargs="?", type=int, default=PASSAGES)
    parser.add_argument("--keep", metavar="FOLDER", help="where the indexes are kept")
    parser.add_argument("--memory", metavar="FOLDER", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main("search", run)
