"""A text split by its lines: headings, rows, list items, code, lines that stand alone, and wrapped prose.

The splitter cuts between these blocks, and the embedded model quotes them. A line break is
taken as intended if the next word would still have fitted on the line. Time is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Literal

from bookwheel.engine.text.code_lines import DECORATOR, DEFINITION, OPTION_ENTRY, is_code, is_prose
from bookwheel.engine.text.languages import is_beyond_latin
from bookwheel.engine.text.plain_paragraphs import (
    FENCE,
    LEADER,
    PURPOSE_SHARE,
    TERMINAL,
    is_a_word_a_line,
    is_log,
    is_plain_prose,
    is_wrapped_number,
    may_go_on,
    open_fence,
    paragraphs,
    reads_as_title,
    that_would_fit,
)
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

BlockKind = Literal["heading", "rule", "fence", "code", "row", "item", "line", "prose", "front"]


@dataclass(frozen=True, slots=True)
class TextRegion:
    """`text[start:end]`, without white space at its ends; `gap`: a blank line (or the text's beginning) is above it."""

    kind: BlockKind
    start: int
    end: int
    gap: bool


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    gap: bool
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" \t"))


# Most lines match none of the patterns below; this one test rules them all out.
_MAY_BE_MARKED = lazy_regex(r"[^\W_].{0,3}[.)]|[\W_]|[^|\t;]*+[|\t;]")
_MAY_BE_CODE = lazy_regex(
    r"[={}@]|\w\(|//|\[|;\s*$|^\s*(?:import|from|class|def|return|const|let|var|end|else|try|func|fn|struct)\b",
    re.MULTILINE,
)
# Prose is cut by its sentences; a heading is not longer than this.
LONGEST_HEADING = 90
LONGEST_ROW = 8_000
LONGEST_FRONT, LONGEST_KEY = 200, 260
_CODE_SHARE, _LINE = 0.5, lazy_regex(r"[^\n]+")
_MARKED_HEADING = lazy_regex(
    r" {0,3}#{1,6}\s+\S|={1,6} \S.* ={1,6}\s*\Z|\s*§+ ?\d{1,4}[a-z]?\.? [^\W\d_a-zß-ÿ][^.,;:!?\n]{1,45}\Z"
)
_UNDERLINE = lazy_regex(r"\s*(=|-|~|\^|\*|\+|#)\1{2,}\s*\Z")
_RULE = lazy_regex(
    r"\s*(?:[-*_=]\s?){3,}\s*\Z|\s*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)+\Z|\s*\+(?:[-=]+\+)+\s*\Z|\s*=+(?:\s+=+)+\s*\Z"
)
ITEM = lazy_regex(r"\s*(?:[-*+•‣◦▪–]|#\.|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|§+\s?\d+[a-z]?)\s+(?=\S)")
_BULLET = lazy_regex(r"\s*[-*+•‣◦▪]\s")
ROW = lazy_regex(
    r"\s*\|.*\|\s*\Z|[^|\n]*\S \| [^\n]*\Z|[^:;\n]{1,80}: [^;\n]*; (?:(?![^\W\d_]{2}[.!?] )[^:;\n]){1,80}: "
    r"|[^:;.\n]{1,80}; [^:;.\n]{1,40}: [^;\n]*; [^:;.\n]{1,40}: |[^\t\n]+\t[^\t\n]*\t"
)
LOG = lazy_regex(
    r"\s*[\[(]?(?:\d{4}-\d\d-\d\d[ T,]|\d{1,2}[./]\d{1,2}[./]\d{2,4}[ ,]+\d{1,2}:\d\d|\d\d:\d\d(?::\d\d)?\b"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|<\d+>|(?:\d{1,10}[\])]? +)?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\b"
    r"|\d{4}/\d\d/\d\d[ T-]|\d{1,3}(?:\.\d{1,3}){3} \S+ \S+ \[|\d{10}(?:\.\d+)?[ \])]| *\d+\.\d{3,6}\] "
    r"|[\w.-]{1,40} +\| +(?:\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:|\d{1,3}(?:\.\d{1,3}){3} )"
    r"|[IWEF]\d{4} \d\d:\d\d|(?:time|ts|level)=|[Nn][or]\.? ?\d[\w/-]*,?\s+\d)"
)
KEY_VALUE = lazy_regex(
    r"(?![^:=：\n]*[^\W\d_]{4}[.!?] +[^\W\d_a-z])"
    r"\s*:?(?:\"[^\"\n]{1,60}\"|[^\W\d][\w .()/\[\]-]{0,60}?|[^\W\d](?:\w|[.\[\]-](?=\w)){61,250})"
    r"\s?(?!(?<=\d):\d\d)[:=：]:?(?=\s|\Z|[^\s/:])\s*\S?"
)
_HAS_KEY, _CJK_KEY = lazy_regex("[:=：]"), lazy_regex(r"[^\s：]{1,12}：")
_FRONT_MARK = lazy_regex(r"(?:---|\+\+\+)[ \t]*\Z")


