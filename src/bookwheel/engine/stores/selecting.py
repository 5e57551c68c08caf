"""Which documents a search looks at, as the numbers that they have in an index.

The record of a store knows folders, types and days; its lexical index knows documents. Neither a moved file nor one of
a new date has to be indexed again, and a filter costs the same whatever it is about.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """The documents whose passages are wanted; `share` is what part of all passages is theirs."""

    documents: frozenset[int]
    share: float


def chosen_of(passages: dict[int, int], total: int) -> Chosen | None:
    """From the passages of each document that is wanted and of all together; None when nothing is left out."""
    wanted = sum(passages.values())
    return None if wanted == total else Chosen(frozenset(passages), wanted / total)
