"""CSV and its kin: a line a row, each value with its column's name."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.about import cell_errors_remark, is_cell_error
from bookwheel.engine.index.readers.caption_forms import Cue
from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.subtitles import captions_document
from bookwheel.engine.index.readers.tables.table_lines import WIDEST_NAMED, AcrossAll, table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

# A comma is the last choice where several fit: it is also the decimal sign of many countries.
_DELIMITERS = "\t;|,"
# Where none of these is found. Blanks separate cells only between quotation marks, as R writes them.
_RARE_DELIMITERS = "^~\x1f"
_QUOTED_BETWEEN_BLANKS = lazy_regex(r"\"[^\"\n]*\"(?: \"[^\"\n]*\")+")
_SAMPLE_LINES = 20
_LONGEST_SAMPLE = 50_000
_MOST_COMMENTS = 200
_COMMA_IN_TEXT = lazy_regex(r"\d,\d|, ")

_BLANK_OR_COMMENT = lazy_regex(r"[ \t]*(?:(?P<mark>#+|//+)(?P<comment>[^\n]*))?(?:\n|$)")
_CAPTIONS = lazy_regex(r"\"?start\"?[\t,;]\"?end\"?[\t,;]\"?text\"?\n", re.IGNORECASE)
# A value that a spreadsheet program is to keep as text: `="00412"`.
_AS_TEXT = lazy_regex(r'="[^"]*"')
# Loggers of weather stations write what they are, then names, units and kinds of the columns (TOA5 of Campbell).
_LOGGER = lazy_regex(r'"?TOA5"?,')
_LOGGER_HEADER_ROWS = 3
# The line that gives a spreadsheet program the delimiter.
_DECLARED = lazy_regex(r'"?sep=(?P<delimiter>[^\n])"?[ \t]*(?:\n|$)', re.IGNORECASE)


def read(source: Source) -> Document:
    """The rows; a file whose quotation marks do not fit together is read as plain text."""
    text = clean(decoded(source)).replace("\ufeff", "")  # also where files were joined
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    comments, body = _without_comments(body)
    if declared:
        delimiter = declared["delimiter"]
    else:
        delimiter = "\t" if source.suffix in (".tsv", ".tab") else _delimiter(body)
    if (cues := _cues(body, delimiter)) is not None:
        return captions_document(source, cues)
    body = _with_one_delimiter(body, delimiter, source.remarks)
    if body.count(delimiter, 0, body.find("\n")) >= WIDEST_NAMED:
        source.remarks.append(f"rows of more than {WIDEST_NAMED:,} cells are read without the names of their columns")
    header = _commented_header(comments, body, delimiter)
    if header is None and "\n" not in body.strip():
        return made_document(source, text)  # names of columns alone
    composer = Composer()
    errors: list[str] = []
    for comment in comments if header is None else comments[:-1]:
        composer.line(comment)
    try:
        rows = _rows(body if header is None else f"{header}\n{body}", delimiter, errors)
        header_rows = None if header is None else 1
        if _LOGGER.match(body):
            composer.line("; ".join(filter(None, next(rows))))
            header_rows = _LOGGER_HEADER_ROWS
        for line in table_lines(rows, header_rows=header_rows):
            composer.line(line)
    except csv.Error:
        source.remarks.append("its quotation marks do not fit together: its rows are read without their column names")
        return made_document(source, text)
    if composer.is_empty:
        return made_document(source, text)
    source.remarks.extend(cell_errors_remark(errors))
    return composer.document(source)


def _cues(text: str, delimiter: str) -> list[Cue] | None:
    """The captions of a program that recognises speech: times in thousandths of a second, and what is said."""
    if _CAPTIONS.match(text) is None:
        return None
    try:
        _, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [Cue(float(begin) / 1_000, float(end) / 1_000, [said.strip()]) for begin, end, said in rows]
    except (csv.Error, ValueError):
        return None  # a table with such columns


def _without_comments(text: str) -> tuple[list[str], str]:
    """The remarks above the rows, as in `# station: hill-7`, and the text from the first row on."""
    comments: list[str] = []
    at = 0
    while len(comments) < _MOST_COMMENTS and at < len(text) and (match := _BLANK_OR_COMMENT.match(text, at)):
        if match["mark"]:
            comments.append(match["comment"].strip())
        at = match.end()
    return comments, text[at:]


def _commented_header(comments: Sequence[str], body: str, delimiter: str) -> str | None:
    """The last remark where it names the columns (`#time,temp`): as many cells as the row below has, none a number."""
    if not comments:
        return None
    last, first = comments[-1], body.partition("\n")[0]
    if not 0 < last.count(delimiter) == first.count(delimiter) or any(map(str.isdecimal, last)):
        return None
    return last if any(map(str.isdecimal, first)) else None


def _rows(text: str, delimiter: str, errors: list[str]) -> Iterator[list[str]]:
    # Strict about what follows a closing quotation mark and about the end: a stray mark swallows all that follows.
    width = 0
    has_errors = "!" in text or "#NAME?" in text or "Err:" in text
    # Programs of databases set a backslash before a quotation mark inside a value.
    escape = "\\" if '\\"' in text and '""' not in text else None
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape, doublequote=escape is None, strict=True
    )
    for row in reader:
        if not width and delimiter == " ":
            row.insert(0, "")  # R writes no name over the labels of the rows
        width = len(row)
        cells = [cell[2:-1] if _AS_TEXT.fullmatch(cell) else cell for cell in row]
        if has_errors:
            errors.extend(filter(is_cell_error, cells))
        yield AcrossAll([cells[0].lstrip("# ")]) if _is_remark(cells) else cells


def _is_remark(row: Sequence[str]) -> bool:
    """Whether the row is a remark between rows (`# second half`)."""
    return row[:1] != [] and row[0].startswith("# ") and not any(row[1:])


def _delimiter(text: str) -> str:
    lines = [line for line in text[:_LONGEST_SAMPLE].split("\n")[:_SAMPLE_LINES] if line.strip()]

    def fitness(delimiter: str) -> tuple[int, int]:
        # In the most lines equally often: a title above the rows has none, and a comma inside numbers varies.
        counts = Counter(count for line in lines if (count := _count(line, delimiter)))
        return max(counts.values(), default=0), sum(counts.values())

    best = max(_DELIMITERS, key=fitness)
    if fitness(best)[0]:
        return best
    if lines and _QUOTED_BETWEEN_BLANKS.fullmatch(lines[0]):
        return " "
    return max(_RARE_DELIMITERS, key=fitness)


def _with_one_delimiter(text: str, delimiter: str, remarks: list[str]) -> str:
    """The rows, those whose cells stand between another delimiter written like the others, with a remark on these."""
    if delimiter not in _DELIMITERS or '"' in text:
        return text
    lines = text.split("\n")
    counts = Counter(count for line in lines[:_SAMPLE_LINES] if (count := line.count(delimiter)))
    usual = counts.most_common(1)[0][0] if counts else 0
    header = next((number for number, line in enumerate(lines) if usual and delimiter in line), len(lines))
    changed = 0
    for number in range(header + 1, len(lines)):
        line = lines[number]
        if delimiter not in line and (other := _other_delimiter(line, delimiter, usual)) is not None:
            lines[number] = line.replace(other, delimiter)
            changed += 1
    if not changed:
        return text
    remarks.append(f"{'one row has' if changed == 1 else f'{changed:,} rows have'} another delimiter than the others")
    return "\n".join(lines)


def _other_delimiter(line: str, delimiter: str, count: int) -> str | None:
    """The delimiter of a row that has as many of it as the other rows have of theirs; a decimal comma is none."""
    found = [other for other in _DELIMITERS if other != delimiter and line.count(other) == count]
    return next((other for other in found if other != "," or not _COMMA_IN_TEXT.search(line)), None)


def _count(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
