"""Growing Markdown cut into closed segments, never touched again, and one open tail.

A segment is one block of the top level. It is closed as soon as the next one has begun, because nothing that follows
can change it then (our Markdown has no link reference definitions). Fenced code is closed by the chunk of lines, and a
list between items: a long one would otherwise be one tail that is drawn again and again. Where the cuts fall depends on
the text alone, not on the pieces in which it came.
"""

from __future__ import annotations

from dataclasses import field
from itertools import pairwise
from typing import Literal

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.markdown_dialect import block_tokens

MAX_SEGMENT = 64 * 1024
MAX_LINES = 2000
CHUNK_LINES = 64
LIST_CHUNK = 2048
"""A list is cut at the first item so many characters after its start, or after the last cut."""
_FIRST_WINDOW = 4 * 1024
_SLICE = 4 * MAX_SEGMENT

SegmentKind = Literal["markdown", "code", "plain"]

_FENCE = lazy_regex(r"( {0,3})(`{3,}|~{3,})[ \t]*(.*)")
_FENCE_LINE = lazy_regex(r"\n {0,3}(?:`{3}|~{3})")
_LINES = lazy_regex(r"[^\n]*\n|[^\n]+")
_ENDS_BLANK = lazy_regex(r"\n[ \t]*\n[ \t]*\Z")
_BLANK_LINES = lazy_regex(r"(?:[ \t]*\n)+")
# A dash that begins a list item makes the paragraph above a heading until the next character is there.
_DANGLING_UNDERLINE = lazy_regex(r"\n {0,3}[-=]+[ \t]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of an answer that can be drawn alone.

    `code`: the lines of a fenced block, without its fences; `info` is its language. `plain`: a block too long to be
    read as Markdown. `continues`: the lines before are in the segment before. `start`: where a Markdown segment begins
    in the text, with every kind of line end counted as one character. `number`: of its first item, where it continues a
    numbered list.
    """

    kind: SegmentKind
    text: str
    info: str = ""
    continues: bool = False
    start: int = field(default=-1, compare=False)
    number: int | None = None


@dataclass(slots=True)
class _Fence:
    """The fenced block that the tail is in; its opening line is gone from the tail."""

    indent: int
    marker: str
    info: str
    continues: bool = False

    def closes_at(self, line: str) -> bool:
        text = line.strip(" \t\n")
        return (
            len(text) >= len(self.marker)
            and text == self.marker[0] * len(text)
            and len(line) - len(line.lstrip(" ")) < 4
        )

    def code(self, lines: list[str]) -> Segment:
        text = "".join(self._without_indent(line) for line in lines)
        segment = Segment(kind="code", text=text, info=self.info, continues=self.continues)
        self.continues = True
        return segment

    def open_code(self, lines: list[str]) -> Segment | None:
        """The last lines as they can be drawn for the moment: without the fence that may just be coming."""
        if lines and not lines[-1].strip(f" {self.marker[0]}"):
            lines = lines[:-1]
        text = "".join(self._without_indent(line) for line in lines)
        return Segment(kind="code", text=text, info=self.info, continues=self.continues) if text else None

    def _without_indent(self, line: str) -> str:
        spaces = len(line) - len(line.lstrip(" "))
        return line[min(self.indent, spaces) :]


@dataclass(slots=True)
class _Block:
    """Where a block of the top level begins, and where the items of a list do; the number of a numbered one's first."""

    start: int
    items: list[int]
    number: int | None = None

    def cuts(self) -> list[tuple[int, int]]:
        """Where a long list is cut, each with the number of items before."""
        cuts: list[tuple[int, int]] = []
        last = self.start
        for count, item in enumerate(self.items):
            if item - last >= LIST_CHUNK:
                cuts.append((item, count))
                last = item
        return cuts


class Segmenter:
    """Cuts one answer while it is written: `feed` every piece, `finish` at the end; both return what they closed."""

    def __init__(self) -> None:
        self._tail = ""
        self._offset = 0
        self._column = 0
        self._fence: _Fence | None = None
        self._in_plain = False
        self._is_gapless = False
        self._number: int | None = None
        self._read_at = 0
        self._held_return = False

    def feed(self, text: str) -> list[Segment]:
        self._tail += self._in_short_lines(self._with_newlines(text))
        return self._close_blocks(at_end=False)

    def finish(self) -> list[Segment]:
        """Close what is open; nothing may be fed afterwards."""
        if self._held_return:
            self._tail += "\n"
        if self._tail and not self._tail.endswith("\n"):
            self._tail += "\n"
        return self._close_blocks(at_end=True)

    @property
    def tail(self) -> Segment | None:
        """What is still open, as it can be drawn for the moment."""
        if self._fence is not None:
            return self._fence.open_code(_LINES.findall(self._tail))
        if self._in_plain:
            return Segment(kind="plain", text=self._tail) if self._tail else None
        text = _DANGLING_UNDERLINE.sub("\n", self._tail)
        return self._markdown(text, -1) if text.strip() else None

    def _with_newlines(self, text: str) -> str:
        """CR and CRLF as newlines, also where a piece ends between the two."""
        if self._held_return:
            text = "\r" + text
        self._held_return = text.endswith("\r")
        if self._held_return:
            text = text[:-1]
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _in_short_lines(self, text: str) -> str:
        """A line is cut where it reaches the length of a segment: every later limit can then count lines."""
        newline = text.rfind("\n")
        if self._column + len(text) < MAX_SEGMENT:
            self._column = self._column + len(text) if newline < 0 else len(text) - newline - 1
            return text
        pieces: list[str] = []
        for line in _LINES.findall(text):
            pieces += self._cut(line)
        return "".join(pieces)

    def _cut(self, line: str) -> list[str]:
        pieces: list[str] = []
        while self._column + len(line.rstrip("\n")) > MAX_SEGMENT:
            room = MAX_SEGMENT - self._column
            pieces += (line[:room], "\n")
            line = line[room:]
            self._column = 0
        self._column = 0 if line.endswith("\n") else self._column + len(line)
        return [*pieces, line]

    def _close_blocks(self, *, at_end: bool) -> list[Segment]:
        closed: list[Segment] = []
        while self._close_step(closed, at_end=at_end):
            pass
        return closed

    def _close_step(self, closed: list[Segment], *, at_end: bool) -> bool:
        """One step forward; False when the tail has to grow first."""
        if self._fence is not None:
            return self._close_code(self._fence, closed, at_end=at_end)
        if self._in_plain:
            return self._close_plain(closed, at_end=at_end)
        if blank := _BLANK_LINES.match(self._tail):
            self._drop(blank.end())
        if self._enter_fence():
            return True
        return self._close_markdown(closed, at_end=at_end)

    def _enter_fence(self) -> bool:
        end = self._tail.find("\n")
        match = _FENCE.fullmatch(self._tail, 0, end) if end >= 0 else None
        if match is None or (match[2][0] == "`" and "`" in match[3]):
            return False
        self._fence = _Fence(len(match[1]), match[2], match[3].strip())
        self._drop(end + 1)
        return True

    def _close_code(self, fence: _Fence, closed: list[Segment], *, at_end: bool) -> bool:
        lines, is_full = _chunk(self._tail)
        end = next((number for number, line in enumerate(lines) if fence.closes_at(line)), None)
        code = lines[:end]
        if end is None and not is_full and not (at_end and lines):
            return False
        if code or not fence.continues:
            closed.append(fence.code(code))
        if end is not None:
            self._fence = None
        self._drop(sum(map(len, code if end is None else lines[: end + 1])))
        return True

    def _close_plain(self, closed: list[Segment], *, at_end: bool) -> bool:
        lines, is_full = _chunk(self._tail)
        end = next((number for number, line in enumerate(lines) if not line.strip()), None)
        chunk = lines[:end]
        if end is None and not is_full and not (at_end and lines):
            return False
        if chunk:
            closed.append(Segment(kind="plain", text="".join(chunk), continues=True))
        self._in_plain = end is None
        self._drop(sum(map(len, chunk)))
        return True

    def _close_markdown(self, closed: list[Segment], *, at_end: bool) -> bool:
        whole = self._tail.rfind("\n") + 1
        if not whole or not (at_end or self._is_worth_reading(whole)):
            return False
        self._read_at = whole
        limit = _limit(self._tail)
        size = _FIRST_WINDOW
        while True:
            window = self._tail[: min(whole, self._tail.rfind("\n", 0, min(size, limit)) + 1)]
            if blocks := _blocks_to_fence(window):
                return self._close_between(closed, blocks, blocks[-1].start)
            is_rest = at_end and len(window) == whole
            blocks = _blocks(window)
            if blocks and (cuts := blocks[0].cuts()):
                return self._close_items(closed, blocks[0], cuts)
            if len(blocks) > 1 or is_rest:
                return self._close_between(closed, blocks, len(window) if is_rest else blocks[-1].start)
            if len(window) == whole:
                return False
            if size >= limit:
                break
            size *= 4
        closed.append(Segment(kind="plain", text=window))
        self._in_plain = True
        self._drop(len(window))
        return True

    def _is_worth_reading(self, whole: int) -> bool:
        """A tail that grows by the line is read again only when it has grown by a quarter: the cost stays linear."""
        return whole > self._read_at + self._read_at // 4

    def _close_items(self, closed: list[Segment], block: _Block, cuts: list[tuple[int, int]]) -> bool:
        """Close the first items of a long list; the rest of it is read on as a list of its own."""
        first = self._number if self._number is not None else block.number
        start = block.start
        for end, count in cuts:
            text = self._tail[start:end]
            closed.append(self._markdown(text.rstrip("\n") + "\n", self._offset + start))
            self._is_gapless = bool(text.rstrip(" \t\n")) and not _ENDS_BLANK.search(text)
            self._number = first + count if first is not None else None
            start = end
        self._drop(start)
        return True

    def _markdown(self, text: str, start: int) -> Segment:
        """The next segment, which may continue a list."""
        return Segment(kind="markdown", text=text, continues=self._is_gapless, start=start, number=self._number)

    def _close_between(self, closed: list[Segment], blocks: list[_Block], limit: int) -> bool:
        """Close the blocks before `limit`, up to a fence or a long list: they have their own way of being cut."""
        borders = [*(block.start for block in blocks if block.start < limit), limit]
        done = 0
        for block, (start, end) in zip(blocks, pairwise(borders), strict=False):
            text = self._tail[start:end]
            if done and (_FENCE.match(text) or block.cuts()):
                break
            if block.cuts():
                return self._close_items(closed, block, block.cuts())
            closed.append(self._markdown(text.rstrip("\n") + "\n", self._offset + start))
            self._is_gapless, self._number = False, None
            done = end
        self._drop(done or limit)
        return bool(self._tail)

    def _drop(self, count: int) -> None:
        self._tail = self._tail[count:]
        self._offset += count
        self._read_at = 0


def segments_of(text: str) -> list[Segment]:
    """A whole answer in segments: the same as feeding it in any pieces."""
    segmenter = Segmenter()
    slices = (text[start : start + _SLICE] for start in range(0, len(text), _SLICE))
    return [segment for piece in slices for segment in segmenter.feed(piece)] + segmenter.finish()


def _chunk(text: str) -> tuple[list[str], bool]:
    """The whole lines at the start of `text` up to one chunk, and whether the chunk is full."""
    lines: list[str] = []
    start = 0
    while len(lines) < CHUNK_LINES and start < MAX_SEGMENT and (end := text.find("\n", start)) >= 0:
        lines.append(text[start : end + 1])
        start = end + 1
    return lines, len(lines) == CHUNK_LINES or start >= MAX_SEGMENT


def _limit(text: str) -> int:
    """Where a block that begins with `text` has become too long to be read as Markdown, by characters or by lines."""
    end = min(len(text), MAX_SEGMENT) + 1
    if text.count("\n", 0, end) <= MAX_LINES:
        return MAX_SEGMENT + 1
    offset = 0
    for _ in range(MAX_LINES):
        offset = text.index("\n", offset) + 1
    return offset


def _blocks_to_fence(window: str) -> list[_Block]:
    """The blocks up to the first line that may open a fence; empty where that closes none.

    Code is cut apart from Markdown, so what follows a fence would be read once for the text before it, once for itself.
    """
    fence = _FENCE_LINE.search(window, 1)
    end = window.find("\n", fence.end()) + 1 if fence is not None else 0
    blocks = _blocks(window[:end]) if 0 < end < len(window) else []
    return blocks if len(blocks) > 1 else []


def _blocks(text: str) -> list[_Block]:
    """The blocks of the top level."""
    blocks: list[_Block] = []
    offset = line = 0
    for token in block_tokens(text):
        is_item = token.type == "list_item_open" and token.level == 1
        if token.nesting < 0 or not token.map or not (is_item or token.level == 0):
            continue
        while line < token.map[0]:
            offset = text.index("\n", offset) + 1
            line += 1
        if is_item:
            blocks[-1].items.append(offset)
        else:
            number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
            blocks.append(_Block(offset, [], number))
    return blocks
