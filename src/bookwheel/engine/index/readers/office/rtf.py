"""Rich text (RTF): the text of its paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import cast

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.office.office import library
from bookwheel.engine.index.readers.office.rtf_tables import marked_rows, with_marked_cells
from bookwheel.engine.index.readers.office.running_text import different_lines
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_INFO = lazy_regex(r"\{\\(?P<key>title|author) ?(?P<value>[^{}]{1,500})\}")
_CREATED = lazy_regex(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_HEAD = 20_000
# Hidden text, and what was deleted while changes were recorded.
_NOT_SHOWN = lazy_regex(r"\{(?:\\[a-z]{1,20}-?\d{0,9} ?){0,20}?\\(?:v|deleted)(?![a-z0-9])[^{}]{0,5000}\}")
_FOOTNOTE = lazy_regex(r"\{(?:\\\*)?\\footnote(?:\\ftnalt)?(?![a-z])")
# A figure set above the line behind another: 10 and a raised 6 are not 106.
_CODES = r"(?:\\[a-z]{1,20}-?\d{0,9}[ \r\n]?){0,20}?"
_RAISED = lazy_regex(rf"(?<=\d)(\}}?[\r\n]?\{{?{_CODES}\\super(?![a-z0-9])[ \r\n]?{_CODES})(?=[-+]?\d)")
_RUNNING = lazy_regex(r"\{\\(?:header|footer)[flr]?(?![a-z])")
_MOST_NOTES, _LONGEST_NOTE = 2_000, 20_000
_MOST_RUNNING = 40
# The library ends each cell with a bar; a paragraph inside the cell ends before it.
_CELL_BREAK = lazy_regex(r"\n\|")
_ROWS = lazy_regex(r"(?:^[^\n|]*\|[^\n]*\|(?:\n|\Z)){2,}", re.MULTILINE)
# A bullet of a font of symbols has no letter.
_UNKNOWN_BULLET = lazy_regex(r"^\ufffd\t", re.MULTILINE)
_BLANK_LINES = lazy_regex(r"\n[ \t]*\n\s*")


def read(source: Source) -> Document:
    """The text; title, author and date are those of the file's information group."""
    if not source.data.startswith(b"{\\rtf"):
        raise DocumentError("it is not RTF")
    raw = source.data.decode("latin-1")
    with library("RTF"):
        text = _converted(_with_notes_below(with_marked_cells(_RAISED.sub(r"\1^", _NOT_SHOWN.sub("", raw)))))
        running = list(_running_lines(raw))
        info = {match["key"]: _converted(match["value"]) for match in _INFO.finditer(raw[:_HEAD])}
    created = _CREATED.search(raw[:_HEAD])
    source.remarks.extend(pictures_remark(raw.count("{\\pict"), len(text)))
    composer = Composer()
    for line in running:
        composer.paragraph(line)
    text = _UNKNOWN_BULLET.sub("•\t", text)
    composer.paragraph(_BLANK_LINES.sub("\n\n", _ROWS.sub(_named_rows, _CELL_BREAK.sub("|", clean(text)))))
    return composer.document(
        source,
        title=info.get("title"),
        author=info.get("author"),
        date="-".join(created.groups()) if created else None,
    )


def _with_notes_below(raw: str) -> str:
    """The file with its footnotes below the text: the library leaves them out."""
    notes: list[str] = []
    pieces: list[str] = []
    at = 0
    for match in islice(_FOOTNOTE.finditer(raw), _MOST_NOTES):
        end = _end_of_group(raw, match.start())
        if match.start() >= at and end is not None:
            notes.append(f"\\par Note: {{{raw[match.end() : end]}}}\n")
            pieces.append(raw[at : match.start()])
            at = end + 1
    text = "".join([*pieces, raw[at:]])
    last = text.rfind("}")
    return f"{text[:last]}{''.join(notes)}{text[last:]}" if notes and last > 0 else raw


def _running_lines(raw: str) -> Iterator[str]:
    """The lines of headers and footers, which the library leaves out."""
    fonts = raw.find("{\\fonttbl")
    end = _end_of_group(raw, fonts) if fonts >= 0 else None
    head = raw[: end + 1] if end is not None else "{\\rtf1 "
    starts = [match.span() for match in islice(_RUNNING.finditer(raw), _MOST_RUNNING)]
    groups = ((behind, _end_of_group(raw, start)) for start, behind in starts)
    texts = (_converted(f"{head}{raw[behind:end]}}}") for behind, end in groups if end is not None)
    return different_lines(" ".join(line.split()) for text in texts for line in clean(text).split("\n"))


def _end_of_group(raw: str, at: int) -> int | None:
    depth = 0
    for index in range(at, min(len(raw), at + _LONGEST_NOTE)):
        if raw[index] in "{}" and raw[index - 1] != "\\":
            depth += 1 if raw[index] == "{" else -1
            if depth == 0:
                return index
    return None


def _named_rows(match: re.Match[str]) -> str:
    rows = [row.removesuffix("|").split("|") for row in match[0].rstrip("\n").split("\n")]
    return "\n".join(["", *table_lines(marked_rows(rows)), ""])


def _converted(raw: str) -> str:
    from striprtf import striprtf

    # It has no annotations: text in, text out.
    return cast("Callable[..., str]", striprtf.rtf_to_text)(raw, errors="replace")  # pyright: ignore[reportUnknownMemberType]
