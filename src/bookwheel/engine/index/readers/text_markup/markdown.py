"""Markdown: the text unchanged, with its headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.definition_entries import with_entries_of_markdown
from bookwheel.engine.index.readers.tables.drawn_tables import with_named_rows
from bookwheel.engine.index.readers.tables.table_lines import continues_header, table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.front_matter import front_matter
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.locations import Heading, Locations, Table
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

# A fence, a heading with hashes, or an underline. It begins with `\n`, not with `^`: searching for a literal character
# is ten times faster.
_LINE = lazy_regex(
    r"\n {0,3}(?:(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)|(?P<hashes>#{1,6})(?:[ \t]+(?P<title>[^\n]*))?(?=\n|$)"
    r"|(?P<underline>=+|-{2,})[ \t]*(?=\n|$))"
)
# The pipes at both ends of a row may be missing.
_RULE = lazy_regex(
    r"\n {0,3}(?:\|[ \t]*(?=:?-)|(?=:?-[^\n|]{0,200}\|)):?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\n"
)
# Code stays as it is.
_FENCED_OR_HTML = lazy_regex(
    r"^ {0,3}(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^ {0,3}(?P=fence)|\Z)|^[ \t]*(?P<table><table\b.{1,200000}?</table>)"
    r"|^[ \t]*<h(?P<level>[1-6])(?:\s[^<>]{0,300})?>(?P<title>(?:(?!</?h[1-6]).){1,500})</h(?P=level)>[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_TAG = lazy_regex(r"<[^<>]{0,500}>|!\[[^\]\n]{0,500}\]\([^)\n]{1,2000}\)")
_ROWS = lazy_regex(r"(?:[^\n|]*\|[^\n]*(?:\n|\Z))+")
_CELL_BORDER = lazy_regex(r"(?<!\\)\|")
# One inside a link is a badge.
_PICTURE = lazy_regex(r"(?<!\[)!\[[^\]\n]{0,500}\](?:\([^)\n]{1,2000}\)|\])")
_NO_HEADING_ABOVE = lazy_regex(r"\s*(?:[-*+>|#=]|\d+[.)]\s|$)")
_MARKUP = lazy_regex(r"[*_`]+|!?\[(?P<text>[^\]\n]*)\]\([^)\n]*\)|\s+#+\s*$")
# Each match of `_MARKUP` has one of these.
_MARKS = "*_`[#"
_SAMPLE_ROWS = 24


def read(source: Source) -> Document:
    """The text below the front matter; the title is that of the front matter, or the first outermost heading.

    What the front matter says besides title, author, date and tags stands as lines above the text.
    """
    whole = with_entries_of_markdown(_with_groups_named(with_named_rows(_with_rows_of_html(decoded(source)))))
    front = front_matter(whole)
    text = whole[front.end :].lstrip("\n") if whole[front.end :].strip() else whole
    if front.other and text is not whole:
        text = "\n".join([*front.other, "", text])
    headings = list(headings_of(text))
    first = next((heading.title for heading in headings if heading.level == 1), None)
    pictures = _PICTURE.findall(text) if "!" in text and "![" in text else []
    document = made_document(
        source,
        text,
        remarks=pictures_remark(len(pictures), len(text) - sum(map(len, pictures))),
        title=front.title or first,
        author=front.author,
        date=front.date,
        locations=Locations(headings=headings, tables=list(tables_of(text))),
    )
    if front.tags:
        document.metadata["tags"] = list(front.tags)
    return document


def _with_rows_of_html(text: str) -> str:
    """The text with each table and heading that is written in HTML as Markdown would have it."""
    # One character is found a hundred times as fast as two.
    if "<" not in text or not (("<table" in text and "</table>" in text) or ("<h" in text and "</h" in text)):
        return text
    return _FENCED_OR_HTML.sub(_as_markdown, text)


def _as_markdown(match: re.Match[str]) -> str:
    if match["table"]:
        return _rows_of(match["table"])
    title = " ".join(_TAG.sub(" ", match["title"] or "").split())
    # A heading may be a picture alone.
    return f"{'#' * int(match['level'])} {title}" if title else match[0]


def _rows_of(table: str) -> str:
    try:
        return page_of(table, whole=True).text
    except DocumentError:
        return table  # nested too deep: the text around it can be read


def headings_of(text: str, begin: int = 0) -> Iterator[Heading]:
    """The headings of a Markdown text from `begin` on."""
    fence = ""
    lines = "\n" + text  # the offset of a newline here is the offset in `text` of the line after it
    for match in _LINE.finditer(lines, begin):
        if match["fence"]:
            fence = _fence_after(fence, match["fence"], match["info"])
        elif fence:
            continue
        elif match["hashes"]:
            if title := _plain(match["title"] or ""):
                yield Heading(match.start(), len(match["hashes"]), title)
        else:
            above = text.rfind("\n", begin, max(match.start() - 1, begin)) + 1 or begin
            line = text[above : match.start()].strip()
            if line and not _NO_HEADING_ABOVE.match(line):
                yield Heading(above, 1 if match["underline"][0] == "=" else 2, _plain(line))


def tables_of(text: str) -> Iterator[Table]:
    """The rows of each table with pipes, below the rule that follows its header."""
    if "|" not in text:
        return
    end = 0
    for match in _RULE.finditer(text):
        if match.end() < end:
            continue  # one of the rows looks like a rule; to match from each again would take quadratic time
        above = text.rfind("\n", 0, match.start()) + 1
        header = text[above : match.start()]
        columns = _cells(header)
        rows = _ROWS.match(text, match.end())
        if rows is not None and "|" in header and any(columns):
            end = rows.end()
            yield Table(rows.start(), end, tuple(columns))


def _cells(row: str) -> list[str]:
    return [_plain(cell) for cell in _CELL_BORDER.split(row.strip().removeprefix("|").removesuffix("|"))]


def _with_groups_named(text: str) -> str:
    """The text with each table whose columns are named in two rows as lines that name their columns.

    Markdown marks one row of names: `| | Spring | |` stands over `| Course | Seats | Fee |`.
    """
    written: list[str] = []
    done = 0
    for table in tables_of(text):
        if not _has_groups(table.columns):
            continue
        rows = [_cells(line) for line in text[table.start : table.end].splitlines()]
        if len(rows) < 2 or not continues_header(table.columns, rows[0], rows[1 : 1 + _SAMPLE_ROWS]):
            continue
        rule = text.rfind("\n", 0, table.start - 1)
        above = text.rfind("\n", 0, rule) + 1
        if text.count("\n```", 0, above) % 2:
            continue  # an example of code
        written += [text[done:above], "\n".join(table_lines([table.columns, *rows], header_rows=2)), "\n"]
        done = table.end
    return "".join([*written, text[done:]]) if written else text


def _has_groups(names: Sequence[str]) -> bool:
    """Whether a name may stand for the next column too."""
    return any(not name or name == before for before, name in pairwise(names))


def _fence_after(fence: str, mark: str, info: str) -> str:
    if not fence:
        return mark
    closes = mark[0] == fence[0] and len(mark) >= len(fence) and not info.strip()
    return "" if closes else fence


def _plain(title: str) -> str:
    if not any(mark in title for mark in _MARKS):
        return title.strip()
    return _MARKUP.sub(lambda match: match["text"] or "", title).strip()
