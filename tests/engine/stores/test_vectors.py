"""Packed vectors: what one byte a number keeps of them, and the scan with and without numpy."""

import math
import random

import pytest

from bookwheel.engine.stores import byte_vectors as vectors
from bookwheel.engine.stores.byte_vectors import PackedVectors, nearest_vectors, packed

DIMENSIONS = 384


def some_vectors(count: int, seed: int = 1) -> list[list[float]]:
    chance = random.Random(seed)
    return [[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(count)]


def cosine(one: list[float], other: list[float]) -> float:
    lengths = math.sqrt(sum(a * a for a in one)) * math.sqrt(sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths


@pytest.fixture(params=["numpy", "plain Python"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(vectors, "has_numpy", lambda: request.param == "numpy")
    return request.param


@pytest.mark.usefixtures("way")
def test_the_scan_gives_the_cosines_of_the_vectors_as_they_came() -> None:
    there = some_vectors(500)
    wanted = some_vectors(1, seed=2)[0]
    halves = [PackedVectors(range(at, at + 250), b"".join(map(packed, there[at : at + 250]))) for at in (0, 250)]
    found = nearest_vectors(halves, wanted, 10)
    truth = sorted(((cosine(wanted, vector), name) for name, vector in enumerate(there)), reverse=True)
    assert {name for name, _ in found[:5]} <= {name for _, name in truth[:8]}
    assert [score for _, score in found] == pytest.approx([cosine(wanted, there[name]) for name, _ in found], abs=0.003)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.usefixtures("way")
def test_passages_without_a_vector_are_never_found() -> None:
    there = some_vectors(3)
    data = packed(there[0]) + bytes(DIMENSIONS + vectors.SCALE_BYTES) + packed(there[2])
    found = nearest_vectors([PackedVectors([5, 6, 7], data)], [-value for value in there[0]], 3)
    assert {name for name, _ in found} == {5, 7}


@pytest.mark.usefixtures("way")
def test_an_empty_store_has_no_nearest_passages() -> None:
    assert nearest_vectors([], [1.0], 3) == []
    assert nearest_vectors([PackedVectors([], b"")], [1.0], 3) == []


def test_a_packed_vector_takes_a_byte_a_number() -> None:
    assert len(packed([1.0, -0.5, 0.25])) == 3 + vectors.SCALE_BYTES
