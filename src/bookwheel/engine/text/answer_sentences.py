"""An answer in Markdown cut into sentences, each with its exact range and the paragraph that it belongs to.

Fenced code, a row of a table and a block quotation are one piece each. Headings and header rows are left out, as they
claim nothing. Time is linear in the length of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.sentences import sentence_ends
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

SentenceKind = Literal["text", "item", "quotation", "row", "code", "heading"]

MAX_QUOTATION = 1_500


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the answer, with the citations after it; `paragraph` counts from 0."""

    start: int
    end: int
    kind: SentenceKind
    paragraph: int


def _between(opening: str, closing: str, others: str) -> str:
    """A quotation without a citation in it: an opening mark that is never closed must not reach the next sentence."""
    return rf"{opening}(?:[^{others}\[]|\[(?!\d)){{1,{MAX_QUOTATION}}}{closing}"


QUOTATION = "|".join(
    (
        _between(r"(?<![\w\"])\"(?=\S)", r"\"(?!\w)", r"\""),
        _between("“", "”", "“”"),
        _between("„", "[“”]", "„“”"),
        _between("«", "»", "«»"),
        _between("»", "«", "«»"),
        _between("「", "」", "「」"),
        _between("『", "』", "『』"),
    )
)
# A full stop does not end a sentence in code, in the target of a link and in a quotation.
_WHOLE = lazy_regex(rf"`[^`\n]{{1,{MAX_QUOTATION}}}`|\]\([^()\s]{{1,{MAX_QUOTATION}}}\)|{QUOTATION}")
_FENCE = lazy_regex(r" {0,3}(`{3,}|~{3,})")
_HEADING = lazy_regex(r" {0,3}#{1,6}(?:\s|\Z)")
_RULE = lazy_regex(r" {0,3}(?:=+|(?:[-*_] ?){3,})\s*\Z")
_ITEM = lazy_regex(r"\s*(?:[-*+•]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_QUOTED = lazy_regex(r"(?: {0,3}>[ \t]?)+")
_TABLE_LINE = lazy_regex(r"\s*\|?[\s:|-]*-[\s:|-]*\Z")
_WORD = lazy_regex(r"[^\W_]")


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of an answer in their order; what holds no letter or digit is left out."""
    return list(_Splitter(text).run())


class _Splitter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._language = language_of(text)
        self._paragraph = 0
        self._lines = _lines(text)
        self._at = 0
        self._above = ""  # the last line before the blank ones

    def run(self) -> Iterator[Sentence]:
        while self._at < len(self._lines):
            yield from self._block()

    def _block(self) -> Iterator[Sentence]:
        line = self._line(self._at)
        if not line.strip():
            self._above = self._line(self._at - 1) if self._at else ""
            while self._at < len(self._lines) and not self._line(self._at).strip():
                self._at += 1
            # The points of a list belong together, also with blank lines between, and so does the line before them.
            if not self._goes_on_with_list():
                self._paragraph += 1
        elif fence := _FENCE.match(line):
            yield from self._code(fence[1])
        elif _HEADING.match(line):
            yield from self._one(self._at, self._at + 1, "heading")
            self._paragraph += 1
        elif _RULE.match(line):
            self._at += 1
        elif _QUOTED.match(line):
            yield from self._quotation()
        elif "|" in line and self._is_table():
            yield from self._table()
        elif line.startswith(("    ", "\t")) and not self._is_below_text():
            yield from self._one(self._at, self._at + 1, "code")
        else:
            yield from self._paragraph_of_text()

    def _goes_on_with_list(self) -> bool:
        below = self._line_or_empty(self._at)
        return bool(_ITEM.match(below)) or below[:2].isspace()

    def _is_below_text(self) -> bool:
        """Indented lines are code only where nothing above them (a list) explains the indent."""
        if self._at and self._line(self._at - 1).strip():
            return True
        return bool(_ITEM.match(self._above)) or self._above[:2].isspace()

    def _code(self, fence: str) -> Iterator[Sentence]:
        end = self._at + 1
        while end < len(self._lines) and not self._line(end).strip().startswith(fence):
            end += 1
        self._at += 1
        yield from self._one(self._at, end, "code")
        self._at = end + 1

    def _quotation(self) -> Iterator[Sentence]:
        end = self._at
        while end < len(self._lines) and _QUOTED.match(line := self._line(end)) and line.strip("> \t"):
            end += 1
        yield from self._one(self._at, max(end, self._at + 1), "quotation")

    def _is_table(self) -> bool:
        return self._line(self._at).lstrip().startswith("|") or (
            self._at + 1 < len(self._lines)
            and "|" in self._line(self._at + 1)
            and _TABLE_LINE.match(self._line(self._at + 1)) is not None
        )

    def _table(self) -> Iterator[Sentence]:
        first = self._at
        while self._at < len(self._lines) and "|" in self._line(self._at):
            is_head = self._at == first and _TABLE_LINE.match(self._line_or_empty(self._at + 1)) is not None
            if is_head or _TABLE_LINE.match(self._line(self._at)):
                yield from self._one(self._at, self._at + 1, "heading")
            else:
                yield from self._one(self._at, self._at + 1, "row")

    def _paragraph_of_text(self) -> Iterator[Sentence]:
        """A paragraph or a point of a list: up to what begins something else."""
        item = _ITEM.match(self._line(self._at))
        start = self._lines[self._at][0] + (item.end() if item else 0)
        self._at += 1
        while self._at < len(self._lines) and not self._begins_block(self._line(self._at)):
            self._at += 1
        yield from self._sentences(start, self._lines[self._at - 1][1], "item" if item else "text")

    def _begins_block(self, line: str) -> bool:
        if not line.strip() or _ITEM.match(line) or line.lstrip().startswith("|"):
            return True
        return any(pattern.match(line) for pattern in (_FENCE, _HEADING, _RULE, _QUOTED))

    def _one(self, first: int, end: int, kind: SentenceKind) -> Iterator[Sentence]:
        """The lines from `first` to `end` as one piece."""
        self._at = max(end, self._at)
        if first < min(end, len(self._lines)):
            start, stop = self._lines[first][0], self._lines[min(end, len(self._lines)) - 1][1]
            marks = _QUOTED.match(self._text, start, stop) if kind == "quotation" else None
            yield from self._piece(marks.end() if marks else start, stop, kind)

    def _piece(self, start: int, end: int, kind: SentenceKind) -> Iterator[Sentence]:
        piece = self._text[start:end]
        if _WORD.search(piece):
            stripped = piece.rstrip()
            yield Sentence(start + len(piece) - len(piece.lstrip()), start + len(stripped), kind, self._paragraph)

    def _sentences(self, start: int, end: int, kind: SentenceKind) -> Iterator[Sentence]:
        begin = read = start
        for border in self._borders(start, end):
            if _WORD.search(self._text, read, border):
                yield from self._piece(begin, border, kind)
                begin = border
            read = border
        yield from self._piece(begin, end, kind)

    def _borders(self, start: int, end: int) -> Iterator[int]:
        """The ends of sentences, but for those inside a quotation, a link or code."""
        wholes = _WHOLE.finditer(self._text, start, end)
        whole = next(wholes, None)
        for border in sentence_ends(self._text, start, end, self._language):
            while whole is not None and whole.end() < border:
                whole = next(wholes, None)
            if whole is None or not whole.start() < border < whole.end():
                yield border

    def _line(self, at: int) -> str:
        start, end = self._lines[at]
        return self._text[start:end]

    def _line_or_empty(self, at: int) -> str:
        return self._line(at) if at < len(self._lines) else ""


def _lines(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        found.append((start, start + len(line)))
        start += len(line) + 1
    return found
