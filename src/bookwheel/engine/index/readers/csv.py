"""CSV and TSV: one line for each row, each value with the header of its column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.table_text import rows_with_headers
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20
_LONGEST_SAMPLE = 50_000


def read(source: Source) -> Document:
    """The rows; a file with unbalanced quotation marks is read as plain text."""
    text = clean(decoded(source)).removeprefix("\ufeff")
    delimiter = "\t" if source.suffix in (".tsv", ".tab") else _delimiter(text)
    composer = Composer()
    try:
        for line in rows_with_headers(_rows(text, delimiter)):
            composer.line(line)
    except csv.Error:
        return made_document(source, text)
    if composer.is_empty:
        return made_document(source, text)  # headers alone
    return composer.document(source)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict, because otherwise a stray quotation mark swallows the rest of the file.
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    lines = [line for line in text[:_LONGEST_SAMPLE].split("\n")[:_SAMPLE_LINES] if line.strip()]

    def fitness(delimiter: str) -> tuple[int, int]:
        # First the number of lines that contain it, then its count in the line with the fewest.
        counts = [line.count(delimiter) for line in lines]
        return sum(map(bool, counts)), min(counts, default=0)

    return max(_DELIMITERS, key=fitness)
