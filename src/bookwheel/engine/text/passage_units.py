"""A passage taken apart into what can be quoted by itself: sentences, list items, code, table rows, under headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.sentences import sentences

UnitKind = Literal["sentence", "item", "code", "row", "heading"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a passage: `text[start:end]` of it. `block` counts the blocks (paragraph, list, table…) from 0."""

    kind: UnitKind
    start: int
    end: int
    block: int
    heading: str = ""


_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"\s*(=|-|~|\^|\*|\+|#)\1{2,}\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪]|\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_ROW = re.compile(r"\s*\|.*\|\s*$")


def units(text: str) -> list[Unit]:
    """The units of a passage in order; together they hold everything but blanks."""
    return list(_Splitter(text).run())


class _Splitter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._language = language_of(text)
        self._block = 0
        self._heading = ""
        self._paragraph: tuple[int, int] | None = None

    def run(self) -> Iterator[Unit]:
        lines = _lines(self._text)
        at = 0
        while at < len(lines):
            start, end = lines[at]
            line = self._text[start:end]
            if (fence := _FENCE.match(line)) is not None:
                yield from self._flush()
                at = self._closing_fence(lines, at, fence[1])
                yield self._unit("code", start, lines[at][1])
                self._block += 1
            elif not line.strip():
                yield from self._flush()
            elif self._is_heading(lines, at):
                yield from self._flush()
                yield from self._take_heading(lines, at)
                at += _HEADING.match(line) is None
            elif _ROW.match(line):
                if self._paragraph is not None:
                    yield from self._flush()
                yield self._unit("row", start, end)
            elif _ITEM.match(line):
                if self._paragraph is not None:
                    yield from self._flush()
                at = self._last_line_of_item(lines, at)
                yield self._unit("item", start, lines[at][1])
            else:
                self._paragraph = (self._paragraph[0] if self._paragraph else start, end)
            at += 1
        yield from self._flush()

    def _is_heading(self, lines: list[tuple[int, int]], at: int) -> bool:
        start, end = lines[at]
        if _HEADING.match(self._text[start:end]) is not None:
            return True
        is_first = self._paragraph is None
        below = self._text[slice(*lines[at + 1])] if at + 1 < len(lines) else ""
        return (
            is_first and end - start < 120 and _UNDERLINE.match(below) is not None and len(below) >= (end - start) // 2
        )

    def _take_heading(self, lines: list[tuple[int, int]], at: int) -> Iterator[Unit]:
        start, end = lines[at]
        line = self._text[start:end]
        marked = _HEADING.match(line)
        last = end if marked else lines[at + 1][1]
        self._heading = marked[1] if marked else line.strip()
        yield self._unit("heading", start, last)
        self._block += 1

    def _closing_fence(self, lines: list[tuple[int, int]], at: int, fence: str) -> int:
        for later in range(at + 1, len(lines)):
            if self._text[slice(*lines[later])].strip().startswith(fence):
                return later
        return len(lines) - 1

    def _last_line_of_item(self, lines: list[tuple[int, int]], at: int) -> int:
        while at + 1 < len(lines):
            line = self._text[slice(*lines[at + 1])]
            starts_something = _ITEM.match(line) or _ROW.match(line) or _FENCE.match(line) or _HEADING.match(line)
            # Without an indent a capital letter begins something new: a PDF's "3. Results" is no list item.
            goes_on = line[:1].isspace() or line[:1].islower()
            if not line.strip() or starts_something or not goes_on:
                break
            at += 1
        return at

    def _flush(self) -> Iterator[Unit]:
        if self._paragraph is not None:
            for start, end in sentences(self._text, *self._paragraph, self._language):
                yield self._unit("sentence", start, end)
            self._paragraph = None
        self._block += 1

    def _unit(self, kind: UnitKind, start: int, end: int) -> Unit:
        return Unit(kind, start, end, self._block, self._heading)


def _lines(text: str) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        ranges.append((start, start + len(line.rstrip())))
        start += len(line) + 1
    return ranges