def text_blocks(text: str, start: int = 0, end: int | None = None) -> Iterator[TextRegion]:
    """The blocks of `text[start:end]` in order; together they cover everything but white space."""
    end = len(text) if end is None else end
    if _FRONT_MARK.match(text[start:end].partition("\n")[0]) or is_beyond_latin(text[start:end]):
        return blocks_by_line(text, start, end)
    return _by_paragraph(text, start, end)


def blocks_by_line(text: str, start: int, end: int) -> Iterator[TextRegion]:
    """The same blocks, with a look at each line."""
    return _BlockReader(text, start, end).run()


def _by_paragraph(text: str, start: int, end: int) -> Iterator[TextRegion]:
    """The same blocks, with plain paragraphs and logs taken whole."""
    others: int | None = None
    fence = ""
    for begin, stop in paragraphs(text, start, end):
        whole = None if fence else _taken_whole(text, begin, stop)
        if whole is None:
            others = begin if others is None else others
            fence = open_fence(fence, text, begin, stop)
            continue
        if others is not None:
            yield from _BlockReader(text, others, begin, is_followed=True).run()
            others = None
        yield from whole
    if others is not None:
        yield from blocks_by_line(text, others, end)


def _taken_whole(text: str, start: int, end: int) -> list[TextRegion] | None:
    if is_plain_prose(text, start, end, LONGEST_HEADING):
        return [TextRegion("prose", start, end, True)]
    if not is_log(text, start, end):
        return None
    return [TextRegion("line", *line.span(), line.start() == start) for line in _LINE.finditer(text, start, end)]


def is_row(line: str) -> bool:
    """Whether a line has the marks of a row of a table; a paragraph on one line is too long for it."""
    return len(line) <= LONGEST_ROW and ROW.match(line) is not None


