"""Under the library: what is known of the document under the cursor. Over it: the filter that is in force."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from bookwheel.engine.index.progress import FileState
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.filter_text import BETWEEN
from bookwheel.tui.rows.library_rows import LibraryRow
from bookwheel.tui.rows.wrapping import cells, clip, wrap
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.content import Content
    from textual.geometry import Size

TITLE_ROWS = 2
MAX_TEXT = 1_000
MOST_ROWS = 6


class LibraryAbout(TextLine):
    """Title, author, date, type and sizes of one document, in as many rows as they need and the layout allows."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._row: LibraryRow | None = None

    def show(self, row: LibraryRow | None) -> None:
        if row != self._row:
            self._row = row
            self.refresh(layout=self._needed(self.size.width) != self.size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._needed(width)

    def render(self) -> Content:
        width, height = max(1, self.size.width - 2), self.size.height
        return self.content([(" ", "plain"), *line] for line in about_lines(self._row, width, height))

    def _needed(self, width: int) -> int:
        return len(about_lines(self._row, max(1, width - 2), MOST_ROWS))


class FilterLine(TextLine):
    """One row while only some of the documents are searched, none otherwise."""

    DEFAULT_CSS = "FilterLine { height: 1; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = ""
        self._key = ""

    def show(self, text: str, key: str) -> None:
        """`text` is the filter in words as they came, `key` the key that clears it."""
        text = f"only {clean_line(text)}" if text else ""
        if (text, key) != (self._text, self._key):
            self._text, self._key = text, key
            self.display = bool(text)
            self.refresh()

    def render(self) -> Content:
        right = f"{self._key} all"
        width = max(1, self.size.width - 2)
        text = clip(self._text, max(1, width - cells(right) - 1))
        gap = " " * max(1, width - cells(text) - cells(right))
        return self.content([[(" ", "plain"), (text, "accent"), (f"{gap}{right}", "muted")]])


def about_lines(row: LibraryRow | None, width: int, height: int) -> list[list[StyledText]]:
    """What is known of a row, the most important first, in at most `height` lines of at most `width` cells."""
    if row is None or row.kind == "more":
        return []
    if row.file is None:
        return [[(clip(row.label, width), "strong")], *_wrapped_text(_about_row(row), width, "muted")][:height]
    title = clean_line(row.file.title or "") or row.label
    named = [title[start:end] for start, end in wrap(title, width)]
    is_failed = row.file.status == "failed"
    rows = 1 if is_failed or row.file.remarks else min(TITLE_ROWS, max(1, height - 2))
    if len(named) > rows:
        named = [*named[: rows - 1], clip(title[wrap(title, width)[rows - 1][0] :], width)]
    facts = _filled(_facts(row.file, row.label if title != row.label else ""), width)
    lines: list[list[StyledText]] = [[(line, "strong")] for line in named]
    if is_failed:
        lines += _wrapped_text(row.file.reason, width, "error")
    elif row.file.remarks:
        lines += _wrapped_text(f"! {'; '.join(row.file.remarks)}", width, "warning")
    lines += [[(line, "muted")] for line in facts]
    return lines[:height]


def _wrapped_text(text: str, width: int, style: str) -> list[list[StyledText]]:
    """Words in as many lines as they need."""
    text = clean_line(text[:MAX_TEXT])
    return [[(text[start:end], style)] for start, end in wrap(text, width)]


def _about_row(row: LibraryRow) -> str:
    """The text about a row that is not a document."""
    match row.kind:
        case "left_file":
            return f"left out: {row.note}"
        case "left_out":
            return f"{row.count:,} left out; Enter shows the reasons"
        case "reason":
            return f"{row.count:,} left out; Enter shows the names"
        case _:
            return counted(row.count, "document") if row.count else ""


def written_day(day: datetime.date) -> str:
    """The day; only the year for the first of January, which stands for dates without a month."""
    return str(day.year) if (day.month, day.day) == (1, 1) else day.isoformat()


def written_size(size: int) -> str:
    """`1.2 MB`: the size of a file."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def _facts(file: FileState, name: str) -> Iterator[str]:
    if file.author:
        yield clean_line(file.author)
    if file.date is not None:
        yield written_day(file.date)
    elif file.changed is not None:
        yield f"changed {file.changed.isoformat()}"
    yield clean_line(file.format.removeprefix(".")) or PurePath(file.path).suffix[1:] or "file"
    if file.pages:
        yield counted(file.pages, "page")
    if file.passages:
        yield counted(file.passages, "passage")
    yield written_size(file.size)
    if name:
        yield name


def _filled(facts: Iterator[str], width: int) -> Sequence[str]:
    """As many facts on a line as have room."""
    lines: list[str] = []
    for fact in facts:
        joined = f"{lines[-1]}{BETWEEN}{fact}" if lines else fact
        if lines and cells(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(clip(fact, width))
    return lines
