"""An answer in Markdown cut into sentences, each with its exact place and the paragraph that it belongs to.

Fenced code is one piece, so is a row of a table, and so is a block quotation; headings and the heads of tables claim
nothing. Time grows with the length of the answer only, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bookwheel.engine.text.languages import language_of

SentenceKind = Literal["text", "item", "quotation", "row", "code", "heading"]

MAX_QUOTATION = 1_500


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the answer, with the citations behind it; `paragraph` counts from 0."""

    start: int
    end: int
    kind: SentenceKind
    paragraph: int


def _between(opening: str, closing: str, others: str) -> str:
    """What is quoted holds no citation: a mark that was never closed must not reach into the next sentence."""
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
# Where a full stop ends nothing: code, the target of a link, what is quoted.
_WHOLE = re.compile(rf"`[^`\n]{{1,{MAX_QUOTATION}}}`|\]\([^()\s]{{1,{MAX_QUOTATION}}}\)|{QUOTATION}")
_CITATIONS = r"(?:[ \t]?\[\d{1,3}(?:[ ]?[,;–-][ ]?\d{1,3}){0,20}\])"
_CLOSING = r"[\"'”’“»«)*_」』）]"
_END = re.compile(
    rf"(?:[.!?…]{{1,8}}|[।॥؟۔])(?P<closing>{_CLOSING}{{0,8}})(?P<cited>{_CITATIONS}*{_CLOSING}{{0,8}}[.]?)(?=\s|\Z)"
    rf"|[。！？｡]{{1,8}}{_CLOSING}{{0,8}}{_CITATIONS}*(?P<wide>)"
)
_NO_END = re.compile(
    r"(?:(?:^|[\s(\[*_])(?:(?:[A-Z]\.)*[^\W\d_]|e\.g|i\.e|cf|vs|al|ca|approx|resp|incl|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|Gen|Col"
    r"|Nos?|Figs?|Eqs?|Sec|Art|Ch|Vol|pp?|Inc|Ltd|Co|Corp|bzw|z\.B|d\.h|u\.a|usw|vgl|Nr|Abb|Abs|Bd|Hr|Fr|S"
    r"|Mrd|Mio|Tsd|Jan|Feb|Apr|Aug|Sept?|Okt|Oct|Nov|De[cz]|M|Mme|Mlle|Sra?|Dra?|Ud|Uds|págs?|núm|т|г|стр|рис))\.\Z"
)
_CITED_BEFORE = re.compile(r"\d\]\Z")
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.\Z")
_LONGEST_ABBREVIATION = 14
# Words that begin a sentence behind a number more often than they follow an ordinal.
_OPENERS = frozenset("der die das ein eine es er sie wir ich in im am für und aber auch dies diese dieser".split())
_NEXT_WORD = re.compile(r"\s+[\"'“„«(\[*_]*([^\W_]+)?")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|\Z)")
_RULE = re.compile(r" {0,3}(?:=+|(?:[-*_] ?){3,})\s*\Z")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_QUOTED = re.compile(r"(?: {0,3}>[ \t]?)+")
_TABLE_LINE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\Z")
_WORD = re.compile(r"[^\W_]")


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of an answer in their order; what holds no letter or digit is left out."""
    return list(_Splitter(text).run())


class _Splitter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._is_german = language_of(text) == "german"
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
        wholes = _WHOLE.finditer(self._text, start, end)
        whole = next(wholes, None)
        for match in _END.finditer(self._text, start, end):
            border = match.end()
            while whole is not None and whole.end() < border:
                whole = next(wholes, None)
            if whole is not None and whole.start() < border < whole.end():
                continue
            if match["wide"] is not None:
                yield border
            elif (found := self._border(match, end)) is not None:
                yield found

    def _border(self, match: re.Match[str], end: int) -> int | None:
        """Where a sentence with this full stop ends; None when it goes on."""
        text, stop = self._text, match.start("closing")
        following = _NEXT_WORD.match(text, match.end(), end)
        word = (following and following[1]) or ""
        if following and not word and text[following.end() : following.end() + 1] in tuple("€$£¥%°,;:)]}=+/&"):
            return None
        if word[:1].islower() and not _CITED_BEFORE.search(text, max(0, match.start() - 8), match.start()):
            # "It is so. [1] says more": the citation begins the next sentence, if anything ends here.
            return match.end("closing") if match["cited"].strip() and text[stop - 1] in ".!?" else None
        if text[stop - 1] == "." and stop - match.start() == 1:
            before = text[max(match.start() - _LONGEST_ABBREVIATION, 0) : stop]
            if _NO_END.search(before) or (self._is_ordinal(before, word)):
                return None
        return match.end()

    def _is_ordinal(self, before: str, word: str) -> bool:
        """In German "3. November" is a date."""
        return self._is_german and bool(word) and word.lower() not in _OPENERS and _ORDINAL.search(before) is not None

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
