"""Vectors as stores keep them, one byte a number, and the search for the nearest ones: a scan of all of them.

A packed vector is a float, its scale, and the numbers from -127 to 127 that times the scale give the vector at unit
length. With numpy a million vectors take a fraction of a second; without it some thousands do.
"""

from __future__ import annotations

import heapq
import math
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from bookwheel.errors import StoreError

if TYPE_CHECKING:
    import numpy as np

    Rows = np.ndarray[tuple[int], np.dtype[np.void]]

_SCALE = struct.Struct("<f")
SCALE_BYTES = _SCALE.size
_LARGEST = 127
# How many numbers are scored at a time: as many floats as fit into the processor's cache.
_BATCH = 1 << 18


class PackedVectors(NamedTuple):
    """Packed vectors one after another, with the id of each; zero bytes stand for a missing vector."""

    ids: Sequence[int]
    data: bytes


def packed(vector: Sequence[float]) -> bytes:
    """A vector packed. Raises StoreError when it holds a value that is not a number."""
    largest = max(map(abs, vector), default=0.0)
    if not math.isfinite(sum(vector)):
        raise StoreError(
            "The embedding model gave a vector with values that are not numbers.", hint="Choose another model."
        )
    if largest == 0.0:
        return _SCALE.pack(1.0) + bytes(len(vector))
    numbers = array("b", [round(value / largest * _LARGEST) for value in vector])
    return _SCALE.pack(1 / math.sqrt(sum(map(mul, numbers, numbers)))) + numbers.tobytes()


def unpacked(data: bytes) -> list[float]:
    """A packed vector as numbers, at unit length and rounded."""
    (scale,) = _SCALE.unpack_from(data)
    return [scale * number for number in memoryview(data)[SCALE_BYTES:].cast("b")]


def packed_size(dimensions: int) -> int:
    """The bytes of one packed vector."""
    return SCALE_BYTES + dimensions


def has_vector(data: bytes | bytearray, start: int) -> bool:
    """Whether there is a vector at offset `start` of packed ones."""
    return any(data[start : start + SCALE_BYTES])


def nearest_vectors(vectors: Iterable[PackedVectors], wanted: Sequence[float], limit: int) -> list[tuple[int, float]]:
    """The ids nearest to `wanted` with their cosines, best first. All vectors have the length of `wanted`."""
    unit = _unit(wanted)
    best: list[tuple[float, int]] = []
    score = _scored_by_numpy if has_numpy() else _scored
    for some in vectors:
        best = heapq.nlargest(limit, [*best, *score(some, unit, limit)])
    return [(name, cosine) for cosine, name in best]


def unequal_lengths(given: int, kept: int, name: str) -> StoreError:
    """The error for a vector that cannot be compared with those in the index."""
    return StoreError(
        f"{name} gave a vector of {given} numbers, but those in the index have {kept}.",
        hint="It is another model under the same name: give it its own name, or rebuild the index.",
    )


@lru_cache(maxsize=1)
def has_numpy() -> bool:
    """Whether numpy is installed."""
    from importlib.util import find_spec

    return find_spec("numpy") is not None


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(map(mul, vector, vector))) or 1.0
    return [value / length for value in vector]


def _scored(some: PackedVectors, unit: list[float], limit: int) -> Iterator[tuple[float, int]]:
    size = packed_size(len(unit))
    numbers = memoryview(some.data).cast("b")
    for number, name in enumerate(some.ids):
        start = number * size
        (scale,) = _SCALE.unpack_from(some.data, start)
        if scale:
            yield scale * sum(map(mul, unit, numbers[start + SCALE_BYTES : start + size])), name


def _scored_by_numpy(some: PackedVectors, unit: list[float], limit: int) -> Iterator[tuple[float, int]]:
    """The best `limit` of them."""
    import numpy as np

    dimensions = len(unit)
    rows: Rows = np.frombuffer(some.data, dtype=[("scale", "<f4"), ("numbers", "i1", (dimensions,))])
    wanted = np.array(unit, dtype=np.float32)
    cosines = np.empty(len(rows), dtype=np.float32)
    step = max(_BATCH // dimensions, 1)
    for start in range(0, len(rows), step):
        batch = rows["numbers"][start : start + step].astype(np.float32)
        cosines[start : start + step] = batch @ wanted
    cosines *= rows["scale"]
    cosines[rows["scale"] == 0] = -np.inf
    best = range(len(rows)) if len(rows) <= limit else np.argpartition(-cosines, limit)[:limit].tolist()
    for number in best:
        if cosines[number] != -np.inf:
            yield float(cosines[number]), some.ids[number]
