"""Packs passages into prompts: as many as fit in one, those that are too long cut at spaces.

Counts and cuts as LlamaIndex's `PromptHelper` and `TokenTextSplitter` do, so that an answer takes as many model calls.
A piece that has to be cut overlaps the one before by a tenth of the room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import field

from bookwheel.engine.query.tokens import CountTokens
from bookwheel.engine.schema import NumberedNode
from bookwheel.lazy_dataclass import dataclass

PARAGRAPH_BREAK = "\n\n"
OVERLAP_SHARE = 0.1
_SEPARATORS = (" ", "\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of context that fits into one prompt, with the passages that it is from."""

    text: str
    nodes: list[NumberedNode] = field(default_factory=lambda: list[NumberedNode]())


@dataclass(frozen=True, slots=True)
class Packer:
    """Cuts and packs to `room` tokens."""

    room: int
    count: CountTokens

    def split(self, piece: Piece) -> list[Piece]:
        """The piece, cut where it is longer than the room."""
        return [Piece(text, piece.nodes) for _, _, text in self._cut(piece.text.strip())]

    def split_all(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Each of the pieces by itself, cut where it is longer than the room."""
        return [part for piece in pieces for part in self.split(piece)]

    def pack(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces joined and cut anew, so that each but the last fills the room."""
        whole, places = _joined(pieces)
        return [
            Piece(text, [node for first, last, node in places if first < end and last > start])
            for start, end, text in self._cut(whole)
        ]

    def truncate(self, text: str) -> str:
        """The longest beginning that fits."""
        cut = self._cut(text)
        return cut[0][2] if cut else ""

    def _cut(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and text of each part."""
        if self.count(text) <= self.room:
            return [(0, len(text), text)] if text else []
        overlap = int(OVERLAP_SHARE * self.room)
        cut: list[tuple[int, int, str]] = []
        units: deque[tuple[int, int, int]] = deque()
        length = 0
        for unit in self._units(text, 0):
            if length + unit[2] > self.room:
                _end_part(text, units, cut)
                while units and (length > overlap or length + unit[2] > self.room):
                    length -= units.popleft()[2]
            units.append(unit)
            length += unit[2]
        _end_part(text, units, cut)
        return cut

    def _units(self, text: str, start: int) -> Iterator[tuple[int, int, int]]:
        """Start, end and tokens of the smallest parts: words with the space before, pieces of long ones."""
        for part in _parts(text):
            tokens = self.count(part)
            if tokens <= self.room or len(part) == len(text):
                yield start, start + len(part), tokens
            else:
                yield from self._units(part, start)
            start += len(part)


def _parts(text: str) -> list[str]:
    for separator in _SEPARATORS:
        first, *others = text.split(separator)
        if others:
            return [part for part in (first, *(separator + other for other in others)) if part]
    return list(text)


def _joined(pieces: Sequence[Piece]) -> tuple[str, list[tuple[int, int, NumberedNode]]]:
    texts: list[str] = []
    places: list[tuple[int, int, NumberedNode]] = []
    at = 0
    for piece in pieces:
        if text := piece.text.strip():
            places += [(at, at + len(text), node) for node in piece.nodes]
            texts.append(text)
            at += len(text) + len(PARAGRAPH_BREAK)
    return PARAGRAPH_BREAK.join(texts), places


def _end_part(text: str, units: Sequence[tuple[int, int, int]], cut: list[tuple[int, int, str]]) -> None:
    if units and (part := text[units[0][0] : units[-1][1]].strip()):
        cut.append((units[0][0], units[-1][1], part))
