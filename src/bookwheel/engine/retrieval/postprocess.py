"""What is done to the passages found before they are handed on: duplicates folded, results spread over documents."""

from collections import Counter
from collections.abc import Sequence

from bookwheel.engine.schema import NodeWithScore

SAME_WORDS = 0.85
FREE_PER_DOCUMENT = 3
CROWD_FACTOR = 0.93


def fold_duplicates(nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """Only the best of passages that say the same in nearly the same words; the order stays."""
    kept: list[tuple[frozenset[str], NodeWithScore]] = []
    for node in nodes:
        words = frozenset(node.text.lower().split())
        if not any(_is_same(words, other) for other, _ in kept):
            kept.append((words, node))
    return [node for _, node in kept]


def spread_over_documents(nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """Let other documents come up when one crowds the list: from its fourth passage on, each counts a little less.

    Scores stay as they were; only the order changes.
    """
    seen: Counter[str | None] = Counter()
    ranked: list[tuple[float, NodeWithScore]] = []
    for node in nodes:
        document = node.node.ref_doc_id
        crowd = max(seen[document] - FREE_PER_DOCUMENT + 1, 0)
        seen[document] += 1
        ranked.append((node.get_score() * CROWD_FACTOR**crowd, node))
    ranked.sort(key=lambda pair: -pair[0])
    return [node for _, node in ranked]


def _is_same(words: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((len(words), len(other)))
    if fewer < more * SAME_WORDS:
        return False
    return len(words & other) >= SAME_WORDS * len(words | other)
