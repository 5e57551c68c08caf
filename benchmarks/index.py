"""From text in files to searchable: our worker process against bare tantivy and bare SQLite FTS5 on the same passages.

    python -m benchmarks.index [FOLDER] [--documents N] [--rounds N]

The peers get the passages in memory; ours reads the files, parses, splits, writes SQLite and the index. The goal is
half of the speed of bare tantivy with the same stemmer. By default 24 MB of made-up words are
indexed four times by each, in minutes; the larger, the less the start of our process counts.
"""

import argparse
import asyncio
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from benchmarks.corpus import MadeUpLanguage
from benchmarks.harness import forked, interleaved, main, report
from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.ingest import PASSAGE_TOKENS
from bookwheel.engine.index.library import Library
from bookwheel.engine.index.parse_limits import NICENESS
from bookwheel.engine.index.progress import IngestDone
from bookwheel.engine.index.splitter import SentenceSplitter

DOCUMENTS = 500
ROUNDS = 3
PARAGRAPHS = 90
UNCHANGED_FILES = 1_000


def bare_tantivy(folder: Path, passages: Iterable[str], *, stems: bool = False) -> None:
    """One field, two threads, one commit; the default tokenizer, or one that stems English words as ours does."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tokenizer = "en_stem" if stems else "default"
    fields = tantivy.SchemaBuilder().add_unsigned_field("id", stored=True)
    schema = fields.add_text_field("body", tokenizer_name=tokenizer).build()
    writer = tantivy.Index(schema, str(folder)).writer(64_000_000, 2)
    for number, text in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("id", number)
        document.add_text("body", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def bare_fts5(path: Path, passages: Iterable[str]) -> None:
    """The text and its index, one transaction."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE p USING fts5(text, tokenize='porter unicode61')")
    connection.executemany("INSERT INTO p VALUES (?)", ((text,) for text in passages))
    connection.commit()
    connection.close()


def bookwheel(folder: Path, desk: Path) -> IngestDone:
    """An empty library."""
    shutil.rmtree(folder, ignore_errors=True)
    return refresh(Library(folder), desk)


def refresh(library: Library, desk: Path) -> IngestDone:
    """One whole refresh."""

    async def run() -> IngestDone:
        async for update in library.refresh([desk]):
            if isinstance(update, IngestDone):
                return update
        raise RuntimeError("a refresh ended without IngestDone")

    return asyncio.run(run())


def make_desk(desk: Path, documents: int) -> None:
    """Made-up documents."""
    language = MadeUpLanguage(seed=1)
    desk.mkdir()
    for number in range(documents):
        (desk / f"{number:04}.md").write_text(language.document(PARAGRAPHS))


def run() -> None:
    """Measure and print."""
    arguments = _arguments()
    with TemporaryDirectory() as scratch:
        base = Path(scratch)
        desk = Path(arguments.folder or base / "desk")
        if not arguments.folder:
            make_desk(desk, arguments.documents)
        documents = SimpleDirectoryReader(desk, recursive=True).load_data()
        splitter = SentenceSplitter(PASSAGE_TOKENS, 0)
        passages = [
            text
            for document in documents
            for text in (node.text for node in splitter.get_nodes_from_documents([document]))
        ]
        megabytes = sum(len(text.encode()) for text in passages) / 1e6
        cases = {
            "bare tantivy": forked(lambda: bare_tantivy(base / "tantivy", passages), nice=NICENESS),
            "tantivy, stemming": forked(lambda: bare_tantivy(base / "stems", passages, stems=True), nice=NICENESS),
            "SQLite FTS5": forked(lambda: bare_fts5(base / "fts5.sqlite3", passages), nice=NICENESS),
            "bookwheel": forked(lambda: bookwheel(base / "library", desk)),  # its worker lowers its own priority
        }
        medians = interleaved(cases, rounds=arguments.rounds)
        report(
            f"{megabytes:.0f} MB in {len(passages):,} passages, text to searchable",
            medians,
            baseline="bare tantivy",
            unit="s",
        )
        for name, sample in medians.items():
            print(f"  {name:17} {megabytes / sample.wall:6.1f} MB/s")
        ours, bare = medians["bookwheel"], medians["tantivy, stemming"]
        computing, clock = bare.cpu / ours.cpu, bare.wall / ours.wall
        print(f"  bookwheel has {clock:.2f} of the speed of tantivy with a stemmer, {computing:.2f} by processor time")
        size = sum(path.stat().st_size for path in (base / "library").rglob("*") if path.is_file()) / 1e6
        print(f"  record and index together {size / megabytes:.2f} times the text")
        check_unchanged(base)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index")
    parser.add_argument("folder", nargs="?", help="Markdown files to index instead of made-up words")
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="how many of 47 kB each are made up")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def check_unchanged(base: Path) -> None:
    """A folder in which nothing has changed."""
    desk = base / "unchanged"
    desk.mkdir()
    for number in range(UNCHANGED_FILES):
        (desk / f"{number:04}.txt").write_text(f"Document {number}.")
    library = Library(base / "unchanged-index")
    refresh(library, desk)
    best = min(refresh(library, desk).seconds for _ in range(7))
    print(f"  {UNCHANGED_FILES:,} unchanged files checked in {best * 1e3:.0f} ms")


if __name__ == "__main__":
    main("index", run)