class _BlockReader:
    def __init__(self, text: str, start: int, end: int, *, is_followed: bool = False) -> None:
        self._text = text
        self._is_followed = is_followed
        self._lines = list(_lines(text, start, end))
        self._at = 0
        self._after_item = False

    def run(self) -> Iterator[TextRegion]:
        yield from self._front_matter()
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._after_item = self._after_item and not (line.gap and not line.indent)
            yield from self._block(line)

    def _block(self, line: _Line) -> Iterator[TextRegion]:
        if not _MAY_BE_MARKED.match(line.text):
            yield from [self._take("heading", 2)] if self._is_underlined(line) else self._paragraph()
        elif (fence := FENCE.match(line.text)) is not None:
            yield self._fence(line, fence[1])
        elif _MARKED_HEADING.match(line.text):
            yield self._take("heading", 1)
        elif self._is_underlined(line):
            yield self._take("heading", 2)
        elif _RULE.match(line.text):
            yield self._take("rule", 1)
        elif is_row(line.text):
            yield self._take("row", 1)
        elif OPTION_ENTRY.match(line.text) or (
            ITEM.match(line.text) and (_BULLET.match(line.text) or not is_code(line.text))
        ):
            yield self._item()
        elif line.indent >= 4 and line.gap and not self._after_item:
            yield from self._code()
        else:
            yield from self._paragraph()

    def _front_matter(self) -> Iterator[TextRegion]:
        if not self._lines or self._lines[0].start > 1 or not _FRONT_MARK.match(self._lines[0].text):
            return
        for last in range(1, min(len(self._lines), LONGEST_FRONT)):
            if _FRONT_MARK.match(self._lines[last].text):
                yield self._take("rule", 1)
                while self._at < last:
                    yield self._take("front", self._lines_of_field(last))
                yield self._take("rule", 1)
                return

    def _lines_of_field(self, last: int) -> int:
        count = 1
        while self._at + count < last and self._lines[self._at + count].text[:1] in (" ", "\t", "-"):
            count += 1
        return count

    def _take(self, kind: BlockKind, count: int) -> TextRegion:
        taken = self._lines[self._at : self._at + count]
        self._at += len(taken)
        return _block_of(kind, self._text, taken)

    def _fence(self, line: _Line, mark: str) -> TextRegion:
        for later in range(self._at + 1, len(self._lines)):
            if self._lines[later].text.strip().startswith(mark):
                return self._take("fence", later - self._at + 1)
        # A passage may hold the end of a fence alone: what follows is text.
        return self._take("rule", 1) if not line.text.strip(" `~") else self._take("fence", len(self._lines) - self._at)

    def _is_underlined(self, line: _Line) -> bool:
        if self._at + 1 >= len(self._lines) or len(line.text) > LONGEST_HEADING:
            return False
        below = self._lines[self._at + 1]
        if below.text[0].isalnum() or ITEM.match(line.text):
            return False
        is_long = len(below.text.strip()) >= len(line.text.strip()) // 2
        return not below.gap and is_long and _UNDERLINE.match(below.text) is not None and not ROW.match(line.text)

    def _item(self) -> TextRegion:
        """An item with its continuation lines: they are indented, or begin with a small letter."""
        first = self._lines[self._at]
        self._after_item = True
        beside = takewhile(lambda line: not line.gap, self._lines[self._at + 1 : self._at + 12])
        width = max(len(line.text) for line in (first, *beside))
        count = 1
        while self._at + count < len(self._lines):
            line, above = self._lines[self._at + count], self._lines[self._at + count - 1]
            if line.gap or self._begins_block(line) or not _goes_on(above, line, first, width):
                break
            count += 1
        return self._take("item", count)

    def _begins_block(self, line: _Line) -> bool:
        marks = (ITEM, OPTION_ENTRY, FENCE, _MARKED_HEADING, _RULE) if _MAY_BE_MARKED.match(line.text) else ()
        return any(mark.match(line.text) for mark in marks) or (bool(marks) and is_row(line.text))

    def _is_wrapped_number(self, at: int) -> bool:
        above, line = self._lines[at - 1], self._lines[at]
        width = max(len(near.text) for near in self._lines[self._at : at + 2])
        below = [later.text for later in self._lines[at + 1 : at + 12]]
        return is_wrapped_number(self._text, above.start, (line.end - len(line.text), line.end), width, below)

    def _code(self) -> Iterator[TextRegion]:
        """A line of code, with all lines below it that are indented more: a definition with its body."""
        count = 1
        while self._at + count < len(self._lines) and DECORATOR.match(self._lines[self._at + count - 1].text):
            count += 1
        first = self._lines[self._at]
        while self._at + count < len(self._lines):
            line = self._lines[self._at + count]
            if line.indent <= first.indent and not _closes(line, first):
                break
            count += 1
        yield self._take("code", count)

    def _paragraph(self) -> Iterator[TextRegion]:
        end = self._at + 1
        while end < len(self._lines) and not self._lines[end].gap:
            if self._begins_block(self._lines[end]) and not self._is_wrapped_number(end):
                break
            if self._is_heading_below(end) or self._is_next_term(end):
                break
            end += 1
        lines = self._lines[self._at : end]
        if len(lines) == 1 and self._is_title(lines[0]):
            yield self._take("heading", 1)
        elif len(lines) > 1 and _is_term_above(lines):
            yield self._take("item", len(lines))
        elif (count := self._lines_of_code(lines)) is not None:
            yield from self._code_until(end, count)
        else:
            for kind, count in _segments(lines):
                yield self._take(kind, count)

    def _is_next_term(self, at: int) -> bool:
        """Whether line `at` is the next term of a list of terms, whose meanings are indented below them."""
        if at + 1 >= len(self._lines) or self._lines[at + 1].gap:
            return False
        first, above, line, below = (self._lines[number] for number in (self._at, at - 1, at, at + 1))
        is_between = line.indent == first.indent and min(above.indent, below.indent) >= first.indent + 2
        return is_between and _is_term_above(self._lines[self._at : at]) and _is_term_above((line, below))

    def _lines_of_code(self, lines: Sequence[_Line]) -> int | None:
        """How many of the lines are code; None when they are not code as a whole."""
        if not _MAY_BE_CODE.search(self._text, lines[0].start, lines[-1].end):
            return None
        count = sum(is_code(line.text) and not LOG.match(line.text) for line in lines)
        return count if count >= _CODE_SHARE * len(lines) or _is_definition(lines) else None

    def _code_until(self, end: int, count: int) -> Iterator[TextRegion]:
        """The blocks of code before line `end`, as long as the rest, of which `count` lines are code, is code."""
        while self._at < end:
            before = self._at
            yield from self._code()
            count -= sum(is_code(line.text) for line in self._lines[before : min(self._at, end)])
            if count < _CODE_SHARE * (end - self._at) and not _is_definition(self._lines[self._at : self._at + 8]):
                return

    def _is_heading_below(self, at: int) -> bool:
        if at + 1 >= len(self._lines) or self._lines[at + 1].text[0].isalnum():
            return False
        below = self._lines[at + 1]
        return not below.gap and len(self._lines[at].text) <= LONGEST_HEADING and bool(_UNDERLINE.match(below.text))

    def _is_title(self, line: _Line) -> bool:
        """A short line between blank ones that does not end as a sentence does, with something below it."""
        text = line.text.strip()
        if not (line.gap and len(text) <= LONGEST_HEADING and reads_as_title(text)):
            return False
        if LOG.match(text) or KEY_VALUE.match(text):
            return False
        is_followed = self._lines[self._at + 1].gap if self._at + 1 < len(self._lines) else self._is_followed
        return is_followed and len(text.split()) <= 14


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    last = None
    for match in _LINE.finditer(text, start, end):
        if not (line := match[0].rstrip()):
            continue
        gap = last is None or text.count("\n", last, match.start()) > 1
        last = match.end()
        yield _Line(match.start(), match.start() + len(line), gap, line)


