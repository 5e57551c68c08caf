"""AsciiDoc (.adoc): the text with its section titles, its tables as lines that name their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.definition_entries import entry_lines
from bookwheel.engine.index.readers.tables.table_lines import (
    continues_header,
    over_columns,
    repeat_from_above,
    table_lines,
)
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_HEADING = lazy_regex(r"(?P<signs>={1,6})[ \t]+(?P<title>\S[^\n]*)")
_ATTRIBUTE = lazy_regex(r":(?P<name>[\w-]{1,40}):[ \t]*(?P<value>[^\n]*)")
_REFERENCE = lazy_regex(r"(?<!\\)\{([\w-]{1,40})\}")
_BUILT_IN = {"nbsp": " ", "sp": " ", "empty": "", "blank": "", "plus": "+", "amp": "&", "lt": "<", "gt": ">"}
_LONGEST_VALUE = 400
_LEFT_OUT = lazy_regex(r"//(?!/).*|:!?[\w-]{1,40}!?:.*|\[\[?[^\]\n]{0,300}\]\]?[ \t]*")
_FENCE = lazy_regex(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,})[ \t]*")
_TABLE = lazy_regex(r"\|={3,}[ \t]*")
_OPTIONS = lazy_regex(r"\[(?P<options>[^\]\n]{1,300})\][ \t]*")
_COLUMNS = lazy_regex(r"cols\s*=\s*(?:\"(?P<quoted>[^\"]{1,200})\"|(?P<bare>[^,\]\s]{1,200}))")
_REPEATED = lazy_regex(r"(\d{1,3})\*")
# "3+|" is one cell over three columns, ".2+|" over two rows, "3*|" three cells of one text.
_CELL = lazy_regex(
    r"(?:(?:(?<=\s)|^)(?:(?P<across>\d{0,3})(?:\.(?P<down>\d{1,3}))?(?P<sign>[+*]))?[<^>.]{0,3}[a-z]?)?(?<!\\)\|",
    re.MULTILINE,
)
# "term:: its meaning"; a macro ("image::plan.png[]") has no blank behind its colons.
_TERM = lazy_regex(r"(?P<term>\S[^\n]{0,88}?)(?::{2,4}|;;)(?:[ \t]+(?P<meaning>\S.*))?[ \t]*")
_ENDS_MEANING = lazy_regex(
    r"\S[^\n]{0,88}?(?::{2,4}|;;)(?:[ \t]|\Z)|[a-z]+::\S|[*.-]+ |={1,6} |\[|\|=|(?:-{4,}|\.{4,}|={4,})[ \t]*\Z"
)
_MOST_LINES = 20_000
_SAMPLE_ROWS = 24


def read(source: Source) -> Document:
    """The text; title, author and date are those of its head, else the first section."""
    lines = _with_attributes(decoded(source).removeprefix("\ufeff").split("\n"))
    written: list[str] = []
    headings: list[Heading] = []
    fields: dict[str, str] = {}
    options, fence, at, length = "", "", 0, 0
    while at < len(lines):
        line, count = lines[at], 1
        kept: Sequence[str] = (line,)
        if fence or _FENCE.fullmatch(line):
            fence = "" if line.strip() == fence else fence or line.strip()
        elif _TABLE.fullmatch(line) and (end := _end_of_table(lines, at)):
            kept, count = list(_rows("\n".join(lines[at + 1 : end]), options)), end + 1 - at
        elif (heading := _HEADING.fullmatch(line)) is not None:
            kept = (heading["title"].strip(),)
            headings.append(Heading(length, len(heading["signs"]), kept[0]))
        elif (term := _TERM.fullmatch(line)) is not None and (meaning := _meaning(lines, at, term["meaning"] or "")):
            kept, count = list(entry_lines(term["term"], meaning[0])), meaning[1] - at
        elif _LEFT_OUT.fullmatch(line):
            if (attribute := _ATTRIBUTE.fullmatch(line)) is not None:
                fields.setdefault(attribute["name"], attribute["value"].strip())
            given = _OPTIONS.fullmatch(line)
            options, kept = (given["options"] if given else options), ()
        elif line.strip():
            options = options if line.startswith(".") else ""
        written += kept
        length += sum(len(one) + 1 for one in kept)
        at += count
    return made_document(
        source,
        "\n".join(written),
        title=headings[0].title if headings else None,
        author=fields.get("author"),
        date=fields.get("revdate") or fields.get("date"),
        locations=Locations(headings=headings),
    )


def _with_attributes(lines: Sequence[str]) -> list[str]:
    """The lines with the values of the attributes that stand above: `:price: 640`, then "It costs {price} euros"."""
    values = dict(_BUILT_IN)
    written: list[str] = []
    for line in lines:
        shown = _REFERENCE.sub(lambda match: values.get(match[1].lower(), match[0]), line) if "{" in line else line
        written.append(shown)
        if (attribute := _ATTRIBUTE.fullmatch(shown)) is not None and len(attribute["value"]) <= _LONGEST_VALUE:
            values[attribute["name"].lower()] = attribute["value"].strip()
    return written


def _meaning(lines: Sequence[str], at: int, first: str) -> tuple[list[str], int] | None:
    """The lines of the meaning of the term on line `at`, and the number of the line after it; None without one."""
    found = [first] if first else []
    at += 1
    while not found and at < len(lines) and not lines[at].strip():
        at += 1
    while at < len(lines) and lines[at].strip() and not _ENDS_MEANING.match(lines[at]):
        # A "+" alone joins the next paragraph to the entry.
        found.append("" if lines[at].strip() == "+" else lines[at].strip())
        at += 1
    return (found, at) if found else None


def _end_of_table(lines: Sequence[str], at: int) -> int | None:
    numbers = range(at + 1, min(len(lines), at + _MOST_LINES))
    return next((number for number in numbers if _TABLE.fullmatch(lines[number])), None)


def _rows(body: str, options: str) -> Iterator[str]:
    """The cells, cut into rows by the number of columns: that of the options, else of the first line."""
    cells = list(_cells(body))
    lines = [line for line in body.split("\n") if line.strip()]
    columns = _columns(options) or (sum(cell.across for cell in _cells(lines[0])) if lines else 0)
    if columns < 1:
        return
    # A blank line below the first one marks it as the header.
    first = body.lstrip("\n").split("\n")
    is_alone = len(first) > 1 and not first[1].strip() and sum(cell.across for cell in _cells(first[0])) == columns
    is_marked = "header" in options or is_alone
    rows = list(_in_rows(cells, columns, is_marked=is_marked))
    names = 1 + (len(rows) > 2 and continues_header(rows[0], rows[1], rows[2 : 2 + _SAMPLE_ROWS]))
    yield from table_lines(rows, header_rows=names if is_marked else None)
    yield ""


class _WrittenCell(NamedTuple):
    text: str
    across: int
    down: int


def _cells(body: str) -> Iterator[_WrittenCell]:
    marks = list(_CELL.finditer(body))
    ends = [*(mark.start() for mark in marks), len(body)][1:]
    for mark, end in zip(marks, ends, strict=True):
        text = " ".join(body[mark.end() : end].split())
        across = int(mark["across"] or 1)
        if mark["sign"] == "*":
            yield from repeat(_WrittenCell(text, 1, 1), across)
        else:
            yield _WrittenCell(text, max(across, 1), int(mark["down"] or 1))


def _in_rows(cells: Iterable[_WrittenCell], columns: int, *, is_marked: bool) -> Iterator[list[str]]:
    row: list[str] = []
    below: dict[int, tuple[int, str]] = {}
    is_name = is_marked
    for cell in cells:
        repeat_from_above(row, below)
        across = min(cell.across, columns - len(row))
        texts = over_columns(cell.text, across, at=len(row), is_name=is_name)
        if cell.down > 1:
            below.update((len(row) + at, (cell.down - 1, text)) for at, text in enumerate(texts))
        row += texts
        repeat_from_above(row, below)
        if len(row) >= columns:
            yield row
            row, is_name = [], False
    if row:
        yield row


def _columns(options: str) -> int:
    given = _COLUMNS.search(options)
    if given is None:
        return 0
    count = 0
    for part in (given["quoted"] or given["bare"]).split(","):
        repeated = _REPEATED.match(part.strip())
        count += int(repeated[1]) if repeated else 1
    return count
