"""The vectors of a store in memory, packed as those on disk are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bookwheel.engine.stores.byte_vectors import (
    PackedVectors,
    nearest_vectors,
    packed,
    packed_size,
    unequal_lengths,
    unpacked,
)

TakenVector: TypeAlias = tuple[str, str, bytes]
"""The model, the text of the passage, and its packed vector."""


class MemoryVectors:
    """Vectors by model and by the number of the passage; safe to use from any thread."""

    def __init__(self) -> None:
        self._models: dict[str, dict[int, bytes]] = {}
        self._guard = threading.Lock()

    def passages(self, model: str) -> frozenset[int]:
        """The passages that have a vector of `model`."""
        with self._guard:
            return frozenset(self._models.get(model, ()))

    def put(self, model: str, vectors: Mapping[int, Sequence[float]]) -> None:
        """Keep vectors. Raises StoreError when one has another length than those before."""
        with self._guard:
            there = self._models.setdefault(model, {})
            for passage, vector in vectors.items():
                _check_length(model, there, len(vector))
                there[passage] = packed(vector)

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, is_wanted: Callable[[int], bool]
    ) -> list[tuple[int, float]]:
        """The nearest of the wanted passages with their cosines, best first. Raises StoreError as `put` does."""
        with self._guard:
            there = self._models.get(model, {})
            _check_length(model, there, len(vector))
            wanted = {passage: kept for passage, kept in there.items() if is_wanted(passage)}
        return nearest_vectors([PackedVectors(list(wanted), b"".join(wanted.values()))], vector, limit)

    def of(self, passages: Mapping[int, str]) -> dict[str, dict[str, list[float]]]:
        """The vectors of `passages` (with their names), by model and by name."""
        with self._guard:
            return {
                model: {name: unpacked(there[passage]) for passage, name in passages.items() if passage in there}
                for model, there in self._models.items()
            }

    def take(self, passages: Mapping[int, str]) -> list[TakenVector]:
        """Take the vectors of `passages` (with their texts) out."""
        with self._guard:
            return [
                (model, text, there.pop(passage))
                for model, there in self._models.items()
                for passage, text in passages.items()
                if passage in there
            ]

    def give(self, passages: Mapping[int, str], taken: Sequence[TakenVector]) -> None:
        """Give passages the vectors that were taken from others with the same text."""
        by_text = {(model, text): kept for model, text, kept in taken}
        with self._guard:
            for model, there in self._models.items():
                for passage, text in passages.items():
                    if (kept := by_text.get((model, text))) is not None:
                        there[passage] = kept


def _check_length(model: str, there: Mapping[int, bytes], dimensions: int) -> None:
    kept = next(iter(there.values()), None)
    if kept is not None and len(kept) != packed_size(dimensions):
        raise unequal_lengths(dimensions, len(kept) - packed_size(0), model)