def _block_of(kind: BlockKind, text: str, lines: Sequence[_Line]) -> TextRegion:
    first = lines[0]
    begin = first.start if kind in ("code", "fence") else first.start + first.indent
    return TextRegion(kind, begin, lines[-1].end, first.gap)


def _segments(lines: Sequence[_Line]) -> Iterator[tuple[BlockKind, int]]:
    """Lines of a paragraph as pieces: those that stand alone, and those that were wrapped."""
    if len(lines) == 1:
        yield ("line" if LOG.match(lines[0].text) or _names_its_value(lines[0]) else "prose"), 1
        return
    ends = _breaks_on_purpose(lines)
    begin = 0
    for at in range(len(lines)):
        if at == len(lines) - 1 or ends[at]:
            count = at + 1 - begin
            first, *others = lines[begin : at + 1]
            # A field may go on in indented lines.
            is_piece = count < len(lines) and all(line.indent > first.indent for line in others)
            is_alone = not others and (len(lines) > 2 or LOG.match(first.text) is not None)
            yield ("line" if is_alone or (is_piece and _names_its_value(first)) else "prose"), count
            begin = at + 1


def _breaks_on_purpose(lines: Sequence[_Line]) -> list[bool]:
    """For each line but the last, whether the break after it was intended."""
    named, flush = sum(map(_names_its_value, lines)), sum(line.indent <= lines[0].indent for line in lines)
    # The first line of a mail's head is its subject alone.
    if named >= 0.8 * flush or (len(lines) > 2 and all(map(_names_its_value, lines[1:]))):
        return [_names_its_value(below) for below in lines[1:]]
    if is_a_word_a_line([line.text for line in lines]):
        return [False] * (len(lines) - 1)
    fits = that_would_fit([line.text for line in lines])
    are_on_purpose = sum(fits) >= PURPOSE_SHARE * len(fits)
    ends: list[bool] = []
    for fit, (line, below) in zip(fits, pairwise(lines), strict=True):
        is_inside_sentence = may_go_on(line.text, below.text) and not TERMINAL.search(line.text)
        is_on_purpose = (fit or (are_on_purpose and not is_prose(line.text))) and not is_inside_sentence
        ends.append(LOG.match(below.text) is not None or is_on_purpose)
    return ends


def _goes_on(above: _Line, line: _Line, first: _Line, width: int) -> bool:
    """Whether a line below an item belongs to it."""
    if line.indent > first.indent or line.text[:1].islower():
        return True
    # Without an indent a line goes on where the one above was full: a PDF's "3. Results" is not a list item.
    is_full = len(above.text) > max(50, width - 9 - len(line.text.split(None, 1)[0]))
    return is_full and not TERMINAL.search(above.text)


def _is_definition(lines: Sequence[_Line]) -> bool:
    """Whether the lines begin with the head of a function or class and go on with its body."""
    for head, below in pairwise(lines):
        if not DECORATOR.match(head.text):
            return DEFINITION.match(head.text) is not None and below.indent > head.indent
    return False


def _is_term_above(lines: Sequence[_Line]) -> bool:
    """A term with its meaning indented below it."""
    first = lines[0]
    if len(first.text) > LONGEST_HEADING or any(line.indent < first.indent + 2 for line in lines[1:]):
        return False
    # `read(path)` may be a term, but not a call above its block.
    return not any(is_code(line.text) for line in (lines[1:] if first.text.endswith(")") else lines))


def _names_its_value(line: _Line) -> bool:
    has_key = _HAS_KEY.search(line.text, 0, LONGEST_KEY) is not None
    return any(pattern.match(line.text) for pattern in ((KEY_VALUE, _CJK_KEY, LEADER) if has_key else (LEADER,)))


def _closes(line: _Line, first: _Line) -> bool:
    closes = line.text.strip().strip(";,") in ("}", ")", "]", "end", "})", "*/", ")]")
    return closes and line.indent == first.indent and not line.gap
