"""The segments of a lexical index: whether their files are whole, and when to merge them.

A segment costs each search some time, whatever its size: each term is looked for in it, and its files are looked at.
Tantivy merges eight segments of about the same size; its package for Python has no way to ask for a merge.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from math import log2
from pathlib import Path
from typing import Any

from bookwheel.lazy_regex import lazy_regex

_SEGMENT = lazy_regex(rb'"segment_id":\s*"([0-9a-f-]+)"')
_SHORTEST_FILE = 8
_NAME_LENGTH = 32
# When tantivy merges: so many segments, none of which is smaller than the largest by this power of two; below so many
# passages all count alike.
_MERGED_TOGETHER = 8
_SAME_SIZE = 0.75
_LEAST_SIZE = 10_000
# So many segments of a large index are merged before there are eight. In a smaller one a search is fast with seven too,
# and a first run over 20,000 passages would take a tenth longer.
_MANY = 4
LARGE_INDEX = 30_000
# All but the largest of them must hold this share of the index: a small change rewrites little.
_WORTH_IT = 1 / 8
# A merge needs as much space as what it merges; so much more is left for others.
_SPARE_DISK = 2


def sizes_of_whole_files(folder: Path, meta: bytes) -> dict[str, int]:
    """The sizes of the files that `meta` names, in bytes, by path. Raises ValueError where one has been cut."""
    # Tantivy panics, with a trace on the terminal, on a file that ends before its footer.
    segments = _named(meta)
    sizes: dict[str, int] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.partition(".")[0] in segments:
                with suppress(FileNotFoundError):  # a merge has just replaced it
                    sizes[entry.path] = entry.stat().st_size
    for name, size in sizes.items():
        if size < _SHORTEST_FILE:
            raise ValueError(f"{name} has been cut")
    return sizes


def refuse_shorter_files(sizes: dict[str, int]) -> None:
    # The files are mapped: the system ends a process that reads where a file was before another program cut it. With a
    # `Path` and a context manager for each, to look at seven files a segment took a sixth of a search.
    for path, size in sizes.items():
        try:
            if os.stat(path).st_size < size:
                raise ValueError(f"{path} has been cut")
        except FileNotFoundError:
            continue  # a merge has replaced it; its pages stay mapped


def has_unused_files(folder: Path, meta: bytes) -> bool:
    """Whether there are files of segments that `meta`, tantivy's `meta.json`, does not name."""
    segments = _named(meta)
    names = [name.partition(".")[0] for name in os.listdir(folder)]
    return any(len(name) == _NAME_LENGTH and name not in segments for name in names)


def lacking_for_a_merge(folder: Path, meta: bytes) -> int:
    """How many segments are lacking for a merge of the small ones; 0 where there are few, or it is not worth it.

    `meta` is tantivy's `meta.json`. Raises ValueError for one that is damaged.
    """
    sizes = sorted(map(_passages, json.loads(meta)["segments"]), reverse=True)
    small = _of_the_size_of_one_passage(sizes)
    if sum(sizes) < LARGE_INDEX or len(small) < _MANY or sum(small[1:]) < _WORTH_IT * sum(sizes):
        return 0
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < _SPARE_DISK * sum(sizes_of_whole_files(folder, meta).values()):
        return 0
    return max(_MERGED_TOGETHER - len(small), 0)


def _named(meta: bytes) -> set[str]:
    return {name.replace(b"-", b"").decode() for name in _SEGMENT.findall(meta)}


def _passages(segment: dict[str, Any]) -> int:
    deleted = segment["deletes"]
    return segment["max_doc"] - (deleted["num_deleted_docs"] if deleted else 0)


def _of_the_size_of_one_passage(sizes: list[int]) -> list[int]:
    """Of sizes, largest first, those that tantivy would merge with a segment of one passage."""
    alike: list[int] = []
    largest = 0.0
    for size in [*sizes, 1]:
        power = log2(max(size, _LEAST_SIZE))
        if not alike or power < largest - _SAME_SIZE:
            alike, largest = [], power
        alike.append(size)
    return alike[:-1]
