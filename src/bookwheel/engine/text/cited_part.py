"""Which sentence of a passage an answer's sentence is from, by the words that they share."""

from __future__ import annotations

from collections.abc import Iterable

from bookwheel.engine.text.folding import words_of
from bookwheel.engine.text.passage_units import units

# Fewer of an answer's words than this share in one sentence of the passage say nothing.
MIN_SHARE = 0.4
MAX_PASSAGE = 20_000


def cited_parts(passage: str, sentences: Iterable[str]) -> list[tuple[int, int]]:
    """The sentences of `passage` that the answer's `sentences` are from, as ranges in their order."""
    parts = [(unit.start, unit.end) for unit in units(passage[:MAX_PASSAGE]) if unit.kind != "heading"]
    folded = [frozenset(words_of(passage[start:end]).split()) for start, end in parts]
    found: set[tuple[int, int]] = set()
    for sentence in sentences:
        words = frozenset(words_of(sentence).split())
        # Of two sentences that share as many words, the shorter says it more exactly.
        scored = [(len(words & each), -len(each), at) for at, each in enumerate(folded)]
        best = max(scored, default=(0, 0, 0))
        if words and best[0] >= MIN_SHARE * len(words):
            found.add(parts[best[2]])
    return sorted(found)
